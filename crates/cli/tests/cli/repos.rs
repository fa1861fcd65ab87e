//! Repositories by owner, their settings, the search, and what happened lately.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, OUTSIDER, Sim, WORLD};

fn column(rows: &Value, key: &str) -> Vec<String> {
    let text = |row: &Value| row[key].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn repositories_are_listed_by_owner_over_all_types() {
    let sim = Sim::start(WORLD);
    let admin = Home::at(&sim, Some(ADMIN));
    let all = admin.json(&["repos", "list", "acme"]);
    let ids = column(&all, "id");
    assert!(ids.contains(&"acme/open".to_owned()) && ids.contains(&"acme/secret".to_owned()));
    assert!(column(&all, "type").contains(&"model".to_owned()));
    let public = Home::at(&sim, None).json(&["repos", "list", "acme"]);
    assert!(!column(&public, "id").contains(&"acme/secret".to_owned()));
    assert_eq!(admin.json(&["repos", "list", "nobody"]), json!([]));
    let found = admin.json(&["repos", "list", "acme", "--search", "OPEN", "--type", "model"]);
    assert_eq!(column(&found, "id"), ["acme/open"]);
    let plan = admin.ok(&["repos", "list", "acme", "--dry-run"]).stdout;
    for path in ["/api/models?", "/api/datasets?", "/api/spaces?", "/api/kernels?"] {
        assert!(plan.contains(path), "{plan}");
    }
}

#[test]
fn settings_groups_and_copies_are_made() {
    let sim = Sim::start(WORLD);
    let admin = Home::at(&sim, Some(ADMIN));
    let set = ["repos", "settings", "acme/open", "--gated", "manual", "--discussions", "false"];
    let plan: Value =
        serde_json::from_str(&admin.ok(&[&set[..], &["--dry-run"]].concat()).stdout).unwrap();
    assert_eq!(plan[0]["body"], json!({ "gated": "manual", "discussionsDisabled": true }));
    assert_eq!(admin.json(&set)["result"], "saved");
    Home::at(&sim, Some(OUTSIDER)).run(&["repos", "check", "acme/open"]).ends(7);
    admin.run(&["repos", "settings", "acme/open"]).ends(2).says(&["nothing to change"]);
    admin
        .run(&["repos", "settings", "acme/open", "--notify", "nobody"])
        .ends(2)
        .says(&["access@acme.example"]);
    Home::at(&sim, Some(OUTSIDER))
        .run(&["repos", "settings", "acme/open", "--gated", "no"])
        .ends(7)
        .says(&["hint"]);
    let copied = admin.json(&["repos", "copy", "acme/open", "ada/copy", "--visibility", "private"]);
    assert_eq!((&copied["repo"], &copied["result"]), (&json!("ada/copy"), &json!("copied")));
    assert!(column(&admin.json(&["repos", "mine"]), "id").contains(&"ada/copy".to_owned()));
    admin.run(&["repos", "group", "ada/copy"]).ends(6);
    admin.run(&["repos", "group", "ada/copy", "--set", "research"]).ends(2).says(&["hexadecimal"]);
}

#[test]
fn the_search_finds_people_and_what_they_make() {
    let sim = Sim::start(WORLD);
    let admin = Home::at(&sim, Some(ADMIN));
    let people = admin.json(&["search", "ada", "--type", "user"]);
    assert_eq!((&people[0]["type"], &people[0]["name"]), (&json!("user"), &json!("ada")));
    let all = admin.json(&["search", "acme"]);
    let types = column(&all, "type");
    assert!(types.contains(&"org".to_owned()) && types.contains(&"model".to_owned()), "{all}");
    assert_eq!(admin.json(&["search", "acme", "--limit", "1"]).as_array().unwrap().len(), 1);
    assert_eq!(admin.json(&["search", "no such thing"]), json!([]));
}

#[test]
fn activity_names_the_lists_it_comes_from() {
    let sim = Sim::start(WORLD);
    let admin = Home::at(&sim, Some(ADMIN));
    let ran = admin.ok(&["users", "activity", "ada", "--format", "json"]);
    let events: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(column(&events, "kind").contains(&"liked".to_owned()), "{events}");
    let times = column(&events, "at");
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first: {times:?}");
    assert!(ran.stderr.contains("the Hub has no list of activity"), "{ran:?}");
    assert!(ran.stderr.contains("likes of public repositories"), "{ran:?}");
    let org = admin.json(&["orgs", "activity", "acme", "--limit", "2"]);
    assert_eq!(org.as_array().unwrap().len(), 2);
    assert_eq!(admin.json(&["users", "activity", "ada", "--since", "2100-01-01"]), json!([]));
    let plan = admin.ok(&["users", "activity", "ada", "--dry-run"]).stdout;
    assert!(plan.contains("/api/users/ada/likes?limit=100"), "{plan}");
    admin.run(&["users", "activity", "nobody"]).ends(6).says(&["hubfolk orgs show nobody"]);
    admin.run(&["users", "activity", "ada", "--since", "run:2"]).ends(2).says(&["--since"]);
}
