//! `cargo xtask audit`: cargo-deny over `deny.toml`, installed below `target` when it is missing.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{capture, find, run as run_command, say};
use crate::setting::Setting;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let program = cargo_deny(setting)?;
    let deny = || {
        let mut command = Command::new(&program);
        command.current_dir(&setting.root).env("CARGO", &setting.cargo).arg("--all-features");
        command
    };
    run_command(deny().args(["check", "licenses", "bans", "sources"]))?;
    // Known vulnerabilities are in a database on the network, which is not in reach everywhere.
    match capture(deny().args(["fetch", "db"])) {
        Ok(_) => run_command(deny().args(["check", "--disable-fetch", "advisories"])),
        Err(error) => {
            // The first lines repeat the command; git's own word comes last.
            let said = format!("{error:#}");
            let reason = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
            println!("left out: advisories: their database cannot be reached ({reason})");
            Ok(())
        }
    }
}

fn cargo_deny(setting: &Setting) -> Result<PathBuf> {
    let tools = setting.target.join("tools");
    let own = || find("cargo-deny", &[tools.join("bin")]);
    if let Some(program) = own() {
        return Ok(program);
    }
    say("installing cargo-deny below target");
    let mut install = setting.cargo();
    install.args(["install", "cargo-deny", "--locked", "--quiet", "--root"]).arg(&tools);
    // It runs for a second and takes six times as long to optimise.
    install
        .env("CARGO_TARGET_DIR", tools.join("build"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256");
    run_command(&mut install)?;
    std::fs::remove_dir_all(tools.join("build")).ok();
    own().context("cargo-deny is not where cargo installed it")
}
