//! Runs: every sync that was tried, what it saw and how it ended.

use crate::conn::{Conn, Param, Row};
use crate::lease::{hold, release};
use crate::stage::{self, Stage};
use crate::{Error, Fields, Lease, Micros, Result, Store};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// In progress.
    Running,
    /// In the ledger.
    Published,
    /// Complete, but too many would leave: waits for a person.
    Quarantined,
    /// A person said no.
    Rejected,
    /// A newer run took its place.
    Abandoned,
    /// Nothing was concluded from it.
    Failed,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Published,
        Self::Quarantined,
        Self::Rejected,
        Self::Abandoned,
        Self::Failed,
    ];

    /// The state as it stands in JSON and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Published => "published",
            Self::Quarantined => "quarantined",
            Self::Rejected => "rejected",
            Self::Abandoned => "abandoned",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| Error::Unreadable { what: "run state", value: text.to_owned() })
    }
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    /// One of the kinds of the command line's contract: `http`, `timeout`, `decode`, ...
    pub kind: String,
    /// The page it happened on, from 1.
    pub page: Option<i64>,
    /// The Hub's status code.
    pub status: Option<i64>,
    /// One line for a person.
    pub message: String,
}

/// One sync that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its number; later runs have higher ones.
    pub run: i64,
    /// How it stands.
    pub state: RunState,
    /// Whether absence from its list means something.
    pub complete: bool,
    /// What started it: `manual`, `schedule`, ...
    pub trigger: String,
    /// The published run it was compared with, 0 for none.
    pub base_run: i64,
    /// When its changes count as having happened.
    pub at: Micros,
    /// When it began.
    pub started: Micros,
    /// When it ended.
    pub finished: Option<Micros>,
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
    /// Time spent waiting for rate limits, in milliseconds.
    pub waited_ms: i64,
    /// This machine's clock minus the Hub's, in milliseconds.
    pub clock_skew_ms: Option<i64>,
    /// Optional fields that the token saw.
    pub coverage: Fields,
    /// What else the token could read, by name, comma-separated.
    pub sources: String,
    /// The caller's role in the organization.
    pub caller_role: Option<String>,
    /// `sha256:` and the digest of the canonical list after this run.
    pub digest: Option<String>,
    /// Why it failed.
    pub error: Option<RunError>,
}

/// Which runs, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunsAsked {
    /// Only those in this state.
    pub state: Option<RunState>,
    /// Only those before this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

const COLUMNS: &str =
    "SELECT run_no, state, complete, trigger_kind, base_run, at, started, finished,
    pages, members, joined, missing, gone, returned, changed, unchanged, duplicates, requests,
    waited_ms, clock_skew_ms, coverage, sources, caller_role, digest, error_kind, error_page,
    error_status, error_message FROM sync_run";

fn read(row: &Row<'_>) -> Result<Run> {
    let error = match row.opt_text(24)? {
        Some(kind) => Some(RunError {
            kind,
            page: row.opt_int(25)?,
            status: row.opt_int(26)?,
            message: row.text(27)?,
        }),
        None => None,
    };
    Ok(Run {
        run: row.int(0)?,
        state: RunState::parse(row.str(1)?)?,
        complete: row.int(2)? != 0,
        trigger: row.text(3)?,
        base_run: row.int(4)?,
        at: row.int(5)?,
        started: row.int(6)?,
        finished: row.opt_int(7)?,
        pages: row.int(8)?,
        members: row.int(9)?,
        joined: row.int(10)?,
        missing: row.int(11)?,
        left: row.int(12)?,
        returned: row.int(13)?,
        changed: row.int(14)?,
        unchanged: row.int(15)?,
        duplicates: row.int(16)?,
        requests: row.int(17)?,
        waited_ms: row.int(18)?,
        clock_skew_ms: row.opt_int(19)?,
        coverage: Fields::from_bits(row.int(20)?),
        sources: row.text(21)?,
        caller_role: row.opt_text(22)?,
        digest: row.opt_text(23)?,
        error,
    })
}

impl Store {
    /// One run of an organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn run(&mut self, org_id: i64, run: i64) -> Result<Option<Run>> {
        by_no(&mut self.conn, org_id, run)
    }

    /// The runs of an organization, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn runs(&mut self, org_id: i64, limit: i64) -> Result<Vec<Run>> {
        let mut found = Vec::new();
        let sql = format!("{COLUMNS} WHERE org_id = $1 ORDER BY run_no DESC LIMIT $2");
        self.conn.query(&sql, &[org_id.into(), limit.into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// A part of the runs of an organization, newest first, and how many there are in all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn runs_page(&mut self, org_id: i64, asked: &RunsAsked) -> Result<(Vec<Run>, i64)> {
        let (low, high) = match asked.state {
            Some(state) => (state.name(), state.name()),
            None => ("", "~"),
        };
        let states = "org_id = $1 AND state >= $2 AND state <= $3";
        let sql = format!("SELECT count(*) FROM sync_run WHERE {states}");
        let total = self
            .conn
            .first(&sql, &[org_id.into(), low.into(), high.into()], |row| row.int(0))?
            .unwrap_or(0);
        let sql = format!("{COLUMNS} WHERE {states} AND run_no < $4 ORDER BY run_no DESC LIMIT $5");
        let before = asked.before.unwrap_or(i64::MAX);
        let params = [org_id.into(), low.into(), high.into(), before.into(), asked.limit.into()];
        let mut found = Vec::new();
        self.conn.query(&sql, &params, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok((found, total))
    }

    /// The first published run of an organization at or after a time.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn published_since(&mut self, org_id: i64, at: Micros) -> Result<Option<i64>> {
        let sql = "SELECT run_no FROM sync_run WHERE org_id = $1 AND at >= $2
                   AND state = 'published' ORDER BY at, run_no LIMIT 1";
        self.conn.first(sql, &[org_id.into(), at.into()], |row| row.int(0))
    }

    /// The last published run at or before a time.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn published_at(&mut self, org_id: i64, at: Micros) -> Result<Option<Run>> {
        let sql = format!(
            "{COLUMNS} WHERE org_id = $1 AND state = 'published' AND at <= $2
             ORDER BY at DESC, run_no DESC LIMIT 1"
        );
        self.conn.first(&sql, &[org_id.into(), at.into()], read)
    }

    /// Ends a run without publishing it, and gives the lease back. A quarantined run keeps what it
    /// staged; any other loses it.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`] when somebody else took over meanwhile: then the run is theirs to record.
    pub fn end_run(&mut self, lease: &Lease, run: &Run) -> Result<()> {
        let scratch = stage::scratch(&mut self.scratch)?;
        let ended = self.conn.transaction(|conn| {
            hold(conn, lease)?;
            if run.state == RunState::Quarantined {
                abandon_quarantined(conn, lease.org_id, run.run)?;
                stage::keep(conn, scratch, lease.org_id, run.run)?;
            }
            save(conn, lease.org_id, run)?;
            release(conn, lease)
        });
        // Whatever became of the run, nobody will come back for what it staged.
        stage::clear(scratch, Stage::Now, lease.org_id, lease.run)?;
        ended
    }

    /// A person's no to a quarantined run.
    ///
    /// # Errors
    ///
    /// [`Error::RunState`] when the run is not quarantined.
    pub fn reject_run(&mut self, org_id: i64, org: &str, run: i64, now: Micros) -> Result<Run> {
        self.conn.transaction(|conn| {
            let mut found = quarantined(conn, org_id, org, run)?;
            found.state = RunState::Rejected;
            found.finished = Some(now);
            stage::clear(conn, Stage::Kept, org_id, run)?;
            save(conn, org_id, &found)?;
            Ok(found)
        })
    }
}

/// A run that waits for a person; any other state is refused with the reason.
pub(crate) fn quarantined(conn: &mut Conn, org_id: i64, org: &str, run: i64) -> Result<Run> {
    let refuse = |state: &str, why| Error::RunState {
        org: org.to_owned(),
        run,
        state: state.to_owned(),
        why,
    };
    let Some(found) = by_no(conn, org_id, run)? else {
        return Err(refuse("unknown", "`hubfolk sync runs` lists the runs there are"));
    };
    match found.state {
        RunState::Quarantined => Ok(found),
        RunState::Abandoned => Err(refuse("abandoned", "a newer run took its place")),
        state => Err(refuse(state.name(), "only a quarantined run can be approved or rejected")),
    }
}

pub(crate) fn by_no(conn: &mut Conn, org_id: i64, run: i64) -> Result<Option<Run>> {
    let sql = format!("{COLUMNS} WHERE org_id = $1 AND run_no = $2");
    conn.first(&sql, &[org_id.into(), run.into()], read)
}

/// Quarantined runs older than `run` can no longer be decided on: the ledger has moved.
pub(crate) fn abandon_quarantined(conn: &mut Conn, org_id: i64, run: i64) -> Result<()> {
    conn.execute(
        "DELETE FROM stage_member WHERE org_id = $1 AND run_no < $2",
        &[org_id.into(), run.into()],
    )?;
    conn.execute(
        "UPDATE sync_run SET state = 'abandoned'
         WHERE org_id = $1 AND run_no < $2 AND state = 'quarantined'",
        &[org_id.into(), run.into()],
    )?;
    Ok(())
}

pub(crate) fn save(conn: &mut Conn, org_id: i64, run: &Run) -> Result<()> {
    let error = run.error.as_ref();
    conn.execute(
        "UPDATE sync_run SET state = $1, complete = $2, finished = $3, pages = $4, members = $5,
         joined = $6, missing = $7, gone = $8, returned = $9, changed = $10, unchanged = $11,
         duplicates = $12, requests = $13, waited_ms = $14, clock_skew_ms = $15, coverage = $16,
         sources = $17, caller_role = $18, digest = $19, error_kind = $20, error_page = $21,
         error_status = $22, error_message = $23, at = $24 WHERE org_id = $25 AND run_no = $26",
        &[
            run.state.name().into(),
            run.complete.into(),
            run.finished.into(),
            run.pages.into(),
            run.members.into(),
            run.joined.into(),
            run.missing.into(),
            run.left.into(),
            run.returned.into(),
            run.changed.into(),
            run.unchanged.into(),
            run.duplicates.into(),
            run.requests.into(),
            run.waited_ms.into(),
            run.clock_skew_ms.into(),
            run.coverage.bits().into(),
            (&run.sources).into(),
            (&run.caller_role).into(),
            (&run.digest).into(),
            error.map(|e| e.kind.as_str()).into(),
            error.and_then(|e| e.page).into(),
            error.and_then(|e| e.status).into(),
            error.map(|e| e.message.as_str()).into(),
            run.at.into(),
            Param::Int(org_id),
            run.run.into(),
        ],
    )?;
    Ok(())
}
