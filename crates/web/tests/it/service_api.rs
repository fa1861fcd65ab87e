//! What the service keeps of itself, asked by a program: the same as its pages show, and no secret.

use crate::stage::{ADMIN, Stage};

#[tokio::test]
async fn settings_are_told_and_the_token_is_not() {
    let stage = Stage::set().await;
    let mut owner = stage.owner().await;
    let before = owner.get("/api/orgs/acme/settings").await.is(200).json();
    assert_eq!((&before["kept"], &before["token"]["kind"]), (&false.into(), &"none".into()));
    let fields = [
        ("kind", "stored"),
        ("token", ADMIN),
        ("schedule", "daily 03:00"),
        ("domains", "acme.com"),
        ("price_write", "20.50"),
        ("currency", "EUR"),
        ("cycle", "month"),
        ("do", "save"),
    ];
    owner.post("/orgs/acme/settings", &fields).await.is(303);
    let answer = owner.get("/api/orgs/acme/settings").await.is(200);
    assert!(!answer.body.contains(ADMIN), "{}", answer.body);
    let set = answer.json();
    assert_eq!(set["schedule"], "daily 03:00");
    assert_eq!(set["domains"], serde_json::json!(["acme.com"]));
    assert_eq!(set["prices"][0]["minor"], 2050);
    assert_eq!(set["token"]["place"], serde_json::Value::Null, "a pasted one has none to tell");
    assert!(set["next_sync"].is_string(), "{set}");
}

#[tokio::test]
async fn accounts_sessions_and_tokens_are_told_without_what_they_are_kept_by() {
    let stage = Stage::set().await;
    let mut vera = stage.signed_in("vera").await;
    let mut adam = stage.signed_in("adam").await;
    let accounts = adam.get("/api/accounts").await.is(200);
    assert!(!accounts.body.contains("argon2"), "{}", accounts.body);
    let accounts = accounts.json();
    let gus = accounts["items"].as_array().unwrap().iter().find(|one| one["name"] == "gus");
    assert_eq!(gus.unwrap()["orgs"][0]["org"], "globex");
    assert!(accounts["items"][0]["last_signed_in"].is_string(), "adam is there now");

    adam.post("/tokens", &[("name", "nightly"), ("role", "viewer"), ("days", "30")]).await.is(200);
    let tokens = adam.get("/api/tokens").await.is(200).json();
    assert_eq!(
        (&tokens["items"][0]["name"], &tokens["items"][0]["good"]),
        (&"nightly".into(), &true.into())
    );
    assert_eq!(vera.get("/api/tokens").await.is(200).json()["items"], serde_json::json!([]));

    let all = adam.get("/api/sessions").await.is(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all}");
    let own = vera.get("/api/sessions").await.is(200).json();
    assert_eq!((&own["items"][0]["who"], &own["items"][0]["own"]), (&"vera".into(), &true.into()));
    assert_eq!(own["items"].as_array().unwrap().len(), 1, "those of others are not hers to see");
}

#[tokio::test]
async fn the_log_is_read_page_by_page() {
    let stage = Stage::set().await;
    let mut owner = stage.owner().await;
    for _ in 0..4 {
        owner.post("/orgs/acme/sync", &[]).await;
    }
    owner
        .post(
            "/accounts",
            &[("name", "mallory"), ("password", "four random words"), ("role", "viewer")],
        )
        .await
        .is(303);
    let whole = owner.get("/api/log").await.is(200).json();
    let whole = whole["items"].as_array().unwrap().clone();
    assert_eq!(whole[0]["kind"], "account.saved");
    assert_eq!(whole[0]["hash"].as_str().unwrap().len(), 64);
    let (mut read, mut next) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("/api/log?limit=2&cursor={next}")).await.is(200).json();
        read.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next"].as_str() else { break };
        next = cursor.to_owned();
    }
    assert!(read.len() > 2, "{read:?}");
    assert_eq!(read, whole);
}
