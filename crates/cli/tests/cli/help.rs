//! Help, completions and manual pages: every command has them, and they tell how to begin.

use crate::support::Home;

#[test]
fn the_short_help_is_what_it_was() {
    let text = Home::new().ok(&["-h"]).stdout;
    insta::assert_snapshot!("hubfolk", text);
}

#[test]
fn the_help_of_sync_and_members_is_what_it_was() {
    let text = Home::new().ok(&["sync", "-h"]).stdout;
    insta::assert_snapshot!("sync", text);
    let text = Home::new().ok(&["members", "-h"]).stdout;
    insta::assert_snapshot!("members", text);
}

#[test]
fn every_command_has_help_with_an_example() {
    let home = Home::new();
    let commands = [
        vec!["sync"],
        vec!["members"],
        vec!["member"],
        vec!["changes"],
        vec!["export"],
        vec!["verify"],
        vec!["auth", "login"],
        vec!["auth", "logout"],
        vec!["users"],
        vec!["orgs"],
        vec!["repos"],
        vec!["collections"],
        vec!["ask"],
        vec!["api"],
        vec!["serve"],
        vec!["sim"],
        vec!["demo"],
        vec!["completions"],
        vec!["man"],
    ];
    for mut command in commands {
        command.push("--help");
        let text = home.ok(&command).stdout;
        assert!(text.contains("Example"), "{command:?} shows no example:\n{text}");
    }
}

#[test]
fn version_is_one_line() {
    let home = Home::new();
    let expected = format!("hubfolk {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(home.ok(&["--version"]).stdout, expected);
    assert_eq!(home.ok(&["-V"]).stdout, expected);
    assert_eq!(home.ok(&["--color", "never", "--version"]).stdout, expected);
}

#[test]
fn completions_and_manual_pages_know_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.ok(&["completions", shell]).stdout;
        assert!(script.contains("members"), "{shell}");
    }
    assert!(home.ok(&["man"]).stdout.starts_with(".ie"), "roff");
    home.ok(&["man", "--dir", "pages"]);
    for page in ["hubfolk.1", "hubfolk-sync.1", "hubfolk-sync-approve.1", "hubfolk-auth-login.1"] {
        assert!(home.path("pages").join(page).exists(), "{page}");
    }
}
