//! Webhooks: what is kept, what is told, what is never shown.

use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::scene::{ADMIN, MEMBER, READER, hub};

const HOOKS: &str = "/api/settings/webhooks";

fn create(hub: &Running, token: &str, body: &Value) -> Reply {
    call(hub, "POST", HOOKS).token(token).json(body).send()
}

fn watching(items: &Value) -> Value {
    json!({ "url": "https://acme.example/hook", "watched": items, "domains": ["repo"] })
}

fn made(hub: &Running, token: &str, items: &Value) -> String {
    let reply = create(hub, token, &watching(items));
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    reply.json()["webhook"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_webhook_is_made_changed_switched_and_deleted() {
    let hub = hub();
    let body = json!({
        "url": "https://acme.example/hook", "secret": "not to be seen",
        "watched": [{ "type": "model", "name": "acme/open" }, { "type": "org", "name": "ACME" }],
        "domains": ["repo", "discussion"],
    });
    let reply = create(&hub, ADMIN, &body);
    let webhook = reply.json()["webhook"].clone();
    assert_eq!((&webhook["disabled"], &webhook["hasSecret"]), (&json!(false), &json!(true)));
    assert_eq!(webhook["watched"][0], json!({ "name": "acme/open", "type": "model" }));
    assert_eq!(webhook["watched"][1]["name"], "acme", "as the account is spelled");
    assert!(webhook["watched"][1]["avatarUrl"].is_string());
    let id = webhook["id"].as_str().unwrap();
    let path = format!("{HOOKS}/{id}");
    let update = |body: &Value| call(&hub, "POST", &path).token(ADMIN).json(body).send();
    let changed = update(&json!({ "url": "https://acme.example/other" })).json()["webhook"].clone();
    assert_eq!(changed["url"], "https://acme.example/other");
    assert_eq!(changed["watched"], webhook["watched"], "what is not given stays");
    assert_eq!(update(&json!({ "watched": [] })).status, 400);
    for (action, disabled) in [("disable", true), ("enable", false)] {
        let reply = call(&hub, "POST", &format!("{path}/{action}")).token(ADMIN).send();
        assert_eq!(reply.json()["webhook"]["disabled"], disabled);
    }
    let all = get(&hub, HOOKS).token(ADMIN).send();
    assert_eq!(all.json()[0], get(&hub, &path).token(ADMIN).send().json()["webhook"]);
    for reply in [&reply, &all] {
        assert!(!String::from_utf8_lossy(&reply.body).contains("not to be seen"));
    }
    assert_eq!(call(&hub, "DELETE", &path).token(ADMIN).send().json(), json!({}));
    assert_eq!(get(&hub, &path).token(ADMIN).send().status, 404);
    assert_eq!(get(&hub, HOOKS).token(ADMIN).send().json(), json!([]));
}

#[test]
fn a_webhook_needs_one_target_and_things_that_its_owner_can_see() {
    let hub = hub();
    let refused = |token: &str, body: Value| create(&hub, token, &body).error();
    let open = json!([{ "type": "model", "name": "acme/open" }]);
    assert!(refused(ADMIN, json!({ "watched": open })).contains("Exactly one"));
    assert!(refused(ADMIN, watching(&json!([]))).ends_with("at watched"));
    assert!(
        refused(ADMIN, json!({ "watched": open, "url": "not an address" })).ends_with("at url")
    );
    let mut none = watching(&open);
    none["domains"] = json!([]);
    assert!(refused(ADMIN, none.clone()).ends_with("at domains"));
    none["domains"] = json!(["discussions"]);
    assert!(refused(ADMIN, none).ends_with("at domains[0]"), "the wire says `discussion`");
    for item in [
        json!({ "type": "model", "name": "acme/none" }),
        json!({ "type": "model", "name": "acme/grouped" }),
        json!({ "type": "user", "name": "acme" }),
        json!({ "type": "org", "name": "ada" }),
    ] {
        let name = refused("hf_test_outsider", watching(&json!([item])));
        assert!(name.ends_with("at watched[0].name"), "{name}");
    }
    assert_eq!(create(&hub, READER, &watching(&open)).status, 403);
    assert_eq!(get(&hub, HOOKS).send().status, 401);
    let id = made(&hub, ADMIN, &open);
    assert_eq!(get(&hub, &format!("{HOOKS}/{id}")).token(MEMBER).send().status, 404);
}

#[test]
fn what_happens_is_told_to_those_who_watch_and_can_be_replayed() {
    let hub = hub();
    let by_repo = made(&hub, ADMIN, &json!([{ "type": "model", "name": "acme/open" }]));
    let by_owner = made(&hub, MEMBER, &json!([{ "type": "org", "name": "acme" }]));
    let told = |id: &str| hub.world().deliveries(id.parse().unwrap()).unwrap();
    let put = |repo: &str| {
        let path = format!("/api/models/acme/{repo}/settings");
        call(&hub, "PUT", &path).token(ADMIN).json(&json!({ "gated": "auto" })).send()
    };
    assert_eq!((put("open").status, put("secret").status), (200, 200));
    assert_eq!((told(&by_repo).len(), told(&by_owner).len()), (1, 2));
    let event = told(&by_repo).remove(0);
    assert_eq!(event.payload["event"], json!({ "action": "update", "scope": "repo.config" }));
    assert_eq!(event.payload["repo"]["name"], "acme/open");
    assert_eq!(event.payload["webhook"], json!({ "id": by_repo, "version": 3 }));
    let body = json!({ "fromRepo": "acme/open", "toRepo": "acme/moved", "type": "model" });
    assert_eq!(call(&hub, "POST", "/api/repos/move").token(ADMIN).json(&body).send().status, 200);
    assert_eq!(told(&by_repo).len(), 2, "it stays with the repo through a rename");
    let webhook = get(&hub, &format!("{HOOKS}/{by_repo}")).token(ADMIN).send().json();
    assert_eq!(webhook["webhook"]["watched"][0]["name"], "acme/moved");
    assert!(webhook["webhook"]["lastTriggerAt"].is_string());
    let replay = |log: &str| {
        call(&hub, "POST", &format!("{HOOKS}/{by_repo}/replay/{log}")).token(ADMIN).send()
    };
    assert_eq!(replay(&event.id.to_string()).json(), json!({ "status": 200 }));
    assert_eq!(told(&by_repo)[0].times, 2);
    assert_eq!(replay("000000000000000000000000").status, 404);
    call(&hub, "POST", &format!("{HOOKS}/{by_repo}/disable")).token(ADMIN).send();
    let gone = json!({ "name": "moved", "organization": "acme", "type": "model" });
    assert_eq!(
        call(&hub, "DELETE", "/api/repos/delete").token(ADMIN).json(&gone).send().status,
        200
    );
    assert_eq!((told(&by_repo).len(), told(&by_owner).len()), (2, 4), "who is off hears nothing");
}

#[test]
fn a_world_file_brings_webhooks_in_every_state() {
    let hook = |disabled: Value| {
        json!({ "user": "ada", "url": "https://acme.example/hook", "disabled": disabled,
                "watched": [{ "type": "user", "name": "ada" }] })
    };
    let suspended = "suspended-after-failure";
    let file = json!({
        "users": [{ "name": "ada" }], "tokens": [{ "token": ADMIN, "user": "ada", "role": "write" }],
        "webhooks": [hook(json!(false)), hook(json!(true)), hook(json!(suspended))],
    });
    let world = World::from_json(&file.to_string()).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    let all = get(&hub, HOOKS).token(ADMIN).send().json();
    let states: Vec<&Value> = all.as_array().unwrap().iter().map(|one| &one["disabled"]).collect();
    assert_eq!(states, [&json!(false), &json!(true), &json!(suspended)]);
    let bad =
        json!({ "users": [{ "name": "ada" }], "webhooks": [{ "user": "ada", "watched": [] }] });
    let error = World::from_json(&bad.to_string()).unwrap_err().to_string();
    assert!(error.contains("webhooks[0].watched") && error.contains("exactly one of"), "{error}");
}
