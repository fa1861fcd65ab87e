//! The same rows into SQLite by prepared statements in one transaction.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};

use super::fetch::{self, Member};
use super::rows::{AT, derive, quick_hash};

/// The product's own schema, so that both write the same tables and indexes.
fn open(path: &Path) -> Result<Connection> {
    drop(hubfolk_store::Store::open(&hubfolk_store::DatabaseUrl::sqlite(path))?);
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096;",
    )?;
    Ok(conn)
}

/// A first sync.
pub(crate) async fn fresh(base: &str, token: &str, org: &str, path: &Path) -> Result<i64> {
    let conn = open(path)?;
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let mut account = conn.prepare(
        "INSERT INTO account (hub_id, user_id, username, fullname, avatar_url)
         VALUES (1, ?1, ?2, ?3, ?4)",
    )?;
    let mut name = conn.prepare(
        "INSERT INTO account_name (hub_id, user_id, valid_from, username, username_key, fullname)
         VALUES (1, ?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut email = conn.prepare(
        "INSERT INTO account_email (hub_id, user_id, valid_from, email) VALUES (1, ?1, ?2, ?3)",
    )?;
    let mut membership = conn.prepare(
        "INSERT INTO membership (org_id, user_id, username, username_key, fullname, email, role,
             is_pro, two_factor, external, known, fresh, status, absences, hash, first_seen,
             valid_from, run_from)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 127, 127, 'active', 0, ?10, ?11, ?11, 1)",
    )?;
    let mut group = conn.prepare(
        "INSERT INTO group_membership (org_id, user_id, group_id, role, valid_from, run_from)
         VALUES (1, ?1, ?2, ?3, ?4, 1)",
    )?;
    let mut event = conn.prepare(
        "INSERT INTO event (org_id, seq, run_no, at, kind, user_id, username, new, cause, hash)
         VALUES (1, ?1, 1, ?2, 'member.joined', ?3, ?4, ?5, 'observed', ?6)",
    )?;
    let mut seq = 0_i64;
    fetch::typed(base, token, org, |members| {
        for m in members {
            seq += 1;
            let derived = derive(&m);
            account.execute(params![m.id, m.user, m.fullname, m.avatar_url])?;
            name.execute(params![m.id, AT, m.user, derived.key, m.fullname])?;
            if let Some(address) = &m.verified_email {
                email.execute(params![m.id, AT, address])?;
            }
            membership.execute(params![
                m.id,
                m.user,
                derived.key,
                m.fullname,
                m.verified_email,
                m.role,
                m.is_pro,
                m.two_fa_enabled,
                m.is_external_collaborator,
                derived.hash,
                AT
            ])?;
            for g in &m.resource_groups {
                group.execute(params![m.id, g.id, g.role, AT])?;
            }
            event.execute(params![seq, AT, m.id, m.user, derived.joined, derived.chain])?;
        }
        Ok(())
    })
    .await?;
    conn.execute_batch("COMMIT")?;
    Ok(seq)
}

/// A table of hashes for [`unchanged`] to compare with.
pub(crate) async fn prepare(base: &str, token: &str, org: &str, path: &Path) -> Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; CREATE TABLE floor (id TEXT PRIMARY KEY, hash INTEGER);
         BEGIN IMMEDIATE",
    )?;
    let mut insert = conn.prepare("INSERT INTO floor (id, hash) VALUES (?1, ?2)")?;
    fetch::typed(base, token, org, |members| {
        for member in members {
            insert.execute(params![member.id, quick_hash(&member)])?;
        }
        Ok(())
    })
    .await?;
    conn.execute_batch("COMMIT")?;
    Ok(())
}

/// A sync again: compares row hashes and writes what differs.
pub(crate) async fn unchanged(base: &str, token: &str, org: &str, path: &Path) -> Result<u64> {
    let conn = Connection::open(path)?;
    let mut known: HashMap<String, i64> = HashMap::new();
    let mut read = conn.prepare("SELECT id, hash FROM floor")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        known.insert(row.get(0)?, row.get(1)?);
    }
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let mut update = conn.prepare("UPDATE floor SET hash = ?2 WHERE id = ?1")?;
    let mut written = 0;
    fetch::typed(base, token, org, |members: Vec<Member>| {
        for member in members {
            let hash = quick_hash(&member);
            if known.remove(&member.id) != Some(hash) {
                update.execute(params![member.id, hash])?;
                written += 1;
            }
        }
        Ok(())
    })
    .await?;
    conn.execute_batch("COMMIT")?;
    Ok(written)
}
