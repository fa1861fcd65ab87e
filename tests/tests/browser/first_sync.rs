//! From the first start to the first synced organization.

use crate::stage::{ADMIN, OUTSIDER, Stage};

#[test]
fn first_start_leads_to_a_synced_organization() {
    let Some(stage) = Stage::empty() else { return };
    let browser = &stage.browser;
    stage.sign_in();
    assert_eq!(browser.place(), "/setup");
    browser.see("Nothing is kept yet");

    // What is wrong is said at its field, and what was typed stays.
    browser.field("Organization").fill("ac me");
    browser.field("Hub").fill(&stage.scene.hub.url());
    browser.button("Test connection").click();
    browser.see("a name has letters, digits, - and _");
    assert_eq!(browser.field("Organization").property("value"), "ac me");
    assert_eq!(browser.field("Organization").attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(browser.field("Hub").property("value"), stage.scene.hub.url());

    // A token that sees less than an administrator's is told apart from one that does not work.
    browser.field("Organization").fill("acme");
    browser.field("Token").fill("hf_test_nobody");
    browser.button("Test connection").click();
    browser.see("Does not work:");
    assert_eq!(browser.field("Token").property("value"), "", "a token is never sent back");
    browser.field("Token").fill(OUTSIDER);
    browser.button("Test connection").click();
    browser.see("who is no member of acme");
    assert_eq!(stage.api("/api/orgs")["items"].as_array().map(Vec::len), Some(0));

    browser.field("Token").fill(ADMIN);
    browser.button("Test connection").click();
    browser.see("The token belongs to ada, who is admin in acme.");
    browser.field("Token").fill(ADMIN);
    browser.field("Sync").fill("manual");
    browser.button("Save").click();
    browser.wait("the page of runs", || (browser.place() == "/orgs/acme/runs").then_some(()));

    // A new organization is synced at once; then again when a person asks.
    let published = |count: usize| {
        browser.wait("a published run", || {
            let runs = stage.api("/api/orgs/acme/runs");
            let runs = runs["items"].as_array()?.clone();
            (runs.len() == count && runs.iter().all(|run| run["state"] == "published"))
                .then_some(runs)
        })
    };
    published(1);
    stage.go("/orgs/acme");
    browser.see("41 members");
    browser.button("Sync now").click();
    let runs = published(2);
    println!("counted: first start to {} published runs of 41 members, by clicks", runs.len());

    // The pasted token is beside the database, for its owner only, and not in it.
    let db = stage.scene.db.strip_prefix("sqlite:").unwrap();
    let folder = std::path::PathBuf::from(format!("{db}.service"));
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let holding = files.find(|file| std::fs::read_to_string(file).unwrap().contains(ADMIN));
    let file = holding.expect("the token is in a file");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    for suffix in ["", "-wal"] {
        let bytes = std::fs::read(format!("{db}{suffix}")).unwrap_or_default();
        let found = bytes.windows(ADMIN.len()).any(|part| part == ADMIN.as_bytes());
        assert!(!found, "the token is in the database{suffix}");
    }
}
