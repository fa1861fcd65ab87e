//! Who is signed in.

use crate::conn::Row;
use crate::{Micros, Result, Store};

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Digest of the secret in the cookie.
    pub hash: String,
    /// The account; none for the owner of the link that is printed at start.
    pub user_id: Option<i64>,
    /// When it began.
    pub created_at: Micros,
    /// When it was last used, to within a minute.
    pub seen_at: Micros,
    /// When it ends.
    pub expires: Micros,
    /// The address it began from.
    pub address: String,
    /// The browser, in its own words.
    pub agent: String,
}

/// A session to be kept.
pub type NewSession = Session;

const COLUMNS: &str =
    "SELECT hash, user_id, created_at, seen_at, expires, address, agent FROM app_session";

fn read(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        hash: row.text(0)?,
        user_id: row.opt_int(1)?,
        created_at: row.int(2)?,
        seen_at: row.int(3)?,
        expires: row.int(4)?,
        address: row.text(5)?,
        agent: row.text(6)?,
    })
}

impl Store {
    /// The session with this digest that has not ended.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn session(&mut self, hash: &str, now: Micros) -> Result<Option<Session>> {
        let sql = format!("{COLUMNS} WHERE hash = $1 AND expires > $2");
        self.conn.first(&sql, &[hash.into(), now.into()], read)
    }

    /// The sessions that have not ended, latest use first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sessions(&mut self, now: Micros) -> Result<Vec<Session>> {
        let mut found = Vec::new();
        let sql = format!("{COLUMNS} WHERE expires > $1 ORDER BY seen_at DESC, hash");
        self.conn.query(&sql, &[now.into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Keeps a session; those that ended are forgotten.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn add_session(&mut self, new: &NewSession) -> Result<()> {
        self.conn.transaction(|conn| {
            let ended = "DELETE FROM app_session WHERE expires <= $1";
            conn.execute(ended, &[new.created_at.into()])?;
            conn.execute(
                "INSERT INTO app_session (hash, user_id, created_at, seen_at, expires, address,
                 agent) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    (&new.hash).into(),
                    new.user_id.into(),
                    new.created_at.into(),
                    new.seen_at.into(),
                    new.expires.into(),
                    (&new.address).into(),
                    (&new.agent).into(),
                ],
            )
            .map(drop)
        })
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn touch_session(&mut self, hash: &str, now: Micros) -> Result<()> {
        let sql = "UPDATE app_session SET seen_at = $1 WHERE hash = $2";
        self.conn.execute(sql, &[now.into(), hash.into()]).map(drop)
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn end_session(&mut self, hash: &str) -> Result<bool> {
        Ok(self.conn.execute("DELETE FROM app_session WHERE hash = $1", &[hash.into()])? > 0)
    }

    /// Ends every session of an account but one; how many ended.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn end_sessions(&mut self, user_id: Option<i64>, but: &str) -> Result<u64> {
        match user_id {
            Some(id) => self.conn.execute(
                "DELETE FROM app_session WHERE user_id = $1 AND hash <> $2",
                &[id.into(), but.into()],
            ),
            None => self.conn.execute(
                "DELETE FROM app_session WHERE user_id IS NULL AND hash <> $1",
                &[but.into()],
            ),
        }
    }
}
