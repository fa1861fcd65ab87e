//! A Hub in trouble: whatever it answers, a model gets a short, typed error, and the next call works.

use hubfolk_mcp::failure::Code;
use serde_json::{Value, json};

use crate::{
    recorder::{Recorder, json as json_answer, with},
    stage::Stage,
};

fn calls() -> [(&'static str, Value); 6] {
    [
        ("hf_api_request", json!({"endpoint": "/users/ada/followers"})),
        ("get_profile", json!({"name": "ada"})),
        ("list_people", json!({"of": "ada", "relation": "following"})),
        ("list_discussions", json!({"repo": "a/m"})),
        ("get_discussion", json!({"repo": "a/m", "number": 1})),
        ("get_collections", json!({"owner": "ada"})),
    ]
}

/// Every tool that reads fails like this, in few words.
async fn each_fails(stage: &Stage, codes: &[Code]) {
    for (tool, arguments) in calls() {
        let failure = stage.call(tool, arguments).await.err().unwrap_or_else(|| panic!("{tool}"));
        assert!(codes.contains(&failure.code), "{tool}: {failure:?}");
        let text = failure.to_json().to_string();
        let tokens = tiktoken_rs::o200k_base_singleton().encode_ordinary(&text).len();
        assert!(tokens <= 120, "{tool}: {tokens} tokens: {text}");
    }
}

#[tokio::test]
async fn a_page_for_browsers_is_no_answer() {
    let page = format!("<html>{}</html>", "<b>maintenance</b>".repeat(5_000));
    let hub = Recorder::start(move |_| with(200, "text/html; charset=utf-8", "", &page));
    each_fails(&Stage::at(&hub.url), &[Code::HubFailed]).await;
}

#[tokio::test]
async fn a_hub_that_fails_is_said_to_fail() {
    let hub = Recorder::start(|_| with(500, "application/json", "", r#"{"error":"boom"}"#));
    each_fails(&Stage::at(&hub.url), &[Code::HubFailed]).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_noticed() {
    let hub =
        Recorder::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[{\"user\"".to_vec());
    let stage = Stage::at(&hub.url);
    let failure = stage.call("get_profile", json!({"name": "ada"}));
    let failure = tokio::time::timeout(std::time::Duration::from_secs(20), failure).await;
    // The connection stays open, so that only a timeout or the end of the stage can tell.
    assert!(failure.is_err() || failure.unwrap().is_err());
}

#[tokio::test]
async fn twenty_megabytes_of_list_cost_no_more_than_the_budget() {
    let item =
        json!({"_id": "0".repeat(24), "user": "ada", "fullname": "x".repeat(900), "type": "user"});
    let body = Value::from(vec![item; 20_000]).to_string();
    assert!(body.len() > 19_000_000);
    let hub = Recorder::start(move |_| json_answer(&body));
    let stage = Stage::at(&hub.url);
    let text =
        stage.call("list_people", json!({"of": "ada", "relation": "following"})).await.unwrap();
    assert!(text.len() < 20_000 && text.contains("next_cursor"));
    let text = stage
        .call("hf_api_request", json!({"endpoint": "/users/ada/following", "max_results": 5_000}))
        .await
        .unwrap();
    assert!(text.len() < 60_000 && text.contains("\"cut\""), "{}", text.len());
}

#[tokio::test]
async fn a_list_that_goes_in_circles_or_leads_away_ends_with_an_error() {
    for next in [
        "</api/users/ada/following?cursor=a>",
        "<https://evil.example/api/users/ada/following?cursor=a>",
    ] {
        let link = format!("Link: {next}; rel=\"next\"\r\n");
        let hub = Recorder::start(move |_| with(200, "application/json", &link, "[]"));
        let stage = Stage::at(&hub.url);
        let asked = stage.call("list_people", json!({"of": "ada", "relation": "following"})).await;
        match asked {
            Err(failure) => assert_eq!(failure.code, Code::HubFailed),
            Ok(text) => assert!(text.contains("next page failed"), "{text}"),
        }
        assert!(hub.seen().len() < 10);
    }
}

#[tokio::test]
async fn pages_without_end_are_read_in_parts() {
    let page = std::sync::atomic::AtomicU64::new(0);
    let hub = Recorder::start(move |_| {
        let number = page.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let link = format!("Link: </api/users/ada/following?cursor={number}>; rel=\"next\"\r\n");
        with(200, "application/json", &link, "[]")
    });
    let stage = Stage::at(&hub.url);
    let text =
        stage.call("list_people", json!({"of": "ada", "relation": "following"})).await.unwrap();
    assert!(text.contains("\"has_more\":true") && hub.seen().len() <= 50, "{text}");
}

#[tokio::test]
async fn a_used_up_rate_limit_says_when_to_come_back() {
    let hub = Recorder::start(|_| {
        with(429, "application/json", "Retry-After: 55\r\n", r#"{"error":"slow down"}"#)
    });
    let stage = Stage::at(&hub.url);
    let failure = stage.call("get_profile", json!({"name": "ada"})).await.unwrap_err();
    assert_eq!(failure.code, Code::RateLimited);
    assert!(failure.to_json()["error"]["retry_after"].as_u64().unwrap() >= 50);
}

#[tokio::test]
async fn a_hub_that_is_not_there_is_unreachable() {
    each_fails(&Stage::at("http://127.0.0.1:9"), &[Code::Unreachable]).await;
}
