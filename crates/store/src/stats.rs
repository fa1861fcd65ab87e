//! How many members there are of each sort, now and at the end of every day.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::conn::{Conn, Param, Row};
use crate::{Error, Field, Fields, Micros, Result, Status, Store};

/// Microseconds in a day.
pub const DAY: Micros = 86_400_000_000;

/// How many members share everything that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What they share.
    pub sort: Sort,
    /// How many they are.
    pub members: i64,
}

/// What members are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sort {
    /// Role in the organization, as last known.
    pub role: Option<String>,
    /// Listed with the last run, or missing from it.
    pub missing: bool,
    /// Two-factor authentication; none when it is unknown.
    pub two_factor: Option<bool>,
    /// External collaborator; none when it is unknown.
    pub external: Option<bool>,
    /// Pro subscription; none when it is unknown.
    pub is_pro: Option<bool>,
    /// Whether the role was seen when last looked for.
    pub role_known: bool,
}

/// The members at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayStat {
    /// Days since 1970-01-01, in UTC.
    pub day: i64,
    /// The last run published on it that changed anything.
    pub run: i64,
    /// The members, each once.
    pub tallies: Vec<Tally>,
}

/// How many events of one kind a run made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindCount {
    /// The run.
    pub run: i64,
    /// When its events count as having happened.
    pub at: Micros,
    /// The kind's name.
    pub kind: String,
    /// How many.
    pub events: i64,
}

/// A tally as it stands in the database.
#[derive(Serialize, Deserialize)]
struct Stored(Option<String>, u8, Option<u8>, Option<u8>, Option<u8>, u8, i64);

impl From<&Tally> for Stored {
    fn from(tally: &Tally) -> Self {
        let sort = &tally.sort;
        Self(
            sort.role.clone(),
            sort.missing.into(),
            sort.two_factor.map(u8::from),
            sort.external.map(u8::from),
            sort.is_pro.map(u8::from),
            sort.role_known.into(),
            tally.members,
        )
    }
}

impl From<Stored> for Tally {
    fn from(stored: Stored) -> Self {
        Self {
            sort: Sort {
                role: stored.0,
                missing: stored.1 != 0,
                two_factor: stored.2.map(|it| it != 0),
                external: stored.3.map(|it| it != 0),
                is_pro: stored.4.map(|it| it != 0),
                role_known: stored.5 != 0,
            },
            members: stored.6,
        }
    }
}

fn to_text(tallies: &[Tally]) -> String {
    let stored: Vec<Stored> = tallies.iter().map(Stored::from).collect();
    serde_json::to_string(&stored).expect("numbers and texts are JSON")
}

fn from_text(text: &str) -> Result<Vec<Tally>> {
    let stored: Vec<Stored> = serde_json::from_str(text)
        .map_err(|_| Error::Unreadable { what: "tallies", value: text.to_owned() })?;
    Ok(stored.into_iter().map(Tally::from).collect())
}

impl Store {
    /// How the members stood at the end of each day since `from` on which anything changed, and on
    /// the last such day before it; oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn daily_stats(&mut self, org_id: i64, from: i64) -> Result<Vec<DayStat>> {
        let before = "SELECT max(day) FROM daily_stat WHERE org_id = $1 AND day < $2";
        let begin = self
            .conn
            .first(before, &[org_id.into(), from.into()], |row| row.opt_int(0))?
            .flatten()
            .unwrap_or(from);
        let mut found = Vec::new();
        let sql = "SELECT day, run_no, tallies FROM daily_stat
                   WHERE org_id = $1 AND day >= $2 ORDER BY day";
        self.conn.query(sql, &[org_id.into(), begin.into()], |row| {
            let tallies = from_text(row.str(2)?)?;
            found.push(DayStat { day: row.int(0)?, run: row.int(1)?, tallies });
            Ok(())
        })?;
        Ok(found)
    }

    /// How many events of each kind the runs after `run` made, in order of the runs.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn kind_counts(&mut self, org_id: i64, after_run: i64) -> Result<Vec<KindCount>> {
        let sql = "SELECT k.run_no, r.at, k.kind, k.events FROM run_kind k
                   JOIN sync_run r ON r.org_id = k.org_id AND r.run_no = k.run_no
                   WHERE k.org_id = $1 AND k.run_no > $2 ORDER BY k.run_no, k.kind";
        let mut found = Vec::new();
        self.conn.query(sql, &[org_id.into(), after_run.into()], |row| {
            found.push(KindCount {
                run: row.int(0)?,
                at: row.int(1)?,
                kind: row.text(2)?,
                events: row.int(3)?,
            });
            Ok(())
        })?;
        Ok(found)
    }
}

/// The members by sort, as far as the run's token could see.
struct Counting {
    visible: Fields,
    counts: BTreeMap<Sort, i64>,
}

impl Counting {
    fn new(coverage: Fields) -> Self {
        let visible = coverage.or(Fields::ALL.without(Fields::COVERAGE));
        Self { visible, counts: BTreeMap::new() }
    }

    fn add(&mut self, class: &Class, members: i64) {
        let sure = class.sure.and(self.visible);
        let known = |field, value: Option<bool>| value.filter(|_| sure.has(field));
        let sort = Sort {
            role: class.role.clone(),
            missing: class.status == Status::Missing,
            two_factor: known(Field::TwoFactor, class.two_factor),
            external: known(Field::External, class.external),
            is_pro: known(Field::Pro, class.is_pro),
            role_known: sure.has(Field::Role),
        };
        *self.counts.entry(sort).or_default() += members;
    }

    fn tallies(self) -> Vec<Tally> {
        let counted = self.counts.into_iter().filter(|(_, members)| *members != 0);
        counted.map(|(sort, members)| Tally { sort, members }).collect()
    }
}

/// What the database groups by: it knows nothing of what the token saw.
#[derive(PartialEq, Eq, Hash)]
struct Class {
    role: Option<String>,
    status: Status,
    sure: Fields,
    two_factor: Option<bool>,
    external: Option<bool>,
    is_pro: Option<bool>,
}

const CLASS: &str = "role, status, known & fresh, two_factor, external, is_pro";

impl Class {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            role: row.opt_text(0)?,
            status: Status::parse(row.str(1)?)?,
            sure: Fields::from_bits(row.int(2)?),
            two_factor: row.opt_bool(3)?,
            external: row.opt_bool(4)?,
            is_pro: row.opt_bool(5)?,
        })
    }
}

/// Counts the open memberships anew and keeps the numbers with the organization and for the day.
pub(crate) fn recount(
    conn: &mut Conn,
    org_id: i64,
    run_no: i64,
    at: Micros,
    coverage: Fields,
) -> Result<()> {
    let (mut active, mut missing) = (0, 0);
    let mut counting = Counting::new(coverage);
    let sql = format!(
        "SELECT {CLASS}, count(*) FROM membership
         WHERE org_id = $1 AND valid_to IS NULL AND user_id > '' GROUP BY 1, 2, 3, 4, 5, 6"
    );
    conn.query(&sql, &[org_id.into()], |row| {
        let (class, members) = (Class::read(row)?, row.int(6)?);
        *(if class.status == Status::Missing { &mut missing } else { &mut active }) += members;
        counting.add(&class, members);
        Ok(())
    })?;
    conn.execute(
        "UPDATE org SET active = $1, missing = $2 WHERE id = $3",
        &[active.into(), missing.into(), Param::Int(org_id)],
    )?;
    keep(conn, org_id, at.div_euclid(DAY), run_no, &counting.tallies())
}

fn keep(conn: &mut Conn, org_id: i64, day: i64, run_no: i64, tallies: &[Tally]) -> Result<()> {
    let text = to_text(tallies);
    conn.execute(
        "INSERT INTO daily_stat (org_id, day, run_no, tallies) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, day) DO UPDATE SET run_no = excluded.run_no,
             tallies = excluded.tallies",
        &[org_id.into(), day.into(), run_no.into(), (&text).into()],
    )?;
    Ok(())
}

/// Fills the table of days from the history that a ledger of an earlier version has.
pub(crate) fn backfill(conn: &mut Conn) -> Result<()> {
    let mut orgs = Vec::new();
    conn.query("SELECT id FROM org WHERE published_run > 0", &[], |row| {
        orgs.push(row.int(0)?);
        Ok(())
    })?;
    for org_id in orgs {
        backfill_org(conn, org_id)?;
    }
    Ok(())
}

fn backfill_org(conn: &mut Conn, org_id: i64) -> Result<()> {
    // The last run of each day, and what came and went on it.
    let mut days: BTreeMap<i64, (i64, Fields)> = BTreeMap::new();
    let runs = "SELECT at, run_no, coverage FROM sync_run
                WHERE org_id = $1 AND state = 'published' ORDER BY run_no";
    conn.query(runs, &[org_id.into()], |row| {
        let day = row.int(0)?.div_euclid(DAY);
        days.insert(day, (row.int(1)?, Fields::from_bits(row.int(2)?)));
        Ok(())
    })?;
    let mut moves: BTreeMap<i64, HashMap<Class, i64>> = BTreeMap::new();
    for (time, sign) in [("valid_from", 1), ("valid_to", -1)] {
        let sql = format!(
            "SELECT {CLASS}, {time} / {DAY} AS day, count(*) FROM membership
             WHERE org_id = $1 AND {time} IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
        );
        conn.query(&sql, &[org_id.into()], |row| {
            let count = moves.entry(row.int(6)?).or_default().entry(Class::read(row)?);
            *count.or_default() += sign * row.int(7)?;
            Ok(())
        })?;
    }
    let mut standing: HashMap<Class, i64> = HashMap::new();
    for (day, moved) in moves {
        for (class, members) in moved {
            *standing.entry(class).or_default() += members;
        }
        standing.retain(|_, members| *members != 0);
        let Some((run_no, coverage)) = days.get(&day) else { continue };
        let mut counting = Counting::new(*coverage);
        standing.iter().for_each(|(class, members)| counting.add(class, *members));
        keep(conn, org_id, day, *run_no, &counting.tallies())?;
    }
    Ok(())
}
