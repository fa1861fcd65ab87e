//! The Hub's rate limits: a fixed window of requests for each token or address.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::world::{Plan, UserIx, World};

/// How many requests a caller may make.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimits {
    /// The Hub's own quotas by plan, in windows of five minutes.
    #[default]
    Hub,
    /// The same quota for everyone.
    Fixed {
        /// Requests a window.
        quota: u32,
        /// The window's length in seconds, at least 1.
        window: u32,
    },
    /// Nobody is ever refused; the headers say the quota of the plan, all of it left.
    Unlimited,
}

/// Length of the Hub's windows in seconds.
const WINDOW: u32 = 300;

/// What the headers of an answer say, and whether the request is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) quota: u32,
    pub(crate) window: u32,
    pub(crate) remaining: u32,
    pub(crate) resets_in: u32,
    pub(crate) refused: bool,
}

#[derive(Default)]
pub(crate) struct Limiter {
    windows: Mutex<HashMap<Box<str>, Window>>,
}

/// Nothing of the content, whose keys are tokens.
impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Window {
    began: Instant,
    used: u32,
}

impl Limiter {
    /// Counts one request of `who`, a token or an address.
    pub(crate) fn count(&self, limits: RateLimits, who: &str, plan_quota: u32) -> Allowance {
        let (quota, window) = match limits {
            RateLimits::Hub => (plan_quota, WINDOW),
            RateLimits::Fixed { quota, window } => (quota, window.max(1)),
            RateLimits::Unlimited => {
                return Allowance {
                    quota: plan_quota,
                    window: WINDOW,
                    remaining: plan_quota,
                    resets_in: WINDOW,
                    refused: false,
                };
            }
        };
        let now = Instant::now();
        let length = Duration::from_secs(u64::from(window));
        let mut windows = self.windows.lock().expect("nobody panics while holding it");
        if !windows.contains_key(who) {
            windows.insert(who.into(), Window { began: now, used: 0 });
        }
        let entry = windows.get_mut(who).expect("it was put there just now");
        if now.duration_since(entry.began) >= length {
            *entry = Window { began: now, used: 0 };
        }
        let refused = entry.used >= quota;
        entry.used = entry.used.saturating_add(1);
        let left = length.saturating_sub(now.duration_since(entry.began));
        Allowance {
            quota,
            window,
            remaining: quota.saturating_sub(entry.used),
            resets_in: left.as_secs_f64().ceil() as u32,
            refused,
        }
    }

    /// Forgets what everyone has used.
    pub(crate) fn reset(&self) {
        self.windows.lock().expect("nobody panics while holding it").clear();
    }
}

/// The API quota of the best plan that a caller has, by the Hub's table of September 2025.
pub(crate) fn plan_quota(world: &World, user: Option<UserIx>) -> u32 {
    let Some(user) = user.map(|user| world.user(user)) else { return 500 };
    let own = if user.is_pro { 2_500 } else { 1_000 };
    let by_org = user.orgs.iter().map(|&org| match world.org(org).plan {
        None => 1_000,
        Some(Plan::Team | Plan::Academia) => 3_000,
        Some(Plan::Enterprise) => 6_000,
        Some(Plan::Plus) => 10_000,
    });
    by_org.fold(own, u32::max)
}
