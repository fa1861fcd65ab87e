//! Network rules, repositories with their storage, and the search of the audit log.

use hubfolk_sim::{Sim, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::call::{call, get};
use crate::members::log;
use crate::scene::{ADMIN, MEMBER, OUTSIDER, READER, SCOPED, hub};

const NETWORK: &str = "/api/organizations/acme/settings/network-security";
const REPOSITORIES: &str = "/api/organizations/acme/settings/repositories";

#[test]
fn network_rules_are_kept_and_shown_in_full() {
    let hub = hub();
    let rules = get(&hub, NETWORK).token(ADMIN).send().json();
    assert_eq!(
        rules,
        json!({ "enforceAuth": false, "enforceIpRestriction": false, "highRateLimits": false,
            "ipRanges": [], "blockedContents": [], "allowedContents": [],
            "keepReposMetadataVisible": false })
    );
    let change = json!({ "enforceAuth": true, "enforceIpRestriction": true,
        "ipRanges": ["192.0.2.0/24"], "blockedContents": [{ "resource": "*", "scope": "eve" }] });
    let changed = call(&hub, "PATCH", NETWORK).token(ADMIN).json(&change).send();
    assert_eq!(changed.status, 200);
    let rules = get(&hub, NETWORK).token(ADMIN).send().json();
    assert_eq!(changed.json(), rules);
    assert_eq!(rules["enforceAuth"], "pending");
    assert_eq!(rules["ipRanges"], change["ipRanges"]);
    assert_eq!(rules["blockedContents"], change["blockedContents"]);
    assert_eq!(rules["highRateLimits"], false, "what is not given stays");
    let kinds: Vec<Value> = log(&hub).iter().take(3).map(|entry| entry["type"].clone()).collect();
    assert_eq!(
        kinds,
        [
            "org.settings.network.ip_restriction.enable",
            "org.settings.network.auth_enforcement.enable",
            "org.settings.network"
        ]
    );
}

#[rstest]
#[case::anonymous(None, 401, 401)]
#[case::outsider(Some(OUTSIDER), 403, 403)]
#[case::member(Some(MEMBER), 403, 403)]
#[case::read_token(Some(READER), 200, 403)]
#[case::scope_to_read(Some(SCOPED), 200, 403)]
#[case::admin(Some(ADMIN), 200, 200)]
fn settings_are_for_admins(#[case] token: Option<&str>, #[case] read: u16, #[case] write: u16) {
    let hub = hub();
    let status = |method, path: &str, body: Option<Value>| {
        let mut request = call(&hub, method, path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        if let Some(token) = token {
            request = request.token(token);
        }
        request.send().status
    };
    assert_eq!(status("GET", NETWORK, None), read);
    assert_eq!(status("GET", REPOSITORIES, None), read);
    assert_eq!(status("PATCH", NETWORK, Some(json!({ "highRateLimits": true }))), write);
}

#[test]
fn repositories_are_listed_by_storage_with_the_private_ones() {
    let file = json!({ "users": [{ "name": "ada" }],
        "orgs": [{ "name": "acme", "members": [{ "user": "ada", "role": "admin" }] }],
        "repos": [
            { "id": "acme/small", "usedStorage": 25 },
            { "id": "acme/large", "private": true, "usedStorage": 75 },
            { "type": "dataset", "id": "acme/rows" },
            { "id": "ada/own", "usedStorage": 1000 } ],
        "tokens": [{ "token": ADMIN, "user": "ada" }] });
    let world = World::from_json(&file.to_string()).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    let ids = |query: &str| -> Vec<String> {
        let repos = get(&hub, &format!("{REPOSITORIES}{query}")).token(ADMIN).send().json();
        let ids = repos.as_array().unwrap().iter().map(|repo| repo["id"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    };
    assert_eq!(ids(""), ["acme/large", "acme/small", "acme/rows"]);
    assert_eq!(ids("?direction=asc&limit=2"), ["acme/rows", "acme/small"]);
    assert_eq!(ids("?type=dataset"), ["acme/rows"]);
    assert_eq!(ids("?search=LAR"), ["acme/large"]);
    let first = &get(&hub, REPOSITORIES).token(ADMIN).send().json()[0];
    assert_eq!((&first["visibility"], &first["storagePercent"]), (&json!("private"), &json!(75.0)));
    assert_eq!(get(&hub, &format!("{REPOSITORIES}?sort=name")).token(ADMIN).send().status, 400);
}

#[rstest]
#[case::words("bob", 1)]
#[case::author("author:ada", 1)]
#[case::nobody("author:bob", 0)]
#[case::kind("type:org.leave", 1)]
#[case::both("author:ada type:org.leave", 0)]
#[case::address("ip:127.0.0.1", 0)]
fn the_audit_log_is_searched_by_word_author_type_and_address(
    #[case] query: &str,
    #[case] count: usize,
) {
    let hub = hub();
    let query = query.replace(' ', "%20");
    let path = format!("/api/organizations/acme/audit-log/export?q={query}");
    let found = get(&hub, &path).token(ADMIN).send().json();
    assert_eq!(found.as_array().unwrap().len(), count, "{found}");
}

#[test]
fn the_log_says_what_happened_to_the_repositories_of_an_organization() {
    let hub = hub();
    let post = |path: &str, body: &Value| call(&hub, "POST", path).token(ADMIN).json(body).send();
    let create = json!({ "name": "fresh", "organization": "acme" });
    assert_eq!(post("/api/repos/create", &create).status, 200);
    assert_eq!(post("/api/repos/create", &json!({ "name": "own" })).status, 200);
    let private = json!({ "private": true });
    let settings = "/api/models/acme/fresh/settings";
    assert_eq!(call(&hub, "PUT", settings).token(ADMIN).json(&private).send().status, 200);
    let moved = json!({ "fromRepo": "acme/fresh", "toRepo": "acme/ripe", "type": "model" });
    assert_eq!(post("/api/repos/move", &moved).status, 200);
    let gone = json!({ "name": "ripe", "organization": "acme" });
    let delete = call(&hub, "DELETE", "/api/repos/delete").token(ADMIN).json(&gone).send();
    assert_eq!(delete.status, 200);
    let log = log(&hub);
    let messages: Vec<&str> =
        log.iter().take(4).map(|entry| entry["message"].as_str().unwrap()).collect();
    assert_eq!(
        messages,
        [
            "ada deleted model acme/ripe",
            "ada moved a repository to model acme/ripe",
            "ada changed the settings of model acme/fresh",
            "ada created model acme/fresh",
        ]
    );
    assert_eq!(log[0]["token"]["last4"], "dmin");
}
