//! Collections from the command line: found, made, filled, ordered and deleted.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, OUTSIDER, Sim};

const BEST: &str = "acme/best-models-64f9a55bb3115b4f513ec026";
const ENTRY: &str = "690df2d0c9390ed6ab0f88b1";

const SHELVES: &str = r#"{
  "users": [{"name": "ada"}, {"name": "eve"}],
  "orgs": [{"name": "acme", "plan": "team", "members": [{"user": "ada", "role": "admin"}],
            "resourceGroups": [{"id": "507f1f77bcf86cd799439011", "name": "research"}]}],
  "repos": [{"id": "acme/m"}, {"type": "dataset", "id": "acme/d"}, {"type": "space", "id": "acme/s"}],
  "papers": [{"id": "2510.04871", "title": "Less is \u001b[31mMore"}],
  "collections": [
    {"_id": "64f9a55bb3115b4f513ec026", "owner": "acme", "title": "Best models", "description": "What we use",
     "items": [{"_id": "690df2d0c9390ed6ab0f88b1", "type": "model", "id": "acme/m", "note": "Begin here"},
               {"type": "paper", "id": "2510.04871"}]},
    {"_id": "64f9a55bb3115b4f513ec027", "owner": "acme", "title": "Secret", "private": true, "upvotes": 3}],
  "tokens": [
    {"token": "hf_test_ada_admin_0001", "user": "ada", "role": "write"},
    {"token": "hf_test_eve_write_0003", "user": "eve", "role": "write"}]
}"#;

fn plan(home: &Home, arguments: &[&str]) -> Value {
    let ran = home.ok(&[arguments, &["--dry-run"]].concat());
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn collections_are_listed_by_owner_item_and_text() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, Some(ADMIN));
    let slugs = |arguments: &[&str]| -> Vec<String> {
        let rows = home.json(&[&["collections", "list"], arguments].concat());
        rows.as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap().into()).collect()
    };
    assert_eq!(slugs(&["--owner", "acme", "--sort", "upvotes"]).len(), 2);
    assert_eq!(slugs(&["--item", "papers/2510.04871"]), [BEST]);
    assert_eq!(slugs(&["--item", "acme/m"]), [BEST], "without a folder it is a model");
    assert_eq!(slugs(&["--search", "we use"]), [BEST]);
    let outsider = Home::at(&sim, Some(OUTSIDER)).json(&["collections", "list"]);
    assert_eq!(outsider.as_array().unwrap().len(), 1);
    let row = &outsider[0];
    assert_eq!((&row["owner"]["username"], &row["position"]), (&json!("acme"), &Value::Null));
    let sent = plan(&home, &["collections", "list", "--owner", "acme", "--limit", "7"]);
    assert_eq!(sent[0]["path"], "/api/collections?limit=7&owner=acme");
}

#[test]
fn a_collection_shows_its_facts_and_then_its_items() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, None);
    let text = home.ok(&["collections", "show", BEST]).stdout;
    let (facts, items) = text.split_once("\n\n").unwrap();
    assert!(facts.contains("title\tBest models") && facts.contains("owner\tacme"), "{facts}");
    let rows: Vec<Vec<&str>> = items.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows[0][..3], ["0", "model", "acme/m"]);
    assert_eq!(rows[0][4..], ["Begin here", ENTRY]);
    assert!(rows[1].contains(&"Less is \\u{1b}[31mMore"), "{rows:?}");
    let json = home.json(&["collections", "show", BEST]);
    assert_eq!(json["items"][0]["object_id"], ENTRY);
    assert_eq!(json["share_url"], "https://hf.co/collections/acme/best-models");
    let csv = home.ok(&["collections", "show", BEST, "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 3, "a header and two items");
    let fields = home.ok(&["collections", "show", BEST, "--fields", "slug,upvotes"]).stdout;
    assert_eq!(fields, format!("slug\t{BEST}\nupvotes\t0\n"));
    let page = home.ok(&["collections", "show", BEST, "--web", "--dry-run"]).stdout;
    assert_eq!(page, format!("{}/collections/{BEST}\n", sim.url));
}

#[test]
fn a_collection_is_made_filled_ordered_and_deleted() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, Some(ADMIN));
    let made = home.json(&[
        "collections",
        "create",
        "acme",
        "For May",
        "--private",
        "--description",
        "Bring it",
        "--add",
        "spaces/acme/s",
    ]);
    let slug = made["slug"].as_str().unwrap().to_owned();
    assert_eq!((&made["private"], &made["items"][0]["id"]), (&json!(true), &json!("acme/s")));

    home.ok(&["collections", "add", &slug, "datasets/acme/d", "--note", "N"]);
    home.ok(&["collections", "add", &slug, &format!("collections/{BEST}")]);
    home.ok(&[
        "collections",
        "edit-item",
        &slug,
        "datasets/acme/d",
        "--position",
        "0",
        "--note",
        "",
    ]);
    let named = format!("collections/acme/an-older-title-{}", &BEST[BEST.len() - 24..]);
    home.ok(&["collections", "edit-item", &slug, &named, "--note", "Read"]);
    let items = home.json(&["collections", "show", &slug])["items"].clone();
    let ids: Vec<&Value> =
        items.as_array().unwrap().iter().map(|item| &item["item_type"]).collect();
    assert_eq!(ids, ["dataset", "space", "collection"]);
    assert_eq!((items[0].get("note"), &items[2]["note"]["text"]), (None, &json!("Read")));

    let removed = home.json(&["collections", "remove-item", &slug, "spaces/acme/s"]);
    assert_eq!((&removed["result"], &removed["item"]), (&json!("removed"), &items[1]["object_id"]));
    home.run(&["collections", "remove-item", &slug, "spaces/acme/s"])
        .ends(6)
        .says(&["spaces/acme/s is not in", "hubfolk collections show"]);

    let changed = home.json(&[
        "collections",
        "update",
        &slug,
        "--title",
        "For June",
        "--theme",
        "purple",
        "--public",
        "--gating",
        "manual",
        "--notify",
        "real-time",
    ]);
    assert_eq!((&changed["theme"], &changed["private"]), (&json!("purple"), &json!(false)));
    assert_eq!(changed["gating"]["notifications"]["mode"], "real-time");
    assert_ne!(
        changed["slug"], slug,
        "the slug follows the title, and the old one goes on working:"
    );
    assert_eq!(home.json(&["collections", "delete", &slug, "--yes"])["result"], "deleted");
    home.run(&["collections", "show", &slug]).ends(6).says(&["collections list --owner acme"]);
}

#[test]
fn a_collection_goes_into_a_resource_group() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, Some(ADMIN));
    let group = "507f1f77bcf86cd799439011";
    home.run(&["collections", "group", BEST]).ends(6).says(&["belongs to no resource group"]);
    assert_eq!(home.json(&["collections", "group", BEST, "--set", group])["result"], "grouped");
    assert_eq!(home.json(&["collections", "group", BEST])["name"], "research");
    let sent = plan(&home, &["collections", "group", BEST, "--clear"]);
    assert_eq!(sent[0]["body"], json!({ "resourceGroupId": null }));
    assert_eq!(home.json(&["collections", "group", BEST, "--clear"])["result"], "ungrouped");
}

#[test]
fn deleting_asks_and_without_an_answer_nothing_is_sent() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, Some(ADMIN));
    let delete = ["collections", "delete", BEST];
    home.run(&delete).ends(2).says(&[BEST, "--yes"]);
    home.ok(&["collections", "show", BEST]);
    let sent = plan(&home, &delete);
    let expected =
        json!([{ "method": "DELETE", "path": format!("/api/collections/{BEST}"), "body": null }]);
    assert_eq!(sent, expected);
    home.ok(&["collections", "show", BEST]);
}

#[test]
fn a_dry_run_shows_the_request_of_each_change() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, Some(ADMIN));
    let add = plan(&home, &["collections", "add", BEST, "papers/2510.04871", "--note", "N"]);
    assert_eq!(add[0]["path"], format!("/api/collections/{BEST}/items"));
    let item = json!({ "item": { "type": "paper", "id": "2510.04871" }, "note": "N" });
    assert_eq!(add[0]["body"], item);
    let edit = plan(&home, &["collections", "edit-item", BEST, "acme/m", "--position", "1"]);
    assert_eq!(
        edit,
        json!([{ "method": "PATCH", "path": format!("/api/collections/{BEST}/items/{ENTRY}"),
                 "body": { "position": 1 } }])
    );
    let update = plan(&home, &["collections", "update", BEST, "--description", ""]);
    assert_eq!(update[0]["body"], json!({ "description": "" }));
    let create = plan(&home, &["collections", "create", "acme", "T"]);
    assert_eq!(create[0]["body"], json!({ "title": "T", "namespace": "acme" }));
    assert_eq!(home.json(&["collections", "list"]).as_array().unwrap().len(), 2);
}

#[test]
fn wrong_input_is_refused_with_its_rule_before_anything_is_sent() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    for (arguments, words) in [
        (vec!["show", "acme/best-models"], vec!["lacks its id", "acme/best-models-64f9"]),
        (vec!["show", "best-models"], vec!["owner/words-id"]),
        (vec!["list", "--item", "papers/"], vec!["2510.04871"]),
        (vec!["add", BEST, "models/acme/m/x"], vec!["more than one slash", "models/acme/m"]),
        (vec!["update", BEST], vec!["--title"]),
        (vec!["update", BEST, "--theme", "red"], vec!["orange", "indigo"]),
        (vec!["update", BEST, "--notify", "bulk"], vec!["--gating manual"]),
        (vec!["edit-item", BEST, ENTRY], vec!["--position"]),
        (vec!["group", BEST, "--set", "research"], vec!["24 lowercase", "groups list"]),
    ] {
        home.run(&[&["collections"], &arguments[..]].concat()).ends(2).says(&words);
    }
    let long = "x".repeat(61);
    home.run(&["collections", "create", "acme", &long]).ends(2).says(&["at most 60"]);
    let note = "x".repeat(501);
    home.run(&["collections", "add", BEST, "acme/m", "--note", &note])
        .ends(2)
        .says(&["at most 500"]);
}

#[test]
fn refusals_of_the_hub_say_what_to_do() {
    let sim = Sim::start(SHELVES);
    let home = Home::at(&sim, Some(ADMIN));
    home.run(&["collections", "create", "acme", "Best models"])
        .ends(3)
        .says(&["409", "collections list --owner acme"]);
    home.run(&["collections", "add", BEST, "acme/m"]).ends(3).says(&["409", "already"]);
    home.run(&["collections", "add", BEST, "acme/none"]).ends(6).says(&["must exist"]);
    let eve = Home::at(&sim, Some(OUTSIDER));
    eve.run(&["collections", "update", BEST, "--theme", "blue"]).ends(7).says(&["403"]);
    Home::at(&sim, None).run(&["collections", "add", BEST, "acme/m"]).ends(7).says(&["auth login"]);
}
