//! Where we are: the workspace, its target folder, and the environment that tests may see.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The workspace on this machine.
pub(crate) struct Setting {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds: `target`, unless the person configured another.
    pub(crate) target: PathBuf,
    /// The cargo that runs us.
    pub(crate) cargo: OsString,
}

impl Setting {
    pub(crate) fn here() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in a folder of the workspace")?
            .to_path_buf();
        // We run from `<target>/debug/xtask`, so this also follows CARGO_TARGET_DIR and cargo's configuration.
        let program = env::current_exe().context("cannot find out where xtask lies")?;
        let target = program
            .parent()
            .and_then(Path::parent)
            .context("xtask was not started by cargo")?
            .to_path_buf();
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Ok(Self { root, target, cargo })
    }

    /// Cargo in the workspace, with the person's own environment: for building and fetching.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(&self.root);
        command
    }

    /// The program that cargo builds for `cargo run`, in the given profile's folder.
    pub(crate) fn hubfolk(&self, profile: &str) -> PathBuf {
        self.built(profile, "hubfolk")
    }

    /// A program that cargo built in the given profile's folder.
    pub(crate) fn built(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Gives `command` an environment in which no test can find this person's tokens, settings or
    /// proxies: what it needs to run stays, and the home folder is an empty one below `target`.
    pub(crate) fn isolate(&self, command: &mut Command) -> Result<()> {
        let home = self.target.join("test-home");
        if home.exists() {
            fs::remove_dir_all(&home)
                .with_context(|| format!("cannot empty {}", home.display()))?;
        }
        fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
        let environment = isolated(env::vars_os().collect(), &home);
        command.env_clear().envs(environment);
        Ok(())
    }
}

/// Of the person's environment, what tests may see.
fn isolated(
    mut variables: BTreeMap<OsString, OsString>,
    home: &Path,
) -> BTreeMap<OsString, OsString> {
    // cargo and rustup find their own folders through HOME unless these name them.
    for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let own = variables
            .get("HOME".as_ref() as &std::ffi::OsStr)
            .map(|home| Path::new(home).join(folder));
        if let Some(own) = own.filter(|own| own.exists()) {
            variables.entry(variable.into()).or_insert_with(|| own.into());
        }
    }
    variables.retain(|name, _| !name.to_str().is_some_and(is_private));
    for name in ["HOME", "USERPROFILE"] {
        if let Some(value) = variables.get_mut(name.as_ref() as &std::ffi::OsStr) {
            *value = home.into();
        }
    }
    variables.insert("HOME".into(), home.into());
    variables
}

/// Tokens and settings of the Hub and of ours, folders that replace the home folder's, and proxies:
/// with a proxy set, even a request to this machine would leave it.
fn is_private(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    [
        "HF_",
        "HUGGING_FACE_",
        "HUGGINGFACE_",
        "HUBFOLK_",
        "XDG_",
        "PG",
        "PYTHON",
        "PIP_",
        "NODE_",
        "NPM_",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
        || name.ends_with("_PROXY")
        || name.ends_with("_TOKEN")
        || name == "DATABASE_URL"
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn tests_see_no_token_no_proxy_and_an_empty_home() {
        let person = environment(&[
            ("HF_TOKEN", "x"),
            ("HUGGING_FACE_HUB_TOKEN", "x"),
            ("GITHUB_TOKEN", "x"),
            ("https_proxy", "x"),
            ("XDG_DATA_HOME", "x"),
            ("PATH", "/bin"),
            ("HOME", "/nowhere"),
        ]);
        let seen = isolated(person, Path::new("/empty"));
        assert_eq!(seen, environment(&[("PATH", "/bin"), ("HOME", "/empty")]));
    }

    #[test]
    fn cargo_keeps_its_folder_although_the_home_is_another() {
        let home = env::temp_dir().join(format!("xtask-home-{}", std::process::id()));
        fs::create_dir_all(home.join(".cargo")).unwrap();
        let person = BTreeMap::from([("HOME".into(), home.clone().into_os_string())]);
        let seen = isolated(person, Path::new("/empty"));
        fs::remove_dir_all(&home).unwrap();
        let cargo_home = OsString::from("CARGO_HOME");
        assert_eq!(seen.get(&cargo_home), Some(&home.join(".cargo").into_os_string()));
    }
}
