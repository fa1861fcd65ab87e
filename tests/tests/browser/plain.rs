//! Everything works in a browser that runs no scripts.

use hubfolk_tests::browser::Options;
use serde_json::json;

use crate::quarantine::lose_half;
use crate::stage::Stage;

#[test]
fn filters_paging_and_decisions_work_without_javascript() {
    let options = Options { javascript: false, ..Options::default() };
    let Some(stage) = Stage::with(&options, lose_half) else { return };
    let browser = &stage.browser;
    // A page that would change itself does not: scripts are off indeed.
    browser.go("data:text/html,<p id=p>still</p><script>p.textContent='moved'</script>");
    assert_eq!(browser.one("#p").text(), "still");

    stage.sign_in();
    stage.go("/orgs/acme/members");
    browser.choose("Role", "write");
    browser.button("Filter").click();
    browser.see("13 members");
    assert!(browser.place().contains("role=write"), "{}", browser.place());
    assert_eq!(browser.all("#results tbody tr").len(), 13);

    stage.go("/orgs/acme");
    browser.one("details.data summary").click();
    assert!(browser.one("details.data table").text().contains("41"));

    stage.go("/orgs/acme/runs/2");
    browser.button("Approve: they have left").click();
    browser.see("published");
    stage.go("/orgs/acme");
    browser.see("21 members");

    stage.go("/sessions");
    browser.field("What is it for?").fill("reports");
    browser.button("Make the token").click();
    browser.see("It is shown this once");
    browser.button("Sign out").click();
    browser.see("Sign in");
    println!(
        "counted: without JavaScript: sign in, filter, chart's table, approve, token, sign out"
    );
}

#[test]
fn on_a_phone_all_pages_are_in_sight_and_the_filters_unfold() {
    let Some(stage) = Stage::with(&Options::default(), lose_half) else { return };
    let browser = &stage.browser;
    stage.sign_in();
    browser.resize(390, 844, true);
    for page in ["/orgs/acme/members?role=write", "/log"] {
        stage.go(page);
        let out = browser.script(
            "return [...document.querySelectorAll('nav.main a, header.top a, header.top button')]
                 .filter(link => link.getBoundingClientRect().right > 391)
                 .map(link => link.textContent)",
            &json!([]),
        );
        assert_eq!(out, json!([]), "{page}: beside the screen");
    }
    stage.go("/orgs/acme/members?role=write");
    let label = || browser.one("label[for=f-role]").text();
    assert_eq!(label(), "", "one looks for people first");
    browser.see("role write");
    browser.one("label.fold").click();
    assert_eq!(label(), "Role");
    browser.choose("Role", "read");
    browser.button("Filter").click();
    browser.wait("the other role", || browser.place().contains("role=read").then_some(()));
}
