//! The clock of a demo that is looked at: it goes on from where the history ends.

use std::time::Instant;

use hubfolk_license::clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// A clock that goes on from a time of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Onward {
    from: Timestamp,
    since: Instant,
}

impl Onward {
    pub(super) fn from(from: Timestamp) -> Self {
        Self { from, since: Instant::now() }
    }
}

impl Clock for Onward {
    fn now(&self) -> Timestamp {
        self.from + SignedDuration::try_from(self.since.elapsed()).unwrap_or(SignedDuration::ZERO)
    }
}
