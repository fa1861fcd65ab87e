//! What an identity provider does, and what everybody sees of it.

use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{call, get};

const SCIM: &str = "hf_test_scim";
const ADMIN: &str = "hf_test_admin";
const BOB: &str = "hf_test_bob";
const MANAGED: &str = "/api/organizations/acme/scim/v2";
const BASIC: &str = "/api/organizations/acme/scim-provisioning/v2";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn hub() -> Running {
    let file = json!({
        "users": [
            { "name": "ada" }, { "name": "bob", "fullname": "Bob Moran" }, { "name": "cleo" },
            { "name": "dan" }, { "name": "eve" },
        ],
        "orgs": [
            { "name": "acme", "plan": "plus",
              "members": [
                { "user": "ada", "role": "admin" },
                { "user": "bob", "role": "write", "verifiedEmail": "bob@acme.com" },
                { "user": "cleo", "role": "contributor" },
                { "user": "dan", "role": "read" },
              ],
              "resourceGroups": [{ "name": "research", "scimManaged": true }],
              "scim": [
                { "tree": "managed", "users": [{ "user": "bob", "externalId": "okta|bob" }, { "user": "cleo" }],
                  "groups": [{ "displayName": "research", "members": ["bob"] }] },
                { "tree": "basic", "users": [{ "user": "dan", "externalId": "saml|dan" }] },
              ] },
            { "name": "other", "plan": "plus" },
            { "name": "poor" },
        ],
        "tokens": [
            { "token": SCIM, "kind": "scim", "org": "acme" },
            { "token": "hf_test_scim_poor", "kind": "scim", "org": "poor" },
            { "token": ADMIN, "user": "ada", "role": "write" },
            { "token": BOB, "user": "bob", "role": "write" },
        ],
    });
    Sim::builder().world(World::from_json(&file.to_string()).unwrap()).start_on_thread().unwrap()
}

fn read(hub: &Running, path: &str) -> Value {
    let reply = get(hub, path).token(SCIM).send();
    assert_eq!(reply.status, 200, "{path}: {}", reply.json());
    reply.json()
}

fn id_of(hub: &Running, tree: &str, name: &str) -> String {
    let found = read(hub, &format!("{tree}/Users?filter=userName%20eq%20%22{name}%22"));
    assert_eq!(found["totalResults"], 1, "{name}");
    found["Resources"][0]["id"].as_str().unwrap().to_owned()
}

#[expect(clippy::needless_pass_by_value, reason = "the calls read better")]
fn patch(hub: &Running, path: &str, operations: Value) -> (u16, Value) {
    let body = json!({ "schemas": [PATCH], "Operations": operations });
    let reply = call(hub, "PATCH", path).token(SCIM).json(&body).send();
    (reply.status, reply.json())
}

fn members(hub: &Running) -> Vec<String> {
    let list = get(hub, "/api/organizations/acme/members").token(ADMIN).send().json();
    list.as_array().unwrap().iter().map(|one| one["user"].as_str().unwrap().to_owned()).collect()
}

fn groups_of(hub: &Running, name: &str) -> Value {
    let path = format!("/api/organizations/acme/members?search={name}");
    get(hub, &path).token(ADMIN).send().json()[0]["resourceGroups"].clone()
}

#[test]
fn the_token_of_an_identity_provider_opens_its_operations_and_nothing_else() {
    let hub = hub();
    let status = |path: &str, token: &str| get(&hub, path).token(token).send().status;
    assert_eq!(status(&format!("{MANAGED}/Users"), SCIM), 200);
    assert_eq!(status(&format!("{MANAGED}/Users"), ADMIN), 401, "an administrator's is none here");
    assert_eq!(get(&hub, &format!("{MANAGED}/Users")).send().status, 401);
    assert_eq!(status("/api/organizations/acme/members", SCIM), 401);
    assert_eq!(status("/api/whoami-v2", SCIM), 401);
    assert_eq!(status("/api/organizations/other/scim/v2/Users", SCIM), 403);
    assert_eq!(status("/api/organizations/nobody/scim/v2/Users", SCIM), 404);
    assert_eq!(status("/api/organizations/poor/scim/v2/Users", "hf_test_scim_poor"), 402);
}

#[test]
fn users_come_in_pages_by_number_and_are_found_by_filter() {
    let hub = hub();
    let all = read(&hub, &format!("{MANAGED}/Users"));
    assert_eq!((&all["totalResults"], &all["startIndex"]), (&json!(2), &json!(1)));
    let bob = &all["Resources"][0];
    assert_eq!((&bob["userName"], &bob["externalId"]), (&json!("bob"), &json!("okta|bob")));
    assert_eq!(bob["name"]["familyName"], "Moran");
    assert_eq!(bob["emails"], json!([{"value": "bob@acme.com", "primary": true, "type": "work"}]));
    let id = bob["id"].as_str().unwrap();
    let location = format!("https://huggingface.co{MANAGED}/Users/{id}");
    assert_eq!(bob["meta"], json!({"resourceType": "User", "location": location}));
    let second = read(&hub, &format!("{MANAGED}/Users?startIndex=2&count=1"));
    assert_eq!(second["Resources"][0]["userName"], "cleo");
    assert_eq!(second["itemsPerPage"], 1);
    for filter in ["externalId eq \"okta|bob\"", "emails eq bob@acme.com"] {
        let query: String = url_encoded(filter);
        let found = read(&hub, &format!("{MANAGED}/Users?filter={query}"));
        assert_eq!(found["Resources"][0]["id"], *id, "{filter}");
    }
    let bad =
        |query: &str| get(&hub, &format!("{MANAGED}/Users?{query}")).token(SCIM).send().status;
    for query in ["count=1001", "count=0", "startIndex=0", "filter=shoe%20eq%2043", "filter=x"] {
        assert_eq!(bad(query), 400, "{query}");
    }
    let basic = read(&hub, &format!("{BASIC}/Users"));
    assert_eq!(basic["Resources"][0]["userName"], "dan", "each tree has its own users");
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[test]
fn who_is_switched_off_loses_membership_groups_and_tokens_and_gets_them_back() {
    let hub = hub();
    let path = format!("{MANAGED}/Users/{}", id_of(&hub, MANAGED, "bob"));
    assert_eq!(groups_of(&hub, "bob")[0]["name"], "research");
    let off = json!([{"op": "replace", "path": "active", "value": false}]);
    let (status, bob) = patch(&hub, &path, off);
    assert_eq!((status, &bob["active"]), (200, &json!(false)));
    assert!(!members(&hub).contains(&"bob".to_owned()));
    assert_eq!(get(&hub, "/api/whoami-v2").token(BOB).send().status, 401, "the account is off");
    let log = get(&hub, "/api/organizations/acme/audit-log/export").token(ADMIN).send().json();
    assert!(log.to_string().contains("org.remove_user"), "{log}");
    // As one of the large identity providers writes it.
    let (status, _) = patch(&hub, &path, json!([{"op": "Replace", "value": {"active": "True"}}]));
    assert_eq!(status, 200);
    let back = get(&hub, "/api/organizations/acme/members?search=bob").token(ADMIN).send().json();
    assert_eq!(back[0]["role"], "write", "with the role of before");
    assert_eq!(back[0]["resourceGroups"][0]["name"], "research");
    assert_eq!(get(&hub, "/api/whoami-v2").token(BOB).send().status, 200);
}

#[test]
fn attributes_change_in_the_managed_tree_and_only_active_in_the_basic_one() {
    let hub = hub();
    let bob = format!("{MANAGED}/Users/{}", id_of(&hub, MANAGED, "bob"));
    let (status, user) = patch(
        &hub,
        &bob,
        json!([
            {"op": "replace", "path": "userName", "value": "robert"},
            {"op": "add", "path": "name.givenName", "value": "Robert"},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "r@acme.com"},
            {"op": "remove", "path": "externalId", "value": null},
        ]),
    );
    assert_eq!(status, 200, "{user}");
    assert_eq!((&user["userName"], &user["externalId"]), (&json!("robert"), &Value::Null));
    assert_eq!(user["name"]["formatted"], "Robert Moran");
    assert_eq!(user["emails"][0]["value"], "r@acme.com");
    assert!(members(&hub).contains(&"robert".to_owned()));
    let taken = json!([{"op": "replace", "path": "userName", "value": "eve"}]);
    assert_eq!(patch(&hub, &bob, taken).0, 409);
    let dan = format!("{BASIC}/Users/{}", id_of(&hub, BASIC, "dan"));
    let name = json!([{"op": "replace", "path": "userName", "value": "daniel"}]);
    assert_eq!(patch(&hub, &dan, name).0, 400);
    let remove = json!([{"op": "remove", "path": "externalId", "value": null}]);
    assert_eq!(patch(&hub, &dan, remove).0, 400);
    let body = json!({"schemas": ["x"], "externalId": "saml|new", "active": false});
    let put = call(&hub, "PUT", &dan).token(SCIM).json(&body).send().json();
    assert_eq!((&put["externalId"], &put["active"]), (&json!("saml|new"), &json!(false)));
    assert!(!members(&hub).contains(&"dan".to_owned()));
}

#[test]
fn a_managed_user_is_made_and_a_basic_one_is_invited() {
    let hub = hub();
    let user = |name: &str, external: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name,
            "emails": [{"value": "new@acme.com"}], "externalId": external,
            "name": {"givenName": "New", "familyName": "Person"},
        })
    };
    let post = |tree: &str, body: &Value| {
        let reply = call(&hub, "POST", &format!("{tree}/Users")).token(SCIM).json(body).send();
        (reply.status, reply.json())
    };
    let (status, made) = post(MANAGED, &user("newcomer", "okta|new"));
    assert_eq!((status, &made["active"]), (201, &json!(true)));
    assert!(members(&hub).contains(&"newcomer".to_owned()));
    assert_eq!(post(MANAGED, &user("eve", "okta|eve")).0, 409, "her account is her own");
    let mut again = user("newcomer", "okta|new");
    again["active"] = json!(false);
    let (status, made) = post(MANAGED, &again);
    assert_eq!((status, &made["active"]), (201, &json!(false)), "only active counts");
    assert_eq!(post(BASIC, &user("nobody", "saml|x")).0, 404);
    let (status, invited) = post(BASIC, &user("eve", "saml|eve"));
    assert_eq!(status, 201);
    assert!(!members(&hub).contains(&"eve".to_owned()), "she has not accepted yet");
    let eve = format!("{BASIC}/Users/{}", invited["id"].as_str().unwrap());
    assert_eq!(call(&hub, "DELETE", &eve).token(SCIM).send().status, 204);
    assert_eq!(get(&hub, &eve).token(SCIM).send().status, 404);
    let dan = format!("{BASIC}/Users/{}", id_of(&hub, BASIC, "dan"));
    assert_eq!(call(&hub, "DELETE", &dan).token(SCIM).send().status, 204);
    assert!(!members(&hub).contains(&"dan".to_owned()));
    assert_eq!(get(&hub, "/api/users/dan/overview").send().status, 200, "the account stays");
}

#[test]
fn nobody_can_delete_a_managed_account_here() {
    let hub = hub();
    let path = format!("{MANAGED}/Users/{}", id_of(&hub, MANAGED, "bob"));
    assert_eq!(call(&hub, "DELETE", &path).token(SCIM).send().status, 404);
    assert!(members(&hub).contains(&"bob".to_owned()));
}

#[test]
fn groups_fill_the_resource_group_of_their_name() {
    let hub = hub();
    let groups = read(&hub, &format!("{MANAGED}/Groups"));
    let research = groups["Resources"][0].clone();
    assert_eq!(research["displayName"], "research");
    let path = format!("{MANAGED}/Groups/{}", research["id"].as_str().unwrap());
    let cleo = id_of(&hub, MANAGED, "cleo");
    let add = json!([{"op": "add", "path": "members", "value": [{"value": cleo}]}]);
    assert_eq!(patch(&hub, &path, add).1["members"].as_array().unwrap().len(), 2);
    assert_eq!(groups_of(&hub, "cleo")[0]["name"], "research");
    let remove = json!([{"op": "remove", "path": format!("members[value eq \"{cleo}\"]")}]);
    assert_eq!(patch(&hub, &path, remove).0, 200);
    assert_eq!(groups_of(&hub, "cleo"), json!([]));
    let stranger = json!([{"op": "add", "path": "members", "value": [{"value": "0".repeat(24)}]}]);
    assert_eq!(patch(&hub, &path, stranger).0, 400);
    let name = json!([{"op": "remove", "path": "displayName", "value": null}]);
    assert_eq!(patch(&hub, &path, name).0, 400);
    let without = read(&hub, &format!("{path}?excludedAttributes=members"));
    assert_eq!(without.get("members"), None);
    let body = json!({"schemas": ["x"], "displayName": "science", "members": []});
    let put = call(&hub, "PUT", &path).token(SCIM).json(&body).send().json();
    assert_eq!(put["displayName"], "science");
    assert_eq!(groups_of(&hub, "bob"), json!([]), "nobody fills research any more");
}

#[test]
fn groups_are_made_once_and_deleted() {
    let hub = hub();
    let path = format!("{MANAGED}/Groups");
    let bob = id_of(&hub, MANAGED, "bob");
    let body = json!({"displayName": "ops", "members": [{"value": bob}], "externalId": "g1"});
    let made = call(&hub, "POST", &path).token(SCIM).json(&body).send();
    assert_eq!((made.status, &made.json()["members"][0]["value"]), (201, &json!(bob)));
    assert_eq!(call(&hub, "POST", &path).token(SCIM).json(&body).send().status, 409);
    let found = read(&hub, &format!("{path}?filter=displayName%20eq%20ops"));
    assert_eq!(found["totalResults"], 1);
    let one = format!("{path}/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(call(&hub, "DELETE", &one).token(SCIM).send().status, 204);
    assert_eq!(call(&hub, "DELETE", &one).token(SCIM).send().status, 404);
    assert_eq!(get(&hub, &one).token(SCIM).send().status, 404);
}

#[test]
fn the_server_says_what_it_can() {
    let hub = hub();
    let config = read(&hub, &format!("{MANAGED}/ServiceProviderConfig"));
    assert_eq!(
        (&config["patch"]["supported"], &config["bulk"]["supported"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(config["filter"]["maxResults"], 1000);
    let kinds = read(&hub, &format!("{MANAGED}/ResourceTypes"));
    assert_eq!((&kinds[0]["id"], &kinds[1]["endpoint"]), (&json!("User"), &json!("/Groups")));
    for schema in read(&hub, &format!("{MANAGED}/Schemas")).as_array().unwrap() {
        let one = read(&hub, &format!("{MANAGED}/Schemas/{}", schema["id"].as_str().unwrap()));
        assert_eq!(one, *schema);
    }
    let missing = format!("{MANAGED}/Schemas/urn:none");
    assert_eq!(get(&hub, &missing).token(SCIM).send().status, 404);
}
