//! Each fault of the tool that `hf_api_request` stands in for, and the words that it keeps.

use hubfolk_mcp::failure::Code;
use serde_json::{Value, json};

use crate::{
    recorder::{Recorder, json as json_answer, with},
    stage::{Stage, demo},
};

async fn refused(stage: &Stage, arguments: Value) -> String {
    let failure = stage.call("hf_api_request", arguments.clone()).await;
    let failure = failure.err().unwrap_or_else(|| panic!("not refused: {arguments}"));
    assert_eq!(failure.code, Code::InvalidArguments, "{arguments}: {failure:?}");
    failure.message
}

#[tokio::test]
async fn it_refuses_in_the_words_that_agents_know() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    for (arguments, words) in [
        (
            json!({"endpoint": "/whoami-v2", "method": "DELETE"}),
            "Only GET and POST are allowed for hf_api_request.",
        ),
        (
            json!({"endpoint": "/whoami-v2", "json_body": {"a": 1}}),
            "GET requests do not accept json_body.",
        ),
        (
            json!({"endpoint": "https://huggingface.co/api/whoami-v2"}),
            "Endpoint must be a path relative to /api, not a full URL.",
        ),
        (json!({"endpoint": "  "}), "Endpoint must be a non-empty string."),
        (
            json!({"endpoint": "/users/../whoami-v2"}),
            "Path traversal sequences (..) are not allowed in endpoints.",
        ),
        (json!({"endpoint": "/models/a/b"}), "Endpoint '/models/a/b' is not in the allowed list."),
        (
            json!({"endpoint": "settings/webhooks"}),
            "Endpoint '/settings/webhooks' is not in the allowed list.",
        ),
    ] {
        assert!(refused(&stage, arguments).await.starts_with(words), "{words}");
    }
    assert_eq!(hub.seen(), []);
}

#[tokio::test]
async fn a_valid_call_is_answered_as_ever() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let answer = stage
        .json("hf_api_request", json!({"endpoint": "users/amara-osei/overview", "params": null}))
        .await;
    assert_eq!(answer["status"], 200);
    assert_eq!(answer["url"], format!("{}/api/users/amara-osei/overview", hub.url()));
    assert_eq!(answer["data"]["user"], "amara-osei");
    assert!(answer.get("page").is_none(), "only lists have a page");
}

#[tokio::test]
async fn a_post_always_sends_json_and_null_parameters_are_dropped_and_lists_repeat() {
    let hub = Recorder::start(|_| json_answer("[]"));
    let stage = Stage::at(&hub.url);
    stage
        .json(
            "hf_api_request",
            json!({"endpoint": "/collections", "params": {"owner": ["a", "b"], "q": null, "limit": 5}}),
        )
        .await;
    stage
        .json(
            "hf_api_request",
            json!({"endpoint": "/models/a/m/discussions/1/comment", "method": "post", "json_body": {"comment": "x"}}),
        )
        .await;
    let seen = hub.seen();
    assert_eq!(seen[0].target, "/api/collections?limit=5&owner=a&owner=b");
    assert_eq!((seen[1].method.as_str(), seen[1].body.as_str()), ("POST", r#"{"comment":"x"}"#));
    assert_eq!(seen[1].content_type.as_deref(), Some("application/json"));
}

#[tokio::test]
async fn characters_that_mean_something_in_an_address_do_not_escape_the_list() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    for segment in [
        "x?a=b",
        "x#y",
        "x\\y",
        "%2e%2e",
        "%2E%2E%2fwhoami-v2",
        "a%2fb",
        "x\ny",
        "x\r\nHost: evil",
        "x\u{0}",
        "x y",
        "x\t",
        "\u{7f}",
        "x\u{85}y",
        "x\u{2028}y",
        ".",
        "",
    ] {
        let endpoint = format!("/users/{segment}/overview");
        refused(&stage, json!({ "endpoint": endpoint })).await;
        let endpoint = format!("/models/a/{segment}/discussions/1/status");
        refused(
            &stage,
            json!({"endpoint": endpoint, "method": "POST", "json_body": {"status": "open"}}),
        )
        .await;
    }
    assert_eq!(hub.seen(), []);
}

#[tokio::test]
async fn the_method_is_bound_to_the_path() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    for (method, endpoint) in [
        ("POST", "/whoami-v2"),
        ("POST", "/users/ada/overview"),
        ("POST", "/models/a/m/user-access-request/pending"),
        ("GET", "/models/a/m/user-access-request/handle"),
        ("GET", "/models/a/m/discussions/1/comment"),
        ("POST", "/models/a/m/auth-check"),
    ] {
        let message = refused(&stage, json!({"endpoint": endpoint, "method": method})).await;
        assert!(message.contains("is not in the allowed list"), "{message}");
    }
    assert_eq!(hub.seen(), []);
}

#[tokio::test]
async fn hiding_and_rejecting_wait_for_a_person() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let before = hub.requests().len();
    let mut asked = 0;
    for arguments in [
        json!({"endpoint": "/models/meridian-labs/tide-base/discussions/1/status", "method": "POST", "json_body": {"status": "closed"}}),
        json!({"endpoint": "/models/meridian-labs/tide-base/user-access-request/handle", "method": "POST",
               "json_body": {"user": "amara-osei", "status": "rejected"}}),
    ] {
        match stage.call("hf_api_request", arguments).await {
            Err(failure) if failure.code == Code::ConfirmationNeeded => {
                assert!(failure.hint.unwrap().contains("hubfolk approve"));
                asked += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(asked, 2);
    let sent = hub.requests();
    assert!(sent[before..].iter().all(|request| request.method == "GET"), "only looked");
}

#[tokio::test]
async fn real_slugs_and_canonical_repositories_are_allowed() {
    let hub = Recorder::start(|seen| {
        if seen.target.contains("discussions") {
            json_answer(r#"{"discussions":[],"count":0,"start":0}"#)
        } else {
            json_answer(r#"{"slug":"a/b-0123456789abcdef01234567","items":[]}"#)
        }
    });
    let stage = Stage::at(&hub.url);
    for endpoint in [
        "/collections/huggingfacejs/test-collection-690df2897fa1945492b8cf42",
        "/collections/test-collection-690df2897fa1945492b8cf42",
        "/models/gpt2/discussions",
        "/datasets/acme/d/discussions",
    ] {
        stage.json("hf_api_request", json!({ "endpoint": endpoint })).await;
    }
    let seen: Vec<String> = hub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(seen[2], "/api/models/gpt2/discussions");
    assert_eq!(seen.len(), 4);
}

#[tokio::test]
async fn an_offset_beyond_the_first_page_follows_the_link_and_the_answer_says_what_is_left() {
    let hub = Recorder::start(|seen| {
        let page: usize = seen.target.split_once("cursor=").map_or(0, |(_, c)| c.parse().unwrap());
        let items: Vec<Value> = (page * 10..page * 10 + 10)
            .map(|i| json!({"_id": format!("{i:024x}"), "user": format!("u{i}"), "type": "user"}))
            .collect();
        let next =
            format!("Link: </api/users/ada/followers?cursor={}>; rel=\"next\"\r\n", page + 1);
        let next = if page < 3 { next } else { String::new() };
        with(200, "application/json", &next, &Value::from(items).to_string())
    });
    let stage = Stage::at(&hub.url);
    let ask = |offset: u64, most: u64| json!({"endpoint": "/users/ada/followers", "offset": offset, "max_results": most});
    let answer = stage.json("hf_api_request", ask(25, 3)).await;
    let users: Vec<&str> =
        answer["data"].as_array().unwrap().iter().map(|u| u["user"].as_str().unwrap()).collect();
    assert_eq!(users, ["u25", "u26", "u27"]);
    assert_eq!(answer["page"], json!({"returned": 3, "has_more": true, "next_offset": 28}));
    let end = stage.json("hf_api_request", ask(35, 20)).await;
    assert_eq!(end["page"], json!({"returned": 5, "has_more": false}));
    let beyond = stage.json("hf_api_request", ask(400, 20)).await;
    assert_eq!(beyond["page"], json!({"returned": 0, "has_more": false}));
    // Twenty is what it hands out unless told otherwise.
    let plain = stage.json("hf_api_request", json!({"endpoint": "/users/ada/followers"})).await;
    assert_eq!(plain["page"], json!({"returned": 20, "has_more": true, "next_offset": 20}));
}

#[tokio::test]
async fn an_envelope_is_sliced_too_and_its_total_is_told() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let endpoint = "/models/meridian-labs/tide-base/discussions";
    let all = stage.json("hf_api_request", json!({"endpoint": endpoint, "max_results": 500})).await;
    let total = all["data"]["count"].as_u64().unwrap();
    assert_eq!(all["page"]["total"], total);
    let two = stage
        .json(
            "hf_api_request",
            json!({"endpoint": endpoint, "max_results": 2, "params": {"type": "pr"}}),
        )
        .await;
    let shown = two["data"]["discussions"].as_array().unwrap();
    assert!(shown.len() <= 2 && shown.iter().all(|one| one["isPullRequest"] == true), "{two}");
}

#[tokio::test]
async fn no_results_asked_for_is_refused_and_not_answered_with_nothing() {
    let hub = Recorder::start(|_| json_answer("[]"));
    let stage = Stage::at(&hub.url);
    for most in [json!(0), json!(-1), json!("-5")] {
        let message =
            refused(&stage, json!({"endpoint": "/users/ada/followers", "max_results": most})).await;
        assert!(message.contains("max_results"), "{message}");
    }
    assert_eq!(hub.seen(), []);
}

#[tokio::test]
async fn the_token_does_not_follow_a_redirect_to_another_origin() {
    let elsewhere = Recorder::start(|_| json_answer("{}"));
    let target = format!("Location: {}/api/whoami-v2\r\n", elsewhere.url);
    let hub = Recorder::start(move |_| with(302, "text/plain", &target, ""));
    let stage = Stage::at(&hub.url);
    let failure =
        stage.call("hf_api_request", json!({"endpoint": "/whoami-v2"})).await.unwrap_err();
    assert_eq!(failure.code, Code::HubFailed);
    assert!(hub.seen()[0].authorization.is_some());
    assert_eq!(elsewhere.seen(), []);
}

#[tokio::test]
async fn names_beyond_ascii_are_refused_and_nothing_breaks() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    for name in ["zoë", "мария", "陈芳", "🦀"] {
        let endpoint = format!("/users/{name}/overview");
        assert!(refused(&stage, json!({ "endpoint": endpoint })).await.contains("user name"));
    }
    assert_eq!(hub.seen(), []);
}

#[tokio::test]
async fn a_page_for_browsers_is_not_handed_to_a_model() {
    let html = format!("<!DOCTYPE html><html>{}</html>", "<p>trouble</p>".repeat(20_000));
    for status in [200, 404, 502] {
        let html = html.clone();
        let hub = Recorder::start(move |_| with(status, "text/html", "", &html));
        let stage = Stage::at(&hub.url);
        let failure =
            stage.call("hf_api_request", json!({"endpoint": "/whoami-v2"})).await.unwrap_err();
        let shown = failure.to_json().to_string();
        assert!(!shown.contains("<p>") && shown.len() < 600, "{status}: {shown}");
    }
}

#[tokio::test]
async fn parameters_that_the_operation_does_not_take_are_refused_and_the_others_named() {
    let hub = Recorder::start(|_| json_answer("[]"));
    let stage = Stage::at(&hub.url);
    let ask =
        |arguments: Value| async { stage.call("hf_api_request", arguments).await.unwrap_err() };
    let failure =
        ask(json!({"endpoint": "/models/a/m/discussions", "params": {"state": "open"}})).await;
    assert!(failure.hint.unwrap().contains("status"));
    let failure = ask(json!({"endpoint": "/models/a/m/discussions/1/comment", "method": "POST",
        "json_body": {"comment": "x", "hidden": true}}))
    .await;
    assert!(failure.message.contains("hidden") && failure.hint.unwrap().contains("comment"));
    // The path says which repository it is; a parameter does not overrule it.
    ask(json!({"endpoint": "/models/a/m/discussions", "params": {"repo": "b/n"}})).await;
    assert_eq!(hub.seen(), []);
}

#[tokio::test]
async fn a_dry_run_shows_byte_for_byte_what_is_then_sent() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    let arguments = json!({"endpoint": "/models/a/m/discussions/1/comment", "method": "POST",
        "json_body": {"comment": "Zoë says: \"hi\"\n"}, "dry_run": true});
    let shown = stage.json("hf_api_request", arguments.clone()).await;
    assert_eq!(hub.seen(), []);
    let mut sent = arguments;
    sent["dry_run"] = false.into();
    stage.call("hf_api_request", sent).await.unwrap();
    let seen = hub.seen().remove(0);
    let shown = &shown["dry_run"][0];
    assert_eq!(shown["method"], seen.method.as_str());
    assert_eq!(shown["path"], seen.target.as_str());
    assert_eq!(shown["body"].to_string(), seen.body);
}

/// `p` is how discussions go on; `Link` is how all other lists do.
#[tokio::test]
async fn an_offset_beyond_the_first_page_of_discussions_follows_their_page_numbers() {
    let hub = Recorder::start(|seen| {
        let page: u64 = seen.target.split_once("p=").map_or(0, |(_, p)| p.parse().unwrap());
        let items: Vec<Value> = (page * 10..(page * 10 + 10).min(34))
            .map(|i| json!({"num": i + 1, "title": format!("t{i}"), "status": "open"}))
            .collect();
        json_answer(&json!({"discussions": items, "count": 34, "start": page * 10}).to_string())
    });
    let stage = Stage::at(&hub.url);
    let ask = |offset: u64| json!({"endpoint": "/models/a/m/discussions", "offset": offset, "max_results": 4});
    let numbers = |answer: &Value| -> Vec<u64> {
        let shown = answer["data"]["discussions"].as_array().unwrap().iter();
        shown.map(|one| one["num"].as_u64().unwrap()).collect()
    };
    let middle = stage.json("hf_api_request", ask(18)).await;
    assert_eq!(numbers(&middle), [19, 20, 21, 22]);
    assert_eq!(
        middle["page"],
        json!({"returned": 4, "has_more": true, "next_offset": 22, "total": 34})
    );
    let end = stage.json("hf_api_request", ask(31)).await;
    assert_eq!(numbers(&end), [32, 33, 34]);
    assert_eq!(end["page"], json!({"returned": 3, "has_more": false, "total": 34}));
}

#[test]
fn a_post_that_needs_no_body_sends_an_empty_object() {
    let entry = hubfolk_mcp::operations::find("merge_pull_request").unwrap();
    let arguments = json!({"repoType": "model", "repo": "a/m", "num": 1});
    let call = entry.call(arguments.as_object().unwrap().clone()).unwrap().with_object();
    assert_eq!(call.request().unwrap().body(), b"{}");
}

/// Method, path, after `?` the query keys, in braces the body keys. What is not here is not allowed, whatever the
/// table of operations grows to.
const LIST: &str = "\
GET /api/collections ?cursor,expand,item,limit,owner,q,sort
GET /api/collections/{+slug}
GET /api/organizations/{organization}/followers ?cursor
GET /api/organizations/{organization}/members ?cursor,email,limit,search
GET /api/organizations/{organization}/overview
GET /api/users/{username}/followers ?cursor
GET /api/users/{username}/following ?cursor
GET /api/users/{username}/likes ?cursor,limit
GET /api/users/{username}/overview
GET /api/whoami-v2
GET /api/{repoType}s/{+repo}/discussions ?author,p,search,sort,status,type
GET /api/{repoType}s/{+repo}/discussions/{num} ?diff
GET /api/{type}s/{+repo}/auth-check
GET /api/{type}s/{+repo}/user-access-request/{status} ?after,before,cursor,limit,q
POST /api/collections {description,item,namespace,private,resourceGroupId,title}
POST /api/collections/{+slug}/items {item,note}
POST /api/{repoType}s/{+repo}/discussions {description,pullRequest,title}
POST /api/{repoType}s/{+repo}/discussions/{num}/comment {comment}
POST /api/{repoType}s/{+repo}/discussions/{num}/comment/{commentId}/edit {content}
POST /api/{repoType}s/{+repo}/discussions/{num}/comment/{commentId}/hide
POST /api/{repoType}s/{+repo}/discussions/{num}/status {comment,status}
POST /api/{type}s/{+repo}/user-access-request/grant {user,userId}
POST /api/{type}s/{+repo}/user-access-request/handle {rejectionReason,requestId,resetReason,status,user,userId}
";

#[test]
fn the_list_is_this_one_with_these_parameters_and_body_keys() {
    let mut lines: Vec<String> = hubfolk_mcp::hf_api_request::ALLOWED
        .iter()
        .map(|name| {
            let entry = hubfolk_mcp::operations::find(name).unwrap();
            let operation = &entry.operation;
            let in_path = operation.path_fields();
            let (mut query, mut body) = (Vec::new(), Vec::new());
            for field in &entry.shape().fields {
                let name = field.name.as_str();
                if in_path.contains(&name) {
                    continue;
                }
                let is_query = operation.payload == hubfolk_api::Payload::Query
                    || operation.query_fields.contains(&name);
                if is_query { query.push(name) } else { body.push(name) }
            }
            let mut line = format!("{} {}", operation.method, operation.path);
            if !query.is_empty() {
                line += &format!(" ?{}", query.join(","));
            }
            if !body.is_empty() {
                line += &format!(" {{{}}}", body.join(","));
            }
            line
        })
        .collect();
    lines.sort();
    assert_eq!(lines.join("\n"), LIST.trim_end());
}
