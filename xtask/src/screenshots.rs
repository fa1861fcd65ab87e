//! `cargo xtask screenshots`: the pictures of the dashboard in `docs/screenshots`, made anew.

use anyhow::Result;

use crate::chromium::Chromium;
use crate::command::run as run_command;
use crate::setting::Setting;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let chromium = Chromium::prepare()?;
    let packages = ["-p", "hubfolk-cli", "-p", "hubfolk-tests"];
    run_command(setting.cargo().arg("build").args(packages).arg("--bins"))?;
    let folder = setting.root.join("docs/screenshots");
    if folder.exists() {
        // A page that is gone leaves no picture behind.
        std::fs::remove_dir_all(&folder)?;
    }
    let mut take = setting.cargo();
    take.args(["run", "--quiet", "-p", "hubfolk-tests", "--bin", "screenshots", "--"]);
    take.arg(setting.hubfolk("debug")).arg(&folder);
    setting.isolate(&mut take)?;
    take.env("CARGO_NET_OFFLINE", "true")
        .env("HUBFOLK_TEST_CHROMIUM", &chromium.program)
        .env("HUBFOLK_TEST_CHROMEDRIVER", &chromium.driver);
    run_command(&mut take)
}
