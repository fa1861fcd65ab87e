//! The official Python clients, of the Hub and of MCP, and what tries our own API, in a private
//! environment below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::Part;
use crate::command::{capture, find, say};
use crate::packages;
use crate::setting::Setting;

/// The clients that judge us, as they are imported and as they are asked for: the newest that this
/// machine's Python can have, and of the MCP SDK the generation that the script is written for.
const CLIENTS: [(&str, &str); 3] = [
    ("huggingface_hub", "huggingface_hub"),
    ("mcp", "mcp>=2.3,<3"),
    ("schemathesis", "schemathesis>=4.32,<5"),
];

/// A Python with the official clients installed.
pub(crate) struct Python {
    pub(crate) program: PathBuf,
}

impl Python {
    /// Makes or updates the private environment.
    pub(crate) fn prepare(setting: &Setting) -> Result<Self> {
        let folder = setting.target.join("python");
        let program = folder.join("bin/python");
        if !works(&program, "pip") {
            make(&folder)?;
        }
        let mut pip = Command::new(&program);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]);
        pip.args(CLIENTS.map(|(_, asked)| asked));
        let names = CLIENTS.map(|(name, _)| name).join(", ");
        if let Err(error) = capture(&mut pip) {
            if !works(&program, &names) {
                return Err(error).context(format!(
                    "cannot install {names} into {}; with no package registry in reach, leave it out by name: \
                     cargo xtask test --without {}",
                    folder.display(),
                    Part::Python.name()
                ));
            }
            say(&format!(
                "cannot look for newer ones of {names}, going on with those installed: {error:#}"
            ));
        }
        let versions = CLIENTS.map(|(name, _)| format!("'{name}', version('{name}')")).join(", ");
        let code = format!(
            "import sys; from importlib.metadata import version; \
             print({versions}, 'on Python', sys.version.split()[0])"
        );
        let versions = capture(Command::new(&program).args(["-c", &code]))?;
        say(String::from_utf8_lossy(&versions).trim());
        Ok(Self { program })
    }

    /// The scripts to run, `test_*.py` in the order of their names; the others are their modules.
    pub(crate) fn scripts(&self, setting: &Setting) -> Result<Vec<PathBuf>> {
        let folder = setting.root.join("tests/python");
        let mut scripts = Vec::new();
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("test_") && name.ends_with(".py") {
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

/// Makes the environment, installing Python or its `venv` module where that is possible.
fn make(folder: &Path) -> Result<()> {
    let mut system = system_python();
    if system.is_none() {
        packages::install(
            &["python3", "python3-venv"],
            Part::Python,
            "Python 3 with its venv module is missing",
        )?;
        system = system_python();
    }
    let system =
        system.context("Python 3 with its venv module is still missing after the installation")?;
    say("making a private Python environment");
    capture(Command::new(system).args(["-m", "venv", "--clear"]).arg(folder))?;
    Ok(())
}

/// A Python that can make environments; Debian packs the modules for that separately.
fn system_python() -> Option<PathBuf> {
    ["python3", "python"]
        .iter()
        .filter_map(|name| find(name, &[]))
        .chain(Some(PathBuf::from("/usr/bin/python3")))
        .find(|program| works(program, "venv, ensurepip"))
}

/// Whether the program runs and can import the modules.
fn works(program: &Path, modules: &str) -> bool {
    capture(Command::new(program).args(["-c", &format!("import {modules}")])).is_ok()
}
