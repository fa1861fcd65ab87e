//! The inbox: listed, marked, emptied; what is watched and told.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, OUTSIDER, Sim, WORLD};

fn hub() -> Sim {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    world["discussions"] = json!([
        { "_id": "62904ad60ea7e76254c12701", "id": "acme/open", "num": 1, "author": "eve", "title": "One" },
        { "_id": "62904ad60ea7e76254c12702", "id": "acme/open", "num": 2, "author": "eve", "title": "Two",
          "isPullRequest": true, "createdAt": "2026-03-02T10:20:30Z" },
    ]);
    world["notifications"] = json!([
        { "user": "ada", "id": "acme/open", "num": 1, "mention": true, "updatedAt": "2026-01-01T00:00:00Z" },
        { "user": "ada", "id": "acme/open", "num": 2 },
    ]);
    Sim::start(&world.to_string())
}

fn titles(home: &Home, arguments: &[&str]) -> Vec<String> {
    let list = home.json(&[&["notifications", "list"], arguments].concat());
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_inbox_is_listed_marked_and_emptied() {
    let sim = hub();
    let home = Home::at(&sim, Some(ADMIN));
    assert_eq!(titles(&home, &[]), ["Two", "One"]);
    assert_eq!(titles(&home, &["--mention", "mentions"]), ["One"]);
    assert_eq!(titles(&home, &["--repo", "acme/secret"]), [""; 0]);
    let row = &home.json(&["notifications", "list", "--unread"])[0];
    assert_eq!(row["discussion_id"], "62904ad60ea7e76254c12702");
    assert_eq!((&row["num"], &row["read"]), (&json!(2), &json!(false)));
    assert_eq!(row["discussion"]["participating"][0]["username"], "eve");
    home.ok(&["notifications", "read", "62904ad60ea7e76254c12702"]);
    assert_eq!(titles(&home, &["--unread"]), ["One"]);
    home.ok(&["notifications", "read", "62904ad60ea7e76254c12702", "--unread-again"]);
    home.ok(&["notifications", "read", "--all", "--until", "2026-02-01T00:00:00Z"]);
    assert_eq!(titles(&home, &["--unread"]), ["Two"]);
    home.run(&["notifications", "delete", "--all"]).ends(2).says(&["all notifications", "--yes"]);
    assert_eq!(titles(&home, &[]).len(), 2);
    home.ok(&["notifications", "delete", "62904ad60ea7e76254c12701", "--yes"]);
    home.ok(&["notifications", "delete", "--all", "--repo", "acme/open", "--yes"]);
    assert_eq!(titles(&home, &[]), [""; 0]);
}

#[test]
fn what_is_watched_and_switched_decides_what_comes_in() {
    let sim = hub();
    let home = Home::at(&sim, Some(OUTSIDER));
    let ada = Home::at(&sim, Some(ADMIN));
    let begin = |title: &str| {
        ada.ok(&["discussions", "create", "acme/open", title, "--body", "x"]);
    };
    home.ok(&["notifications", "watch", "acme/open"]);
    begin("Watched");
    assert_eq!(titles(&home, &[]), ["Watched"]);
    home.ok(&["notifications", "settings", "--off", "web_discussions_watched"]);
    begin("Not told");
    home.ok(&["notifications", "settings", "--on", "web_discussions_watched"]);
    home.ok(&["notifications", "watch", "acme/open", "--off"]);
    home.ok(&["notifications", "watch", "--org", "acme"]);
    begin("The repository itself is not watched");
    assert_eq!(titles(&home, &[]), ["Watched"]);
    let plan = home.ok(&["notifications", "watch", "--user", "ada", "--dry-run"]).stdout;
    let plan: Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan[0]["path"], "/api/users/ada/overview");
    assert_eq!(plan[1]["body"]["add"][0]["type"], "user");
}

#[test]
fn what_makes_no_sense_is_not_sent() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9").with("HF_TOKEN", ADMIN);
    for (arguments, words) in [
        (vec!["read"], vec!["--all"]),
        (vec!["read", "7"], vec!["24", "notifications list"]),
        (vec!["read", "62904ad60ea7e76254c12701", "--unread"], vec!["beside ids"]),
        (vec!["list", "--until", "yesterday"], vec!["no time", "2026-03-02T00:00:00Z"]),
        (vec!["list", "--mention", "me"], vec!["mentions"]),
        (vec!["settings"], vec!["--off user_follows"]),
        (vec!["settings", "--on", "user_follow"], vec!["user_follows"]),
        (vec!["settings", "--on", "user_follows", "--off", "user_follows"], vec!["twice"]),
        (vec!["watch"], vec!["required"]),
        (vec!["watch", "acme/open", "--org", "acme"], vec!["cannot be used"]),
        (vec!["watch", "--id", "acme"], vec!["24"]),
    ] {
        home.run(&[vec!["notifications"], arguments].concat()).ends(2).says(&words);
    }
}
