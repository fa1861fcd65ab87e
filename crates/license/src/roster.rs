//! An index of an organization's members that is kept in memory: who fits a filter, in which order,
//! and how many they are, without reading them from the database.
//!
//! 100,000 members take about 50 bytes each and their texts: username, full name and e-mail. Each fact has a
//! list of its own, so a question reads what it asks about and nothing else; a search looks through
//! one text of all names.

mod build;
mod difference;
mod order;
mod shelf;

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use hubfolk_store::{Field, Fields, Listed, Micros, Run, Status, Store};
use memchr::memmem;

use crate::mail::{Mail, Mails};
use crate::roles::Licenses;
use crate::select::{Candidate, Chosen, Truth};
use crate::views::Member;

pub use difference::{Difference, Differing, Kind, Pair};
pub use order::SortBy;
pub use shelf::Shelf;

/// A person's id as 12 bytes, as the Hub's ids are; a hash of any other id.
type Person = [u8; 12];

/// The members of an organization as of a published run.
#[derive(Debug)]
pub struct Roster {
    org_id: i64,
    run: Run,
    facts: Vec<Facts>,
    membership_ids: Vec<i64>,
    people: Vec<Person>,
    /// Everything that is known of each, in one number.
    digests: Vec<u64>,
    times: Times,
    /// Of each in order: username, full name and e-mail, lower-cased, each ended by a NUL.
    text: String,
    /// Where the texts of each begin.
    texts: Vec<u32>,
    roles: Vec<RoleName>,
    groups: Vec<GroupName>,
    links: Vec<Link>,
    /// Where the links of each begin.
    first_links: Vec<u32>,
    orders: [OnceLock<Box<[u32]>>; SortBy::ALL.len()],
    by_person: OnceLock<Box<[u32]>>,
    /// How it differs from the one that it was compared with last.
    compared: Mutex<Option<(Weak<Roster>, Arc<Difference>)>>,
    /// Where the addresses are, by the allowed domains that were asked about last.
    mails: Mutex<Option<(Vec<String>, Mails)>>,
}

/// When each was first seen and last changed: members share few times, those of runs.
#[derive(Debug, Default)]
struct Times {
    all: Vec<Micros>,
    first_seen: Vec<u32>,
    changed: Vec<u32>,
}

/// The role, and in a few bits the truth of three facts, whether groups are known, and the status.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    role: u16,
    bits: u16,
}

/// A role that somebody has; the first stands for none.
#[derive(Debug)]
struct RoleName {
    name: Option<String>,
    folded: String,
    license: Option<String>,
    rank: u8,
}

/// A resource group that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupName {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many members are in it.
    pub members: u32,
    folded: String,
}

/// A member's role in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    group: u16,
    role: u16,
}

impl Facts {
    fn new(role: u16, status: Status, sure: Fields, values: [(Field, Option<bool>); 3]) -> Self {
        let mut bits = match status {
            Status::Active => 0,
            Status::Missing => 1,
            Status::Left => 2,
        };
        for (place, (field, value)) in values.into_iter().enumerate() {
            let truth = match value.filter(|_| sure.has(field)) {
                Some(true) => 1,
                Some(false) => 2,
                None => 0,
            };
            bits |= truth << (2 + 2 * place);
        }
        bits |= u16::from(sure.has(Field::Groups)) << 8;
        bits |= u16::from(sure.has(Field::Email)) << 9;
        Self { role, bits }
    }

    fn status(self) -> Status {
        match self.bits & 3 {
            1 => Status::Missing,
            2 => Status::Left,
            _ => Status::Active,
        }
    }

    fn truth(self, field: Field) -> Truth {
        let place = match field {
            Field::TwoFactor => 0,
            Field::External => 1,
            Field::Pro => 2,
            _ => return Truth::Unknown,
        };
        match self.bits >> (2 + 2 * place) & 3 {
            1 => Truth::Yes,
            2 => Truth::No,
            _ => Truth::Unknown,
        }
    }

    fn knows_groups(self) -> bool {
        self.bits >> 8 & 1 == 1
    }

    fn knows_email(self) -> bool {
        self.bits >> 9 & 1 == 1
    }
}

/// Which members fit, and where a page of them is.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The entries of the page, in order.
    pub page: Vec<u32>,
    /// How many fit in all.
    pub total: usize,
    /// Where the next page begins.
    pub next: Option<usize>,
    /// How many fit before this page.
    pub before: usize,
    /// Where the page before this one begins.
    pub previous: Option<usize>,
}

/// A part of the members that fit.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// What they are in order of.
    pub sort: SortBy,
    /// From the last to the first.
    pub descending: bool,
    /// Place in that order to begin at, among all members.
    pub from: usize,
    /// At most so many.
    pub limit: usize,
}

/// An entry with what it takes to judge it.
struct Judged<'a> {
    roster: &'a Roster,
    index: usize,
    hits: Option<&'a Hits>,
}

impl Candidate for Judged<'_> {
    fn role_is(&self, folded: &str) -> Option<bool> {
        let role = &self.roster.roles[usize::from(self.facts().role)];
        role.name.as_ref().map(|_| role.folded == folded)
    }

    fn license_is(&self, folded: &str) -> Option<bool> {
        let role = &self.roster.roles[usize::from(self.facts().role)];
        role.license.as_ref().map(|license| license == folded)
    }

    fn truth(&self, field: Field) -> Truth {
        self.facts().truth(field)
    }

    fn knows_groups(&self) -> bool {
        self.facts().knows_groups()
    }

    fn in_group(&self, id: &str, folded: &str) -> bool {
        self.roster.links_of(self.index).iter().any(|link| {
            let group = &self.roster.groups[usize::from(link.group)];
            group.id == id || group.folded == folded
        })
    }

    fn mentions(&self, _folded: &str) -> bool {
        self.hits.is_none_or(|hits| hits.has(self.index))
    }

    fn status(&self) -> Status {
        self.facts().status()
    }

    fn mail(&self, domains: &[String]) -> Mail {
        let [_, _, email] = self.roster.texts(self.index);
        Mail::of(Some(email), self.facts().knows_email(), domains)
    }
}

impl Judged<'_> {
    fn facts(&self) -> Facts {
        self.roster.facts[self.index]
    }
}

/// The entries that mention a text.
struct Hits(Vec<u64>);

impl Hits {
    fn has(&self, index: usize) -> bool {
        self.0[index / 64] >> (index % 64) & 1 == 1
    }
}

impl Roster {
    /// The published run that this is as of.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// How many people are in it, those who left among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The bytes it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        let orders = self.orders.iter().chain([&self.by_person]);
        let orders = orders.filter(|order| order.get().is_some()).count();
        let each = size_of::<Facts>()
            + size_of::<i64>()
            + size_of::<Person>()
            + size_of::<u64>()
            + size_of::<u32>() * (4 + orders);
        self.len() * each + self.text.len() + self.links.len() * size_of::<Link>()
    }

    /// The roles that somebody has.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().filter_map(|role| role.name.as_deref())
    }

    /// The resource groups that somebody is in or that are known by name, by name.
    #[must_use]
    pub fn groups(&self) -> &[GroupName] {
        &self.groups
    }

    /// A group by its id or its name.
    #[must_use]
    pub fn group(&self, asked: &str) -> Option<&GroupName> {
        let folded = crate::select::fold(asked);
        self.groups
            .iter()
            .find(|group| group.id == asked)
            .or_else(|| self.groups.iter().find(|group| group.folded == folded))
    }

    /// The members that fit, a page of them in order.
    pub fn find(&self, chosen: &mut Chosen, part: Part) -> Found {
        self.find_where(chosen, part, |_| true)
    }

    /// The same, of those that `also` says yes to.
    pub fn find_where(&self, chosen: &mut Chosen, part: Part, also: impl Fn(u32) -> bool) -> Found {
        let mut found = Found { page: Vec::new(), total: 0, next: None, before: 0, previous: None };
        // The places of the page before, as they pass by.
        let mut passed = std::collections::VecDeque::with_capacity(part.limit.min(1024));
        self.each(chosen, part.sort, part.descending, |place, index| {
            if !also(index) {
                return;
            }
            found.total += 1;
            if place < part.from {
                found.before += 1;
                if passed.len() == part.limit {
                    passed.pop_front();
                }
                passed.push_back(place);
            } else if found.page.len() < part.limit {
                found.page.push(index);
            } else if found.next.is_none() {
                found.next = Some(place);
            }
        });
        found.previous = passed.front().copied();
        found
    }

    /// Hands the place and index of every member that fits to `each`, in order.
    pub fn each(
        &self,
        chosen: &mut Chosen,
        sort: SortBy,
        descending: bool,
        mut each: impl FnMut(usize, u32),
    ) {
        let hits = chosen.search().map(|text| self.search(text));
        let hits = hits.as_ref();
        let order = self.order(sort);
        for place in 0..self.len() {
            let at = if descending { self.len() - 1 - place } else { place };
            let index = order.map_or(at, |order| order[at] as usize);
            if chosen.takes(&Judged { roster: self, index, hits }) {
                each(place, u32::try_from(index).expect("fewer members than people on Earth"));
            }
        }
    }

    /// Where the verified addresses of the members are who are listed. The last answer is kept.
    #[must_use]
    pub fn mails(&self, domains: &[String]) -> Mails {
        let mut held = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((by, mails)) = &*held
            && by == domains
        {
            return *mails;
        }
        let mut mails = Mails::default();
        for (index, facts) in self.facts.iter().enumerate() {
            if facts.status() == Status::Active {
                mails.add(Judged { roster: self, index, hits: None }.mail(domains));
            }
        }
        *held = Some((domains.to_vec(), mails));
        mails
    }

    fn search(&self, text: &str) -> Hits {
        let mut hits = vec![0_u64; self.len().div_ceil(64)];
        // Fields end with NUL, which build.rs let none of them hold.
        let text = text.replace('\0', " ");
        let (all, finder) = (self.text.as_bytes(), memmem::Finder::new(text.as_bytes()));
        let mut from = 0;
        while let Some(found) = finder.find(&all[from..]).map(|found| found + from) {
            let index = self.texts.partition_point(|from| *from as usize <= found) - 1;
            hits[index / 64] |= 1 << (index % 64);
            match self.texts.get(index + 1) {
                Some(next) => from = *next as usize,
                None => break,
            }
        }
        Hits(hits)
    }

    fn links_of(&self, index: usize) -> &[Link] {
        let from = self.first_links[index] as usize;
        let to = self.first_links.get(index + 1).map_or(self.links.len(), |next| *next as usize);
        &self.links[from..to]
    }

    /// The groups of an entry: place in [`groups`](Self::groups) and role.
    pub fn groups_of(&self, index: u32) -> impl Iterator<Item = (usize, &str)> {
        self.links_of(index as usize).iter().map(|link| {
            let role = &self.roles[usize::from(link.role)];
            (usize::from(link.group), role.name.as_deref().unwrap_or_default())
        })
    }

    /// Whether an entry's groups are known.
    #[must_use]
    pub fn knows_groups(&self, index: u32) -> bool {
        self.facts[index as usize].knows_groups()
    }

    /// Listed, missing or gone.
    #[must_use]
    pub fn status(&self, index: u32) -> Status {
        self.facts[index as usize].status()
    }

    fn texts(&self, index: usize) -> [&str; 3] {
        let from = self.texts[index] as usize;
        let to = self.texts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        let mut parts = self.text[from..to].split('\0');
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }

    /// Reads members from the ledger, in the order asked for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn members(
        &self,
        store: &mut Store,
        licenses: &Licenses,
        indices: &[u32],
        run: &Run,
    ) -> Result<Vec<Member>, hubfolk_store::Error> {
        let listed = self.listed(store, indices)?;
        Ok(listed.into_iter().map(|listed| Member::new(listed, run, licenses)).collect())
    }

    /// The same as the store has them.
    fn listed(
        &self,
        store: &mut Store,
        indices: &[u32],
    ) -> Result<Vec<Listed>, hubfolk_store::Error> {
        let rows: Vec<i64> =
            indices.iter().map(|index| self.membership_ids[*index as usize]).collect();
        store.listed(self.org_id, hubfolk_store::AsOf::At(self.run.at), &rows)
    }
}
