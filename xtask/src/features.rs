//! `cargo xtask check-features`: each package without features, then with each feature alone.

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

pub(crate) fn run(setting: &Setting) -> Result<()> {
    for manifest in manifests(setting)? {
        let text = fs::read_to_string(&manifest)?;
        let package =
            parse(&text).with_context(|| format!("no package name in {}", manifest.display()))?;
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
}
