//! Installing into the settings of other programs, and taking it back.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use hubfolk_mcp::install::{Change, Client, Entry, Places, Problem, System, apply, planned, undo};
use rstest::rstest;

fn entry() -> Entry {
    Entry {
        command: "/opt/bin/hubfolk".to_owned(),
        args: vec!["mcp".to_owned(), "--profile".to_owned(), "core".to_owned()],
    }
}

fn places(home: &Path) -> Places {
    Places { home: home.to_owned(), config: None, system: System::Linux }
}

/// What a person may have in the file: other servers, comments, their own layout.
fn theirs(client: Client) -> &'static str {
    match client {
        Client::Codex => {
            "# mine\nmodel = \"x\"   # spaced\n\n[mcp_servers.other]\ncommand = \"other\"\nargs = [ 'a' ]\n\n[tui]\nnotify = true\n"
        }
        Client::Vscode => {
            "{\n\t// mine\n\t\"servers\": {\n\t\t\"other\": {\"command\": \"other\"},\n\t},\n}\n"
        }
        Client::Zed => {
            "// Zed settings\n{\n  \"theme\": \"One\", // dark\n  \"context_servers\": {\n    \"other\": { \"command\": \"other\", \"args\": [] }\n  },\n  \"vim_mode\": true,\n}\n"
        }
        _ => {
            "{\n    \"mcpServers\": {\"other\": {\"command\": \"other\"}},\n    \"numStartups\": 12, \"u\": \"\\u00e9\"\n}"
        }
    }
}

#[rstest]
#[case(Client::ClaudeCode, ".claude.json")]
#[case(Client::ClaudeDesktop, ".config/Claude/claude_desktop_config.json")]
#[case(Client::Cursor, ".cursor/mcp.json")]
#[case(Client::Vscode, ".config/Code/User/mcp.json")]
#[case(Client::Codex, ".codex/config.toml")]
#[case(Client::Gemini, ".gemini/settings.json")]
#[case(Client::Zed, ".config/zed/settings.json")]
fn an_entry_comes_beside_all_others_and_goes_without_a_trace(
    #[case] client: Client,
    #[case] place: &str,
) {
    let home = tempfile::tempdir().unwrap();
    let file = client.file(&places(home.path()));
    assert_eq!(file, home.path().join(place));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, theirs(client)).unwrap();

    let plan = planned(client, &file, &entry()).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs(client), "a plan changes nothing");
    let Change::Written { backup: Some(backup) } = apply(client, &file, &entry()).unwrap() else {
        panic!()
    };
    assert_eq!(fs::read_to_string(&file).unwrap(), plan);
    assert_eq!(fs::read_to_string(&backup).unwrap(), theirs(client));
    assert!(plan.contains("/opt/bin/hubfolk") && plan.contains("other"), "{plan}");
    for line in theirs(client).lines().filter(|line| line.contains("//") || line.contains('#')) {
        assert!(plan.contains(line), "{line:?} is gone from {plan}");
    }
    assert_eq!(apply(client, &file, &entry()).unwrap(), Change::None, "twice is once");

    assert_eq!(undo(client, &file, &entry()).unwrap(), Change::Restored);
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs(client));
    assert!(!backup.exists());
    assert_eq!(undo(client, &file, &entry()).unwrap(), Change::None);
}

#[rstest]
fn a_file_of_our_making_is_gone_afterwards(
    #[values(Client::ClaudeCode, Client::Vscode, Client::Codex, Client::Zed)] client: Client,
) {
    let home = tempfile::tempdir().unwrap();
    let file = client.file(&places(home.path()));
    assert_eq!(apply(client, &file, &entry()).unwrap(), Change::Written { backup: None });
    assert_eq!(fs::read_to_string(&file).unwrap(), client.snippet(&entry()));
    assert_eq!(undo(client, &file, &entry()).unwrap(), Change::Removed);
    assert!(!file.exists());
}

#[rstest]
fn what_others_changed_since_stays_and_an_earlier_entry_of_our_name_comes_back(
    #[values(Client::Cursor, Client::Codex)] client: Client,
) {
    let home = tempfile::tempdir().unwrap();
    let file = client.file(&places(home.path()));
    let old = Entry { command: "older".to_owned(), args: vec!["x".to_owned()] };
    apply(client, &file, &old).unwrap();
    apply(client, &file, &entry()).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains("older"), "{text}");
    let (added, key) = match client {
        Client::Codex => (format!("{text}\n[mcp_servers.new]\ncommand = \"new\"\n"), "new"),
        _ => (text.replacen('{', "{\"new\": 1,", 1), "new"),
    };
    fs::write(&file, added).unwrap();
    assert_eq!(undo(client, &file, &entry()).unwrap(), Change::Written { backup: None });
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("older") && text.contains(key) && !text.contains("/opt/bin"), "{text}");
}

#[rstest]
#[case(Client::Cursor, "{\"mcpServers\": [1]}")]
#[case(Client::Cursor, "[]")]
#[case(Client::Cursor, "{\"a\": ")]
#[case(Client::Codex, "mcp_servers = 1\n")]
#[case(Client::Codex, "[broken\n")]
fn a_file_that_is_something_else_is_left_alone(#[case] client: Client, #[case] text: &str) {
    let home = tempfile::tempdir().unwrap();
    let file = client.file(&places(home.path()));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    assert!(matches!(apply(client, &file, &entry()), Err(Problem::Unreadable { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_changed_where_it_lies_and_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let real: PathBuf = home.path().join("dotfiles.json");
    fs::write(&real, "{}").unwrap();
    fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).unwrap();
    let file = Client::ClaudeCode.file(&places(home.path()));
    std::os::unix::fs::symlink(&real, &file).unwrap();
    apply(Client::ClaudeCode, &file, &entry()).unwrap();
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("hubfolk"));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}
