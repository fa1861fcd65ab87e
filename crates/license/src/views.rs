//! Members, changes and runs as people read them and scripts parse them: the objects of the
//! command line's contract.

use hubfolk_store::{Event, Field, Fields, Listed, Micros, Org, Run, Staged};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

use crate::roles::Licenses;

/// A time as the contract writes it: RFC 3339, UTC, `Z`.
#[must_use]
pub fn time(at: Micros) -> String {
    Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}

/// A member as of some run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Member {
    /// The person's id.
    pub id: String,
    /// Username.
    pub username: String,
    /// Full name.
    pub fullname: Option<String>,
    /// Verified e-mail address.
    pub email: Option<String>,
    /// Role in the organization.
    pub role: Option<String>,
    /// License type of the role; none for an unknown role.
    pub license: Option<String>,
    /// Pro subscription.
    pub is_pro: Option<bool>,
    /// Two-factor authentication.
    pub two_factor: Option<bool>,
    /// External collaborator.
    pub external: Option<bool>,
    /// Resource groups with the role in each.
    pub groups: Vec<Group>,
    /// `active`, `missing` or `left`.
    pub status: &'static str,
    /// When the first membership began.
    pub first_seen: String,
    /// When anything last changed.
    pub last_change: String,
    /// When they left.
    pub left_at: Option<String>,
    /// Fields that are unknown now; they hold the last known value, or null.
    pub unknown: Vec<&'static str>,
    /// The run this is as of.
    pub as_of_run: i64,
}

/// A member's role in one resource group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Group {
    /// The group's id.
    pub id: String,
    /// The group's name.
    pub name: String,
    /// The role in it.
    pub role: String,
}

impl Member {
    /// The names of its fields, in order.
    pub const FIELDS: &'static [&'static str] = &[
        "id",
        "username",
        "fullname",
        "email",
        "role",
        "license",
        "is_pro",
        "two_factor",
        "external",
        "groups",
        "status",
        "first_seen",
        "last_change",
        "left_at",
        "unknown",
        "as_of_run",
    ];

    /// A member as of `run`, which says what was visible then.
    #[must_use]
    pub fn new(listed: Listed, run: &Run, licenses: &Licenses) -> Self {
        let state = listed.state;
        let visible = run.coverage.or(Fields::ALL.without(Fields::COVERAGE));
        let mut unknown = Fields::ALL.without(state.known.and(state.fresh).and(visible));
        unknown.remove(Field::Fullname);
        Self {
            license: state.role.as_deref().and_then(|role| licenses.of(role)).map(str::to_owned),
            id: state.user_id,
            username: state.username,
            fullname: state.fullname,
            email: state.email,
            role: state.role,
            is_pro: state.is_pro,
            two_factor: state.two_factor,
            external: state.external,
            groups: state
                .groups
                .into_iter()
                .map(|g| Group { id: g.id, name: g.name, role: g.role })
                .collect(),
            status: state.status.name(),
            first_seen: time(state.first_seen),
            last_change: time(listed.left_at.unwrap_or(listed.since)),
            left_at: listed.left_at.map(time),
            unknown: unknown.names(),
            as_of_run: run.run,
        }
    }

    /// Whether a fact is known now, or only what it last was.
    #[must_use]
    pub fn knows(&self, field: Field) -> bool {
        !self.unknown.contains(&field.name())
    }
}

/// A change as the contract writes it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeView {
    /// Place in the organization's history.
    pub seq: i64,
    /// When it counts as having happened.
    pub at: String,
    /// The run that saw it.
    pub run: i64,
    /// What happened.
    pub kind: &'static str,
    /// Whom it is about.
    pub member: Option<PersonView>,
    /// The resource group it is about.
    pub group: Option<GroupView>,
    /// The value before.
    #[serde(serialize_with = "json_text")]
    #[schemars(with = "Option<Value>")]
    pub old: Option<String>,
    /// The value after.
    #[serde(serialize_with = "json_text")]
    #[schemars(with = "Option<Value>")]
    pub new: Option<String>,
    /// Why.
    pub cause: CauseView,
    /// The hash that binds it to the change before.
    pub hash: String,
}

/// A person in a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonView {
    /// The person's id.
    pub id: String,
    /// The username at that time.
    pub username: String,
}

/// A resource group in a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupView {
    /// The group's id.
    pub id: String,
    /// The group's name at that time.
    pub name: String,
}

/// The cause of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CauseView {
    /// `observed` or `audit_log`.
    pub source: &'static str,
    /// Who did it.
    pub actor: Option<String>,
    /// The audit entry's id.
    pub audit_id: Option<String>,
}

impl From<Event> for ChangeView {
    fn from(event: Event) -> Self {
        Self {
            seq: event.seq,
            at: time(event.at),
            run: event.run,
            kind: event.kind.name(),
            member: event
                .user_id
                .map(|id| PersonView { id, username: event.username.clone().unwrap_or_default() }),
            group: event.group.map(|group| GroupView { id: group.id, name: group.name }),
            old: event.old,
            new: event.new,
            cause: CauseView {
                source: event.cause.source.name(),
                actor: event.cause.actor,
                audit_id: event.cause.audit_id,
            },
            hash: event.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// A stored JSON text as the JSON it is.
fn json_text<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        None => serializer.serialize_none(),
        Some(text) => match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => Value::String(text.clone()).serialize(serializer),
        },
    }
}

/// A run as the contract writes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunView {
    /// The organization.
    pub org: String,
    /// Its `_id`, where the Hub showed it.
    pub org_id: Option<String>,
    /// The run's number; none when nothing was begun.
    pub run: Option<i64>,
    /// `running`, `published`, `quarantined`, `rejected`, `abandoned`, `failed` or `busy`.
    pub state: &'static str,
    /// Whether absence from its list means something.
    pub complete: bool,
    /// When it began.
    pub started: Option<String>,
    /// When it ended.
    pub finished: Option<String>,
    /// Pages read.
    pub pages: i64,
    /// Members listed.
    pub members: i64,
    /// People who joined.
    pub joined: i64,
    /// People newly absent.
    pub missing: i64,
    /// People who left.
    pub left: i64,
    /// People who came back.
    pub returned: i64,
    /// Members of whom something changed.
    pub changed: i64,
    /// Members of whom nothing changed.
    pub unchanged: i64,
    /// Entries that appeared again on a later page.
    pub duplicates: i64,
    /// Requests sent.
    pub requests: i64,
    /// Time spent waiting for rate limits.
    pub waited_ms: i64,
    /// This machine's clock minus the Hub's.
    pub clock_skew_ms: Option<i64>,
    /// Optional fields that the token saw.
    pub coverage: Vec<&'static str>,
    /// What else the token could read: `audit_log`, `resource_groups`, `service_accounts`.
    pub sources: Vec<String>,
    /// Digest of the member list after the run.
    pub digest: Option<String>,
    /// Why it failed.
    pub error: Option<ErrorView>,
    /// Who would leave if a quarantined run were approved.
    pub would_leave: Vec<LeaverView>,
    /// An earlier run that this one found unfinished and recorded as failed.
    pub interrupted_run: Option<i64>,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorView {
    /// The kind of failure.
    pub kind: String,
    /// The page, from 1.
    pub page: Option<i64>,
    /// The Hub's status code.
    pub status: Option<i64>,
    /// One line for a person.
    pub message: String,
}

/// Someone whom a quarantined run lacked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeaverView {
    /// The person's id.
    pub id: String,
    /// Username.
    pub username: String,
    /// Role.
    pub role: Option<String>,
}

impl RunView {
    /// A run with the members it would end.
    #[must_use]
    pub fn new(org: &Org, run: &Run, would_leave: Vec<Staged>) -> Self {
        Self {
            org: org.slug.clone(),
            org_id: org.hf_id.clone(),
            run: Some(run.run),
            state: run.state.name(),
            complete: run.complete,
            started: Some(time(run.started)),
            finished: run.finished.map(time),
            pages: run.pages,
            members: run.members,
            joined: run.joined,
            missing: run.missing,
            left: run.left,
            returned: run.returned,
            changed: run.changed,
            unchanged: run.unchanged,
            duplicates: run.duplicates,
            requests: run.requests,
            waited_ms: run.waited_ms,
            clock_skew_ms: run.clock_skew_ms,
            coverage: run.coverage.names(),
            sources: run.sources.split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            digest: run.digest.clone(),
            error: run.error.clone().map(|error| ErrorView {
                kind: error.kind,
                page: error.page,
                status: error.status,
                message: error.message,
            }),
            would_leave: would_leave
                .into_iter()
                .map(|s| LeaverView { id: s.user_id, username: s.username, role: s.role })
                .collect(),
            interrupted_run: None,
        }
    }

    /// A sync that did not begin a run: busy, or the organization is not there.
    #[must_use]
    pub fn not_begun(org: &str, state: &'static str, error: Option<ErrorView>) -> Self {
        Self {
            org: org.to_owned(),
            org_id: None,
            run: None,
            state,
            complete: false,
            started: None,
            finished: None,
            pages: 0,
            members: 0,
            joined: 0,
            missing: 0,
            left: 0,
            returned: 0,
            changed: 0,
            unchanged: 0,
            duplicates: 0,
            requests: 0,
            waited_ms: 0,
            clock_skew_ms: None,
            coverage: Vec::new(),
            sources: Vec::new(),
            digest: None,
            error,
            would_leave: Vec::new(),
            interrupted_run: None,
        }
    }
}
