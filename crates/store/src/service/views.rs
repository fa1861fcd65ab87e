//! Filters that somebody gave a name.

use crate::orgs::name_key;
use crate::{Micros, Result, Store};

/// A named filter of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Row id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The filters as a query string.
    pub query: String,
}

impl Store {
    /// The named filters of a person for an organization, by name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn saved_views(&mut self, org_id: i64, user_id: Option<i64>) -> Result<Vec<SavedView>> {
        let sql = "SELECT id, name, query FROM saved_view WHERE org_id = $1 AND user_id = $2
                   ORDER BY name_key";
        let mut found = Vec::new();
        self.conn.query(sql, &[org_id.into(), user_id.unwrap_or(0).into()], |row| {
            found.push(SavedView { id: row.int(0)?, name: row.text(1)?, query: row.text(2)? });
            Ok(())
        })?;
        Ok(found)
    }

    /// Gives filters a name, in place of what had it before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_view(
        &mut self,
        org_id: i64,
        user_id: Option<i64>,
        name: &str,
        query: &str,
        now: Micros,
    ) -> Result<()> {
        let key = name_key(name);
        self.conn
            .execute(
                "INSERT INTO saved_view (org_id, user_id, name, name_key, query, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, user_id, name_key)
                 DO UPDATE SET name = excluded.name, query = excluded.query",
                &[
                    org_id.into(),
                    user_id.unwrap_or(0).into(),
                    name.into(),
                    (&key).into(),
                    query.into(),
                    now.into(),
                ],
            )
            .map(drop)
    }

    /// Forgets a named filter; false when the person has none of this id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn drop_view(&mut self, org_id: i64, user_id: Option<i64>, id: i64) -> Result<bool> {
        let sql = "DELETE FROM saved_view WHERE org_id = $1 AND user_id = $2 AND id = $3";
        let owner = user_id.unwrap_or(0);
        Ok(self.conn.execute(sql, &[org_id.into(), owner.into(), id.into()])? > 0)
    }
}
