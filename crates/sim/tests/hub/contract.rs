//! The answers against the wire types of `hubfolk-api` and against what was recorded on the Hub.

use std::path::PathBuf;

use http::Request;
use hubfolk_api::{
    Endpoint, audit_log, auth_check, likes, organizations, repos, resource_groups,
    service_accounts, users, whoami, wire,
};
use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::scene::{ADMIN, hub};

/// Sends an operation as a client would, and reads the answer without losing a key.
fn round_trip<E: Endpoint>(hub: &Running, operation: &E) {
    let request: Request<Vec<u8>> = wire::encode(operation).unwrap();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "PUT" => "PUT",
        "POST" => "POST",
        "DELETE" => "DELETE",
        other => panic!("{other}"),
    };
    let mut sent = call(hub, method, &request.uri().to_string()).token(ADMIN);
    if !request.body().is_empty() {
        sent = sent.json(&serde_json::from_slice(request.body()).unwrap());
    }
    let reply: Reply = sent.send();
    let name = E::OPERATION.name;
    assert_eq!(reply.status, 200, "{name}: {}", String::from_utf8_lossy(&reply.body));
    let response = wire::decode_answer::<E>(&reply.body).unwrap_or_else(|error| {
        panic!("{name}: {error}: {}", String::from_utf8_lossy(&reply.body))
    });
    if reply.header("content-type").unwrap().starts_with("application/json") {
        assert_eq!(serde_json::to_value(&response).unwrap(), reply.json(), "{name}");
    }
}

#[test]
fn every_answer_decodes_without_loss() {
    let hub = hub();
    let model = repos::RepoType::Model;
    round_trip(&hub, &whoami::GetWhoami::new());
    round_trip(&hub, &users::GetUserOverview::new("ada"));
    round_trip(&hub, &users::ListUserFollowers::new("ada"));
    round_trip(&hub, &users::ListUserFollowing::new("ada"));
    round_trip(&hub, &users::ListLikedRepos::new("bob"));
    round_trip(&hub, &users::GetUserSocials::new("ada"));
    round_trip(&hub, &users::GetUserAvatar::new("ada"));
    round_trip(&hub, &organizations::GetOrganizationOverview::new("acme"));
    round_trip(&hub, &organizations::ListOrganizationMembers::new("acme"));
    round_trip(&hub, &organizations::ListOrganizationFollowers::new("acme"));
    round_trip(&hub, &organizations::GetOrganizationSocials::new("acme"));
    round_trip(&hub, &organizations::GetOrganizationAvatar::new("acme"));
    round_trip(&hub, &likes::ListRepoLikers::new(model.clone(), "acme/open"));
    round_trip(&hub, &likes::UnlikeRepo::new(model.clone(), "acme/open"));
    round_trip(&hub, &auth_check::AuthCheck::new(model.clone(), "acme/open"));
    round_trip(&hub, &auth_check::AuthCheckWrite::new(model.clone(), "acme/open"));
    round_trip(&hub, &repos::GetRepoInfo::new(model.clone(), "acme/open"));
    round_trip(&hub, &repos::GetRepoInfo::new(repos::RepoType::Space, "ada/show"));
    round_trip(&hub, &repos::CreateRepo::new("fresh"));
    round_trip(&hub, &repos::MoveRepo::new(model.clone(), "ada/fresh", "acme/fresh"));
    round_trip(
        &hub,
        &repos::UpdateRepoSettings::builder(model.clone(), "acme/fresh").private(true).build(),
    );
    round_trip(&hub, &repos::DeleteRepo::new(model, "acme/fresh"));
    round_trip(&hub, &resource_groups::ListResourceGroups::new("acme"));
    round_trip(&hub, &service_accounts::ListServiceAccounts::new("acme"));
    round_trip(&hub, &audit_log::ExportAuditLog::new("acme"));
}

/// A recorded exchange, where the recordings lie beside the repository.
fn recorded(name: &str) -> Option<(String, Value)> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contract/recorded");
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        #[allow(clippy::print_stderr, reason = "what is left out is said aloud")]
        {
            eprintln!("left out: the recording {name} is not on this machine");
        }
        return None;
    };
    let value: Value = serde_json::from_str(&text).unwrap();
    Some((compact(&text), value["body"].clone()))
}

/// JSON without the blanks between its parts: what the Hub sends, keys in its order.
fn compact(text: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::new(), false, false);
    for char in text.chars() {
        if inside || !char.is_whitespace() {
            out.push(char);
        }
        match char {
            '"' if !escaped => inside = !inside,
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            _ => {}
        }
        escaped = false;
    }
    out
}

/// The simulator's answer stands in the recording byte for byte.
fn same_bytes(reply: &Reply, recording: &str) {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    assert!(recording.contains(&format!("\"body\":{text}}}")), "{text}\nis not in\n{recording}");
}

#[test]
fn a_recorded_user_overview_comes_back_byte_for_byte() {
    let Some((text, body)) = recorded("user_overview_evalstate.json") else { return };
    let mut counters = body.as_object().unwrap().clone();
    counters.retain(|key, _| key.starts_with("num"));
    let orgs: Vec<Value> = body["orgs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| {
            json!({ "_id": org["id"], "name": org["name"], "fullname": org["fullname"],
                "avatarUrl": org["avatarUrl"], "members": [{ "user": body["user"] }] })
        })
        .collect();
    let world = json!({
        "users": [{ "_id": body["_id"], "name": body["user"], "fullname": body["fullname"],
                    "avatarUrl": body["avatarUrl"], "isPro": true, "details": "",
                    "createdAt": body["createdAt"], "counters": counters }],
        "orgs": orgs,
        "tokens": [{ "token": ADMIN, "user": body["user"] }],
    });
    let hub = Sim::builder()
        .world(World::from_json(&world.to_string()).unwrap())
        .start_on_thread()
        .unwrap();
    same_bytes(&get(&hub, "/api/users/evalstate/overview").token(ADMIN).send(), &text);
}

#[test]
fn a_recorded_whoami_comes_back_byte_for_byte() {
    let Some((text, body)) = recorded("whoami_v2_user_write_token.json") else { return };
    let token = &body["auth"]["accessToken"];
    let world = json!({
        "users": [{ "_id": body["id"], "name": body["name"], "fullname": body["fullname"],
                    "email": body["email"], "emailVerified": true, "billingMode": body["billingMode"],
                    "periodEnd": body["periodEnd"], "avatarUrl": body["avatarUrl"] }],
        "tokens": [{ "token": ADMIN, "user": body["name"], "role": "write",
                     "displayName": token["displayName"], "createdAt": token["createdAt"] }],
    });
    let hub = Sim::builder()
        .world(World::from_json(&world.to_string()).unwrap())
        .start_on_thread()
        .unwrap();
    same_bytes(&get(&hub, "/api/whoami-v2").token(ADMIN).send(), &text);
}

#[test]
fn a_recorded_model_comes_back_byte_for_byte() {
    let Some((text, body)) = recorded("model_info_gated_manual.json") else { return };
    let files = body["siblings"].as_array().unwrap().iter().map(|file| file["rfilename"].clone());
    let world = json!({
        "users": [{ "name": body["author"] }],
        "repos": [{ "type": "model", "id": body["id"], "_id": body["_id"], "sha": body["sha"],
                    "gated": body["gated"], "tags": body["tags"], "createdAt": body["createdAt"],
                    "lastModified": body["lastModified"], "cardData": body["cardData"],
                    "siblings": files.collect::<Vec<_>>(), "usedStorage": body["usedStorage"] }],
    });
    let hub = Sim::builder()
        .world(World::from_json(&world.to_string()).unwrap())
        .start_on_thread()
        .unwrap();
    let path = format!("/api/models/{}", body["id"].as_str().unwrap());
    same_bytes(&get(&hub, &path).send(), &text);
}
