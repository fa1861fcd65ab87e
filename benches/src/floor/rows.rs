//! The rows that a first sync writes for one member, as plain values.

use serde::Serialize;
use serde_json::json;

use super::fetch::Member;

/// When everything happens.
pub(crate) const AT: i64 = 1_767_571_200_000_000;

/// The texts that are not in the list itself.
pub(crate) struct Derived {
    pub(crate) key: String,
    pub(crate) joined: String,
    pub(crate) hash: i64,
    pub(crate) chain: [u8; 32],
}

#[derive(Serialize)]
struct Joined<'a> {
    email: &'a Option<String>,
    external: Option<bool>,
    fullname: &'a str,
    groups: Vec<serde_json::Value>,
    is_pro: bool,
    role: &'a Option<String>,
    two_factor: Option<bool>,
    username: &'a str,
}

/// What has to be made for the rows of a member; the chain is any 32 bytes.
pub(crate) fn derive(member: &Member) -> Derived {
    let joined = Joined {
        email: &member.verified_email,
        external: member.is_external_collaborator,
        fullname: &member.fullname,
        groups: member
            .resource_groups
            .iter()
            .map(|g| json!({"id": g.id, "name": g.name, "role": g.role}))
            .collect(),
        is_pro: member.is_pro,
        role: &member.role,
        two_factor: member.two_fa_enabled,
        username: &member.user,
    };
    let hash = quick_hash(member);
    let mut chain = [0; 32];
    for (place, byte) in chain.iter_mut().zip(hash.to_le_bytes().iter().cycle()) {
        *place = *byte;
    }
    Derived {
        key: member.user.to_lowercase(),
        joined: serde_json::to_string(&joined).unwrap_or_default(),
        hash,
        chain,
    }
}

/// A hash of everything that is compared.
pub(crate) fn quick_hash(member: &Member) -> i64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    member.user.hash(&mut hasher);
    member.fullname.hash(&mut hasher);
    member.is_pro.hash(&mut hasher);
    member.role.hash(&mut hasher);
    member.two_fa_enabled.hash(&mut hasher);
    member.verified_email.hash(&mut hasher);
    member.is_external_collaborator.hash(&mut hasher);
    for group in &member.resource_groups {
        group.id.hash(&mut hasher);
        group.role.hash(&mut hasher);
    }
    hasher.finish() as i64
}
