//! Service accounts, their tokens, and what a token may do.

use hubfolk_sim::Running;
use rstest::rstest;
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::members::{RESEARCH, log};
use crate::scene::{ADMIN, MEMBER, OUTSIDER, READER, SCOPED, hub};

const ACCOUNTS: &str = "/api/organizations/acme/service-accounts";

fn send(hub: &Running, method: &'static str, tail: &str, body: &Value) -> Reply {
    let mut request = call(hub, method, &format!("{ACCOUNTS}{tail}")).token(ADMIN);
    if !body.is_null() {
        request = request.json(body);
    }
    request.send()
}

/// A new account's id.
fn account(hub: &Running) -> String {
    let made = send(hub, "POST", "", &json!({ "name": "Nightly builds" }));
    assert_eq!(made.status, 201);
    made.json()["_id"].as_str().unwrap().to_owned()
}

/// A new token and its id.
fn token(hub: &Running, account: &str, body: &Value) -> (String, String) {
    let made = send(hub, "POST", &format!("/{account}/tokens"), body);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let made = made.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["token"]), text(&made["tokenInfo"]["_id"]))
}

#[test]
fn an_account_is_made_listed_shown_and_deleted() {
    let hub = hub();
    let body = json!({ "name": "Nightly builds", "description": "Uploads at 3" });
    let made = send(&hub, "POST", "", &body);
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(
        (&made["user"], &made["fullname"]),
        (&json!("acme-nightly-builds"), &json!("Nightly builds"))
    );
    let id = made["_id"].as_str().unwrap();
    let listed = get(&hub, ACCOUNTS).token(ADMIN).send().json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(listed[1]["name"], "Nightly builds");
    assert!(listed[1].get("accessTokens").is_none());
    let shown = send(&hub, "GET", &format!("/{id}"), &Value::Null).json();
    assert_eq!(
        (&shown["description"], &shown["accessTokens"]),
        (&json!("Uploads at 3"), &json!([]))
    );
    let members = get(&hub, "/api/organizations/acme/members").token(ADMIN).send().json();
    assert_eq!(members.as_array().unwrap().len(), 3, "it takes no seat");
    let gone = send(&hub, "DELETE", &format!("/{id}"), &Value::Null);
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(send(&hub, "GET", &format!("/{id}"), &Value::Null).status, 404);
    let kinds: Vec<Value> = log(&hub).iter().take(2).map(|entry| entry["type"].clone()).collect();
    assert_eq!(kinds, ["org.service_account.delete", "org.service_account.create"]);
}

#[test]
fn two_accounts_of_one_name_have_usernames_of_their_own() {
    let hub = hub();
    account(&hub);
    account(&hub);
    let listed = get(&hub, ACCOUNTS).token(ADMIN).send().json();
    assert_eq!(listed[2]["user"], "acme-nightly-builds-2");
}

#[test]
fn a_token_is_shown_once_and_stops_at_once_when_rotated_or_deleted() {
    let hub = hub();
    let id = account(&hub);
    let rights = json!({ "displayName": "pipeline", "permissions": ["org.read"] });
    let (first, token_id) = token(&hub, &id, &rights);
    let works = |token: &str| get(&hub, "/api/whoami-v2").token(token).send().status;
    assert_eq!(works(&first), 200);
    let shown = send(&hub, "GET", &format!("/{id}"), &Value::Null);
    assert!(!String::from_utf8_lossy(&shown.body).contains(&first), "never again");
    let known = &shown.json()["accessTokens"][0];
    assert_eq!(known["_id"], token_id.as_str());
    assert_eq!(known["last4"], &first[first.len() - 4..]);
    assert_eq!(known["permissions"], json!(["org.read"]));

    let rotated = send(&hub, "POST", &format!("/{id}/tokens/{token_id}/rotate"), &Value::Null);
    assert_eq!(rotated.status, 200);
    let second = rotated.json()["token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!((works(&first), works(&second)), (401, 200));
    let path = format!("/{id}/tokens/{token_id}");
    assert_eq!(send(&hub, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(works(&second), 401);
    assert_eq!(send(&hub, "DELETE", &path, &Value::Null).status, 404);
    assert_eq!(log(&hub)[0]["type"], "org.service_account.token.delete");
}

#[test]
fn a_token_does_what_its_permissions_say_and_no_more() {
    let hub = hub();
    let id = account(&hub);
    let (text, token_id) = token(&hub, &id, &json!({ "permissions": ["repo.content.read"] }));
    let status = |path: &str| get(&hub, path).token(&text).send().status;
    assert_eq!(status("/api/models/acme/secret"), 200);
    assert_eq!(status("/api/models/acme/secret/auth-check/write"), 403);
    assert_eq!(status("/api/organizations/acme/audit-log/export"), 403);
    assert_eq!(status("/api/models/acme/grouped"), 404, "the group has not let it in");
    let path = format!("/{id}/tokens/{token_id}");
    let more = json!({ "displayName": "more", "permissions": ["repo.write", "org.read", "org.serviceAccounts.read"] });
    let changed = send(&hub, "PATCH", &path, &more);
    assert_eq!((changed.status, &changed.json()["displayName"]), (200, &json!("more")));
    assert_eq!(status("/api/models/acme/secret/auth-check/write"), 200);
    assert_eq!(status("/api/organizations/acme/audit-log/export"), 200);
    assert_eq!(status(ACCOUNTS), 200);
    let users = json!({ "users": [{ "user": "acme-nightly-builds", "role": "write" }] });
    let group = format!("/api/organizations/acme/resource-groups/{RESEARCH}/users");
    assert_eq!(call(&hub, "POST", &group).token(ADMIN).json(&users).send().status, 200);
    assert_eq!(status("/api/models/acme/grouped/auth-check/write"), 200);
    // It may read accounts, but make none.
    let make = call(&hub, "POST", ACCOUNTS).token(&text).json(&json!({ "name": "x" })).send();
    assert_eq!(make.status, 403);
}

#[test]
fn permissions_on_single_repos_replace_those_on_all() {
    let hub = hub();
    let id = account(&hub);
    let info = get(&hub, "/api/models/acme/secret").token(ADMIN).send().json();
    let body = json!({ "permissions": ["repo.write"], "repoIds": [info["_id"]],
        "repoPermissions": ["repo.content.read"] });
    let (text, _) = token(&hub, &id, &body);
    let status = |path: &str| get(&hub, path).token(&text).send().status;
    assert_eq!(status("/api/models/acme/secret"), 200);
    assert_eq!(status("/api/models/acme/secret/auth-check/write"), 403);
    assert_eq!(status("/api/models/acme/open/auth-check/write"), 200);
    let me = get(&hub, "/api/whoami-v2").token(&text).send().json();
    let scoped = &me["auth"]["accessToken"]["fineGrained"]["scoped"];
    assert_eq!(scoped[0]["entity"]["type"], "org");
    assert_eq!(scoped[1]["entity"]["name"], "acme/secret");
    let shown = send(&hub, "GET", &format!("/{id}"), &Value::Null).json();
    assert_eq!(shown["accessTokens"][0]["repoIds"], json!([info["_id"]]));
}

#[test]
fn deleting_the_account_ends_its_tokens() {
    let hub = hub();
    let id = account(&hub);
    let (text, _) = token(&hub, &id, &json!({ "permissions": ["org.read"] }));
    assert_eq!(send(&hub, "DELETE", &format!("/{id}"), &Value::Null).status, 204);
    assert_eq!(get(&hub, "/api/whoami-v2").token(&text).send().status, 401);
}

#[rstest]
#[case::unknown_permission(json!({ "permissions": ["repo.everything"] }), 400)]
#[case::unknown_repo(json!({ "repoIds": ["ffffffffffffffffffffffff"] }), 400)]
#[case::not_in_this_plan(json!({ "skipNetworkSecurity": true }), 402)]
fn what_a_token_cannot_be_given_is_refused(#[case] body: Value, #[case] status: u16) {
    let hub = hub();
    let id = account(&hub);
    assert_eq!(send(&hub, "POST", &format!("/{id}/tokens"), &body).status, status);
    let shown = send(&hub, "GET", &format!("/{id}"), &Value::Null).json();
    assert_eq!(shown["accessTokens"], json!([]));
}

#[rstest]
#[case::anonymous(None, 401)]
#[case::outsider(Some(OUTSIDER), 403)]
#[case::member(Some(MEMBER), 403)]
#[case::read_token(Some(READER), 403)]
#[case::another_scope(Some(SCOPED), 403)]
fn accounts_are_the_business_of_admins(#[case] token: Option<&str>, #[case] status: u16) {
    let hub = hub();
    let mut request = call(&hub, "POST", ACCOUNTS).json(&json!({ "name": "x" }));
    if let Some(token) = token {
        request = request.token(token);
    }
    assert_eq!(request.send().status, status);
}

#[test]
fn a_found_token_is_reported_without_one_and_ends_everywhere() {
    let hub = hub();
    let id = account(&hub);
    let (text, _) = token(&hub, &id, &json!({ "permissions": ["org.read"] }));
    let report = |tokens: &[&str], own: Option<&str>| {
        let mut request =
            call(&hub, "POST", "/api/credentials/revoke").json(&json!({ "credentials": tokens }));
        if let Some(own) = own {
            request = request.token(own);
        }
        request.send().status
    };
    assert_eq!(report(&["hf_test_never_existed"], None), 202);
    // Who reports is not asked who they are, so a token that is none does not matter.
    assert_eq!(report(&[&text, MEMBER], Some("hf_test_never_existed")), 202);
    assert_eq!(get(&hub, "/api/whoami-v2").token(&text).send().status, 401);
    assert_eq!(get(&hub, "/api/whoami-v2").token(MEMBER).send().status, 401);
    assert_eq!(report(&[], None), 400);
    let many: Vec<&str> = vec!["hf_test_x"; 1001];
    assert_eq!(report(&many, None), 400);
}

#[test]
fn the_log_says_of_a_token_that_it_is_gone() {
    let hub = hub();
    let id = account(&hub);
    let rights = json!({ "permissions": ["org.serviceAccounts.write"] });
    let (text, token_id) = token(&hub, &id, &rights);
    let made = call(&hub, "POST", ACCOUNTS).token(&text).json(&json!({ "name": "Child" })).send();
    assert_eq!(made.status, 201);
    let entry =
        || log(&hub).into_iter().find(|entry| entry["author"]["user"] == "acme-nightly-builds");
    assert_eq!(entry().unwrap()["token"]["deleted"], false);
    send(&hub, "DELETE", &format!("/{id}/tokens/{token_id}"), &Value::Null);
    assert_eq!(entry().unwrap()["token"]["deleted"], true);
}
