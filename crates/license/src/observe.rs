//! What one entry of a member list says, in the ledger's terms.

use hubfolk_api::account::{MemberGroup, OrganizationMember};
use hubfolk_store::{Field, Fields, GroupRole, Staged};
use sha2::{Digest, Sha256};

/// Turns an entry of a member list into what the ledger compares and keeps.
#[must_use]
pub fn observe(member: OrganizationMember) -> Staged {
    let mut seen = Fields::NONE;
    let mut note = |field, shown: bool| {
        if shown {
            seen.insert(field);
        }
    };
    note(Field::Role, member.role.is_some());
    note(Field::TwoFactor, member.two_fa_enabled.is_some());
    note(Field::Email, member.verified_email.is_some());
    note(Field::External, member.is_external_collaborator.is_some());
    note(Field::Groups, member.resource_groups.is_some());
    note(Field::Pro, member.is_pro.is_some());
    note(Field::Fullname, member.fullname.is_some());
    let mut staged = Staged {
        user_id: clean(member.id),
        membership_id: None,
        gone: false,
        username: clean(member.username),
        fullname: member.fullname.map(clean),
        avatar_url: member.avatar_url.map(clean),
        email: member.verified_email.flatten().map(clean),
        role: member.role.map(|role| clean(role.as_str().to_owned())),
        is_pro: member.is_pro,
        two_factor: member.two_fa_enabled,
        external: member.is_external_collaborator,
        groups: groups(member.resource_groups.unwrap_or_default()),
        seen,
        hash: 0,
    };
    staged.hash = hash(&staged);
    staged
}

/// Groups by id; of a group named twice the last entry counts.
fn groups(listed: Vec<MemberGroup>) -> Vec<GroupRole> {
    let mut groups: Vec<GroupRole> = Vec::with_capacity(listed.len());
    for group in listed {
        let group = GroupRole {
            id: clean(group.id),
            name: clean(group.name.unwrap_or_default()),
            role: group.role.map_or_else(String::new, |role| clean(role.as_str().to_owned())),
        };
        groups.retain(|other| other.id != group.id);
        groups.push(group);
    }
    groups.sort();
    groups
}

/// PostgreSQL cannot hold a NUL, and no name needs one.
fn clean(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// Tells two entries of one person apart. Avatar and group names are left out: neither is part of
/// what the ledger keeps a history of.
fn hash(entry: &Staged) -> i64 {
    let mut hasher = Sha256::new();
    let flag = |value: Option<bool>| value.map_or(2, u8::from);
    hasher.update([
        entry.seen.bits() as u8,
        flag(entry.is_pro),
        flag(entry.two_factor),
        flag(entry.external),
    ]);
    let mut text = |value: &str| {
        hasher.update((value.len() as u32).to_le_bytes());
        hasher.update(value);
    };
    text(&entry.username);
    text(entry.fullname.as_deref().unwrap_or_default());
    text(entry.role.as_deref().unwrap_or_default());
    // No address is ever a single NUL, so none verified and an empty one differ.
    text(entry.email.as_deref().unwrap_or("\0"));
    for group in &entry.groups {
        text(&group.id);
        text(&group.role);
    }
    let bytes: [u8; 32] = hasher.finalize().into();
    let (head, _) = bytes.split_first_chunk().expect("32 bytes start with 8");
    i64::from_le_bytes(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(change: impl FnOnce(&mut OrganizationMember)) -> Staged {
        let mut member = OrganizationMember::new("6319b36409baf858241f0f89", "ada");
        member.fullname = Some("Ada L.".to_owned());
        change(&mut member);
        observe(member)
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let absent = member(|_| {});
        let null = member(|m| m.verified_email = Some(None));
        let value = member(|m| m.verified_email = Some(Some(String::new())));
        assert!(!absent.seen.has(Field::Email) && null.seen.has(Field::Email));
        assert_eq!(null.email, None);
        assert!(absent.hash != null.hash && null.hash != value.hash);
    }

    #[test]
    fn no_groups_differ_from_unknown_groups() {
        let (unknown, none) = (member(|_| {}), member(|m| m.resource_groups = Some(Vec::new())));
        assert!(!unknown.seen.has(Field::Groups) && none.seen.has(Field::Groups));
        assert!(unknown.hash != none.hash);
    }

    #[test]
    fn a_nul_becomes_a_replacement_character() {
        assert_eq!(
            member(|m| m.fullname = Some("a\0b".to_owned())).fullname.as_deref(),
            Some("a\u{fffd}b")
        );
    }
}
