//! What an identity provider does, from the command line.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, Sim};

const SCIM: &str = "hf_test_scim_token_0001";

const WORLD: &str = r#"{
  "users": [{"name": "ada"}, {"name": "bob", "fullname": "Bob Moran"}, {"name": "cleo"}, {"name": "dan"}],
  "orgs": [{"name": "acme", "plan": "plus",
    "members": [{"user": "ada", "role": "admin"}, {"user": "bob", "role": "write"}, {"user": "cleo"}, {"user": "dan"}],
    "resourceGroups": [{"name": "research", "scimManaged": true}],
    "scim": [
      {"tree": "managed", "users": [{"user": "bob", "externalId": "okta|bob"}, {"user": "cleo"}],
       "groups": [{"displayName": "research", "members": ["bob"]}]},
      {"tree": "basic", "users": [{"user": "dan"}]}]}],
  "tokens": [{"token": "hf_test_scim_token_0001", "kind": "scim", "org": "acme"},
             {"token": "hf_test_ada_admin_0001", "user": "ada", "role": "write"}]
}"#;

fn members(sim: &Sim) -> Vec<String> {
    let list = Home::at(sim, Some(ADMIN)).json(&["orgs", "members", "acme"]);
    let names = list.as_array().unwrap().iter();
    names.map(|member| member["username"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn people_are_kept_out_and_let_in_by_name() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(SCIM));
    let users = home.json(&["scim", "users", "list", "acme"]);
    assert_eq!((&users[0]["username"], &users[0]["active"]), (&json!("bob"), &json!(true)));
    let plan = home.json(&["scim", "users", "deactivate", "acme", "bob", "--dry-run"]);
    let change = json!({"op": "replace", "path": "active", "value": false});
    assert_eq!((&plan[0]["method"], &plan[0]["body"]["Operations"][0]), (&json!("PATCH"), &change));
    assert!(members(&sim).contains(&"bob".to_owned()), "a dry run changes nothing");
    assert_eq!(home.json(&["scim", "users", "deactivate", "acme", "bob"])["active"], false);
    assert!(!members(&sim).contains(&"bob".to_owned()));
    assert_eq!(home.json(&["scim", "users", "activate", "acme", "bob"])["active"], true);
    assert!(members(&sim).contains(&"bob".to_owned()));
    let renamed = home.json(&["scim", "users", "update", "acme", "bob", "--rename", "robert"]);
    assert_eq!(renamed["username"], "robert");
    home.run(&["scim", "users", "show", "acme", "nobody"]).ends(6).says(&["other --tree"]);
}

#[test]
fn groups_are_filled_emptied_made_and_deleted() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(SCIM));
    let added = home.json(&["scim", "groups", "add", "acme", "research", "cleo"]);
    assert_eq!(added["members"].as_array().unwrap().len(), 2);
    let one = home.json(&["scim", "groups", "set", "acme", "research", "cleo"]);
    assert_eq!((&one["name"], one["members"].as_array().unwrap().len()), (&json!("research"), 1));
    home.json(&["scim", "groups", "remove", "acme", "research", "cleo"]);
    home.json(&["scim", "groups", "create", "acme", "ops", "bob"]);
    home.json(&["scim", "groups", "rename", "acme", "ops", "operations"]);
    let delete = ["scim", "groups", "delete", "acme", "operations"];
    home.run(&delete).ends(2).says(&["operations", "acme", "--yes"]);
    assert_eq!(home.json(&["scim", "groups", "list", "acme"]).as_array().unwrap().len(), 2);
    home.ok(&[&delete[..], &["--yes"]].concat());
    let left = home.json(&["scim", "groups", "list", "acme", "--without-members"]);
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["members"], Value::Null);
    home.run(&["scim", "groups", "add", "acme", "research"]).ends(2).says(&["no user is given"]);
}

#[test]
fn a_person_of_the_basic_tree_is_let_go_after_a_yes() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(SCIM));
    let remove = ["scim", "users", "remove", "acme", "dan"];
    home.run(&remove).ends(2).says(&["dan", "acme", "--yes"]);
    assert!(members(&sim).contains(&"dan".to_owned()));
    home.ok(&[&remove[..], &["--yes"]].concat());
    assert!(!members(&sim).contains(&"dan".to_owned()));
    let bob = ["scim", "users", "remove", "acme", "bob", "--yes"];
    home.run(&bob).ends(6).says(&["no user `bob`"]);
    let update = ["scim", "users", "update", "acme", "dan", "--tree", "basic", "--rename", "d"];
    home.run(&update).ends(6);
}

#[test]
fn the_token_of_a_person_is_refused_with_what_is_wanted() {
    let sim = Sim::start(WORLD);
    let refused = Home::at(&sim, Some(ADMIN)).run(&["scim", "users", "list", "acme"]).ends(7);
    refused.says(&["SCIM wants a token of its own"]);
    let plan = Home::at(&sim, None).json(&["scim", "server", "acme", "--dry-run"]);
    assert_eq!(plan[0]["path"], "/api/organizations/acme/scim/v2/ServiceProviderConfig");
    let home = Home::at(&sim, Some(SCIM));
    assert_eq!(home.json(&["scim", "server", "acme"])["patch"]["supported"], true);
}

#[test]
fn what_the_hub_would_refuse_is_refused_before_sending() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let create = ["scim", "users", "create", "acme"];
    let rest = ["--email", "a@b.org", "--external-id", "1"];
    let name = ["--given-name", "A", "--family-name", "B"];
    for (user, word) in
        [("a", "2 to 42"), ("a_b", "dashes"), ("a--b", "two in a row"), ("12", "digits")]
    {
        home.run(&[&create[..], &[user], &rest, &name].concat()).ends(2).says(&[word]);
    }
    home.run(&[&create[..], &["ada"], &rest].concat()).ends(2).says(&["family name"]);
    let mail = ["scim", "users", "create", "acme", "ada", "--email", "ada", "--external-id", "1"];
    home.run(&[&mail[..], &name].concat()).ends(2).says(&["ada@acme.com"]);
    let filter = ["scim", "users", "list", "acme", "--filter", "shoe eq 43"];
    home.run(&filter).ends(2).says(&["userName eq"]);
}
