//! One organization at a glance: seats, their trend, who came and went, what it costs.

use std::collections::BTreeMap;

use hubfolk_store::{DAY, DayStat, EventKind, KindCount, Micros, Tally};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::Serialize;

use crate::roles::{Licenses, rank};
use crate::select::UNKNOWN;

/// How many members a fact holds for, does not, and is unknown for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Truths {
    /// It is known to hold.
    pub yes: i64,
    /// It is known not to.
    pub no: i64,
    /// The token of the last sync could not see it.
    pub unknown: i64,
}

impl Truths {
    fn add(&mut self, value: Option<bool>, members: i64) {
        *match value {
            Some(true) => &mut self.yes,
            Some(false) => &mut self.no,
            None => &mut self.unknown,
        } += members;
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> i64 {
        self.yes + self.no + self.unknown
    }
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Money {
    /// In the currency's minor unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// What one seat of a license type costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatPrice {
    /// The license type.
    pub license: String,
    /// What one seat costs.
    pub price: Money,
    /// Whether that is for a year; else it is for a month.
    pub yearly: bool,
}

impl SeatPrice {
    /// What so many seats cost a month.
    fn month(&self, seats: i64) -> Money {
        let minor = self.price.minor.saturating_mul(seats);
        let minor = if self.yearly { minor.saturating_add(6).div_euclid(12) } else { minor };
        Money { minor, currency: self.price.currency.clone() }
    }
}

/// The seats of one license type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seats {
    /// The license type; `unknown` for members without a role that has one.
    pub license: String,
    /// Members listed.
    pub members: i64,
    /// What they cost a month; null when no price is set.
    pub monthly: Option<Money>,
}

/// The seats at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Day {
    /// The day, in UTC.
    pub day: String,
    /// Members listed, by license type in the order of `seats`.
    pub members: Vec<i64>,
}

/// Who came and went in a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Week {
    /// Its Monday, in UTC.
    pub from: String,
    /// Its Sunday.
    pub to: String,
    /// People who joined or came back.
    pub joined: i64,
    /// People who left.
    pub left: i64,
}

/// How many changes of a kind there were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changed {
    /// The kind.
    pub kind: String,
    /// How many.
    pub changes: i64,
}

/// The members of an organization in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Numbers {
    /// Members listed.
    pub members: i64,
    /// Members missing since the last complete sync.
    pub missing: i64,
    /// Seats by license type, the most powerful first.
    pub seats: Vec<Seats>,
    /// Two-factor authentication.
    pub two_factor: Truths,
    /// External collaborators.
    pub external: Truths,
    /// Pro subscriptions.
    pub pro: Truths,
    /// What the seats with a price cost a month, by currency.
    pub monthly: Vec<Money>,
    /// Members whose seats have no price.
    pub unpriced: i64,
    /// Seats at the end of each day.
    pub trend: Vec<Day>,
}

/// Which license type each of the tallies counts to, the most powerful first.
struct Types(Vec<String>);

impl Types {
    fn new(licenses: &Licenses, days: &[DayStat]) -> Self {
        let mut types: Vec<(u8, &str)> =
            licenses.iter().map(|(role, license)| (rank(Some(role)), license)).collect();
        types.sort_unstable_by(|a, b| b.cmp(a));
        let mut names: Vec<String> = Vec::new();
        for (_, license) in types {
            if !names.iter().any(|name| name == license) {
                names.push(license.to_owned());
            }
        }
        let unmapped = |tally: &Tally| !tally.sort.missing && license(tally, licenses).is_none();
        if days.iter().any(|day| day.tallies.iter().any(unmapped)) {
            names.push(UNKNOWN.to_owned());
        }
        Self(names)
    }

    fn count(&self, tallies: &[Tally], licenses: &Licenses) -> Vec<i64> {
        let mut counts = vec![0; self.0.len()];
        for tally in tallies.iter().filter(|tally| !tally.sort.missing) {
            let name = license(tally, licenses).unwrap_or(UNKNOWN);
            if let Some(place) = self.0.iter().position(|known| known == name) {
                counts[place] += tally.members;
            }
        }
        counts
    }
}

fn license<'a>(tally: &Tally, licenses: &'a Licenses) -> Option<&'a str> {
    licenses.of(tally.sort.role.as_deref()?)
}

impl Numbers {
    /// The numbers at the end of `days`, which hold every day since `from` (and the last before it)
    /// on which anything changed.
    #[must_use]
    pub fn new(
        days: &[DayStat],
        from: i64,
        today: i64,
        licenses: &Licenses,
        prices: &[SeatPrice],
    ) -> Self {
        let types = Types::new(licenses, days);
        let now: &[Tally] = days.last().map_or(&[], |day| &day.tallies);
        let mut numbers = Self {
            members: 0,
            missing: 0,
            seats: Vec::new(),
            two_factor: Truths::default(),
            external: Truths::default(),
            pro: Truths::default(),
            monthly: Vec::new(),
            unpriced: 0,
            trend: trend(days, from, today, &types, licenses),
        };
        for Tally { sort, members } in now {
            if sort.missing {
                numbers.missing += members;
                continue;
            }
            numbers.members += members;
            numbers.two_factor.add(sort.two_factor, *members);
            numbers.external.add(sort.external, *members);
            numbers.pro.add(sort.is_pro, *members);
        }
        let mut monthly: BTreeMap<String, i64> = BTreeMap::new();
        for (license, members) in types.0.iter().zip(types.count(now, licenses)) {
            let price = prices.iter().find(|price| price.license == *license);
            let cost = price.map(|price| price.month(members));
            match &cost {
                Some(money) => *monthly.entry(money.currency.clone()).or_default() += money.minor,
                None => numbers.unpriced += members,
            }
            numbers.seats.push(Seats { license: license.clone(), members, monthly: cost });
        }
        let money = |(currency, minor)| Money { minor, currency };
        numbers.monthly = monthly.into_iter().map(money).collect();
        numbers
    }
}

fn trend(days: &[DayStat], from: i64, today: i64, types: &Types, licenses: &Licenses) -> Vec<Day> {
    let Some(first) = days.first() else { return Vec::new() };
    let mut trend = Vec::new();
    let mut known = days.iter().peekable();
    let mut members = Vec::new();
    for day in first.day.max(from)..=today {
        while let Some(stat) = known.next_if(|stat| stat.day <= day) {
            members = types.count(&stat.tallies, licenses);
        }
        trend.push(Day { day: date(day).to_string(), members: members.clone() });
    }
    trend
}

/// A day by its number since 1970-01-01.
#[must_use]
pub fn date(day: i64) -> Date {
    let at = Timestamp::from_microsecond(day.saturating_mul(DAY)).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).date()
}

/// The number of a day since 1970-01-01.
#[must_use]
pub fn day_of(at: Micros) -> i64 {
    at.div_euclid(DAY)
}

/// The Monday of the week `weeks` before the one of `at`, at its beginning.
#[must_use]
pub fn monday(at: Timestamp, weeks: i64) -> Timestamp {
    let date = at.to_zoned(TimeZone::UTC).date();
    let back = i64::from(date.weekday().since(Weekday::Monday)) + weeks * 7;
    let monday = date.checked_sub(back.days()).unwrap_or(date);
    monday.to_zoned(TimeZone::UTC).map_or(at, |monday| monday.timestamp())
}

/// Who came and went in each week from `from` to `now`. The run that began the ledger made no
/// joiners: those people were there before.
#[must_use]
pub fn weeks(counts: &[KindCount], first_run: i64, from: Timestamp, now: Timestamp) -> Vec<Week> {
    let start = day_of(from.as_microsecond());
    let end = day_of(now.as_microsecond());
    let mut weeks: Vec<Week> = (0..=(end - start).max(0) / 7)
        .map(|week| Week {
            from: date(start + week * 7).to_string(),
            to: date(start + week * 7 + 6).to_string(),
            joined: 0,
            left: 0,
        })
        .collect();
    for count in counts.iter().filter(|count| count.run != first_run) {
        let week = (day_of(count.at) - start).div_euclid(7);
        let Some(week) = usize::try_from(week).ok().and_then(|week| weeks.get_mut(week)) else {
            continue;
        };
        if [EventKind::Joined, EventKind::Returned].iter().any(|kind| kind.name() == count.kind) {
            week.joined += count.events;
        } else if count.kind == EventKind::Left.name() {
            week.left += count.events;
        }
    }
    weeks
}

/// What changed since a time, most first; what became known for the first time is no change.
#[must_use]
pub fn changed_since(counts: &[KindCount], since: Micros) -> Vec<Changed> {
    let mut kinds: BTreeMap<&str, i64> = BTreeMap::new();
    for count in counts.iter().filter(|count| count.at >= since) {
        if count.kind != EventKind::Learned.name() {
            *kinds.entry(&count.kind).or_default() += count.events;
        }
    }
    let mut changed: Vec<Changed> = kinds
        .into_iter()
        .map(|(kind, changes)| Changed { kind: kind.to_owned(), changes })
        .collect();
    changed.sort_by(|a, b| b.changes.cmp(&a.changes).then_with(|| a.kind.cmp(&b.kind)));
    changed
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use hubfolk_store::Sort;

    use super::*;

    fn tally(role: Option<&str>, two_factor: Option<bool>, members: i64) -> Tally {
        let sort = Sort {
            role: role.map(str::to_owned),
            missing: false,
            two_factor,
            external: None,
            is_pro: Some(false),
            role_known: role.is_some(),
        };
        Tally { sort, members }
    }

    fn licenses() -> Licenses {
        let known = [("admin", "Admin"), ("write", "Write"), ("read", "Read")];
        Licenses::new(known.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    fn price(license: &str, minor: i64, yearly: bool) -> SeatPrice {
        let price = Money { minor, currency: "EUR".to_owned() };
        SeatPrice { license: license.to_owned(), price, yearly }
    }

    #[test]
    fn unknown_facts_and_unpriced_seats_show() {
        let tallies = vec![
            tally(Some("admin"), Some(true), 2),
            tally(Some("read"), None, 3),
            tally(None, Some(false), 4),
            tally(Some("wizard"), Some(false), 1),
        ];
        let days = [DayStat { day: 10, run: 1, tallies }];
        let prices = [price("Admin", 2000, false), price("Read", 1201, true)];
        let numbers = Numbers::new(&days, 0, 12, &licenses(), &prices);
        assert_eq!(numbers.two_factor, Truths { yes: 2, no: 5, unknown: 3 });
        assert_eq!(numbers.external.unknown, 10);
        let seats: Vec<(&str, i64)> =
            numbers.seats.iter().map(|seat| (seat.license.as_str(), seat.members)).collect();
        assert_eq!(seats, [("Admin", 2), ("Write", 0), ("Read", 3), ("unknown", 5)]);
        assert_eq!(numbers.unpriced, 5);
        assert_eq!(numbers.monthly, [Money { minor: 4000 + 300, currency: "EUR".to_owned() }]);
        let days: Vec<&str> = numbers.trend.iter().map(|day| day.day.as_str()).collect();
        assert_eq!(days, ["1970-01-11", "1970-01-12", "1970-01-13"]);
        assert_eq!(numbers.trend[2].members, [2, 0, 3, 5]);
    }

    #[test]
    fn weeks_begin_on_monday_and_the_first_sync_made_no_joiners() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let from = monday(now, 2);
        assert_eq!(from.to_string(), "2026-11-02T00:00:00Z");
        let count = |run, at: &str, kind: &str, events| KindCount {
            run,
            at: at.parse::<Timestamp>().unwrap().as_microsecond(),
            kind: kind.to_owned(),
            events,
        };
        let counts = [
            count(1, "2026-11-02T00:00:00Z", "member.joined", 100),
            count(2, "2026-11-08T23:59:59Z", "member.joined", 3),
            count(3, "2026-11-09T00:00:00Z", "member.returned", 2),
            count(3, "2026-11-09T00:00:00Z", "member.left", 5),
            count(4, "2026-11-20T12:30:00Z", "member.learned", 50),
            count(4, "2026-11-20T12:30:00Z", "role.changed", 7),
        ];
        let weeks = weeks(&counts, 1, from, now);
        let told: Vec<(&str, i64, i64)> =
            weeks.iter().map(|week| (week.from.as_str(), week.joined, week.left)).collect();
        assert_eq!(told, [("2026-11-02", 3, 0), ("2026-11-09", 2, 5), ("2026-11-16", 0, 0)]);
        let yesterday = now.as_microsecond() - DAY;
        let changed = changed_since(&counts, yesterday);
        assert_eq!(changed, [Changed { kind: "role.changed".to_owned(), changes: 7 }]);
    }
}
