//! Who is told what, and what becomes of it.

use hubfolk_sim::Running;
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::scene::{ADMIN, MEMBER, OUTSIDER, READER, hub};

const ALL: &str = "/api/notifications";
const OPEN: &str = "/api/models/acme/open/discussions";
const EVES: &str = "/api/models/eve/gated/discussions";

fn send(hub: &Running, method: &'static str, token: &str, path: &str, body: &Value) -> Reply {
    let reply = call(hub, method, path).token(token).json(body).send();
    assert!(reply.status < 300, "{path}: {}", String::from_utf8_lossy(&reply.body));
    reply
}

fn begin(hub: &Running, token: &str, repo: &str, text: &str) -> String {
    let body = json!({ "title": "A question", "description": text });
    format!("{repo}/{}", send(hub, "POST", token, repo, &body).json()["num"])
}

fn list(hub: &Running, token: &str, query: &str) -> Value {
    get(hub, &format!("{ALL}{query}")).token(token).send().json()
}

fn count(hub: &Running, token: &str, query: &str) -> usize {
    let list = list(hub, token, query);
    let shown = list["notifications"].as_array().unwrap().len();
    assert_eq!(list["count"]["view"], shown);
    shown
}

#[test]
fn a_discussion_is_told_to_those_who_watch_take_part_or_are_mentioned() {
    let hub = hub();
    let path = begin(&hub, OUTSIDER, OPEN, "Is this yours, @bob?");
    let told = list(&hub, MEMBER, "");
    assert_eq!(told["count"], json!({ "view": 1, "unread": 1, "all": 1 }));
    let note = &told["notifications"][0];
    assert_eq!((&note["type"], &note["read"]), (&json!("repo"), &json!(false)));
    assert_eq!(note["repo"], json!({ "name": "acme/open", "type": "model" }));
    assert_eq!(
        (&note["discussion"]["num"], &note["discussion"]["status"]),
        (&json!(1), &json!("open"))
    );
    assert_eq!(note["discussion"]["participating"][0]["user"], "eve");
    let details = get(&hub, &path).send().json();
    assert_eq!(note["discussion"]["id"], details["_id"]);
    assert_eq!(note["discussionEventId"], details["events"][0]["id"]);
    assert_eq!(count(&hub, ADMIN, ""), 1, "members watch their organization");
    assert_eq!(count(&hub, OUTSIDER, ""), 0, "nobody is told of what they did themselves");
    assert_eq!(
        (count(&hub, MEMBER, "?mention=mentions"), count(&hub, ADMIN, "?mention=mentions")),
        (1, 0)
    );
    send(&hub, "POST", ADMIN, &format!("{path}/comment"), &json!({ "comment": "Ours" }));
    assert_eq!(count(&hub, OUTSIDER, "?mention=participating"), 1, "who began it takes part");
    assert_eq!(list(&hub, MEMBER, "")["count"]["all"], 1, "one notification a thread");
    send(&hub, "POST", ADMIN, &format!("{path}/status"), &json!({ "status": "closed" }));
    assert_eq!(list(&hub, OUTSIDER, "")["notifications"][0]["discussion"]["status"], "closed");
}

#[test]
fn watching_begins_and_ends_by_object_id() {
    let hub = hub();
    let id = |path: &str| get(&hub, path).token(ADMIN).send().json()["_id"].clone();
    let watch = |key: &str, kind: &str, id: &Value| {
        send(
            &hub,
            "PATCH",
            MEMBER,
            "/api/settings/watch",
            &json!({ key: [{ "id": id, "type": kind }] }),
        );
    };
    begin(&hub, ADMIN, EVES, "Before");
    assert_eq!(count(&hub, MEMBER, ""), 0);
    watch("add", "repo", &id("/api/models/eve/gated"));
    begin(&hub, ADMIN, EVES, "Watched");
    assert_eq!(count(&hub, MEMBER, ""), 1);
    watch("delete", "repo", &id("/api/models/eve/gated"));
    watch("add", "user", &id("/api/users/eve/overview"));
    begin(&hub, ADMIN, EVES, "By owner");
    assert_eq!(count(&hub, MEMBER, ""), 1, "the repo itself is not watched, whoever owns it");
    watch("delete", "org", &json!("5e67bd5b1009063689407478"));
    begin(&hub, OUTSIDER, OPEN, "Of the organization");
    assert_eq!(count(&hub, MEMBER, "?repoName=acme/open"), 0);
    let wrong = json!({ "add": [{ "id": "acme/open", "type": "repo" }] });
    assert_eq!(
        call(&hub, "PATCH", "/api/settings/watch").token(MEMBER).json(&wrong).send().status,
        400
    );
    let nothing = json!({ "add": [{ "id": "000000000000000000000000", "type": "repo" }] });
    assert_eq!(
        call(&hub, "PATCH", "/api/settings/watch").token(MEMBER).json(&nothing).send().status,
        404
    );
}

#[test]
fn what_is_switched_off_is_not_told() {
    let hub = hub();
    let switch = |kind: &str, on: bool| {
        let body = json!({ "notifications": { kind: on } });
        send(&hub, "PATCH", MEMBER, "/api/settings/notifications", &body);
    };
    switch("web_discussions_watched", false);
    begin(&hub, OUTSIDER, OPEN, "Nothing special");
    assert_eq!(count(&hub, MEMBER, ""), 0);
    begin(&hub, OUTSIDER, OPEN, "But @bob");
    assert_eq!(count(&hub, MEMBER, ""), 1, "a mention is another kind");
    switch("web_discussions_participating", false);
    begin(&hub, OUTSIDER, OPEN, "Again, @bob");
    assert_eq!(count(&hub, MEMBER, ""), 1);
    switch("web_discussions_watched", true);
    begin(&hub, OUTSIDER, OPEN, "Nothing special");
    assert_eq!(count(&hub, MEMBER, ""), 2);
}

#[test]
fn notifications_are_marked_and_deleted_by_id_or_by_filter() {
    let hub = hub();
    begin(&hub, OUTSIDER, OPEN, "One");
    begin(&hub, OUTSIDER, OPEN, "Two, @bob");
    let id =
        |index: usize| list(&hub, MEMBER, "")["notifications"][index]["discussion"]["id"].clone();
    let newest = id(0);
    let mark = format!("{ALL}/mark-as-read");
    send(&hub, "POST", MEMBER, &mark, &json!({ "discussionIds": [newest], "read": true }));
    assert_eq!((count(&hub, MEMBER, "?readStatus=unread"), count(&hub, MEMBER, "")), (1, 2));
    assert_eq!(list(&hub, MEMBER, "")["count"]["unread"], 1);
    send(&hub, "POST", MEMBER, &mark, &json!({ "discussionIds": [newest], "read": false }));
    assert_eq!(count(&hub, MEMBER, "?readStatus=unread"), 2);
    send(
        &hub,
        "POST",
        MEMBER,
        &format!("{mark}?applyToAll=true&mention=mentions"),
        &json!({ "read": true }),
    );
    assert_eq!(count(&hub, MEMBER, "?readStatus=unread"), 1);
    let late = format!("{ALL}?applyToAll=true&lastUpdate=2020-01-01T00:00:00Z");
    send(&hub, "DELETE", MEMBER, &late, &json!({}));
    assert_eq!(count(&hub, MEMBER, ""), 2, "what came later is spared");
    send(&hub, "DELETE", MEMBER, ALL, &json!({ "discussionIds": [newest] }));
    assert_eq!(count(&hub, MEMBER, ""), 1);
    send(&hub, "DELETE", MEMBER, &format!("{ALL}?applyToAll=true"), &Value::Null);
    assert_eq!(count(&hub, MEMBER, ""), 0);
    assert_eq!(count(&hub, ADMIN, ""), 2, "others keep theirs");
    let neither = call(&hub, "DELETE", ALL).token(MEMBER).json(&json!({})).send();
    assert_eq!(neither.status, 400);
}

#[test]
fn pages_filters_and_tokens_are_checked() {
    let hub = hub();
    for index in 0..30 {
        begin(&hub, OUTSIDER, OPEN, &format!("Number {index}"));
    }
    let first = list(&hub, MEMBER, "");
    assert_eq!(
        (first["notifications"].as_array().unwrap().len(), &first["count"]["view"]),
        (25, &json!(30))
    );
    let second = list(&hub, MEMBER, "?p=1");
    assert_eq!(
        (second["notifications"].as_array().unwrap().len(), &second["start"]),
        (5, &json!(25))
    );
    assert_eq!(first["notifications"][0]["discussion"]["num"], 30, "the newest comes first");
    for none in ["?repoType=dataset", "?repoName=acme/other", "?paperId=2510.1", "?postAuthor=ada"]
    {
        assert_eq!(count(&hub, MEMBER, none), 0, "{none}");
    }
    for wrong in ["?readStatus=new", "?mention=me", "?lastUpdate=today", "?p=one"] {
        assert_eq!(get(&hub, &format!("{ALL}{wrong}")).token(MEMBER).send().status, 400, "{wrong}");
    }
    assert_eq!(get(&hub, ALL).send().status, 401);
    let mark = call(&hub, "POST", "/api/notifications/mark-as-read?applyToAll=true");
    assert_eq!(mark.token(READER).json(&json!({})).send().status, 403, "the token may only read");
}

#[test]
fn what_one_may_no_longer_see_is_no_longer_told() {
    let hub = hub();
    let path = begin(&hub, ADMIN, OPEN, "Look, @eve");
    assert_eq!(count(&hub, OUTSIDER, ""), 1);
    let settings = |private: bool| {
        send(&hub, "PUT", ADMIN, "/api/models/acme/open/settings", &json!({ "private": private }));
    };
    settings(true);
    assert_eq!(count(&hub, OUTSIDER, ""), 0);
    settings(false);
    assert_eq!(count(&hub, OUTSIDER, ""), 1);
    call(&hub, "DELETE", &path).token(ADMIN).send();
    assert_eq!(count(&hub, OUTSIDER, ""), 0, "the discussion is gone");
}
