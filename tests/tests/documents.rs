//! Every `hubfolk ...` line in the documents is a command that the program understands.
#![allow(clippy::print_stdout, reason = "tests, whose numbers are worth reading")]

use std::fs;
use std::path::{Path, PathBuf};

use hubfolk_sim::DEMO_ADMIN_TOKEN;
use hubfolk_tests::binary::{hubfolk, say};
use hubfolk_tests::operations::demo;

/// The files that people follow.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned();
    let mut files = vec![root.join("README.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The command lines inside the fenced blocks of a document.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        let line = line.strip_prefix("$ ").unwrap_or(line);
        // A drawing has the name in it too, but no command after it.
        let typed = line.strip_prefix("hubfolk ").is_some_and(|rest| {
            rest.starts_with(|first: char| first.is_alphabetic() || first == '-')
        });
        if !inside || !typed {
            continue;
        }
        // What follows is the shell's: a comment, a pipe, a file, another command.
        let end = [" #", " | ", " > ", " < ", " && ", "; ", " &"]
            .into_iter()
            .filter_map(|mark| line.find(mark))
            .min()
            .unwrap_or(line.len());
        found.push(line[..end].trim().to_owned());
    }
    found
}

/// Commands that run until they are stopped, or that change what they were asked on.
fn goes_on(words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    matches!(first, "sim" | "serve" | "mcp" | "demo") || words.iter().any(|word| word == "--every")
}

#[test]
fn every_command_in_the_documents_is_understood() {
    let sim = demo();
    let home = tempfile::tempdir().expect("a folder");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for file in documents() {
        let text = fs::read_to_string(&file).expect("a document is UTF-8");
        for line in commands(&text) {
            let words = shell_words::split(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
            // `ORG` and `[...]` stand for something; what they stand for is not typed.
            if line.contains(['[', '<', '|']) || line.contains("...") || line.ends_with('\\') {
                continue;
            }
            let words = &words[1..];
            count += 1;
            let mut command = hubfolk(home.path());
            command.current_dir(home.path()).args(words);
            if goes_on(words) {
                command.arg("--help");
            } else if !words.iter().any(|word| word == "--endpoint") {
                command.args(["--endpoint", &sim.url(), "--dry-run"]);
            }
            command.env("HF_TOKEN", DEMO_ADMIN_TOKEN).env("HUBFOLK_DB", "sqlite:ledger.db");
            let said = say(&mut command);
            // What is missing on this machine is no mistake of the document.
            let misspelt = ["unexpected argument", "unrecognized subcommand", "invalid value"]
                .into_iter()
                .any(|mistake| said.err.contains(mistake));
            if said.code == Some(2) && misspelt {
                wrong.push(format!("{}: {line}\n{}", file.display(), said.err));
            }
        }
    }
    println!("counted: {count} commands of the documents are understood");
    assert!(count > 40, "the documents have commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
