//! Takes in the pages of one member list: compares, stages what differs, and keeps count.

use std::collections::{BTreeMap, HashMap};

use hubfolk::RawPage;
use hubfolk_api::account::OrganizationMember;
use hubfolk_store::{Known, Lease, Staged, Status, Store};
use roaring::RoaringTreemap;

use crate::coverage::PageCoverage;
use crate::known::KnownMembers;
use crate::observe::observe;
use crate::{Error, Failure, FailureKind};

/// What the pages so far amounted to.
#[derive(Debug)]
pub(crate) struct Intake {
    lease: Lease,
    /// Whom the ledger holds, to compare with.
    known: KnownMembers,
    caller_id: Option<String>,
    /// Rows of open memberships that were listed.
    seen: RoaringTreemap,
    /// Rows of open memberships of which an entry is staged.
    staged: RoaringTreemap,
    /// Entries of people without an open membership, duplicates included.
    arrivals: i64,
    duplicates: i64,
    pub(crate) pages: i64,
    pub(crate) coverage: PageCoverage,
    pub(crate) group_names: BTreeMap<String, String>,
    pub(crate) caller: Option<Caller>,
    first_page: Option<Vec<(String, i64)>>,
}

/// The caller as the list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) role: Option<String>,
}

/// The list as a whole.
#[derive(Debug)]
pub(crate) struct Total {
    /// People listed.
    pub(crate) members: i64,
    /// Entries that came again.
    pub(crate) duplicates: i64,
    /// Whether any entry differs from the ledger.
    pub(crate) differs: bool,
}

impl Intake {
    /// An intake that knows whom the ledger holds; blocks on the database.
    pub(crate) fn new(
        store: &mut Store,
        lease: Lease,
        caller_id: Option<String>,
        expected: i64,
    ) -> Result<Self, Error> {
        Ok(Self {
            lease,
            known: KnownMembers::load(store, lease.org_id, expected)?,
            caller_id,
            seen: RoaringTreemap::new(),
            staged: RoaringTreemap::new(),
            arrivals: 0,
            duplicates: 0,
            pages: 0,
            coverage: PageCoverage::default(),
            group_names: BTreeMap::new(),
            caller: None,
            first_page: None,
        })
    }

    pub(crate) fn caller_id(&self) -> Option<String> {
        self.caller_id.clone()
    }

    /// Entries so far, for progress.
    pub(crate) fn members(&self) -> i64 {
        self.seen.len() as i64 + self.arrivals
    }

    /// Whether the row's member was listed.
    pub(crate) fn has_seen(&self, membership_id: i64) -> bool {
        self.seen.contains(membership_id as u64)
    }

    /// How many open memberships were listed.
    pub(crate) fn seen_count(&self) -> i64 {
        self.seen.len() as i64
    }

    /// Takes in one page; blocks on the database.
    pub(crate) fn take(&mut self, store: &mut Store, page: &RawPage) -> Result<(), Error> {
        let entries = decode(page)?;
        self.pages += 1;
        self.coverage.page(entries.iter().map(|entry| entry.seen));
        if self.first_page.is_none() {
            self.first_page = Some(fingerprint(&entries));
        }
        for entry in &entries {
            if self.caller_id.as_deref() == Some(&entry.user_id) {
                self.caller = Some(Caller { role: entry.role.clone() });
            }
            for group in &entry.groups {
                if self.group_names.get(&group.id) != Some(&group.name) {
                    self.group_names.insert(group.id.clone(), group.name.clone());
                }
            }
        }
        let entries = self.once_each(entries);
        let ids: Vec<&str> = entries.iter().map(|entry| entry.user_id.as_str()).collect();
        let known = self.known.of(store, self.lease.org_id, &ids)?;
        let staged = self.differing(entries, known);
        store.stage(&self.lease, &staged)?;
        Ok(())
    }

    /// The entries that the ledger does not already say, to the letter.
    fn differing(&mut self, entries: Vec<Staged>, known: Vec<Option<Known>>) -> Vec<Staged> {
        let mut staged = Vec::new();
        for (mut entry, known) in entries.into_iter().zip(known) {
            let Some(known) = known else {
                self.arrivals += 1;
                staged.push(entry);
                continue;
            };
            let row = known.membership_id as u64;
            let again = !self.seen.insert(row);
            if again {
                self.duplicates += 1;
            }
            // Of someone listed twice the last entry counts, even when it is the unchanged one.
            if again || known.hash != entry.hash || known.status != Status::Active {
                entry.membership_id = Some(known.membership_id);
                self.staged.insert(row);
                staged.push(entry);
            }
        }
        staged
    }

    /// Of someone listed twice on a page the last entry counts.
    fn once_each(&mut self, entries: Vec<Staged>) -> Vec<Staged> {
        let mut last: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            last.insert(&entry.user_id, index);
        }
        if last.len() == entries.len() {
            return entries;
        }
        self.duplicates += (entries.len() - last.len()) as i64;
        let mut keep = vec![false; entries.len()];
        last.values().for_each(|index| keep[*index] = true);
        let mut keep = keep.into_iter();
        entries.into_iter().filter(|_| keep.next().unwrap_or(false)).collect()
    }

    /// What the list amounts to, now that it is whole.
    pub(crate) fn total(&self, store: &mut Store) -> Result<Total, Error> {
        let staged = store.staged_count(&self.lease)?;
        let arrived = staged - self.staged.len() as i64;
        Ok(Total {
            members: self.seen.len() as i64 + arrived,
            duplicates: self.duplicates + self.arrivals - arrived,
            differs: staged > 0,
        })
    }

    /// Whether the first page, read once more, is still what it was.
    pub(crate) fn stands_still(&self, page: Option<&RawPage>) -> Result<bool, Error> {
        let now = page.map(decode).transpose()?.map(|entries| fingerprint(&entries));
        Ok(now.unwrap_or_default() == *self.first_page.as_deref().unwrap_or_default())
    }
}

fn fingerprint(entries: &[Staged]) -> Vec<(String, i64)> {
    entries.iter().map(|entry| (entry.user_id.clone(), entry.hash)).collect()
}

/// A list with an entry that cannot be read is not the whole list.
fn decode(page: &RawPage) -> Result<Vec<Staged>, Error> {
    let failed = |message: String| {
        Error::Failed(Box::new(Failure {
            kind: FailureKind::Decode,
            page: Some(page.number as i64),
            status: None,
            message,
        }))
    };
    let decoded = page.decode::<OrganizationMember>().map_err(|e| failed(crate::chain(&e)))?;
    if let Some(odd) = decoded.odd.first() {
        return Err(failed(format!("a member on the page cannot be read: {odd}")));
    }
    Ok(decoded.items.into_iter().map(observe).collect())
}
