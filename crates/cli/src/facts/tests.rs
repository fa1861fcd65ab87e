#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use hubfolk_api::account::{OrganizationMember, PublicUser};
use hubfolk_api::discussions::{Discussion, DiscussionDetails, PullRequestStorage};
use hubfolk_api::likes::Like;
use hubfolk_api::notifications::Notification;
use hubfolk_api::organizations::Organization;
use hubfolk_api::users::User;
use hubfolk_api::whoami::Whoami;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::{
    DISCUSSION, DISCUSSION_DETAILS, Kind, LIKE, MEMBER, NOTIFICATION, ORGANIZATION, PUBLIC_USER,
    PULL_REQUEST_STORAGE, USER, WHOAMI,
};

fn wire_keys<T: JsonSchema>() -> BTreeSet<String> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>().to_value();
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

fn ours(kind: &Kind) -> BTreeSet<String> {
    kind.keys.iter().map(|key| key.wire.to_owned()).collect()
}

#[test]
fn every_field_the_library_knows_has_a_name_here() {
    assert_eq!(ours(&USER), wire_keys::<User>());
    assert_eq!(ours(&PUBLIC_USER), wire_keys::<PublicUser>());
    assert_eq!(ours(&ORGANIZATION), wire_keys::<Organization>());
    assert_eq!(ours(&MEMBER), wire_keys::<OrganizationMember>());
    assert_eq!(ours(&LIKE), wire_keys::<Like>());
    assert_eq!(ours(&WHOAMI), wire_keys::<Whoami>());
    assert_eq!(ours(&DISCUSSION), wire_keys::<Discussion>());
    assert_eq!(ours(&DISCUSSION_DETAILS), wire_keys::<DiscussionDetails>());
    assert_eq!(ours(&PULL_REQUEST_STORAGE), wire_keys::<PullRequestStorage>());
    assert_eq!(ours(&NOTIFICATION), wire_keys::<Notification>());
}

#[test]
fn columns_are_fields() {
    for kind in [&USER, &PUBLIC_USER, &ORGANIZATION, &MEMBER, &LIKE, &WHOAMI] {
        let shape = kind.shape();
        assert!(shape.columns.iter().all(|column| shape.fields.contains(column)), "{kind:?}");
    }
}

#[test]
fn facts_keep_null_absence_and_what_nobody_knows_apart() {
    let answer = json!({
        "_id": "1", "user": "ada", "verifiedEmail": null, "twoFaEnabled": true, "newKey": [1],
        "resourceGroups": [{"id": "2", "name": "research", "numUsers": 4, "role": "write", "other": 1}],
    });
    let facts = serde_json::to_value(MEMBER.facts(&answer).unwrap()).unwrap();
    assert_eq!(facts["username"], "ada");
    assert_eq!(facts["verified_email"], Value::Null);
    assert_eq!(facts["role"], Value::Null);
    let unknown = facts["unknown"].as_array().unwrap();
    assert!(unknown.contains(&json!("role")) && !unknown.contains(&json!("verified_email")));
    assert_eq!(facts["extra"], json!({"newKey": [1]}));
    assert_eq!(
        facts["resource_groups"],
        json!([{"id": "2", "name": "research", "num_users": 4, "role": "write", "other": 1}])
    );
}
