//! What holds for every address.

use crate::stage::Stage;

#[tokio::test]
async fn every_answer_binds_the_browser() {
    let stage = Stage::empty().await;
    let mut browser = stage.stranger();
    for path in ["/sign-in", "/healthz", "/nowhere", "/api/me", "/static/style.css"] {
        let got = browser.get(path).await;
        let policy = got.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(got.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(got.headers["x-frame-options"], "DENY", "{path}");
    }
    assert_eq!(browser.get("/sign-in").await.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn pages_hold_neither_scripts_nor_styles_of_their_own() {
    let stage = Stage::set().await;
    let mut browser = stage.owner().await;
    for path in ["/setup", "/sessions", "/accounts", "/log", "/approvals", "/orgs/acme/settings"] {
        let got = browser.get(path).await.is(200);
        assert!(!got.body.contains("<style") && !got.body.contains(" style="), "{path}");
        assert!(!got.body.contains(" onclick") && !got.body.contains("<script>"), "{path}");
        for url in got.body.split("src=\"").skip(1).chain(got.body.split("href=\"").skip(1)) {
            assert!(url.starts_with(['/', '#']), "{path} asks elsewhere: {}", &url[..40]);
        }
    }
}

#[tokio::test]
async fn files_are_kept_by_browsers_and_compressed() {
    let stage = Stage::empty().await;
    let page = stage.stranger().get("/sign-in").await.body;
    let at = page.find("/static/style.css?v=").unwrap();
    let url: String = page[at..].chars().take_while(|c| *c != '"').collect();
    let file = stage.stranger().with("accept-encoding", "gzip").send_for_head(&url).await;
    assert_eq!(file.1["content-encoding"], "gzip");
    let tag = stage.stranger().get(&url).await.headers["etag"].clone();
    let tag = tag.to_str().unwrap();
    let again = stage.stranger().with("if-none-match", tag).get(&url).await.is(304);
    assert!(again.body.is_empty());
    stage.stranger().get("/static/../Cargo.toml").await.is(303);
}

#[tokio::test]
async fn another_name_of_this_machine_is_turned_away() {
    let stage = Stage::empty().await;
    for path in ["/sign-in", "/metrics", "/api/me"] {
        let got = stage.stranger().with("host", "evil.example").get(path).await;
        got.is(421).says(&["does not go by the name", "--public-url"]);
    }
    // A probe asks by the address of the container.
    stage.stranger().with("host", "10.1.2.3:8787").get("/healthz").await.is(200);
    stage.stranger().with("host", "10.1.2.3:8787").get("/readyz").await.is(200);
}

#[tokio::test]
async fn the_service_describes_its_api_and_its_health() {
    let stage = Stage::set().await;
    let mut browser = stage.stranger();
    assert_eq!(browser.get("/healthz").await.is(200).body, "ok\n");
    assert_eq!(browser.get("/readyz").await.is(200).body, "ready\n");
    let metrics = browser.get("/metrics").await.is(200);
    let metrics = metrics.says(&[
        "hubfolk_database_up 1",
        "hubfolk_members 5",
        "hubfolk_http_requests_total",
    ]);
    assert!(!metrics.body.contains("acme"), "{}", metrics.body);
    let mut owner = stage.owner().await;
    owner.get("/metrics").await.is(200).says(&["hubfolk_members{org=\"acme\""]);
    let document = owner.get("/api/openapi.json").await.is(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/me"]["get"]["responses"]["200"].is_object());
}

#[tokio::test]
async fn unknown_filters_are_refused_with_the_allowed_ones() {
    let stage = Stage::set().await;
    let mut owner = stage.owner().await;
    let got = owner.get("/api/orgs/acme/members?colour=red").await.is(400).json();
    assert_eq!(got["error"]["field"], "colour");
    assert!(got["error"]["allowed"].as_array().unwrap().len() > 3, "{got}");
    let got = owner.get("/api/me?x=1").await.is(400).json();
    assert_eq!(got["error"]["kind"], "filter");
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let stage = Stage::set().await;
    let mut owner = stage.owner().await;
    owner.post("/setup", &[("name", &"x".repeat(300_000))]).await.is(413);
    owner.get("/orgs/acme/sync").await.is(405);
    owner.get("/log?before=soon").await.is(400);
    owner.post("/approvals/AAAA-AAAA", &[("answer", "maybe")]).await.is(400);
    owner.post("/approvals/AAAA-AAAA", &[("answer", "yes")]).await.is(404);
}
