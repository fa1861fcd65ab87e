//! One member's history as times during which something stayed the same.

use hubfolk_store::{Field, GroupSpan, Micros, Status, Version};
use schemars::JsonSchema;
use serde::Serialize;

use crate::views::time;

/// A time during which a value stayed the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Spell {
    /// The value; null for known to be none.
    pub value: Option<String>,
    /// Since when.
    pub from: String,
    /// Until when; null while it lasts.
    pub to: Option<String>,
    #[serde(skip)]
    #[schemars(skip)]
    begin: Micros,
    #[serde(skip)]
    #[schemars(skip)]
    end: Option<Micros>,
}

/// The times in one resource group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupSpells {
    /// The group's id.
    pub id: String,
    /// Its latest name.
    pub name: String,
    /// The roles in it, oldest first.
    pub roles: Vec<Spell>,
}

/// Everything that was known of a member over time, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Profile {
    /// Usernames.
    pub usernames: Vec<Spell>,
    /// Full names.
    pub fullnames: Vec<Spell>,
    /// Verified e-mail addresses.
    pub emails: Vec<Spell>,
    /// Roles.
    pub roles: Vec<Spell>,
    /// Listed or missing; the time between two memberships is in neither.
    pub memberships: Vec<Spell>,
    /// Resource groups, by name.
    pub groups: Vec<GroupSpells>,
    /// Whether the history is longer than what is shown.
    pub cut: bool,
}

impl Spell {
    fn new(value: Option<String>, begin: Micros, end: Option<Micros>) -> Self {
        Self { value, from: time(begin), to: end.map(time), begin, end }
    }

    /// When it began, in microseconds.
    #[must_use]
    pub fn begin(&self) -> Micros {
        self.begin
    }

    /// When it ended, in microseconds; none while it lasts.
    #[must_use]
    pub fn end(&self) -> Option<Micros> {
        self.end
    }

    fn lengthen(&mut self, end: Option<Micros>) {
        self.end = end;
        self.to = end.map(time);
    }
}

/// Appends a spell, or lengthens the last one if nothing changed.
fn push(spells: &mut Vec<Spell>, value: Option<&str>, from: Micros, to: Option<Micros>) {
    match spells.last_mut() {
        Some(last) if last.end == Some(from) && last.value.as_deref() == value => last.lengthen(to),
        _ => spells.push(Spell::new(value.map(str::to_owned), from, to)),
    }
}

impl Profile {
    /// The history in these versions and times in groups, both newest first; `limit` is how many of
    /// each were asked for.
    #[must_use]
    pub fn new(versions: &[Version], spans: &[GroupSpan], limit: usize) -> Self {
        let mut profile =
            Self { cut: versions.len() >= limit || spans.len() >= limit, ..Self::default() };
        for version in versions.iter().rev() {
            let (from, to) = (version.from, version.to);
            let add = |spells: &mut Vec<Spell>, field: Option<Field>, value: Option<&str>| {
                // What was never seen is nobody's value.
                if field.is_none_or(|field| version.known.has(field)) {
                    push(spells, value, from, to);
                }
            };
            add(&mut profile.usernames, None, Some(&version.username));
            add(&mut profile.fullnames, Some(Field::Fullname), version.fullname.as_deref());
            add(&mut profile.emails, Some(Field::Email), version.email.as_deref());
            add(&mut profile.roles, Some(Field::Role), version.role.as_deref());
            let status = if version.status == Status::Missing { "missing" } else { "listed" };
            add(&mut profile.memberships, None, Some(status));
        }
        for span in spans.iter().rev() {
            let place = profile.groups.iter().position(|group| group.id == span.group.id);
            let place = place.unwrap_or_else(|| {
                profile.groups.push(GroupSpells {
                    id: span.group.id.clone(),
                    name: span.group.name.clone(),
                    roles: Vec::new(),
                });
                profile.groups.len() - 1
            });
            push(&mut profile.groups[place].roles, Some(&span.role), span.from, span.to);
        }
        profile.groups.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        profile
    }
}
