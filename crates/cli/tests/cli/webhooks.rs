//! Webhooks: their secrets come from files and stay there.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, Sim, WORLD};

const SECRET: &str = "a-secret-of-this-test";

#[test]
fn a_webhook_is_made_shown_changed_switched_and_deleted() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let secret = home.write("hook.secret", &format!("{SECRET}\n"));
    let made = home.json(&[
        "webhooks",
        "create",
        "--url",
        "https://acme.example/hook",
        "--watch",
        "org:acme",
        "--watch",
        "model:acme/open",
        "--secret-file",
        secret.to_str().unwrap(),
    ]);
    assert_eq!((&made["has_secret"], &made["disabled"]), (&json!(true), &json!(false)));
    assert_eq!(made["domains"], json!(["repo", "discussion"]));
    assert_eq!(made["watched"][1], json!({ "name": "acme/open", "type": "model" }));
    let id = made["id"].as_str().unwrap();
    assert_eq!(home.json(&["webhooks", "show", id]), made);
    let changed = home.json(&["webhooks", "update", id, "--domain", "repo"]);
    assert_eq!((&changed["domains"], &changed["url"]), (&json!(["repo"]), &made["url"]));
    assert_eq!(home.json(&["webhooks", "disable", id])["disabled"], true);
    assert_eq!(home.json(&["webhooks", "enable", id])["disabled"], false);
    assert_eq!(home.json(&["webhooks", "list"]).as_array().unwrap().len(), 1);
    home.run(&["webhooks", "delete", id]).ends(2).says(&[id, "--yes"]);
    assert_eq!(home.json(&["webhooks", "list"]).as_array().unwrap().len(), 1, "nothing was sent");
    assert_eq!(home.json(&["webhooks", "delete", id, "--yes"])["result"], "deleted");
    home.run(&["webhooks", "show", id]).ends(6);
}

#[test]
fn a_secret_is_never_an_argument_and_never_shown() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN)).with("HOOK_SECRET", SECRET);
    let create =
        ["webhooks", "create", "--url", "https://acme.example/hook", "--watch", "org:acme"];
    home.run(&[&create[..], &["--secret", SECRET]].concat()).ends(2);
    let plan = home.ok(&[&create[..], &["--secret-env", "HOOK_SECRET", "--dry-run"]].concat());
    assert!(!plan.stdout.contains(SECRET) && plan.stdout.contains("(hidden)"), "{plan:?}");
    let made = home.ok(&[&create[..], &["--secret-env", "HOOK_SECRET", "-vvv"]].concat());
    assert!(!made.stdout.contains(SECRET) && !made.stderr.contains(SECRET), "{made:?}");
    let piped = [&create[..], &["--secret-file", "-", "--format", "json"]].concat();
    let made: Value =
        serde_json::from_str(&home.run_with(&piped, "from a pipe\n").ends(0).stdout).unwrap();
    assert_eq!(made["has_secret"], true);
    home.run(&[&create[..], &["--secret-env", "NOT_THERE"]].concat())
        .ends(2)
        .says(&["`NOT_THERE`"]);
    let odd = home.write("odd.secret", "grüße");
    home.run(&[&create[..], &["--secret-file", odd.to_str().unwrap()]].concat())
        .ends(2)
        .says(&["printable ASCII", "(hidden)"]);
    home.run(&["api", "create_webhook", "-f", &format!("secret={SECRET}")])
        .ends(2)
        .says(&["--secret-file"]);
}

#[test]
fn what_cannot_be_watched_is_refused_before_it_is_sent() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let create = |watch: &str| {
        let url = "https://acme.example/hook";
        home.run(&["webhooks", "create", "--url", url, "--watch", watch]).ends(2)
    };
    create("acme/m").says(&["TYPE:NAME"]);
    create("modell:acme/m").says(&["`model`"]);
    create("org:acme/m").says(&["has a slash"]);
    home.run(&["webhooks", "create", "--watch", "org:acme"]).ends(2).says(&["exactly one of"]);
    home.run(&["webhooks", "create", "--watch", "org:acme", "--url", "acme"])
        .ends(2)
        .says(&["no web address"]);
    home.run(&["webhooks", "show", "42"]).ends(2).says(&["24 lowercase hexadecimal"]);
    home.run(&["webhooks", "update", "6390e855e30d9209411de93b"])
        .ends(2)
        .says(&["nothing to change"]);
}
