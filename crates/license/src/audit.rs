//! Who did it: the organization's audit log as the cause of changes.
//!
//! What `data` of an entry looks like is recorded nowhere, so a member is taken from any of a few
//! keys, as text or as an object; an entry that names nobody explains nothing.

use std::collections::HashMap;

use hubfolk_api::audit_log::AuditEntry;
use hubfolk_store::{Cause, CauseSource, EventKind, Micros};
use jiff::Timestamp;
use serde_json::Value;

/// Audit entries by the people they are about.
#[derive(Debug, Default)]
pub struct Causes(HashMap<String, Vec<Entry>>);

#[derive(Debug, Clone)]
struct Entry {
    kind: String,
    at: Micros,
    cause: Cause,
}

/// Keys of `data` under which a member may stand.
const SUBJECT_KEYS: [&str; 5] = ["user", "username", "userId", "member", "target"];
/// Keys of an object that stands for a person.
const PERSON_KEYS: [&str; 5] = ["_id", "id", "user", "name", "username"];

impl Causes {
    /// The entries newer than `since`, which is when the ledger last looked.
    #[must_use]
    pub fn new(entries: &[AuditEntry], since: Micros) -> Self {
        let mut causes = Self::default();
        for entry in entries {
            let Some(at) = entry.created_at.as_deref().and_then(|at| at.parse::<Timestamp>().ok())
            else {
                continue;
            };
            let at = at.as_microsecond();
            if at <= since {
                continue;
            }
            let Some(kind) = entry.event.clone() else { continue };
            let actor = entry.author.as_ref().and_then(|author| author.username.clone());
            let mut people = subjects(entry.data.as_ref());
            if people.is_empty() && is_by_oneself(&kind) {
                people.extend(entry.author.as_ref().and_then(|author| author.id.clone()));
                people.extend(actor.clone());
            }
            let cause =
                Cause { source: CauseSource::AuditLog, actor, audit_id: Some(entry.id.clone()) };
            for person in people {
                let entry = Entry { kind: kind.clone(), at, cause: cause.clone() };
                causes.0.entry(person.to_lowercase()).or_default().push(entry);
            }
        }
        causes
    }

    /// Why a change of this kind happened to this person, as far as the log tells.
    #[must_use]
    pub fn of(&self, kind: EventKind, user_id: &str, username: &str) -> Cause {
        self.latest(user_id, username, |entry| explains(entry, kind))
            .map_or(Cause::OBSERVED, |entry| entry.cause.clone())
    }

    /// Whether the log's last word on this person is that they left or were removed.
    #[must_use]
    pub fn names_leaving(&self, user_id: &str, username: &str) -> bool {
        self.latest(user_id, username, |entry| {
            explains(entry, EventKind::Left) || explains(entry, EventKind::Joined)
        })
        .is_some_and(|entry| explains(&entry.kind, EventKind::Left))
    }

    fn latest(
        &self,
        user_id: &str,
        username: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Option<&Entry> {
        [user_id.to_lowercase(), username.to_lowercase()]
            .iter()
            .filter_map(|key| self.0.get(key))
            .flatten()
            .filter(|entry| wanted(&entry.kind))
            .max_by(|a, b| (a.at, &a.cause.audit_id).cmp(&(b.at, &b.cause.audit_id)))
    }
}

fn is_by_oneself(kind: &str) -> bool {
    kind == "org.leave"
        || kind == "org.sso_join"
        || kind == "org.invite.accept"
        || kind.starts_with("org.join.")
}

fn explains(entry: &str, kind: EventKind) -> bool {
    match kind {
        EventKind::Left | EventKind::Missing => matches!(entry, "org.remove_user" | "org.leave"),
        EventKind::Joined | EventKind::Returned => {
            matches!(entry, "org.add_user" | "org.invite.accept" | "org.sso_join")
                || entry.starts_with("org.join.")
        }
        EventKind::RoleChanged | EventKind::RoleUnknown => entry == "org.change_role",
        EventKind::GroupAdded => entry == "resource_group.add_users",
        EventKind::GroupRemoved => {
            matches!(entry, "resource_group.remove_users" | "resource_group.delete")
        }
        EventKind::GroupRoleChanged => entry == "resource_group.change_role",
        _ => false,
    }
}

fn subjects(data: Option<&Value>) -> Vec<String> {
    let Some(Value::Object(data)) = data else { return Vec::new() };
    SUBJECT_KEYS.iter().filter_map(|key| data.get(*key)).flat_map(people).collect()
}

fn people(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(people).collect(),
        Value::Object(person) => PERSON_KEYS
            .iter()
            .filter_map(|key| person.get(*key)?.as_str())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
