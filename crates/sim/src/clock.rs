//! The time the simulated Hub believes it is.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

const FOLLOWS_THE_MACHINE: i64 = i64::MIN;

/// The machine's clock, or an instant that somebody set.
#[derive(Debug)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    pub(crate) fn new(fixed: Option<Timestamp>) -> Self {
        let clock = Self(AtomicI64::new(FOLLOWS_THE_MACHINE));
        clock.set(fixed);
        clock
    }

    pub(crate) fn set(&self, fixed: Option<Timestamp>) {
        let value = fixed.map_or(FOLLOWS_THE_MACHINE, Timestamp::as_millisecond);
        self.0.store(value, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self.0.load(Ordering::Relaxed) {
            FOLLOWS_THE_MACHINE => machine_time(),
            fixed => Timestamp::from_millisecond(fixed).expect("it was made from a timestamp"),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_time() -> Timestamp {
    Timestamp::now()
}

/// The form of every date on the Hub's wire: UTC with three decimals.
pub(crate) fn wire_date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The form of the `Date` header.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
