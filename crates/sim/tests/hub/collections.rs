//! Collections: who sees them, with which keys, and what changes them.

use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{Reply, call, get, pages};
use crate::scene::{ADMIN, MEMBER, OUTSIDER, READER};

const BEST: &str = "acme/best-models-64f9a55bb3115b4f513ec026";
const SECRET: &str = "acme/secret-64f9a55bb3115b4f513ec027";
const GROUPED: &str = "acme/grouped-64f9a55bb3115b4f513ec028";
const ADAS: &str = "ada/reading-list-64f9a55bb3115b4f513ec029";
/// Fine-grained, of the admin, for collections of `acme` and nothing else.
const COLLECTOR: &str = "hf_test_collector";
const CONTRIBUTOR: &str = "hf_test_contributor";
const GROUP: &str = "507f1f77bcf86cd799439011";

fn world() -> World {
    let file = json!({
        "users": [
            { "name": "ada", "fullname": "Ada L.", "isPro": true },
            { "name": "bob" }, { "name": "cleo" }, { "name": "eve" },
        ],
        "orgs": [{
            "name": "acme", "fullname": "Acme", "plan": "enterprise",
            "members": [{ "user": "ada", "role": "admin" }, { "user": "bob", "role": "write" },
                        { "user": "cleo", "role": "contributor" }],
            "resourceGroups": [{ "id": GROUP, "name": "research",
                                 "users": [{ "user": "cleo", "role": "write" }] }],
        }],
        "repos": [
            { "id": "acme/m", "downloads": 12, "pipeline_tag": "text-generation", "usedStorage": 5 },
            { "id": "acme/secret-m", "private": true },
            { "type": "dataset", "id": "acme/d", "gated": "auto" },
            { "type": "space", "id": "ada/show", "sdk": "static", "title": "A show", "emoji": "🌎" },
        ],
        "papers": [{ "id": "2510.04871", "title": "Less is More", "upvotes": 100,
                     "publishedAt": "2025-10-06T14:58:08.000Z" }],
        "buckets": [{ "id": "acme/logs", "size": 1024, "totalFiles": 3 },
                    { "id": "acme/closed", "private": true }],
        "collections": [
            { "_id": "64f9a55bb3115b4f513ec026", "owner": "acme", "title": "Best models",
              "description": "What we use", "theme": "pink", "upvotes": 3,
              "lastUpdated": "2026-01-01T00:00:00Z",
              "items": [
                { "_id": "690df2d0c9390ed6ab0f88b1", "type": "model", "id": "acme/m", "note": "<b> & first" },
                { "type": "model", "id": "acme/secret-m" },
                { "type": "dataset", "id": "acme/d" },
                { "type": "space", "id": "ada/show" },
                { "type": "paper", "id": "2510.04871" },
                { "type": "collection", "id": "64f9a55bb3115b4f513ec029" },
                { "type": "collection", "id": SECRET },
                { "type": "bucket", "id": "acme/logs" },
                { "type": "bucket", "id": "acme/closed" },
              ] },
            { "_id": "64f9a55bb3115b4f513ec027", "owner": "acme", "title": "Secret", "private": true,
              "upvotes": 9, "lastUpdated": "2026-03-01T00:00:00Z" },
            { "_id": "64f9a55bb3115b4f513ec028", "owner": "acme", "title": "Grouped", "private": true,
              "resourceGroup": "research" },
            { "_id": "64f9a55bb3115b4f513ec029", "owner": "ada", "title": "Reading list",
              "lastUpdated": "2026-02-01T00:00:00Z", "items": [{ "type": "paper", "id": "2510.04871" }] },
        ],
        "tokens": [
            { "token": ADMIN, "user": "ada", "role": "write" },
            { "token": READER, "user": "ada", "role": "read" },
            { "token": MEMBER, "user": "bob", "role": "write" },
            { "token": CONTRIBUTOR, "user": "cleo", "role": "write" },
            { "token": OUTSIDER, "user": "eve", "role": "write" },
            { "token": COLLECTOR, "user": "ada", "role": "fineGrained",
              "fineGrained": { "scoped": [{ "entity": { "type": "org", "name": "acme" },
                                            "permissions": ["collection.write"] }] } },
        ],
        "follows": [{ "from": "bob", "to": "acme" }],
        "likes": [{ "user": "ada", "id": "acme/m" }],
    });
    World::from_json(&file.to_string()).unwrap()
}

fn hub() -> Running {
    Sim::builder().world(world()).start_on_thread().unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn slugs(list: &[Value]) -> Vec<&str> {
    list.iter().map(|one| one["slug"].as_str().unwrap()).collect()
}

fn show(hub: &Running, slug: &str, token: &str) -> Value {
    let reply = get(hub, &format!("/api/collections/{slug}")).token(token).send();
    assert_eq!(reply.status, 200, "{slug}: {}", String::from_utf8_lossy(&reply.body));
    reply.json()
}

fn send(hub: &Running, method: &'static str, path: &str, token: &str, body: &Value) -> Reply {
    call(hub, method, &format!("/api/collections{path}")).token(token).json(body).send()
}

#[test]
fn a_list_entry_has_four_items_and_neither_place_nor_address() {
    let hub = hub();
    let list = pages(&hub, "/api/collections?owner=acme", Some(ADMIN)).concat();
    let entry = list.iter().find(|one| one["slug"] == BEST).unwrap();
    let single = show(&hub, BEST, ADMIN);
    assert_eq!(
        keys(entry),
        [
            "description",
            "gating",
            "isUpvotedByUser",
            "items",
            "lastUpdated",
            "owner",
            "private",
            "slug",
            "theme",
            "title",
            "upvotes"
        ]
    );
    assert_eq!(entry["items"].as_array().unwrap().len(), 4);
    assert_eq!(single["items"].as_array().unwrap().len(), 9);
    let more: Vec<&str> =
        keys(&single).into_iter().filter(|key| entry.get(*key).is_none()).collect();
    assert_eq!(more, ["position", "shareUrl"]);
    assert_eq!(single["shareUrl"], "https://hf.co/collections/acme/best-models");
    assert_eq!(
        keys(&single["owner"]),
        [
            "_id",
            "avatarUrl",
            "followerCount",
            "fullname",
            "isHf",
            "isHfAdmin",
            "isMod",
            "isUserFollowing",
            "name",
            "plan",
            "type"
        ],
        "an organization has no isPro"
    );
    let bare = pages(&hub, "/api/collections?owner=acme&expand=false", None).concat();
    assert_eq!(keys(&bare[0]["items"][1]), ["_id", "id", "position", "type"]);
}

#[test]
fn items_of_every_type_show_the_card_of_their_type() {
    let hub = hub();
    let collection = show(&hub, BEST, ADMIN);
    let card = |kind: &str| {
        let items = collection["items"].as_array().unwrap();
        items.iter().find(|item| item["type"] == kind).unwrap().clone()
    };
    let model = card("model");
    assert_eq!(model["note"], json!({ "html": "&lt;b&gt; &amp; first", "text": "<b> & first" }));
    assert_eq!((&model["isLikedByUser"], &model["likes"]), (&json!(true), &json!(1)));
    assert_eq!((&model["downloads"], model.get("usedStorage")), (&json!(12), None));
    assert_eq!(model["authorData"]["name"], "acme");
    let dataset = card("dataset");
    assert_eq!((&dataset["gated"], dataset.get("authorData")), (&json!("auto"), None));
    let space = card("space");
    assert_eq!((&space["title"], &space["emoji"]), (&json!("A show"), &json!("🌎")));
    assert_eq!((space.get("gated"), space.get("downloads")), (None, None));
    assert_eq!(
        keys(&card("paper")),
        ["_id", "id", "isUpvotedByUser", "position", "publishedAt", "title", "type", "upvotes"]
    );
    let inner = card("collection");
    assert_eq!((&inner["id"], &inner["slug"]), (&json!("64f9a55bb3115b4f513ec029"), &json!(ADAS)));
    assert_eq!((&inner["numberItems"], &inner["owner"]["isPro"]), (&json!(1), &json!(true)));
    let bucket = card("bucket");
    assert_eq!((&bucket["id"], &bucket["totalFiles"]), (&json!("acme/logs"), &json!(3)));
    let places: Vec<u64> = collection["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["position"].as_u64().unwrap())
        .collect();
    assert_eq!(places, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn private_collections_and_private_items_are_hidden_from_those_without_rights() {
    let hub = hub();
    let seen = |token: Option<&str>| {
        let list = pages(&hub, "/api/collections?owner=ACME&sort=lastModified", token).concat();
        slugs(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(seen(None), [BEST]);
    assert_eq!(seen(Some(OUTSIDER)), [BEST]);
    assert_eq!(seen(Some(MEMBER)), [SECRET, BEST], "a resource group closes what is in it");
    assert_eq!(seen(Some(CONTRIBUTOR)), [SECRET, BEST, GROUPED]);
    assert_eq!(seen(Some(ADMIN)).len(), 3);
    for (token, status) in [(OUTSIDER, 404), (MEMBER, 200), (READER, 200)] {
        let reply = get(&hub, &format!("/api/collections/{SECRET}")).token(token).send();
        assert_eq!(reply.status, status, "{token}");
    }
    assert_eq!(get(&hub, &format!("/api/collections/{SECRET}")).send().status, 404);
    let ids = |token: &str| {
        let items = show(&hub, BEST, token)["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(OUTSIDER),
        ["acme/m", "acme/d", "ada/show", "2510.04871", "64f9a55bb3115b4f513ec029", "acme/logs"]
    );
    assert_eq!(ids(MEMBER).len(), 9);
}

#[test]
fn lists_are_filtered_ordered_and_paged() {
    let hub = hub();
    let list = |query: &str| {
        let list = pages(&hub, &format!("/api/collections?{query}"), Some(ADMIN)).concat();
        slugs(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(list("sort=upvotes"), [SECRET, BEST, ADAS, GROUPED]);
    assert_eq!(list("sort=lastModified"), [SECRET, ADAS, BEST, GROUPED]);
    assert_eq!(list("sort=lastModified&limit=1"), list("sort=lastModified"));
    assert_eq!(list("owner=acme&owner=ada&q=LIST"), [ADAS]);
    assert_eq!(list("q=what+we+use"), [BEST]);
    assert_eq!(list("item=papers/2510.04871"), [BEST, ADAS]);
    assert_eq!(list("item=models/acme/m&item=spaces/ada/show"), [BEST]);
    assert_eq!(list("owner=nobody"), Vec::<String>::new());
    let outsider = pages(&hub, "/api/collections?item=models/acme/secret-m", Some(OUTSIDER));
    assert!(outsider.concat().is_empty(), "a filter does not tell of what is hidden");
    for (query, place) in [("limit=0", "limit"), ("limit=10001", "limit"), ("sort=best", "sort")] {
        let reply = get(&hub, &format!("/api/collections?{query}")).send();
        assert_eq!((reply.status, reply.error().contains(place)), (400, true), "{query}");
    }
}

#[test]
fn a_collection_is_found_by_its_id_whatever_its_title_was() {
    let hub = hub();
    let renamed =
        send(&hub, "PATCH", &format!("/{BEST}"), ADMIN, &json!({ "title": "Old & gold!" }));
    assert_eq!((renamed.status, keys(&renamed.json())), (200, vec!["data"]));
    let slug = "acme/old-gold-64f9a55bb3115b4f513ec026";
    assert_eq!(renamed.json()["data"]["slug"], slug);
    assert_eq!(show(&hub, BEST, OUTSIDER)["slug"], slug, "the old slug leads there");
    assert_eq!(show(&hub, "acme/old-gold", OUTSIDER)["slug"], slug, "and so do its words");
    assert_eq!(get(&hub, "/api/collections/acme/nothing").send().status, 404);
}

#[test]
fn a_collection_is_made_changed_and_deleted() {
    let hub = hub();
    let body = json!({ "title": "Fresh", "namespace": "acme", "description": "New",
                       "item": { "type": "model", "id": "acme/m" }, "private": true,
                       "resourceGroupId": GROUP });
    let made = send(&hub, "POST", "", ADMIN, &body);
    assert_eq!(made.status, 200, "{:?}", made.json());
    let slug = made.json()["slug"].as_str().unwrap().to_owned();
    assert!(slug.starts_with("acme/fresh-"), "{slug}");
    assert_eq!(made.json()["resourceGroup"]["name"], "research");
    let again = send(&hub, "POST", "", ADMIN, &body);
    assert_eq!((again.status, &again.json()["slug"]), (409, &json!(slug)));

    let changes = json!({ "description": "", "private": false, "theme": "green", "position": 0,
                          "gating": { "mode": "manual", "notifications": { "mode": "bulk" } } });
    let changed = send(&hub, "PATCH", &format!("/{slug}"), ADMIN, &changes).json()["data"].clone();
    assert_eq!((changed.get("description"), &changed["theme"]), (None, &json!("green")));
    assert_eq!((&changed["gating"], &changed["position"]), (&changes["gating"], &json!(0)));
    assert_eq!(show(&hub, BEST, ADMIN)["position"], 1, "the others move on");

    let groups = get(&hub, "/api/organizations/acme/resource-groups").token(ADMIN).send().json();
    let resource = &groups[0]["resources"].as_array().unwrap()[1];
    assert_eq!((&resource["slug"], &resource["addedBy"]), (&json!(slug), &json!("ada")));

    assert_eq!(
        call(&hub, "DELETE", &format!("/api/collections/{slug}")).token(ADMIN).send().status,
        200
    );
    let gone = call(&hub, "DELETE", &format!("/api/collections/{slug}")).token(ADMIN).send();
    assert_eq!(gone.status, 404);
    let log = get(&hub, "/api/organizations/acme/audit-log/export").token(ADMIN).send().json();
    let types: Vec<&str> =
        log.as_array().unwrap().iter().map(|entry| entry["type"].as_str().unwrap()).collect();
    assert!(
        types.contains(&"collection.create") && types.contains(&"collection.delete"),
        "{types:?}"
    );
}

#[test]
fn texts_beyond_the_limits_and_unknown_words_are_refused() {
    let hub = hub();
    let create = |body: Value| send(&hub, "POST", "", ADMIN, &body);
    let long = create(json!({ "title": "x".repeat(61), "namespace": "ada" }));
    assert_eq!(long.error(), "✖ Too big: expected string to have <=60 characters\n  → at title");
    assert_eq!(create(json!({ "title": "", "namespace": "ada" })).status, 400);
    assert_eq!(create(json!({ "title": "x" })).status, 400, "the namespace is missing");
    let description = json!({ "title": "x", "namespace": "ada", "description": "x".repeat(151) });
    assert_eq!(create(description).status, 400);
    for body in [
        json!({ "theme": "red" }),
        json!({ "gating": true }),
        json!({ "position": -1 }),
        json!({ "title": "x".repeat(61) }),
    ] {
        assert_eq!(send(&hub, "PATCH", &format!("/{BEST}"), ADMIN, &body).status, 400, "{body}");
    }
    let note = json!({ "item": { "type": "space", "id": "ada/show" }, "note": "x".repeat(501) });
    assert_eq!(send(&hub, "POST", &format!("/{ADAS}/items"), ADMIN, &note).status, 400);
}

#[test]
fn items_are_added_noted_moved_and_taken_out() {
    let hub = hub();
    let add = |kind: &str, id: &str| {
        let body = json!({ "item": { "type": kind, "id": id }, "note": "N" });
        send(&hub, "POST", &format!("/{ADAS}/items"), ADMIN, &body)
    };
    assert_eq!(add("model", "acme/m").json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(add("model", "acme/m").status, 409, "it is in it already");
    assert_eq!(add("collection", BEST).status, 200);
    assert_eq!(add("bucket", "acme/logs").status, 200);
    for (kind, id) in [("model", "acme/none"), ("paper", "0000.00000"), ("bucket", "acme/none")] {
        assert_eq!(add(kind, id).status, 404, "{kind} {id}");
    }
    assert_eq!(add("kernel", "acme/k").status, 400);

    let collection = show(&hub, ADAS, ADMIN);
    let model = collection["items"][1]["_id"].as_str().unwrap();
    let paper = collection["items"][0]["_id"].as_str().unwrap();
    let item = format!("/{ADAS}/items/{model}");
    let moved = send(&hub, "PATCH", &item, ADMIN, &json!({ "note": "", "position": 0 }));
    assert_eq!(moved.status, 200);
    let items = show(&hub, ADAS, ADMIN)["items"].clone();
    assert_eq!((&items[0]["id"], items[0].get("note")), (&json!("acme/m"), None));
    let batch = json!([
        { "action": "update", "_id": paper, "data": { "note": "Read", "position": 9 } },
        { "action": "update", "_id": model, "data": { "gallery": ["https://example.test/a.png"] } },
    ]);
    assert_eq!(send(&hub, "POST", &format!("/{ADAS}/items/batch"), ADMIN, &batch).status, 200);
    let items = show(&hub, ADAS, ADMIN)["items"].clone();
    assert_eq!((&items[3]["note"]["text"], &items[3]["position"]), (&json!("Read"), &json!(3)));
    assert_eq!(items[0]["gallery"], json!(["https://example.test/a.png"]));
    let half = json!([
        { "action": "update", "_id": paper, "data": { "note": "Lost" } },
        { "action": "update", "_id": "690df2d0c9390ed6ab0f88b1", "data": { "note": "x" } },
    ]);
    assert_eq!(send(&hub, "POST", &format!("/{ADAS}/items/batch"), ADMIN, &half).status, 404);
    assert_eq!(show(&hub, ADAS, ADMIN)["items"][3]["note"]["text"], "Read", "all or nothing");

    let remove = || call(&hub, "DELETE", &format!("/api/collections{item}")).token(ADMIN).send();
    assert_eq!((remove().status, remove().status), (200, 404));
    let by_repo = call(&hub, "DELETE", &format!("/api/collections/{ADAS}/items/acme")).token(ADMIN);
    assert_eq!(by_repo.send().status, 404, "an entry goes by its own id");
}

#[test]
fn what_is_deleted_leaves_every_collection() {
    let hub = hub();
    let body = json!({ "name": "m", "organization": "acme", "type": "model" });
    assert_eq!(
        call(&hub, "DELETE", "/api/repos/delete").token(ADMIN).json(&body).send().status,
        200
    );
    call(&hub, "DELETE", &format!("/api/collections/{ADAS}")).token(ADMIN).send();
    let items = show(&hub, BEST, ADMIN)["items"].as_array().unwrap().clone();
    let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(!ids.contains(&"acme/m") && !ids.contains(&"64f9a55bb3115b4f513ec029"), "{ids:?}");
}

#[test]
fn changes_need_rights_on_the_namespace() {
    let hub = hub();
    let create = |token: &str, namespace: &str, title: &str| {
        send(&hub, "POST", "", token, &json!({ "title": title, "namespace": namespace }))
    };
    let body = json!({ "title": "x", "namespace": "acme" });
    assert_eq!(call(&hub, "POST", "/api/collections").json(&body).send().status, 401);
    for (token, namespace, status) in [
        (READER, "acme", 403),
        (OUTSIDER, "acme", 403),
        (OUTSIDER, "nobody", 403),
        (MEMBER, "ada", 403),
        (COLLECTOR, "ada", 403),
        (MEMBER, "acme", 200),
        (COLLECTOR, "acme", 200),
    ] {
        assert_eq!(create(token, namespace, token).status, status, "{token} for {namespace}");
    }
    let patch = |token: &str, slug: &str| {
        send(&hub, "PATCH", &format!("/{slug}"), token, &json!({ "theme": "blue" })).status
    };
    assert_eq!((patch(OUTSIDER, BEST), patch(READER, BEST), patch(MEMBER, BEST)), (403, 403, 200));
    assert_eq!((patch(OUTSIDER, SECRET), patch(MEMBER, GROUPED)), (404, 404));
    assert_eq!((patch(CONTRIBUTOR, BEST), patch(CONTRIBUTOR, GROUPED)), (403, 200));
    let own = create(CONTRIBUTOR, "acme", "Mine").json()["slug"].as_str().unwrap().to_owned();
    assert_eq!(patch(CONTRIBUTOR, &own), 200, "contributors change what they made");
    let private = json!({ "item": { "type": "model", "id": "acme/secret-m" } });
    let mine = create(OUTSIDER, "eve", "Mine").json()["slug"].as_str().unwrap().to_owned();
    let added = send(&hub, "POST", &format!("/{mine}/items"), OUTSIDER, &private);
    assert_eq!(added.status, 404, "what is hidden cannot be added");
}

#[test]
fn a_collection_goes_into_a_resource_group_and_out_again() {
    let hub = hub();
    let path = format!("/{BEST}/resource-group");
    let group = || get(&hub, &format!("/api/collections{path}")).token(ADMIN).send();
    assert_eq!(group().status, 404);
    let put = |group: Value| send(&hub, "POST", &path, ADMIN, &json!({ "resourceGroupId": group }));
    let placed = put(json!(GROUP));
    assert_eq!(
        (placed.status, placed.json()["slug"].clone(), placed.json()["addedBy"].clone()),
        (200, json!(BEST), json!("ada"))
    );
    assert_eq!(group().json(), json!({ "id": GROUP, "name": "research", "numUsers": 1 }));
    assert_eq!(put(json!("507f1f77bcf86cd799439099")).status, 404);
    assert_eq!(send(&hub, "POST", &path, ADMIN, &json!({})).status, 400, "null must be said");
    assert_eq!(put(Value::Null).status, 200);
    assert_eq!(group().status, 404);
    let own = format!("/{ADAS}/resource-group");
    let refused = send(&hub, "POST", &own, ADMIN, &json!({ "resourceGroupId": GROUP }));
    assert_eq!(refused.status, 400, "a user has no groups");
}

#[test]
fn a_world_with_collections_of_what_is_not_there_is_no_world() {
    let said = |file: Value| World::from_json(&file.to_string()).unwrap_err().to_string();
    let items = |items: Value| {
        json!({ "users": [{ "name": "ada" }],
        "collections": [{ "owner": "ada", "title": "x", "items": items }] })
    };
    let model = said(items(json!([{ "type": "model", "id": "ada/m" }])));
    assert!(model.contains("collections[0].items[0].id") && model.contains("`repos`"), "{model}");
    assert!(said(items(json!([{ "type": "paper", "id": "1" }]))).contains("add it to `papers`"));
    let theme = json!({ "users": [{ "name": "ada" }], "collections": [{ "owner": "ada", "theme": "red" }] });
    assert!(said(theme).contains("`red`"));
    let twice = json!({ "users": [{ "name": "ada" }], "papers": [{ "id": "1" }],
        "collections": [{ "owner": "ada", "items": [{ "type": "paper", "id": "1" }, { "type": "paper", "id": "1" }] }] });
    assert!(said(twice).contains("twice"));
}
