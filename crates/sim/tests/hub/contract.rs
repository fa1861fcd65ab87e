//! The answers against the wire types of `hubfolk-api` and against what was recorded on the Hub.

use std::path::PathBuf;

use http::Request;
use hubfolk_api::{
    Endpoint, audit_log, auth_check, collections, likes, organizations, repos, resource_groups,
    service_accounts, users, whoami, wire,
};
use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::scene::{ADMIN, hub};

/// Sends an operation as a client would, and reads the answer without losing a key.
pub(crate) fn round_trip<E: Endpoint>(hub: &Running, operation: &E) -> E::Response {
    let request: Request<Vec<u8>> = wire::encode(operation).unwrap();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "PUT" => "PUT",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        other => panic!("{other}"),
    };
    let mut sent = call(hub, method, &request.uri().to_string()).token(ADMIN);
    if !request.body().is_empty() {
        sent = sent.json(&serde_json::from_slice(request.body()).unwrap());
    }
    let reply: Reply = sent.send();
    let name = E::OPERATION.name;
    assert!(
        (200..=204).contains(&reply.status),
        "{name}: {}",
        String::from_utf8_lossy(&reply.body)
    );
    let response = wire::decode_answer::<E>(&reply.body).unwrap_or_else(|error| {
        panic!("{name}: {error}: {}", String::from_utf8_lossy(&reply.body))
    });
    if E::OPERATION.answer == hubfolk_api::Answer::Json {
        assert_eq!(serde_json::to_value(&response).unwrap(), reply.json(), "{name}");
    }
    response
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

#[test]
fn every_answer_about_collections_decodes_without_loss() {
    use collections::{CollectionItemRef, CollectionItemUpdate, ItemChanges};

    let world = json!({
        "users": [{ "name": "ada" }],
        "orgs": [{ "name": "acme", "plan": "team", "members": [{ "user": "ada", "role": "admin" }],
                   "resourceGroups": [{ "id": "507f1f77bcf86cd799439011", "name": "research" }] }],
        "repos": [{ "id": "acme/m" }, { "type": "space", "id": "acme/s" }],
        "buckets": [{ "id": "acme/b" }],
        "papers": [{ "id": "2510.04871", "title": "Less is More" }],
        "collections": [{ "_id": "64f9a55bb3115b4f513ec026", "owner": "acme", "title": "Best",
            "items": [{ "_id": "690df2d0c9390ed6ab0f88b1", "type": "model", "id": "acme/m", "note": "N" },
                      { "type": "bucket", "id": "acme/b" }, { "type": "paper", "id": "2510.04871" },
                      { "type": "collection", "id": "64f9a55bb3115b4f513ec026" }] }],
        "tokens": [{ "token": ADMIN, "user": "ada", "role": "write" }],
    });
    let world = World::from_json(&world.to_string()).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    let (slug, item) = ("acme/best-64f9a55bb3115b4f513ec026", "690df2d0c9390ed6ab0f88b1");
    let group = "507f1f77bcf86cd799439011".to_owned();
    let changes = ItemChanges::builder().note("Read").position(1).build();
    round_trip(&hub, &collections::ListCollections::builder().owner(vec!["acme".into()]).build());
    round_trip(&hub, &collections::GetCollection::new(slug));
    round_trip(&hub, &collections::CreateCollection::new("ada", "Mine"));
    round_trip(&hub, &collections::UpdateCollectionMetadata::builder(slug).title("Good").build());
    round_trip(&hub, &collections::SetCollectionResourceGroup::new(slug, Some(group)));
    round_trip(&hub, &collections::GetCollectionResourceGroup::new(slug));
    let space = CollectionItemRef::space("acme/s");
    round_trip(&hub, &collections::AddCollectionItem::new(slug, space));
    let update = collections::UpdateCollectionItem::builder(slug, item).position(0).build();
    round_trip(&hub, &update);
    let batch = vec![CollectionItemUpdate::new(item, changes)];
    round_trip(&hub, &collections::BatchUpdateCollectionItems::new(slug, batch));
    round_trip(&hub, &collections::DeleteCollectionItem::new(slug, item));
    round_trip(&hub, &collections::DeleteCollection::new(slug));
}

/// The shape of a value: its keys and the types of what is in them.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), shape(value))).collect()
        }
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(text) if text == "<number>" => "number".into(),
        Value::String(text) if text == "<boolean>" => "boolean".into(),
        Value::String(_) => "string".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Null => Value::Null,
    }
}

#[test]
fn a_recorded_list_of_collections_comes_back_key_for_key() {
    let Some((_, body)) = recorded("collections_list_owner_huggingfacejs.json") else { return };
    let recorded = &body[0];
    let owner = &recorded["owner"];
    let items = recorded["items"].as_array().unwrap();
    let of = |kind: &str| items.iter().find(|item| item["type"] == kind).unwrap();
    let repo = |kind: &str| {
        let mut repo = of(kind).as_object().unwrap().clone();
        // What a repo has by itself, or what is written otherwise in a world.
        for key in [
            "_id",
            "author",
            "authorData",
            "downloads",
            "isLikedByUser",
            "lastModified",
            "likes",
            "position",
            "repoType",
            "type",
            "datasetsServerInfo",
            "disabled",
            "trendingScore",
        ] {
            repo.remove(key);
        }
        repo.insert("type".to_owned(), kind.into());
        repo
    };
    let mut dataset = repo("dataset");
    dataset.insert(
        "datasetsServerInfo".to_owned(),
        json!({ "formats": [], "libraries": [], "modalities": [], "numRows": 3, "viewer": "viewer" }),
    );
    let paper = of("paper");
    let world = json!({
        "orgs": [{ "_id": owner["_id"], "name": owner["name"], "fullname": owner["fullname"] }],
        "repos": [dataset, repo("space")],
        "papers": [{ "id": paper["id"], "title": paper["title"], "publishedAt": paper["publishedAt"],
                     "thumbnailUrl": paper["thumbnailUrl"] }],
        "collections": [{
            "_id": "690df2897fa1945492b8cf42", "owner": owner["name"], "title": recorded["title"],
            "description": recorded["description"], "theme": recorded["theme"],
            "items": items.iter().map(|item| json!({
                "_id": item["_id"], "type": item["type"], "id": item["id"],
            })).collect::<Vec<_>>(),
        }],
    });
    let hub = Sim::builder()
        .world(World::from_json(&world.to_string()).unwrap())
        .start_on_thread()
        .unwrap();
    let list = get(&hub, "/api/collections?limit=100&owner=huggingfacejs").send().json();
    assert_eq!(shape(&list), shape(&body));
    assert_eq!(list[0]["slug"], recorded["slug"]);
    for (shown, recorded) in list[0]["items"].as_array().unwrap().iter().zip(items) {
        assert_eq!(shown["_id"], recorded["_id"], "in the same order");
        assert_eq!(shown["position"], recorded["position"]);
    }
}

#[test]
fn every_answer_about_governance_decodes_without_loss() {
    use organizations::{
        ChangeOrganizationMemberRole, GetNetworkSecurity, InviteOrganizationMember,
        ListOrganizationRepositories, RemoveOrganizationMember, ResourceGroupRole,
        RevokeOrganizationToken, RevokeOrganizationTokenById, UpdateNetworkSecurity,
    };
    use resource_groups::{
        AddResourceGroupUsers, AutoJoin, ChangeResourceGroupUserRole, CreateResourceGroup,
        DeleteResourceGroup, GetResourceGroup, GroupUser, RemoveResourceGroupUser, SpendLimits,
        UpdateResourceGroup, UpdateResourceGroupSettings,
    };
    use service_accounts::{
        CreateServiceAccount, CreateServiceAccountToken, DeleteServiceAccount,
        DeleteServiceAccountToken, GetServiceAccount, RotateServiceAccountToken,
        UpdateServiceAccountToken,
    };

    let hub = hub();
    hub.world().serve_experimental(true);
    let group = round_trip(&hub, &CreateResourceGroup::new("acme", "release")).id;
    let in_group = vec![ResourceGroupRole::new(&group, "write")];
    round_trip(&hub, &ChangeOrganizationMemberRole::new("acme", "bob", "read", in_group));
    round_trip(&hub, &InviteOrganizationMember::user("acme", "eve", "read"));
    round_trip(&hub, &ListOrganizationRepositories::new("acme"));
    round_trip(&hub, &GetNetworkSecurity::new("acme"));
    round_trip(&hub, &UpdateNetworkSecurity::builder("acme").enforce_auth(true).build());
    let limits = SpendLimits::total(Some(100));
    let change = UpdateResourceGroup::builder("acme", &group).spend_limits(limits).build();
    round_trip(&hub, &change);
    round_trip(&hub, &UpdateResourceGroupSettings::new("acme", &group, AutoJoin::on("read")));
    let users = vec![GroupUser::new("Cleo", "read")];
    round_trip(&hub, &AddResourceGroupUsers::new("acme", &group, users));
    round_trip(&hub, &ChangeResourceGroupUserRole::new("acme", &group, "Cleo", "write"));
    round_trip(&hub, &GetResourceGroup::new("acme", &group));
    round_trip(&hub, &RemoveResourceGroupUser::new("acme", &group, "Cleo"));
    round_trip(&hub, &DeleteResourceGroup::new("acme", &group));
    let account = round_trip(&hub, &CreateServiceAccount::new("acme", "builds")).id;
    let token = CreateServiceAccountToken::builder("acme", &account)
        .permissions(vec!["org.read".into()])
        .build();
    let made = round_trip(&hub, &token);
    let id = made.token_info.unwrap().id;
    round_trip(&hub, &GetServiceAccount::new("acme", &account));
    let renamed = UpdateServiceAccountToken::builder("acme", &account, &id).display_name("x");
    round_trip(&hub, &renamed.build());
    let made = round_trip(&hub, &RotateServiceAccountToken::new("acme", &account, &id));
    round_trip(&hub, &RevokeOrganizationToken::new("acme", made.token.clone()));
    round_trip(&hub, &RevokeOrganizationTokenById::new("acme", &id));
    round_trip(&hub, &DeleteServiceAccountToken::new("acme", &account, &id));
    round_trip(&hub, &DeleteServiceAccount::new("acme", &account));
    round_trip(&hub, &RemoveOrganizationMember::new("acme", "bob"));
    round_trip(&hub, &audit_log::ExportAuditLog::new("acme"));
    let report = hubfolk_api::credentials::ReportLeakedCredentials::new([made.token]);
    round_trip(&hub, &report);
}

/// A recorded exchange, where the recordings lie beside the repository.
fn recorded(name: &str) -> Option<(String, Value)> {
    let (text, value) = read(name)?;
    Some((text, value["body"].clone()))
}

/// The exchanges of a recording, each with the text of all of them.
pub(crate) fn recordings(name: &str) -> Option<Vec<(String, Value)>> {
    let (text, value) = read(name)?;
    let exchanges = match value {
        Value::Array(exchanges) => exchanges,
        one => vec![one],
    };
    Some(exchanges.into_iter().map(|exchange| (text.clone(), exchange)).collect())
}

fn read(name: &str) -> Option<(String, Value)> {
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
    Some((compact(&text), value))
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
pub(crate) fn same_bytes(reply: &Reply, recording: &str) {
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
