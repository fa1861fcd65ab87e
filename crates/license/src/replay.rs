//! The current members from the events alone: what makes the history evidence.

use std::collections::BTreeMap;

use hubfolk_store::{Event, EventKind, MemberState};
use serde_json::{Map, Value, json};

use crate::diff::groups_json;

/// What events say about one member: field names and values, without what was never known.
pub type Facts = Map<String, Value>;

/// Members as the events so far leave them, by id.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Replay(BTreeMap<String, Facts>);

impl Replay {
    /// Takes in the next event.
    pub fn apply(&mut self, event: &Event) {
        let Some(user_id) = &event.user_id else { return };
        let new = || event.new.as_deref().and_then(|new| serde_json::from_str(new).ok());
        let member = self.0.entry(user_id.clone()).or_default();
        let mut set = |field: &str| {
            member.insert(field.to_owned(), new().unwrap_or(Value::Null));
        };
        match event.kind {
            EventKind::Joined | EventKind::Returned | EventKind::Learned => {
                if let Some(Value::Object(fields)) = new() {
                    if event.kind != EventKind::Learned {
                        member.clear();
                    }
                    member.extend(fields);
                }
                member.insert("status".to_owned(), json!("active"));
            }
            EventKind::Missing => set("status"),
            EventKind::Left => {
                self.0.remove(user_id);
            }
            EventKind::Renamed => set("username"),
            EventKind::FullnameChanged => set("fullname"),
            EventKind::EmailChanged => set("email"),
            EventKind::RoleChanged => set("role"),
            EventKind::TwoFactorChanged => set("two_factor"),
            EventKind::ExternalChanged => set("external"),
            EventKind::ProChanged => set("is_pro"),
            EventKind::GroupAdded | EventKind::GroupRoleChanged | EventKind::GroupRemoved => {
                change_group(member, event, new());
            }
            EventKind::CoverageChanged | EventKind::NameReused | EventKind::RoleUnknown => {}
        }
    }

    /// The members.
    #[must_use]
    pub fn members(&self) -> &BTreeMap<String, Facts> {
        &self.0
    }
}

fn change_group(member: &mut Facts, event: &Event, role: Option<Value>) {
    let Some(group) = &event.group else { return };
    let groups = member.entry("groups").or_insert_with(|| json!([]));
    let Value::Array(groups) = groups else { return };
    groups.retain(|other| other["id"] != json!(group.id));
    if let Some(role) = role {
        groups.push(json!({"id": group.id, "name": group.name, "role": role}));
    }
}

/// What the ledger's current row says, in the same form. Group names are left out on both sides:
/// groups are renamed without their members changing.
#[must_use]
pub fn facts_of(state: &MemberState) -> Facts {
    let mut facts = Map::new();
    facts.insert("username".to_owned(), json!(state.username));
    facts.insert("status".to_owned(), json!(state.status.name()));
    for field in state.known.iter() {
        use hubfolk_store::Field as F;
        let value = match field {
            F::Role => json!(state.role),
            F::TwoFactor => json!(state.two_factor),
            F::Email => json!(state.email),
            F::External => json!(state.external),
            F::Groups => groups_json(&state.groups),
            F::Pro => json!(state.is_pro),
            F::Fullname => json!(state.fullname),
        };
        facts.insert(field.name().to_owned(), value);
    }
    comparable(facts)
}

/// Facts with groups in order and without their names.
#[must_use]
pub fn comparable(mut facts: Facts) -> Facts {
    if let Some(Value::Array(groups)) = facts.get_mut("groups") {
        for group in groups.iter_mut() {
            if let Value::Object(group) = group {
                group.remove("name");
            }
        }
        groups.sort_by_key(|group| group["id"].to_string());
    }
    facts
}
