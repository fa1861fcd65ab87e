//! Answers of the real Hub decode without loss. The recordings lie beside the repository; where
//! they are absent the tests say so.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::{fs, path::Path};

use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use hubfolk_api::{
    Endpoint,
    access_requests::{
        BatchAccessRequests, CancelOwnAccessRequest, GetUserAccessReport, GrantAccess,
        HandleAccessRequest, ListAccessRequests,
    },
    auth_check::AuthCheck,
    collections::ListCollections,
    discussions::{DiscussionEvent, GetDiscussionDetails, GetRepoDiscussions},
    problem::Problem,
    repos::{CreateRepo, GetRepoInfo, UpdateRepoSettings},
    users::{GetUserOverview, ListLikedRepos},
    whoami::GetWhoami,
    wire,
};
use serde_json::Value;

/// The exchanges of a recording, or `None` where there are no recordings.
fn recorded(name: &str) -> Option<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("../../../shared/contract/recorded");
    if !folder.is_dir() {
        println!("NOT RUN: no recordings beside this repository, {name} is not compared");
        return None;
    }
    let text = fs::read_to_string(folder.join(name)).unwrap();
    match serde_json::from_str(&text).unwrap() {
        Value::Array(exchanges) => Some(exchanges),
        one => Some(vec![one]),
    }
}

fn decodes_without_loss<E: Endpoint>(name: &str) {
    for exchange in recorded(name).into_iter().flatten() {
        assert_eq!(exchange["status"], 200, "{name}");
        let body = exchange["body"].to_string();
        let response = wire::decode_answer::<E>(body.as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&response).unwrap(), exchange["body"], "{name}");
    }
}

fn problem(exchange: &Value) -> Problem {
    let mut headers = HeaderMap::new();
    for (name, value) in exchange["headers"].as_object().into_iter().flatten() {
        headers.insert(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::from_bytes(value.as_str().unwrap().as_bytes()).unwrap(),
        );
    }
    let status = u16::try_from(exchange["status"].as_u64().unwrap()).unwrap();
    let body = exchange["body"].to_string();
    Problem::read(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes())
}

#[test]
fn a_user_overview_decodes_without_loss() {
    decodes_without_loss::<GetUserOverview>("user_overview_evalstate.json");
}

#[test]
fn the_likes_of_a_user_decode_without_loss() {
    decodes_without_loss::<ListLikedRepos>("user_likes_evalstate_first20.json");
}

#[test]
fn whoami_decodes_without_loss() {
    decodes_without_loss::<GetWhoami>("whoami_v2_user_write_token.json");
    decodes_without_loss::<GetWhoami>("whoami_v2_ci_bot.json");
}

#[test]
fn the_info_of_a_gated_model_decodes_without_loss() {
    decodes_without_loss::<GetRepoInfo>("model_info_gated_manual.json");
}

#[test]
fn the_creation_of_a_space_decodes_without_loss_both_ways() {
    decodes_without_loss::<CreateRepo>("repos_create_space_response.json");
    for exchange in recorded("repos_create_space_response.json").into_iter().flatten() {
        let sent = exchange["request"]["body"].to_string().into_bytes();
        let request = Request::post("/api/repos/create").body(sent).unwrap();
        let create: CreateRepo = wire::decode(&request).unwrap();
        let again = wire::encode(&create).unwrap().into_body();
        let again: Value = serde_json::from_slice(&again).unwrap();
        assert_eq!(again, exchange["request"]["body"]);
    }
}

/// A recording in which values that vary are written as their type, with one of each instead.
fn concrete(recorded: &Value) -> Value {
    match recorded {
        Value::String(word) => match word.as_str() {
            "<string>" => "x".into(),
            "<number>" => 7.into(),
            "<boolean>" => true.into(),
            _ => recorded.clone(),
        },
        Value::Array(items) => items.iter().map(concrete).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), concrete(value))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn the_collections_of_an_organization_decode_without_loss() {
    for exchange in recorded("collections_list_owner_huggingfacejs.json").into_iter().flatten() {
        let body = concrete(&exchange["body"]);
        let list = wire::decode_answer::<ListCollections>(body.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&list).unwrap(), body);
        let collection = &list[0];
        assert_eq!(collection.id(), Some("690df2897fa1945492b8cf42"));
        assert_eq!((collection.position, collection.items.len()), (None, 4));
        let ids: Vec<&str> = collection.items.iter().map(|item| item.item_id()).collect();
        assert_eq!(ids[1], collection.slug, "a collection is looked up by its slug");
    }
}

#[test]
fn lists_of_discussions_decode_without_loss() {
    decodes_without_loss::<GetRepoDiscussions>("discussions_list_gpt-oss-120b.json");
    decodes_without_loss::<GetRepoDiscussions>("discussions_list_gpt2_2026.json");
}

#[test]
fn a_pull_request_and_its_events_decode_without_loss() {
    decodes_without_loss::<GetDiscussionDetails>("discussion_details_pr_gpt2_1.json");
    for exchange in recorded("discussion_details_pr_gpt2_1.json").into_iter().flatten() {
        let body = exchange["body"].to_string();
        let details = wire::decode_answer::<GetDiscussionDetails>(body.as_bytes()).unwrap();
        assert_eq!(details.git_reference().as_deref(), Some("refs/pr/1"));
        assert!(!details.files_with_conflicts.unwrap().any());
        let kinds: Vec<&str> = details.events.iter().map(|event| event.content.kind()).collect();
        assert_eq!(kinds, ["comment", "commit", "status-change"]);
        assert_eq!(details.events[0].comment().unwrap().latest.raw, "dd");
    }
}

#[test]
fn a_hidden_comment_decodes_without_loss() {
    for wire in recorded("discussion_event_hidden_comment.json").into_iter().flatten() {
        let event: DiscussionEvent = serde_json::from_value(wire.clone()).unwrap();
        assert!(event.comment().unwrap().hidden);
        assert_eq!(serde_json::to_value(&event).unwrap(), wire);
    }
}

#[test]
fn every_state_of_an_auth_check_is_told_apart() {
    for exchange in recorded("auth_check_states.json").into_iter().flatten() {
        if exchange["status"] == 200 {
            let body = exchange["body"].as_str().unwrap();
            assert_eq!(wire::decode_answer::<AuthCheck>(body.as_bytes()).unwrap(), "OK");
            continue;
        }
        let problem = problem(&exchange);
        let shown = problem.message.as_deref();
        assert_eq!(shown, exchange["body"]["error"].as_str(), "{exchange}");
        let code = exchange["headers"]["x-error-code"].as_str();
        assert_eq!(problem.code.as_deref(), code);
        assert_eq!(problem.is_gated(), code == Some("GatedRepo"), "{exchange}");
        assert_eq!(
            problem.is_not_found(),
            exchange["status"] == 404 || code == Some("RepoNotFound")
        );
        assert_eq!(problem.is_auth(), exchange["status"] == 401);
    }
}

#[test]
fn a_missing_and_a_wrong_token_are_authentication_problems() {
    for exchange in recorded("whoami_v2_401_anonymous.json").into_iter().flatten() {
        let problem = problem(&exchange);
        assert!(problem.is_auth() && !problem.is_not_found());
        assert_eq!(problem.message.as_deref(), Some("Invalid username or password."));
    }
}

#[test]
fn the_lists_of_access_requests_decode_without_loss() {
    for status in ["pending", "accepted", "reset"] {
        decodes_without_loss::<ListAccessRequests>(&format!("access_requests_{status}.json"));
    }
}

/// Sends what was sent, by way of our types, and reads what came back.
fn acts_like<E: Endpoint>(exchange: &Value, body: &Value) {
    let method = exchange["request"]["method"].as_str().unwrap();
    let url = exchange["request"]["url"].as_str().unwrap();
    let path = url.strip_prefix("https://huggingface.co").unwrap();
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let request = Request::builder().method(method).uri(path).body(body).unwrap();
    let operation: E = wire::decode(&request).unwrap();
    let again = wire::encode(&operation).unwrap();
    assert_eq!((again.uri(), again.method()), (request.uri(), request.method()));
    let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    assert_eq!(value(again.body()), value(request.body()));
    if exchange["status"] == 200 {
        let answer = wire::decode_answer::<E>(exchange["body"].to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&answer).unwrap(), exchange["body"]);
    }
}

#[test]
fn every_recorded_action_on_access_requests_is_one_of_our_operations() {
    for exchange in recorded("access_request_actions_and_errors.json").into_iter().flatten() {
        let body = &exchange["request"]["body"];
        let url = exchange["request"]["url"].as_str().unwrap();
        match url.split('?').next().unwrap().rsplit('/').next().unwrap() {
            "handle" => acts_like::<HandleAccessRequest>(&exchange, body),
            "grant" => acts_like::<GrantAccess>(&exchange, body),
            "batch" => acts_like::<BatchAccessRequests>(&exchange, body),
            "cancel" => acts_like::<CancelOwnAccessRequest>(&exchange, body),
            "settings" => acts_like::<UpdateRepoSettings>(&exchange, body),
            "accepted" => acts_like::<ListAccessRequests>(&exchange, body),
            "user-access-report" => acts_like::<GetUserAccessReport>(&exchange, body),
            other => panic!("{other} is none of them"),
        }
    }
}

#[test]
fn every_recorded_refusal_keeps_the_message_of_its_body() {
    for exchange in recorded("access_request_actions_and_errors.json").into_iter().flatten() {
        if let Some(error) = exchange["body"]["error"].as_str() {
            assert_eq!(problem(&exchange).message.as_deref(), Some(error));
        }
    }
}
