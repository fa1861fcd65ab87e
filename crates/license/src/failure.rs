//! Why a run failed, in the words of the command line's contract.

use hubfolk_store::RunError;

use crate::chain;
use crate::views::ErrorView;

/// A kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The Hub answered with an error status.
    Http,
    /// The Hub did not answer in time.
    Timeout,
    /// The connection could not be made or broke.
    Connection,
    /// An answer could not be read.
    Decode,
    /// The next page was on another origin.
    ForeignNext,
    /// The next page was one already read.
    RepeatedNext,
    /// A page, or the number of them, was beyond a limit.
    Cap,
    /// The Hub refused the token.
    Auth,
    /// The Hub's rate limit lasted longer than we may wait.
    RateLimited,
    /// The list changed while it was read, twice.
    Moved,
    /// The list is not of the organization, or not for the caller, that it should be.
    Identity,
    /// The sync was stopped.
    Interrupted,
}

impl FailureKind {
    /// The kind as it stands in JSON and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Decode => "decode",
            Self::ForeignNext => "foreign_next",
            Self::RepeatedNext => "repeated_next",
            Self::Cap => "cap",
            Self::Auth => "auth",
            Self::RateLimited => "rate_limited",
            Self::Moved => "moved",
            Self::Identity => "identity",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind.
    pub kind: FailureKind,
    /// The page it happened on, from 1.
    pub page: Option<i64>,
    /// The Hub's status code.
    pub status: Option<i64>,
    /// One line for a person.
    pub message: String,
}

impl From<&Failure> for RunError {
    fn from(failure: &Failure) -> Self {
        Self {
            kind: failure.kind.name().to_owned(),
            page: failure.page,
            status: failure.status,
            message: failure.message.clone(),
        }
    }
}

impl From<&Failure> for ErrorView {
    fn from(failure: &Failure) -> Self {
        Self {
            kind: failure.kind.name().to_owned(),
            page: failure.page,
            status: failure.status,
            message: failure.message.clone(),
        }
    }
}

impl From<&hubfolk::Error> for Failure {
    fn from(error: &hubfolk::Error) -> Self {
        Self {
            kind: kind(error),
            page: error.page().map(|page| page as i64),
            status: error.status().map(|status| i64::from(status.as_u16())),
            message: chain(error),
        }
    }
}

fn kind(error: &hubfolk::Error) -> FailureKind {
    use hubfolk::{Error, PagingProblem, TransportProblem};
    match error {
        Error::Api(api) if matches!(api.status.as_u16(), 401..=403) => FailureKind::Auth,
        Error::Transport(transport) => match transport.problem {
            TransportProblem::Timeout => FailureKind::Timeout,
            _ => FailureKind::Connection,
        },
        Error::RateLimited(_) => FailureKind::RateLimited,
        Error::Decode(_) => FailureKind::Decode,
        Error::Paging(paging) => match paging.problem {
            PagingProblem::ForeignNext { .. } => FailureKind::ForeignNext,
            PagingProblem::RepeatedNext => FailureKind::RepeatedNext,
            _ => FailureKind::Cap,
        },
        Error::TooLarge(_) => FailureKind::Cap,
        // A client that cannot be built or asked never gets here; a redirect elsewhere is the Hub's
        // answer.
        _ => FailureKind::Http,
    }
}
