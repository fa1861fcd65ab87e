//! What can go wrong between the ledger and its database.

/// Why a call to the ledger's database failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the database is not one we understand.
    #[error(
        "database address `{given}` is not understood: {why}; expected `sqlite:PATH` or \
         `postgres://USER@HOST/DATABASE`"
    )]
    Url {
        /// What was given, without any password.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file or server could not be opened.
    #[error("cannot open the ledger at {place}")]
    Open {
        /// The database, without any password.
        place: String,
        /// What the driver said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database was there and is not any more, or is another one now.
    #[error("the ledger {place} is not there any more")]
    Gone {
        /// The database, without any password.
        place: String,
    },
    /// The file is a database of some other program.
    #[error("{place} is a database of another program, not a hubfolk ledger; name another file")]
    Foreign {
        /// The database.
        place: String,
    },
    /// The file is damaged.
    #[error(
        "{place} is damaged or no database at all ({detail}); it was not touched: restore a backup \
         or name another file"
    )]
    Corrupt {
        /// The database.
        place: String,
        /// What was found.
        detail: String,
    },
    /// A newer hubfolk wrote this ledger.
    #[error(
        "the ledger has schema {found}, this hubfolk knows up to {known}; it was not touched: \
         update hubfolk"
    )]
    Newer {
        /// Schema version in the database.
        found: i64,
        /// Latest version this program knows.
        known: i64,
    },
    /// The lease of an organization was lost to another process.
    #[error("another sync took over this organization; this run may not write any more")]
    LeaseLost,
    /// A run is not in a state that allows the call.
    #[error("run {run} of {org} is {state}, {why}")]
    RunState {
        /// The organization's name.
        org: String,
        /// The run's number.
        run: i64,
        /// The run's state.
        state: String,
        /// Why that does not do.
        why: &'static str,
    },
    /// Stored text that this program cannot read back.
    #[error("the ledger holds an unreadable {what}: `{value}`")]
    Unreadable {
        /// What kind of value.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// SQLite refused a statement.
    #[error("the ledger's database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused a statement or the connection broke.
    #[error("the ledger's database failed")]
    Postgres(#[from] postgres::Error),
}

impl Error {
    /// Whether the database itself is out of reach or broken, whatever was asked of it.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Error::Open { .. }
            | Error::Gone { .. }
            | Error::Foreign { .. }
            | Error::Corrupt { .. }
            | Error::Newer { .. } => true,
            // Full, locked, unreadable, gone: but not what a statement of ours got wrong.
            Error::Sqlite(error) => !matches!(
                error.sqlite_error_code(),
                None | Some(rusqlite::ErrorCode::ConstraintViolation)
                    | Some(rusqlite::ErrorCode::TypeMismatch)
                    | Some(rusqlite::ErrorCode::ApiMisuse)
            ),
            // What the server refuses has a code; without one it did not answer. Its own class 57 is
            // a server that shuts down or starts.
            Error::Postgres(error) => error.code().is_none_or(|code| {
                ["08", "53", "57", "58"].iter().any(|class| code.code().starts_with(class))
            }),
            _ => false,
        }
    }

    /// Whether trying the whole transaction again may succeed (deadlock, serialization failure).
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Postgres(error) => error.code().is_some_and(|code| {
                *code == postgres::error::SqlState::T_R_DEADLOCK_DETECTED
                    || *code == postgres::error::SqlState::T_R_SERIALIZATION_FAILURE
            }),
            _ => false,
        }
    }
}
