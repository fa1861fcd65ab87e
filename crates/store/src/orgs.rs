//! Organizations: one row for each organization of each Hub, with its names over time.

use crate::conn::{Conn, Param, Row};
use crate::{Error, Micros, Result, Store};

/// How a caller names an organization before it is known which row it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgKey {
    /// The Hub's address; a closing slash makes no difference.
    pub endpoint: String,
    /// The organization's name as the caller wrote it.
    pub name: String,
    /// The organization's `_id`, where the Hub showed it.
    pub hf_id: Option<String>,
}

/// An organization in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Row id.
    pub id: i64,
    /// The Hub's address without a closing slash.
    pub endpoint: String,
    /// The organization's `_id`, when it was ever shown.
    pub hf_id: Option<String>,
    /// Its current name.
    pub slug: String,
    /// Number of the last published run, 0 before the first.
    pub published_run: i64,
    /// Number of the last run of any outcome, 0 before the first.
    pub last_run: i64,
    /// Sequence number of the last event, 0 before the first.
    pub last_seq: i64,
    pub(crate) hub_id: i64,
}

const COLUMNS: &str = "SELECT o.id, h.endpoint, o.hf_org_id, o.slug, o.published_run, o.last_run,
    o.last_seq, o.hub_id FROM org o JOIN hub h ON h.id = o.hub_id";

fn read(row: &Row<'_>) -> Result<Org> {
    Ok(Org {
        id: row.int(0)?,
        endpoint: row.text(1)?,
        hf_id: row.opt_text(2)?,
        slug: row.text(3)?,
        published_run: row.int(4)?,
        last_run: row.int(5)?,
        last_seq: row.int(6)?,
        hub_id: row.int(7)?,
    })
}

/// How organization and member names are compared: the databases fold case differently, so the
/// program does it.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

fn endpoint_key(endpoint: &str) -> &str {
    endpoint.trim_end_matches('/')
}

impl Store {
    /// The organizations known by a name, current names before former ones; with `endpoint`, only
    /// those of that Hub.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn find_orgs(&mut self, name: &str, endpoint: Option<&str>) -> Result<Vec<Org>> {
        let key = name_key(name);
        let current = format!("{COLUMNS} WHERE o.slug_key = $1 ORDER BY h.endpoint");
        let former = format!(
            "{COLUMNS} WHERE EXISTS (SELECT 1 FROM org_slug s WHERE s.org_id = o.id
             AND lower(s.slug) = $1) ORDER BY h.endpoint"
        );
        for sql in [current, former] {
            let mut found = Vec::new();
            self.conn.query(&sql, &[Param::Text(&key)], |row| {
                found.push(read(row)?);
                Ok(())
            })?;
            found.retain(|org| endpoint.is_none_or(|e| endpoint_key(e) == org.endpoint));
            // One that no sync ever reached does not make another's name ambiguous.
            if found.iter().any(|org| org.published_run > 0) {
                found.retain(|org| org.published_run > 0);
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// Every organization in the ledger, by name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn orgs(&mut self) -> Result<Vec<Org>> {
        let mut found = Vec::new();
        let all = format!("{COLUMNS} ORDER BY o.slug_key, h.endpoint");
        self.conn.query(&all, &[], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// An organization's current row.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn org(&mut self, id: i64) -> Result<Option<Org>> {
        by_id(&mut self.conn, id)
    }

    /// The row of `key`, made if there is none. A known `_id` finds an organization under any name
    /// and follows its renames; without one the name decides, and the `_id` is pinned to the row as
    /// soon as it is shown.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn open_org(&mut self, key: &OrgKey, now: Micros) -> Result<(Org, OrgMatch)> {
        self.conn.transaction(|conn| open_org(conn, key, now))
    }

    /// Takes back an organization that [`open_org`](Self::open_org) made and that turned out not to
    /// exist: only one that nothing was ever published of.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn forget_org(&mut self, id: i64) -> Result<()> {
        self.conn.transaction(|conn| {
            let unpublished = "SELECT 1 FROM org WHERE id = $1 AND published_run = 0";
            if conn.first(unpublished, &[Param::Int(id)], |_| Ok(()))?.is_none() {
                return Ok(());
            }
            for sql in [
                "DELETE FROM sync_run WHERE org_id = $1",
                "DELETE FROM sync_lease WHERE org_id = $1",
                "DELETE FROM org_slug WHERE org_id = $1",
                "DELETE FROM org WHERE id = $1",
            ] {
                conn.execute(sql, &[Param::Int(id)])?;
            }
            Ok(())
        })
    }
}

/// How an organization was found by [`Store::open_org`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgMatch {
    /// It was not there and was made.
    Made,
    /// It was there.
    Found,
    /// The name is there with another `_id`: this is not the organization the ledger knows.
    OtherIdentity,
}

pub(crate) fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Org>> {
    conn.first(&format!("{COLUMNS} WHERE o.id = $1"), &[Param::Int(id)], read)
}

fn open_org(conn: &mut Conn, key: &OrgKey, now: Micros) -> Result<(Org, OrgMatch)> {
    let endpoint = endpoint_key(&key.endpoint);
    conn.execute(
        "INSERT INTO hub (endpoint) VALUES ($1) ON CONFLICT (endpoint) DO NOTHING",
        &[endpoint.into()],
    )?;
    let hub_id = conn
        .first("SELECT id FROM hub WHERE endpoint = $1", &[endpoint.into()], |row| row.int(0))?
        .ok_or_else(|| Error::Unreadable { what: "hub", value: endpoint.to_owned() })?;
    let slug_key = name_key(&key.name);

    let by_hf_id = match &key.hf_id {
        Some(hf_id) => conn.first(
            &format!("{COLUMNS} WHERE o.hub_id = $1 AND o.hf_org_id = $2"),
            &[hub_id.into(), hf_id.into()],
            read,
        )?,
        None => None,
    };
    let by_slug = conn.first(
        &format!("{COLUMNS} WHERE o.hub_id = $1 AND o.slug_key = $2"),
        &[hub_id.into(), Param::Text(&slug_key)],
        read,
    )?;
    match (by_hf_id, by_slug) {
        (Some(org), None) => {
            // The organization was renamed.
            conn.execute(
                "UPDATE org SET slug = $1, slug_key = $2 WHERE id = $3",
                &[(&key.name).into(), Param::Text(&slug_key), org.id.into()],
            )?;
            conn.execute(
                "UPDATE org_slug SET valid_to = $1 WHERE org_id = $2 AND valid_to IS NULL",
                &[now.into(), org.id.into()],
            )?;
            insert_slug(conn, org.id, &key.name, now)?;
            Ok((Org { slug: key.name.clone(), ..org }, OrgMatch::Found))
        }
        (Some(by_id), Some(by_slug)) if by_id.id == by_slug.id => Ok((by_id, OrgMatch::Found)),
        (_, Some(org)) => match (&org.hf_id, &key.hf_id) {
            (Some(stored), Some(given)) if stored != given => Ok((org, OrgMatch::OtherIdentity)),
            (None, Some(given)) => {
                conn.execute(
                    "UPDATE org SET hf_org_id = $1 WHERE id = $2",
                    &[given.into(), org.id.into()],
                )?;
                Ok((Org { hf_id: key.hf_id.clone(), ..org }, OrgMatch::Found))
            }
            _ => Ok((org, OrgMatch::Found)),
        },
        (None, None) => {
            conn.execute(
                "INSERT INTO org (hub_id, hf_org_id, slug, slug_key, created_at)
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    hub_id.into(),
                    (&key.hf_id).into(),
                    (&key.name).into(),
                    Param::Text(&slug_key),
                    now.into(),
                ],
            )?;
            let org = conn
                .first(
                    &format!("{COLUMNS} WHERE o.hub_id = $1 AND o.slug_key = $2"),
                    &[hub_id.into(), Param::Text(&slug_key)],
                    read,
                )?
                .ok_or_else(|| Error::Unreadable {
                    what: "organization",
                    value: slug_key.clone(),
                })?;
            insert_slug(conn, org.id, &key.name, now)?;
            Ok((org, OrgMatch::Made))
        }
    }
}

fn insert_slug(conn: &mut Conn, org_id: i64, slug: &str, now: Micros) -> Result<()> {
    conn.execute(
        "INSERT INTO org_slug (org_id, slug, valid_from) VALUES ($1, $2, $3)",
        &[org_id.into(), slug.into(), now.into()],
    )?;
    Ok(())
}
