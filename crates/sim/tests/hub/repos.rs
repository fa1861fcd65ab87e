//! Repos: what is made, moved, set and deleted.

use serde_json::{Value, json};

use crate::call::{call, get};
use crate::scene::{ADMIN, MEMBER, OUTSIDER, READER, hub};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn info_has_the_keys_of_its_type() {
    let hub = hub();
    let model = get(&hub, "/api/models/acme/open").send().json();
    assert_eq!(
        keys(&model),
        [
            "_id",
            "author",
            "cardData",
            "config",
            "createdAt",
            "disabled",
            "downloads",
            "gated",
            "id",
            "lastModified",
            "likes",
            "model-index",
            "modelId",
            "private",
            "sha",
            "siblings",
            "spaces",
            "tags",
            "usedStorage"
        ]
    );
    let space = get(&hub, "/api/spaces/ada/show").send().json();
    assert_eq!((space.get("gated"), space.get("downloads")), (None, None));
    assert_eq!((&space["sdk"], &space["title"]), (&json!("static"), &json!("A show")));
    let dataset = get(&hub, "/api/datasets/eve/gated-data").send().json();
    assert_eq!((&dataset["gated"], dataset.get("modelId")), (&json!("auto"), None));
}

#[test]
fn expand_selects_keys_and_may_be_written_with_brackets() {
    let hub = hub();
    for query in [
        "expand=likes&expand=sha",
        "expand[]=likes&expand[]=sha",
        "expand%5B%5D=likes&expand%5B%5D=sha",
    ] {
        let info = get(&hub, &format!("/api/models/gpt2?{query}")).send().json();
        assert_eq!(keys(&info), ["_id", "id", "likes", "sha"], "{query}");
        assert_eq!(info["likes"], 4200);
    }
}

#[test]
fn revisions_are_answered_and_unknown_ones_named() {
    let hub = hub();
    let mut pull = hubfolk_sim::NewDiscussion::new("bob", "A change", "x");
    pull.is_pull_request = true;
    hub.world().add_discussion(hubfolk_sim::RepoType::Model, "gpt2", &pull).unwrap();
    let sha = get(&hub, "/api/models/gpt2").send().json()["sha"].as_str().unwrap().to_owned();
    for revision in ["HEAD", "main", "refs%2Fpr%2F1", &sha] {
        let reply = get(&hub, &format!("/api/models/gpt2/revision/{revision}")).send();
        assert_eq!((reply.status, &reply.json()["id"]), (200, &json!("gpt2")), "{revision}");
    }
    for nowhere in ["nowhere", "refs%2Fpr%2F2", "refs%2Fpr%2Fx"] {
        let reply = get(&hub, &format!("/api/models/gpt2/revision/{nowhere}")).send();
        assert_eq!((reply.status, reply.header("x-error-code")), (404, Some("RevisionNotFound")));
    }
}

#[test]
fn a_repo_is_made_once_and_deleted() {
    let hub = hub();
    let create =
        |body: Value| call(&hub, "POST", "/api/repos/create").token(ADMIN).json(&body).send();
    let body = json!({ "name": "fresh", "organization": null, "type": "space", "sdk": "gradio", "private": true });
    let made = create(body.clone());
    assert_eq!(made.status, 200);
    assert_eq!(made.json()["url"], "https://huggingface.co/spaces/ada/fresh");
    assert_eq!(keys(&made.json()), ["id", "name", "url"]);
    let again = create(body);
    assert_eq!((again.status, keys(&again.json())), (409, vec!["error", "url"]));
    assert!(!again.error().contains("another conflicting operation is in progress"));
    assert_eq!(get(&hub, "/api/spaces/ada/fresh").send().status, 401, "it is private");
    let delete = || {
        call(&hub, "DELETE", "/api/repos/delete")
            .token(ADMIN)
            .json(&json!({ "name": "fresh", "organization": "ada", "type": "space" }))
            .send()
    };
    assert_eq!(delete().status, 200);
    assert_eq!((delete().status, delete().header("x-error-code")), (404, Some("RepoNotFound")));
}

#[test]
fn making_a_repo_needs_rights_on_the_namespace() {
    let hub = hub();
    let create = |token: Option<&str>, organization: &str| {
        let request = call(&hub, "POST", "/api/repos/create")
            .json(&json!({ "name": "m", "organization": organization }));
        token.map_or(request.clone(), |token| request.clone().token(token)).send().status
    };
    assert_eq!(create(None, "acme"), 401);
    assert_eq!(create(Some(READER), "acme"), 401, "the token cannot create repos");
    assert_eq!(create(Some(OUTSIDER), "acme"), 403);
    assert_eq!(create(Some(OUTSIDER), "nobody"), 403);
    assert_eq!(create(Some(MEMBER), "acme"), 200);
    let space = call(&hub, "POST", "/api/repos/create")
        .token(MEMBER)
        .json(&json!({ "name": "s", "organization": "acme", "type": "space" }))
        .send();
    assert_eq!((space.status, space.error().contains("→ at sdk")), (400, true));
}

#[test]
fn a_moved_repo_answers_at_its_old_name_with_a_relative_redirect() {
    let hub = hub();
    let body = json!({ "fromRepo": "acme/open", "toRepo": "ada/moved", "type": "model" });
    let moved = call(&hub, "POST", "/api/repos/move").token(ADMIN).json(&body).send();
    assert_eq!(moved.status, 200);
    for (old, new) in [
        ("/api/models/acme/open", "/api/models/ada/moved"),
        ("/api/models/acme/open/likers?limit=10", "/api/models/ada/moved/likers?limit=10"),
        ("/api/models/openai-gpt2/auth-check", "/api/models/gpt2/auth-check"),
    ] {
        let reply = get(&hub, old).send();
        assert_eq!((reply.status, reply.header("location")), (307, Some(new)));
    }
    let info = get(&hub, "/api/models/ada/moved").send().json();
    assert_eq!((&info["id"], &info["likes"]), (&json!("ada/moved"), &json!(2)));
    // Somebody takes the old name: it leads to the new repo no more.
    let body = json!({ "name": "open", "organization": "acme" });
    assert_eq!(call(&hub, "POST", "/api/repos/create").token(ADMIN).json(&body).send().status, 200);
    assert_eq!(get(&hub, "/api/models/acme/open").send().status, 200);
    let taken = json!({ "fromRepo": "ada/moved", "toRepo": "acme/open" });
    assert_eq!(call(&hub, "POST", "/api/repos/move").token(ADMIN).json(&taken).send().status, 409);
}

#[test]
fn a_renamed_account_takes_its_repos_along() {
    let hub = hub();
    hub.world().rename_user("ada", "ada-l").unwrap();
    let reply = get(&hub, "/api/spaces/ada/show").send();
    assert_eq!(reply.header("location"), Some("/api/spaces/ada-l/show"));
    assert_eq!(get(&hub, "/api/users/ada/overview").send().status, 404);
    assert_eq!(get(&hub, "/api/users/ada-l/overview").send().json()["numSpaces"], 1);
}

#[test]
fn settings_echo_only_visibility_and_gating() {
    let hub = hub();
    let put = |body: Value| {
        call(&hub, "PUT", "/api/models/acme/open/settings").token(ADMIN).json(&body).send()
    };
    assert_eq!(put(json!({ "gated": "auto" })).json(), json!({ "gated": "auto" }));
    assert_eq!(put(json!({ "private": true })).json(), json!({ "private": true }));
    assert_eq!(put(json!({ "visibility": "public" })).json(), json!({ "visibility": "public" }));
    assert_eq!(put(json!({ "gatedNotificationsMode": "bulk" })).json(), json!({}));
    assert_eq!(put(json!({})).json(), json!({}));
    assert_eq!(put(json!({ "gated": "sometimes" })).status, 400);
    assert_eq!(put(json!({ "private": true, "visibility": "public" })).status, 400);
    assert_eq!(get(&hub, "/api/models/acme/open").send().json()["gated"], "auto");
    assert_eq!(get(&hub, "/api/models/acme/open/settings").send().status, 404);
    let member = call(&hub, "PUT", "/api/models/acme/open/settings").token(MEMBER);
    assert_eq!(member.json(&json!({ "gated": false })).send().status, 403);
}

#[test]
fn a_renamed_repo_keeps_its_place_in_its_resource_group() {
    let hub = hub();
    let group = &get(&hub, "/api/organizations/acme/resource-groups").token(ADMIN).send().json()[0];
    let path = format!("/api/organizations/acme/resource-groups/{}", group["id"].as_str().unwrap());
    let placed = json!({ "resourceGroupId": group["id"] });
    let settings = "/api/models/acme/open/resource-group";
    assert_eq!(call(&hub, "POST", settings).token(ADMIN).json(&placed).send().status, 200);
    let rename = json!({ "fromRepo": "acme/open", "toRepo": "acme/renamed", "type": "model" });
    assert_eq!(call(&hub, "POST", "/api/repos/move").token(ADMIN).json(&rename).send().status, 200);
    let now = get(&hub, &path).token(ADMIN).send().json();
    let names: Vec<&Value> =
        now["resources"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert!(names.contains(&&json!("acme/renamed")), "{names:?}");
    assert!(!names.contains(&&json!("acme/open")), "{names:?}");
    // Without the group, the repo is as open as before.
    assert_eq!(call(&hub, "DELETE", &path).token(ADMIN).send().status, 200);
    assert_eq!(get(&hub, "/api/models/acme/renamed").token(MEMBER).send().status, 200);
}

#[test]
fn the_log_of_the_organization_remembers_what_happens_to_its_repos() {
    let hub = hub();
    let sent = |method, path: &str, body: Value| {
        assert_eq!(call(&hub, method, path).token(ADMIN).json(&body).send().status, 200, "{path}");
    };
    sent("POST", "/api/repos/create", json!({ "name": "fresh", "organization": "acme" }));
    sent("PUT", "/api/models/acme/fresh/settings", json!({ "gated": "auto" }));
    let group = json!({ "resourceGroupId": "507f1f77bcf86cd799439011" });
    sent("POST", "/api/models/acme/fresh/resource-group", group);
    sent("POST", "/api/models/acme/fresh/duplicate", json!({ "repository": "acme/copy" }));
    sent("POST", "/api/repos/move", json!({ "fromRepo": "acme/copy", "toRepo": "acme/moved" }));
    sent("DELETE", "/api/repos/delete", json!({ "name": "moved", "organization": "acme" }));
    let log =
        get(&hub, "/api/organizations/acme/audit-log/export?q=ada").token(ADMIN).send().json();
    let kinds: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["type"].as_str().filter(|kind| kind.starts_with("repo.")))
        .collect();
    assert_eq!(
        kinds,
        [
            "repo.delete",
            "repo.move",
            "repo.duplication",
            "repo.update_resource_group",
            "repo.update_settings",
            "repo.create",
        ]
    );
}
