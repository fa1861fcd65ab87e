//! `cargo xtask bench`: the programs of `benches/`, optimised, with a database of their own.

use anyhow::{Result, bail};

use crate::Part;
use crate::chromium::Chromium;
use crate::command::run as run_command;
use crate::postgres::Postgres;
use crate::setting::Setting;

pub(crate) fn run(setting: &Setting, without: &[Part], arguments: &[String]) -> Result<()> {
    if !setting.root.join("benches/Cargo.toml").is_file() {
        bail!("there is no package in benches/");
    }
    let mut build = setting.cargo();
    run_command(build.args(["build", "--release", "-p", "hubfolk-benches", "-p", "hubfolk-cli"]))?;
    let chromium = if without.contains(&Part::Chromium) { None } else { Chromium::found()? };
    if chromium.is_some() {
        // Unoptimised, and apart: it only steers, and needs features that the product is without.
        let paint = ["build", "-p", "hubfolk-tests", "--bin", "paint"];
        run_command(setting.cargo().args(paint))?;
    }
    let postgres = if without.contains(&Part::Postgres) { None } else { Some(Postgres::start()?) };
    let mut bench = setting.cargo();
    bench.args(["run", "--quiet", "--release", "-p", "hubfolk-benches", "--"]).args(arguments);
    setting.isolate(&mut bench)?;
    match &postgres {
        Some(postgres) => bench.env("HUBFOLK_TEST_POSTGRES", postgres.url()),
        None => bench.env("HUBFOLK_TEST_WITHOUT", Part::Postgres.name()),
    };
    if let Some(chromium) = &chromium {
        bench
            .env("HUBFOLK_BENCH_PAINT", setting.built("debug", "paint"))
            .env("HUBFOLK_TEST_CHROMIUM", &chromium.program)
            .env("HUBFOLK_TEST_CHROMEDRIVER", &chromium.driver);
    }
    bench.env("HUBFOLK_BIN", setting.hubfolk("release")).env("CARGO_NET_OFFLINE", "true");
    run_command(&mut bench)
}
