//! What is confirmed is what is sent: this, to this, once; and a dry run shows it byte for byte.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hubfolk_license::clock::SystemClock;
use hubfolk_mcp::{
    confirm::{Answer, Gate},
    failure::Code,
    operations,
    tools::table::TOOLS,
};
use serde_json::{Value, json};

use crate::{
    hub::{SLUG, hub, hub_with},
    recorder::Recorder,
    stage::Stage,
};

/// A call for every action of every tool that writes.
fn writes() -> Vec<(&'static str, Value)> {
    let mut calls = Vec::new();
    for tool in TOOLS.iter().filter(|tool| !tool.effect.is_read()) {
        let actions = tool.params.iter().find(|param| param.name == "action");
        for action in actions.map_or(&[][..], |param| param.choices) {
            let arguments = match tool.name {
                "write_discussion" => {
                    json!({"repo": "acme/m", "number": 1, "title": "Tides \"high\"", "text": "Zoë: 1 < 2\n\u{1F30A}", "comment_id": "0123456789abcdef0123c002"})
                }
                "answer_access_requests" => {
                    json!({"repo": "acme/m", "users": ["eve", "ada"], "reason": "no <name>"})
                }
                "edit_collection" => {
                    json!({"slug": SLUG, "owner": "acme", "title": "Maps", "description": "All of them", "private": true, "item": "models/acme/m", "note": "é"})
                }
                "manage_member" => {
                    json!({"organization": "acme", "user": "eve", "role": "read"})
                }
                other => panic!("{other} has actions and no call here"),
            };
            let mut arguments = arguments;
            arguments["action"] = (*action).into();
            calls.push((tool.name, arguments));
        }
    }
    let post = |endpoint: &str, body: Value| {
        ("hf_api_request", json!({"endpoint": endpoint, "method": "POST", "json_body": body}))
    };
    calls.extend([
        post("/models/acme/m/discussions", json!({"title": "Tides", "description": "x"})),
        post("/models/acme/m/discussions/1/status", json!({"status": "closed"})),
        post("/models/acme/m/discussions/1/comment/0123456789abcdef0123c002/hide", json!({})),
        post("/models/acme/m/discussions/1/comment/0123456789abcdef0123c002/edit", json!({"content": "é"})),
        post("/models/acme/m/user-access-request/handle", json!({"user": "eve", "status": "rejected"})),
        post("/models/acme/m/user-access-request/grant", json!({"user": "eve"})),
        post("/collections", json!({"title": "Maps", "namespace": "acme"})),
        post(&format!("/collections/{SLUG}/items"), json!({"item": {"type": "model", "id": "acme/m"}})),
        (
            "call_operation",
            json!({"name": "update_collection_metadata", "arguments": {"slug": SLUG, "title": "Charts"}}),
        ),
    ]);
    calls
}

fn sent(hub: &Recorder) -> Vec<(String, String, String)> {
    let changes = hub.seen().into_iter().filter(|request| request.method != "GET");
    changes.map(|request| (request.method, request.target, request.body)).collect()
}

#[tokio::test]
async fn a_dry_run_of_every_write_of_every_tool_is_byte_for_byte_what_is_then_sent() {
    let (mut shown_in_all, mut experimental) = (0, 0);
    for (tool, arguments) in writes() {
        let hub = hub();
        let stage = Stage::at(&hub.url);
        let mut dry = arguments.clone();
        dry["dry_run"] = true.into();
        let shown = stage.json(tool, dry).await;
        assert_eq!(sent(&hub), [], "{tool} {arguments}");
        match stage.call_asking(tool, arguments.clone(), Answer::Yes).await {
            Ok(_) => {}
            // Inviting and removing members are not documented; the client sends them on request only.
            Err(failure) if failure.message.contains("experimental") => {
                experimental += 1;
                continue;
            }
            Err(failure) => panic!("{tool} {arguments}: {failure:?}"),
        }
        let shown: Vec<_> = shown["dry_run"]
            .as_array()
            .unwrap()
            .iter()
            .map(|request| {
                let body = match &request["body"] {
                    Value::Null => String::new(),
                    body => body.to_string(),
                };
                let text = |key: &str| request[key].as_str().unwrap().to_owned();
                (text("method"), text("path"), body)
            })
            .collect();
        assert!(!shown.is_empty());
        assert_eq!(shown, sent(&hub), "{tool} {arguments}");
        shown_in_all += shown.len();
    }
    println!(
        "counted: {shown_in_all} requests shown first and then sent the same, {experimental} experimental"
    );
}

#[tokio::test]
async fn whatever_takes_away_asks_whichever_tool_does_it() {
    let hub = hub();
    let stage = Stage::at(&hub.url);
    let grave = [
        "hide_comment",
        "close",
        "delete",
        "reject",
        "reset",
        "cancel",
        "remove_item",
        "set_role",
        "remove",
    ];
    for (tool, arguments) in writes() {
        let Some(action) = arguments["action"].as_str() else { continue };
        let asked = match stage.call(tool, arguments.clone()).await {
            Ok(_) => false,
            Err(failure) if failure.code == Code::ConfirmationNeeded => true,
            Err(failure) if failure.message.contains("experimental") => continue,
            Err(failure) => panic!("{tool} {arguments}: {failure:?}"),
        };
        assert_eq!(asked, grave.contains(&action), "{tool} {action}");
    }
}

#[test]
fn every_operation_that_removes_or_demotes_is_grave_whatever_it_is_called() {
    let ungrave: Vec<_> = operations::all()
        .iter()
        .map(|entry| &entry.operation)
        .filter(|operation| {
            let gone = ["delete", "remove", "revoke", "hide", "role", "scim", "rotate"];
            let takes = gone.iter().any(|word| operation.name.contains(word));
            !operation.effect.is_read()
                && takes
                // Making something takes nothing away.
                && !operation.name.starts_with("create_")
                && operations::effect_of(operation, &serde_json::Map::new()) != hubfolk_api::Effect::Destructive
        })
        .map(|operation| operation.name)
        .collect();
    assert_eq!(ungrave, [""; 0]);
}

fn close(number: u64) -> Value {
    json!({"repo": "acme/m", "action": "close", "number": number})
}

/// A person in a terminal says yes to the one question that waits.
fn approve(stage: &Stage) {
    let gate = Gate::open(stage.state(), Arc::new(SystemClock)).unwrap();
    let waiting = gate.waiting().unwrap();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    gate.answer(&waiting[0].code, Answer::Yes).unwrap();
}

#[tokio::test]
async fn an_approved_call_goes_through_once_and_only_with_the_same_arguments() {
    let hub = hub();
    let stage = Stage::at(&hub.url);
    let ask = |arguments: Value| stage.call("write_discussion", arguments);
    assert_eq!(ask(close(1)).await.unwrap_err().code, Code::ConfirmationNeeded);
    approve(&stage);
    for other in [
        close(2),
        json!({"repo": "acme/m", "action": "close", "number": 1, "text": "Spam."}),
        json!({"repo": "acme/m", "action": "delete", "number": 1}),
    ] {
        assert_eq!(ask(other).await.unwrap_err().code, Code::ConfirmationNeeded);
    }
    assert_eq!(sent(&hub), []);
    // The same said otherwise, in another order, with what does not change the act.
    let same = json!({"number": "1", "action": "close", "repo": "acme/m", "dry_run": "false"});
    ask(same).await.unwrap();
    assert_eq!(ask(close(1)).await.unwrap_err().code, Code::ConfirmationNeeded);
    assert_eq!(sent(&hub).len(), 1);
}

#[tokio::test]
async fn a_yes_for_one_repository_is_none_for_another_made_under_its_name() {
    let other = Arc::new(AtomicBool::new(false));
    let is_other = Arc::clone(&other);
    let hub = hub_with(move || {
        let id = if is_other.load(Ordering::SeqCst) { "fff" } else { "012" };
        id.repeat(8)
    });
    let stage = Stage::at(&hub.url);
    stage.call("write_discussion", close(1)).await.unwrap_err();
    approve(&stage);
    other.store(true, Ordering::SeqCst);
    let failure = stage.call("write_discussion", close(1)).await.unwrap_err();
    assert_eq!(failure.code, Code::ConfirmationNeeded);
    assert_eq!(sent(&hub), []);
    other.store(false, Ordering::SeqCst);
    stage.call("write_discussion", close(1)).await.unwrap();
}

#[tokio::test]
async fn a_no_spends_the_question_and_nothing_is_sent() {
    let hub = hub();
    let stage = Stage::at(&hub.url);
    for _ in 0..2 {
        let failure =
            stage.call_asking("write_discussion", close(1), Answer::No).await.unwrap_err();
        assert_eq!(failure.code, Code::NotConfirmed);
        let gate = Gate::open(stage.state(), Arc::new(SystemClock)).unwrap();
        assert!(gate.waiting().unwrap().is_empty(), "a no leaves nothing to approve later");
    }
    assert_eq!(sent(&hub), []);
}
