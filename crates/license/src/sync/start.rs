//! The beginning of a run: one visit to the ledger for all that it needs from there.

use hubfolk_store::{Lease, Micros, Org, OrgKey, OrgMatch, Run, Store, Taken};

use crate::Error;
use crate::holder::{Life, is_dead};
use crate::intake::Intake;

/// What a run starts from.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) lease: Lease,
    pub(super) run: Run,
    /// The last published run.
    pub(super) base: Option<Run>,
    /// Members listed as of that run.
    pub(super) active: i64,
    /// Members missing as of that run.
    pub(super) missing: i64,
    /// An earlier run whose process did not finish it.
    pub(super) interrupted: Option<i64>,
    pub(super) intake: Intake,
    /// Until this is dropped nobody of this machine takes the lease over.
    pub(super) life: Life,
}

impl Start {
    /// Finds the organization, takes its lease and begins a run; nothing when it is busy.
    pub(super) fn begin(
        store: &mut Store,
        key: &OrgKey,
        caller_id: Option<String>,
        trigger: &str,
        now: Micros,
        ttl: Micros,
    ) -> Result<(Org, OrgMatch, Option<Self>), Error> {
        let (org, found) = store.open_org(key, now)?;
        let life = Life::begin();
        let taken = store.begin_run(org.id, &life.holder(), trigger, now, ttl, is_dead)?;
        let Taken::Ours { lease, interrupted } = taken else { return Ok((org, found, None)) };
        let run = store.run(org.id, lease.run)?.ok_or(hubfolk_store::Error::LeaseLost)?;
        let base = store.run(org.id, lease.base_run)?;
        let (active, missing) = store.member_counts(org.id)?;
        let intake = Intake::new(store, lease, caller_id, active + missing)?;
        let start = Self { lease, run, base, active, missing, interrupted, intake, life };
        Ok((org, found, Some(start)))
    }
}
