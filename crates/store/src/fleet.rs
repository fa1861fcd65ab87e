//! Every organization of the ledger with how it stands.

use crate::conn::Row;
use crate::runs::{self, RunError, RunState};
use crate::{Micros, Result, Store};

/// An organization in the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Row id.
    pub org_id: i64,
    /// Its current name.
    pub slug: String,
    /// The Hub's address.
    pub endpoint: String,
    /// How many are listed as of the published run.
    pub active: i64,
    /// How many are missing.
    pub missing: i64,
    /// The published run, 0 before the first.
    pub published_run: i64,
    /// When it ended.
    pub published_at: Option<Micros>,
    /// The last run of any outcome, 0 before the first.
    pub last_run: i64,
    /// How that one stands.
    pub last_state: Option<RunState>,
    /// When it began.
    pub last_started: Option<Micros>,
    /// Why it failed.
    pub last_error: Option<RunError>,
}

fn read(row: &Row<'_>) -> Result<Standing> {
    let error = row.opt_text(10)?.map(|kind| -> Result<RunError> {
        Ok(RunError {
            kind,
            page: row.opt_int(11)?,
            status: row.opt_int(12)?,
            message: row.text(13)?,
        })
    });
    Ok(Standing {
        org_id: row.int(0)?,
        slug: row.text(1)?,
        endpoint: row.text(2)?,
        active: row.int(3)?,
        missing: row.int(4)?,
        published_run: row.int(5)?,
        published_at: row.opt_int(6)?,
        last_run: row.int(7)?,
        last_state: row.opt_str(8)?.map(runs::RunState::parse).transpose()?,
        last_started: row.opt_int(9)?,
        last_error: error.transpose()?,
    })
}

impl Store {
    /// Every organization with how it stands, by name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn standings(&mut self) -> Result<Vec<Standing>> {
        let sql = "SELECT o.id, o.slug, h.endpoint, o.active, o.missing, o.published_run,
                       coalesce(p.finished, p.at), o.last_run, l.state, l.started, l.error_kind,
                       l.error_page, l.error_status, l.error_message
                   FROM org o JOIN hub h ON h.id = o.hub_id
                   LEFT JOIN sync_run p ON p.org_id = o.id AND p.run_no = o.published_run
                   LEFT JOIN sync_run l ON l.org_id = o.id AND l.run_no = o.last_run
                   ORDER BY o.slug_key, h.endpoint";
        let mut found = Vec::new();
        self.conn.query(sql, &[], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}
