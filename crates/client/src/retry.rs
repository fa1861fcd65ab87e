//! Whether and when a request is sent again: pure decisions, and the pauses between.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use http::{HeaderMap, StatusCode};
use hubfolk_api::Effect;

use crate::limits;

/// What is done about an answer that is no success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The caller is told.
    Give,
    /// The Hub's rate limit is used up; wait and send again, however often.
    WaitForLimit(Option<Duration>),
    /// Send again after a pause, at least as long as the Hub asks.
    Again(Option<Duration>),
}

/// A write is repeated only where the Hub surely did not act.
pub(crate) fn on_status(effect: Effect, status: StatusCode, headers: &HeaderMap) -> Verdict {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Verdict::WaitForLimit(limits::asked_to_wait(headers)),
        StatusCode::SERVICE_UNAVAILABLE if limits::retry_after(headers).is_some() => {
            Verdict::Again(limits::retry_after(headers))
        }
        StatusCode::REQUEST_TIMEOUT if effect.may_repeat() => {
            Verdict::Again(limits::retry_after(headers))
        }
        status if status.is_server_error() && effect.may_repeat() => {
            Verdict::Again(limits::retry_after(headers))
        }
        _ => Verdict::Give,
    }
}

/// Whether a request without a whole answer is sent again.
pub(crate) fn on_failure(effect: Effect, reached_the_hub: bool) -> bool {
    !reached_the_hub || effect.may_repeat()
}

/// The pause after the n-th failure, without chance: doubling from the first to the longest.
pub(crate) fn pause(failures: u32, first: Duration, longest: Duration) -> Duration {
    let factor = 2_u32.saturating_pow(failures.saturating_sub(1).min(20));
    first.saturating_mul(factor).min(longest)
}

/// Chance for the pauses, so that many clients do not come back at the same instant.
#[derive(Debug)]
pub(crate) struct Jitter(AtomicU64);

impl Jitter {
    /// The same sequence for the same seed; another one each time without.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(AtomicU64::new(seed.unwrap_or_else(|| RandomState::new().hash_one(0_u8))))
    }

    /// Between half of the pause and all of it.
    pub(crate) fn apply(&self, pause: Duration) -> Duration {
        // splitmix64
        let mut x = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
        let half = pause / 2;
        let part = f64::from((x >> 32) as u32) / f64::from(u32::MAX);
        half + half.mul_f64(part)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn verdict(effect: Effect, status: u16, headers: &[(&'static str, &str)]) -> Verdict {
        let headers = headers.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap()));
        on_status(effect, StatusCode::from_u16(status).unwrap(), &headers.collect())
    }

    #[test]
    fn reads_and_idempotent_calls_are_repeated_on_what_may_pass() {
        for effect in [Effect::Read, Effect::Idempotent] {
            for status in [408, 500, 502, 503, 504] {
                assert_eq!(verdict(effect, status, &[]), Verdict::Again(None), "{status}");
            }
            for status in [400, 401, 402, 403, 404, 409, 416, 422] {
                assert_eq!(verdict(effect, status, &[]), Verdict::Give, "{status}");
            }
        }
    }

    #[test]
    fn a_write_is_repeated_only_when_the_hub_surely_did_not_act() {
        for effect in [Effect::Write, Effect::Destructive] {
            for status in [408, 500, 502, 503, 504] {
                assert_eq!(verdict(effect, status, &[]), Verdict::Give, "{status}");
            }
            let limited = verdict(effect, 429, &[("retry-after", "3")]);
            assert_eq!(limited, Verdict::WaitForLimit(Some(Duration::from_secs(3))));
            let closed = verdict(effect, 503, &[("retry-after", "3")]);
            assert_eq!(closed, Verdict::Again(Some(Duration::from_secs(3))));
            assert!(on_failure(effect, false), "no connection, no action");
            assert!(!on_failure(effect, true), "it may have happened");
        }
        assert!(on_failure(Effect::Read, true));
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pause = |n| pause(n, Duration::from_millis(250), Duration::from_secs(8)).as_millis();
        assert_eq!([1, 2, 3, 6, 7, 99].map(pause), [250, 500, 1_000, 8_000, 8_000, 8_000]);
    }

    #[test]
    fn chance_repeats_from_its_seed_and_stays_within_half() {
        let pauses = |seed| {
            let jitter = Jitter::new(Some(seed));
            (0..50).map(|_| jitter.apply(Duration::from_secs(2))).collect::<Vec<_>>()
        };
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
        let range = Duration::from_secs(1)..=Duration::from_secs(2);
        assert!(pauses(7).iter().all(|pause| range.contains(pause)));
    }
}
