//! The orders that members may be listed in, each worked out when it is first asked for.

use std::cmp::Ordering;

use hubfolk_store::Field;

use super::{Roster, Times};
use crate::select::Truth;

/// What members are listed in order of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortBy {
    /// Username.
    #[default]
    Username,
    /// Full name; those without one come last.
    Fullname,
    /// E-mail address; those without one come last.
    Email,
    /// Role, the most powerful first.
    Role,
    /// Two-factor authentication: without it first, then unknown.
    TwoFactor,
    /// External collaborators first, then unknown.
    External,
    /// Pro subscribers first, then unknown.
    Pro,
    /// Listed, then missing, then gone.
    Status,
    /// When they were first seen.
    FirstSeen,
    /// When anything last changed.
    LastChange,
}

impl SortBy {
    /// Every order.
    pub const ALL: [Self; 10] = [
        Self::Username,
        Self::Fullname,
        Self::Email,
        Self::Role,
        Self::TwoFactor,
        Self::External,
        Self::Pro,
        Self::Status,
        Self::FirstSeen,
        Self::LastChange,
    ];

    /// The order as people type it: the name of the member's field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Fullname => "fullname",
            Self::Email => "email",
            Self::Role => "role",
            Self::TwoFactor => "two_factor",
            Self::External => "external",
            Self::Pro => "is_pro",
            Self::Status => "status",
            Self::FirstSeen => "first_seen",
            Self::LastChange => "last_change",
        }
    }
}

impl Roster {
    /// Indices in an order; none when it is the order they are kept in.
    pub(super) fn order(&self, sort: SortBy) -> Option<&[u32]> {
        if sort == SortBy::Username {
            return None;
        }
        let order = self.orders[sort as usize].get_or_init(|| {
            let mut order = self.indices();
            // The names decide between equals, and they are kept in order of the names.
            match sort {
                SortBy::Fullname => self.by_text(&mut order, 1),
                SortBy::Email => self.by_text(&mut order, 2),
                _ => order.sort_by(|a, b| self.compare(sort, *a, *b)),
            }
            order.into()
        });
        Some(order)
    }

    fn indices(&self) -> Vec<u32> {
        (0..).take(self.len()).collect()
    }

    fn by_text(&self, order: &mut [u32], field: usize) {
        order.sort_by_cached_key(|index| {
            let text = self.texts(*index as usize)[field];
            (text.is_empty(), beginning(text), text)
        });
    }

    fn compare(&self, sort: SortBy, a: u32, b: u32) -> Ordering {
        let (a, b) = (a as usize, b as usize);
        let (one, other) = (self.facts[a], self.facts[b]);
        let times = &self.times;
        let time =
            |times: &Times, of: &[u32]| times.all[of[a] as usize].cmp(&times.all[of[b] as usize]);
        let truth = |field: Field, first: Truth| {
            let rank = move |truth: Truth| match truth {
                Truth::Unknown => 1,
                truth => u8::from(truth != first) * 2,
            };
            rank(one.truth(field)).cmp(&rank(other.truth(field)))
        };
        match sort {
            SortBy::Role => {
                let rank = |role: u16| self.roles[usize::from(role)].rank;
                rank(other.role).cmp(&rank(one.role)).then_with(|| one.role.cmp(&other.role))
            }
            SortBy::TwoFactor => truth(Field::TwoFactor, Truth::No),
            SortBy::External => truth(Field::External, Truth::Yes),
            SortBy::Pro => truth(Field::Pro, Truth::Yes),
            SortBy::Status => (one.status() as u8).cmp(&(other.status() as u8)),
            SortBy::FirstSeen => time(times, &times.first_seen),
            SortBy::LastChange => time(times, &times.changed),
            SortBy::Username | SortBy::Fullname | SortBy::Email => Ordering::Equal,
        }
    }

    /// Indices in order of the people's ids.
    pub(super) fn by_person(&self) -> &[u32] {
        self.by_person.get_or_init(|| {
            let mut order = self.indices();
            order.sort_unstable_by_key(|index| self.people[*index as usize]);
            order.into()
        })
    }
}

/// The first bytes of a text as a number that orders as they do: most texts differ in them.
fn beginning(text: &str) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(first.len());
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(first)
}
