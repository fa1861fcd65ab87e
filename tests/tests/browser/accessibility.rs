//! Each page held to the rules of axe, in light and in dark, on a desktop's width and a phone's.

use hubfolk_tests::browser::Browser;
use serde_json::{Value, json};

use crate::approvals::Agent;
use crate::quarantine::lose_half;
use crate::stage::{Stage, pages};

/// The program that looks for violations, as the test command installed it.
#[expect(clippy::disallowed_methods, reason = "the test command names the file in the environment")]
fn axe() -> Option<String> {
    if let Some(path) = std::env::var_os("HUBFOLK_TEST_AXE") {
        return Some(std::fs::read_to_string(path).unwrap());
    }
    let without = std::env::var("HUBFOLK_TEST_WITHOUT").unwrap_or_default();
    assert!(
        without.split(',').any(|part| part == "node"),
        "this test needs axe-core: run `cargo xtask test`, which installs it from npm, or name axe.min.js in \
         HUBFOLK_TEST_AXE"
    );
    eprintln!("left out: node: no accessibility rules, which come from npm");
    None
}

/// What axe says of the page: the rules that it holds to, and those that it breaks, with where.
fn judge(browser: &Browser, axe: &str) -> (usize, Vec<String>) {
    // The page's policy lets no script in; the driver's own are not the page's.
    let _ = browser.script(axe, &json!([]));
    let said =
        browser.script("return axe.run(document, { resultTypes: ['violations'] })", &json!([]));
    let rules = |name: &str| said[name].as_array().cloned().unwrap_or_default();
    let broken = rules("violations").into_iter().map(|rule| {
        let nodes = rule["nodes"].as_array().cloned().unwrap_or_default();
        let places: Vec<String> =
            nodes.iter().take(5).map(|node| format!("{} {}", node["target"], why(node))).collect();
        format!("{} ({}): {}", rule["id"], nodes.len(), places.join("; "))
    });
    (rules("passes").len(), broken.collect())
}

/// What axe says about one place.
fn why(node: &Value) -> String {
    ["any", "all", "none"]
        .iter()
        .flat_map(|kind| node[*kind].as_array().cloned().unwrap_or_default())
        .filter_map(|check| check["message"].as_str().map(str::to_owned))
        .next()
        .unwrap_or_default()
}

#[test]
fn no_page_breaks_a_rule_of_accessibility() {
    let Some(axe) = axe() else { return };
    let Some(stage) = Stage::with(&Default::default(), lose_half) else { return };
    let browser = &stage.browser;
    stage.sign_in();
    // A question of an agent waits on its page.
    let _ = Agent::of(&stage).close(1);
    let mut broken = Vec::new();
    let mut looked = 0;
    let mut look = |page: &str| {
        for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)] {
            browser.prefer(scheme);
            browser.resize(width, 900, width < 500);
            stage.go(page);
            let _ = browser.one("main h1");
            let (held, found) = judge(browser, &axe);
            looked += 1;
            assert!(held > 10, "{page}: axe looked at the page: {held}");
            println!("axe: {page} {scheme} {width}: {} violations, {held} rules held", found.len());
            broken.extend(found.into_iter().map(|what| format!("{page} {scheme} {width}: {what}")));
        }
    };
    for page in pages() {
        look(page);
    }
    look("/orgs/acme/runs/2");
    look("/orgs/acme/members?search=nobody-of-this-name");
    look("/orgs/acme/members?colour=red");
    look("/no-such-page");
    browser.button("Sign out").click();
    browser.see("signs you in once");
    look("/sign-in");
    println!("counted: axe: {looked} looks at {} pages, {} violations", looked / 4, broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_page_that_breaks_a_rule_is_found_out() {
    let Some(axe) = axe() else { return };
    let Some(browser) = Browser::open() else { return };
    browser.go("data:text/html,<title>x</title><main><h1>x</h1><img src=x><input></main>");
    let (_, broken) = judge(&browser, &axe);
    let rules: Vec<&str> = broken.iter().filter_map(|what| what.split('"').nth(1)).collect();
    assert_eq!(rules, ["html-has-lang", "image-alt", "label"], "{broken:?}");
}
