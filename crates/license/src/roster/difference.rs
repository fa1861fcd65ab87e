//! Who differs between two points of an organization's history.

use std::sync::{Arc, PoisonError};

use hubfolk_store::{Status, Store};

use super::Roster;
use crate::roles::Licenses;
use crate::views::Member;

/// How someone differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Was no member and is one.
    Joined,
    /// Was a member and is none.
    Left,
    /// Is another than before.
    Changed,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Joined, Self::Left, Self::Changed];

    /// The kind as people type it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Changed => "changed",
        }
    }
}

/// One person who differs: places in the earlier and the later roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differing {
    /// How.
    pub kind: Kind,
    before: Option<u32>,
    after: Option<u32>,
}

/// Everyone who differs, by kind and username.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Who.
    pub people: Vec<Differing>,
}

impl Difference {
    /// The same as [`between`](Self::between); the last one is kept with the later roster, and
    /// whoever asks while it is made waits for it.
    #[must_use]
    pub fn shared(before: &Arc<Roster>, after: &Roster) -> Arc<Self> {
        let mut held = after.compared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((with, difference)) = &*held
            && std::ptr::eq(with.as_ptr(), Arc::as_ptr(before))
        {
            return Arc::clone(difference);
        }
        let difference = Arc::new(Self::between(before, after));
        *held = Some((Arc::downgrade(before), Arc::clone(&difference)));
        difference
    }

    /// Compares two rosters of one organization.
    #[must_use]
    pub fn between(before: &Roster, after: &Roster) -> Self {
        let mut people = Vec::new();
        let (old, new) = (before.by_person(), after.by_person());
        let (mut i, mut j) = (0, 0);
        let present = |roster: &Roster, index: u32| roster.status(index) != Status::Left;
        while i < old.len() || j < new.len() {
            let a = old.get(i).map(|index| before.people[*index as usize]);
            let b = new.get(j).map(|index| after.people[*index as usize]);
            let first = match (a, b) {
                (Some(a), Some(b)) => a.min(b),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => break,
            };
            let was = a.filter(|a| *a == first).map(|_| old[i]);
            let is = b.filter(|b| *b == first).map(|_| new[j]);
            i += usize::from(was.is_some());
            j += usize::from(is.is_some());
            let was = was.filter(|index| present(before, *index));
            let is = is.filter(|index| present(after, *index));
            let kind = match (was, is) {
                (None, None) => continue,
                (None, Some(_)) => Kind::Joined,
                (Some(_), None) => Kind::Left,
                (Some(was), Some(is)) => {
                    if before.digests[was as usize] == after.digests[is as usize] {
                        continue;
                    }
                    Kind::Changed
                }
            };
            people.push(Differing { kind, before: was, after: is });
        }
        // Rosters are in order of the usernames.
        people.sort_by_key(|one| (one.kind as u8, one.after.is_none(), one.after, one.before));
        Self { people }
    }

    /// Those who differ in one way.
    #[must_use]
    pub fn of(&self, kind: Kind) -> &[Differing] {
        let from = self.people.partition_point(|one| (one.kind as u8) < kind as u8);
        let to = self.people.partition_point(|one| one.kind as u8 <= kind as u8);
        &self.people[from..to]
    }
}

/// Someone who differs, before and after.
pub type Pair = (Option<Member>, Option<Member>);

impl Roster {
    /// Reads people who differ between `before` and this one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn pairs(
        &self,
        store: &mut Store,
        before: &Self,
        licenses: &Licenses,
        people: &[Differing],
    ) -> Result<Vec<Pair>, hubfolk_store::Error> {
        let old: Vec<u32> = people.iter().filter_map(|one| one.before).collect();
        let new: Vec<u32> = people.iter().filter_map(|one| one.after).collect();
        let mut old = before.members(store, licenses, &old, &before.run)?.into_iter();
        let mut new = self.members(store, licenses, &new, &self.run)?.into_iter();
        let next = |there: Option<u32>, from: &mut dyn Iterator<Item = Member>| {
            there.and_then(|_| from.next())
        };
        Ok(people
            .iter()
            .map(|one| (next(one.before, &mut old), next(one.after, &mut new)))
            .collect())
    }
}
