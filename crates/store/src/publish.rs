//! Publishing a run: everything it changes, in one transaction.

mod statements;
mod write;

use std::collections::HashMap;

use crate::bulk::Rows;
use crate::conn::{Conn, Param};
use crate::digest::{self, ListDigest};
use crate::events::Chain;
use crate::lease::{hold, release};
use crate::orgs::by_id;
use crate::runs::{abandon_quarantined, quarantined, save};
use crate::stage::{self, Stage};
use crate::{
    Error, Event, Fields, Holder, Lease, Listed, MemberState, Micros, Org, Result, Run, RunState,
    Staged, Store, members, stats,
};

use statements::{ABSENT, GROUP_NAME, GROUP_NAME_CLOSE, TOUCH};

/// A member's next version.
#[derive(Debug)]
pub struct NewVersion {
    /// The version it replaces, none for someone new or returned.
    pub prior: Option<Listed>,
    /// What is known from now on.
    pub state: MemberState,
    /// The membership ends: there is no next version.
    pub ends: bool,
    /// Hash of the entry it was made from.
    pub hash: i64,
    /// Avatar, possibly relative to the Hub.
    pub avatar_url: Option<String>,
}

/// A service account as the Hub lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccountRow {
    /// Its id.
    pub id: String,
    /// Its username.
    pub username: String,
    /// Its full name.
    pub fullname: Option<String>,
    /// When it was made, as the Hub writes it.
    pub created_at: Option<String>,
}

/// The answer to approving a run.
#[derive(Debug)]
pub enum Approval {
    /// It is in the ledger.
    Published(Box<Run>),
    /// It was approved before.
    Already(Box<Run>),
    /// A sync of the organization is in progress.
    Busy,
}

/// A publish in progress: nothing of it is visible to others before it is whole.
pub struct Publish<'a> {
    conn: &'a mut Conn,
    /// Where the run staged; none for one that was kept in the ledger.
    scratch: Option<&'a mut Conn>,
    org: Org,
    run: i64,
    at: Micros,
    chain: Chain,
    /// The digest, when every member passes by in order: on a first publish.
    digest: Option<ListDigest>,
    /// No account of this Hub was known before: there is nothing to close or to keep.
    first_of_hub: bool,
    wrote: bool,
    /// What is known of some member may have changed without a new version.
    touched: bool,
}

impl Store {
    /// Publishes a run: `work` writes what changed and returns the run's final row.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`] when somebody else took over; whatever `work` fails with. Either way
    /// the ledger is as it was.
    pub fn publish<E: From<Error>>(
        &mut self,
        lease: &Lease,
        work: impl FnOnce(&mut Publish<'_>) -> Result<Run, E>,
    ) -> Result<Run, E> {
        let mut failed = None;
        let scratch = stage::scratch(&mut self.scratch)?;
        let published = self.conn.transaction(|conn| {
            hold(conn, lease)?;
            let org = current_org(conn, lease.org_id)?;
            if org.published_run != lease.base_run {
                return Err(Error::LeaseLost);
            }
            let run = publish(conn, Some(&mut *scratch), org, lease.run, lease.at, |p| {
                work(p).map_err(|e| {
                    failed = Some(e);
                    Error::LeaseLost
                })
            })?;
            release(conn, lease)?;
            Ok(run)
        });
        if published.is_ok() {
            stage::clear(scratch, Stage::Now, lease.org_id, lease.run)?;
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(published?),
        }
    }

    /// A person's yes to a quarantined run: publishes it, unless that was done before.
    ///
    /// # Errors
    ///
    /// [`Error::RunState`] when the run cannot be approved; whatever `work` fails with.
    pub fn approve<E: From<Error>>(
        &mut self,
        org_id: i64,
        run: i64,
        now: Micros,
        is_dead: impl Fn(&Holder) -> bool,
        work: impl FnOnce(&mut Publish<'_>, Run) -> Result<Run, E>,
    ) -> Result<Approval, E> {
        let mut failed = None;
        let approved = self.conn.transaction(|conn| {
            if !interrupt_free(conn, org_id, now, is_dead)? {
                return Ok(Approval::Busy);
            }
            let org = current_org(conn, org_id)?;
            if let Some(found) = crate::runs::by_no(conn, org_id, run)?
                && found.state == RunState::Published
            {
                return Ok(Approval::Already(Box::new(found)));
            }
            let slug = org.slug.clone();
            let mut found = quarantined(conn, org_id, &slug, run)?;
            if found.base_run != org.published_run {
                return Err(Error::RunState {
                    org: slug,
                    run,
                    state: "out of date".to_owned(),
                    why: "another run was published since",
                });
            }
            let latest = "SELECT max(at) FROM sync_run WHERE org_id = $1";
            let latest = conn.first(latest, &[org_id.into()], |row| row.int(0))?.unwrap_or(0);
            found.at = now.max(latest + 1);
            let at = found.at;
            let run = publish(conn, None, org, run, at, |p| {
                work(p, found).map_err(|e| {
                    failed = Some(e);
                    Error::LeaseLost
                })
            })?;
            Ok(Approval::Published(Box::new(run)))
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(approved?),
        }
    }
}

/// Takes and gives back the lease inside the transaction: a sync that sleeps must not publish over
/// what a person decided meanwhile. False when one is awake.
fn interrupt_free(
    conn: &mut Conn,
    org_id: i64,
    now: Micros,
    is_dead: impl Fn(&Holder) -> bool,
) -> Result<bool> {
    let read = "SELECT holder, expires FROM sync_lease WHERE org_id = $1";
    let Some((holder, expires)) =
        conn.first(read, &[org_id.into()], |row| Ok((row.opt_text(0)?.map(Holder), row.int(1)?)))?
    else {
        return Ok(true);
    };
    let free = expires <= now || holder.is_none_or(|holder| is_dead(&holder));
    if free {
        conn.execute(
            "UPDATE sync_lease SET fence = fence + 1, holder = NULL WHERE org_id = $1",
            &[org_id.into()],
        )?;
    }
    Ok(free)
}

fn current_org(conn: &mut Conn, org_id: i64) -> Result<Org> {
    by_id(conn, org_id)?
        .ok_or_else(|| Error::Unreadable { what: "organization", value: org_id.to_string() })
}

fn publish(
    conn: &mut Conn,
    scratch: Option<&mut Conn>,
    org: Org,
    run_no: i64,
    at: Micros,
    work: impl FnOnce(&mut Publish<'_>) -> Result<Run>,
) -> Result<Run> {
    // Accounts are shared by the organizations of a Hub: one publish at a time writes them.
    conn.execute("UPDATE hub SET touched = touched + 1 WHERE id = $1", &[org.hub_id.into()])?;
    let chain = Chain::open(conn, org.id)?;
    let first = org.published_run == 0;
    let org_id = org.id;
    let anybody = "SELECT 1 FROM account WHERE hub_id = $1 LIMIT 1";
    let first_of_hub = conn.first(anybody, &[org.hub_id.into()], |_| Ok(()))?.is_none();
    let mut publish = Publish {
        first_of_hub,
        conn,
        org,
        run: run_no,
        scratch,
        at,
        chain,
        digest: first.then(ListDigest::default),
        wrote: false,
        touched: false,
    };
    let mut run = work(&mut publish)?;
    run.digest = Some(publish.digest()?);
    run.state = RunState::Published;
    let Publish { conn, chain, wrote, touched, org, .. } = publish;
    chain.close(conn)?;
    let before = crate::runs::by_no(conn, org_id, org.published_run)?;
    if wrote || touched || before.is_none_or(|before| before.coverage != run.coverage) {
        stats::recount(conn, org_id, run_no, at, run.coverage)?;
    }
    stage::clear(conn, Stage::Kept, org_id, run_no)?;
    if run.complete {
        abandon_quarantined(conn, org_id, run_no)?;
    }
    save(conn, org_id, &run)?;
    conn.execute(
        "UPDATE org SET published_run = $1 WHERE id = $2",
        &[run_no.into(), Param::Int(org_id)],
    )?;
    Ok(run)
}

impl Publish<'_> {
    /// When the changes count as having happened.
    #[must_use]
    pub fn at(&self) -> Micros {
        self.at
    }

    /// Staged entries in order of the people's ids, after `after`, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn staged(&mut self, gone: bool, after: &str, limit: i64) -> Result<Vec<Staged>> {
        let run = (self.org.id, self.run);
        match &mut self.scratch {
            Some(scratch) => stage::page(scratch, Stage::Now, run, gone, after, limit),
            None => stage::page(self.conn, Stage::Kept, run, gone, after, limit),
        }
    }

    /// The open memberships in these rows.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn memberships(&mut self, rows: &[i64]) -> Result<Vec<Listed>> {
        members::by_rows(self.conn, self.org.id, rows)
    }

    /// Of these people, who was a member before and left, and since when they had first been one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn formerly(&mut self, user_ids: &[&str]) -> Result<HashMap<String, Micros>> {
        if self.org.published_run == 0 {
            return Ok(HashMap::new());
        }
        members::formerly(self.conn, self.org.id, user_ids)
    }

    /// For people (id, username): who of the organization last had that username before them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn name_owners(&mut self, names: &[(&str, &str)]) -> Result<HashMap<String, String>> {
        if self.org.published_run == 0 {
            return Ok(HashMap::new());
        }
        members::name_owners(self.conn, self.org.id, names)
    }

    /// Writes the next versions of members, with their groups, names and addresses.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn write(&mut self, versions: &[NewVersion]) -> Result<()> {
        if versions.is_empty() {
            return Ok(());
        }
        self.wrote = true;
        if let Some(digest) = &mut self.digest {
            versions.iter().for_each(|version| digest.add(&version.state));
        }
        self.write_memberships(versions)?;
        self.write_groups(versions)?;
        self.write_accounts(versions)
    }

    /// Notes in place that members were absent once more, before that means anything new.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn count_absences(&mut self, rows: &[i64]) -> Result<()> {
        let mut values = Rows::with_capacity(rows.len(), &ABSENT);
        rows.iter().for_each(|row| values.push([Param::Int(*row)]));
        self.conn.bulk(&ABSENT, &values).map(drop)
    }

    /// Notes in place what was seen of members of whom nothing changed: (row, hash, fresh fields).
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn touch(&mut self, seen: &[(i64, i64, Fields)]) -> Result<()> {
        let mut values = Rows::with_capacity(seen.len(), &TOUCH);
        for (row, hash, fresh) in seen {
            values.push([Param::Int(*row), (*hash).into(), fresh.bits().into()]);
        }
        self.touched |= !seen.is_empty();
        self.conn.bulk(&TOUCH, &values).map(drop)
    }

    /// Appends events to the organization's history.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn append(&mut self, events: &mut [Event]) -> Result<()> {
        self.chain.append(self.conn, events)
    }

    /// Keeps the names of resource groups, as intervals.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn group_names(&mut self, names: &[(String, String)]) -> Result<()> {
        let mut rows = Rows::with_capacity(names.len(), &GROUP_NAME);
        for (id, name) in names {
            rows.push([self.org.id.into(), id.into(), name.into(), self.at.into()]);
        }
        self.conn.bulk(&GROUP_NAME_CLOSE, &rows)?;
        self.conn.bulk(&GROUP_NAME, &rows).map(drop)
    }

    /// Replaces the list of service accounts, as intervals.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn service_accounts(&mut self, listed: &[ServiceAccountRow]) -> Result<()> {
        let mut known: HashMap<String, String> = HashMap::new();
        let read = "SELECT hf_id, username FROM service_account
                    WHERE org_id = $1 AND valid_to IS NULL";
        self.conn.query(read, &[self.org.id.into()], |row| {
            known.insert(row.text(0)?, row.text(1)?);
            Ok(())
        })?;
        let is_known = |a: &&ServiceAccountRow| known.get(&a.id) == Some(&a.username);
        let kept: Vec<&str> = listed.iter().filter(is_known).map(|a| a.id.as_str()).collect();
        let mut closed: Vec<&String> =
            known.keys().filter(|id| !kept.contains(&id.as_str())).collect();
        closed.sort();
        for id in closed {
            self.conn.execute(
                "UPDATE service_account SET valid_to = $1
                 WHERE org_id = $2 AND hf_id = $3 AND valid_to IS NULL",
                &[self.at.into(), self.org.id.into(), id.into()],
            )?;
        }
        for account in listed.iter().filter(|a| !is_known(a)) {
            self.conn.execute(
                "INSERT INTO service_account (org_id, hf_id, username, fullname, created_at,
                     valid_from) VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    self.org.id.into(),
                    (&account.id).into(),
                    (&account.username).into(),
                    (&account.fullname).into(),
                    (&account.created_at).into(),
                    self.at.into(),
                ],
            )?;
        }
        Ok(())
    }

    /// The digest of the list as it stands now.
    fn digest(&mut self) -> Result<String> {
        if let Some(digest) = self.digest.take() {
            return Ok(digest.finish());
        }
        if !self.wrote {
            let before = crate::runs::by_no(self.conn, self.org.id, self.org.published_run)?;
            if let Some(digest) = before.and_then(|run| run.digest) {
                return Ok(digest);
            }
        }
        digest::now(self.conn, self.org.id)
    }
}
