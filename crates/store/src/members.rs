//! Who is, or was, a member, with everything known at that time.

use std::collections::HashMap;

use crate::bulk::{Bulk, Col, Rows};
use crate::conn::{Conn, Param, Row};
use crate::orgs::name_key;
use crate::{Fields, GroupRole, MemberState, Micros, Result, Status, Store};

/// The moment a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The ledger as it stands.
    Now,
    /// The ledger as it stood then.
    At(Micros),
}

impl AsOf {
    pub(crate) fn micros(self) -> Micros {
        match self {
            // Every open interval contains it.
            Self::Now => Micros::MAX,
            Self::At(at) => at,
        }
    }
}

/// A member as of some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Row of the membership's version.
    pub membership_id: i64,
    /// What was known.
    pub state: MemberState,
    /// Since when it was so.
    pub since: Micros,
    /// When they left, for someone gone.
    pub left_at: Option<Micros>,
}

const COLUMNS: &str = "m.id, m.user_id, m.username, m.fullname, m.email, m.role, m.is_pro,
    m.two_factor, m.external, m.known, m.fresh, m.status, m.absences, m.first_seen, m.valid_from,
    m.valid_to";

pub(crate) fn read(row: &Row<'_>) -> Result<Listed> {
    Ok(Listed {
        membership_id: row.int(0)?,
        state: MemberState {
            user_id: row.text(1)?,
            username: row.text(2)?,
            fullname: row.opt_text(3)?,
            email: row.opt_text(4)?,
            role: row.opt_text(5)?,
            is_pro: row.opt_bool(6)?,
            two_factor: row.opt_bool(7)?,
            external: row.opt_bool(8)?,
            groups: Vec::new(),
            known: Fields::from_bits(row.int(9)?),
            fresh: Fields::from_bits(row.int(10)?),
            status: Status::parse(row.str(11)?)?,
            absences: row.int(12)?,
            first_seen: row.int(13)?,
        },
        since: row.int(14)?,
        left_at: None,
    })
}

/// How many members are read at a time: memory stays flat for any organization.
const PAGE: usize = 2000;

impl Store {
    /// Hands every member as of a moment to `each`: those listed or missing then by name, and,
    /// with `left`, those who had left by then.
    ///
    /// # Errors
    ///
    /// When the database fails, or what `each` fails with.
    pub fn members<E: From<crate::Error>>(
        &mut self,
        org_id: i64,
        as_of: AsOf,
        left: bool,
        mut each: impl FnMut(Listed) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut gone = if left { ended(&mut self.conn, org_id, as_of)? } else { HashMap::new() };
        let (mut key, mut id) = (String::new(), String::new());
        loop {
            let page = open_page(&mut self.conn, org_id, as_of, (&key, &id))?;
            let Some(last) = page.last() else { break };
            (key, id) = (name_key(&last.state.username), last.state.user_id.clone());
            let full = page.len() == PAGE;
            if left {
                // Whoever is there has come back.
                page.iter().for_each(|listed| drop(gone.remove(&listed.state.user_id)));
            }
            page.into_iter().try_for_each(&mut each)?;
            if !full {
                break;
            }
        }
        let mut gone: Vec<Listed> = gone.into_values().collect();
        gone.sort_by_cached_key(|it| (name_key(&it.state.username), it.state.user_id.clone()));
        gone.into_iter().try_for_each(each)
    }

    /// The people a name may mean: by id, by current or former username, or by e-mail address.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn find_member(&mut self, org_id: i64, name: &str) -> Result<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        let key = name_key(name);
        for sql in [
            // The plus keeps SQLite from reading all open memberships by their own index.
            // Everyone has an event; of closed memberships there is no index by person.
            "SELECT user_id FROM event WHERE org_id = $1 AND user_id = $2 LIMIT 1",
            "SELECT DISTINCT user_id FROM membership WHERE org_id = $1 AND username_key = $2
                 AND +valid_to IS NULL",
            "SELECT DISTINCT user_id FROM membership WHERE org_id = $1 AND username_key = $2
                 ORDER BY user_id",
            "SELECT DISTINCT m.user_id FROM org o
                 JOIN account_email e ON e.hub_id = o.hub_id AND e.email = $2
                 JOIN membership m ON m.org_id = o.id AND m.user_id = e.user_id
                 WHERE o.id = $1 ORDER BY m.user_id",
            "SELECT DISTINCT m.user_id FROM org o
                 JOIN account_name n ON n.hub_id = o.hub_id AND n.username_key = $2
                 JOIN membership m ON m.org_id = o.id AND m.user_id = n.user_id
                 WHERE o.id = $1 ORDER BY m.user_id",
        ] {
            if found.is_empty() {
                self.conn.query(sql, &[org_id.into(), Param::Text(&key)], |row| {
                    found.push(row.text(0)?);
                    Ok(())
                })?;
            }
        }
        Ok(found)
    }

    /// How many members are listed as of the published run, and how many are missing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn member_counts(&mut self, org_id: i64) -> Result<(i64, i64)> {
        let sql = "SELECT active, missing FROM org WHERE id = $1";
        let counts =
            self.conn.first(sql, &[org_id.into()], |row| Ok((row.int(0)?, row.int(1)?)))?;
        Ok(counts.unwrap_or_default())
    }

    /// Hands every open membership to `each`: its row and status.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn open_memberships(
        &mut self,
        org_id: i64,
        mut each: impl FnMut(i64, Status) -> Result<()>,
    ) -> Result<()> {
        // The comparison with '' names the index of open memberships to SQLite.
        let sql = "SELECT id, status FROM membership
                   WHERE org_id = $1 AND valid_to IS NULL AND user_id > ''";
        self.conn.query(sql, &[org_id.into()], |row| each(row.int(0)?, Status::parse(row.str(1)?)?))
    }

    /// The open memberships in these rows.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn memberships(&mut self, org_id: i64, rows: &[i64]) -> Result<Vec<Listed>> {
        by_rows(&mut self.conn, org_id, rows)
    }

    /// The license type of each role: data, not code.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn license_types(&mut self) -> Result<HashMap<String, String>> {
        let mut found = HashMap::new();
        self.conn.query("SELECT role, license FROM license_type", &[], |row| {
            found.insert(row.text(0)?, row.text(1)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The service accounts known now: username and full name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn service_accounts(&mut self, org_id: i64) -> Result<Vec<(String, Option<String>)>> {
        let mut found = Vec::new();
        let sql = "SELECT username, fullname FROM service_account
                   WHERE org_id = $1 AND valid_to IS NULL ORDER BY username";
        self.conn.query(sql, &[org_id.into()], |row| {
            found.push((row.text(0)?, row.opt_text(1)?));
            Ok(())
        })?;
        Ok(found)
    }
}

fn open_page(
    conn: &mut Conn,
    org_id: i64,
    as_of: AsOf,
    after: (&str, &str),
) -> Result<Vec<Listed>> {
    let open = match as_of {
        AsOf::Now => "m.valid_to IS NULL AND m.valid_from <= $4",
        AsOf::At(_) => "m.valid_from <= $4 AND (m.valid_to IS NULL OR m.valid_to > $4)",
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM membership m WHERE m.org_id = $1
         AND (m.username_key, m.user_id) > ($2, $3) AND {open}
         ORDER BY m.username_key, m.user_id LIMIT {PAGE}"
    );
    let params = [org_id.into(), Param::Text(after.0), Param::Text(after.1), as_of.micros().into()];
    let mut page = Vec::new();
    conn.query(&sql, &params, |row| {
        page.push(read(row)?);
        Ok(())
    })?;
    attach_groups(conn, org_id, as_of, &mut page)?;
    Ok(page)
}

/// Open memberships in order of the people's ids.
pub(crate) fn open_by_id(conn: &mut Conn, org_id: i64, after: &str) -> Result<Vec<Listed>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM membership m WHERE m.org_id = $1 AND m.user_id > $2
         AND m.valid_to IS NULL ORDER BY m.user_id LIMIT {PAGE}"
    );
    let mut page = Vec::new();
    conn.query(&sql, &[org_id.into(), after.into()], |row| {
        page.push(read(row)?);
        Ok(())
    })?;
    attach_groups_of_range(conn, org_id, after, &mut page)?;
    Ok(page)
}

/// Attaches the open groups to a page that is in order of the people's ids: one walk over both.
fn attach_groups_of_range(
    conn: &mut Conn,
    org_id: i64,
    after: &str,
    page: &mut [Listed],
) -> Result<()> {
    let Some(last) = page.last().map(|member| member.state.user_id.clone()) else {
        return Ok(());
    };
    let sql = "SELECT g.user_id, g.group_id, r.name, g.role FROM group_membership g
               LEFT JOIN resource_group r ON r.org_id = g.org_id AND r.group_id = g.group_id
                   AND r.valid_to IS NULL
               WHERE g.org_id = $1 AND g.user_id > $2 AND g.user_id <= $3 AND g.valid_to IS NULL
               ORDER BY g.user_id, g.group_id";
    let mut members = page.iter_mut().peekable();
    conn.query(sql, &[org_id.into(), after.into(), (&last).into()], |row| {
        let user_id = row.str(0)?;
        while members.next_if(|member| member.state.user_id.as_str() < user_id).is_some() {}
        if let Some(member) = members.peek_mut()
            && member.state.user_id == user_id
        {
            let group = GroupRole { id: row.text(1)?, name: row.text(2)?, role: row.text(3)? };
            member.state.groups.push(group);
        }
        Ok(())
    })
}

/// The last end of a membership of each person who had left by then, whether or not they came back.
fn ended(conn: &mut Conn, org_id: i64, as_of: AsOf) -> Result<HashMap<String, Listed>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM membership m WHERE m.org_id = $1 AND m.ended = 1 AND m.user_id > ''
         AND m.valid_to <= $2 ORDER BY m.valid_to, m.id"
    );
    let mut found = HashMap::new();
    conn.query(&sql, &[org_id.into(), as_of.micros().into()], |row| {
        let left_at = row.opt_int(15)?;
        let mut listed = read(row)?;
        listed.state.status = Status::Left;
        listed.left_at = left_at;
        found.insert(listed.state.user_id.clone(), listed);
        Ok(())
    })?;
    Ok(found)
}

pub(crate) const BY_ROW: Bulk = Bulk {
    columns: &[("id", Col::Int)],
    sql: "SELECT m.id, m.user_id, m.username, m.fullname, m.email, m.role, m.is_pro, m.two_factor,
              m.external, m.known, m.fresh, m.status, m.absences, m.first_seen, m.valid_from,
              m.valid_to
          FROM rows CROSS JOIN membership m WHERE m.id = rows.id",
};

pub(crate) fn by_rows(conn: &mut Conn, org_id: i64, ids: &[i64]) -> Result<Vec<Listed>> {
    let mut rows = Rows::with_capacity(ids.len(), &BY_ROW);
    ids.iter().for_each(|id| rows.push([Param::Int(*id)]));
    let mut found = Vec::with_capacity(ids.len());
    conn.bulk_query(&BY_ROW, &rows, |row| {
        found.push(read(row)?);
        Ok(())
    })?;
    attach_groups(conn, org_id, AsOf::Now, &mut found)?;
    Ok(found)
}

const LAST_LEFT: Bulk = Bulk {
    columns: &[("org_id", Col::Int), ("user_id", Col::Text)],
    sql: "SELECT m.user_id, min(m.first_seen) FROM rows CROSS JOIN membership m
          WHERE m.org_id = rows.org_id AND m.user_id = rows.user_id AND m.ended = 1
          GROUP BY m.user_id",
};

/// Of these people, who was a member before and left, and since when they had first been one.
pub(crate) fn formerly(
    conn: &mut Conn,
    org_id: i64,
    user_ids: &[&str],
) -> Result<HashMap<String, Micros>> {
    let mut rows = Rows::with_capacity(user_ids.len(), &LAST_LEFT);
    user_ids.iter().for_each(|id| rows.push([org_id.into(), (*id).into()]));
    let mut found = HashMap::new();
    conn.bulk_query(&LAST_LEFT, &rows, |row| {
        found.insert(row.text(0)?, row.int(1)?);
        Ok(())
    })?;
    Ok(found)
}

const NAME_OWNERS: Bulk = Bulk {
    columns: &[("org_id", Col::Int), ("username_key", Col::Text), ("user_id", Col::Text)],
    sql: "SELECT rows.user_id, m.user_id, max(m.run_from) AS latest
          FROM rows CROSS JOIN membership m
          WHERE m.org_id = rows.org_id AND m.username_key = rows.username_key
              AND m.user_id <> rows.user_id
          GROUP BY rows.user_id, m.user_id ORDER BY rows.user_id, latest, m.user_id",
};

/// For people with these usernames: who of the organization last had the name before them.
pub(crate) fn name_owners(
    conn: &mut Conn,
    org_id: i64,
    names: &[(&str, &str)],
) -> Result<HashMap<String, String>> {
    let keys: Vec<String> = names.iter().map(|(_, name)| name_key(name)).collect();
    let mut rows = Rows::with_capacity(names.len(), &NAME_OWNERS);
    for ((user_id, _), key) in names.iter().zip(&keys) {
        rows.push([org_id.into(), key.into(), (*user_id).into()]);
    }
    let mut found = HashMap::new();
    conn.bulk_query(&NAME_OWNERS, &rows, |row| {
        found.insert(row.text(0)?, row.text(1)?);
        Ok(())
    })?;
    Ok(found)
}

const GROUPS_NOW: Bulk = Bulk {
    columns: &[("org_id", Col::Int), ("user_id", Col::Text)],
    sql: "SELECT g.user_id, g.group_id, r.name, g.role FROM rows CROSS JOIN group_membership g
          LEFT JOIN resource_group r ON r.org_id = g.org_id AND r.group_id = g.group_id
              AND r.valid_to IS NULL
          WHERE g.org_id = rows.org_id AND g.user_id = rows.user_id AND g.valid_to IS NULL",
};

const GROUPS_AT: Bulk = Bulk {
    columns: &[("org_id", Col::Int), ("user_id", Col::Text), ("at", Col::Int)],
    sql: "SELECT g.user_id, g.group_id, r.name, g.role FROM rows CROSS JOIN group_membership g
          LEFT JOIN resource_group r ON r.org_id = g.org_id AND r.group_id = g.group_id
              AND r.valid_from <= rows.at AND (r.valid_to IS NULL OR r.valid_to > rows.at)
          WHERE g.org_id = rows.org_id AND g.user_id = rows.user_id AND g.valid_from <= rows.at
              AND (g.valid_to IS NULL OR g.valid_to > rows.at)",
};

pub(crate) fn attach_groups(
    conn: &mut Conn,
    org_id: i64,
    as_of: AsOf,
    page: &mut [Listed],
) -> Result<()> {
    let mut groups: HashMap<String, Vec<GroupRole>> = HashMap::new();
    let collect = |row: &Row<'_>| {
        let group = GroupRole { id: row.text(1)?, name: row.text(2)?, role: row.text(3)? };
        groups.entry(row.text(0)?).or_default().push(group);
        Ok(())
    };
    match as_of {
        AsOf::Now => {
            let mut rows = Rows::with_capacity(page.len(), &GROUPS_NOW);
            page.iter().for_each(|m| rows.push([org_id.into(), (&m.state.user_id).into()]));
            conn.bulk_query(&GROUPS_NOW, &rows, collect)?;
        }
        AsOf::At(at) => {
            let mut rows = Rows::with_capacity(page.len(), &GROUPS_AT);
            page.iter()
                .for_each(|m| rows.push([org_id.into(), (&m.state.user_id).into(), at.into()]));
            conn.bulk_query(&GROUPS_AT, &rows, collect)?;
        }
    }
    for listed in page {
        if let Some(mut found) = groups.remove(&listed.state.user_id) {
            found.sort();
            listed.state.groups = found;
        }
    }
    Ok(())
}
