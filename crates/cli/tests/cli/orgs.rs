//! What members may do, and the rules of an organization.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, MEMBER, OUTSIDER, Sim, WORLD};

fn member(home: &Home, name: &str) -> Value {
    let members = home.json(&["orgs", "members", "acme"]);
    members.as_array().unwrap().iter().find(|row| row["username"] == name).unwrap().clone()
}

fn plan(home: &Home, arguments: &[&str]) -> Value {
    let mut arguments = arguments.to_vec();
    arguments.push("--dry-run");
    serde_json::from_str(&home.ok(&arguments).stdout).unwrap()
}

#[test]
fn set_role_keeps_the_groups() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let changed = home.json(&["orgs", "set-role", "acme", "BOB", "read"]);
    assert_eq!((&changed["username"], &changed["role"]), (&json!("bob"), &json!("read")));
    let bob = member(&home, "bob");
    assert_eq!(
        (&bob["role"], &bob["resource_groups"][0]["role"]),
        (&json!("read"), &json!("write"))
    );
}

#[test]
fn a_dry_run_shows_the_exact_request_with_all_groups_and_changes_nothing() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let id = member(&home, "bob")["resource_groups"][0]["id"].clone();
    assert_eq!(
        plan(&home, &["orgs", "set-role", "acme", "bob", "admin"]),
        json!([{ "method": "PUT", "path": "/api/organizations/acme/members/bob/role",
                 "body": { "role": "admin", "resourceGroups": [{ "id": id, "role": "write" }] } }])
    );
    let with =
        plan(&home, &["orgs", "set-role", "acme", "cleo", "read", "--group", "research=read"]);
    assert_eq!(with[0]["body"]["resourceGroups"], json!([{ "id": id, "role": "read" }]));
    let only = plan(&home, &["orgs", "set-role", "acme", "bob", "read", "--only-groups"]);
    assert_eq!(only[0]["body"], json!({ "role": "read", "resourceGroups": [] }));
    assert_eq!(member(&home, "bob")["role"], "write");
    assert_eq!(member(&home, "cleo")["resource_groups"], json!([]));
}

#[test]
fn who_would_leave_groups_is_asked_about_first() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let leave = ["orgs", "set-role", "acme", "bob", "read", "--only-groups"];
    home.run(&leave).ends(2).says(&["out of 1 resource groups", "--yes"]);
    assert_eq!(member(&home, "bob")["role"], "write");
    home.ok(&["orgs", "set-role", "acme", "bob", "read", "--only-groups", "--yes"]);
    assert_eq!(member(&home, "bob")["resource_groups"], json!([]));
}

#[test]
fn a_caller_who_cannot_see_the_groups_changes_nothing_and_hears_why() {
    let sim = Sim::start(WORLD);
    // bob's role is to write, but he is no administrator, so the groups are hidden from him.
    let home = Home::at(&sim, Some(MEMBER));
    home.run(&["orgs", "set-role", "acme", "cleo", "write"])
        .ends(2)
        .says(&["not shown to this caller", "--only-groups"]);
    let admin = Home::at(&sim, Some(ADMIN));
    admin
        .run(&["orgs", "set-role", "acme", "eve", "read"])
        .ends(6)
        .says(&["not listed as a member"]);
    admin.run(&["orgs", "set-role", "acme", "bob", "owner"]).ends(2).says(&["no_access"]);
    let odd = ["orgs", "set-role", "acme", "bob", "read", "--group", "research"];
    admin.run(&odd).ends(2).says(&["research=write"]);
}

#[test]
fn members_are_invited_and_removed_only_when_told_to_try() {
    let sim = Sim::start(&WORLD.replacen('{', "{\"experimental\": true,", 1));
    let home = Home::at(&sim, Some(ADMIN));
    home.run(&["orgs", "remove", "acme", "bob", "--yes"])
        .ends(2)
        .says(&["experimental", "--experimental"]);
    home.run(&["orgs", "invite", "acme", "eve"]).ends(2).says(&["--experimental"]);
    home.run(&["orgs", "remove", "acme", "bob", "--experimental"])
        .ends(2)
        .says(&["Remove bob from acme"]);
    assert_eq!(member(&home, "bob")["username"], "bob");
    home.ok(&["orgs", "invite", "acme", "eve", "--role", "write", "--experimental"]);
    home.ok(&["orgs", "remove", "acme", "bob", "--experimental", "--yes"]);
    let members = home.json(&["orgs", "members", "acme"]);
    assert_eq!(members.as_array().unwrap().len(), 2);
}

#[test]
fn a_hub_that_does_not_offer_it_is_said_to() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    for arguments in [
        vec!["orgs", "remove", "acme", "bob", "--experimental", "--yes"],
        vec!["orgs", "invite", "acme", "eve", "--experimental"],
    ] {
        let ran = home.run(&arguments).ends(7);
        ran.says(&["the Hub does not offer this", "members page"]);
    }
    let mut arguments = vec!["orgs", "invite", "acme", "eve", "--experimental"];
    arguments.extend(["--format", "json"]);
    assert_eq!(home.run(&arguments).ends(7).error()["kind"], "not_offered");
}

#[test]
fn network_rules_are_shown_and_changed() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    assert_eq!(home.json(&["orgs", "network", "show", "acme"])["ip_ranges"], json!([]));
    let set = ["orgs", "network", "set", "acme", "--network", "192.0.2.0/24"];
    home.run(&set).ends(2).says(&["no longer reach acme"]);
    let mut yes = set.to_vec();
    yes.extend(["--block", "space:eve", "--yes"]);
    let rules = home.json(&yes);
    assert_eq!(rules["ip_ranges"], json!(["192.0.2.0/24"]));
    assert_eq!(rules["blocked_contents"], json!([{ "resource": "space", "scope": "eve" }]));
    let rules =
        home.json(&["orgs", "network", "set", "acme", "--no-blocks", "--high-rate-limits", "on"]);
    assert_eq!(
        (&rules["blocked_contents"], &rules["high_rate_limits"]),
        (&json!([]), &json!(true))
    );
    assert_eq!(rules["ip_ranges"], json!(["192.0.2.0/24"]), "what is not given stays");
    let wrong = ["orgs", "network", "set", "acme", "--network", "192.0.2.7", "--yes"];
    home.run(&wrong).ends(2).says(&["192.0.2.0/24"]);
    home.run(&["orgs", "network", "set", "acme"]).ends(2).says(&["nothing to change"]);
    Home::at(&sim, Some(OUTSIDER)).run(&["orgs", "network", "show", "acme"]).ends(7).says(&["403"]);
}

#[test]
fn repositories_are_listed_with_the_private_ones() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let repos = home.json(&["orgs", "repositories", "acme", "--search", "secret"]);
    assert_eq!(
        (&repos[0]["id"], &repos[0]["visibility"]),
        (&json!("acme/secret"), &json!("private"))
    );
    assert_eq!(repos.as_array().unwrap().len(), 1);
}

#[test]
fn whoami_and_the_status_say_what_a_fine_grained_token_may_do() {
    let world = WORLD.replace(
        r#""user": "ada", "role": "write", "displayName": "laptop""#,
        r#""user": "ada", "role": "fineGrained", "displayName": "laptop", "fineGrained": {"global": ["discussion.write"],
            "scoped": [{"entity": {"type": "org", "name": "acme"}, "permissions": ["org.read", "org.write"]}]}"#,
    );
    let sim = Sim::start(&world);
    let home = Home::at(&sim, Some(ADMIN));
    let scopes = json!(["org acme: org.read, org.write", "everywhere: discussion.write"]);
    let me = home.json(&["whoami"]);
    assert_eq!((&me["token_permission"], &me["scopes"]), (&json!("fineGrained"), &scopes));
    let status = home.json(&["auth", "status"]);
    assert_eq!((&status["role"], &status["scopes"]), (&json!("fineGrained"), &scopes));
    let plain = Home::at(&sim, Some(MEMBER)).json(&["whoami"]);
    assert_eq!((&plain["token_permission"], &plain["scopes"]), (&json!("read"), &Value::Null));
}
