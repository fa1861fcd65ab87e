//! Lists of repos, the caller's own ones, their groups, copies, and the search.

use serde_json::{Value, json};

use hubfolk_api::access_requests::{AccessStatus, GetUserAccessReport, ListAccessRequests};
use hubfolk_api::quicksearch::QuickSearch;
use hubfolk_api::repos::{
    DuplicateRepo, GetRepoResourceGroup, ListDatasets, ListKernels, ListModels, ListSpaces,
    ListUserRepos, RepoType, SetRepoResourceGroup,
};
use hubfolk_api::webhooks::{
    CreateWebhook, DisableWebhook, EnableWebhook, GetWebhook, ListWebhooks, UpdateWebhook,
    WebhookWatched, WebhookWatchedType,
};

use crate::call::{Reply, call, get, pages};
use crate::contract::round_trip;
use crate::scene::{ADMIN, MEMBER, OUTSIDER, hub};

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn every_answer_about_lists_groups_gates_and_webhooks_decodes_without_loss() {
    let hub = hub();
    let model = RepoType::Model;
    round_trip(&hub, &ListModels::of("acme"));
    round_trip(&hub, &ListDatasets::builder().full(true).build());
    round_trip(&hub, &ListSpaces::of("ada"));
    round_trip(&hub, &ListKernels::of("ada"));
    round_trip(&hub, &ListUserRepos::new());
    round_trip(&hub, &QuickSearch::new("a"));
    round_trip(&hub, &DuplicateRepo::new(model.clone(), "acme/open", "acme/copy"));
    let group = Some("507f1f77bcf86cd799439011".to_owned());
    round_trip(&hub, &SetRepoResourceGroup::new(model.clone(), "acme/copy", group));
    round_trip(&hub, &GetRepoResourceGroup::new(model.clone(), "acme/copy"));
    round_trip(&hub, &ListAccessRequests::new(model.clone(), "acme/open", AccessStatus::Pending));
    round_trip(&hub, &GetUserAccessReport::new(model, "acme/open"));
    let watched = vec![WebhookWatched::new(WebhookWatchedType::Organization, "acme")];
    round_trip(&hub, &CreateWebhook::to_url("https://acme.example/hook", watched));
    round_trip(&hub, &ListWebhooks::new());
    let all = get(&hub, "/api/settings/webhooks").token(ADMIN).send().json();
    let id = all[0]["id"].as_str().unwrap();
    round_trip(&hub, &GetWebhook::new(id));
    round_trip(&hub, &UpdateWebhook::builder(id).secret("changed").build());
    round_trip(&hub, &DisableWebhook::new(id));
    round_trip(&hub, &EnableWebhook::new(id));
}

#[test]
fn a_list_by_author_holds_what_the_caller_may_see() {
    let hub = hub();
    let list = |path: &str, token: Option<&str>| pages(&hub, path, token).concat();
    let public = list("/api/models?author=acme", None);
    assert_eq!(ids(&public), ["acme/open"]);
    let all = list("/api/models?author=ACME&sort=createdAt", Some(ADMIN));
    assert_eq!(ids(&all), ["acme/grouped", "acme/secret", "acme/open"]);
    assert_eq!(list("/api/spaces?author=ada", None)[0]["sdk"], "static");
    assert_eq!(ids(&list("/api/datasets?author=eve&gated=true", None)), ["eve/gated-data"]);
    assert_eq!(list("/api/models?author=nobody", None), Vec::<Value>::new());
    assert_eq!(list("/api/kernels?author=acme", None), Vec::<Value>::new());
    assert_eq!(ids(&list("/api/models?search=GATED", None)), ["eve/gated"]);
}

#[test]
fn a_list_is_sorted_paged_and_shows_what_is_asked_for() {
    let hub = hub();
    let liked = pages(&hub, "/api/models?sort=likes&limit=1", None);
    assert_eq!(liked.len(), 3, "one a page");
    assert_eq!(ids(&liked.concat())[..2], ["gpt2", "acme/open"]);
    let short = get(&hub, "/api/models?author=acme&expand=likes").send().json();
    let mut keys: Vec<&String> = short[0].as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["_id", "id", "likes"]);
    assert_eq!(get(&hub, "/api/models?limit=100000").send().status, 200, "clients cut themselves");
    assert_eq!(get(&hub, "/api/models?sort=age").send().status, 400);
    assert_eq!(get(&hub, "/api/models?full=true&expand=likes").send().status, 400);
    assert!(get(&hub, "/api/models?author=acme&full=true").send().json()[0]["siblings"].is_array());
}

#[test]
fn the_callers_own_repos_come_with_the_space_they_take() {
    let hub = hub();
    let create = json!({ "name": "notes", "type": "dataset", "private": true });
    assert_eq!(
        call(&hub, "POST", "/api/repos/create").token(ADMIN).json(&create).send().status,
        200
    );
    let own = |query: &str| {
        get(&hub, &format!("/api/settings/repositories{query}")).token(ADMIN).send().json()
    };
    let all = own("?sort=updatedAt&direction=asc");
    assert_eq!(ids(all.as_array().unwrap()), ["ada/show", "ada/notes"]);
    assert_eq!(
        (&all[0]["visibility"], &all[1]["visibility"]),
        (&json!("public"), &json!("private"))
    );
    assert_eq!((&all[0]["storage"], &all[0]["storagePercent"]), (&json!(0), &json!(0.0)));
    assert_eq!(ids(own("?type=dataset").as_array().unwrap()), ["ada/notes"]);
    assert_eq!(ids(own("?search=SHOW").as_array().unwrap()), ["ada/show"]);
    assert_eq!(own("?type=bucket"), json!([]));
    assert_eq!(get(&hub, "/api/settings/repositories").send().status, 401);
    assert_eq!(get(&hub, "/api/settings/repositories?sort=age").token(ADMIN).send().status, 400);
}

#[test]
fn a_repo_goes_into_a_group_and_out_of_it() {
    let hub = hub();
    let path = "/api/models/acme/secret/resource-group";
    let set = |token: &str, path: &str, group: Value| -> Reply {
        call(&hub, "POST", path).token(token).json(&json!({ "resourceGroupId": group })).send()
    };
    assert_eq!(get(&hub, path).token(ADMIN).send().status, 404, "it is in none");
    let research = json!("507f1f77bcf86cd799439011");
    let placed = set(ADMIN, path, research.clone());
    assert_eq!(
        placed.json(),
        json!({ "name": "acme/secret", "type": "model", "private": true, "addedBy": "ada" })
    );
    let group = get(&hub, path).token(ADMIN).send().json();
    assert_eq!(group, json!({ "id": research, "name": "research", "numUsers": 1 }));
    let groups = get(&hub, "/api/organizations/acme/resource-groups").token(ADMIN).send().json();
    let in_group = &groups[0]["resources"];
    assert!(
        in_group.as_array().unwrap().iter().any(|one| one["name"] == "acme/secret"),
        "{groups}"
    );
    let info = get(&hub, "/api/models/acme/secret").token(ADMIN).send().json();
    assert_eq!(info["resourceGroup"]["name"], "research");
    assert_eq!(set(ADMIN, path, Value::Null).status, 200);
    assert_eq!(get(&hub, path).token(ADMIN).send().status, 404);
    assert_eq!(set(ADMIN, path, json!("507f1f77bcf86cd799439099")).status, 404);
    assert_eq!(set(MEMBER, path, research.clone()).status, 403);
    assert_eq!(set(OUTSIDER, "/api/models/eve/gated/resource-group", research).status, 403);
}

#[test]
fn a_copy_has_the_files_and_nothing_that_people_did() {
    let hub = hub();
    let copy = |token: &str, from: &str, to: &str| {
        call(&hub, "POST", &format!("/api/{from}/duplicate"))
            .token(token)
            .json(&json!({ "repository": to, "visibility": "private" }))
            .send()
    };
    let made = copy(ADMIN, "models/acme/open", "ada/copy");
    assert_eq!(made.json(), json!({ "url": "https://huggingface.co/ada/copy" }));
    let info = get(&hub, "/api/models/ada/copy").token(ADMIN).send().json();
    assert_eq!((&info["likes"], &info["private"]), (&json!(0), &json!(true)));
    let again = copy(ADMIN, "models/acme/open", "ada/copy");
    assert_eq!((again.status, again.json()["url"].is_string()), (409, true));
    assert_eq!(copy(ADMIN, "models/acme/none", "ada/x").status, 404);
    assert_eq!(copy(OUTSIDER, "models/acme/open", "acme/x").status, 403);
    assert_eq!(copy(ADMIN, "models/eve/gated", "ada/x").status, 403, "behind a gate");
    assert_eq!(copy(ADMIN, "spaces/ada/show", "ada/show2").status, 200);
}

#[test]
fn the_search_finds_people_organizations_and_repos() {
    let hub = hub();
    let search = |query: &str, token: Option<&str>| {
        let request = get(&hub, &format!("/api/quicksearch?{query}"));
        token.map_or(request.clone(), |token| request.clone().token(token)).send().json()
    };
    let found = search("q=a", None);
    assert_eq!(found["users"][0]["user"], "ada");
    assert_eq!(found["orgs"][0]["name"], "acme");
    assert_eq!((&found["modelsCount"], found.get("usersCount")), (&json!(2), None));
    assert_eq!(search("q=a", Some(ADMIN))["modelsCount"], 4, "private ones of the caller too");
    let people = search("q=a&type=user&type=org", None);
    assert_eq!((&people["models"], &people["modelsCount"]), (&json!([]), &json!(0)));
    assert_eq!(search("q=L", None)["users"][0]["user"], "ada", "a word of the full name");
    assert_eq!(search("q=a&namespace=eve", None)["models"][0]["id"], "eve/gated");
    assert_eq!(search("q=ada&exclude=ada", None)["users"], json!([]));
    for query in ["limit=0", "limit=21", "type=person"] {
        assert_eq!(get(&hub, &format!("/api/quicksearch?q=a&{query}")).send().status, 400);
    }
    assert_eq!(search("q=a&limit=1", None)["models"].as_array().unwrap().len(), 1);
}
