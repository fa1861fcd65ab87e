//! Wrong input: one clear line with the place and the remedy, before anything is sent or written.

use crate::support::{ADMIN, Home, Sim, WORLD};

/// A home whose Hub would refuse the connection: whoever sends something fails with 3, not 2.
fn deaf() -> Home {
    Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9").with("HF_TOKEN", ADMIN)
}

#[test]
fn malformed_names_are_refused_with_the_rule() {
    let home = deaf();
    for name in ["a b", "../whoami-v2", "acme/model", "@acme", "https://huggingface.co/acme", ""] {
        for command in [["orgs", "show"], ["orgs", "members"], ["users", "show"]] {
            let ran = home.run(&[command[0], command[1], name]).ends(2);
            assert!(ran.stdout.is_empty(), "{ran:?}");
        }
        home.run(&["sync", name]).ends(2);
        home.run(&["members", name]).ends(2);
    }
    home.run(&["orgs", "show", "acme/model"]).says(&["slash"]);
    home.run(&["repos", "check", "a/../b"]).ends(2);
    home.run(&["repos", "likers", "datasets/acme/d", "--type", "model"])
        .ends(2)
        .says(&["disagree"]);
    assert!(!home.path(".local").exists(), "nothing is written either");
}

#[test]
fn a_malformed_token_is_named_by_its_place_and_never_shown() {
    let home = deaf().with("HF_TOKEN", "hf_test_two words");
    let ran = home.run(&["whoami"]).ends(2).says(&["HF_TOKEN", "malformed"]);
    assert!(!ran.stderr.contains("words"), "{ran:?}");
}

#[test]
fn a_malformed_endpoint_is_refused() {
    for endpoint in [
        "huggingface.co",
        "ftp://huggingface.co",
        "https://",
        "https://x/?a=b",
        "https://ada:secret@x",
    ] {
        let ran = Home::new()
            .run(&["users", "show", "ada", "--endpoint", endpoint])
            .ends(2)
            .says(&["endpoint"]);
        assert!(!ran.stderr.contains("secret"), "{ran:?}");
    }
    let home = Home::new().with("HF_TOKEN", ADMIN);
    home.run(&["whoami", "--endpoint", "http://hub.example"]).ends(2).says(&["https"]);
}

#[test]
fn a_malformed_date_is_told_the_forms() {
    let home = Home::new();
    home.run(&["members", "acme", "--as-of", "yesterday"]).ends(2).says(&[
        "2026-03-02",
        "2w",
        "run:17",
    ]);
    home.run(&["members", "acme", "--as-of", "2026-02-30"]).ends(2).says(&["no such day"]);
    home.run(&["changes", "acme", "--since", "run:x"]).ends(2).says(&["run:17"]);
}

#[test]
fn a_malformed_database_address_is_refused_without_its_password() {
    for address in ["mysql://ada:hf_test_pw@x/y", "ledger", "sqlite:", "postgres://ada:hf_test_pw@"]
    {
        let ran = Home::new().run(&["members", "acme", "--db", address]).ends(2).says(&["sqlite:"]);
        assert!(!ran.stderr.contains("hf_test_pw"), "{ran:?}");
    }
    let ran = Home::new()
        .with("HUBFOLK_DB", "mysql://ada:hf_test_pw@x/y")
        .run(&["members", "acme"])
        .ends(2);
    assert!(!ran.stderr.contains("hf_test_pw"), "{ran:?}");
}

#[test]
fn a_database_that_is_none_is_refused_untouched() {
    let home = Home::new();
    let path = home.write("notes.txt", "not a database, but twenty lines of notes\n");
    let address = format!("sqlite:{}", path.display());
    home.run(&["members", "acme", "--db", &address]).ends(2).says(&["notes.txt"]);
    home.run(&["sync", "acme", "--db", &address, "--endpoint", "http://127.0.0.1:9"]).ends(2);
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        "not a database, but twenty lines of notes\n"
    );
}

#[test]
fn a_world_that_is_none_is_named_by_its_place() {
    let home = Home::new();
    for (text, place) in [
        (r#"{"users": [{"nmae": "ada"}]}"#, "users[0]"),
        (r#"{"users": [{"name": "ada"}, {"name": "ada"}]}"#, "users[1]"),
        (
            r#"{"orgs": [{"name": "acme", "members": [{"user": "nobody", "role": "read"}]}]}"#,
            "orgs[0].members[0]",
        ),
        ("{", ""),
    ] {
        let path = home.write("world.json", text);
        home.run(&["sim", "--world", path.to_str().unwrap()]).ends(2).says(&["world.json", place]);
    }
    home.run(&["sim", "--world", "/nonexistent"]).ends(2);
    home.run(&["sim", "--listen", "nowhere"]).ends(2);
}

#[test]
fn files_of_organizations_are_read_whole_and_named_by_the_line() {
    let home = deaf();
    home.write("orgs.txt", "# all of them\nacme\n\nbad name # typing error\n");
    home.run(&["sync", "--orgs-file", "orgs.txt"]).ends(2).says(&["orgs.txt line 4", "bad name"]);
    home.write("none.txt", "# nothing\n");
    home.run(&["sync", "--orgs-file", "none.txt"]).ends(2);
    home.run(&["sync"]).ends(2);
    home.write("good.txt", "\u{feff}acme\r\nAcme # again\nother\n");
    let plan = home.ok(&["sync", "--orgs-file", "good.txt", "--dry-run"]).stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let paths: Vec<&str> =
        plan.as_array().unwrap().iter().map(|sent| sent["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "/api/whoami-v2",
            "/api/organizations/acme/members?limit=500",
            "/api/organizations/other/members?limit=500"
        ]
    );
    assert!(!home.path(".local").exists(), "a plan writes nothing");
}

#[test]
fn usage_errors_are_objects_for_programs() {
    let home = deaf();
    for arguments in [
        vec!["members", "a b", "--format", "json"],
        vec!["--format=ndjson", "users", "show"],
        vec!["api", "get_usr_overview", "--format", "json"],
        vec!["members", "acme", "--as-of", "never", "--format", "json"],
    ] {
        let error = home.run(&arguments).ends(2).error();
        assert_eq!(error["kind"], "usage", "{error}");
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
        assert!(error["hint"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
        for key in ["operation", "status", "code", "request_id"] {
            assert!(error[key].is_null(), "{error}");
        }
    }
}

#[test]
fn being_offline_sends_nothing() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, None).with("HF_HUB_OFFLINE", "1");
    home.run(&["users", "show", "ada"]).ends(2).says(&["HF_HUB_OFFLINE"]);
}
