//! Roles of members, and joining and leaving.

use hubfolk_sim::{NewMember, Running, Sim, TokenRole};
use rstest::rstest;
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::scene::{ADMIN, EXPIRED, MEMBER, NARROW, OUTSIDER, READER, SCOPED, hub, world};

pub(crate) const RESEARCH: &str = "507f1f77bcf86cd799439011";

fn set_role(hub: &Running, token: Option<&str>, user: &str, body: &Value) -> Reply {
    let path = format!("/api/organizations/acme/members/{user}/role");
    let mut request = call(hub, "PUT", &path).json(body);
    if let Some(token) = token {
        request = request.token(token);
    }
    request.send()
}

pub(crate) fn member(hub: &Running, name: &str) -> Value {
    let members = get(hub, "/api/organizations/acme/members").token(ADMIN).send().json();
    let found = members.as_array().unwrap().iter().find(|member| member["user"] == name);
    found.cloned().unwrap_or(Value::Null)
}

pub(crate) fn log(hub: &Running) -> Vec<Value> {
    let log = get(hub, "/api/organizations/acme/audit-log/export").token(ADMIN).send().json();
    log.as_array().unwrap().clone()
}

#[test]
fn a_role_sent_without_groups_takes_the_member_out_of_all_of_them() {
    let hub = hub();
    assert_eq!(member(&hub, "bob")["resourceGroups"][0]["name"], "research");
    let reply = set_role(&hub, Some(ADMIN), "bob", &json!({ "role": "read" }));
    assert_eq!((reply.status, reply.json()), (200, json!({ "success": true })));
    let bob = member(&hub, "bob");
    assert_eq!((&bob["role"], &bob["resourceGroups"]), (&json!("read"), &json!([])));
    let groups = get(&hub, "/api/organizations/acme/resource-groups").token(ADMIN).send().json();
    assert_eq!(groups[0]["users"], json!([]));
}

#[test]
fn a_role_with_groups_is_seen_in_every_read() {
    let hub = hub();
    let body =
        json!({ "role": "contributor", "resourceGroups": [{ "id": RESEARCH, "role": "admin" }] });
    assert_eq!(set_role(&hub, Some(ADMIN), "BOB", &body).status, 200);
    let bob = member(&hub, "bob");
    assert_eq!(bob["role"], "contributor");
    assert_eq!(bob["resourceGroups"][0]["role"], "admin");
    let me = get(&hub, "/api/whoami-v2").token(MEMBER).send().json();
    assert_eq!(me["orgs"][0]["roleInOrg"], "contributor");
    assert_eq!(me["orgs"][0]["resourceGroups"][0]["role"], "admin");
    let group = format!("/api/organizations/acme/resource-groups/{RESEARCH}");
    let group = get(&hub, &group).token(ADMIN).send().json();
    assert_eq!(group["users"][0]["role"], "admin");
    // The role in the group decides about the group's repos.
    assert_eq!(
        get(&hub, "/api/models/acme/grouped/auth-check/write").token(MEMBER).send().status,
        200
    );
}

#[test]
fn the_audit_log_says_who_changed_what_with_which_token() {
    let hub = hub();
    let body = json!({ "role": "read", "resourceGroups": [] });
    let path = "/api/organizations/acme/members/bob/role";
    call(&hub, "PUT", path).token(ADMIN).header("User-Agent", "a-test/1").json(&body).send();
    let log = log(&hub);
    let kinds: Vec<_> = log.iter().take(2).map(|entry| entry["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["resource_group.remove_users", "org.change_role"]);
    let change = &log[1];
    assert_eq!(change["author"]["user"], "ada");
    assert_eq!(change["message"], "ada changed the role of bob from write to read");
    assert_eq!(
        (&change["data"]["oldRole"], &change["data"]["newRole"]),
        (&json!("write"), &json!("read"))
    );
    assert_eq!(
        (&change["token"]["role"], &change["token"]["last4"]),
        (&json!("write"), &json!("dmin"))
    );
    assert_eq!((&change["ip"], &change["userAgent"]), (&json!("127.0.0.1"), &json!("a-test/1")));
}

#[rstest]
#[case::anonymous(None, 401)]
#[case::expired(Some(EXPIRED), 401)]
#[case::outsider(Some(OUTSIDER), 403)]
#[case::read_token_of_an_admin(Some(READER), 403)]
#[case::without_the_scope(Some(NARROW), 403)]
#[case::with_the_wrong_scope(Some(SCOPED), 403)]
#[case::write_role(Some(MEMBER), 200)]
#[case::admin(Some(ADMIN), 200)]
fn roles_are_changed_by_admins_and_writers_with_a_token_that_writes(
    #[case] token: Option<&str>,
    #[case] status: u16,
) {
    let hub = hub();
    let reply = set_role(&hub, token, "Cleo", &json!({ "role": "read", "resourceGroups": [] }));
    assert_eq!(reply.status, status);
    let role = if status == 200 { "read" } else { "no_access" };
    assert_eq!(member(&hub, "Cleo")["role"], role);
}

#[test]
fn a_fine_grained_token_needs_the_permission_to_write_the_organization() {
    let file = json!({ "users": [{ "name": "ada" }, { "name": "bob" }],
        "orgs": [{ "name": "acme", "plan": "team",
                   "members": [{ "user": "ada", "role": "admin" }, { "user": "bob" }] }],
        "tokens": [{ "token": ADMIN, "user": "ada", "role": "fineGrained", "fineGrained": { "scoped":
            [{ "entity": { "type": "org", "name": "acme" }, "permissions": ["org.write"] }] } }] });
    let world = hubfolk_sim::World::from_json(&file.to_string()).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    assert_eq!(set_role(&hub, Some(ADMIN), "bob", &json!({ "role": "write" })).status, 200);
}

#[rstest]
#[case::no_such_role("bob", json!({ "role": "owner" }), 400)]
#[case::no_role("bob", json!({ "resourceGroups": [] }), 400)]
#[case::no_id("bob", json!({ "role": "read", "resourceGroups": [{ "id": "research", "role": "read" }] }), 400)]
#[case::no_such_group_role("bob", json!({ "role": "read", "resourceGroups": [{ "id": RESEARCH, "role": "boss" }] }), 400)]
#[case::group_of_another("bob", json!({ "role": "read", "resourceGroups": [{ "id": "ffffffffffffffffffffffff", "role": "read" }] }), 403)]
#[case::unknown_user("nobody", json!({ "role": "read" }), 404)]
#[case::no_member("eve", json!({ "role": "read" }), 404)]
fn a_wrong_change_changes_nothing(#[case] user: &str, #[case] body: Value, #[case] status: u16) {
    let hub = hub();
    let before = (member(&hub, "bob"), log(&hub).len());
    let reply = set_role(&hub, Some(ADMIN), user, &body);
    assert_eq!(reply.status, status, "{}", reply.error());
    assert_eq!((member(&hub, "bob"), log(&hub).len()), before);
}

#[test]
fn an_organization_without_a_plan_changes_no_roles() {
    let hub = hub();
    hub.world().add_member("quiet", "ada", NewMember::with_role("admin")).unwrap();
    let path = "/api/organizations/quiet/members/bob/role";
    let reply = call(&hub, "PUT", path).token(ADMIN).json(&json!({ "role": "write" })).send();
    assert_eq!(reply.status, 402, "{}", reply.error());
    assert_eq!(
        call(&hub, "PUT", "/api/organizations/nobody/members/bob/role")
            .token(ADMIN)
            .json(&json!({ "role": "write" }))
            .send()
            .status,
        404
    );
}

#[test]
fn a_role_change_does_not_move_anybody_in_a_group_of_the_identity_provider() {
    let hub = hub();
    hub.world().set_scim_managed("acme", "research", true).unwrap();
    assert_eq!(set_role(&hub, Some(ADMIN), "bob", &json!({ "role": "read" })).status, 403);
    let keeps = json!({ "role": "read", "resourceGroups": [{ "id": RESEARCH, "role": "read" }] });
    assert_eq!(set_role(&hub, Some(ADMIN), "bob", &keeps).status, 200);
    assert_eq!(member(&hub, "bob")["resourceGroups"][0]["name"], "research");
}

#[test]
fn the_last_admin_may_give_the_role_away() {
    let hub = hub();
    assert_eq!(set_role(&hub, Some(ADMIN), "ada", &json!({ "role": "read" })).status, 200);
    assert_eq!(set_role(&hub, Some(ADMIN), "ada", &json!({ "role": "admin" })).status, 403);
}

#[test]
fn members_are_invited_and_removed_only_where_the_world_offers_it() {
    let hub = hub();
    let invite = || {
        let body = json!({ "role": "read", "username": "eve" });
        call(&hub, "POST", "/api/organizations/acme/members/invite").token(ADMIN).json(&body).send()
    };
    let remove = |name: &str, token: &str| {
        call(&hub, "DELETE", &format!("/api/organizations/acme/members/{name}")).token(token).send()
    };
    assert_eq!(invite().status, 404);
    assert_eq!(remove("bob", ADMIN).status, 404);
    assert_eq!(member(&hub, "bob")["user"], "bob");
    hub.world().serve_experimental(true);
    assert_eq!(invite().status, 200);
    assert_eq!(member(&hub, "eve"), Value::Null, "an invitation is no membership");
    assert_eq!(log(&hub)[0]["type"], "org.invite_user");
    assert_eq!(remove("bob", OUTSIDER).status, 403);
    assert_eq!(remove("bob", ADMIN).status, 200);
    assert_eq!(member(&hub, "bob"), Value::Null);
    assert_eq!(log(&hub)[0]["type"], "org.remove_user");
    let overview = get(&hub, "/api/organizations/acme/overview").send().json();
    assert_eq!(overview["numUsers"], 2);
    assert_eq!(remove("bob", ADMIN).status, 404);
}

#[test]
fn a_world_file_may_offer_what_is_experimental() {
    let file = r#"{"experimental": true, "users": [{"name": "ada"}, {"name": "bob"}],
        "orgs": [{"name": "acme", "members": [{"user": "ada", "role": "admin"}, {"user": "bob"}]}],
        "tokens": [{"token": "hf_test_admin", "user": "ada", "role": "write"}]}"#;
    let world = hubfolk_sim::World::from_json(file).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    let reply = call(&hub, "DELETE", "/api/organizations/acme/members/bob").token(ADMIN).send();
    assert_eq!(reply.status, 200);
}

#[test]
fn a_token_kept_out_of_an_organization_works_outside_of_it() {
    let mut world = world();
    world.add_token("hf_test_bob_two", "bob", TokenRole::Write, None).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    let keep_out = |token: &str, body: &Value| {
        let path = "/api/organizations/acme/settings/tokens/revoke";
        call(&hub, "POST", path).token(token).json(body).send()
    };
    assert_eq!(keep_out(MEMBER, &json!({ "token": MEMBER })).status, 403, "bob is no admin");
    assert_eq!(keep_out(ADMIN, &json!({ "token": "hf_test_nobody" })).status, 404);
    assert_eq!(keep_out(ADMIN, &json!({ "token": OUTSIDER })).status, 404, "eve is no member");
    assert_eq!(get(&hub, "/api/models/acme/secret").token(MEMBER).send().status, 200);
    assert_eq!(keep_out(ADMIN, &json!({ "token": MEMBER })).status, 200);
    assert_eq!(get(&hub, "/api/models/acme/secret").token(MEMBER).send().status, 404);
    let refused = set_role(&hub, Some(MEMBER), "Cleo", &json!({ "role": "read" }));
    assert_eq!(refused.status, 403);
    assert!(refused.error().contains("revoked by the organization administrator"));
    let me = get(&hub, "/api/whoami-v2").token(MEMBER).send().json();
    assert_eq!(me["orgs"][0]["securityRestrictions"], json!(["token-revoked"]));
    let quiet = get(&hub, "/api/organizations/quiet/members").token(MEMBER).send();
    assert_eq!(quiet.status, 200, "another organization has nothing to do with it");
    assert_eq!(get(&hub, "/api/models/acme/secret").token("hf_test_bob_two").send().status, 200);
    // The log shows the id, and by the id the other token can be kept out too.
    set_role(&hub, Some("hf_test_bob_two"), "Cleo", &json!({ "role": "read" }));
    let id = log(&hub)[0]["token"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/organizations/acme/settings/tokens/{id}/revoke");
    assert_eq!(call(&hub, "POST", &path).token(ADMIN).send().status, 200);
    assert_eq!(get(&hub, "/api/models/acme/secret").token("hf_test_bob_two").send().status, 404);
}
