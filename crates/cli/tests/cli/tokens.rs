//! Tokens that are kept out, and tokens that somebody found.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, MEMBER, OUTSIDER, Sim, WORLD};

#[test]
fn found_tokens_are_read_from_a_file_or_a_pipe_and_never_shown() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, None);
    home.write("found.txt", &format!("# from the log\n\n{MEMBER}\n  {OUTSIDER}  \n"));
    let asked = home.run(&["tokens", "report-leaked", "found.txt"]).ends(2);
    asked.says(&["2 tokens invalid everywhere", "--yes"]);
    assert_eq!(Home::at(&sim, Some(MEMBER)).run(&["whoami"]).code, 0);
    let plan = home.ok(&["tokens", "report-leaked", "found.txt", "--dry-run"]).stdout;
    assert!(!plan.contains(MEMBER), "{plan}");
    let plan: Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan[0]["body"], json!({ "credentials": ["(hidden)", "(hidden)"] }));
    let ran = home.ok(&["tokens", "report-leaked", "found.txt", "--yes", "-vvv"]);
    assert!(!ran.stderr.contains(MEMBER) && !ran.stdout.contains(MEMBER), "{ran:?}");
    Home::at(&sim, Some(MEMBER)).run(&["whoami"]).ends(7);
    Home::at(&sim, Some(OUTSIDER)).run(&["whoami"]).ends(7);
    home.run_with(&["tokens", "report-leaked", "-", "--yes"], ADMIN).ends(0);
    Home::at(&sim, Some(ADMIN)).run(&["whoami"]).ends(7);
}

#[test]
fn what_is_no_list_of_tokens_is_refused_without_repeating_it() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let report = ["tokens", "report-leaked", "-", "--yes"];
    home.run_with(&report, "\n# nothing\n").ends(2).says(&["no token to read"]);
    let ran = home.run_with(&report, "hf_test_one hf_test_two\n").ends(2);
    assert!(!ran.stderr.contains("hf_test_two"), "{ran:?}");
    let ran = home.run_with(&report, &"x".repeat(201)).ends(2);
    assert!(!ran.stderr.contains("xxx"), "{ran:?}");
    ran.says(&["1 to 200 characters"]);
    home.run(&["tokens", "report-leaked", "missing.txt", "--yes"]).ends(2);
}

#[test]
fn more_tokens_than_one_report_holds_make_several() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let many: String = (0..1001).map(|number| format!("hf_test_{number:04}\n")).collect();
    let ran = home.run_with(&["tokens", "report-leaked", "-", "--dry-run"], &many).ends(0);
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    let sizes: Vec<usize> = plan
        .as_array()
        .unwrap()
        .iter()
        .map(|sent| sent["body"]["credentials"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [1000, 1]);
}

#[test]
fn a_token_is_kept_out_of_an_organization_by_itself_or_by_its_id() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let file = home.write("token.txt", MEMBER);
    let revoke = ["tokens", "revoke", "acme", "--file", file.to_str().unwrap()];
    let plan = home.ok(&[&revoke[..], &["--dry-run"]].concat()).stdout;
    assert!(plan.contains("(hidden)") && !plan.contains(MEMBER), "{plan}");
    home.run(&revoke).ends(2).says(&["out of acme", "--yes"]);
    let bob = Home::at(&sim, Some(MEMBER));
    assert_eq!(bob.run(&["repos", "check", "acme/secret"]).code, 0);
    home.ok(&[&revoke[..], &["--yes"]].concat());
    bob.run(&["repos", "check", "acme/secret"]).ends(6);
    assert_eq!(bob.json(&["whoami"])["orgs"][0]["security_restrictions"], json!(["token-revoked"]));
    // The log names the token by its id.
    home.ok(&["groups", "create", "acme", "x"]);
    let log = home.json(&["audit-log", "search", "acme", "--type", "resource_group.create"]);
    let id = log[0]["token"]["id"].as_str().unwrap();
    home.ok(&["tokens", "revoke", "acme", "--id", id, "--yes"]);
    home.run(&["groups", "list", "acme"]).ends(7);
    home.run(&["tokens", "revoke", "acme"]).ends(2).says(&["--id"]);
}
