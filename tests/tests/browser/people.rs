//! Filtering the members, looking at a day of the past, saving exactly what is shown.

use std::collections::BTreeSet;

use hubfolk_tests::browser::Browser;

use crate::stage::{Stage, sync};

/// The usernames that the table shows, in its order.
fn shown(browser: &Browser) -> Vec<String> {
    let names = browser.script(
        "return [...document.querySelectorAll('#results tbody .person bdi')].map(e => e.textContent)",
        &serde_json::json!([]),
    );
    let names = names.as_array().unwrap().iter();
    names.map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Waits until the table has so many rows.
fn rows(browser: &Browser, count: usize) -> Vec<String> {
    browser.wait(&format!("{count} rows"), || {
        let names = shown(browser);
        (names.len() == count).then_some(names)
    })
}

/// The first column of a CSV file.
fn first_column(content: &[u8]) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(content);
    let at = reader.headers().unwrap().iter().position(|name| name == "username").unwrap();
    reader.records().map(|record| record.unwrap()[at].to_owned()).collect()
}

#[test]
fn what_is_filtered_is_what_is_shown_and_what_is_saved() {
    let Some(stage) = Stage::synced() else { return };
    let browser = &stage.browser;
    browser.link("Members").click();
    rows(browser, 41);

    // Each filter works at once, and the address says it, so that it can be sent to somebody.
    browser.choose("Role", "write");
    let writers = rows(browser, 13);
    assert!(browser.place().contains("role=write"), "{}", browser.place());
    browser.choose("External", "yes");
    let both = rows(browser, 2);
    assert_eq!(both, ["m15", "m30"]);
    assert!(both.iter().all(|name| writers.contains(name)));
    browser.link("CSV").click();
    let (path, content) = browser.download();
    assert_eq!(first_column(&content), both, "{}", path.display());
    browser.link("JSON").click();
    let (_, content) = browser.download();
    let saved: serde_json::Value = serde_json::from_slice(&content).unwrap();
    let saved = saved["members"].as_array().unwrap().iter();
    let saved: Vec<&str> = saved.map(|one| one["username"].as_str().unwrap()).collect();
    assert_eq!(saved, both);

    // The same address shows the same; a filter is taken away by its own link.
    browser.go(&browser.url());
    assert_eq!(rows(browser, 2), both);
    let chips = browser.all(".chips a");
    assert_eq!(chips.len(), 2);
    chips[0].click();
    browser.wait("one filter less", || (shown(browser).len() > 2).then_some(()));
    assert_eq!(browser.all(".chips a").len(), 1);

    // Nobody fits: the page says so and leads on.
    browser.field("Search").fill("nobody-of-this-name");
    browser.see("No member fits");
    println!(
        "counted: members filtered to {}, then {}, saved as CSV and JSON alike",
        writers.len(),
        both.len()
    );
}

#[test]
fn a_day_of_the_past_is_shown_as_it_was() {
    let Some(stage) = Stage::with(&Default::default(), |scene| {
        sync(scene);
        let mut world = scene.hub.world();
        world.remove_member("acme", "m07").unwrap();
        world.set_role("acme", "m01", "admin").unwrap();
        drop(world);
        sync(scene);
        sync(scene);
    }) else {
        return;
    };
    let browser = &stage.browser;
    stage.sign_in();
    stage.go("/orgs/acme/members?role=admin");
    assert_eq!(rows(browser, 2), ["ada", "m01"]);
    browser.field("As of").fill("run:1");
    browser.button("Filter").click();
    assert_eq!(rows(browser, 1), ["ada"]);
    stage.go("/orgs/acme/members?as_of=run:1");
    let before: BTreeSet<String> = rows(browser, 41).into_iter().collect();
    browser.link("CSV").click();
    let (_, content) = browser.download();
    assert_eq!(first_column(&content).into_iter().collect::<BTreeSet<_>>(), before);
    stage.go("/orgs/acme/members");
    let now: BTreeSet<String> = rows(browser, 40).into_iter().collect();
    let gone: Vec<&String> = before.difference(&now).collect();
    assert_eq!(gone, ["m07"]);

    // What is asked for and cannot be is said, with what can be asked.
    stage.go("/orgs/acme/members?as_of=yesterdayish");
    browser.see("yesterdayish");
    stage.go("/orgs/acme/members?colour=red");
    browser.see("These are allowed:");
}
