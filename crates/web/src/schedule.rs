//! When an organization is synced.

use std::fmt;
use std::time::Duration;

use hubfolk_license::when;
use hubfolk_store::Micros;

/// A second in the unit of times.
const SECOND: Micros = 1_000_000;

/// A day.
const DAY: Micros = 86_400 * SECOND;

/// Shortest time between two syncs: the Hub limits requests in windows of five minutes.
const SHORTEST: Duration = Duration::from_secs(300);

/// Longest.
const LONGEST: Duration = Duration::from_secs(31 * 86_400);

/// When an organization is synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// So often.
    Every(Duration),
    /// Once a day at this minute, UTC.
    Daily(u16),
    /// When somebody asks.
    Manual,
}

impl Schedule {
    /// Reads what a person typed, or what was stored.
    ///
    /// # Errors
    ///
    /// What is understood.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        if text == "manual" {
            return Ok(Self::Manual);
        }
        if let Some(time) = text.strip_prefix("daily") {
            let minutes = time.trim().split_once(':').and_then(|(hour, minute)| {
                let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
                (hour < 24 && minute < 60).then_some(hour * 60 + minute)
            });
            return minutes
                .map(Self::Daily)
                .ok_or_else(|| "say at which time of the day (UTC), as `daily 03:00`".to_owned());
        }
        let age = text.strip_prefix("every").unwrap_or(&text).trim();
        let every = when::duration(age)
            .map_err(|_| "give `every 1h`, `every 15m`, `daily 03:00` or `manual`".to_owned())?;
        if every < SHORTEST {
            return Err("the shortest is `every 5m`: the Hub limits requests".to_owned());
        }
        if every > LONGEST {
            return Err("the longest is `every 31d`".to_owned());
        }
        Ok(Self::Every(every))
    }

    /// When it is due after a time; `jitter` from 0 to 1 spreads organizations out, and never makes
    /// one later than the next turn would be.
    pub(crate) fn after(self, at: Micros, jitter: f64) -> Option<Micros> {
        let spread = |most: Micros| (most as f64 * jitter) as Micros;
        match self {
            Self::Every(every) => {
                let every = Micros::try_from(every.as_micros()).unwrap_or(DAY);
                // Up to a tenth earlier: what is asked for is kept on average and never missed.
                Some(at + every - spread(every / 10))
            }
            Self::Daily(minute) => {
                let minute = Micros::from(minute) * 60 * SECOND;
                let today = at - at.rem_euclid(DAY) + minute;
                let next = if today > at { today } else { today + DAY };
                Some(next + spread(10 * 60 * SECOND))
            }
            Self::Manual => None,
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(every) => {
                let seconds = every.as_secs();
                let (number, unit) = [(86_400, "d"), (3_600, "h"), (60, "m")]
                    .into_iter()
                    .find(|(length, _)| seconds % length == 0)
                    .map_or((seconds, "s"), |(length, unit)| (seconds / length, unit));
                write!(f, "every {number}{unit}")
            }
            Self::Daily(minute) => write!(f, "daily {:02}:{:02}", minute / 60, minute % 60),
            Self::Manual => f.write_str("manual"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_people_type_is_read_and_shown_again() {
        for (typed, shown) in [
            ("1h", "every 1h"),
            ("every 90m", "every 90m"),
            ("Daily 3:05", "daily 03:05"),
            ("every 3600", "every 1h"),
            ("every 2d", "every 2d"),
            ("manual", "manual"),
        ] {
            let schedule = Schedule::parse(typed).unwrap();
            assert_eq!(schedule.to_string(), shown);
            assert_eq!(Schedule::parse(shown), Ok(schedule));
        }
        for wrong in ["", "often", "every 1m", "every 90d", "daily", "daily 24:00", "daily 3"] {
            assert!(Schedule::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_hour_is_an_hour_or_a_little_less() {
        let hourly = Schedule::parse("1h").unwrap();
        let hour = 3600 * SECOND;
        assert_eq!(hourly.after(0, 0.0), Some(hour));
        assert_eq!(hourly.after(0, 1.0), Some(hour - hour / 10));
        let daily = Schedule::parse("daily 03:00").unwrap();
        assert_eq!(daily.after(0, 0.0), Some(3 * hour));
        assert_eq!(daily.after(3 * hour, 0.0), Some(DAY + 3 * hour));
        assert_eq!(Schedule::Manual.after(0, 0.5), None);
    }
}
