//! The license ledger: who is a member of an organization, with which access, since when, and what
//! changed.
//!
//! [`Syncer`] reads an organization's member list and publishes it into a
//! [`Ledger`](hubfolk_store). What a list may and may not conclude is decided by pure functions
//! ([`coverage`], [`diff`], [`judge`], [`roles`]); being wrong there would remove people's access
//! or hide someone who left.

pub mod audit;
pub mod clock;
pub mod coverage;
pub mod diff;
pub mod export;
mod failure;
mod fleet;
mod holder;
mod intake;
pub mod judge;
mod known;
mod ledger;
pub mod mail;
mod observe;
pub mod overview;
pub mod point;
pub mod profile;
pub mod replay;
mod review;
pub mod roles;
pub mod roster;
pub mod select;
mod settle;
mod stop;
mod sync;
pub mod verify;
pub mod views;
pub mod when;

pub use failure::{Failure, FailureKind};
pub use ledger::Ledger;
pub use observe::observe;
pub use review::{approve, reject};
pub use stop::{Stop, Stopper};
pub use sync::{Progress, SyncOptions, Syncer};

/// Why a sync could not even be recorded, or did not come to an end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The Hub, the network or the list itself: the run is recorded as failed with this cause.
    #[error("{}", .0.message)]
    Failed(Box<Failure>),
    /// The ledger's database.
    #[error(transparent)]
    Store(#[from] hubfolk_store::Error),
}

/// An error with everything below it, in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
