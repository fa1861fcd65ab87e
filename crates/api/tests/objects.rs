//! Objects keep what they do not know and tell absent, null and a value apart.
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk_api::{
    account::{OrganizationMember, PublicUser, Role},
    organizations::Organization,
    repos::{Gated, RepoInfo},
    resource_groups::ResourceGroup,
    users::User,
    whoami::{TokenRole, Whoami},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn keeps<T: Serialize + DeserializeOwned>(value: &Value) -> T {
    let object: T = serde_json::from_str(&value.to_string()).unwrap();
    assert_eq!(&serde_json::to_value(&object).unwrap(), value);
    object
}

#[test]
fn an_administrators_view_of_a_member_is_read_in_full() {
    let member: OrganizationMember = keeps(&json!({
        "avatarUrl": "/avatars/0f.svg", "fullname": "Ada L.", "isPro": false, "user": "ada",
        "type": "user", "_id": "6319b36409baf858241f0f89", "role": "write",
        "resourceGroups": [{"name": "research", "id": "507f1f77bcf86cd799439011", "numUsers": 4,
            "role": "write", "new": 1}],
        "twoFaEnabled": true, "verifiedEmail": "ada@acme.com", "isExternalCollaborator": false,
        "new\n": {"a": [null]},
    }));
    assert_eq!(member.username, "ada");
    assert_eq!(member.role, Some(Role::Write));
    assert_eq!(member.two_fa_enabled, Some(true));
    assert_eq!(member.verified_email, Some(Some("ada@acme.com".to_owned())));
    assert_eq!(member.resource_groups.unwrap()[0].num_users, Some(4));
    assert_eq!(member.extra["new\n"], json!({"a": [null]}));
}

#[test]
fn absent_is_not_false_and_not_null_and_not_empty() {
    let outsider: OrganizationMember = keeps(&json!({"_id": "1", "user": "ada"}));
    assert_eq!(outsider.two_fa_enabled, None);
    assert_eq!(outsider.verified_email, None);
    assert_eq!(outsider.is_external_collaborator, None);
    assert_eq!(outsider.resource_groups, None);
    let admin: OrganizationMember =
        keeps(&json!({"_id": "1", "user": "ada", "verifiedEmail": null, "resourceGroups": []}));
    assert_eq!(admin.verified_email, Some(None));
    assert_eq!(admin.resource_groups, Some(vec![]));
}

#[test]
fn null_in_a_yes_or_no_field_is_unknown() {
    let text = r#"{"_id":"1","user":"ada","twoFaEnabled":null,"role":null}"#;
    let member: OrganizationMember = serde_json::from_str(text).unwrap();
    assert_eq!((member.two_fa_enabled, member.role), (None, None));
}

#[test]
fn a_wrong_type_is_an_error_and_never_false() {
    for field in [r#""twoFaEnabled":"yes""#, r#""isExternalCollaborator":0"#, r#""role":7"#] {
        let text = format!(r#"{{"_id":"1","user":"ada",{field}}}"#);
        serde_json::from_str::<OrganizationMember>(&text).unwrap_err();
    }
}

#[test]
fn identity_is_required() {
    let error = serde_json::from_str::<OrganizationMember>(r#"{"user":"ada"}"#).unwrap_err();
    assert!(error.to_string().contains("_id"), "{error}");
    let error = serde_json::from_str::<PublicUser>(r#"{"_id":"1"}"#).unwrap_err();
    assert!(error.to_string().contains("user"), "{error}");
    let liker: PublicUser = serde_json::from_str(r#"{"user":"ada"}"#).unwrap();
    assert_eq!(liker.id, None);
}

#[test]
fn an_unknown_role_is_kept_verbatim() {
    let member: OrganizationMember =
        keeps(&json!({"_id": "1", "user": "ada", "role": "Super Admin"}));
    assert_eq!(member.role, Some(Role::Other("Super Admin".to_owned())));
    assert_eq!(member.role.unwrap().to_string(), "Super Admin");
}

#[test]
fn an_organization_counts_its_members_as_num_users() {
    let acme: Organization = keeps(&json!({
        "name": "acme", "fullname": "Acme Corp", "avatarUrl": "https://example/o.png",
        "type": "org", "details": "description", "isVerified": true, "isFollowing": false,
        "numUsers": 42, "numModels": 7, "numSpaces": 2, "numDatasets": 3, "numFollowers": 100,
        "numPapers": 5, "plan": "enterprise", "theme": "blue",
    }));
    assert_eq!((acme.num_users, acme.num_followers), (Some(42), Some(100)));
    assert_eq!((acme.is_following, acme.is_pro), (Some(false), None));
    assert_eq!(acme.extra["theme"], "blue");
}

#[test]
fn a_user_without_anything_but_identity_is_read() {
    let user: User = keeps(&json!({"_id": "1", "user": "ada"}));
    assert_eq!(user, User::new("1", "ada"));
}

#[test]
fn a_fine_grained_token_shows_its_scopes() {
    let whoami: Whoami = keeps(&json!({
        "type": "user", "id": "1", "name": "ada", "email": null,
        "orgs": [{"type": "org", "id": "2", "name": "Acme", "email": null, "periodEnd": 1793491200,
            "plan": "enterprise", "roleInOrg": "admin", "securityRestrictions": [],
            "resourceGroups": [{"id": "3", "name": "research", "role": "write"}]}],
        "auth": {"type": "access_token", "expiresAt": null, "accessToken": {"displayName": "ci",
            "role": "fineGrained", "createdAt": "2026-10-06T13:15:23.159Z",
            "fineGrained": {"scoped": [{"entity": {"_id": "2", "type": "org", "name": "acme"},
                "permissions": ["org.read"]}], "global": [], "canReadGatedRepos": true}}},
    }));
    assert_eq!(whoami.organization("acme").unwrap().role_in_org, Some(Role::Admin));
    assert_eq!(whoami.email, Some(None));
    let token = whoami.auth.unwrap().access_token.unwrap();
    assert_eq!(token.role, Some(TokenRole::FineGrained));
    assert_eq!(token.fine_grained.unwrap().scoped[0].permissions, ["org.read"]);
}

#[test]
fn gated_is_false_or_a_word() {
    let gated = |value: Value| keeps::<RepoInfo>(&json!({"id": "a/b", "gated": value})).gated;
    assert_eq!(gated(json!(false)), Some(Gated::No));
    assert_eq!(gated(json!("manual")), Some(Gated::Manual));
    assert_eq!(gated(json!("new")), Some(Gated::Other("new".to_owned())));
    serde_json::from_str::<RepoInfo>(r#"{"id":"a/b","gated":true}"#).unwrap_err();
}

#[test]
fn a_resource_group_keeps_resources_of_any_kind() {
    keeps::<ResourceGroup>(&json!({
        "id": "3", "name": "research", "autoJoin": {"enabled": true, "role": "read", "scope": "all"},
        "users": [{"type": "user", "_id": "1", "fullname": "Ada", "name": "ada", "avatarUrl": "/a",
            "role": "write", "addedBy": {"name": "bob"}}],
        "resources": [{"type": "job", "id": "4"}], "repos": [], "spendLimits": {"total": 100},
    }));
}
