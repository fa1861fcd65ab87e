//! `cargo xtask reference`: the page of all operations, made of the table.

use anyhow::{Context, Result};

use crate::command::capture;
use crate::setting::Setting;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let mut command = setting.cargo();
    command.args(["run", "--quiet", "--package", "hubfolk-tests", "--bin", "reference"]);
    let page = capture(&mut command)?;
    let file = setting.root.join("docs/operations.md");
    std::fs::write(&file, page).context("docs/operations.md cannot be written")
}
