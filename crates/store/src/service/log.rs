//! Who changed what in the service: append-only, each entry bound to the one before it.

use sha2::{Digest, Sha256};

use crate::conn::{Conn, Row};
use crate::{Micros, Result, Store};

/// A change that a person made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place, from 1.
    pub seq: i64,
    /// When.
    pub at: Micros,
    /// Who, in words: the name of an account, of a token, or the link's owner.
    pub who: String,
    /// What kind of change: `settings.changed`, `run.approved`, ...
    pub kind: String,
    /// The organization it is about.
    pub org_id: Option<i64>,
    /// What was changed.
    pub target: String,
    /// How, as JSON; never a secret.
    pub detail: String,
    /// Binds it to the one before.
    pub hash: Vec<u8>,
}

/// How far the chain was found whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogChecked {
    /// Entries that were looked at, from the first.
    pub count: i64,
    /// The first that does not hold; nothing after it was looked at.
    pub broken: Option<i64>,
    /// The hash of the last that was looked at.
    hash: Vec<u8>,
}

impl LogEntry {
    /// Whether it is bound to the entry with this hash; the first one to nothing.
    #[must_use]
    pub fn follows(&self, before: &[u8]) -> bool {
        self.chained(before) == self.hash
    }

    /// The hash that follows `before`.
    fn chained(&self, before: &[u8]) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hasher.update(before);
        for number in [self.seq, self.at, self.org_id.unwrap_or(-1)] {
            hasher.update(number.to_be_bytes());
        }
        // Lengths before texts: no two entries share a byte sequence.
        for text in [&self.who, &self.kind, &self.target, &self.detail] {
            hasher.update((text.len() as i64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_vec()
    }
}

const COLUMNS: &str = "SELECT seq, at, who, kind, org_id, target, detail, hash FROM service_log";

fn read(row: &Row<'_>) -> Result<LogEntry> {
    Ok(LogEntry {
        seq: row.int(0)?,
        at: row.int(1)?,
        who: row.text(2)?,
        kind: row.text(3)?,
        org_id: row.opt_int(4)?,
        target: row.text(5)?,
        detail: row.text(6)?,
        hash: row.blob(7)?,
    })
}

impl Store {
    /// Writes an entry; `seq` and `hash` are given to it here.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn log(&mut self, entry: LogEntry) -> Result<LogEntry> {
        self.conn.transaction(|conn| append(conn, entry))
    }

    /// Entries before `before`, latest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn log_entries(&mut self, before: i64, limit: i64) -> Result<Vec<LogEntry>> {
        let mut found = Vec::new();
        let sql = format!("{COLUMNS} WHERE seq < $1 ORDER BY seq DESC LIMIT $2");
        self.conn.query(&sql, &[before.into(), limit.into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Recomputes the chain from the first entry on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn verify_log(&mut self) -> Result<LogChecked> {
        self.verify_log_after(LogChecked::default())
    }

    /// Recomputes the chain from where it was found whole before: entries that were added, and
    /// whether the last one of then is still there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn verify_log_after(&mut self, before: LogChecked) -> Result<LogChecked> {
        if before.broken.is_some() {
            return Ok(before);
        }
        let (from, mut met) = (before.count, before.count == 0);
        let mut checked = before;
        self.conn.query(
            &format!("{COLUMNS} WHERE seq >= $1 ORDER BY seq"),
            &[from.into()],
            |row| {
                let entry = read(row)?;
                if checked.broken.is_some() {
                    return Ok(());
                }
                if !met && entry.seq == from {
                    met = true;
                    checked.broken = (entry.hash != checked.hash).then_some(from);
                    return Ok(());
                }
                if met && entry.seq == checked.count + 1 && entry.follows(&checked.hash) {
                    checked.count = entry.seq;
                    checked.hash = entry.hash;
                } else {
                    checked.broken = Some(entry.seq);
                }
                Ok(())
            },
        )?;
        if !met && checked.broken.is_none() {
            checked.broken = Some(from);
        }
        Ok(checked)
    }
}

fn append(conn: &mut Conn, entry: LogEntry) -> Result<LogEntry> {
    if conn.is_postgres() {
        // Two writers would read the same last entry; on SQLite the transaction is alone already.
        conn.batch("LOCK TABLE service_log IN EXCLUSIVE MODE")?;
    }
    let last = "SELECT seq, hash FROM service_log ORDER BY seq DESC LIMIT 1";
    let (seq, before) =
        conn.first(last, &[], |row| Ok((row.int(0)?, row.blob(1)?)))?.unwrap_or_default();
    let mut entry = LogEntry { seq: seq + 1, ..entry };
    entry.hash = entry.chained(&before);
    conn.execute(
        "INSERT INTO service_log (seq, at, who, kind, org_id, target, detail, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            entry.seq.into(),
            entry.at.into(),
            (&entry.who).into(),
            (&entry.kind).into(),
            entry.org_id.into(),
            (&entry.target).into(),
            (&entry.detail).into(),
            entry.hash.as_slice().into(),
        ],
    )?;
    Ok(entry)
}
