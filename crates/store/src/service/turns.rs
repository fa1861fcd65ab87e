//! When the scheduler turns to which organization.

use crate::conn::Row;
use crate::{Micros, Result, Store};

/// An organization's place in the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The organization.
    pub org_id: i64,
    /// When it is due.
    pub next_at: Micros,
    /// Syncs in a row that failed.
    pub failures: i64,
    /// Why it waits longer than its schedule says.
    pub waiting: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Turn> {
    Ok(Turn {
        org_id: row.int(0)?,
        next_at: row.int(1)?,
        failures: row.int(2)?,
        waiting: row.opt_text(3)?,
    })
}

impl Store {
    /// Every organization's turn, the next first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn turns(&mut self) -> Result<Vec<Turn>> {
        let mut found = Vec::new();
        let sql = "SELECT org_id, next_at, failures, waiting FROM org_turn
                   ORDER BY next_at, org_id";
        self.conn.query(sql, &[], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// An organization's turn.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn turn(&mut self, org_id: i64) -> Result<Option<Turn>> {
        let sql = "SELECT org_id, next_at, failures, waiting FROM org_turn WHERE org_id = $1";
        self.conn.first(sql, &[org_id.into()], read)
    }

    /// Sets an organization's turn.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_turn(&mut self, turn: &Turn) -> Result<()> {
        self.conn
            .execute(
                "INSERT INTO org_turn (org_id, next_at, failures, waiting)
                 VALUES ($1, $2, $3, $4) ON CONFLICT (org_id) DO UPDATE SET
                 next_at = excluded.next_at, failures = excluded.failures,
                 waiting = excluded.waiting",
                &[
                    turn.org_id.into(),
                    turn.next_at.into(),
                    turn.failures.into(),
                    (&turn.waiting).into(),
                ],
            )
            .map(drop)
    }
}
