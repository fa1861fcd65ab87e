//! The demo: the same story each time, and what it says to try next works as it is printed.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Home, mode};

#[test]
fn the_demo_tells_the_same_story_twice_and_its_commands_work_as_printed() {
    // A home with a blank, as people have them.
    let folder = Home::new();
    let home = folder.path("my home");
    std::fs::create_dir(&home).unwrap();
    let run = || {
        let mut command = folder.command(&["demo", "--members", "60"]);
        let output = command.env("HOME", &home).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let first = run();
    assert_eq!(first, run());
    for words in [
        "Members by license type",
        "Changes of the last week",
        "Held back",
        "unknown",
        "The ledger:",
    ] {
        assert!(first.contains(words), "{words:?} is missing in\n{first}");
    }
    assert!(!first.contains("hf_test_"), "no token is shown:\n{first}");
    assert_eq!(mode(&home.join(".local/share/hubfolk/demo.db")), 0o600);
    assert!(
        !home.join(".local/share/hubfolk/ledger.db").exists(),
        "a person's own ledger is left alone"
    );

    let commands: Vec<&str> = first
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' ') && !line.ends_with(" sim"))
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let output = Command::new("sh")
            .args(["-c", command])
            .env_clear()
            .env("HOME", &home)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
    }
}

#[test]
fn another_seed_tells_another_story_and_json_has_all_of_it() {
    let home = Home::new();
    let first: Value = home.json(&["demo", "--members", "60"]);
    assert_eq!(first["org"], "meridian-labs");
    assert!(first["members"].as_u64().unwrap() > 40);
    let held: Vec<&str> = first["held_back"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["state"].as_str().unwrap())
        .collect();
    assert_eq!(held, ["failed", "quarantined"]);
    assert_eq!(first["reused_names"].as_array().unwrap().len(), 1);
    let other: Value = home.json(&["demo", "--members", "60", "--seed", "9"]);
    assert_ne!(first["changes"], other["changes"]);
}

#[test]
fn the_demo_replaces_nothing_of_ours() {
    let home = Home::new();
    let mine = home.write("mine.db", "precious");
    home.run(&["demo", "--members", "30", "--ledger", "mine.db"]).ends(2);
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "precious");
    home.ok(&["demo", "--members", "30", "--dry-run"]);
    assert!(!home.path(".local").exists());
}
