//! Signing in and out: by link, by password, at the Hub.

use std::time::Duration;

use crate::stage::{PASSWORD, Stage};

#[tokio::test]
async fn a_link_signs_in_once() {
    let stage = Stage::set().await;
    let mut owner = stage.owner().await;
    let me = owner.get("/api/me").await.is(200).json();
    assert_eq!((me["who"].as_str(), me["role"].as_str()), (Some("this machine"), Some("admin")));
    let log = owner.get("/log").await.is(200);
    log.says(&["link.used", "the chain holds"]);
    stage.stranger().get("/sign-in/link/nonsense").await.is(403).says(&["used already"]);
}

#[tokio::test]
async fn a_session_ends_after_a_working_day_and_when_one_signs_out() {
    let stage = Stage::set().await;
    let mut browser = stage.signed_in("vera").await;
    browser.get("/api/me").await.is(200);
    stage.clock.forward(Duration::from_secs(13 * 3600));
    browser.get("/api/me").await.is(401);
    assert_eq!(
        browser.get("/orgs/acme/members?search=a").await.is(303).to(),
        "/sign-in?next=%2Forgs%2Facme%2Fmembers%3Fsearch%3Da"
    );
    let mut other = stage.signed_in("vera").await;
    let kept = other.clone();
    assert_eq!(other.post("/sign-out", &[]).await.is(303).to(), "/sign-in");
    assert!(other.cookies.is_empty());
    // The cookie is worth nothing to whoever copied it.
    kept.clone().get("/api/me").await.is(401);
}

#[tokio::test]
async fn a_part_of_a_page_asked_for_after_the_end_leads_the_whole_page_to_sign_in() {
    let stage = Stage::set().await;
    let got = stage.stranger().with("hx-request", "true").get("/orgs/acme").await.is(401);
    assert_eq!(got.headers["hx-redirect"], "/sign-in?next=%2Forgs%2Facme");
}

#[tokio::test]
async fn who_signs_in_is_noted_with_the_time() {
    let stage = Stage::set().await;
    let seen = |stage: &Stage| -> Vec<(String, Option<i64>)> {
        let accounts = stage.store().accounts().unwrap();
        accounts.into_iter().map(|one| (one.name, one.seen_at)).collect()
    };
    assert!(seen(&stage).iter().all(|(_, at)| at.is_none()));
    let mut adam = stage.signed_in("adam").await;
    let page = adam.get("/accounts").await.is(200).says(&["2026-06-01 12:00"]);
    assert_eq!(page.body.matches("never").count(), 3, "{}", page.body);
    assert_eq!(seen(&stage).iter().filter(|(_, at)| at.is_some()).count(), 1);
}

#[tokio::test]
async fn a_wrong_password_says_so_keeps_the_name_and_is_slowed_down() {
    let stage = Stage::set().await;
    let mut browser = stage.stranger();
    for _ in 0..8 {
        let got =
            browser.post("/sign-in", &[("name", "vera"), ("password", "wrong wrong wrong")]).await;
        let got = got.is(422).says(&["no account with this name and password", "value=\"vera\""]);
        assert!(!got.body.contains("wrong wrong wrong"));
    }
    let got = browser.post("/sign-in", &[("name", "vera"), ("password", PASSWORD)]).await.is(429);
    assert_eq!(got.headers["retry-after"], "600");
    stage.clock.forward(Duration::from_secs(601));
    browser.post("/sign-in", &[("name", "VERA"), ("password", PASSWORD)]).await.is(303);
}

#[tokio::test]
async fn one_goes_on_to_where_one_was_and_nowhere_else() {
    let stage = Stage::set().await;
    let to = |next: &'static str| {
        let mut browser = stage.stranger();
        async move {
            let fields = [("name", "vera"), ("password", PASSWORD), ("next", next)];
            browser.post("/sign-in", &fields).await.is(303).to().to_owned()
        }
    };
    assert_eq!(to("/orgs/acme/runs").await, "/orgs/acme/runs");
    assert_eq!(to("//evil.example").await, "/");
    assert_eq!(to("https://evil.example/").await, "/");
}

/// Sets up signing in at the Hub: members of acme become viewers there, its admins approvers
/// everywhere.
async fn with_hub(stage: &Stage) {
    let mut owner = stage.owner().await;
    let url = stage.hub.url();
    let got = owner
        .post(
            "/accounts/hub",
            &[
                ("endpoint", &url),
                ("client_id", "hubfolk-test"),
                ("org0", "acme"),
                ("hub_role0", ""),
                ("role0", "viewer"),
                ("org1", "acme"),
                ("hub_role1", "admin"),
                ("role1", "approver"),
                ("everywhere1", "yes"),
            ],
        )
        .await;
    assert_eq!(got.is(303).to(), "/accounts");
}

/// Goes through the dialogue as a user of the Hub, or says no.
async fn by_hub(stage: &Stage, user: &str) -> (crate::browser::Browser, crate::browser::Got) {
    let mut browser = stage.stranger();
    let begun = browser.get("/sign-in/hub?next=/orgs/acme/runs").await.is(303);
    let at_hub = begun.to().strip_prefix(&stage.hub.url()).unwrap().to_owned();
    assert!(
        at_hub.contains("code_challenge_method=S256") && at_hub.contains("scope=openid+profile")
    );
    let mut hub = crate::browser::Browser::new(stage.hub.address());
    hub.get(&at_hub).await.is(200).says(&["Authorize"]);
    let back = hub.get(&format!("{at_hub}&user={user}")).await.is(303);
    let back = back.to().strip_prefix(&format!("http://{}", stage.address)).unwrap().to_owned();
    let got = browser.get(&back).await;
    (browser, got)
}

#[tokio::test]
async fn members_of_a_chosen_organization_come_in_by_their_role() {
    let stage = Stage::set().await;
    with_hub(&stage).await;
    stage.stranger().get("/sign-in").await.is(200).says(&["Sign in with Hugging Face"]);
    let (mut cleo, got) = by_hub(&stage, "cleo").await;
    assert_eq!(got.is(303).to(), "/orgs/acme/runs");
    let me = cleo.get("/api/me").await.is(200).json();
    // Cleo is a member of globex as well, which no rule lets in.
    assert_eq!(me["orgs"], serde_json::json!([{"org": "acme", "role": "viewer"}]));
    cleo.get("/api/orgs/globex/members").await.is(404);
    let (mut ada, _) = by_hub(&stage, "ada").await;
    assert_eq!(ada.get("/api/me").await.json()["role"], "approver");
    let (mut eve, got) = by_hub(&stage, "eve").await;
    got.is(403).says(&["none of the organizations"]);
    eve.get("/api/me").await.is(401);
    let (_, got) = by_hub(&stage, "").await;
    got.is(403).says(&["was told no"]);
}

#[tokio::test]
async fn an_answer_of_the_hub_is_good_in_the_browser_that_asked_and_once() {
    let stage = Stage::set().await;
    with_hub(&stage).await;
    let begun = stage.stranger().get("/sign-in/hub").await;
    let at_hub = begun.to().strip_prefix(&stage.hub.url()).unwrap().to_owned();
    let mut hub = crate::browser::Browser::new(stage.hub.address());
    let back = hub.get(&format!("{at_hub}&user=ada")).await.is(303);
    let back = back.to().strip_prefix(&format!("http://{}", stage.address)).unwrap().to_owned();
    // A link that somebody was sent: this browser began nothing.
    stage.stranger().get(&back).await.is(403).says(&["did not begin in this browser"]);
    let mut other = stage.stranger();
    other.get("/sign-in/hub").await.is(303);
    other.get(&back).await.is(403).says(&["did not begin in this browser"]);
}

#[tokio::test]
async fn one_changes_ones_own_password_by_knowing_the_old_one() {
    let stage = Stage::set().await;
    let mut vera = stage.signed_in("vera").await;
    let new = "another four words";
    let got = vera.post("/password", &[("old", "wrong"), ("password", "short")]).await.is(422);
    let got = got.says(&["this is not the password", "at least 12 characters"]);
    assert!(!got.body.contains("value=\"wrong\""));
    vera.post("/password", &[("old", PASSWORD), ("password", new)]).await.is(303);
    vera.get("/api/me").await.is(401);
    let mut again = stage.stranger();
    again.post("/sign-in", &[("name", "vera"), ("password", PASSWORD)]).await.is(422);
    again.post("/sign-in", &[("name", "vera"), ("password", new)]).await.is(303);
    // Whoever came by the link has none.
    stage.owner().await.post("/password", &[("old", "x"), ("password", new)]).await.is(404);
}
