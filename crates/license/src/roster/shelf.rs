//! The rosters that are in use, each read once and dropped when others need the room.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use hubfolk_store::{AsOf, Micros, Org, Run, Store};

use super::Roster;
use crate::roles::Licenses;

/// Room for rosters that nobody is asking for at the moment.
const ROOM: usize = 48 << 20;

/// Rosters shared by all who ask.
#[derive(Debug, Default, Clone)]
pub struct Shelf(Arc<Mutex<Slots>>);

#[derive(Debug, Default)]
struct Slots {
    slots: Vec<Slot>,
    /// Counts the questions: what was asked for last goes last.
    turn: u64,
}

/// One roster, or the promise of one: whoever comes while it is read waits for it.
#[derive(Debug)]
struct Slot {
    org_id: i64,
    /// The last run up to then that changed anything: later ones show the same members.
    state_run: i64,
    roster: Arc<Mutex<Option<Arc<Roster>>>>,
    turn: u64,
    used: Micros,
    size: usize,
}

impl Slots {
    /// The latest list of each organization of which there is one.
    fn latest(&self) -> HashSet<(i64, i64)> {
        let mut latest = HashMap::new();
        for slot in &self.slots {
            let run: &mut i64 = latest.entry(slot.org_id).or_default();
            *run = slot.state_run.max(*run);
        }
        latest.into_iter().collect()
    }
}

impl Shelf {
    /// The members as of a published run.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn roster(
        &self,
        store: &mut Store,
        org: &Org,
        run: &Run,
        licenses: &Licenses,
        now: Micros,
    ) -> Result<Arc<Roster>, hubfolk_store::Error> {
        let state_run = store.state_run(org.id, run.run)?;
        let place = self.slot(org.id, state_run, now);
        let roster = {
            let mut held = place.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(roster) = &*held {
                return Ok(roster.clone());
            }
            let roster = Arc::new(read(store, org, run, licenses)?);
            *held = Some(roster.clone());
            roster
        };
        self.make_room(org.id, state_run, roster.size());
        Ok(roster)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Slots) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn slot(&self, org_id: i64, state_run: i64, now: Micros) -> Arc<Mutex<Option<Arc<Roster>>>> {
        self.with(|slots| {
            slots.turn += 1;
            let turn = slots.turn;
            let same = |slot: &&mut Slot| slot.org_id == org_id && slot.state_run == state_run;
            if let Some(slot) = slots.slots.iter_mut().find(same) {
                (slot.turn, slot.used) = (turn, now);
                return slot.roster.clone();
            }
            let roster = Arc::default();
            slots.slots.push(Slot {
                org_id,
                state_run,
                roster: Arc::clone(&roster),
                turn,
                used: now,
                size: 0,
            });
            roster
        })
    }

    /// Drops lists until the others fit: those of the past first, asked for longest ago first. The
    /// one that was just made stays.
    fn make_room(&self, org_id: i64, state_run: i64, size: usize) {
        self.with(|slots| {
            let made = |slot: &Slot| slot.org_id == org_id && slot.state_run == state_run;
            for slot in slots.slots.iter_mut().filter(|slot| made(slot)) {
                slot.size = size;
            }
            let latest = slots.latest();
            slots.slots.sort_by_key(|slot| {
                let past = !latest.contains(&(slot.org_id, slot.state_run));
                (!made(slot), past, std::cmp::Reverse(slot.turn))
            });
            let mut room = ROOM;
            slots.slots.retain(|slot| {
                let fits = made(slot) || slot.size <= room;
                if fits {
                    room = room.saturating_sub(slot.size);
                }
                fits
            });
        });
    }

    /// Drops what nobody asked for since a time; what is kept of the past, since another.
    pub fn drop_unused_since(&self, then: Micros, past: Micros) {
        self.with(|slots| {
            let latest = slots.latest();
            slots.slots.retain(|slot| {
                let is_latest = latest.contains(&(slot.org_id, slot.state_run));
                slot.used >= if is_latest { then } else { past }
            });
        });
    }

    /// The bytes that all of it takes, and how many rosters there are.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.with(|slots| (slots.slots.iter().map(|slot| slot.size).sum(), slots.slots.len()))
    }
}

/// Reads the last published run as the ledger stands; if another was published meanwhile, or an
/// earlier one is asked for, as it stood then.
fn read(
    store: &mut Store,
    org: &Org,
    run: &Run,
    licenses: &Licenses,
) -> Result<Roster, hubfolk_store::Error> {
    let is_last = |store: &mut Store| -> Result<bool, hubfolk_store::Error> {
        Ok(store.org(org.id)?.is_some_and(|org| org.published_run == run.run))
    };
    if is_last(store)? {
        let roster = Roster::read(store, org.id, run.clone(), AsOf::Now, licenses)?;
        if is_last(store)? {
            return Ok(roster);
        }
    }
    Roster::read(store, org.id, run.clone(), AsOf::At(run.at), licenses)
}
