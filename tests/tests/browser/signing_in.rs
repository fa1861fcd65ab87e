//! Who comes in, and how far.

use hubfolk_store::DatabaseUrl;

use crate::stage::{Stage, sync};

const PASSWORD: &str = "correct horse battery";

#[test]
fn a_link_signs_in_once() {
    let Some(stage) = Stage::empty() else { return };
    stage.go("/orgs");
    assert_eq!(stage.browser.place(), "/sign-in?next=%2Forgs");
    stage.sign_in();
    stage.browser.button("Sign out").click();
    stage.browser.wait("the way out", || (stage.browser.place() == "/sign-in").then_some(()));
    stage.go(&stage.service.link);
    stage.browser.see("This link was used already, or is too old.");
    stage.go("/setup");
    assert_eq!(stage.browser.place(), "/sign-in?next=%2Fsetup");
}

#[test]
fn a_password_signs_in_and_leads_where_one_wanted_to_go() {
    let Some(stage) = Stage::with(&Default::default(), sync) else { return };
    stage.account("grace", "admin", PASSWORD);
    stage.go("/log");
    stage.give_password("grace", "wrong horse battery");
    stage.browser.see("There is no account with this name and password.");
    assert_eq!(stage.browser.field("Name").property("value"), "grace");
    assert_eq!(stage.browser.field("Password").property("value"), "");
    stage.give_password("grace", PASSWORD);
    stage.browser.see("Who changed what");
    assert_eq!(stage.browser.place(), "/log");
}

#[test]
fn an_expired_session_asks_to_sign_in_again() {
    let Some(stage) = Stage::with(&Default::default(), sync) else { return };
    stage.account("grace", "admin", PASSWORD);
    stage.go("/sign-in");
    stage.give_password("grace", PASSWORD);
    let _ = stage.browser.button("Sign out");
    stage.go("/sessions");
    stage.browser.see("Signed in now");

    let DatabaseUrl::Sqlite(path) = &stage.database.url else { panic!("a ledger in a file") };
    let ledger = rusqlite::Connection::open(path).unwrap();
    let ended = ledger.execute("UPDATE app_session SET expires = created_at", []).unwrap();
    assert_eq!(ended, 1, "one session there was");
    stage.go("/sessions");
    assert_eq!(stage.browser.place(), "/sign-in?next=%2Fsessions");
    stage.give_password("grace", PASSWORD);
    stage.browser.see("Signed in now");
    assert_eq!(stage.browser.place(), "/sessions");
}

#[test]
fn a_viewer_looks_and_is_refused_everything_else() {
    let Some(stage) = Stage::with(&Default::default(), sync) else { return };
    stage.account("vera", "viewer", PASSWORD);
    stage.go("/sign-in");
    stage.give_password("vera", PASSWORD);
    let _ = stage.browser.button("Sign out");
    let refused = ["/orgs/acme/settings", "/setup", "/accounts", "/log", "/approvals"];
    for path in refused {
        stage.go(path);
        assert_eq!(stage.browser.one("h1").text(), "Not allowed", "{path}");
        let entries = stage.browser.all(&format!("nav.main a[href='{path}']"));
        assert!(entries.is_empty(), "the header leads a viewer to {path}");
    }
    // What the page does not offer is refused when it is sent all the same.
    let status = stage.browser.script(
        "return fetch('/orgs/acme/sync', {method: 'POST'}).then(answer => answer.status)",
        &serde_json::json!([]),
    );
    assert_eq!(status, 403);
    println!("counted: {} pages refused to a viewer, who is not led to them either", refused.len());
}
