//! No page asks another host for anything, whatever is written in the names on it.

use hubfolk_tests::browser::Browser;

use crate::stage::{Stage, pages};

/// What was asked of somebody else than the service.
fn strangers(browser: &Browser, service: &str) -> (usize, Vec<String>) {
    let ours = format!("{service}/");
    // Chromium begins with a page of its own, made of its own files.
    let own = |url: &String| url.starts_with("chrome:") || url.starts_with("data:");
    let requests: Vec<String> = browser.requests().into_iter().filter(|url| !own(url)).collect();
    let count = requests.len();
    let other = |url: &String| !url.starts_with(&ours);
    (count, requests.into_iter().filter(other).collect())
}

#[test]
fn no_request_leaves_for_another_host() {
    let Some(stage) = Stage::synced() else { return };
    let (browser, service) = (&stage.browser, stage.service.at(""));
    let pages = pages();
    for page in &pages {
        stage.go(page);
        let _ = browser.one("main h1");
        let complaints = browser.complaints();
        assert!(complaints.is_empty(), "{page}: {complaints:?}");
        let taken = browser.script(
            "return document.title === 'taken' || document.querySelector('img[src=x], script:not([src])') !== null",
            &serde_json::json!([]),
        );
        assert_eq!(taken, false, "{page}: a name acts");
    }
    stage.go("/orgs/acme/members/m40");
    browser.see("<script>document.title='taken'</script>");
    let (count, others) = strangers(browser, &service);
    assert!(count >= pages.len() * 2, "each page asks for itself and what it is made of: {count}");
    assert!(others.is_empty(), "{others:?}");
    println!(
        "counted: {} pages, {count} requests in Chromium's log, 0 to another host",
        pages.len()
    );

    // Both guards work: what a page would ask of another is stopped, and what is asked is seen.
    let hub = stage.scene.hub.url();
    let stopped = browser.script(
        "return fetch(arguments[0]).then(() => 'went', () => 'stopped')",
        &serde_json::json!([format!("{hub}/api/whoami-v2")]),
    );
    assert_eq!(stopped, "stopped", "the policy of the page does not let it ask another host");
    browser.go(&format!("{hub}/api/models"));
    let (_, others) = strangers(browser, &service);
    assert!(others.contains(&format!("{hub}/api/models")), "{others:?}");
}
