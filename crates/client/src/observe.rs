//! What a program can see of the requests: events as they happen and totals.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use http::StatusCode;
use jiff::Timestamp;

/// Something that happened while talking to the Hub.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A request was sent.
    Sent {
        /// Name of the operation.
        operation: &'static str,
        /// Which attempt it is, from 1.
        attempt: u32,
    },
    /// An answer came, good or bad.
    Answered {
        /// Name of the operation.
        operation: &'static str,
        /// Its HTTP status.
        status: StatusCode,
        /// What time the Hub says it is.
        date: Option<Timestamp>,
        /// What the Hub says of its rate limit.
        left: Option<RateLeft>,
    },
    /// A page of a list is there.
    Page {
        /// Name of the operation.
        operation: &'static str,
        /// Its number, from 1.
        number: u64,
    },
    /// Nothing is sent for a while; the next `Sent` ends it.
    Waiting {
        /// Name of the operation.
        operation: &'static str,
        /// For how long.
        duration: Duration,
        /// Because the Hub's rate limit is used up, not because something failed.
        rate_limit: bool,
    },
    /// The Hub gave advice with its answer (`X-HF-Warning`), such as an end that is announced.
    Advice {
        /// Name of the operation.
        operation: &'static str,
        /// What it is about; the same advice comes under the same topic.
        topic: String,
        /// The Hub's words.
        message: String,
    },
}

/// How many requests the Hub still takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLeft {
    /// Requests left in the window.
    pub remaining: u64,
    /// Requests a window has in all.
    pub quota: Option<u64>,
    /// Time until the window ends.
    pub resets_in: Duration,
}

/// What a client has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Requests sent, repeated ones and followed redirects included.
    pub requests: u64,
    /// Time spent waiting between attempts and for rate limits, summed over tasks.
    pub waited: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    waited_micros: AtomicU64,
}

impl Counters {
    pub(crate) fn sent(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn waited(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.waited_micros.fetch_add(micros, Relaxed);
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            requests: self.requests.load(Relaxed),
            waited: Duration::from_micros(self.waited_micros.load(Relaxed)),
        }
    }
}

type Told = Arc<dyn Fn(&Event) + Send + Sync>;

/// The program's function, if it gave one.
#[derive(Clone, Default)]
pub(crate) struct Observer(pub(crate) Option<Told>);

impl Observer {
    pub(crate) fn tell(&self, event: &Event) {
        if let Some(observer) = &self.0 {
            observer(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some(..)" } else { "None" })
    }
}
