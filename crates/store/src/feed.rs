//! An organization's events newest first, by kind and person, a page at a time.

use crate::conn::Param;
use crate::events::{COLUMNS, Event, EventKind, OF_PERSON, of_person, read};
use crate::{Result, Store};

/// Which events, newest first.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// Only those before this sequence number.
    pub before: Option<i64>,
    /// Only those of runs from this one on.
    pub first_run: Option<i64>,
    /// Only those of runs up to this one.
    pub last_run: Option<i64>,
    /// Only these kinds; all of them when empty.
    pub kinds: Vec<EventKind>,
    /// Only those of this person.
    pub user_id: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fed {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// How many there are in all, before `before` cuts them.
    pub total: i64,
    /// Whether there are older ones.
    pub more: bool,
}

/// How many runs are looked at in one go for events of the kinds that were asked for.
const RUNS: i64 = 64;

impl Store {
    /// A part of the feed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn feed(&mut self, org_id: i64, feed: &Feed) -> Result<Fed> {
        let mut fed = match &feed.user_id {
            Some(user_id) => self.feed_of_person(org_id, feed, user_id)?,
            None => self.feed_of_all(org_id, feed)?,
        };
        fed.more = fed.events.len() > feed.limit;
        fed.events.truncate(feed.limit);
        Ok(fed)
    }

    fn feed_of_person(&mut self, org_id: i64, feed: &Feed, user_id: &str) -> Result<Fed> {
        let mut params: Vec<Param<'_>> = vec![org_id.into(), user_id.into()];
        let kinds = kinds(feed, &mut params);
        let (first, last) = runs(feed);
        params.extend::<[Param<'_>; 2]>([first.into(), last.into()]);
        let (from, to) = (params.len() - 1, params.len());
        let matching = format!(
            "FROM {OF_PERSON} WHERE e.org_id = $1 AND e.seq = mine.seq AND {kinds}
             AND e.run_no >= ${from} AND e.run_no <= ${to}"
        );
        let mine = of_person(2);
        let sql = format!("{mine} SELECT count(*) {matching}");
        let total = self.conn.first(&sql, &params, |row| row.int(0))?.unwrap_or(0);
        params.push(feed.before.unwrap_or(i64::MAX).into());
        params.push(wanted(feed).into());
        let sql = format!(
            "{mine} {COLUMNS} {matching} AND e.seq < ${} ORDER BY e.seq DESC LIMIT ${}",
            params.len() - 1,
            params.len()
        );
        let mut events = Vec::new();
        self.conn.query(&sql, &params, |row| {
            events.push(read(row)?);
            Ok(())
        })?;
        Ok(Fed { events, total, more: false })
    }

    fn feed_of_all(&mut self, org_id: i64, feed: &Feed) -> Result<Fed> {
        let mut params: Vec<Param<'_>> = vec![org_id.into()];
        let kinds = kinds(feed, &mut params);
        let (first, last) = runs(feed);
        params.extend::<[Param<'_>; 2]>([first.into(), last.into()]);
        let (from, to) = (params.len() - 1, params.len());
        let matching = format!("org_id = $1 AND {kinds} AND run_no >= ${from} AND run_no <= ${to}");
        let sql = format!("SELECT cast(sum(events) AS bigint) FROM run_kind WHERE {matching}");
        let total = self.conn.first(&sql, &params, |row| row.int(0))?.unwrap_or(0);
        let mut events = Vec::new();
        let mut last_run = last;
        loop {
            let spans = self.spans(org_id, feed, first, last_run)?;
            let Some((oldest, ..)) = spans.last() else { break };
            last_run = oldest - 1;
            let whole = spans.len() < RUNS as usize;
            for (_, low, high) in spans {
                if events.len() as i64 >= wanted(feed) {
                    break;
                }
                self.within(org_id, feed, (low, high), &mut events)?;
            }
            if whole || events.len() as i64 >= wanted(feed) {
                break;
            }
        }
        Ok(Fed { events, total, more: false })
    }

    /// Where the events of the kinds that were asked for begin and end in each run, newest first.
    fn spans(
        &mut self,
        org_id: i64,
        feed: &Feed,
        first: i64,
        last: i64,
    ) -> Result<Vec<(i64, i64, i64)>> {
        let mut params: Vec<Param<'_>> = vec![org_id.into()];
        let kinds = kinds(feed, &mut params);
        let n = params.len();
        params.extend::<[Param<'_>; 4]>([
            first.into(),
            last.into(),
            feed.before.unwrap_or(i64::MAX).into(),
            RUNS.into(),
        ]);
        let sql = format!(
            "SELECT run_no, min(first_seq), max(last_seq) FROM run_kind
             WHERE org_id = $1 AND {kinds} AND run_no >= ${} AND run_no <= ${} AND first_seq < ${}
             GROUP BY run_no ORDER BY run_no DESC LIMIT ${}",
            n + 1,
            n + 2,
            n + 3,
            n + 4
        );
        let mut found = Vec::new();
        self.conn.query(&sql, &params, |row| {
            found.push((row.int(0)?, row.int(1)?, row.int(2)?));
            Ok(())
        })?;
        Ok(found)
    }

    fn within(
        &mut self,
        org_id: i64,
        feed: &Feed,
        (low, high): (i64, i64),
        events: &mut Vec<Event>,
    ) -> Result<()> {
        let mut params: Vec<Param<'_>> = vec![org_id.into()];
        let kinds = kinds(feed, &mut params);
        let n = params.len();
        params.extend::<[Param<'_>; 3]>([
            low.into(),
            high.min(feed.before.map_or(i64::MAX, |before| before - 1)).into(),
            (wanted(feed) - events.len() as i64).into(),
        ]);
        let sql = format!(
            "{COLUMNS} FROM event e WHERE e.org_id = $1 AND {kinds} AND e.seq >= ${} AND e.seq <= ${}
             ORDER BY e.seq DESC LIMIT ${}",
            n + 1,
            n + 2,
            n + 3
        );
        self.conn.query(&sql, &params, |row| {
            events.push(read(row)?);
            Ok(())
        })
    }
}

/// One more than asked for tells whether there are more.
fn wanted(feed: &Feed) -> i64 {
    i64::try_from(feed.limit).unwrap_or(i64::MAX).saturating_add(1)
}

fn runs(feed: &Feed) -> (i64, i64) {
    (feed.first_run.unwrap_or(0), feed.last_run.unwrap_or(i64::MAX))
}

/// The condition on the kind, whose parameters come next.
fn kinds<'a>(feed: &Feed, params: &mut Vec<Param<'a>>) -> String {
    if feed.kinds.is_empty() || feed.kinds.len() == EventKind::ALL.len() {
        return "kind > ''".to_owned();
    }
    let places: Vec<String> = feed
        .kinds
        .iter()
        .map(|kind| {
            params.push(kind.name().into());
            format!("${}", params.len())
        })
        .collect();
    format!("kind IN ({})", places.join(", "))
}
