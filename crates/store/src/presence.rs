//! Whether the database that was opened is still the one at its address.
//!
//! A file that is moved away stays readable and writable to whoever has it open, and everything
//! written to it is lost. A service that runs for months looks before each piece of work.

use std::path::Path;

use crate::conn::Conn;
use crate::{DatabaseUrl, Error, Result, Store, migrate};

/// What was at the address when it was opened.
#[derive(Debug)]
pub(crate) struct Presence {
    url: DatabaseUrl,
    file: Option<Identity>,
}

impl Presence {
    pub(crate) fn of(url: &DatabaseUrl) -> Self {
        let file = match url {
            DatabaseUrl::Sqlite(path) => identity(path),
            DatabaseUrl::Postgres(_) => None,
        };
        Self { url: url.clone(), file }
    }
}

/// Tells one file from another under the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some(Identity(meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    // An open file cannot be replaced here; that it is there is enough.
    std::fs::metadata(path).ok().map(|_| Identity(0, 0))
}

impl Store {
    /// Opens a ledger that is there already, bringing its schema up to date; makes none.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] when the file is not there, and those of [`Store::open`].
    pub fn open_existing(url: &DatabaseUrl) -> Result<Self> {
        Self::exists(url)?;
        Self::open(url)
    }

    /// Opens a ledger for questions: this connection cannot write.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] when it is not there at this program's schema, and those of [`Store::open`].
    pub fn open_for_reading(url: &DatabaseUrl) -> Result<Self> {
        Self::exists(url)?;
        let mut conn = Conn::open(url)?;
        migrate::inspect(&mut conn)?;
        if conn.is_postgres() {
            // The planner's choices were taken away for syncs, which know where every row is.
            conn.batch(
                "RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_hashjoin;
                 RESET enable_mergejoin; RESET plan_cache_mode;
                 SET default_transaction_read_only = on",
            )?;
        } else {
            conn.batch(
                "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -3072;
                 PRAGMA temp_store = MEMORY; PRAGMA query_only = ON",
            )?;
        }
        Ok(Self { conn, presence: Presence::of(url), scratch: None })
    }

    fn exists(url: &DatabaseUrl) -> Result<()> {
        match url {
            DatabaseUrl::Sqlite(path) if !path.exists() => {
                Err(Error::Gone { place: url.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// Whether the database is still where it was opened.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] when the file was moved, removed or replaced; what the server's driver says
    /// when it does not answer.
    pub fn check(&mut self) -> Result<()> {
        match &self.presence.url {
            DatabaseUrl::Sqlite(path) if identity(path) != self.presence.file => {
                Err(Error::Gone { place: self.presence.url.to_string() })
            }
            DatabaseUrl::Sqlite(_) => Ok(()),
            DatabaseUrl::Postgres(_) => {
                // An answer of a moment ago proves nothing: what follows must not find out half-way.
                self.conn.batch("SELECT 1")?;
                Ok(())
            }
        }
    }
}
