//! One sync of an organization at a time: a fenced lease.
//!
//! The fence grows with every taker and is checked inside the transaction that publishes, so a
//! holder that slept through its lease cannot write, whatever it believes.

use crate::conn::{Conn, Param};
use crate::{Error, Micros, Result, RunState, Store};

/// Who holds a lease: an opaque text that the holder's own machine can judge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder(pub String);

/// The right to sync one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The organization.
    pub org_id: i64,
    /// The run that was begun with it.
    pub run: i64,
    /// Number of the last published run when this one began.
    pub base_run: i64,
    /// When the run counts as happening: never before the run it follows.
    pub at: Micros,
    pub(crate) fence: i64,
}

/// The answer to asking for a lease.
#[derive(Debug)]
pub enum Taken {
    /// It is ours.
    Ours {
        /// The lease with its run.
        lease: Lease,
        /// A run that its process did not finish; it is recorded as failed now.
        interrupted: Option<i64>,
    },
    /// Somebody else syncs this organization now.
    Busy {
        /// When that lease ends unless it is renewed.
        expires: Micros,
        /// The run in progress.
        run: i64,
    },
}

impl Store {
    /// Takes the lease of an organization and begins a run.
    ///
    /// A lease can be taken when it was given back, when it expired, or when `is_dead` says that
    /// its holder no longer lives.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn begin_run(
        &mut self,
        org_id: i64,
        holder: &Holder,
        trigger: &str,
        now: Micros,
        ttl: Micros,
        is_dead: impl Fn(&Holder) -> bool,
    ) -> Result<Taken> {
        self.conn.transaction(|conn| {
            conn.execute(
                "INSERT INTO sync_lease (org_id, fence, heartbeat, expires) VALUES ($1, 0, 0, 0)
                 ON CONFLICT (org_id) DO NOTHING",
                &[org_id.into()],
            )?;
            let read = "SELECT holder, fence, expires FROM sync_lease WHERE org_id = $1";
            let (current, fence, expires) = conn
                .first(read, &[org_id.into()], |row| {
                    Ok((row.opt_text(0)?.map(Holder), row.int(1)?, row.int(2)?))
                })?
                .unwrap_or_default();
            let free = expires <= now || current.as_ref().is_none_or(&is_dead);
            let taken = free
                && conn.execute(
                    "UPDATE sync_lease SET holder = $1, fence = fence + 1, heartbeat = $2,
                     expires = $3 WHERE org_id = $4 AND fence = $5",
                    &[
                        (&holder.0).into(),
                        now.into(),
                        (now + ttl).into(),
                        org_id.into(),
                        fence.into(),
                    ],
                )? == 1;
            if !taken {
                let last = "SELECT last_run FROM org WHERE id = $1";
                let run = conn.first(last, &[org_id.into()], |row| row.int(0))?.unwrap_or(0);
                return Ok(Taken::Busy { expires, run });
            }
            begin(conn, org_id, fence + 1, trigger, now)
        })
    }

    /// Renews a lease.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`] when somebody else took it.
    pub fn renew(&mut self, lease: &Lease, now: Micros, ttl: Micros) -> Result<()> {
        let touched = self.conn.execute(
            "UPDATE sync_lease SET heartbeat = $1, expires = $2
             WHERE org_id = $3 AND fence = $4 AND holder IS NOT NULL",
            &[now.into(), (now + ttl).into(), lease.org_id.into(), lease.fence.into()],
        )?;
        if touched == 1 { Ok(()) } else { Err(Error::LeaseLost) }
    }
}

fn begin(conn: &mut Conn, org_id: i64, fence: i64, trigger: &str, now: Micros) -> Result<Taken> {
    let running = "SELECT run_no FROM sync_run WHERE org_id = $1 AND state = 'running'
                   ORDER BY run_no DESC";
    let interrupted = conn.first(running, &[org_id.into()], |row| row.int(0))?;
    conn.execute(
        "UPDATE sync_run SET state = 'failed', finished = $1, error_kind = 'interrupted',
         error_message = 'the process that ran it ended before it was finished'
         WHERE org_id = $2 AND state = 'running'",
        &[now.into(), org_id.into()],
    )?;
    let latest = "SELECT o.published_run, o.last_run,
                  (SELECT max(r.at) FROM sync_run r WHERE r.org_id = o.id) FROM org o WHERE o.id = $1";
    let (base_run, last_run, last_at) = conn
        .first(latest, &[org_id.into()], |row| Ok((row.int(0)?, row.int(1)?, row.opt_int(2)?)))?
        .ok_or_else(|| Error::Unreadable { what: "organization", value: org_id.to_string() })?;
    let run = last_run + 1;
    let at = last_at.map_or(now, |last| now.max(last + 1));
    conn.execute(
        "INSERT INTO sync_run (org_id, run_no, fence, trigger_kind, state, base_run, at, started)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            org_id.into(),
            run.into(),
            fence.into(),
            trigger.into(),
            RunState::Running.name().into(),
            base_run.into(),
            at.into(),
            now.into(),
        ],
    )?;
    conn.execute("UPDATE org SET last_run = $1 WHERE id = $2", &[Param::Int(run), org_id.into()])?;
    Ok(Taken::Ours { lease: Lease { org_id, run, base_run, at, fence }, interrupted })
}

/// Fails unless the lease is still held; inside a transaction it stays held until that ends.
pub(crate) fn hold(conn: &mut Conn, lease: &Lease) -> Result<()> {
    let touched = conn.execute(
        "UPDATE sync_lease SET heartbeat = heartbeat
         WHERE org_id = $1 AND fence = $2 AND holder IS NOT NULL",
        &[lease.org_id.into(), lease.fence.into()],
    )?;
    if touched == 1 { Ok(()) } else { Err(Error::LeaseLost) }
}

pub(crate) fn release(conn: &mut Conn, lease: &Lease) -> Result<()> {
    conn.execute(
        "UPDATE sync_lease SET holder = NULL WHERE org_id = $1 AND fence = $2",
        &[lease.org_id.into(), lease.fence.into()],
    )?;
    Ok(())
}
