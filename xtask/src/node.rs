//! What comes from npm, installed below `target` from lock files: the official JavaScript client, and
//! the rules of accessibility.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::Part;
use crate::command::{capture, find, say};
use crate::packages;
use crate::setting::Setting;

/// The official client.
const CLIENT: &str = "@huggingface/hub";

/// The rules that pages are held to.
const RULES: &str = "axe-core";

/// The oldest Node that the client runs on.
const OLDEST: u32 = 18;

/// A Node, and what is installed for it.
pub(crate) struct Node {
    pub(crate) program: PathBuf,
    /// The folder in which the official client is installed.
    pub(crate) client: PathBuf,
    /// The program that holds a page to the rules of accessibility.
    pub(crate) axe: PathBuf,
}

impl Node {
    /// Finds Node and npm, and installs what the lock file names unless it is there already.
    pub(crate) fn prepare(setting: &Setting) -> Result<Self> {
        if node().is_none() || find(npm(), &[]).is_none() {
            let missing = format!("Node {OLDEST} or newer with npm is missing");
            packages::install(&["nodejs", "npm"], Part::Node, &missing)?;
        }
        let (program, version) = node().with_context(|| {
            format!(
                "there is no Node {OLDEST} or newer on PATH; install one from your system or \
                 nodejs.org, or leave it out by name: cargo xtask test --without {}",
                Part::Node.name()
            )
        })?;
        let (client, rules) = (setting.target.join("js"), setting.target.join("accessibility"));
        let axe = rules.join("node_modules").join(RULES).join("axe.min.js");
        let installed = Self { program, client, axe };
        let of_client =
            installed.install(CLIENT, &setting.root.join("tests/js"), &installed.client)?;
        let of_rules =
            installed.install(RULES, &setting.root.join("tests/accessibility"), &rules)?;
        say(&format!("{CLIENT} {of_client} and {RULES} {of_rules} on Node {version}"));
        Ok(installed)
    }

    /// `npm ci` into our own folder; what is there is kept while the lock file stays the same. The
    /// version that is there then.
    fn install(&self, package: &str, from: &Path, into: &Path) -> Result<String> {
        let lock = fs::read(from.join("package-lock.json"))
            .with_context(|| format!("{} has no lock file", from.display()))?;
        let done = into.join("installed.json");
        if fs::read(&done).is_ok_and(|before| before == lock)
            && let Ok(version) = self.version(package, into)
        {
            return Ok(version);
        }
        fs::create_dir_all(into)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(from.join(name), into.join(name))
                .with_context(|| format!("cannot copy {}", from.join(name).display()))?;
        }
        say(&format!("installing {package} with npm"));
        let npm = find(npm(), &[]).context("npm is missing: install it beside Node")?;
        let mut command = Command::new(npm);
        command
            .args(["ci", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts"])
            .current_dir(into);
        if let Err(error) = capture(&mut command) {
            return Err(error).context(format!(
                "cannot install {package} into {}; with no package registry in reach, leave it out \
                 by name: cargo xtask test --without {}",
                into.display(),
                Part::Node.name()
            ));
        }
        fs::write(done, lock)?;
        self.version(package, into)
    }

    fn version(&self, package: &str, folder: &Path) -> Result<String> {
        let code = format!(
            "console.log(JSON.parse(require('fs').readFileSync('node_modules/{package}/package.json')).version)"
        );
        let version = capture(Command::new(&self.program).args(["-e", &code]).current_dir(folder))?;
        Ok(String::from_utf8_lossy(&version).trim().to_owned())
    }

    /// The scripts to run, `test_*.mjs` in the order of their names; the others are their modules.
    pub(crate) fn scripts(&self, setting: &Setting) -> Result<Vec<PathBuf>> {
        let folder = setting.root.join("tests/js");
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut scripts = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("test_") && name.ends_with(".mjs") {
                scripts.push(path);
            }
        }
        if scripts.is_empty() {
            bail!("there is no script in {}", folder.display());
        }
        scripts.sort();
        Ok(scripts)
    }
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// A Node that is new enough, with its version.
fn node() -> Option<(PathBuf, String)> {
    let program = find("node", &[])?;
    let said = capture(Command::new(&program).arg("--version")).ok()?;
    let version = String::from_utf8_lossy(&said).trim().trim_start_matches('v').to_owned();
    let major: u32 = version.split('.').next()?.parse().ok()?;
    (major >= OLDEST).then_some((program, version))
}
