//! The store's promises that need no Hub: leases, refusals, opening, on each database.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use hubfolk_store::{
    AsOf, DatabaseUrl, Error, Fields, Holder, Lease, MemberState, NewVersion, OrgKey, OrgMatch,
    Run, RunState, Staged, Status, Store, Taken,
};
use hubfolk_tests::database::{TestDatabase, databases};

const MINUTE: i64 = 60_000_000;

fn each(test: impl Fn(&TestDatabase)) {
    for database in databases() {
        println!("on {}", database.kind);
        test(&database);
    }
}

fn key(name: &str, hf_id: Option<&str>) -> OrgKey {
    OrgKey {
        endpoint: "http://127.0.0.1:1/".to_owned(),
        name: name.to_owned(),
        hf_id: hf_id.map(str::to_owned),
    }
}

fn take(store: &mut Store, org: i64, who: &str, now: i64) -> Option<Lease> {
    let holder = Holder(who.to_owned());
    let dead = |holder: &Holder| holder.0 == "dead";
    match store.begin_run(org, &holder, "manual", now, MINUTE, dead).unwrap() {
        Taken::Ours { lease, .. } => Some(lease),
        Taken::Busy { .. } => None,
    }
}

fn entry(id: &str) -> Staged {
    Staged {
        user_id: id.to_owned(),
        membership_id: None,
        gone: false,
        username: format!("Name-{id}"),
        fullname: None,
        avatar_url: None,
        email: None,
        role: None,
        is_pro: None,
        two_factor: None,
        external: None,
        groups: Vec::new(),
        seen: Fields::NONE,
        hash: 7,
    }
}

fn join(store: &mut Store, lease: &Lease, ids: &[&str]) -> Result<Run, Error> {
    let staged: Vec<Staged> = ids.iter().map(|id| entry(id)).collect();
    store.stage(lease, &staged)?;
    let run = store.run(lease.org_id, lease.run)?.unwrap();
    store.publish(lease, |publish| {
        let staged = publish.staged(false, "", 100)?;
        let at = publish.at();
        let versions: Vec<NewVersion> = staged
            .into_iter()
            .map(|s| NewVersion {
                prior: None,
                ends: false,
                hash: s.hash,
                avatar_url: None,
                state: MemberState {
                    user_id: s.user_id,
                    username: s.username,
                    fullname: None,
                    email: None,
                    role: None,
                    is_pro: None,
                    two_factor: None,
                    external: None,
                    groups: Vec::new(),
                    known: Fields::NONE,
                    fresh: Fields::NONE,
                    status: Status::Active,
                    absences: 0,
                    first_seen: at,
                },
            })
            .collect();
        publish.write(&versions)?;
        Ok::<_, Error>(Run { complete: true, ..run })
    })
}

fn names(store: &mut Store, org: i64) -> Vec<String> {
    let mut found = Vec::new();
    store
        .members(org, AsOf::Now, true, |member| {
            found.push(member.state.username);
            Ok::<_, Error>(())
        })
        .unwrap();
    found
}

#[test]
fn a_second_sync_is_busy_until_the_lease_ends_or_its_holder_dies() {
    each(|database| {
        let mut store = Store::open(&database.url).unwrap();
        let (org, _) = store.open_org(&key("acme", None), 0).unwrap();
        let first = take(&mut store, org.id, "a", 0).unwrap();
        assert!(take(&mut store, org.id, "b", MINUTE - 1).is_none());
        store.renew(&first, MINUTE - 1, MINUTE).unwrap();
        assert!(take(&mut store, org.id, "b", MINUTE + 1).is_none());
        assert!(take(&mut store, org.id, "dead", 2 * MINUTE).is_some());
        assert!(
            take(&mut store, org.id, "c", 2 * MINUTE + 1).is_some(),
            "a dead holder is replaced"
        );
    });
}

#[test]
fn a_paused_holder_that_wakes_up_cannot_publish() {
    each(|database| {
        let mut store = Store::open(&database.url).unwrap();
        let (org, _) = store.open_org(&key("acme", None), 0).unwrap();
        let slept = take(&mut store, org.id, "a", 0).unwrap();
        let awake = take(&mut store, org.id, "b", 2 * MINUTE).unwrap();
        assert!(matches!(join(&mut store, &slept, &["1"]), Err(Error::LeaseLost)));
        assert!(matches!(store.renew(&slept, 2 * MINUTE, MINUTE), Err(Error::LeaseLost)));
        assert!(names(&mut store, org.id).is_empty());
        join(&mut store, &awake, &["2"]).unwrap();
        assert_eq!(names(&mut store, org.id), ["Name-2"]);
        let runs = store.runs(org.id, 10).unwrap();
        let states: Vec<_> = runs.iter().map(|run| (run.run, run.state)).collect();
        assert_eq!(states, [(2, RunState::Published), (1, RunState::Failed)]);
    });
}

#[test]
fn a_failed_publish_leaves_everything_as_it_was() {
    each(|database| {
        let mut store = Store::open(&database.url).unwrap();
        let (org, _) = store.open_org(&key("acme", None), 0).unwrap();
        let lease = take(&mut store, org.id, "a", 0).unwrap();
        store.stage(&lease, &[entry("1")]).unwrap();
        let failed = store.publish(&lease, |publish| {
            publish.group_names(&[("g".to_owned(), "research".to_owned())])?;
            Err::<Run, _>(Error::Unreadable { what: "test", value: String::new() })
        });
        assert!(matches!(failed, Err(Error::Unreadable { .. })));
        assert_eq!(store.org(org.id).unwrap().unwrap().published_run, 0);
        assert_eq!(store.staged_count(&lease).unwrap(), 1, "what was staged is still there");
        join(&mut store, &lease, &["1"]).unwrap();
        assert_eq!(names(&mut store, org.id), ["Name-1"]);
    });
}

#[test]
fn runs_are_ordered_by_number_even_when_the_clock_goes_back() {
    each(|database| {
        let mut store = Store::open(&database.url).unwrap();
        let (org, _) = store.open_org(&key("acme", None), 0).unwrap();
        let first = take(&mut store, org.id, "dead", 5 * MINUTE).unwrap();
        let second = take(&mut store, org.id, "b", MINUTE).unwrap();
        assert!(second.run > first.run && second.at > first.at);
    });
}

#[test]
fn an_organization_is_one_through_renames_and_two_at_two_endpoints() {
    each(|database| {
        let mut store = Store::open(&database.url).unwrap();
        let open = |store: &mut Store, key: &OrgKey| store.open_org(key, 1).unwrap();
        let (outside, made) = open(&mut store, &key("Acme", None));
        assert_eq!(made, OrgMatch::Made);
        let (pinned, found) = open(&mut store, &key("acme", Some("id1")));
        assert_eq!((pinned.id, found), (outside.id, OrgMatch::Found));
        let (renamed, _) = open(&mut store, &key("acme-labs", Some("id1")));
        assert_eq!((renamed.id, renamed.slug.as_str()), (outside.id, "acme-labs"));
        assert_eq!(store.find_orgs("acme", None).unwrap()[0].id, outside.id, "by its former name");
        let (_, other) = open(&mut store, &key("acme-labs", Some("id2")));
        assert_eq!(other, OrgMatch::OtherIdentity);

        let elsewhere =
            OrgKey { endpoint: "http://127.0.0.1:2".to_owned(), ..key("acme-labs", None) };
        let (second, made) = open(&mut store, &elsewhere);
        assert_eq!(made, OrgMatch::Made);
        assert_eq!(store.find_orgs("ACME-LABS", None).unwrap().len(), 2);
        let here = store.find_orgs("acme-labs", Some("http://127.0.0.1:2/")).unwrap();
        assert_eq!(here.iter().map(|org| org.id).collect::<Vec<_>>(), [second.id]);
    });
}

#[test]
fn a_newer_schema_is_refused_untouched() {
    each(|database| {
        drop(Store::open(&database.url).unwrap());
        set_version(&database.url, 99);
        let error = Store::open(&database.url).unwrap_err();
        assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
        assert!(error.to_string().contains("update hubfolk"), "{error}");
        let stored =
            hubfolk_tests::dump::query(&database.url, "SELECT version FROM schema_version");
        assert_eq!(stored, [["99"]]);
    });
}

fn set_version(url: &DatabaseUrl, version: i64) {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let conn = rusqlite::Connection::open(path).unwrap();
            conn.execute("UPDATE schema_version SET version = ?1", [version]).unwrap();
        }
        DatabaseUrl::Postgres(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
            client.execute("UPDATE hubfolk.schema_version SET version = $1", &[&version]).unwrap();
        }
    }
}

#[test]
fn files_that_are_no_ledger_are_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(
        path("text.db"),
        "this is a letter, not a database, and a long one at that".repeat(40),
    )
    .unwrap();
    rusqlite::Connection::open(path("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    drop(Store::open(&DatabaseUrl::sqlite(path("cut.db"))).unwrap());
    let whole = std::fs::read(path("cut.db")).unwrap();
    std::fs::write(path("cut.db"), &whole[..whole.len() / 2]).unwrap();

    for (name, wanted) in [
        ("text.db", "damaged or no database"),
        ("other.db", "another program"),
        ("cut.db", "damaged"),
    ] {
        let before = std::fs::read(path(name)).unwrap();
        let error = Store::open(&DatabaseUrl::sqlite(path(name))).unwrap_err();
        assert!(error.to_string().contains(wanted), "{name}: {error}");
        assert!(error.to_string().contains(name), "{name}: {error}");
        assert!(std::fs::read(path(name)).unwrap() == before, "{name} was touched");
    }
}

#[test]
fn two_processes_may_open_a_new_ledger_at_once() {
    each(|database| {
        let url = &database.url;
        std::thread::scope(|scope| {
            let open = || scope.spawn(move || Store::open(url).map(drop));
            let threads: Vec<_> = (0..8).map(|_| open()).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap().unwrap());
        });
    });
}
