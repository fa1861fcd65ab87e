//! Points in time as people type them: a date, a time, `2w`, or `run:17`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A point in an organization's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A day in UTC; `--as-of` means its end, `--since` its beginning.
    Day(Date),
    /// An instant.
    At(Timestamp),
    /// So long before now.
    Ago(Age),
    /// After a run of this number.
    Run(i64),
}

/// Months and seconds before now: calendar units have no fixed length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    months: i32,
    seconds: i64,
}

/// Where in the history a question points, once "now" is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// An instant.
    At(Timestamp),
    /// A run.
    Run(i64),
}

const FORMS: &str = "use a date (2026-03-02), a time (2026-03-02T10:00:00Z), an age (30m, 12h, 3d, 2w, 6mo, 1y) or a run (run:17)";

/// Reads a point in time.
///
/// # Errors
///
/// Says which forms there are.
pub fn parse(text: &str) -> Result<When, String> {
    if let Some(run) = text.strip_prefix("run:") {
        let run = run.parse().ok().filter(|run| *run > 0);
        return run.map(When::Run).ok_or_else(|| "a run's number follows: run:17".to_owned());
    }
    if let Some(age) = age(text) {
        return Ok(When::Ago(age));
    }
    // The shape decides first, so that 2026-02-30 is told about its day and not about the forms.
    if let (true, Err(error)) = (looks_like_a_date(text), text.parse::<Date>()) {
        return Err(format!("there is no such day: {error}"));
    }
    if text.len() == 10
        && let Ok(day) = text.parse::<Date>()
    {
        return Ok(When::Day(day));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(When::At(at));
    }
    let local = text.parse::<DateTime>().ok().filter(|_| text.len() > 10);
    local
        .and_then(|local| local.to_zoned(TimeZone::UTC).ok())
        .map(|zoned| When::At(zoned.timestamp()))
        .ok_or_else(|| FORMS.to_owned())
}

fn looks_like_a_date(text: &str) -> bool {
    let shape = |c: char| if c.is_ascii_digit() { '9' } else { c };
    text.chars().map(shape).eq("9999-99-99".chars())
}

fn age(text: &str) -> Option<Age> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: i64 = text[..digits].parse().ok()?;
    let (months, seconds) = match &text[digits..] {
        "s" => (0, number),
        "m" => (0, number.checked_mul(60)?),
        "h" => (0, number.checked_mul(3600)?),
        "d" => (0, number.checked_mul(86_400)?),
        "w" => (0, number.checked_mul(7 * 86_400)?),
        "mo" => (number, 0),
        "y" => (number.checked_mul(12)?, 0),
        _ => return None,
    };
    Some(Age { months: i32::try_from(months).ok()?, seconds })
}

impl When {
    /// The point meant by `--as-of`: a day counts to its end.
    ///
    /// # Errors
    ///
    /// When that is before the calendar begins, or after it ends.
    pub fn as_of(self, now: Timestamp) -> Result<Point, String> {
        match self {
            Self::Day(day) => {
                let next = day.tomorrow().map_err(|_| FORMS.to_owned())?;
                let end = start(next)?.as_microsecond() - 1;
                Ok(Point::At(Timestamp::from_microsecond(end).map_err(|_| FORMS.to_owned())?))
            }
            other => other.since(now),
        }
    }

    /// The point meant by `--since`: a day counts from its beginning.
    ///
    /// # Errors
    ///
    /// When that is before the calendar begins, or after it ends.
    pub fn since(self, now: Timestamp) -> Result<Point, String> {
        match self {
            Self::Day(day) => Ok(Point::At(start(day)?)),
            Self::At(at) => Ok(Point::At(at)),
            Self::Run(run) => Ok(Point::Run(run)),
            Self::Ago(age) => {
                let back = now
                    .to_zoned(TimeZone::UTC)
                    .checked_sub(Span::new().try_months(age.months).map_err(|_| FORMS.to_owned())?);
                let back =
                    back.map_err(|_| "that is before the calendar begins".to_owned())?.timestamp();
                let second = back.as_second().saturating_sub(age.seconds);
                Timestamp::new(second, back.subsec_nanosecond())
                    .map(Point::At)
                    .map_err(|_| "that is before the calendar begins".to_owned())
            }
        }
    }
}

fn start(day: Date) -> Result<Timestamp, String> {
    let zoned = day.to_zoned(TimeZone::UTC).map_err(|_| FORMS.to_owned())?;
    Ok(zoned.timestamp())
}

/// Reads a duration such as `30s`, `15m`, `6h`, `1d`, `2w`, or plain seconds.
///
/// # Errors
///
/// Says which forms there are.
pub fn duration(text: &str) -> Result<std::time::Duration, String> {
    let error = || "use seconds or a length such as 30s, 15m, 6h, 1d, 2w".to_owned();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds > 0.0 => seconds,
        Ok(_) => return Err(error()),
        Err(_) => {
            let age =
                age(text).filter(|age| age.months == 0 && age.seconds > 0).ok_or_else(error)?;
            std::time::Duration::from_secs(age.seconds.unsigned_abs()).as_secs_f64()
        }
    };
    std::time::Duration::try_from_secs_f64(seconds).map_err(|_| error())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use jiff::Timestamp;

    use super::{Point, duration, parse};

    fn now() -> Timestamp {
        "2026-03-31T12:00:00Z".parse().unwrap()
    }

    fn as_of(text: &str) -> String {
        match parse(text).unwrap().as_of(now()).unwrap() {
            Point::At(at) => at.to_string(),
            Point::Run(run) => format!("run {run}"),
        }
    }

    fn since(text: &str) -> String {
        match parse(text).unwrap().since(now()).unwrap() {
            Point::At(at) => at.to_string(),
            Point::Run(run) => format!("run {run}"),
        }
    }

    #[test]
    fn a_day_ends_late_for_as_of_and_begins_early_for_since() {
        assert_eq!(as_of("2026-03-02"), "2026-03-02T23:59:59.999999Z");
        assert_eq!(since("2026-03-02"), "2026-03-02T00:00:00Z");
    }

    #[test]
    fn times_ages_and_runs() {
        assert_eq!(as_of("2026-03-02T10:00:00+02:00"), "2026-03-02T08:00:00Z");
        assert_eq!(as_of("2026-03-02T10:00"), "2026-03-02T10:00:00Z");
        assert_eq!(as_of("2w"), "2026-03-17T12:00:00Z");
        assert_eq!(as_of("1mo"), "2026-02-28T12:00:00Z");
        assert_eq!(as_of("90s"), "2026-03-31T11:58:30Z");
        assert_eq!(as_of("run:17"), "run 17");
    }

    #[test]
    fn what_is_no_time_is_told_the_forms() {
        for text in
            ["", "yesterday", "2026-3-2", "w", "2x", "-2w", "run:", "run:x", "run:0", "2026"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("2026-02-30").unwrap_err().starts_with("there is no such day"));
        assert!(parse("99999999999999999999w").is_err());
        assert!(parse("999999999y").and_then(|when| when.since(now())).is_err());
    }

    #[test]
    fn durations() {
        assert_eq!(duration("15m").unwrap().as_secs(), 900);
        assert_eq!(duration("0.5").unwrap().as_millis(), 500);
        for text in ["", "0", "-1", "1mo", "soon", "inf"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
