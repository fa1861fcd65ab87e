//! The ledger's database: members, history, runs and events on SQLite or PostgreSQL.
//!
//! One SQL text serves both: placeholders are `$1`, bulk statements read a relation called `rows`
//! (see [`bulk`](self)), and only the column types of the schema differ. The store is synchronous
//! on purpose: a statement costs a function call on SQLite, not a hand-off between threads
//! (`docs/decisions/0001-rusqlite-and-postgres.md`). Async callers use it from a blocking thread.
//!
//! The store keeps what it is told; what a list of members *means* is decided in
//! `hubfolk-license`.

mod bulk;
mod conn;
mod digest;
mod error;
mod events;
mod feed;
mod fleet;
mod lease;
mod members;
mod migrate;
mod model;
mod orgs;
mod person;
mod presence;
mod publish;
mod roster;
mod runs;
mod service;
mod stage;
mod stats;
mod url;

pub use error::Error;
pub use events::{Cause, CauseSource, Event, EventFilter, EventKind, GroupRef, chain_hash};
pub use feed::{Fed, Feed};
pub use fleet::Standing;
pub use lease::{Holder, Lease, Taken};
pub use members::{AsOf, Listed};
pub use model::{Field, Fields, GroupRole, MemberState, Status};
pub use orgs::{Org, OrgKey, OrgMatch};
pub use person::{GroupSpan, Version};
pub use publish::{Approval, NewVersion, Publish, ServiceAccountRow};
pub use roster::Sketch;
pub use runs::{Run, RunError, RunState, RunsAsked};
pub use service::{
    Account, AccountKind, ApiToken, Credential, LogChecked, LogEntry, NewAccount, NewApiToken,
    NewSession, OrgGrant, OrgSetting, Price, SavedView, Session, Turn,
};
pub use stage::{Known, Staged};
pub use stats::{DAY, DayStat, KindCount, Sort, Tally};
pub use url::DatabaseUrl;

use conn::Conn;
use presence::Presence;

/// What the store's calls return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Microseconds since 1970-01-01T00:00:00Z, the unit of every time in the database.
pub type Micros = i64;

/// An open ledger.
#[derive(Debug)]
pub struct Store {
    conn: Conn,
    /// Where it was opened, to notice when that is gone.
    presence: Presence,
    /// Where runs in progress stage; opened by the first.
    scratch: Option<Conn>,
}

impl Store {
    /// Opens a ledger, creating it and bringing its schema up to date if need be.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] when the file or server cannot be reached, [`Error::Foreign`] when it holds
    /// something else, [`Error::Newer`] when a later hubfolk wrote it, [`Error::Corrupt`] when it
    /// is damaged. In each of these cases the database is left untouched.
    pub fn open(url: &DatabaseUrl) -> Result<Self> {
        let mut conn = Conn::open(url)?;
        migrate::migrate(&mut conn)?;
        Ok(Self { conn, presence: Presence::of(url), scratch: None })
    }

    /// Whether this ledger is on PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.conn.is_postgres()
    }
}
