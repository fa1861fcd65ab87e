//! Requests for access to gated repos, from asking to the report.

use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{Reply, call, get, pages};
use crate::contract::{recordings, same_bytes};

const OWNER: &str = "hf_test_owner";
const ASKER: &str = "hf_test_asker";
const READER: &str = "hf_test_reads";
const GATED: &str = "OwnerOfTheGatedModel/tiny-gated-model";
const MODEL: &str = "/api/models/OwnerOfTheGatedModel/tiny-gated-model";

/// The world of the recordings, with these requests.
fn world(requests: &Value) -> World {
    let file = json!({
        "users": [
            { "_id": "6ac3a4b8792f9017b6cb67ec", "name": "TestingBOrig", "fullname": "Bridge",
              "avatarUrl": "/avatars/eccbd8a248c3753b1ba445d9b80ee712.svg", "email": "<email>" },
            { "_id": "6ac4f4465de11a43eb34fb52", "name": "OwnerOfTheGatedModel",
              "fullname": "Ower Model",
              "avatarUrl": "/avatars/cad5ae6b479cdea42735e7f5745a6f55.svg" },
            { "name": "third" },
        ],
        "orgs": [
            { "name": "acme", "isVerified": true,
              "members": [{ "user": "TestingBOrig", "role": "read" },
                          { "user": "third", "role": "write" }] },
        ],
        "repos": [
            { "id": GATED, "gated": "manual" },
            { "type": "dataset", "id": "OwnerOfTheGatedModel/auto", "gated": "auto" },
            { "id": "OwnerOfTheGatedModel/open" },
            { "id": "acme/gated", "gated": "manual" },
        ],
        "tokens": [
            { "token": OWNER, "user": "OwnerOfTheGatedModel", "role": "write" },
            { "token": ASKER, "user": "TestingBOrig", "role": "write" },
            { "token": READER, "user": "OwnerOfTheGatedModel", "role": "read" },
            { "token": "hf_test_third", "user": "third", "role": "write" },
        ],
        "accessRequests": requests,
    });
    World::from_json(&file.to_string()).unwrap()
}

fn hub(requests: &Value) -> Running {
    Sim::builder().world(world(requests)).start_on_thread().unwrap()
}

fn act(hub: &Running, token: &str, action: &str, body: &Value) -> Reply {
    call(hub, "POST", &format!("{MODEL}/user-access-request/{action}"))
        .token(token)
        .json(body)
        .send()
}

fn handle(hub: &Running, status: &str) -> Reply {
    act(hub, OWNER, "handle", &json!({ "user": "TestingBOrig", "status": status }))
}

fn list(hub: &Running, status: &str) -> Vec<Value> {
    pages(hub, &format!("{MODEL}/user-access-request/{status}"), Some(OWNER)).concat()
}

fn ask(hub: &Running, token: &str, page: &str, fields: &Value) -> Reply {
    call(hub, "POST", &format!("/{page}/ask-access")).token(token).json(fields).send()
}

/// How the list of October 2026 came: without `requestId`.
fn as_recorded(body: &Value) -> Value {
    let of = |item: &Value| {
        json!({
            "id": GATED, "user": item["user"]["user"], "status": item["status"],
            "timestamp": item["timestamp"], "reviewedAt": item.get("reviewedAt"),
            "grantedBy": item.get("grantedBy").map(|by| by["user"].clone()),
            "showRequestId": false,
        })
    };
    body.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn the_recorded_lists_come_back_byte_for_byte() {
    for status in ["pending", "accepted", "reset"] {
        let Some(all) = recordings(&format!("access_requests_{status}.json")) else { return };
        let (text, exchange) = &all[0];
        let mut requests = as_recorded(&exchange["body"]);
        for request in requests.as_array_mut().unwrap() {
            request.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        let hub = Sim::builder().world(without_orgs(&requests)).start_on_thread().unwrap();
        let path = format!("{MODEL}/user-access-request/{status}");
        same_bytes(&get(&hub, &path).token(OWNER).send(), text);
    }
}

/// Nobody of the recordings belongs to a verified organization.
fn without_orgs(requests: &Value) -> World {
    let mut world = world(requests);
    world.remove_member("acme", "TestingBOrig").unwrap();
    world
}

#[test]
fn every_recorded_action_and_refusal_comes_back_byte_for_byte() {
    let Some(all) = recordings("access_request_actions_and_errors.json") else { return };
    let pending = json!([{ "id": GATED, "user": "TestingBOrig", "status": "pending",
        "timestamp": "2026-10-06T13:49:34.895Z" }]);
    for (text, exchange) in all {
        let request = &exchange["request"];
        let path = request["url"].as_str().unwrap().strip_prefix("https://huggingface.co").unwrap();
        let hub = Sim::builder().world(without_orgs(&pending)).start_on_thread().unwrap();
        let note = exchange["note"].as_str().unwrap_or_default();
        let withdraws = path.ends_with("/cancel");
        match note {
            "already accepted" => assert_eq!(handle(&hub, "accepted").status, 200),
            "already has access" => assert_eq!(handle(&hub, "accepted").status, 200),
            "nothing pending" => assert_eq!(handle(&hub, "accepted").status, 200),
            "repo not gated" => {
                let model = hubfolk_sim::RepoType::Model;
                hub.world().set_gated(model, GATED, hubfolk_sim::Gated::No).unwrap();
            }
            _ => {}
        }
        if path.ends_with("/batch") {
            // The request stood at another status before; here it may stand where it is.
            assert_eq!(request["body"]["status"], "pending");
        }
        let other = request["auth"] == "another user, no write access"
            || request["body"]["auth"] == "another user, no write access";
        let token = if withdraws || other { ASKER } else { OWNER };
        let method = if request["method"] == "GET" { "GET" } else { "POST" };
        let method = if request["method"] == "PUT" { "PUT" } else { method };
        let mut sent = call(&hub, method, path).token(token);
        if !request["body"].is_null() {
            let mut body = request["body"].clone();
            body.as_object_mut().unwrap().remove("auth");
            sent = sent.json(&body);
        }
        if path.ends_with("/user-access-report") {
            // Somebody accepted the request at a time that the recording names.
            continue;
        }
        let reply = sent.send();
        assert_eq!(u64::from(reply.status), exchange["status"].as_u64().unwrap(), "{path} {note}");
        assert_eq!(reply.json(), exchange["body"], "{path} {note}");
        let body = String::from_utf8(reply.body.clone()).unwrap();
        assert!(text.contains(&body) || body.contains('✖'), "{body} is not in {text}");
        for (name, value) in exchange["headers"].as_object().into_iter().flatten() {
            assert_eq!(reply.header(name), value.as_str(), "{path} {note}: {name}");
        }
    }
}

#[test]
fn the_recorded_report_comes_back_as_a_file() {
    let Some(all) = recordings("access_request_actions_and_errors.json") else { return };
    let (text, report) = all
        .iter()
        .find(|(_, one)| one["request"]["url"].as_str().unwrap().ends_with("user-access-report"))
        .unwrap();
    let entry = &report["body"][0];
    let requests = json!([{ "id": GATED, "user": "TestingBOrig", "status": "accepted",
        "timestamp": entry["time"], "reviewedAt": entry["reviewedAt"],
        "grantedBy": "OwnerOfTheGatedModel" }]);
    let hub = hub(&requests);
    let reply = get(&hub, &format!("/{GATED}/user-access-report")).token(OWNER).send();
    same_bytes(&reply, text);
    for (name, value) in report["headers"].as_object().unwrap() {
        assert_eq!(reply.header(name), value.as_str(), "{name}");
    }
    let dataset = get(&hub, "/datasets/OwnerOfTheGatedModel/auto/user-access-report");
    assert_eq!(dataset.token(OWNER).send().json(), json!([]));
    assert_eq!(get(&hub, &format!("/{GATED}/user-access-report")).token(ASKER).send().status, 403);
}

#[test]
fn every_recorded_state_of_the_gate_comes_back_byte_for_byte() {
    let Some(all) = recordings("auth_check_states.json") else { return };
    for (text, exchange) in all {
        let status = match exchange["request"]["auth"].as_str().unwrap() {
            "owner or accepted user" => Some("accepted"),
            "user with a pending request" => Some("pending"),
            "rejected user" => Some("rejected"),
            "reset user" => Some("reset"),
            // Another repo, which nobody asked for.
            "logged in, never asked" => None,
            other => panic!("{other}"),
        };
        let requests: Value = status
            .map(|status| json!({ "id": GATED, "user": "TestingBOrig", "status": status }))
            .into_iter()
            .collect();
        let hub = hub(&requests);
        let reply = get(&hub, &format!("{MODEL}/auth-check")).token(ASKER).send();
        assert_eq!(u64::from(reply.status), exchange["status"].as_u64().unwrap());
        let body = String::from_utf8(reply.body.clone()).unwrap();
        let body = match status {
            Some(_) => body,
            None => body.replace(GATED, "Orosius/deltanet-mla-latent"),
        };
        assert!(text.contains(&body), "{body} is not in {text}");
        for (name, value) in exchange["headers"].as_object().unwrap() {
            let said = reply.header(name).unwrap().replace(GATED, "Orosius/deltanet-mla-latent");
            let value = value.as_str().unwrap().replace(GATED, "Orosius/deltanet-mla-latent");
            assert_eq!(said, value, "{name}");
        }
    }
}

#[test]
fn a_request_goes_from_every_status_to_every_other_and_never_to_its_own() {
    let all = ["pending", "accepted", "rejected", "reset"];
    for from in all {
        for to in all {
            let hub = hub(&json!([{ "id": GATED, "user": "TestingBOrig", "status": from }]));
            let reply = handle(&hub, to);
            assert_eq!(reply.status, if from == to { 404 } else { 200 }, "{from} {to}");
            for status in all {
                assert_eq!(list(&hub, status).len(), usize::from(status == to), "{from} {to}");
            }
            let item = &list(&hub, to)[0];
            assert_eq!(item.get("reviewedAt").is_some(), to != "pending", "{from} {to}");
            if from != to {
                assert_eq!(item.get("grantedBy").is_some(), to == "accepted", "{from} {to}");
            }
            let opens = get(&hub, &format!("{MODEL}/auth-check")).token(ASKER).send().status;
            assert_eq!(opens, if to == "accepted" { 200 } else { 403 });
        }
    }
}

#[test]
fn asking_leads_back_to_the_page_and_is_heard_once() {
    let hub = hub(&json!([]));
    let fields = json!({ "Country": "Kenya" });
    let asked = ask(&hub, ASKER, GATED, &fields);
    let page = format!("/{GATED}");
    assert_eq!((asked.status, asked.header("location")), (303, Some(page.as_str())));
    assert_eq!(ask(&hub, ASKER, GATED, &json!({ "Country": "Peru" })).status, 303);
    let waiting = list(&hub, "pending");
    assert_eq!((waiting.len(), &waiting[0]["fields"]), (1, &fields));
    assert_eq!(waiting[0]["user"]["verifiedOrgNames"], json!(["acme"]));
    assert_eq!(handle(&hub, "rejected").status, 200);
    assert_eq!(ask(&hub, ASKER, GATED, &fields).status, 303, "silently ignored");
    assert_eq!((list(&hub, "pending").len(), list(&hub, "rejected").len()), (0, 1));
    assert_eq!(handle(&hub, "reset").status, 200);
    assert_eq!(ask(&hub, ASKER, GATED, &json!({ "Country": "Peru" })).status, 303);
    assert_eq!(list(&hub, "pending")[0]["fields"], json!({ "Country": "Peru" }));
    let form = call(&hub, "POST", "/datasets/OwnerOfTheGatedModel/auto/ask-access").token(ASKER);
    let form = form.form("Country=Kenya").send();
    assert_eq!(form.header("location"), Some("/datasets/OwnerOfTheGatedModel/auto"));
    let path = "/api/datasets/OwnerOfTheGatedModel/auto";
    let accepted = get(&hub, &format!("{path}/user-access-request/accepted")).token(OWNER).send();
    assert_eq!(accepted.json()[0]["fields"], json!({ "Country": "Kenya" }), "auto lets in at once");
    assert_eq!(get(&hub, &format!("{path}/auth-check")).token(ASKER).send().status, 200);
}

#[test]
fn asking_needs_a_gate_and_a_token_that_writes() {
    let hub = hub(&json!([]));
    let open = ask(&hub, ASKER, "OwnerOfTheGatedModel/open", &json!({}));
    assert_eq!((open.status, open.header("x-error-code")), (400, Some("RepoNotGated")));
    assert_eq!(call(&hub, "POST", &format!("/{GATED}/ask-access")).send().status, 401);
    assert_eq!(ask(&hub, READER, GATED, &json!({})).status, 403);
    assert_eq!(ask(&hub, ASKER, "OwnerOfTheGatedModel/none", &json!({})).status, 404);
    assert_eq!(ask(&hub, OWNER, GATED, &json!({})).status, 303, "the owner needs no request");
    assert_eq!(list(&hub, "pending").len(), 0);
}

#[test]
fn a_request_is_withdrawn_by_the_one_who_asked_while_it_waits() {
    let hub = hub(&json!([{ "id": GATED, "user": "TestingBOrig" }]));
    assert_eq!(act(&hub, OWNER, "cancel", &Value::Null).status, 404);
    assert_eq!(act(&hub, ASKER, "cancel", &Value::Null).json(), json!({ "ok": true }));
    assert_eq!(act(&hub, ASKER, "cancel", &Value::Null).status, 404);
    assert_eq!(list(&hub, "pending").len(), 0);
}

#[test]
fn a_grant_works_from_every_status_but_access_and_gives_no_address() {
    let grant = |hub: &Running| act(hub, OWNER, "grant", &json!({ "user": "TestingBOrig" }));
    for status in ["pending", "rejected", "reset"] {
        let hub = hub(&json!([{ "id": GATED, "user": "TestingBOrig", "status": status }]));
        assert_eq!((grant(&hub).status, grant(&hub).status), (200, 400), "{status}");
        assert!(list(&hub, "accepted")[0]["user"].get("email").is_some(), "{status}: they asked");
    }
    let hub = hub(&json!([]));
    assert_eq!(grant(&hub).json(), json!({}));
    let accepted = list(&hub, "accepted");
    assert_eq!(accepted[0]["user"].get("email"), None, "they never asked");
    assert_eq!(accepted[0]["grantedBy"]["user"], "OwnerOfTheGatedModel");
    let owner = act(&hub, OWNER, "grant", &json!({ "user": "OwnerOfTheGatedModel" }));
    assert_eq!(owner.error(), "That user already has access to the repo");
    let by_id = json!({ "userId": "6ac3a4b8792f9017b6cb67ec", "status": "rejected" });
    assert_eq!(act(&hub, OWNER, "handle", &by_id).status, 200);
    let id = list(&hub, "rejected")[0]["requestId"].as_str().unwrap().to_owned();
    let by_request = json!({ "requestId": id, "status": "accepted" });
    assert_eq!(act(&hub, OWNER, "handle", &by_request).status, 200);
}

#[test]
fn a_batch_answers_for_each_and_is_content_with_what_is_so_already() {
    let hub = hub(&json!([{ "id": GATED, "user": "TestingBOrig" }]));
    let people = json!([{ "user": "TestingBOrig" }, { "user": "nobody" }, { "user": "third" },
                        { "userId": "6ac3a4b8792f9017b6cb67ec" }]);
    let body = json!({ "status": "accepted", "requests": people });
    let expected = json!([
        { "user": "TestingBOrig", "ok": true },
        { "user": "nobody", "ok": false, "error": "user_not_found" },
        { "user": "third", "ok": false, "error": "request_not_found" },
        { "userId": "6ac3a4b8792f9017b6cb67ec", "ok": true },
    ]);
    for _ in 0..2 {
        assert_eq!(act(&hub, OWNER, "batch", &body).json(), expected);
    }
    let refused = |body: Value| act(&hub, OWNER, "batch", &body).error();
    assert!(refused(json!({ "status": "accepted", "requests": [] })).ends_with("at requests"));
    let crowd = vec![json!({ "user": "third" }); 101];
    assert!(refused(json!({ "status": "accepted", "requests": crowd })).contains("<=100 items"));
    assert!(refused(json!({ "status": "accepted", "requests": [{}] })).ends_with("at requests[0]"));
}

#[test]
fn what_is_too_long_or_no_status_is_refused_in_the_validators_words() {
    let hub = hub(&json!([{ "id": GATED, "user": "TestingBOrig" }]));
    let long = "x".repeat(201);
    let body = json!({ "user": "TestingBOrig", "status": "rejected", "rejectionReason": long });
    let reply = act(&hub, OWNER, "handle", &body);
    let said = "✖ Too big: expected string to have <=200 characters\n  → at rejectionReason";
    assert_eq!((reply.status, reply.error().as_str()), (400, said));
    let bad = format!("{MODEL}/user-access-request/waiting");
    assert_eq!(get(&hub, &bad).token(OWNER).send().status, 400);
    for (query, place) in [
        ("after=yesterday", "after"),
        ("limit=1001", "limit"),
        (&format!("q={}", "q".repeat(251)), "q"),
    ] {
        let path = format!("{MODEL}/user-access-request/pending?{query}");
        let reply = get(&hub, &path).token(OWNER).send();
        assert!(reply.status == 400 && reply.error().ends_with(&format!("at {place}")), "{query}");
    }
    // The server takes a reason where it does not belong; clients do not send it.
    let stray = json!({ "user": "TestingBOrig", "status": "accepted", "rejectionReason": "no" });
    assert_eq!(act(&hub, OWNER, "handle", &stray).status, 200);
}

#[test]
fn lists_page_newest_first_and_filter_by_time_and_name() {
    let names = (0..25).map(|i| format!("fan-{i:02}")).chain(["owner".to_owned()]);
    let users: Vec<Value> = names.map(|name| json!({ "name": name })).collect();
    let at = |i: usize| format!("2026-03-{:02}T00:00:00Z", i + 1);
    let requests: Vec<Value> = (0..25)
        .map(|i| json!({ "id": "owner/m", "user": format!("fan-{i:02}"), "timestamp": at(i) }))
        .collect();
    let file = json!({
        "users": users,
        "repos": [{ "id": "owner/m", "gated": "manual" }],
        "tokens": [{ "token": OWNER, "user": "owner", "role": "write" }],
        "accessRequests": requests,
    });
    let world = World::from_json(&file.to_string()).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    let path = "/api/models/owner/m/user-access-request/pending";
    let sizes: Vec<usize> =
        pages(&hub, &format!("{path}?limit=10"), Some(OWNER)).iter().map(Vec::len).collect();
    assert_eq!(sizes, [10, 10, 5]);
    let who = |query: &str| -> Vec<String> {
        pages(&hub, &format!("{path}?{query}"), Some(OWNER))
            .concat()
            .iter()
            .map(|one| one["user"]["user"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(who("limit=10")[..2], ["fan-24", "fan-23"]);
    assert_eq!(who("after=2026-03-24T00:00:00Z"), ["fan-24"]);
    assert_eq!(who("before=2026-03-02T00:00:00Z"), ["fan-00"]);
    assert_eq!(who("q=FAN-1").len(), 10, "the beginning of the name, in either case");
    assert_eq!(who("q=an-1").len(), 0);
}

#[test]
fn members_of_the_organization_need_no_request_unless_they_are_gated_too() {
    let hub = hub(&json!([]));
    let opens = |token| get(&hub, "/api/models/acme/gated/auth-check").token(token).send().status;
    assert_eq!((opens(ASKER), opens("hf_test_third"), opens(OWNER)), (200, 200, 403));
    hub.world().set_role("acme", "third", "admin").unwrap();
    let settings = call(&hub, "PUT", "/api/models/acme/gated/settings").token("hf_test_third");
    let reply = settings.json(&json!({ "orgMembersGated": true })).send();
    assert_eq!((reply.status, reply.json()), (200, json!({})));
    assert_eq!((opens(ASKER), opens("hf_test_third")), (403, 200));
    assert_eq!(ask(&hub, ASKER, "acme/gated", &json!({})).status, 303);
    let path = "/api/models/acme/gated/user-access-request/pending";
    assert_eq!(
        get(&hub, path).token("hf_test_third").send().json()[0]["user"]["user"],
        "TestingBOrig"
    );
}

#[test]
fn lists_stay_when_the_gate_is_taken_away_and_go_with_the_repo_and_the_person() {
    let hub =
        hub(&json!([{ "id": GATED, "user": "TestingBOrig" }, { "id": GATED, "user": "third" }]));
    let open = call(&hub, "PUT", &format!("{MODEL}/settings")).token(OWNER);
    assert_eq!(open.json(&json!({ "gated": false })).send().status, 200);
    assert_eq!(list(&hub, "pending").len(), 2);
    assert_eq!(handle(&hub, "accepted").header("x-error-code"), Some("RepoNotGated"));
    hub.world().delete_user("third").unwrap();
    assert_eq!(list(&hub, "pending").len(), 1);
}
