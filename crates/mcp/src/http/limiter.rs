//! How many requests a caller may make a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Most callers that are told apart; beyond, those who have been silent longest are forgotten.
const MOST: usize = 4_096;

const MINUTE: f64 = 60.0;

/// A bucket for each caller: it fills evenly, and a full one allows a minute's worth at once.
#[derive(Debug)]
pub(super) struct Limiter {
    rate: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Limiter {
    pub(super) fn new(a_minute: u32) -> Self {
        Self { rate: f64::from(a_minute), buckets: Mutex::default() }
    }

    /// Takes one request from a caller's minute, or says how long to wait for one.
    pub(super) fn take(&self, caller: &str) -> Result<(), Duration> {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(caller) {
            // A bucket that has filled up again knows nothing.
            let full = Duration::from_secs(60);
            buckets.retain(|_, bucket| now.duration_since(bucket.at) < full);
            if buckets.len() >= MOST {
                return Err(Duration::from_secs(1));
            }
        }
        let bucket =
            buckets.entry(caller.to_owned()).or_insert(Bucket { left: self.rate, at: now });
        let filled = now.duration_since(bucket.at).as_secs_f64() * self.rate / MINUTE;
        bucket.left = (bucket.left + filled).min(self.rate);
        bucket.at = now;
        if bucket.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.left) * MINUTE / self.rate));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_has_so_many_requests_for_each_caller() {
        let limiter = Limiter::new(60);
        for _ in 0..60 {
            assert_eq!(limiter.take("ada"), Ok(()));
        }
        assert!(limiter.take("ada").is_err_and(|wait| wait <= Duration::from_secs(1)));
        assert_eq!(limiter.take("bob"), Ok(()));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(limiter.take("ada"), Ok(()));
        assert_eq!(limiter.take("ada"), Ok(()));
        assert!(limiter.take("ada").is_err());
    }
}
