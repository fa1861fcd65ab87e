//! The whole content of a ledger as text, without what may rightly differ between two databases
//! (row numbers) and in an order that depends on the content alone.

use hubfolk_store::DatabaseUrl;
use postgres::types::Type;
use rusqlite::types::ValueRef;

/// What is dumped: everything but surrogate row numbers, lease times and who held a lease.
const TABLES: &[(&str, &str)] = &[
    ("hub", "SELECT endpoint FROM hub ORDER BY endpoint"),
    (
        "org",
        "SELECT h.endpoint, o.hf_org_id, o.slug, o.slug_key, o.created_at, o.published_run,
         o.last_run, o.last_seq, o.last_hash FROM org o JOIN hub h ON h.id = o.hub_id
         ORDER BY h.endpoint, o.slug_key",
    ),
    (
        "org_slug",
        "SELECT o.slug_key, s.slug, s.valid_from, s.valid_to FROM org_slug s
         JOIN org o ON o.id = s.org_id ORDER BY o.slug_key, s.valid_from",
    ),
    (
        "sync_run",
        "SELECT o.slug_key, r.run_no, r.trigger_kind, r.state, r.complete, r.base_run, r.at,
         r.started, r.finished, r.pages, r.members, r.joined, r.missing, r.gone, r.returned,
         r.changed, r.unchanged, r.duplicates, r.requests, r.coverage, r.sources,
         r.caller_role, r.digest, r.error_kind, r.error_page, r.error_status, r.error_message
         FROM sync_run r JOIN org o ON o.id = r.org_id ORDER BY o.slug_key, r.run_no",
    ),
    (
        "stage_member",
        "SELECT o.slug_key, s.run_no, s.user_id, s.gone, s.username, s.fullname, s.avatar_url,
         s.email, s.role, s.is_pro, s.two_factor, s.external, s.groups, s.seen, s.hash
         FROM stage_member s JOIN org o ON o.id = s.org_id
         ORDER BY o.slug_key, s.run_no, s.user_id",
    ),
    (
        "account",
        "SELECT h.endpoint, a.user_id, a.username, a.fullname, a.avatar_url FROM account a
         JOIN hub h ON h.id = a.hub_id ORDER BY h.endpoint, a.user_id",
    ),
    (
        "account_name",
        "SELECT h.endpoint, a.user_id, a.username, a.username_key, a.fullname, a.valid_from,
         a.valid_to FROM account_name a JOIN hub h ON h.id = a.hub_id
         ORDER BY h.endpoint, a.user_id, a.valid_from",
    ),
    (
        "account_email",
        "SELECT h.endpoint, a.user_id, a.email, a.valid_from, a.valid_to FROM account_email a
         JOIN hub h ON h.id = a.hub_id ORDER BY h.endpoint, a.user_id, a.valid_from",
    ),
    (
        "membership",
        "SELECT o.slug_key, m.user_id, m.username, m.username_key, m.fullname, m.email, m.role,
         m.is_pro, m.two_factor, m.external, m.known, m.fresh, m.status, m.absences, m.hash,
         m.first_seen, m.valid_from, m.valid_to, m.run_from, m.run_to, m.ended
         FROM membership m JOIN org o ON o.id = m.org_id
         ORDER BY o.slug_key, m.user_id, m.valid_from",
    ),
    (
        "resource_group",
        "SELECT o.slug_key, g.group_id, g.name, g.valid_from, g.valid_to FROM resource_group g
         JOIN org o ON o.id = g.org_id ORDER BY o.slug_key, g.group_id, g.valid_from",
    ),
    (
        "group_membership",
        "SELECT o.slug_key, g.user_id, g.group_id, g.role, g.valid_from, g.valid_to, g.run_from,
         g.run_to FROM group_membership g JOIN org o ON o.id = g.org_id
         ORDER BY o.slug_key, g.user_id, g.group_id, g.valid_from",
    ),
    (
        "service_account",
        "SELECT o.slug_key, s.hf_id, s.username, s.fullname, s.created_at, s.valid_from, s.valid_to
         FROM service_account s JOIN org o ON o.id = s.org_id
         ORDER BY o.slug_key, s.hf_id, s.valid_from",
    ),
    (
        "event",
        "SELECT o.slug_key, e.seq, e.run_no, e.at, e.kind, e.user_id, e.username, e.group_id,
         e.group_name, e.old, e.new, e.cause, e.actor, e.audit_id, e.hash
         FROM event e JOIN org o ON o.id = e.org_id ORDER BY o.slug_key, e.seq",
    ),
    ("license_type", "SELECT role, license FROM license_type ORDER BY role"),
];

/// Dumps a ledger; tables whose name is in `without` are left out.
///
/// # Panics
///
/// When the database cannot be read.
#[must_use]
pub fn dump(url: &DatabaseUrl, without: &[&str]) -> String {
    let mut text = String::new();
    for (table, sql) in TABLES.iter().filter(|(table, _)| !without.contains(table)) {
        text.push_str(&format!("# {table}\n"));
        for row in query(url, sql) {
            text.push_str(&row.join("|"));
            text.push('\n');
        }
    }
    text
}

/// The rows of a query, each cell as text.
///
/// # Panics
///
/// When the database cannot be read.
#[must_use]
pub fn query(url: &DatabaseUrl, sql: &str) -> Vec<Vec<String>> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite(path, sql),
        DatabaseUrl::Postgres(address) => {
            let (address, sql) = (address.clone(), sql.to_owned());
            // On a thread of its own: the driver may not block inside a runtime.
            std::thread::spawn(move || postgres(&address, &sql)).join().expect("a dump")
        }
    }
}

fn sqlite(path: &std::path::Path, sql: &str) -> Vec<Vec<String>> {
    let conn = rusqlite::Connection::open(path).expect("the ledger");
    let mut statement = conn.prepare(sql).expect("a readable table");
    let width = statement.column_count();
    let mut rows = statement.query([]).expect("a readable table");
    let mut found = Vec::new();
    while let Some(row) = rows.next().expect("a readable row") {
        let cell = |i| match row.get_ref(i).expect("a cell") {
            ValueRef::Null => "~".to_owned(),
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Real(value) => value.to_string(),
            ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
            ValueRef::Blob(bytes) => hex(bytes),
        };
        found.push((0..width).map(cell).collect());
    }
    found
}

fn postgres(address: &str, sql: &str) -> Vec<Vec<String>> {
    let mut client = postgres::Client::connect(address, postgres::NoTls).expect("the ledger");
    client.batch_execute("SET search_path TO hubfolk").expect("our schema");
    let rows = client.query(sql, &[]).expect("a readable table");
    let cell = |row: &postgres::Row, i: usize| {
        let number = |value: Option<i64>| value.map_or("~".to_owned(), |v| v.to_string());
        match *row.columns()[i].type_() {
            Type::INT2 => number(row.get::<_, Option<i16>>(i).map(i64::from)),
            Type::INT4 => number(row.get::<_, Option<i32>>(i).map(i64::from)),
            Type::INT8 => number(row.get(i)),
            Type::BYTEA => row.get::<_, Option<&[u8]>>(i).map_or("~".to_owned(), hex),
            _ => row.get::<_, Option<&str>>(i).map_or("~".to_owned(), |text| format!("{text:?}")),
        }
    };
    rows.iter().map(|row| (0..row.len()).map(|i| cell(row, i)).collect()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
