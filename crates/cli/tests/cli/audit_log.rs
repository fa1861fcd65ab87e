//! The audit log, whole and searched.

use serde_json::json;

use crate::support::{ADMIN, Home, MEMBER, Sim, WORLD};

const LOG: &str = r#""auditLog": [
    {"createdAt": "2026-01-02T00:00:00Z", "type": "org.add_user", "message": "ada added bob",
     "author": {"user": "ada", "type": "user"}, "ip": "192.0.2.7", "location": {"formatted": "Bergen, NO", "city": "Bergen"},
     "token": {"type": "access_token", "id": "1", "role": "write", "last4": "0001", "deleted": false}},
    {"createdAt": "2026-02-03T00:00:00Z", "type": "resource_group.create", "message": "bob made a group",
     "author": {"user": "bob", "type": "user"}},
    {"createdAt": "2026-03-04T00:00:00Z", "type": "org.leave", "message": "dan left"}],
    "resourceGroups""#;

#[test]
fn the_log_is_exported_whole_with_its_typed_facts() {
    let sim = Sim::start(&WORLD.replacen("\"resourceGroups\"", LOG, 1));
    let home = Home::at(&sim, Some(ADMIN));
    let log = home.json(&["audit-log", "export", "acme"]);
    let kinds: Vec<_> =
        log.as_array().unwrap().iter().map(|entry| entry["event"].clone()).collect();
    assert_eq!(kinds, ["org.leave", "resource_group.create", "org.add_user"]);
    let first = &log[2];
    assert_eq!(first["author"]["username"], "ada");
    assert_eq!(first["location"]["city"], "Bergen");
    assert_eq!((&first["token"]["last4"], &first["ip"]), (&json!("0001"), &json!("192.0.2.7")));
    let csv = home.ok(&["audit-log", "export", "acme", "--format", "csv", "--fields", "event,ip"]);
    assert_eq!(csv.stdout.lines().count(), 4);
    assert_eq!(
        home.json(&["audit-log", "export", "acme", "--limit", "1"]).as_array().unwrap().len(),
        1
    );
}

#[test]
fn events_are_found_by_kind_author_time_and_the_hubs_own_search() {
    let sim = Sim::start(&WORLD.replacen("\"resourceGroups\"", LOG, 1));
    let home = Home::at(&sim, Some(ADMIN));
    let found = |arguments: &[&str]| {
        let all = [&["audit-log", "search", "acme"], arguments].concat();
        home.json(&all).as_array().unwrap().len()
    };
    assert_eq!(found(&[]), 3);
    assert_eq!(found(&["--type", "org"]), 2);
    assert_eq!(found(&["--type", "org.leave", "--type", "resource_group"]), 2);
    assert_eq!(found(&["--author", "BOB"]), 1);
    assert_eq!(found(&["--since", "2026-02-03"]), 2);
    assert_eq!(found(&["ip:192.0.2.7"]), 1);
    assert_eq!(found(&["ip:192.0.2.7", "--author", "bob"]), 0);
    let plan = home.ok(&["audit-log", "search", "acme", "type:org.leave", "--dry-run"]).stdout;
    assert!(plan.contains("/audit-log/export?q=type%3Aorg.leave"), "{plan}");
    home.run(&["audit-log", "search", "acme", "--since", "run:1"]).ends(2).says(&["date"]);
    Home::at(&sim, Some(MEMBER)).run(&["audit-log", "export", "acme"]).ends(7).says(&["403"]);
}
