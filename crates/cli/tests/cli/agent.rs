//! What surrounds the agent tool: approving, cards, installing.

use std::path::PathBuf;
use std::sync::Arc;

use hubfolk_license::clock::SystemClock;
use hubfolk_mcp::confirm::{Act, Answer, Gate, Pending, Refused, Request, Shown};
use serde_json::json;

use crate::support::Home;

const ACT: Act<'_> = Act {
    principal: "p",
    tool: "write_discussion",
    arguments: "{}",
    target: "65f000000000000000000001",
};

struct Scene {
    home: Home,
    gate: Gate,
    asked: Pending,
}

fn scene() -> Scene {
    let home = Home::new();
    let state: PathBuf = home.path("state");
    let home = home.with("HUBFOLK_STATE", state.to_str().unwrap());
    let gate = Gate::open(&state, Arc::new(SystemClock)).unwrap();
    let shown = Shown {
        who: "ada".to_owned(),
        what: "hide a comment of eve\u{202e}".to_owned(),
        requests: vec![Request {
            method: "POST".to_owned(),
            path: "/api/models/acme/m/discussions/7/comment/65f0/hide".to_owned(),
            body: json!({"reason": "Spam"}),
        }],
    };
    let asked = gate.ask(&ACT, &shown).unwrap();
    Scene { home, gate, asked }
}

#[test]
fn what_waits_is_listed_with_who_what_and_the_exact_requests() {
    let scene = scene();
    let ran = scene.home.run(&["approve", "--list", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(rows[0]["code"], scene.asked.code);
    assert_eq!(rows[0]["who"], "ada");
    assert_eq!(rows[0]["requests"][0]["body"], json!({"reason": "Spam"}));
    let ran = scene.home.run(&["approve", &scene.asked.code, "--dry-run", "--format", "json"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("/comment/65f0/hide"), "{}", ran.stdout);
    assert!(scene.gate.question(&scene.asked.code).is_ok(), "looking answers nothing");
}

#[test]
fn neither_yes_nor_a_pipe_is_a_person() {
    let scene = scene();
    for arguments in [
        vec!["approve", scene.asked.code.as_str(), "--yes"],
        vec!["approve", scene.asked.code.as_str()],
    ] {
        let ran = scene.home.run_with(&arguments, "y\nyes\n");
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("in a terminal"), "{}", ran.stderr);
    }
    assert!(scene.gate.redeem_approved(&ACT).is_err());
    assert!(scene.gate.question(&scene.asked.code).is_ok());
}

#[test]
fn declining_needs_no_terminal_and_spends_the_code() {
    let scene = scene();
    let ran = scene.home.run(&["approve", &scene.asked.code.to_lowercase(), "--decline"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(matches!(
        scene.gate.redeem(&scene.asked.sealed, Answer::Yes, &ACT),
        Err(Refused::Spent)
    ));
    let ran = scene.home.run(&["approve", &scene.asked.code, "--decline"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    let ran = scene.home.run(&["approve", "../../x", "--decline"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (6, ""));
}

#[test]
fn a_card_is_printed_or_one_for_each_profile_is_written() {
    let home = Home::new();
    let ran = home.run(&["cards", "--profile", "people", "--read-only", "--model", "haiku"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.starts_with("---\ntype: agent\nname: hub_people\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("target: \"hubfolk mcp --profile people --read-only\"\n---\n"));
    let ran = home.run(&["cards", "--out", "cards"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut names: Vec<_> = std::fs::read_dir(home.path("cards"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["hub_all.md", "hub_core.md", "hub_lean.md", "hub_people.md"]);
}

#[test]
fn installing_shows_first_then_writes_then_takes_back() {
    let home = Home::new();
    let before = "{\n  // mine\n  \"mcpServers\": {\"other\": {\"command\": \"x\"}}\n}\n";
    let file = home.write(".cursor/mcp.json", before);
    let read = || std::fs::read_to_string(&file).unwrap();

    let ran = home.run(&["mcp", "install", "--client", "cursor", "--", "--profile", "core"]);
    assert_eq!((ran.code, read().as_str()), (0, before), "{ran:?}");
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(shown["mcpServers"]["hubfolk"]["args"], json!(["mcp", "--profile", "core"]));
    let command = shown["mcpServers"]["hubfolk"]["command"].as_str().unwrap();
    assert!(PathBuf::from(command).is_absolute() && command.ends_with("hubfolk"), "{command}");

    let ran = home.run(&["mcp", "install", "--client", "cursor", "--apply"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        read().contains("// mine")
            && read().contains("\"hubfolk\"")
            && read().contains("\"other\"")
    );
    assert!(ran.stderr.contains(".before-hubfolk"), "{}", ran.stderr);

    let ran = home.run(&["mcp", "install", "--client", "cursor", "--undo"]);
    assert_eq!((ran.code, read().as_str()), (0, before), "{ran:?}");
}

#[test]
fn a_file_that_is_no_settings_file_is_not_touched() {
    let home = Home::new();
    let file = home.write(".codex/config.toml", "[broken\n");
    let ran = home.run(&["mcp", "install", "--client", "codex", "--apply"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "[broken\n");
    assert_eq!(home.run(&["mcp", "install", "--client", "emacs"]).code, 2);
}

#[test]
fn the_server_ends_with_its_input_and_answers_what_was_asked_before() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}}});
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
    for (input, answers) in [
        (String::new(), 0),
        (format!("{hello}\n"), 1),
        (format!("{hello}\n{ready}\n{list}\n"), 2),
        (format!("{hello}\n{ready}\n{list}\n{{\"jsonrpc\":"), 2),
    ] {
        let ran = home.run_with(&["mcp"], &input);
        assert_eq!((ran.code, ran.stdout.lines().count()), (0, answers), "{ran:?}");
        assert!(ran.stdout.lines().all(|line| line.starts_with("{\"jsonrpc\":\"2.0\"")));
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn a_hub_that_never_answers_does_not_keep_an_ended_server_alive() {
    // Its queue takes the connection; nobody ever looks at it.
    let hub = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", hub.local_addr().unwrap());
    let home = Home::new().with("HF_ENDPOINT", &endpoint);
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}}});
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let call = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params":
        {"name": "get_profile", "arguments": {"name": "ada"}}});
    let begin = std::time::Instant::now();
    let ran = home.run_with(&["mcp"], &format!("{hello}\n{ready}\n{call}\n"));
    // What may still be answered gets five seconds for it.
    assert!(begin.elapsed() < std::time::Duration::from_secs(15), "{:?}", begin.elapsed());
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn an_agent_is_told_that_there_is_no_ledger_but_not_where_it_would_lie() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let open = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}}});
    let opened = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let ask = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "read_ledger", "arguments": {"organization": "acme"}}});
    let ran = home.run_with(&["mcp"], &format!("{open}\n{opened}\n{ask}\n")).ends(0);
    assert!(ran.stdout.contains("there is no ledger yet"), "{}", ran.stdout);
    let place = home.path("");
    assert!(!ran.stdout.contains(place.to_str().unwrap()), "{}", ran.stdout);
}

#[test]
fn a_path_with_a_query_is_told_how_to_give_it() {
    let ran = Home::new().run(&["api", "GET", "/users/ada/likes?limit=2", "--dry-run"]);
    ran.ends(2).says(&["without its query", "-f NAME=VALUE"]);
}
