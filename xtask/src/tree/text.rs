//! Line by line: machine paths, registry hosts, secrets, unfinished work; and how long a file is.

use std::env;
use std::path::Path;

use super::File;

/// A source file this long answers more than one question.
const MOST_LINES: usize = 600;

/// AGENTS.md is read in full each time, so it stays short.
const MOST_LINES_FOR_AGENTS: usize = 100;

/// Folders that exist only on somebody's machine, each with slashes around it.
pub(super) fn machine_folders(root: &Path) -> Vec<String> {
    // Put together here, so that this file does not contain what it looks for.
    let mut folders: Vec<String> =
        ["root", "work", "farm", "Users"].iter().map(|name| format!("/{name}/")).collect();
    let own = [Some(root.to_path_buf()), env::var_os("HOME").map(Into::into)];
    folders.extend(
        own.into_iter()
            .flatten()
            .map(|path| format!("{}/", path.display()))
            .filter(|path| path.len() > 4),
    );
    folders
}

pub(super) fn check(file: &File, machine: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    if Path::new(&file.name).file_name().is_some_and(|name| name == "Cargo.lock") {
        return problems;
    }
    let rust = file.name.ends_with(".rs");
    for (at, line) in file.text.lines().enumerate() {
        for what in line_problems(line, machine, rust || file.name.ends_with(".py")) {
            problems.push(format!("{}:{}: {what}", file.name, at + 1));
        }
    }
    let lines = file.text.lines().count();
    if rust && lines > MOST_LINES {
        problems.push(format!("{}: {lines} lines, the most is {MOST_LINES}", file.name));
    }
    if file.name == "AGENTS.md" && lines > MOST_LINES_FOR_AGENTS {
        problems.push(format!("{}: {lines} lines, the most is {MOST_LINES_FOR_AGENTS}", file.name));
    }
    if file.name.ends_with("/mod.rs") || file.name.ends_with("/utils.rs") {
        problems
            .push(format!("{}: a module is named for its question, beside its folder", file.name));
    }
    problems
}

fn line_problems(line: &str, machine: &[String], code: bool) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(folder) = machine.iter().find(|folder| holds_path(line, folder)) {
        problems.push(format!("a path of one machine ({folder})"));
    }
    let hosts = [
        ("crates", "io"),
        ("pypi", "org"),
        (concat!("python", "hosted"), "org"),
        ("npmjs", "com"),
        ("debian", "org"),
    ];
    for (name, end) in hosts {
        let host = format!("{name}.{end}");
        // The index that cargo names in its own configuration is no host.
        if line.replace(&format!("{host}-index"), "").contains(&host) {
            problems.push(format!("a package registry's host ({name})"));
        }
    }
    if holds_secret(line) {
        problems
            .push("what looks like a real token (tokens in the tree begin with hf_test_)".into());
    }
    let unfinished =
        [("todo", "!("), ("unimplemented", "!("), ("FIX", "ME"), ("#[ig", "nore"), ("dbg", "!(")];
    for (start, end) in unfinished {
        if code && line.contains(&format!("{start}{end}")) {
            problems.push(format!("unfinished or switched off ({start}{end})"));
        }
    }
    problems
}

/// Whether the folder stands at the start of a path, not inside a longer one or in a URL.
fn holds_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && !"._~-}{/".contains(before))
    })
}

/// A Hub token has at least twenty letters and digits after its prefix.
fn holds_secret(line: &str) -> bool {
    line.match_indices("hf_").any(|(at, prefix)| {
        let tail = &line[at + prefix.len()..];
        let length = tail.chars().take_while(char::is_ascii_alphanumeric).count();
        length >= 20
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(line: &str) -> usize {
        line_problems(line, &["/home/ada/".to_owned()], true).len()
    }

    #[test]
    fn a_machine_path_is_seen_at_the_start_of_a_path_only() {
        assert_eq!(problems("cd /home/ada/hubfolk"), 1);
        assert_eq!(problems("\"/home/ada/\""), 1);
        assert_eq!(problems("https://example.org/home/ada/x"), 0);
        assert_eq!(problems("./home/ada/x"), 0);
    }

    #[test]
    fn a_token_that_is_not_for_tests_is_seen() {
        let letters = "aBcDeFgHiJkLmNoPqRsTuVwX";
        assert_eq!(problems(&format!("token: hf_{letters}")), 1);
        assert_eq!(problems("token: hf_test_admin, hf_..., hf_api_request"), 0);
    }

    #[test]
    fn hosts_and_unfinished_work_are_seen() {
        assert_eq!(problems(&format!("https://{}.{}/x", "crates", "io")), 1);
        assert_eq!(problems(&format!("{}.{}-index", "crates", "io")), 0);
        assert_eq!(problems(&format!("{}{}\"later\")", "todo", "!(")), 1);
        assert_eq!(problems("let todos = 1;"), 0);
    }

    #[test]
    fn long_files_are_named() {
        let long = File { name: "a.rs".into(), text: "x\n".repeat(MOST_LINES + 1) };
        assert_eq!(check(&long, &[]).len(), 1);
        let prose = File { name: "a.md".into(), text: "x\n".repeat(MOST_LINES + 1) };
        assert!(check(&prose, &[]).is_empty());
        let agents =
            File { name: "AGENTS.md".into(), text: "x\n".repeat(MOST_LINES_FOR_AGENTS + 1) };
        assert_eq!(check(&agents, &[]).len(), 1);
    }
}
