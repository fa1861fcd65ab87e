//! The audit log: whole lines, nobody else reads it, nothing of what was said is in it.

use std::sync::Arc;

use hubfolk_license::clock::FixedClock;
use hubfolk_mcp::audit::{Confirmed, Event, Log, Outcome};
use serde_json::{Value, json};

fn event(arguments: &str) -> Event<'_> {
    Event {
        principal: "token:0f",
        user: Some("ada"),
        tool: "comment",
        operation: Some("comment_discussion"),
        arguments,
        confirmed: Confirmed::Form,
        outcome: Outcome::Done,
    }
}

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock("2026-03-02T10:00:00Z".parse().unwrap()))
}

#[test]
fn a_line_says_who_what_and_how_confirmed_and_no_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/audit.jsonl");
    let log = Log::open(&path, clock()).unwrap();
    log.write(&event(r#"{"comment":"the secret plan"}"#)).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("secret plan"));
    let line: Value = serde_json::from_str(&text).unwrap();
    let digest = line["arguments"].as_str().unwrap();
    assert!(digest.starts_with("sha256:") && digest.len() == 39, "{digest}");
    assert_eq!(
        line,
        json!({"at": "2026-03-02T10:00:00Z", "principal": "token:0f", "user": "ada", "tool": "comment",
               "operation": "comment_discussion", "arguments": digest, "confirmed": "form", "outcome": "done"})
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_log_also_one_that_was_open_to_all() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let log = Log::open(&path, clock()).unwrap();
    log.write(&event("{}")).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn lines_of_many_writers_never_mix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let log = Log::open(&path, clock()).unwrap();
                (0..250).for_each(|n| log.write(&event(&n.to_string())).unwrap());
            });
        }
    });
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2000);
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}
