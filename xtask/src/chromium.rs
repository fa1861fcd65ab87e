//! Chromium and the driver that tests steer it with, from this machine or its packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::Part;
use crate::command::{capture, find, say};
use crate::packages;

/// The browser by its names, the likeliest first.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser and the driver of its very version.
pub(crate) struct Chromium {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Chromium {
    /// Both, where they are installed.
    pub(crate) fn found() -> Result<Option<Self>> {
        if browser().is_none() || driver().is_none() { Ok(None) } else { Self::prepare().map(Some) }
    }

    /// Finds both, or installs Debian's packages of them.
    pub(crate) fn prepare() -> Result<Self> {
        if browser().is_none() || driver().is_none() {
            packages::install(&["chromium", "chromium-driver"], Part::Chromium, &missing())?;
        }
        let (Some(program), Some(driver)) = (browser(), driver()) else {
            bail!("{} even after the installation", missing());
        };
        let (browser_says, driver_says) = (version(&program)?, version(&driver)?);
        if major(&browser_says) != major(&driver_says) {
            bail!(
                "the driver does not fit the browser: {browser_says}, but {driver_says}; install both from one source, \
                 or leave them out by name: cargo xtask test --without {}",
                Part::Chromium.name()
            );
        }
        say(&format!("{browser_says}, with its driver"));
        Ok(Self { program, driver })
    }
}

fn browser() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| find(name, &folders()))
}

fn driver() -> Option<PathBuf> {
    find("chromedriver", &folders())
}

/// Where packages put the two although it may not be on PATH.
fn folders() -> Vec<PathBuf> {
    ["/usr/bin", "/usr/lib/chromium", "/usr/lib/chromium-browser", "/snap/bin"]
        .map(PathBuf::from)
        .to_vec()
}

/// What is not there, in words.
fn missing() -> String {
    match (browser(), driver()) {
        (None, None) => "Chromium and chromedriver are missing",
        (None, Some(_)) => "Chromium is missing (chromedriver is there)",
        (Some(_), _) => "chromedriver is missing (Chromium is there)",
    }
    .to_owned()
}

fn version(program: &Path) -> Result<String> {
    let said = capture(Command::new(program).arg("--version"))
        .with_context(|| format!("{} does not run", program.display()))?;
    let said = String::from_utf8_lossy(&said);
    Ok(short(said.lines().next().unwrap_or_default()))
}

/// Name and number: what follows is the builder's.
fn short(said: &str) -> String {
    let numbered = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = said.split_whitespace().collect();
    match words.iter().position(numbered) {
        Some(at) => words[..=at].join(" "),
        None => said.trim().to_owned(),
    }
}

/// The first number of a version.
fn major(version: &str) -> Option<u32> {
    version.split_whitespace().last()?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_their_first_number() {
        let browser = short("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)");
        assert_eq!(browser, "Chromium 156.0.8078.79");
        assert_eq!(major(&browser), Some(156));
        let driver = short("ChromeDriver 155.0.1.2 (a21ce95-refs/branch-heads/8078@{#1704})");
        assert_eq!(major(&driver), Some(155));
        assert_eq!(major("no number here"), None);
    }
}
