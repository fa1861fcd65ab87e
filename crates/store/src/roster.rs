//! All members of an organization in short, for an index that is kept in memory.

use std::collections::BTreeMap;

use crate::bulk::Rows;
use crate::conn::{Param, Row};
use crate::members::{BY_ROW, attach_groups, read};
use crate::orgs::name_key;
use crate::{AsOf, Fields, Listed, Micros, Result, Status, Store};

/// What an index needs to know of a member.
#[derive(Debug, Clone, Copy)]
pub struct Sketch<'a> {
    /// Row of the membership's version.
    pub membership_id: i64,
    /// The person's id.
    pub user_id: &'a str,
    /// Username as the Hub shows it.
    pub username: &'a str,
    /// Username as the program compares it.
    pub username_key: &'a str,
    /// Full name.
    pub fullname: Option<&'a str>,
    /// Verified e-mail address.
    pub email: Option<&'a str>,
    /// Role in the Hub's words.
    pub role: Option<&'a str>,
    /// Pro subscription.
    pub is_pro: Option<bool>,
    /// Two-factor authentication.
    pub two_factor: Option<bool>,
    /// External collaborator.
    pub external: Option<bool>,
    /// Fields that were ever seen, and seen when last looked for.
    pub sure: Fields,
    /// Listed, missing or gone.
    pub status: Status,
    /// When the first membership began.
    pub first_seen: Micros,
    /// When anything last changed; when they left, for someone gone.
    pub changed: Micros,
}

/// Members from which on a history is read front to back.
const MANY: i64 = 20_000;

const COLUMNS: &str =
    "SELECT m.id, m.user_id, m.username_key, m.fullname, m.email, m.role, m.is_pro,
    m.two_factor, m.external, m.known & m.fresh, m.status, m.first_seen, m.valid_from, m.valid_to,
    m.username FROM membership m";

fn sketch<'a>(row: &'a Row<'_>, left: bool) -> Result<Sketch<'a>> {
    Ok(Sketch {
        membership_id: row.int(0)?,
        user_id: row.str(1)?,
        username: row.str(14)?,
        username_key: row.str(2)?,
        fullname: row.opt_str(3)?,
        email: row.opt_str(4)?,
        role: row.opt_str(5)?,
        is_pro: row.opt_bool(6)?,
        two_factor: row.opt_bool(7)?,
        external: row.opt_bool(8)?,
        sure: Fields::from_bits(row.int(9)?),
        status: if left { Status::Left } else { Status::parse(row.str(10)?)? },
        first_seen: row.int(11)?,
        changed: if left { row.int(13)? } else { row.int(12)? },
    })
}

impl Store {
    /// Hands everyone who was a member at a time to `each`, in no order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sketches(
        &mut self,
        org_id: i64,
        as_of: AsOf,
        mut each: impl FnMut(Sketch<'_>) -> Result<()>,
    ) -> Result<()> {
        let (condition, at) = match as_of {
            // The comparison with '' names the index of open memberships to SQLite.
            AsOf::Now => ("m.valid_to IS NULL AND m.user_id > '' AND m.valid_from <= $2", i64::MAX),
            AsOf::At(at) => ("m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2)", at),
        };
        // Of a large organization's history most is read anyway: front to back that takes a
        // fifteenth of the time that it takes row by row in order of the names. The plus keeps the index out of it.
        let org = match as_of {
            AsOf::At(_) if self.member_counts(org_id)?.0 > MANY => "+m.org_id",
            _ => "m.org_id",
        };
        let sql = format!("{COLUMNS} WHERE {org} = $1 AND {condition}");
        self.conn.query(&sql, &[org_id.into(), at.into()], |row| each(sketch(row, false)?))
    }

    /// Hands the end of every membership that had ended by a time to `each`, newest first, whether
    /// or not the person came back.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sketches_of_ended(
        &mut self,
        org_id: i64,
        as_of: AsOf,
        mut each: impl FnMut(Sketch<'_>) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "{COLUMNS} WHERE m.org_id = $1 AND m.ended = 1 AND m.user_id > '' AND m.valid_to <= $2
             ORDER BY m.valid_to DESC, m.id DESC"
        );
        let at = as_of.micros();
        self.conn.query(&sql, &[org_id.into(), at.into()], |row| each(sketch(row, true)?))
    }

    /// Hands each membership in a resource group at a time to `each`: person, group, role.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn group_links(
        &mut self,
        org_id: i64,
        as_of: AsOf,
        mut each: impl FnMut(&str, &str, &str) -> Result<()>,
    ) -> Result<()> {
        let (condition, at) = match as_of {
            AsOf::Now => ("valid_to IS NULL AND user_id > '' AND valid_from <= $2", i64::MAX),
            AsOf::At(at) => ("valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)", at),
        };
        let sql = format!(
            "SELECT user_id, group_id, role FROM group_membership WHERE org_id = $1 AND {condition}"
        );
        self.conn.query(&sql, &[org_id.into(), at.into()], |row| {
            each(row.str(0)?, row.str(1)?, row.str(2)?)
        })
    }

    /// The names of the resource groups at a time, by id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn group_names(&mut self, org_id: i64, as_of: AsOf) -> Result<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        // A name learned later is better than none.
        let sql = "SELECT group_id, name FROM resource_group WHERE org_id = $1
                   ORDER BY CASE WHEN valid_from <= $2 THEN 1 ELSE 0 END, valid_from";
        self.conn.query(sql, &[org_id.into(), as_of.micros().into()], |row| {
            found.insert(row.text(0)?, row.text(1)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// These versions of memberships as they stood at a time, in the order asked for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn listed(&mut self, org_id: i64, as_of: AsOf, rows: &[i64]) -> Result<Vec<Listed>> {
        let mut ids = Rows::with_capacity(rows.len(), &BY_ROW);
        rows.iter().for_each(|id| ids.push([Param::Int(*id)]));
        let mut found = Vec::with_capacity(rows.len());
        let at = as_of.micros();
        self.conn.bulk_query(&BY_ROW, &ids, |row| {
            let ended = row.opt_int(15)?.filter(|ended| *ended <= at);
            let mut listed = read(row)?;
            if ended.is_some() {
                listed.state.status = Status::Left;
                listed.left_at = ended;
            }
            found.push(listed);
            Ok(())
        })?;
        attach_groups(&mut self.conn, org_id, as_of, &mut found)?;
        let place = |listed: &Listed| rows.iter().position(|id| *id == listed.membership_id);
        if rows.len() <= 256 {
            found.sort_by_key(place);
        } else {
            let places: std::collections::HashMap<i64, usize> =
                rows.iter().enumerate().map(|(place, id)| (*id, place)).collect();
            found.sort_by_key(|listed| places.get(&listed.membership_id).copied());
        }
        Ok(found)
    }

    /// The last run up to `run` that changed anything of a member: all after it show the same.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn state_run(&mut self, org_id: i64, run: i64) -> Result<i64> {
        let mut last = 0;
        for sql in [
            "SELECT max(run_no) FROM run_kind WHERE org_id = $1 AND run_no <= $2",
            "SELECT max(run_no) FROM daily_stat WHERE org_id = $1 AND run_no <= $2",
        ] {
            let found = self.conn.first(sql, &[org_id.into(), run.into()], |row| row.int(0))?;
            last = last.max(found.unwrap_or(0));
        }
        Ok(last)
    }

    /// How this program compares names.
    #[must_use]
    pub fn name_key(name: &str) -> String {
        name_key(name)
    }
}
