//! The same rows into PostgreSQL by `INSERT ... SELECT FROM unnest`, a page at a time, in one
//! transaction.

use std::collections::HashMap;

use anyhow::Result;
use postgres::{Client, NoTls};

use super::fetch::{self, Member};
use super::rows::{AT, Derived, derive, quick_hash};

fn open(address: &str) -> Result<Client> {
    let mut client = Client::connect(address, NoTls)?;
    client.batch_execute("SET search_path TO hubfolk; SET client_min_messages TO warning")?;
    Ok(client)
}

/// Reads the pages on a runtime of their own, as the driver blocks.
fn each_page(
    base: &str,
    token: &str,
    org: &str,
    each: impl FnMut(Vec<Member>) -> Result<()> + Send,
) -> Result<()> {
    let (send, receive) = std::sync::mpsc::sync_channel::<Vec<u8>>(2);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(fetch::pages(base, token, org, |page| Ok(send.send(page.to_vec())?)))
        });
        let mut each = each;
        for page in receive {
            each(serde_json::from_slice(&page)?)?;
        }
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// A first sync.
pub(crate) fn fresh(base: &str, token: &str, org: &str, address: &str) -> Result<i64> {
    drop(hubfolk_store::Store::open(&address.parse()?)?);
    let mut client = open(address)?;
    let mut transaction = client.transaction()?;
    let account = transaction.prepare(
        "INSERT INTO account (hub_id, user_id, username, fullname, avatar_url)
         SELECT 1, * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])",
    )?;
    let name = transaction.prepare(
        "INSERT INTO account_name (hub_id, valid_from, user_id, username, username_key, fullname)
         SELECT 1, $1::bigint, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])",
    )?;
    let email = transaction.prepare(
        "INSERT INTO account_email (hub_id, valid_from, user_id, email)
         SELECT 1, $1::bigint, r.id, r.email FROM unnest($2::text[], $3::text[]) r(id, email)
         WHERE r.email IS NOT NULL",
    )?;
    let membership = transaction.prepare(
        "INSERT INTO membership (org_id, known, fresh, status, absences, run_from, first_seen,
             valid_from, user_id, username, username_key, fullname, email, role, is_pro, two_factor,
             external, hash)
         SELECT 1, 127, 127, 'active', 0, 1, $1::bigint, $1::bigint, * FROM unnest($2::text[],
             $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[],
             $9::smallint[], $10::smallint[], $11::bigint[])",
    )?;
    let group = transaction.prepare(
        "INSERT INTO group_membership (org_id, valid_from, run_from, user_id, group_id, role)
         SELECT 1, $1::bigint, 1, * FROM unnest($2::text[], $3::text[], $4::text[])",
    )?;
    let event = transaction.prepare(
        "INSERT INTO event (org_id, run_no, kind, cause, at, seq, user_id, username, new, hash)
         SELECT 1, 1, 'member.joined', 'observed', $1::bigint, * FROM unnest($2::bigint[],
             $3::text[], $4::text[], $5::text[], $6::bytea[])",
    )?;
    let mut seq = 0_i64;
    each_page(base, token, org, |members| {
        let derived: Vec<Derived> = members.iter().map(derive).collect();
        let ids: Vec<&str> = members.iter().map(|m| m.id.as_str()).collect();
        let users: Vec<&str> = members.iter().map(|m| m.user.as_str()).collect();
        let fullnames: Vec<&str> = members.iter().map(|m| m.fullname.as_str()).collect();
        let avatars: Vec<&str> = members.iter().map(|m| m.avatar_url.as_str()).collect();
        let keys: Vec<&str> = derived.iter().map(|d| d.key.as_str()).collect();
        let emails: Vec<Option<&str>> =
            members.iter().map(|m| m.verified_email.as_deref()).collect();
        let roles: Vec<Option<&str>> = members.iter().map(|m| m.role.as_deref()).collect();
        let pro: Vec<i16> = members.iter().map(|m| i16::from(m.is_pro)).collect();
        let two_factor: Vec<Option<i16>> =
            members.iter().map(|m| m.two_fa_enabled.map(i16::from)).collect();
        let external: Vec<Option<i16>> =
            members.iter().map(|m| m.is_external_collaborator.map(i16::from)).collect();
        let hashes: Vec<i64> = derived.iter().map(|d| d.hash).collect();
        let joined: Vec<&str> = derived.iter().map(|d| d.joined.as_str()).collect();
        let chain: Vec<&[u8]> = derived.iter().map(|d| d.chain.as_slice()).collect();
        let seqs: Vec<i64> = (seq + 1..=seq + members.len() as i64).collect();
        seq += members.len() as i64;
        let groups = || members.iter().flat_map(|m| m.resource_groups.iter().map(move |g| (m, g)));
        let group_users: Vec<&str> = groups().map(|(m, _)| m.id.as_str()).collect();
        let group_ids: Vec<&str> = groups().map(|(_, g)| g.id.as_str()).collect();
        let group_roles: Vec<&str> = groups().map(|(_, g)| g.role.as_str()).collect();
        transaction.execute(&account, &[&ids, &users, &fullnames, &avatars])?;
        transaction.execute(&name, &[&AT, &ids, &users, &keys, &fullnames])?;
        transaction.execute(&email, &[&AT, &ids, &emails])?;
        transaction.execute(
            &membership,
            &[
                &AT,
                &ids,
                &users,
                &keys,
                &fullnames,
                &emails,
                &roles,
                &pro,
                &two_factor,
                &external,
                &hashes,
            ],
        )?;
        transaction.execute(&group, &[&AT, &group_users, &group_ids, &group_roles])?;
        transaction.execute(&event, &[&AT, &seqs, &ids, &users, &joined, &chain])?;
        Ok(())
    })?;
    transaction.commit()?;
    Ok(seq)
}

/// A table of hashes for [`unchanged`] to compare with.
pub(crate) fn prepare(base: &str, token: &str, org: &str, address: &str) -> Result<()> {
    let mut client = Client::connect(address, NoTls)?;
    client.batch_execute("CREATE TABLE floor (id text PRIMARY KEY, hash bigint)")?;
    each_page(base, token, org, |members| {
        let ids: Vec<&str> = members.iter().map(|m| m.id.as_str()).collect();
        let hashes: Vec<i64> = members.iter().map(quick_hash).collect();
        let insert = "INSERT INTO floor SELECT * FROM unnest($1::text[], $2::bigint[])";
        client.execute(insert, &[&ids, &hashes])?;
        Ok(())
    })
}

/// A sync again: compares row hashes and writes what differs.
pub(crate) fn unchanged(base: &str, token: &str, org: &str, address: &str) -> Result<u64> {
    let mut client = Client::connect(address, NoTls)?;
    let mut transaction = client.transaction()?;
    let rows = transaction.query("SELECT id, hash FROM floor", &[])?;
    let mut known: HashMap<String, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mut written = 0;
    each_page(base, token, org, |members| {
        let changed: Vec<(String, i64)> = members
            .into_iter()
            .map(|m| (quick_hash(&m), m.id))
            .filter(|(hash, id)| known.remove(id) != Some(*hash))
            .map(|(hash, id)| (id, hash))
            .collect();
        if !changed.is_empty() {
            let (ids, hashes): (Vec<&str>, Vec<i64>) =
                changed.iter().map(|(id, hash)| (id.as_str(), *hash)).unzip();
            let update = "UPDATE floor f SET hash = r.hash
                 FROM unnest($1::text[], $2::bigint[]) r(id, hash) WHERE f.id = r.id";
            written += transaction.execute(update, &[&ids, &hashes])?;
        }
        Ok(())
    })?;
    transaction.commit()?;
    Ok(written)
}
