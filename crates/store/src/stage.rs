//! What a run saw that differs from the ledger, kept aside until the run is published.
//!
//! A run in progress stages into a scratch database on this machine's disk: it costs neither a round
//! trip nor a durable write, and a process that is killed leaves nothing behind. Only a quarantined
//! run's is kept in the ledger, until a person has decided.

use crate::bulk::{Bulk, Col, Rows};
use crate::conn::{Conn, Row};
use crate::{Error, Fields, GroupRole, Lease, Result, Status, Store};

/// What the ledger holds of a listed person, just enough to tell whether anything changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Row of the open membership.
    pub membership_id: i64,
    /// Hash of the entry the row was made from.
    pub hash: i64,
    /// Active or missing.
    pub status: Status,
}

/// One entry of a member list as a run saw it, or a member that the list lacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The person's id.
    pub user_id: String,
    /// Row of the open membership, none for someone new.
    pub membership_id: Option<i64>,
    /// The list lacked this member.
    pub gone: bool,
    /// Username.
    pub username: String,
    /// Full name.
    pub fullname: Option<String>,
    /// Avatar, possibly relative to the Hub.
    pub avatar_url: Option<String>,
    /// Verified e-mail address.
    pub email: Option<String>,
    /// Role.
    pub role: Option<String>,
    /// Pro subscription.
    pub is_pro: Option<bool>,
    /// Two-factor authentication.
    pub two_factor: Option<bool>,
    /// External collaborator.
    pub external: Option<bool>,
    /// Resource groups, sorted by id.
    pub groups: Vec<GroupRole>,
    /// Fields that the entry had.
    pub seen: Fields,
    /// Hash of the entry.
    pub hash: i64,
}

const LOOKUP: Bulk = Bulk {
    columns: &[("org_id", Col::Int), ("user_id", Col::Text), ("place", Col::Int)],
    // CROSS JOIN: the few rows drive the index, on both databases.
    sql: "SELECT rows.place, m.id, m.hash, m.status FROM rows CROSS JOIN membership m
          WHERE m.org_id = rows.org_id AND m.user_id = rows.user_id AND m.valid_to IS NULL",
};

const STAGE_NOW: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("run_no", Col::Int),
        ("user_id", Col::Text),
        ("membership_id", Col::Int),
        ("gone", Col::Int),
        ("username", Col::Text),
        ("fullname", Col::Text),
        ("avatar_url", Col::Text),
        ("email", Col::Text),
        ("role", Col::Text),
        ("is_pro", Col::Int),
        ("two_factor", Col::Int),
        ("external", Col::Int),
        ("groups", Col::Text),
        ("seen", Col::Int),
        ("hash", Col::Int),
    ],
    sql: "INSERT INTO stage_now (org_id, run_no, user_id, membership_id, gone, username,
              fullname, avatar_url, email, role, is_pro, two_factor, external, groups, seen, hash)
          SELECT org_id, run_no, user_id, membership_id, gone, username, fullname, avatar_url,
              email, role, is_pro, two_factor, external, groups, seen, hash FROM rows WHERE true
          ON CONFLICT (org_id, run_no, user_id) DO UPDATE SET gone = excluded.gone,
              username = excluded.username, fullname = excluded.fullname,
              avatar_url = excluded.avatar_url, email = excluded.email, role = excluded.role,
              is_pro = excluded.is_pro, two_factor = excluded.two_factor,
              external = excluded.external, groups = excluded.groups, seen = excluded.seen,
              hash = excluded.hash",
};

/// The same for a quarantined run.
const STAGE_KEPT: Bulk = Bulk {
    columns: STAGE_NOW.columns,
    sql: "INSERT INTO stage_member (org_id, run_no, user_id, membership_id, gone, username,
              fullname, avatar_url, email, role, is_pro, two_factor, external, groups, seen, hash)
          SELECT org_id, run_no, user_id, membership_id, gone, username, fullname, avatar_url,
              email, role, is_pro, two_factor, external, groups, seen, hash FROM rows",
};

impl Store {
    /// What the ledger holds of each of these people, in their order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn lookup(&mut self, org_id: i64, user_ids: &[&str]) -> Result<Vec<Option<Known>>> {
        let mut rows = Rows::with_capacity(user_ids.len(), &LOOKUP);
        for (place, user_id) in (0_i64..).zip(user_ids) {
            rows.push([org_id.into(), (*user_id).into(), place.into()]);
        }
        let mut found = vec![None; user_ids.len()];
        self.conn.bulk_query(&LOOKUP, &rows, |row| {
            let known = Known {
                membership_id: row.int(1)?,
                hash: row.int(2)?,
                status: Status::parse(row.str(3)?)?,
            };
            if let Some(place) = usize::try_from(row.int(0)?).ok().and_then(|i| found.get_mut(i)) {
                *place = Some(known);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// What the ledger holds of everyone with an open membership, each with their id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn lookup_all(&mut self, org_id: i64, mut each: impl FnMut(&str, Known)) -> Result<()> {
        let sql = "SELECT user_id, id, hash, status FROM membership
                   WHERE org_id = $1 AND valid_to IS NULL AND user_id > ''";
        self.conn.query(sql, &[org_id.into()], |row| {
            let known = Known {
                membership_id: row.int(1)?,
                hash: row.int(2)?,
                status: Status::parse(row.str(3)?)?,
            };
            each(row.str(0)?, known);
            Ok(())
        })
    }

    /// Keeps entries aside for a run, one for each person: a later one replaces an earlier one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn stage(&mut self, lease: &Lease, staged: &[Staged]) -> Result<()> {
        if staged.is_empty() {
            return Ok(());
        }
        let room = scratch(&mut self.scratch)?;
        let staged = room.transaction(|s| insert(s, &STAGE_NOW, lease.org_id, lease.run, staged));
        if staged.is_err() {
            // Without a journal it is of no more use after an error.
            self.scratch = None;
        }
        staged
    }

    /// How many people a run staged.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn staged_count(&mut self, lease: &Lease) -> Result<i64> {
        let sql = "SELECT count(*) FROM stage_now WHERE org_id = $1 AND run_no = $2";
        let params = [lease.org_id.into(), lease.run.into()];
        let count = scratch(&mut self.scratch)?.first(sql, &params, |row| row.int(0))?;
        Ok(count.unwrap_or(0))
    }

    /// Forgets what a run staged, to read the list once more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn clear_stage(&mut self, lease: &Lease) -> Result<()> {
        clear(scratch(&mut self.scratch)?, Stage::Now, lease.org_id, lease.run)
    }

    /// The members that a quarantined run lacked, by id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn would_leave(&mut self, org_id: i64, run: i64) -> Result<Vec<Staged>> {
        let sql = format!(
            "{COLUMNS} FROM stage_member
             WHERE org_id = $1 AND run_no = $2 AND gone = 1 ORDER BY user_id"
        );
        let mut found = Vec::new();
        self.conn.query(&sql, &[org_id.into(), run.into()], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// A part of the members that a quarantined run lacked, by id, and how many there are in all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn leavers(
        &mut self,
        org_id: i64,
        run: i64,
        after: &str,
        limit: i64,
    ) -> Result<(Vec<Staged>, i64)> {
        let sql = "SELECT count(*) FROM stage_member
                   WHERE org_id = $1 AND run_no = $2 AND gone = 1";
        let total = self.conn.first(sql, &[org_id.into(), run.into()], |row| row.int(0))?;
        let found = page(&mut self.conn, Stage::Kept, (org_id, run), true, after, limit)?;
        Ok((found, total.unwrap_or(0)))
    }
}

pub(crate) const COLUMNS: &str = "SELECT user_id, membership_id, gone, username, fullname,
    avatar_url, email, role, is_pro, two_factor, external, groups, seen, hash";

/// Where the entries of a run are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// In progress, in the scratch database.
    Now,
    /// Kept for a person to decide on.
    Kept,
}

impl Stage {
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Now => "stage_now",
            Self::Kept => "stage_member",
        }
    }
}

/// The scratch database, opened when it is first wanted.
pub(crate) fn scratch(scratch: &mut Option<Conn>) -> Result<&mut Conn> {
    match scratch {
        Some(scratch) => Ok(scratch),
        None => {
            let mut conn = Conn::scratch()?;
            conn.batch(
                "CREATE TABLE stage_now (org_id bigint NOT NULL, run_no bigint NOT NULL,
                     user_id text NOT NULL, membership_id bigint, gone smallint NOT NULL,
                     username text NOT NULL, fullname text, avatar_url text, email text, role text,
                     is_pro smallint, two_factor smallint, external smallint, groups text,
                     seen bigint NOT NULL, hash bigint NOT NULL,
                     PRIMARY KEY (org_id, run_no, user_id))",
            )?;
            Ok(scratch.insert(conn))
        }
    }
}

fn insert(conn: &mut Conn, bulk: &Bulk, org_id: i64, run: i64, staged: &[Staged]) -> Result<()> {
    let groups: Vec<String> = staged.iter().map(|s| groups_to_text(&s.groups)).collect();
    let mut rows = Rows::with_capacity(staged.len(), bulk);
    for (s, groups) in staged.iter().zip(&groups) {
        rows.push([
            org_id.into(),
            run.into(),
            (&s.user_id).into(),
            s.membership_id.into(),
            s.gone.into(),
            (&s.username).into(),
            (&s.fullname).into(),
            (&s.avatar_url).into(),
            (&s.email).into(),
            (&s.role).into(),
            s.is_pro.into(),
            s.two_factor.into(),
            s.external.into(),
            groups.into(),
            s.seen.bits().into(),
            s.hash.into(),
        ]);
    }
    conn.bulk(bulk, &rows).map(drop)
}

/// Entries of a run in order of the people's ids, after `after`, at most `limit`.
pub(crate) fn page(
    conn: &mut Conn,
    stage: Stage,
    (org_id, run): (i64, i64),
    gone: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<Staged>> {
    let sql = format!(
        "{COLUMNS} FROM {} WHERE org_id = $1 AND run_no = $2 AND user_id > $3 AND gone = $4
         ORDER BY user_id LIMIT $5",
        stage.table()
    );
    let mut found = Vec::new();
    let params = [org_id.into(), run.into(), after.into(), gone.into(), limit.into()];
    conn.query(&sql, &params, |row| {
        found.push(read(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Keeps the entries of a run in progress for a person to decide on.
pub(crate) fn keep(conn: &mut Conn, scratch: &mut Conn, org_id: i64, run: i64) -> Result<()> {
    for gone in [false, true] {
        let mut after = String::new();
        loop {
            let entries = page(scratch, Stage::Now, (org_id, run), gone, &after, 1000)?;
            let Some(last) = entries.last() else { break };
            after.clone_from(&last.user_id);
            insert(conn, &STAGE_KEPT, org_id, run, &entries)?;
        }
    }
    Ok(())
}

/// Forgets the entries of a run.
pub(crate) fn clear(conn: &mut Conn, stage: Stage, org_id: i64, run: i64) -> Result<()> {
    let table = stage.table();
    let others = format!(
        "SELECT 1 FROM {table} WHERE org_id < $1 OR org_id > $1 OR run_no < $2 OR run_no > $2
         LIMIT 1"
    );
    let params = [org_id.into(), run.into()];
    if !conn.is_postgres() && conn.first(&others, &params, |_| Ok(()))?.is_none() {
        // Without a condition SQLite drops the pages instead of emptying them row by row.
        conn.execute(&format!("DELETE FROM {table}"), &[])?;
        return Ok(());
    }
    conn.execute(&format!("DELETE FROM {table} WHERE org_id = $1 AND run_no = $2"), &params)?;
    Ok(())
}

pub(crate) fn read(row: &Row<'_>) -> Result<Staged> {
    Ok(Staged {
        user_id: row.text(0)?,
        membership_id: row.opt_int(1)?,
        gone: row.int(2)? != 0,
        username: row.text(3)?,
        fullname: row.opt_text(4)?,
        avatar_url: row.opt_text(5)?,
        email: row.opt_text(6)?,
        role: row.opt_text(7)?,
        is_pro: row.opt_bool(8)?,
        two_factor: row.opt_bool(9)?,
        external: row.opt_bool(10)?,
        groups: groups_from_text(row.str(11)?)?,
        seen: Fields::from_bits(row.int(12)?),
        hash: row.int(13)?,
    })
}

fn groups_to_text(groups: &[GroupRole]) -> String {
    if groups.is_empty() {
        return "[]".to_owned();
    }
    let rows: Vec<[&str; 3]> =
        groups.iter().map(|g| [g.id.as_str(), g.name.as_str(), g.role.as_str()]).collect();
    serde_json::to_string(&rows).expect("strings always serialize")
}

fn groups_from_text(text: &str) -> Result<Vec<GroupRole>> {
    if text == "[]" {
        return Ok(Vec::new());
    }
    let rows: Vec<[String; 3]> = serde_json::from_str(text)
        .map_err(|_| Error::Unreadable { what: "group list", value: text.to_owned() })?;
    Ok(rows.into_iter().map(|[id, name, role]| GroupRole { id, name, role }).collect())
}
