//! The arrows of docs/architecture.md: which package may know which.

use super::File;

/// Each package of `crates/` and the packages of ours that it may depend on. In tests, all may use
/// the simulator, which itself never sees the client.
const LAYERS: [(&str, &[&str]); 8] = [
    ("api", &[]),
    ("client", &["hubfolk-api"]),
    ("sim", &["hubfolk-api"]),
    ("store", &[]),
    ("license", &["hubfolk-api", "hubfolk", "hubfolk-store"]),
    ("mcp", &["hubfolk-api", "hubfolk", "hubfolk-store", "hubfolk-license"]),
    ("web", &["hubfolk-api", "hubfolk", "hubfolk-store", "hubfolk-license", "hubfolk-mcp"]),
    (
        "cli",
        &[
            "hubfolk-api",
            "hubfolk",
            "hubfolk-sim",
            "hubfolk-store",
            "hubfolk-license",
            "hubfolk-mcp",
            "hubfolk-web",
        ],
    ),
];

pub(super) fn check(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        let Some(folder) =
            file.name.strip_prefix("crates/").and_then(|name| name.strip_suffix("/Cargo.toml"))
        else {
            continue;
        };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == folder) else {
            problems.push(format!(
                "{}: add the package to the layers in xtask/src/tree/layers.rs",
                file.name
            ));
            continue;
        };
        for (section, dependency) in dependencies(&file.text) {
            let test = section == "dev-dependencies" && dependency == "hubfolk-sim";
            if !allowed.contains(&dependency) && !test {
                problems.push(format!("{}: {folder} must not depend on {dependency}", file.name));
            }
        }
    }
    problems
}

/// Section and name of each dependency on a package of ours.
fn dependencies(manifest: &str) -> Vec<(&str, &str)> {
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name;
        } else if section.ends_with("dependencies") {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if name == "hubfolk" || name.starts_with("hubfolk-") {
                found.push((section, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_in_the_wrong_direction_is_named() {
        let manifest =
            |text: &str| File { name: "crates/sim/Cargo.toml".into(), text: text.into() };
        let good = manifest("[dependencies]\nhubfolk-api.workspace = true\n");
        assert!(check(&[good]).is_empty());
        let bad = manifest("[dev-dependencies]\nhubfolk = { path = \"../client\" }\n");
        assert_eq!(check(&[bad]), ["crates/sim/Cargo.toml: sim must not depend on hubfolk"]);
        let unknown = File { name: "crates/new/Cargo.toml".into(), text: String::new() };
        assert_eq!(check(&[unknown]).len(), 1);
    }
}
