//! The Hub's rate limit, shared by all tasks of one client.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, header::RETRY_AFTER};
use tokio::time::Instant;

/// What the Hub said about how much is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Requests left in the window.
    pub(crate) remaining: u64,
    /// Time until the window ends.
    pub(crate) resets_in: Duration,
}

/// Reads `RateLimit: "api";r=12;t=55`.
///
/// Several limits may stand there; ours is `api`, else the first.
pub(crate) fn allowance(headers: &HeaderMap) -> Option<Allowance> {
    let text = headers.get("ratelimit")?.to_str().ok()?;
    let mut limits = text.split(',').map(str::trim);
    let ours =
        limits.clone().find(|limit| limit.starts_with("\"api\"")).or_else(|| limits.next())?;
    let number = |key: &str| {
        ours.split(';').find_map(|part| part.trim().strip_prefix(key)?.parse::<u64>().ok())
    };
    Some(Allowance { remaining: number("r=")?, resets_in: Duration::from_secs(number("t=")?) })
}

/// How long the Hub asks to wait: its rate limit where that is used up, else `Retry-After`.
pub(crate) fn asked_to_wait(headers: &HeaderMap) -> Option<Duration> {
    match allowance(headers) {
        Some(Allowance { remaining: 0, resets_in }) => Some(resets_in),
        _ => retry_after(headers),
    }
}

/// `Retry-After` in seconds; the Hub sends no dates.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The gate that every request passes.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    window: Option<Window>,
    in_flight: u64,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    remaining: u64,
    ends: Instant,
}

/// A request under way; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Ticket<'a>(&'a Limits);

impl Limits {
    /// Lets a request through, or says until when there is no use in sending one.
    pub(crate) fn enter(&self, now: Instant) -> Result<Ticket<'_>, Instant> {
        let mut state = self.lock();
        match &mut state.window {
            Some(window) if window.ends <= now => state.window = None,
            Some(Window { remaining: 0, ends }) => return Err(*ends),
            Some(window) => window.remaining -= 1,
            None => {}
        }
        state.in_flight += 1;
        Ok(Ticket(self))
    }

    /// Takes in what an answer says is left; requests under way will still use some of it.
    pub(crate) fn learn(&self, headers: &HeaderMap, now: Instant) {
        let Some(Allowance { remaining, resets_in }) = allowance(headers) else { return };
        let mut state = self.lock();
        let others = state.in_flight.saturating_sub(1);
        let remaining = remaining.saturating_sub(others);
        state.window = Some(Window { remaining, ends: now + resets_in });
    }

    /// Holds every request back until then.
    pub(crate) fn close_until(&self, ends: Instant) {
        let mut state = self.lock();
        let later = state.window.filter(|window| window.remaining == 0 && window.ends > ends);
        if later.is_none() {
            state.window = Some(Window { remaining: 0, ends });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect()
    }

    #[test]
    fn the_api_limit_is_read_from_the_header() {
        let read = |text| allowance(&headers(&[("ratelimit", text)]));
        let expected = Allowance { remaining: 0, resets_in: Duration::from_secs(55) };
        assert_eq!(read("\"api\";r=0;t=55"), Some(expected));
        assert_eq!(read("\"pages\";r=9;t=1, \"api\"; r=0; t=55"), Some(expected));
        assert_eq!(read("\"api\""), None);
        assert_eq!(read("nonsense;r=x;t=-1"), None);
    }

    #[test]
    fn retry_after_counts_where_the_limit_is_not_used_up() {
        let both = headers(&[("ratelimit", "\"api\";r=3;t=55"), ("retry-after", "7")]);
        assert_eq!(asked_to_wait(&both), Some(Duration::from_secs(7)));
        let used_up = headers(&[("ratelimit", "\"api\";r=0;t=55"), ("retry-after", "7")]);
        assert_eq!(asked_to_wait(&used_up), Some(Duration::from_secs(55)));
        assert_eq!(asked_to_wait(&headers(&[("retry-after", "soon")])), None);
    }

    #[test]
    fn requests_under_way_are_counted_against_what_is_left() {
        let (limits, now) = (Limits::default(), Instant::now());
        let first = limits.enter(now).unwrap();
        let second = limits.enter(now).unwrap();
        limits.learn(&headers(&[("ratelimit", "\"api\";r=2;t=10")]), now);
        drop(first);
        let _third = limits.enter(now).unwrap();
        let ends = limits.enter(now).unwrap_err();
        assert_eq!(ends, now + Duration::from_secs(10));
        drop(second);
        limits.enter(ends).unwrap();
    }
}
