//! What changed about one member between the ledger and a list: pure decisions.

use hubfolk_store::{
    EventKind, Field, Fields, GroupRef, GroupRole, MemberState, Micros, Staged, Status,
};
use serde_json::{Map, Value, json};

use crate::roles::Licenses;

/// One change, before it is numbered and written.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened.
    pub kind: EventKind,
    /// The resource group it is about.
    pub group: Option<GroupRef>,
    /// The value before.
    pub old: Option<Value>,
    /// The value after.
    pub new: Option<Value>,
}

impl Change {
    fn new(kind: EventKind, old: Option<Value>, new: Option<Value>) -> Self {
        Self { kind, group: None, old, new }
    }
}

/// What a list entry means for one member.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What is known from now on.
    pub state: MemberState,
    /// What changed; empty when nothing did.
    pub changes: Vec<Change>,
    /// Nothing changed, but the entry is worth remembering so that the next like it is quick.
    pub touch: bool,
}

/// What a decision about one member depends on besides the entry and the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The fields that the run speaks about.
    pub coverage: Fields,
    /// When the run counts as happening.
    pub at: Micros,
    /// The known roles.
    pub licenses: &'a Licenses,
}

/// Someone who is listed and has no open membership: `former` tells since when they had first been
/// a member if they were one before, `name_owner` whose username it last was.
#[must_use]
pub fn arrival(
    seen: &Staged,
    former: Option<Micros>,
    name_owner: Option<&str>,
    context: Context<'_>,
) -> Outcome {
    let state = MemberState {
        user_id: seen.user_id.clone(),
        username: seen.username.clone(),
        fullname: seen.fullname.clone(),
        email: seen.email.clone(),
        role: seen.role.clone(),
        is_pro: seen.is_pro,
        two_factor: seen.two_factor,
        external: seen.external,
        groups: seen.groups.clone(),
        known: seen.seen,
        fresh: seen.seen,
        status: Status::Active,
        absences: 0,
        first_seen: former.unwrap_or(context.at),
    };
    let kind = if former.is_some() { EventKind::Returned } else { EventKind::Joined };
    let mut changes = vec![Change::new(kind, None, Some(Value::Object(known_fields(seen))))];
    name_reused(seen, name_owner, &mut changes);
    role_unknown(seen, context, &mut changes);
    Outcome { state, changes, touch: false }
}

/// Someone who is listed and has an open membership. Fields that the entry lacks keep their last
/// known value and change nothing.
#[must_use]
pub fn update(
    prior: &MemberState,
    seen: &Staged,
    name_owner: Option<&str>,
    context: Context<'_>,
) -> Outcome {
    let mut state = prior.clone();
    let mut changes = Vec::new();
    if prior.status != Status::Active {
        let was = Some(json!(prior.status.name()));
        changes.push(Change::new(EventKind::Returned, was, Some(json!(Status::Active.name()))));
        state.status = Status::Active;
    }
    state.absences = 0;

    let learned: Map<String, Value> = known_fields(seen)
        .into_iter()
        .filter(|(name, _)| seen.seen.without(prior.known).iter().any(|field| field.name() == name))
        .collect();
    let role_learned = learned.contains_key(Field::Role.name());
    if !learned.is_empty() {
        changes.push(Change::new(EventKind::Learned, None, Some(Value::Object(learned))));
    }
    if prior.username != seen.username {
        let (old, new) = (json!(prior.username), json!(seen.username));
        changes.push(Change::new(EventKind::Renamed, Some(old), Some(new)));
        state.username.clone_from(&seen.username);
        name_reused(seen, name_owner, &mut changes);
    }

    for field in seen.seen.iter() {
        let known = prior.known.has(field);
        let mut change = |kind, old: Value, new: Value| {
            if known && old != new {
                changes.push(Change::new(kind, Some(old), Some(new)));
            }
        };
        match field {
            Field::Fullname => {
                change(EventKind::FullnameChanged, json!(prior.fullname), json!(seen.fullname));
                state.fullname.clone_from(&seen.fullname);
            }
            Field::Email => {
                change(EventKind::EmailChanged, json!(prior.email), json!(seen.email));
                state.email.clone_from(&seen.email);
            }
            Field::Role => {
                change(EventKind::RoleChanged, json!(prior.role), json!(seen.role));
                state.role.clone_from(&seen.role);
                if role_learned || prior.role != seen.role {
                    role_unknown(seen, context, &mut changes);
                }
            }
            Field::TwoFactor => {
                change(
                    EventKind::TwoFactorChanged,
                    json!(prior.two_factor),
                    json!(seen.two_factor),
                );
                state.two_factor = seen.two_factor;
            }
            Field::External => {
                change(EventKind::ExternalChanged, json!(prior.external), json!(seen.external));
                state.external = seen.external;
            }
            Field::Pro => {
                change(EventKind::ProChanged, json!(prior.is_pro), json!(seen.is_pro));
                state.is_pro = seen.is_pro;
            }
            Field::Groups => {
                if known {
                    groups(&prior.groups, &seen.groups, &mut changes);
                }
                state.groups.clone_from(&seen.groups);
            }
        }
    }
    changes.sort_by_key(|change| change.kind);

    state.known = prior.known.or(seen.seen);
    // Full name and Pro are shown to everybody; the rest is spoken about when the run covers it.
    let spoken = context.coverage.or(Fields::ALL.without(Fields::COVERAGE));
    state.fresh = prior.fresh.without(spoken).or(seen.seen);
    let frozen = prior.fresh.without(spoken).without(seen.seen);
    let touch = changes.is_empty() && (state.fresh != prior.fresh || frozen.is_empty());
    Outcome { state, changes, touch }
}

/// A member that a complete list lacked: missing at first, gone when `gone` says so.
#[must_use]
pub fn absence(prior: &MemberState, gone: bool) -> Outcome {
    let mut state = prior.clone();
    state.absences += 1;
    let was = Some(json!(prior.status.name()));
    let changes = if gone {
        state.status = Status::Left;
        vec![Change::new(EventKind::Left, was, Some(json!(Status::Left.name())))]
    } else if prior.status == Status::Active {
        state.status = Status::Missing;
        vec![Change::new(EventKind::Missing, was, Some(json!(Status::Missing.name())))]
    } else {
        Vec::new()
    };
    Outcome { state, changes, touch: false }
}

fn name_reused(seen: &Staged, owner: Option<&str>, changes: &mut Vec<Change>) {
    if let Some(owner) = owner {
        let (old, new) = (json!(owner), json!(seen.user_id));
        changes.push(Change::new(EventKind::NameReused, Some(old), Some(new)));
    }
}

fn role_unknown(seen: &Staged, context: Context<'_>, changes: &mut Vec<Change>) {
    if let Some(role) = &seen.role
        && context.licenses.of(role).is_none()
    {
        changes.push(Change::new(EventKind::RoleUnknown, None, Some(json!(role))));
    }
}

fn groups(before: &[GroupRole], after: &[GroupRole], changes: &mut Vec<Change>) {
    let find = |groups: &[GroupRole], id: &str| groups.iter().find(|g| g.id == id).cloned();
    let mut change = |kind, group: &GroupRole, old: Option<&str>, new: Option<&str>| {
        changes.push(Change {
            kind,
            group: Some(GroupRef { id: group.id.clone(), name: group.name.clone() }),
            old: old.map(|role| json!(role)),
            new: new.map(|role| json!(role)),
        });
    };
    for group in after {
        match find(before, &group.id) {
            None => change(EventKind::GroupAdded, group, None, Some(&group.role)),
            Some(old) if old.role != group.role => {
                change(EventKind::GroupRoleChanged, group, Some(&old.role), Some(&group.role));
            }
            Some(_) => {}
        }
    }
    for group in before.iter().filter(|group| find(after, &group.id).is_none()) {
        change(EventKind::GroupRemoved, group, Some(&group.role), None);
    }
}

/// Everything an entry says, as it stands in `member.joined`.
fn known_fields(seen: &Staged) -> Map<String, Value> {
    let mut known = Map::new();
    known.insert("username".to_owned(), json!(seen.username));
    for field in seen.seen.iter() {
        let value = match field {
            Field::Role => json!(seen.role),
            Field::TwoFactor => json!(seen.two_factor),
            Field::Email => json!(seen.email),
            Field::External => json!(seen.external),
            Field::Groups => groups_json(&seen.groups),
            Field::Pro => json!(seen.is_pro),
            Field::Fullname => json!(seen.fullname),
        };
        known.insert(field.name().to_owned(), value);
    }
    known
}

/// Groups as they stand in members' and events' JSON.
#[must_use]
pub fn groups_json(groups: &[GroupRole]) -> Value {
    groups.iter().map(|g| json!({"id": g.id, "name": g.name, "role": g.role})).collect()
}
