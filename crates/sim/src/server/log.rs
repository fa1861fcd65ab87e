//! What was asked, for tests that count requests. Tokens are never kept.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

const KEPT: usize = 10_000;

/// One request as the simulator saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestRecord {
    /// Name of the operation; `unknown` where the Hub knows no such page.
    pub operation: &'static str,
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Username of the caller, when known.
    pub caller: Option<String>,
    /// Page of a list, counted from 1.
    pub page: Option<u32>,
    /// Status of the answer; 0 where the connection was reset before it.
    pub status: u16,
    /// Names of the faults that happened.
    pub faults: Vec<&'static str>,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    recent: VecDeque<RequestRecord>,
    counts: HashMap<&'static str, u64>,
}

impl RequestLog {
    pub(crate) fn add(&self, record: RequestRecord) {
        let mut entries = self.0.lock().expect("nobody panics while holding it");
        *entries.counts.entry(record.operation).or_default() += 1;
        if entries.recent.len() == KEPT {
            entries.recent.pop_front();
        }
        entries.recent.push_back(record);
    }

    pub(crate) fn recent(&self) -> Vec<RequestRecord> {
        self.0.lock().expect("nobody panics while holding it").recent.iter().cloned().collect()
    }

    pub(crate) fn count(&self, operation: &str) -> u64 {
        let entries = self.0.lock().expect("nobody panics while holding it");
        entries.counts.get(operation).copied().unwrap_or(0)
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.lock().expect("nobody panics while holding it").counts.values().sum()
    }

    pub(crate) fn clear(&self) {
        *self.0.lock().expect("nobody panics while holding it") = Entries::default();
    }
}
