//! The Hub's rate limit, shared by all tasks of one client.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, header::RETRY_AFTER};
use tokio::time::Instant;

use crate::observe::RateLeft;

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

/// What an answer says of the rate limit, for programs that want to know.
pub(crate) fn left(headers: &HeaderMap) -> Option<RateLeft> {
    let Allowance { remaining, resets_in } = allowance(headers)?;
    // `"fixed window";"api";q=500;w=300`
    let policy = headers.get("ratelimit-policy").and_then(|text| text.to_str().ok());
    let number = |part: &str| part.trim().strip_prefix("q=")?.parse().ok();
    let quota = policy.and_then(|policy| policy.split(';').find_map(number));
    Some(RateLeft { remaining, quota, resets_in })
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

/// The clock of the Hub and ours may round to different seconds.
const SAME_WINDOW: Duration = Duration::from_secs(2);

/// The gate that every request passes.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    window: Option<Window>,
    /// Until when the Hub told a request to stay away; no other answer takes that back.
    closed_until: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    remaining: u64,
    ends: Instant,
}

impl Limits {
    /// Lets a request through, or says until when there is no use in sending one.
    pub(crate) fn enter(&self, now: Instant) -> Result<(), Instant> {
        let mut state = self.lock();
        if let Some(until) = state.closed_until.filter(|until| *until > now) {
            return Err(until);
        }
        match &mut state.window {
            Some(over) if over.ends <= now => state.window = None,
            Some(Window { remaining: 0, ends }) => return Err(*ends),
            Some(open) => open.remaining -= 1,
            None => {}
        }
        Ok(())
    }

    /// Takes in what an answer says is left.
    ///
    /// Answers overtake each other, so within a window the number only falls.
    pub(crate) fn learn(&self, headers: &HeaderMap, now: Instant) {
        let Some(Allowance { remaining, resets_in }) = allowance(headers) else { return };
        let ends = now + resets_in;
        let mut state = self.lock();
        let same = |known: &Window| {
            known.ends > now && known.ends + SAME_WINDOW > ends && ends + SAME_WINDOW > known.ends
        };
        let known = state.window.filter(same);
        let remaining = known.map_or(remaining, |known| known.remaining.min(remaining));
        state.window =
            Some(Window { remaining, ends: known.map_or(ends, |known| known.ends.max(ends)) });
    }

    /// Holds every request back until then.
    pub(crate) fn close_until(&self, until: Instant) {
        let mut state = self.lock();
        state.closed_until = state.closed_until.max(Some(until));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn left(remaining: u64, seconds: u64) -> HeaderMap {
        headers(&[("ratelimit", &format!("\"api\";r={remaining};t={seconds}"))])
    }

    #[test]
    fn the_gate_closes_when_what_is_left_is_used() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.enter(now).unwrap();
        limits.learn(&left(2, 10), now);
        limits.enter(now).unwrap();
        limits.enter(now).unwrap();
        let ends = limits.enter(now).unwrap_err();
        assert_eq!(ends, now + Duration::from_secs(10));
        limits.enter(ends).unwrap();
    }

    #[test]
    fn an_answer_that_was_overtaken_does_not_open_the_gate() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(&left(0, 10), now);
        limits.learn(&left(7, 10), now);
        limits.enter(now).unwrap_err();
    }

    #[test]
    fn a_refusal_is_not_taken_back_by_another_answer() {
        let (limits, now) = (Limits::default(), Instant::now());
        let until = now + Duration::from_secs(5);
        limits.close_until(until);
        limits.close_until(now + Duration::from_secs(1));
        limits.learn(&left(500, 300), now);
        assert_eq!(limits.enter(now).unwrap_err(), until);
        limits.enter(until).unwrap();
    }

    #[test]
    fn a_window_that_ends_sooner_than_the_last_is_another_one() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(&left(500, 300), now);
        limits.learn(&left(0, 1), now);
        let until = limits.enter(now).unwrap_err();
        assert_eq!(until, now + Duration::from_secs(1));
        limits.enter(until).unwrap();
    }

    #[test]
    fn a_new_window_opens_the_gate() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(&left(0, 10), now);
        limits.learn(&left(500, 300), now);
        limits.enter(now).unwrap();
    }
}
