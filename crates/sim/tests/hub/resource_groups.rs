//! Resource groups: making, changing, deleting, and who is in them.

use hubfolk_sim::{NewMember, Running};
use rstest::rstest;
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::members::{RESEARCH, log, member};
use crate::scene::{ADMIN, MEMBER, NARROW, OUTSIDER, READER, hub};

const GROUPS: &str = "/api/organizations/acme/resource-groups";

fn send(hub: &Running, method: &'static str, tail: &str, body: &Value) -> Reply {
    let mut request = call(hub, method, &format!("{GROUPS}{tail}")).token(ADMIN);
    if !body.is_null() {
        request = request.json(body);
    }
    request.send()
}

fn group(hub: &Running, id: &str) -> Value {
    get(hub, &format!("{GROUPS}/{id}")).token(ADMIN).send().json()
}

#[test]
fn a_group_is_made_with_users_repos_and_auto_join() {
    let hub = hub();
    let body = json!({
        "name": "release", "description": "Before it is public",
        "users": [{ "user": "bob", "role": "write" }],
        "repos": [{ "type": "model", "name": "acme/secret" }],
        "autoJoin": { "enabled": true, "role": "read", "scope": "read_plus" },
    });
    let made = send(&hub, "POST", "", &body);
    assert_eq!(made.status, 200, "{:?}", String::from_utf8_lossy(&made.body));
    let made = made.json();
    assert_eq!(made["autoJoin"], body["autoJoin"]);
    assert_eq!(made["users"][0]["name"], "bob");
    assert_eq!(
        made["resources"],
        json!([{ "type": "model", "name": "acme/secret", "private": true }])
    );
    assert_eq!(group(&hub, made["id"].as_str().unwrap()), made);
    let groups = member(&hub, "bob")["resourceGroups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 2);
    let kinds: Vec<Value> = log(&hub).iter().take(2).map(|entry| entry["type"].clone()).collect();
    assert_eq!(kinds, ["resource_group.add_users", "resource_group.create"]);
}

#[test]
fn a_repo_in_a_group_is_closed_to_members_outside_of_it_until_the_group_is_gone() {
    let hub = hub();
    let readable =
        |token: &str| get(&hub, "/api/models/acme/secret").token(token).send().status == 200;
    assert!(readable(MEMBER));
    let body = json!({ "name": "closed", "repos": [{ "type": "model", "name": "acme/secret" }] });
    let id = send(&hub, "POST", "", &body).json()["id"].as_str().unwrap().to_owned();
    assert!(!readable(MEMBER) && readable(ADMIN));
    let users = json!({ "users": [{ "user": "bob", "role": "read" }] });
    assert_eq!(send(&hub, "POST", &format!("/{id}/users"), &users).status, 200);
    assert!(readable(MEMBER));
    assert_eq!(send(&hub, "DELETE", &format!("/{id}/users/bob"), &Value::Null).status, 200);
    assert!(!readable(MEMBER));
    let gone = send(&hub, "DELETE", &format!("/{id}"), &Value::Null);
    assert_eq!(gone.json(), json!({ "success": true }));
    assert!(readable(MEMBER));
    assert_eq!(get(&hub, &format!("{GROUPS}/{id}")).token(ADMIN).send().status, 404);
    assert_eq!(log(&hub)[0]["type"], "resource_group.delete");
}

#[test]
fn name_description_and_limits_change_and_null_takes_a_limit_away() {
    let hub = hub();
    let path = format!("/{RESEARCH}");
    let body = json!({ "name": "studies", "spendLimits": { "total": 5000, "jobs": 100 } });
    let changed = send(&hub, "PATCH", &path, &body).json();
    assert_eq!(changed["name"], "studies");
    assert_eq!(changed["spendLimits"], body["spendLimits"]);
    assert_eq!(member(&hub, "bob")["resourceGroups"][0]["name"], "studies");
    let body = json!({ "description": "Papers", "spendLimits": { "jobs": null } });
    let changed = send(&hub, "PATCH", &path, &body).json();
    assert_eq!(changed["spendLimits"], json!({ "total": 5000 }));
    assert_eq!((&changed["name"], &changed["description"]), (&json!("studies"), &json!("Papers")));
    assert_eq!(group(&hub, RESEARCH), changed);
}

#[rstest]
#[case::everybody("all", "no_access", true)]
#[case::readers("read_plus", "read", true)]
#[case::not_without_access("read_plus", "no_access", false)]
fn who_becomes_a_member_joins_by_the_scope(
    #[case] scope: &str,
    #[case] role: &str,
    #[case] joins: bool,
) {
    let hub = hub();
    let body = json!({ "autoJoin": { "enabled": true, "role": "contributor", "scope": scope } });
    let set = send(&hub, "POST", &format!("/{RESEARCH}/settings"), &body);
    assert_eq!((set.status, &set.json()["autoJoin"]), (200, &body["autoJoin"]));
    assert_eq!(member(&hub, "Cleo")["resourceGroups"], json!([]), "members of before stay out");
    hub.world().add_member("acme", "eve", NewMember::with_role(role.to_owned())).unwrap();
    let groups = member(&hub, "eve")["resourceGroups"].clone();
    assert_eq!(groups[0]["role"] == "contributor", joins, "{groups}");
    let off = json!({ "autoJoin": { "enabled": false } });
    let off = send(&hub, "POST", &format!("/{RESEARCH}/settings"), &off).json();
    assert_eq!(off["autoJoin"], json!({ "enabled": false }));
}

#[test]
fn users_are_added_changed_and_removed() {
    let hub = hub();
    let path = format!("/{RESEARCH}/users");
    let two = json!({ "users": [{ "name": "Cleo", "role": "read" }, { "user": "ada", "role": "admin" }] });
    let added = send(&hub, "POST", &path, &two).json();
    assert_eq!(added["users"].as_array().unwrap().len(), 3);
    let changed = send(&hub, "PATCH", &format!("{path}/cleo"), &json!({ "role": "write" }));
    assert_eq!(changed.status, 200);
    assert_eq!(member(&hub, "Cleo")["resourceGroups"][0]["role"], "write");
    let removed = send(&hub, "DELETE", &format!("{path}/Cleo"), &Value::Null).json();
    assert_eq!(removed["users"].as_array().unwrap().len(), 2);
    assert_eq!(member(&hub, "Cleo")["resourceGroups"], json!([]));
    assert_eq!(send(&hub, "DELETE", &format!("{path}/Cleo"), &Value::Null).status, 404);
    let kinds: Vec<Value> = log(&hub).iter().take(4).map(|entry| entry["type"].clone()).collect();
    assert_eq!(
        kinds,
        [
            "resource_group.remove_users",
            "resource_group.change_role",
            "resource_group.add_users",
            "resource_group.add_users"
        ]
    );
}

#[rstest]
#[case::nobody(json!({ "users": [] }), 400)]
#[case::unknown(json!({ "users": [{ "user": "nobody", "role": "read" }] }), 400)]
#[case::twice(json!({ "users": [{ "user": "Cleo", "role": "read" }, { "user": "cleo", "role": "read" }] }), 400)]
#[case::no_such_role(json!({ "users": [{ "user": "Cleo", "role": "boss" }] }), 400)]
#[case::no_member(json!({ "users": [{ "user": "Cleo", "role": "read" }, { "user": "eve", "role": "read" }] }), 403)]
#[case::there_already(json!({ "users": [{ "user": "Cleo", "role": "read" }, { "user": "bob", "role": "write" }] }), 403)]
fn one_wrong_user_adds_nobody(#[case] body: Value, #[case] status: u16) {
    let hub = hub();
    let before = group(&hub, RESEARCH);
    assert_eq!(send(&hub, "POST", &format!("/{RESEARCH}/users"), &body).status, status);
    assert_eq!(group(&hub, RESEARCH), before);
}

#[test]
fn an_admin_of_a_group_changes_who_is_in_it_and_nothing_else() {
    let hub = hub();
    let add = |token: &str| {
        let body = json!({ "users": [{ "user": "Cleo", "role": "read" }] });
        let path = format!("{GROUPS}/{RESEARCH}/users");
        call(&hub, "POST", &path).token(token).json(&body).send().status
    };
    assert_eq!(add(MEMBER), 403, "bob only reads in the group");
    hub.world().set_groups("acme", "bob", &[("research", "admin")]).unwrap();
    assert_eq!(add(MEMBER), 200);
    let path = format!("{GROUPS}/{RESEARCH}");
    assert_eq!(call(&hub, "DELETE", &path).token(MEMBER).send().status, 403);
    let rename = json!({ "name": "mine" });
    assert_eq!(call(&hub, "PATCH", &path).token(MEMBER).json(&rename).send().status, 403);
}

#[rstest]
#[case::anonymous(None, 401)]
#[case::outsider(Some(OUTSIDER), 403)]
#[case::member(Some(MEMBER), 403)]
#[case::read_token(Some(READER), 403)]
#[case::without_the_scope(Some(NARROW), 403)]
#[case::admin(Some(ADMIN), 200)]
fn groups_are_made_by_admins(#[case] token: Option<&str>, #[case] status: u16) {
    let hub = hub();
    let mut request = call(&hub, "POST", GROUPS).json(&json!({ "name": "x" }));
    if let Some(token) = token {
        request = request.token(token);
    }
    assert_eq!(request.send().status, status);
}

#[rstest]
#[case::its_own_member(MEMBER, RESEARCH, 200)]
#[case::another_member(MEMBER, "", 403)]
#[case::outsider(OUTSIDER, RESEARCH, 403)]
#[case::nowhere(ADMIN, "ffffffffffffffffffffffff", 404)]
fn a_group_is_shown_to_those_in_it(#[case] token: &str, #[case] id: &str, #[case] status: u16) {
    let hub = hub();
    let all = get(&hub, GROUPS).token(ADMIN).send().json();
    let id = if id.is_empty() { all[1]["id"].as_str().unwrap() } else { id };
    assert_eq!(get(&hub, &format!("{GROUPS}/{id}")).token(token).send().status, status);
}

#[test]
fn a_group_of_the_identity_provider_is_not_changed_by_hand() {
    let hub = hub();
    hub.world().set_scim_managed("acme", "research", true).unwrap();
    let add = json!({ "users": [{ "user": "Cleo", "role": "read" }] });
    let reply = send(&hub, "POST", &format!("/{RESEARCH}/users"), &add);
    assert_eq!(reply.status, 403);
    assert!(reply.error().contains("SCIM"), "{}", reply.error());
    let user = format!("/{RESEARCH}/users/bob");
    assert_eq!(send(&hub, "PATCH", &user, &json!({ "role": "write" })).status, 403);
    assert_eq!(send(&hub, "DELETE", &user, &Value::Null).status, 403);
    let join = json!({ "autoJoin": { "enabled": true, "role": "read" } });
    assert_eq!(send(&hub, "POST", &format!("/{RESEARCH}/settings"), &join).status, 403);
    let rename = json!({ "name": "still mine to name" });
    assert_eq!(send(&hub, "PATCH", &format!("/{RESEARCH}"), &rename).status, 200);
}

#[rstest]
#[case::no_name(json!({ "name": "" }), 400)]
#[case::long_name(json!({ "name": "n".repeat(201) }), 400)]
#[case::long_description(json!({ "name": "x", "description": "d".repeat(501) }), 400)]
#[case::no_role(json!({ "name": "x", "autoJoin": { "enabled": true } }), 400)]
#[case::no_repo(json!({ "name": "x", "repos": [{ "type": "model", "name": "acme/nothing" }] }), 400)]
#[case::foreign_repo(json!({ "name": "x", "repos": [{ "type": "model", "name": "eve/gated" }] }), 403)]
#[case::grouped_already(json!({ "name": "x", "repos": [{ "type": "model", "name": "acme/grouped" }] }), 400)]
fn what_cannot_be_a_group_is_refused(#[case] body: Value, #[case] status: u16) {
    let hub = hub();
    assert_eq!(send(&hub, "POST", "", &body).status, status);
    assert_eq!(get(&hub, GROUPS).token(ADMIN).send().json().as_array().unwrap().len(), 2);
}

#[test]
fn an_organization_without_a_plan_has_no_groups() {
    let hub = hub();
    hub.world().add_member("quiet", "ada", NewMember::with_role("admin")).unwrap();
    let path = "/api/organizations/quiet/resource-groups";
    assert_eq!(
        call(&hub, "POST", path).token(ADMIN).json(&json!({ "name": "x" })).send().status,
        402
    );
}
