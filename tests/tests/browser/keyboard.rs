//! Everything works by keyboard, in an order that follows the page.

use hubfolk_tests::browser::{Browser, Key};
use serde_json::json;

use crate::stage::{ADMIN, Stage, pages, sync};

const PASSWORD: &str = "correct horse battery";

/// Whether one can see where the focus is.
fn is_marked(browser: &Browser) -> bool {
    let mark = browser.script(
        "const s = getComputedStyle(document.activeElement); \
         return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'",
        &json!([]),
    );
    mark == true
}

/// The place of what has the focus among everything on the page.
fn place(browser: &Browser) -> i64 {
    let place = browser.script(
        "return [...document.querySelectorAll('*')].indexOf(document.activeElement)",
        &json!([]),
    );
    place.as_i64().unwrap()
}

fn reach(browser: &Browser, name: &str) {
    for _ in 0..80 {
        browser.press(Key::Tab);
        if browser.focused().label() == name {
            return;
        }
    }
    panic!("{name:?} cannot be reached by Tab at {}", browser.place());
}

#[test]
fn one_signs_in_skips_to_the_content_filters_and_syncs_by_keyboard_alone() {
    let Some(stage) = Stage::with(&Default::default(), sync) else { return };
    let browser = &stage.browser;
    stage.account("grace", "admin", PASSWORD);
    stage.go("/orgs/acme/members");
    reach(browser, "Name");
    browser.type_text("grace");
    browser.press(Key::Tab);
    browser.type_text(PASSWORD);
    browser.press(Key::Enter);
    browser.see("41 members");

    // The first stop leads past the header.
    browser.go(&stage.service.at("/orgs/acme/members"));
    browser.press(Key::Tab);
    assert_eq!(browser.focused().label(), "Skip to content");
    browser.press(Key::Enter);
    assert_eq!(browser.focused().attribute("id").as_deref(), Some("main"));
    browser.press(Key::Tab);
    let inside =
        browser.script("return document.activeElement.closest('main') !== null", &json!([]));
    assert_eq!(inside, true, "after the skip link comes the content");

    reach(browser, "Search");
    browser.type_text("m07");
    browser.see("1 member,");
    browser.press(Key::Enter);
    reach(browser, "m07");
    browser.press(Key::Enter);
    browser.wait("the page of a member", || (browser.title().starts_with("m07")).then_some(()));

    // The ledger came from elsewhere: the service is told a token before it can sync.
    stage.go("/orgs/acme");
    reach(browser, "Say where its token is");
    browser.press(Key::Enter);
    let at = |place| browser.wait(place, || (browser.place() == place).then_some(()));
    at("/orgs/acme/settings");
    reach(browser, "Token");
    browser.type_text(ADMIN);
    reach(browser, "Save");
    browser.press(Key::Enter);
    browser.see("Saved.");
    let runs = || stage.api("/api/orgs/acme/runs")["items"].as_array().map_or(0, Vec::len);
    let before = runs();
    stage.go("/orgs/acme");
    reach(browser, "Sync now");
    browser.press(Key::Enter);
    browser.wait("another run", || (runs() > before).then_some(()));
}

#[test]
fn tab_visits_everything_that_can_be_used_once_in_the_order_of_the_page() {
    let Some(stage) = Stage::synced() else { return };
    let browser = &stage.browser;
    let mut stops = 0;
    let pages = pages();
    for page in &pages {
        stage.go(page);
        let _ = browser.one("main h1");
        // What a closed part hides is visited when it is opened; of radio buttons of one name one
        // is a stop.
        let usable = browser.script(
            "const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]
               .filter(e => e.type !== 'hidden' && !e.disabled && e.checkVisibility({visibilityProperty: true}));
             const radios = new Set(all.filter(e => e.type === 'radio').map(e => e.name)).size;
             return all.filter(e => e.type !== 'radio').length + radios",
            &json!([]),
        );
        let usable = usable.as_u64().unwrap() as usize;
        let mut visited = Vec::new();
        while visited.len() < usable {
            browser.press(Key::Tab);
            let focused = browser.focused();
            assert!(is_marked(browser), "{page}: no mark on {:?}", focused.label());
            assert_ne!(focused.label(), "", "{page}: no name after {} stops", visited.len());
            visited.push(place(browser));
            if visited.len() >= 60 {
                break;
            }
        }
        let mut sorted = visited.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(visited, sorted, "{page}: Tab jumps");
        stops += visited.len();
    }
    println!(
        "counted: {stops} stops of Tab on {} pages, each marked, in the order of the page",
        pages.len()
    );
}
