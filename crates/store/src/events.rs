//! What changed, in order: append-only, each entry bound to the one before it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::bulk::{Bulk, Col, Rows};
use crate::conn::{Conn, Param, Row};
use crate::{Error, Micros, Result, Store};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum EventKind { $($(#[$doc])* $variant,)* }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The kind as it stands in JSON and in the database.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    /// The set of fields that the token sees changed.
    CoverageChanged = "coverage.changed",
    /// Someone is listed for the first time.
    Joined = "member.joined",
    /// Someone is listed again.
    Returned = "member.returned",
    /// Facts became visible that were unknown before.
    Learned = "member.learned",
    /// Another username on the same account.
    Renamed = "member.renamed",
    /// A known username on another account.
    NameReused = "member.name_reused",
    /// Another full name.
    FullnameChanged = "fullname.changed",
    /// Another verified e-mail address.
    EmailChanged = "email.changed",
    /// Another role in the organization.
    RoleChanged = "role.changed",
    /// A role that no license type is known for.
    RoleUnknown = "role.unknown",
    /// Two-factor authentication switched on or off.
    TwoFactorChanged = "two_factor.changed",
    /// External collaborator or not.
    ExternalChanged = "external.changed",
    /// Pro subscription or not.
    ProChanged = "pro.changed",
    /// Put into a resource group.
    GroupAdded = "group.added",
    /// Another role in a resource group.
    GroupRoleChanged = "group.role_changed",
    /// Taken out of a resource group.
    GroupRemoved = "group.removed",
    /// Absent from a complete list for the first time.
    Missing = "member.missing",
    /// Gone.
    Left = "member.left",
}

impl EventKind {
    fn parse(text: &str) -> Result<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| Error::Unreadable { what: "event kind", value: text.to_owned() })
    }
}

/// The resource group that an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRef {
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// How the ledger came to know of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CauseSource {
    /// Two lists differ.
    Observed,
    /// The organization's audit log names it.
    AuditLog,
}

impl CauseSource {
    /// The source as it stands in JSON and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::AuditLog => "audit_log",
        }
    }
}

/// Why an event happened, as far as anybody told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// How it is known.
    pub source: CauseSource,
    /// Who did it.
    pub actor: Option<String>,
    /// The audit entry's id.
    pub audit_id: Option<String>,
}

impl Cause {
    /// Two lists differ; nobody told why.
    pub const OBSERVED: Self = Self { source: CauseSource::Observed, actor: None, audit_id: None };
}

/// One entry of the ledger's history. `old` and `new` are JSON texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Place in the organization's history, from 1; set when appended.
    pub seq: i64,
    /// When it counts as having happened.
    pub at: Micros,
    /// The run that saw it.
    pub run: i64,
    /// What happened.
    pub kind: EventKind,
    /// Whom it is about.
    pub user_id: Option<String>,
    /// Their username at that time.
    pub username: Option<String>,
    /// The resource group it is about.
    pub group: Option<GroupRef>,
    /// The value before, as JSON.
    pub old: Option<String>,
    /// The value after, as JSON.
    pub new: Option<String>,
    /// Why.
    pub cause: Cause,
    /// SHA-256 over this entry and the hash of the one before; set when appended.
    pub hash: Vec<u8>,
}

/// The hash that binds `event` to the entry before it.
#[must_use]
pub fn chain_hash(before: &[u8], event: &Event) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(before);
    // Lengths before texts: no two entries share a byte sequence.
    let mut number = |value: i64| hasher.update(value.to_be_bytes());
    number(event.seq);
    number(event.run);
    number(event.at);
    let group = event.group.as_ref();
    for text in [
        Some(event.kind.name()),
        event.user_id.as_deref(),
        event.username.as_deref(),
        group.map(|g| g.id.as_str()),
        group.map(|g| g.name.as_str()),
        event.old.as_deref(),
        event.new.as_deref(),
        Some(event.cause.source.name()),
        event.cause.actor.as_deref(),
        event.cause.audit_id.as_deref(),
    ] {
        match text {
            Some(text) => {
                hasher.update((text.len() as i64).to_be_bytes());
                hasher.update(text.as_bytes());
            }
            None => hasher.update((-1_i64).to_be_bytes()),
        }
    }
    hasher.finalize().into()
}

/// Which events to read.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only those after this sequence number.
    pub after: i64,
    /// Only those at or after this time.
    pub since: Option<Micros>,
    /// Only those of this person.
    pub user_id: Option<String>,
    /// At most so many.
    pub limit: Option<i64>,
}

pub(crate) const COLUMNS: &str = "SELECT e.seq, e.at, e.run_no, e.kind, e.user_id, e.username,
    e.group_id, e.group_name, e.old, e.new, e.cause, e.actor, e.audit_id, e.hash";

/// The events of the person whose id is this parameter: SQLite would rather read all events in
/// order than look up a few, so it is told where to begin.
pub(crate) fn of_person(param: usize) -> String {
    format!(
        "WITH mine AS MATERIALIZED (SELECT seq FROM event WHERE org_id = $1 AND user_id = ${param})"
    )
}

/// What [`of_person`] is joined with.
pub(crate) const OF_PERSON: &str = "mine CROSS JOIN event e";

pub(crate) fn read(row: &Row<'_>) -> Result<Event> {
    let group = row.opt_text(6)?.map(|id| -> Result<_> { Ok(GroupRef { id, name: row.text(7)? }) });
    Ok(Event {
        seq: row.int(0)?,
        at: row.int(1)?,
        run: row.int(2)?,
        kind: EventKind::parse(row.str(3)?)?,
        user_id: row.opt_text(4)?,
        username: row.opt_text(5)?,
        group: group.transpose()?,
        old: row.opt_text(8)?,
        new: row.opt_text(9)?,
        cause: Cause {
            source: match row.str(10)? {
                "audit_log" => CauseSource::AuditLog,
                _ => CauseSource::Observed,
            },
            actor: row.opt_text(11)?,
            audit_id: row.opt_text(12)?,
        },
        hash: row.blob(13)?,
    })
}

impl Store {
    /// An organization's events in order, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn events(&mut self, org_id: i64, filter: &EventFilter) -> Result<Vec<Event>> {
        let before = match filter.since {
            Some(since) => seq_before(&mut self.conn, org_id, since)?,
            None => 0,
        };
        let mut params: Vec<Param<'_>> = vec![org_id.into(), filter.after.max(before).into()];
        let mut sql = match &filter.user_id {
            None => format!("{COLUMNS} FROM event e"),
            Some(user_id) => {
                params.push(user_id.into());
                format!("{} {COLUMNS} FROM {OF_PERSON}", of_person(3))
            }
        };
        sql.push_str(" WHERE e.org_id = $1 AND e.seq > $2");
        if filter.user_id.is_some() {
            sql.push_str(" AND e.seq = mine.seq");
        }
        sql.push_str(" ORDER BY e.seq");
        if let Some(limit) = filter.limit {
            params.push(limit.into());
            sql.push_str(&format!(" LIMIT ${}", params.len()));
        }
        let mut found = Vec::new();
        self.conn.query(&sql, &params, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The end of an organization's chain as the ledger remembers it: sequence number and hash.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn chain_end(&mut self, org_id: i64) -> Result<(i64, Vec<u8>)> {
        chain_end(&mut self.conn, org_id)
    }
}

/// The last event before a time, 0 for none: they are in order of time, so a few looks find it.
pub(crate) fn seq_before(conn: &mut Conn, org_id: i64, at: Micros) -> Result<i64> {
    let (mut low, mut high) = (0, chain_end(conn, org_id)?.0);
    while low < high {
        let middle = low + (high - low).div_euclid(2) + 1;
        let sql = "SELECT at FROM event WHERE org_id = $1 AND seq = $2";
        let found = conn.first(sql, &[org_id.into(), middle.into()], |row| row.int(0))?;
        if found.is_some_and(|found| found < at) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

fn chain_end(conn: &mut Conn, org_id: i64) -> Result<(i64, Vec<u8>)> {
    let sql = "SELECT last_seq, last_hash FROM org WHERE id = $1 AND last_seq > 0";
    Ok(conn
        .first(sql, &[org_id.into()], |row| Ok((row.int(0)?, row.blob(1)?)))?
        .unwrap_or_default())
}

const APPEND: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("seq", Col::Int),
        ("run_no", Col::Int),
        ("at", Col::Int),
        ("kind", Col::Text),
        ("user_id", Col::Text),
        ("username", Col::Text),
        ("group_id", Col::Text),
        ("group_name", Col::Text),
        ("old", Col::Text),
        ("new", Col::Text),
        ("cause", Col::Text),
        ("actor", Col::Text),
        ("audit_id", Col::Text),
        ("hash", Col::Blob),
    ],
    sql:
        "INSERT INTO event (org_id, seq, run_no, at, kind, user_id, username, group_id, group_name,
              old, new, cause, actor, audit_id, hash)
          SELECT org_id, seq, run_no, at, kind, user_id, username, group_id, group_name, old, new,
              cause, actor, audit_id, hash FROM rows",
};

/// The end of a chain while events are appended to it.
#[derive(Debug)]
pub(crate) struct Chain {
    org_id: i64,
    seq: i64,
    hash: Vec<u8>,
    /// Of each run and kind that was appended: how many, the first and the last.
    kinds: BTreeMap<(i64, &'static str), (i64, i64, i64)>,
}

const RUN_KIND: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("run_no", Col::Int),
        ("kind", Col::Text),
        ("events", Col::Int),
        ("first_seq", Col::Int),
        ("last_seq", Col::Int),
    ],
    sql: "INSERT INTO run_kind (org_id, run_no, kind, events, first_seq, last_seq)
          SELECT org_id, run_no, kind, events, first_seq, last_seq FROM rows",
};

impl Chain {
    pub(crate) fn open(conn: &mut Conn, org_id: i64) -> Result<Self> {
        let (seq, hash) = chain_end(conn, org_id)?;
        Ok(Self { org_id, seq, hash, kinds: BTreeMap::new() })
    }

    /// Numbers, hashes and appends events.
    pub(crate) fn append(&mut self, conn: &mut Conn, events: &mut [Event]) -> Result<()> {
        for event in events.iter_mut() {
            self.seq += 1;
            event.seq = self.seq;
            self.hash = chain_hash(&self.hash, event).to_vec();
            event.hash.clone_from(&self.hash);
            let key = (event.run, event.kind.name());
            let (events, _, last) = self.kinds.entry(key).or_insert((0, self.seq, self.seq));
            (*events, *last) = (*events + 1, self.seq);
        }
        let mut rows = Rows::with_capacity(events.len(), &APPEND);
        for event in events.iter() {
            let group = event.group.as_ref();
            rows.push([
                self.org_id.into(),
                event.seq.into(),
                event.run.into(),
                event.at.into(),
                event.kind.name().into(),
                (&event.user_id).into(),
                (&event.username).into(),
                group.map(|g| g.id.as_str()).into(),
                group.map(|g| g.name.as_str()).into(),
                (&event.old).into(),
                (&event.new).into(),
                event.cause.source.name().into(),
                (&event.cause.actor).into(),
                (&event.cause.audit_id).into(),
                event.hash.as_slice().into(),
            ]);
        }
        conn.bulk(&APPEND, &rows)?;
        Ok(())
    }

    /// Remembers the end, so that cutting off the tail shows.
    pub(crate) fn close(self, conn: &mut Conn) -> Result<()> {
        if self.seq == 0 {
            return Ok(());
        }
        let mut rows = Rows::with_capacity(self.kinds.len(), &RUN_KIND);
        for ((run, kind), (events, first, last)) in &self.kinds {
            rows.push([
                self.org_id.into(),
                (*run).into(),
                (*kind).into(),
                (*events).into(),
                (*first).into(),
                (*last).into(),
            ]);
        }
        conn.bulk(&RUN_KIND, &rows)?;
        conn.execute(
            "UPDATE org SET last_seq = $1, last_hash = $2 WHERE id = $3",
            &[self.seq.into(), self.hash.as_slice().into(), Param::Int(self.org_id)],
        )?;
        Ok(())
    }
}
