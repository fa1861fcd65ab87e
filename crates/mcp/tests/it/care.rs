//! Strangers' words: labelled, left out on request, remembered on request. And no secret anywhere.

use hubfolk_mcp::{failure::Code, taint::Care};
use serde_json::{Value, json};

use crate::{
    hub::{EVIL, GOOD, HELPFUL, SECRET, SLUG, hub},
    stage::Stage,
};

/// Every way to read something that a stranger wrote, and whether the answer may carry labels:
/// `hf_api_request` answers as the Hub does, with the author's facts beside the words.
fn reads() -> Vec<(&'static str, Value, bool)> {
    let op = |name: &str, arguments: Value| json!({"name": name, "arguments": arguments});
    vec![
        ("get_profile", json!({"name": "eve"}), true),
        ("get_profile", json!({"name": "other"}), true),
        ("list_discussions", json!({"repo": "acme/m"}), true),
        ("get_discussion", json!({"repo": "acme/m", "number": 1}), true),
        ("list_access_requests", json!({"repo": "acme/m"}), true),
        ("get_collections", json!({"owner": "mallory"}), true),
        ("get_collections", json!({"slug": SLUG}), true),
        ("call_operation", op("get_user_overview", json!({"username": "eve"})), true),
        (
            "call_operation",
            op("get_repo_discussions", json!({"repoType": "model", "repo": "acme/m"})),
            true,
        ),
        (
            "call_operation",
            op("get_discussion_details", json!({"repoType": "model", "repo": "acme/m", "num": 1})),
            true,
        ),
        (
            "call_operation",
            op(
                "list_access_requests",
                json!({"type": "model", "repo": "acme/m", "status": "pending"}),
            ),
            true,
        ),
        ("call_operation", op("get_collection", json!({"slug": SLUG})), true),
        ("hf_api_request", json!({"endpoint": "/users/eve/overview"}), false),
        ("hf_api_request", json!({"endpoint": "/models/acme/m/discussions"}), false),
        ("hf_api_request", json!({"endpoint": "/models/acme/m/discussions/1"}), false),
        (
            "hf_api_request",
            json!({"endpoint": "/models/acme/m/user-access-request/pending"}),
            false,
        ),
        ("hf_api_request", json!({"endpoint": format!("/collections/{SLUG}")}), false),
    ]
}

#[tokio::test]
async fn whoever_reads_a_strangers_words_is_told_that_it_is_one() {
    let hub = hub();
    let stage = Stage::at(&hub.url);
    for (tool, arguments, labelled) in reads() {
        let text = stage.call(tool, arguments.clone()).await.unwrap();
        assert!(text.contains(EVIL), "{tool} {arguments}: {text}");
        assert_eq!(text.contains("stranger"), labelled, "{tool} {arguments}: {text}");
    }
}

#[tokio::test]
async fn in_lockdown_no_strangers_words_come_through_any_tool_and_others_do() {
    let hub = hub();
    let mut stage = Stage::at(&hub.url);
    stage.care = Care { lockdown: true, taint: false };
    for (tool, arguments, _) in reads() {
        let text = stage.call(tool, arguments.clone()).await.unwrap();
        assert!(!text.contains(EVIL), "{tool} {arguments}: {text}");
        assert!(text.contains("left out"), "{tool} {arguments}: {text}");
    }
    for (tool, arguments) in [
        ("get_profile", json!({"name": "ada"})),
        ("get_profile", json!({"name": "acme"})),
        ("get_discussion", json!({"repo": "acme/m", "number": 1})),
        ("hf_api_request", json!({"endpoint": "/models/acme/m/discussions/1"})),
        ("hf_api_request", json!({"endpoint": "/organizations/acme/overview"})),
    ] {
        let text = stage.call(tool, arguments.clone()).await.unwrap();
        assert!(text.contains(GOOD), "{tool} {arguments}: {text}");
    }
    // A question says what was planned, not what a stranger called the thing.
    let close = json!({"repo": "acme/m", "action": "close", "number": 1});
    let failure = stage.call("write_discussion", close).await.unwrap_err();
    assert_eq!(failure.code, Code::ConfirmationNeeded);
    assert!(!failure.to_json().to_string().contains(EVIL), "{failure:?}");
}

#[tokio::test]
async fn each_relation_is_told_by_what_the_hub_says_of_the_author() {
    let hub = hub();
    let stage = Stage::at(&hub.url);
    let ask = |number: u64| json!({"repo": "acme/m", "number": number, "diff": true});
    let open = stage.call("get_discussion", ask(2)).await.unwrap();
    assert!(
        open.contains("[model acme/m discussion 2 0123456789abcdef0123c001, eve, stranger]"),
        "{open}"
    );
    assert!(
        open.contains("[model acme/m discussion 2 0123456789abcdef0123c002, bob, member]"),
        "{open}"
    );
    // Whoever opens a pull request has contributed nothing yet.
    assert!(open.contains("c004, carl, stranger]"), "{open}");
    // No line of a diff passes for a label.
    assert!(open.contains("diff, eve, stranger]\n| +") && open.contains("\n| [model acme/m, ada"));
    let merged = stage.call("get_discussion", ask(3)).await.unwrap();
    assert!(merged.contains("c004, carl, contributor]") && merged.contains(HELPFUL), "{merged}");
    for (name, relation) in
        [("ada", "owner"), ("acme", "member"), ("eve", "stranger"), ("other", "stranger")]
    {
        let text = stage.call("get_profile", json!({"name": name})).await.unwrap();
        let label = format!("[profile of {name}, {name}, {relation}]");
        assert!(text.contains(&label), "{text}");
    }
}

#[tokio::test]
async fn after_strangers_words_of_any_tool_a_write_asks_and_before_them_it_does_not() {
    let comment = json!({"repo": "acme/m", "action": "comment", "number": 1, "text": "Noted."});
    for (tool, arguments, _) in reads() {
        let hub = hub();
        let mut stage = Stage::at(&hub.url);
        stage.care = Care { lockdown: false, taint: true };
        stage.call("write_discussion", comment.clone()).await.unwrap();
        stage.call(tool, arguments.clone()).await.unwrap();
        let failure = stage.call("write_discussion", comment.clone()).await.unwrap_err();
        assert_eq!(failure.code, Code::ConfirmationNeeded, "{tool} {arguments}: {failure:?}");
        let posts = hub.seen().iter().filter(|request| request.method == "POST").count();
        assert_eq!(posts, 1, "{tool} {arguments}");
    }
}

#[tokio::test]
async fn words_of_members_and_ones_own_leave_no_taint() {
    let hub = hub();
    let mut stage = Stage::at(&hub.url);
    stage.care = Care { lockdown: false, taint: true };
    for name in ["ada", "acme", "me"] {
        stage.call("get_profile", json!({ "name": name })).await.unwrap();
    }
    let comment = json!({"repo": "acme/m", "action": "comment", "number": 1, "text": "Noted."});
    stage.call("write_discussion", comment).await.unwrap();
}

#[tokio::test]
async fn no_secret_is_in_an_answer_or_an_error_wherever_it_came_from() {
    let hub = hub();
    let stage = Stage::at(&hub.url);
    let number = json!({"repo": "acme/m", "number": 1});
    let text = stage.call("get_discussion", number).await.unwrap();
    assert!(text.contains("[redacted]") && !text.contains(&SECRET[..12]), "{text}");
    for (tool, arguments) in [
        ("hf_api_request", json!({"endpoint": "/models/acme/m/discussions/1"})),
        (
            "call_operation",
            json!({"name": "get_discussion_details", "arguments": {"repoType": "model", "repo": "acme/m", "num": 1}}),
        ),
        // The Hub's own errors, and what a model wrote where it does not belong.
        ("get_profile", json!({"name": "nobody"})),
        ("list_people", json!({"of": "nobody", "relation": "following"})),
        ("hf_api_request", json!({"endpoint": "/users/nobody/overview"})),
        ("hf_api_request", json!({"endpoint": format!("/users/{SECRET}/tokens")})),
        ("hf_api_request", json!({"endpoint": "/users/ada/overview", "params": {SECRET: "x"}})),
        ("get_profile", json!({ "name": SECRET })),
        ("get_profile", json!({ SECRET: "x" })),
        ("list_people", json!({"of": "ada", "relation": SECRET})),
        ("call_operation", json!({ "name": SECRET })),
        (SECRET, json!({})),
    ] {
        let text = match stage.call(tool, arguments.clone()).await {
            Ok(text) => text,
            Err(failure) => format!("{} {failure} {failure:?}", failure.to_json()),
        };
        assert!(!text.contains(&SECRET[..12]), "{tool} {arguments}: {text}");
    }
    let log = std::fs::read_to_string(stage.state().join("audit.jsonl")).unwrap();
    assert!(log.lines().count() > 5 && !log.contains(&SECRET[..12]), "{log}");
}
