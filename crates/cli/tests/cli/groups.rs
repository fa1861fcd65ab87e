//! Resource groups, from making one to deleting it.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, MEMBER, Sim, WORLD};

#[test]
fn a_group_lives_from_its_making_to_its_end() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let made = home.json(&[
        "groups",
        "create",
        "acme",
        "release",
        "--description",
        "Before it is public",
        "--user",
        "bob=write",
        "--repo",
        "acme/secret",
        "--auto-join",
        "read",
    ]);
    assert_eq!(made["users"][0]["username"], "bob");
    assert_eq!(made["resources"][0]["name"], "acme/secret");
    assert_eq!(made["auto_join"]["role"], "read");
    let group = made["id"].as_str().unwrap();
    assert_eq!(home.json(&["groups", "show", "acme", "release"])["id"], group);
    home.ok(&["groups", "add", "acme", "release", "cleo=read", "ada=admin"]);
    home.ok(&["groups", "set-role", "acme", "release", "cleo", "contributor"]);
    home.ok(&["groups", "auto-join", "acme", group, "--off"]);
    let limits = ["groups", "update", "acme", group, "--name", "launch", "--spend-limit", "5000"];
    let changed = home.json(&limits);
    assert_eq!(
        (&changed["name"], &changed["spend_limits"]),
        (&json!("launch"), &json!({"total": 5000}))
    );
    assert_eq!(changed["auto_join"], json!({"enabled": false}));
    assert_eq!(changed["users"].as_array().unwrap().len(), 3);
    home.run(&["groups", "remove", "acme", "launch", "cleo"]).ends(2).says(&["Take cleo out"]);
    home.ok(&["groups", "remove", "acme", "launch", "cleo", "--yes"]);
    let asked = home.run(&["groups", "delete", "acme", "launch"]).ends(2);
    asked.says(&["launch of acme", "2 users", "1 repositories", "--yes"]);
    assert_eq!(home.json(&["groups", "list", "acme"]).as_array().unwrap().len(), 2);
    home.ok(&["groups", "delete", "acme", "launch", "--yes"]);
    assert_eq!(home.json(&["groups", "list", "acme"]).as_array().unwrap().len(), 1);
    home.run(&["groups", "show", "acme", "launch"]).ends(6).says(&["groups list acme"]);
}

#[test]
fn a_dry_run_of_each_change_shows_one_request_and_sends_none() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let before = home.json(&["groups", "list", "acme"]);
    let id = before[0]["id"].as_str().unwrap();
    let base = format!("/api/organizations/acme/resource-groups/{id}");
    for (arguments, method, path) in [
        (vec!["delete", "acme", "research"], "DELETE", base.clone()),
        (vec!["update", "acme", "research", "--name", "x"], "PATCH", base.clone()),
        (vec!["auto-join", "acme", "research", "--off"], "POST", format!("{base}/settings")),
        (vec!["add", "acme", "research", "cleo=read"], "POST", format!("{base}/users")),
        (vec!["set-role", "acme", "research", "bob", "read"], "PATCH", format!("{base}/users/bob")),
        (vec!["remove", "acme", "research", "bob"], "DELETE", format!("{base}/users/bob")),
    ] {
        let mut arguments = [vec!["groups"], arguments].concat();
        arguments.push("--dry-run");
        let plan: Value = serde_json::from_str(&home.ok(&arguments).stdout).unwrap();
        assert_eq!(plan.as_array().unwrap().len(), 1);
        assert_eq!((&plan[0]["method"], &plan[0]["path"]), (&json!(method), &json!(path)));
    }
    assert_eq!(home.json(&["groups", "list", "acme"]), before);
}

#[test]
fn what_is_wrong_with_a_group_is_said_before_anything_is_sent() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let long = "n".repeat(201);
    home.run(&["groups", "create", "acme", &long]).ends(2).says(&["201 characters", "`research`"]);
    home.run(&["groups", "create", "acme", "x", "--user", "bob=boss"]).ends(2).says(&["no_access"]);
    let id = "507f1f77bcf86cd799439011";
    home.run(&["groups", "update", "acme", id]).ends(2).says(&["nothing to change"]);
    home.run(&["groups", "add", "acme", id, "ada=read", "Ada=write"]).ends(2).says(&["twice"]);
}

#[test]
fn a_member_sees_the_groups_they_are_in_and_changes_none() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(MEMBER));
    assert_eq!(home.json(&["groups", "list", "acme"])[0]["name"], "research");
    home.run(&["groups", "add", "acme", "research", "cleo=read"]).ends(7).says(&["403", "hint"]);
}
