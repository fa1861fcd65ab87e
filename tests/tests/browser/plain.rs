//! Everything works in a browser that runs no scripts.

use hubfolk_tests::browser::Options;

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
