//! Which features there are, and `cargo xtask check-features`: each package without, then with each alone.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::command::{run as run_command, say};
use crate::setting::Setting;

/// A package of the workspace, as far as its features go.
#[derive(Debug, PartialEq)]
struct Package {
    name: String,
    features: Vec<String>,
}

/// What only the conformance suite needs: with it the program is not the one that people get.
const FIXTURES: &str = "conformance";

/// Every feature that people can switch on, as `--features` takes them for the whole workspace.
pub(crate) fn of_the_product(setting: &Setting) -> Result<String> {
    Ok(all_but_fixtures(&packages(setting)?))
}

/// The same and what the conformance suite calls.
pub(crate) fn with_fixtures(setting: &Setting) -> Result<String> {
    Ok(format!("{},hubfolk-cli/{FIXTURES}", of_the_product(setting)?))
}

fn all_but_fixtures(packages: &[Package]) -> String {
    let features = packages.iter().flat_map(|package| {
        let features = package.features.iter().filter(|feature| *feature != FIXTURES);
        features.map(move |feature| format!("{}/{feature}", package.name))
    });
    features.collect::<Vec<_>>().join(",")
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    for package in packages(setting)? {
        let check = |features: &str| {
            say(&format!(
                "{} with {}",
                package.name,
                if features.is_empty() { "no feature" } else { features }
            ));
            let mut command = setting.cargo();
            command.args(["check", "--quiet", "--package", &package.name, "--no-default-features"]);
            run_command(command.args(["--features", features]))
        };
        check("")?;
        for feature in &package.features {
            check(feature)?;
        }
    }
    Ok(())
}

fn packages(setting: &Setting) -> Result<Vec<Package>> {
    let read = |manifest: PathBuf| {
        let text = fs::read_to_string(&manifest)?;
        parse(&text).with_context(|| format!("no package name in {}", manifest.display()))
    };
    manifests(setting)?.into_iter().map(read).collect()
}

fn manifests(setting: &Setting) -> Result<Vec<PathBuf>> {
    let mut manifests = Vec::new();
    for entry in fs::read_dir(setting.root.join("crates"))? {
        let manifest = entry?.path().join("Cargo.toml");
        if manifest.is_file() {
            manifests.push(manifest);
        }
    }
    if manifests.is_empty() {
        bail!("there is no package in crates/");
    }
    manifests.sort();
    Ok(manifests)
}

/// Reads the name and the keys of `[features]`; cargo itself checks that the file is well formed.
fn parse(manifest: &str) -> Option<Package> {
    let mut section = "";
    let mut name = None;
    let mut features = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') && line.ends_with(']') {
            section = line;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            match (section, key.trim()) {
                ("[package]", "name") => name = Some(value.trim().trim_matches('"').to_owned()),
                ("[features]", key) if key != "default" => features.push(key.to_owned()),
                _ => {}
            }
        }
    }
    Some(Package { name: name?, features })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_read_and_default_is_none_of_them() {
        let manifest = "[package]\nname = \"hubfolk\"\n\n[features]\ndefault = [\"a\"]\na = []\n# c = []\nb = [\n  \
                        \"dep:x\",\n]\n[dependencies]\nx = \"1\"\n";
        let package = Package { name: "hubfolk".into(), features: vec!["a".into(), "b".into()] };
        assert_eq!(parse(manifest), Some(package));
        assert_eq!(parse("[workspace]\n"), None);
    }

    #[test]
    fn tests_run_the_program_that_people_get() {
        let features = ["blocking", FIXTURES].map(str::to_owned).to_vec();
        let package = Package { name: "hubfolk".into(), features };
        let none = Package { name: "hubfolk-api".into(), features: Vec::new() };
        assert_eq!(all_but_fixtures(&[none, package]), "hubfolk/blocking");
    }
}
