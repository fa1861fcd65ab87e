//! What an agent is asked to do; a person says yes where one is asked.

use serde_json::{Value, json};

use crate::question::{GATED, MODEL, ORG, Question, Way, change, op, post, tool};
use crate::read::done;
use crate::truth::{Truth, pick};

const PATH: &str = "/models/meridian-labs/tide-base/discussions";

fn place(number: u64, more: &Value) -> Value {
    let mut arguments = json!({"repoType": "model", "repo": MODEL, "num": number});
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    arguments
}

fn lean(operation: &str, number: u64, more: &Value) -> Way {
    op(operation, place(number, more), json!({}), done())
}

fn core(action: &str, number: u64, more: &Value) -> Way {
    let mut arguments = json!({"repo": MODEL, "action": action, "number": number});
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    tool("write_discussion", arguments, done())
}

fn said(truth: &Truth, number: u64, text: &str) -> bool {
    truth.discussion(number)["events"].to_string().contains(text)
}

fn has(truth: &Truth, state: &str, user: &str) -> bool {
    pick(&truth.requests(state), "/user/user", |_| true).contains(&user.to_owned())
}

fn decide(what: &'static str, user: &'static str, status: &'static str) -> Question {
    let body = json!({"user": user, "status": status});
    let lean = json!({"type": "model", "repo": GATED, "user": user, "status": status});
    let handle = format!("/models/{GATED}/user-access-request/handle");
    change(
        what,
        move |truth| has(truth, status, user),
        post(&handle, body.clone(), done()),
        op("handle_access_request", lean, json!({}), done()),
        post(&handle, body, done()),
    )
}

pub(crate) fn questions() -> Vec<Question> {
    let text = "Thank you, this is planned.";
    vec![
        change(
            "Answer discussion 4",
            move |truth| said(truth, 4, text),
            core("comment", 4, &json!({"text": text})),
            lean("comment_discussion", 4, &json!({"comment": text})),
            post(&format!("{PATH}/4/comment"), json!({"comment": text}), done()),
        ),
        change(
            "Close discussion 8",
            |truth| truth.discussion(8)["status"] == "closed",
            core("close", 8, &json!({})),
            lean("change_discussion_status", 8, &json!({"status": "closed"})),
            post(&format!("{PATH}/8/status"), json!({"status": "closed"}), done()),
        ),
        change(
            "Give discussion 3 a clearer title",
            |truth| truth.discussion(3)["title"] == "Feet and metres in the example",
            core("rename", 3, &json!({"title": "Feet and metres in the example"})),
            lean("rename_discussion", 3, &json!({"title": "Feet and metres in the example"})),
            None,
        ),
        change(
            "Merge pull request 12",
            |truth| truth.discussion(12)["status"] == "merged",
            core("merge", 12, &json!({})),
            lean("merge_pull_request", 12, &json!({})),
            None,
        ),
        change(
            "Pin discussion 1",
            |truth| truth.discussion(1)["pinned"] == true,
            core("pin", 1, &json!({})),
            lean("pin_discussion", 1, &json!({"pinned": true})),
            None,
        ),
        decide("Give tomasz-wu access", "tomasz-wu", "accepted"),
        decide("Give leila-haddad access", "leila-haddad", "accepted"),
        change(
            "Make jonas-lindqvist a writer",
            |truth| {
                pick(&truth.members(), "/role", |m| m["user"] == "jonas-lindqvist") == ["write"]
            },
            None,
            op(
                "change_organization_member_role",
                json!({"organization": ORG, "username": "jonas-lindqvist", "role": "write", "resourceGroups": []}),
                json!({}),
                done(),
            ),
            None,
        ),
        change(
            "Make a collection of buoys",
            |truth| {
                pick(&truth.list("/api/collections?owner=meridian-labs"), "/title", |_| true)
                    .contains(&"Buoys".to_owned())
            },
            post("/collections", json!({"title": "Buoys", "namespace": ORG}), done()),
            op("create_collection", json!({"title": "Buoys", "namespace": ORG}), json!({}), done()),
            post("/collections", json!({"title": "Buoys", "namespace": ORG}), done()),
        ),
    ]
}
