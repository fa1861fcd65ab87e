//! Recorded discussions: pages, a pull request, a hidden comment, and what a webhook is told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{differences, serve};
use crate::call::{call, get};
use crate::contract::{recordings, same_bytes};
use crate::scene::ADMIN;

/// As many people as the best known author of a recording has followers.
const FANS: u64 = 2_057;

fn user(author: &Value) -> Value {
    json!({ "_id": author["_id"], "name": author["name"], "fullname": author["fullname"],
            "avatarUrl": author["avatarUrl"], "isPro": author["isPro"] })
}

/// Everyone that a list names, each once, and the crowd that follows and reacts.
fn users<'a>(authors: impl Iterator<Item = &'a Value>) -> (Vec<Value>, Vec<Value>) {
    let authors: BTreeMap<&str, &Value> =
        authors.map(|author| (author["name"].as_str().unwrap(), author)).collect();
    let mut users: Vec<Value> = authors.values().map(|author| user(author)).collect();
    users.push(json!({ "generate": { "prefix": "fan", "count": FANS } }));
    let follows = authors.iter().flat_map(|(name, author)| {
        let count = author["followerCount"].as_u64().unwrap_or(0);
        (1..=count).map(move |fan| json!({ "from": format!("fan{fan}"), "to": name }))
    });
    let follows = follows.collect();
    (users, follows)
}

/// Reactions of so many people that the recorded number of them reacted.
fn reactions(entry: &Value) -> Vec<Value> {
    let people = entry["numReactionUsers"].as_u64().unwrap();
    let mut next = 0;
    let top = entry["topReactions"].as_array().unwrap().iter();
    top.map(|reaction| {
        let users = (0..reaction["count"].as_u64().unwrap()).map(|_| {
            next += 1;
            format!("fan{}", (next - 1) % people + 1)
        });
        let users: Vec<String> = users.collect();
        json!({ "reaction": reaction["reaction"], "users": users })
    })
    .collect()
}

/// A discussion of which a list says this.
fn listed(entry: &Value) -> Value {
    let repo = &entry["repo"];
    let mut events = vec![json!({ "type": "comment", "author": entry["author"]["name"],
        "createdAt": entry["createdAt"], "text": "First words", "reactions": reactions(entry) })];
    for _ in 1..entry["numComments"].as_u64().unwrap() {
        events.push(json!({ "type": "comment", "author": "fan1", "createdAt": entry["createdAt"],
                            "text": "More words" }));
    }
    json!({ "type": repo["type"], "id": repo["name"], "num": entry["num"],
            "author": entry["author"]["name"], "title": entry["title"], "status": entry["status"],
            "isPullRequest": entry["isPullRequest"], "createdAt": entry["createdAt"],
            "pinned": entry["pinned"], "events": events })
}

/// Older discussions, so that a list has its recorded length.
fn older(body: &Value, repo: &Value) -> Vec<Value> {
    let shown = body["discussions"].as_array().unwrap();
    let closed = shown.iter().filter(|one| one["status"] == "closed").count() as u64;
    let closed = body["numClosedDiscussions"].as_u64().unwrap() - closed;
    let count = body["count"].as_u64().unwrap() - shown.len() as u64;
    let old = (1..=count).map(|num| {
        let status = if num <= closed { "closed" } else { "open" };
        json!({ "type": repo["type"], "id": repo["name"], "num": num, "author": "fan1",
                "title": format!("Number {num}"), "status": status,
                "createdAt": "2022-01-01T00:00:00.000Z" })
    });
    old.collect()
}

fn world_of_list(body: &Value) -> Value {
    let shown = body["discussions"].as_array().unwrap();
    let repo = &shown[0]["repo"];
    let (users, follows) = users(shown.iter().map(|one| &one["author"]));
    let discussions = shown.iter().map(listed).chain(older(body, repo));
    json!({
        "users": users,
        "orgs": [{ "name": shown[0]["repoOwner"]["name"] }],
        "tokens": [{ "token": ADMIN, "user": "fan9", "role": "read" }],
        "repos": [{ "type": repo["type"], "id": repo["name"] }],
        "follows": follows,
        "discussions": discussions.collect::<Vec<_>>(),
    })
}

#[test]
fn the_recorded_page_of_discussions_comes_back_byte_for_byte() {
    let Some(all) = recordings("discussions_list_gpt-oss-120b.json") else { return };
    let (text, exchange) = &all[0];
    let hub = serve(&world_of_list(&exchange["body"]));
    let path = "/api/models/openai/gpt-oss-120b/discussions?type=discussion";
    let reply = get(&hub, path).send();
    assert_eq!(reply.status, 200);
    same_bytes(&reply, text);
}

/// Somebody who was logged in is told whom they follow, and of those without followers too.
#[test]
fn the_recorded_entry_of_a_member_of_the_hub_comes_back_byte_for_byte() {
    let Some(all) = recordings("discussions_list_gpt2_2026.json") else { return };
    let (text, exchange) = &all[0];
    let hub = serve(&world_of_list(&exchange["body"]));
    let path = "/api/models/openai-community/gpt2/discussions";
    let reply = get(&hub, path).token(ADMIN).send();
    let body = String::from_utf8(reply.body.clone()).unwrap();
    // The recorder kept the first entry only.
    let first = body.split("},{\"num\":").next().unwrap();
    assert!(text.contains(&format!("\"body\":{first}")), "{first}\nis not in\n{text}");
    let page = reply.json();
    for key in ["count", "start", "numClosedDiscussions"] {
        assert_eq!(page[key], exchange["body"][key], "{key}");
    }
    assert_eq!(page.as_object().unwrap().len(), 4);
}

#[test]
fn the_recorded_pull_request_comes_back_key_for_key() {
    let Some(all) = recordings("discussion_details_pr_gpt2_1.json") else { return };
    let recorded = &all[0].1["body"];
    let events = recorded["events"].as_array().unwrap();
    let entries = events.iter().map(|event| {
        let mut entry = json!({ "id": event["id"], "type": event["type"],
            "author": event["author"]["name"], "createdAt": event["createdAt"] });
        let (entry_keys, data) = (entry.as_object_mut().unwrap(), &event["data"]);
        match event["type"].as_str().unwrap() {
            "comment" => entry_keys.insert("text".to_owned(), data["latest"]["raw"].clone()),
            "status-change" => entry_keys.insert("status".to_owned(), data["status"].clone()),
            _ => {
                entry_keys.insert("subject".to_owned(), data["subject"].clone());
                entry_keys.insert("parents".to_owned(), data["parents"].clone());
                entry_keys.insert("oid".to_owned(), data["oid"].clone())
            }
        };
        entry
    });
    let (repo, org) = (&recorded["repo"], &recorded["org"]);
    let base = &recorded["changes"]["cachedStorageEstimate"]["baseSha"];
    let hub = serve(&json!({
        "users": [user(&recorded["author"]), { "name": "reader" }],
        "orgs": [{ "name": org["name"], "fullname": org["fullname"],
                   "avatarUrl": org["avatarUrl"] }],
        "tokens": [{ "token": ADMIN, "user": "reader" }],
        "repos": [{ "type": repo["type"], "id": repo["name"], "sha": base }],
        "discussions": [{ "type": repo["type"], "id": repo["name"], "num": recorded["num"],
            "author": recorded["author"]["name"], "title": recorded["title"],
            "status": recorded["status"], "isPullRequest": true,
            "createdAt": recorded["createdAt"], "diff": "",
            "events": entries.collect::<Vec<_>>() }],
    }));
    let path = "/api/models/openai-community/gpt2/discussions/1";
    let reply = get(&hub, path).token(ADMIN).send();
    let answer = reply.json();
    // The recorder cut the people of all but the first event.
    let cut = |place: &str| place.ends_with(".author");
    // The Hub's own document demands `_id`, which the recorder does not show.
    assert_eq!(differences(recorded, &answer, "", &cut), ["._id was never recorded"]);
    let without_people = |body: &Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().remove("_id");
        for event in body["events"].as_array_mut().unwrap() {
            event["author"].take();
            event["data"]["latest"]["author"].take();
        }
        body
    };
    assert_eq!(without_people(&answer), without_people(recorded));
    assert_eq!(answer["author"], recorded["author"]);
    assert_eq!(answer["events"][0]["author"], recorded["events"][0]["author"]);
    // Keys in the recorded order.
    let text = String::from_utf8(reply.body).unwrap();
    let order = ["\"num\":", "\"author\":", "\"org\":", "\"repo\":", "\"title\":", "\"status\":"];
    let places: Vec<usize> = order.iter().map(|key| text.find(key).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn the_recorded_hidden_comment_comes_back_key_for_key() {
    let Some(all) = recordings("discussion_event_hidden_comment.json") else { return };
    let recorded = &all[0].1;
    let author = &recorded["author"];
    let hub = serve(&json!({
        "users": [user(author), { "name": "reader" }],
        "tokens": [{ "token": ADMIN, "user": "reader" }],
        "repos": [{ "id": "gpt2" }],
        "discussions": [{ "id": "gpt2", "num": 1, "author": author["name"], "title": "A title",
            "events": [{ "id": recorded["id"], "type": "comment", "author": author["name"],
                "createdAt": recorded["createdAt"], "text": "Gone", "hidden": true,
                "updatedAt": recorded["data"]["latest"]["updatedAt"] }] }],
    }));
    let details = get(&hub, "/api/models/gpt2/discussions/1").token(ADMIN).send().json();
    let answer = &details["events"][0];
    // The recorder cut the author of the text, who is the author of the event.
    let cut = |place: &str| place.ends_with(".latest.author");
    assert_eq!(differences(recorded, answer, "", &cut), Vec::<String>::new());
    let mut answer = answer.clone();
    let known: Vec<String> =
        recorded["data"]["latest"]["author"].as_object().unwrap().keys().cloned().collect();
    answer["data"]["latest"]["author"]
        .as_object_mut()
        .unwrap()
        .retain(|key, _| known.contains(key));
    assert_eq!(&answer, recorded);
}

#[test]
fn the_recorded_payload_of_a_webhook_is_told_key_for_key() {
    let Some(all) = recordings("webhook_payload_pr_opened.json") else { return };
    let recorded = &all[0].1;
    let (repo, opened) = (&recorded["repo"], &recorded["discussion"]);
    let author = &opened["author"]["id"];
    let hub = serve(&json!({
        "users": [{ "_id": author, "name": "author" }, { "name": "owner" }],
        "orgs": [{ "_id": repo["owner"]["id"], "name": "openai-community",
                   "members": [{ "user": "owner", "role": "admin" }] }],
        "tokens": [{ "token": ADMIN, "user": "owner", "role": "write" },
                   { "token": "hf_test_author", "user": "author", "role": "write" }],
        "repos": [{ "type": repo["type"], "id": repo["name"], "_id": repo["id"] }],
        "discussions": [{ "id": repo["name"], "num": 18, "author": "author", "title": "Before" }],
    }));
    let watch = json!({ "url": "https://hooks.example",
        "watched": [{ "type": "model", "name": repo["name"] }] });
    let made = call(&hub, "POST", "/api/settings/webhooks").token(ADMIN).json(&watch).send().json();
    let id = made["webhook"]["id"].as_str().unwrap();
    let open = json!({ "title": opened["title"], "pullRequest": true,
        "description": recorded["comment"]["content"] });
    let path = "/api/models/openai-community/gpt2/discussions";
    let reply = call(&hub, "POST", path).token("hf_test_author").json(&open).send();
    assert_eq!(reply.json()["num"], opened["num"]);
    let told = hub.world().deliveries(id.parse().unwrap()).unwrap();
    let mut payload = told.last().unwrap().payload.clone();
    assert_eq!(differences(recorded, &payload, "", &|_| false), Vec::<String>::new());
    // Ids that the simulator makes up; and by the API a pull request begins as a draft.
    for (place, key) in
        [("discussion", "id"), ("comment", "id"), ("webhook", "id"), ("discussion", "status")]
    {
        payload[place][key] = recorded[place][key].clone();
    }
    payload["comment"]["url"] = recorded["comment"]["url"].clone();
    assert_eq!(&payload, recorded);
}
