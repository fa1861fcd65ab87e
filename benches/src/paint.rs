//! First paint in Chromium, by a program of the tests' package that steers it.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Loads of each page.
const LOADS: usize = 9;

/// How long until a browser shows anything of a page.
pub(crate) struct Paint {
    pub(crate) median: f64,
    pub(crate) longest: f64,
}

/// Of each of these pages; nothing when there is no Chromium, which is said aloud.
#[expect(clippy::disallowed_methods, reason = "the task runner names the program")]
pub(crate) fn first_paints(url: &str, cookie: &str, paths: &[&str]) -> Result<Option<Vec<Paint>>> {
    let Some(program) = std::env::var_os("HUBFOLK_BENCH_PAINT") else {
        println!(
            "\nleft out: chromium: first paint is measured by `cargo xtask bench` where there is one"
        );
        return Ok(None);
    };
    let mut command = Command::new(program);
    command.args([url, cookie, &LOADS.to_string()]).args(paths).stdin(Stdio::null());
    let output = command.stderr(Stdio::inherit()).output().context("starting Chromium")?;
    ensure!(output.status.success(), "first paint: {}", output.status);
    let said = String::from_utf8(output.stdout)?;
    let paints = said
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(median, longest)| Ok(Paint { median: median.parse()?, longest: longest.parse()? }));
    let paints: Vec<Paint> = paints.collect::<Result<_>>()?;
    ensure!(paints.len() == paths.len(), "Chromium painted {} pages", paints.len());
    Ok(Some(paints))
}
