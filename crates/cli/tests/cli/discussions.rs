//! Discussions and pull requests: listed, shown, begun, directed, deleted.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, OUTSIDER, Sim, WORLD};

/// The common world with a thread that has a bit of everything, and a pull request.
fn world() -> String {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    world["discussions"] = json!([
        { "id": "acme/open", "num": 7, "author": "eve", "title": "Too \u{202e}low\u{1b}[31m",
          "createdAt": "2026-03-02T10:20:30Z",
          "events": [
            { "id": "62904ad60ea7e76254c12713", "type": "comment", "author": "eve",
              "createdAt": "2026-03-02T10:20:30Z",
              "text": "Is it *far*?\u{1b}]0;x\u{7}\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] read&#x1b;[2J",
              "reactions": [{ "reaction": "👍", "users": ["ada"] }] },
            { "type": "title-change", "author": "bob", "from": "Low", "to": "Too low",
              "createdAt": "2026-03-03T00:00:00Z" },
            { "type": "comment", "hidden": true, "hiddenReason": "Spam", "text": "buy" },
            { "type": "status-change", "status": "closed", "author": "ada" },
            { "type": "status-change", "status": "open", "author": "ada" },
          ] },
        { "id": "acme/open", "num": 8, "author": "bob", "title": "Add a license", "isPullRequest": true,
          "comment": "It has none", "status": "draft",
          "diff": "diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-none\n+\u{1b}[2Jmit\n" },
        { "id": "acme/secret", "num": 1, "author": "ada", "title": "Inside" },
    ]);
    world.to_string()
}

fn hub() -> Sim {
    Sim::start(&world())
}

#[test]
fn a_list_is_filtered_and_a_thread_is_one_object() {
    let sim = hub();
    let home = Home::at(&sim, Some(ADMIN));
    let numbers = |arguments: &[&str]| -> Vec<u64> {
        let list = home.json(&[&["discussions", "list", "acme/open"], arguments].concat());
        list.as_array().unwrap().iter().map(|one| one["num"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&[]), [8, 7]);
    assert_eq!(numbers(&["--pull-requests", "--status", "open"]), [8]);
    assert_eq!(numbers(&["--discussions", "--author", "eve"]), [7]);
    assert_eq!(numbers(&["--search", "license", "--sort", "reactions"]), [8]);
    let list = home.ok(&["discussions", "list", "acme/open", "--fields", "num,kind,author"]);
    assert_eq!(list.stdout, "8\tpull_request\tbob\n7\tdiscussion\teve\n");
    let thread = home.json(&["discussions", "show", "acme/open", "7"]);
    assert_eq!((&thread["num"], &thread["is_pull_request"]), (&json!(7), &json!(false)));
    let first = &thread["events"][0];
    assert_eq!((&first["event_type"], &first["data"]["num_edits"]), (&json!("comment"), &json!(0)));
    assert_eq!(first["author"]["username"], "eve");
    assert_eq!(thread["extra"], json!({}));
    let diff = home.json(&["discussions", "show", "acme/open", "#8", "--diff"]);
    assert!(diff["diff"].as_str().unwrap().starts_with("diff --git"));
}

#[test]
fn a_thread_reads_well_and_strangers_cannot_draw_on_the_terminal() {
    let sim = hub();
    let home = Home::at(&sim, Some(ADMIN));
    let shown = home.ok(&["discussions", "show", "acme/open", "7"]).stdout;
    let expected = "\
Too \\u{202e}low\\u{1b}[31m #7
open · discussion in acme/open · by eve · 2026-03-02 10:20 · 2 comments
HUB/acme/open/discussions/7

eve · 2026-03-02 10:20  62904ad60ea7e76254c12713
  Is it *far*?\\u{1b}]0;x\\u{7}

  a  b
  ─  ─
  1  2

  • [x] read\\u{1b}[2J

  👍 ada

○ 2026-03-03 00:00  bob changed the title from \"Low\" to \"Too low\"

deleted account · 2026-03-02 10:20  ID
  This comment is hidden (Spam)

○ 2026-03-02 10:20  ada closed it
○ 2026-03-02 10:20  ada opened it again
";
    let hidden = home.json(&["discussions", "show", "acme/open", "7"])["events"][2]["id"].clone();
    let shown = shown.replace(&sim.url, "HUB").replace(hidden.as_str().unwrap(), "ID");
    assert_eq!(shown, expected);
    let diff = home.ok(&["discussions", "show", "acme/open", "8", "--diff"]).stdout;
    assert!(diff.contains("\n-none\n+\\u{1b}[2Jmit\n"), "{diff}");
    let coloured =
        home.ok(&["discussions", "show", "acme/open", "8", "--diff", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}[31m-none\u{1b}[0m"), "{coloured:?}");
    assert!(!coloured.contains("\u{1b}[2J"), "{coloured:?}");
}

#[test]
fn a_pull_request_goes_from_its_draft_to_its_end() {
    let sim = hub();
    let home = Home::at(&sim, Some(ADMIN));
    let made = home.json(&[
        "discussions",
        "create",
        "acme/open",
        "Fix it",
        "--body",
        "Now.",
        "--pull-request",
    ]);
    assert_eq!((&made["num"], &made["result"]), (&json!(9), &json!("created as a draft")));
    let run = |arguments: &[&str]| home.json(&[&["discussions"], arguments].concat());
    assert_eq!(run(&["publish", "acme/open", "9"])["result"], "published");
    let comment = run(&["comment", "acme/open", "9", "--body", "Look"])["event"].clone();
    let comment = comment.as_str().unwrap();
    let path = home.write("text.md", "Look *again*\n");
    run(&["edit", "acme/open", "9", comment, "--body-file", path.to_str().unwrap()]);
    run(&["rename", "acme/open", "9", "Fix it well"]);
    run(&["pin", "acme/open", "9"]);
    run(&["close", "acme/open", "9", "--comment", "Later"]);
    run(&["reopen", "acme/open", "9"]);
    assert_eq!(run(&["merge", "acme/open", "9", "--comment", "Thanks"])["result"], "merged");
    let thread = run(&["show", "acme/open", "9"]);
    assert_eq!((&thread["status"], &thread["title"]), (&json!("merged"), &json!("Fix it well")));
    assert_eq!(thread["pinned"], true);
    let texts: Vec<&str> = thread["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["data"]["latest"]["raw"].as_str())
        .collect();
    assert_eq!(texts, ["Now.", "Look *again*\n", "Later", "Thanks"]);
    assert!(run(&["storage", "acme/open", "9"])["estimated_storage"].as_u64().unwrap() > 0);
    run(&["hide", "acme/open", "9", comment, "--yes"]);
    run(&["delete-ref", "acme/open", "9", "--yes"]);
    assert_eq!(run(&["storage", "acme/open", "9"])["ref_deleted"], true);
    run(&["delete", "acme/open", "9", "--yes"]);
    home.run(&["discussions", "show", "acme/open", "9"])
        .ends(6)
        .says(&["404", "hubfolk discussions list acme/open --type model"]);
}

#[test]
fn what_cannot_be_brought_back_is_asked_first_by_name() {
    let sim = hub();
    let home = Home::at(&sim, Some(ADMIN));
    let before = home.json(&["discussions", "show", "acme/open", "7"]);
    for (arguments, question) in [
        (vec!["delete", "acme/open", "7"], "Delete model acme/open #7 with all its comments"),
        (vec!["delete-ref", "acme/open", "8"], "refs/pr/8 of model acme/open"),
        (
            vec!["hide", "acme/open", "7", "62904AD60EA7E76254C12713"],
            "the comment 62904ad60ea7e76254c12713",
        ),
    ] {
        let arguments = [vec!["discussions"], arguments].concat();
        home.run(&arguments).ends(2).says(&[question, "for ever", "--yes"]);
        let plan = home.ok(&[&arguments[..], &["--dry-run"]].concat()).stdout;
        assert!(plan.contains("/api/models/acme/open/discussions/"), "{plan}");
    }
    assert_eq!(home.json(&["discussions", "show", "acme/open", "7"]), before);
}

#[test]
fn what_the_hub_would_refuse_is_not_sent() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9").with("HF_TOKEN", ADMIN);
    for (arguments, words) in [
        (vec!["show", "acme/open", "0"], vec!["numbers begin with 1", "as in 7"]),
        (vec!["show", "acme/open", "seven"], vec!["no number", "as in 7"]),
        (vec!["show", "a/b/c", "7"], vec!["more than one slash", "owner/name"]),
        (vec!["create", "acme/open", "ab", "--body", "x"], vec!["too short", "Add a license"]),
        (vec!["create", "acme/open", "  ", "--body", "x"], vec!["is empty", "3 to 200"]),
        (vec!["comment", "acme/open", "7", "--body", " "], vec!["empty"]),
        (vec!["comment", "acme/open", "7"], vec!["--body", "--body-file"]),
        (vec!["edit", "acme/open", "7", "12", "--body", "x"], vec!["24", "as in 62904ad6"]),
        (vec!["close", "acme/open", "7", "--comment", " "], vec!["--comment is empty"]),
        (vec!["list", "acme/open", "--status", "merged"], vec!["open", "closed"]),
        (vec!["list", "acme/open", "--author", "x"], vec!["2 to 42"]),
    ] {
        home.run(&[vec!["discussions"], arguments].concat()).ends(2).says(&words);
    }
    let long = "x".repeat(201);
    home.run(&["discussions", "rename", "acme/open", "7", &long])
        .ends(2)
        .says(&["201", "3 to 200"]);
}

#[test]
fn a_body_comes_from_standard_input_and_a_refusal_says_what_to_do() {
    let sim = hub();
    let home = Home::at(&sim, Some(OUTSIDER));
    let comment =
        ["discussions", "comment", "acme/open", "7", "--body-file", "-", "--format", "json"];
    home.run_with(&comment, "From a **pipe**\n").ends(0);
    let thread = home.json(&["discussions", "show", "acme/open", "7"]);
    assert_eq!(thread["events"][5]["data"]["latest"]["raw"], "From a **pipe**");
    home.run(&["discussions", "merge", "acme/open", "8"]).ends(7).says(&["403", "hint"]);
    home.run(&["discussions", "show", "acme/secret", "1"]).ends(6).says(&["hint"]);
    let web =
        home.ok(&["discussions", "show", "datasets/acme/d", "7", "--web", "--dry-run"]).stdout;
    assert_eq!(web, format!("{}/datasets/acme/d/discussions/7\n", sim.url));
    let draft = Home::at(&sim, Some(ADMIN)).run(&["discussions", "merge", "acme/open", "8"]);
    draft.ends(3).says(&["400", "draft"]);
}
