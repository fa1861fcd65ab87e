//! Allowed e-mail domains: who is outside is counted, listed and marked.

use hubfolk_store::OrgSetting;

use crate::stage::{READER, Stage};

/// Allows these domains in acme, as its Settings page does.
fn allow(stage: &Stage, domains: &[&str]) {
    let mut store = stage.store();
    let org = store.find_orgs("acme", None).unwrap().remove(0);
    let setting = OrgSetting {
        org_id: org.id,
        enabled: true,
        schedule: "manual".to_owned(),
        domains: domains.iter().map(ToString::to_string).collect(),
        avatars: false,
        changed_at: 1,
    };
    store.save_org_setting(&setting).unwrap();
}

async fn usernames(browser: &mut crate::browser::Browser, query: &str) -> Vec<String> {
    let got = browser.get(&format!("/api/orgs/acme/members?{query}")).await.is(200).json();
    let items = got["items"].as_array().unwrap();
    items.iter().map(|member| member["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn members_with_an_address_elsewhere_are_counted_listed_and_marked() {
    let stage = Stage::set().await;
    // Ada and bob have an address at acme.com, cleo has none verified.
    allow(&stage, &["acme.org", "acme.net"]);
    stage.hub.world().set_verified_email("acme", "bob", Some("bob@Acme.NET")).unwrap();
    stage.sync("acme", crate::stage::ADMIN).await;
    let mut vera = stage.signed_in("vera").await;
    let overview = vera.get("/api/orgs/acme/overview").await.is(200).json();
    let mails = &overview["emails"];
    assert_eq!((&mails["allowed"], &mails["outside"]), (&1.into(), &1.into()));
    assert_eq!((&mails["none"], &mails["unknown"]), (&1.into(), &0.into()));
    assert_eq!(usernames(&mut vera, "email=outside").await, ["ada"]);
    assert_eq!(usernames(&mut vera, "email=allowed").await, ["bob"]);
    assert_eq!(usernames(&mut vera, "email=none").await, ["cleo"]);
    assert!(usernames(&mut vera, "email=unknown").await.is_empty());
    let page = vera.get("/orgs/acme").await.is(200);
    page.says(&["/orgs/acme/members?email=outside", "with other e-mail domains"]);
    let list = vera.get("/orgs/acme/members?email=outside").await.is(200);
    list.says(&["ada@acme.com", "other domain", "Take away the filter e-mail other domains"]);
    let list = vera.get("/orgs/acme/members?email=none").await.is(200).says(&["none verified"]);
    assert!(!list.body.contains("ada@acme.com"), "{}", list.body);
    vera.get("/orgs/acme/members/ada").await.is(200).says(&["other domain"]);
    let file = vera.get("/orgs/acme/members.json?email=outside").await.is(200).json();
    assert_eq!((&file["total"], &file["filter"]), (&1.into(), &"email=outside".into()));
}

#[tokio::test]
async fn without_allowed_domains_nobody_is_outside_and_the_filter_says_so() {
    let stage = Stage::set().await;
    let mut vera = stage.signed_in("vera").await;
    let overview = vera.get("/api/orgs/acme/overview").await.is(200).json();
    assert!(overview["emails"].is_null(), "{overview}");
    let page = vera.get("/orgs/acme").await.is(200);
    assert!(!page.body.contains("other e-mail domains"), "{}", page.body);
    let page = vera.get("/orgs/acme/members").await.is(200);
    assert!(!page.body.contains("other domain"), "{}", page.body);
    let no = vera.get("/orgs/acme/members?email=outside").await.is(400);
    no.says(&["no e-mail domains are allowed", "Settings page", "<code>none</code>"]);
    assert_eq!(usernames(&mut vera, "email=none").await, ["cleo"]);
}

#[tokio::test]
async fn an_address_that_the_token_could_not_see_is_neither_inside_nor_outside() {
    let stage = Stage::set().await;
    allow(&stage, &["acme.org"]);
    stage.sync("acme", READER).await;
    let mut vera = stage.signed_in("vera").await;
    let mails = vera.get("/api/orgs/acme/overview").await.is(200).json()["emails"].clone();
    assert_eq!((&mails["outside"], &mails["unknown"]), (&0.into(), &3.into()));
    assert!(usernames(&mut vera, "email=outside").await.is_empty());
    assert_eq!(usernames(&mut vera, "email=unknown").await.len(), 3);
    let page = vera.get("/orgs/acme/members?email=outside").await.is(200);
    page.says(&["3 more", "their e-mail address", "unknown is not no"]);
}
