//! How often somebody may try to sign in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hubfolk_store::Micros;

/// Failures of one address or for one name before it has to wait.
const MOST: u32 = 8;

/// For how long failures count.
const WINDOW: Micros = 10 * 60 * 1_000_000;

/// Most that is remembered; then the oldest is forgotten first.
const REMEMBERED: usize = 10_000;

/// Failures by address and by name.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, (u32, Micros)>>);

impl Attempts {
    /// Seconds that this address or name has to wait, if it has to.
    pub(crate) fn wait(&self, keys: &[String], now: Micros) -> Option<u64> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = keys.iter().filter_map(|key| failures.get(key)).filter_map(|(count, since)| {
            let left = since + WINDOW - now;
            (*count >= MOST && left > 0).then_some(left)
        });
        waits.max().map(|left| left.unsigned_abs().div_ceil(1_000_000))
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, keys: &[String], now: Micros) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, (_, since)| *since + WINDOW > now);
            if failures.len() >= REMEMBERED {
                let oldest = failures.iter().min_by_key(|(_, (_, since))| *since);
                let oldest = oldest.map(|(key, _)| key.clone());
                oldest.map(|key| failures.remove(&key));
            }
        }
        for key in keys {
            let entry = failures.entry(key.clone()).or_insert((0, now));
            *entry = if entry.1 + WINDOW <= now { (1, now) } else { (entry.0 + 1, entry.1) };
        }
    }

    /// Forgets the failures of who signed in.
    pub(crate) fn succeeded(&self, keys: &[String]) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            failures.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_eight_failures_one_waits_until_the_window_is_over() {
        let (attempts, key) = (Attempts::default(), ["address 1.2.3.4".to_owned()]);
        for _ in 0..MOST {
            assert_eq!(attempts.wait(&key, 0), None);
            attempts.failed(&key, 0);
        }
        assert_eq!(attempts.wait(&key, 1), Some(600));
        assert_eq!(attempts.wait(&["address 1.2.3.5".to_owned()], 1), None);
        assert_eq!(attempts.wait(&key, WINDOW), None);
        attempts.succeeded(&key);
        assert_eq!(attempts.wait(&key, 1), None);
    }
}
