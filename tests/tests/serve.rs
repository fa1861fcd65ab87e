//! The always-on service: killed during syncs, and with its database gone and back.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use std::process::Stdio;
use std::time::{Duration, Instant};

use hubfolk_license::verify::verify;
use hubfolk_sim::{BIG_ADMIN_TOKEN, Fault, FaultRule, RateLimits, Sim, World};
use hubfolk_store::{DatabaseUrl, Store};
use hubfolk_tests::binary::hubfolk;
use hubfolk_tests::crowd::{self, Crowd};
use hubfolk_tests::database::{TestDatabase, databases};
use hubfolk_tests::dump::query;
use hubfolk_tests::service::{Service, due, keep};
use rand::Rng;
use serde_json::Value;

const MEMBERS: usize = 2000;
const KILLS: usize = 50;
/// What a sync asks for, page by page.
const LIST: &str = "list_organization_members";
const SEED: u64 = 20_260_105;

struct Play<'a> {
    crowd: Crowd,
    home: tempfile::TempDir,
    url: &'a DatabaseUrl,
}

#[derive(Debug, Default)]
struct Counts {
    /// Killed, and the ledger was as before.
    before: usize,
    /// Killed, and a run was published meanwhile.
    after: usize,
    /// Runs that a later start found unfinished.
    interrupted: usize,
    wrong: Vec<String>,
}

impl Play<'_> {
    fn start(&self) -> Service {
        Service::start(self.home.path(), self.url, BIG_ADMIN_TOKEN)
    }

    fn published(&self) -> i64 {
        query(self.url, "SELECT published_run FROM org")[0][0].parse().unwrap()
    }

    /// Waits until a run later than `run` is published.
    fn published_after(&self, run: i64) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(60) {
            if self.published() > run {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    fn make_due(&self) {
        let mut store = Store::open(self.url).unwrap();
        let org = store.orgs().unwrap().remove(0);
        due(&mut store, org.id);
    }
}

fn play(database: &TestDatabase) -> Counts {
    let mut play = Play {
        crowd: Crowd::of(MEMBERS, SEED),
        home: tempfile::tempdir().unwrap(),
        url: &database.url,
    };
    keep(&database.url, &play.crowd.hub.url(), "big");
    let service = play.start();
    assert!(play.published_after(0), "the first sync never ended");
    drop(service);
    // Each page takes a moment, so that a kill meets a run on its way.
    let slow = FaultRule::new(Fault::latency(60)).operation(LIST);
    play.crowd.hub.add_fault(slow);
    let mut counts = Counts::default();
    for kill in 1..=KILLS {
        play.crowd.change(10, 3);
        play.make_due();
        let (people, published) = (crowd::people(play.url), play.published());
        let asked = play.crowd.hub.request_count(LIST);
        let service = play.start();
        // From the first page on: four of them, and the publishing.
        while play.crowd.hub.request_count(LIST) == asked {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(play.crowd.random.random_range(0..500)));
        service.kill();
        let is_before = play.published() == published;
        if is_before {
            counts.before += 1;
            if crowd::people(play.url) != people {
                counts.wrong.push(format!("kill {kill}: half a run is in the ledger"));
            }
        } else {
            counts.after += 1;
            if play.crowd.differs_from(play.url) {
                counts.wrong.push(format!("kill {kill}: not the list that was published"));
            }
        }
    }
    // It heals at start, without anybody's help.
    let before = play.published();
    play.make_due();
    let service = play.start();
    service.until("/readyz", "", 200);
    if !play.published_after(before) {
        counts.wrong.push("after the kills nothing is synced any more".to_owned());
    }
    let cookie = service.sign_in();
    let answer = service.ask("GET", "/api/me", &cookie);
    if answer.status != 200 {
        counts.wrong.push(format!("after the kills nobody can sign in: {answer:?}"));
    }
    // Gone twice is gone: the last leavers are missing once.
    let before = play.published();
    let _ = service.ask("POST", "/orgs/big/sync", &cookie);
    if !play.published_after(before) || play.crowd.differs_from(play.url) {
        counts.wrong.push("in the end the ledger is not the world".to_owned());
    }
    let mut store = Store::open(&database.url).unwrap();
    let org = store.find_orgs("big", None).unwrap().remove(0);
    let verdict = verify(&mut store, &org).unwrap();
    if !verdict.ok {
        counts.wrong.push(format!("verify: {verdict:?}"));
    }
    if let Some(seq) = store.verify_log().unwrap().broken {
        counts.wrong.push(format!("the log of changes breaks at {seq}"));
    }
    let sql = "SELECT count(*) FROM sync_run WHERE error_kind = 'interrupted'";
    counts.interrupted = query(&database.url, sql)[0][0].parse().unwrap();
    counts
}

#[test]
fn a_service_that_is_killed_during_syncs_heals_at_its_next_start() {
    for database in databases() {
        let counts = play(&database);
        println!(
            "counted: {KILLS} kills of the service during syncs of {MEMBERS} members on {}: {} left \
             the ledger as before, {} as after, {} met a run on its way, {} wrong",
            database.kind,
            counts.before,
            counts.after,
            counts.interrupted,
            counts.wrong.len()
        );
        assert!(counts.wrong.is_empty(), "{}", counts.wrong.join("\n"));
        assert!(counts.interrupted * 4 > KILLS, "too few kills met a run: {counts:?}");
    }
}

/// Takes a database away, or gives it back.
fn reachable(database: &TestDatabase, yes: bool) {
    match &database.url {
        DatabaseUrl::Sqlite(path) => {
            let away = path.with_extension("away");
            for end in ["", "-wal", "-shm"] {
                let name = |path: &std::path::Path| {
                    let mut name = path.as_os_str().to_owned();
                    name.push(end);
                    name
                };
                let (from, to) = if yes { (&away, path) } else { (path, &away) };
                let _ = std::fs::rename(name(from), name(to));
            }
        }
        DatabaseUrl::Postgres(url) => {
            let (server, name) = url.rsplit_once('/').unwrap();
            let name = name.split('?').next().unwrap();
            let server = format!("{server}/postgres");
            let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
            client
                .batch_execute(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {yes}"))
                .unwrap();
            if !yes {
                let sql =
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
                client.query(sql, &[&name]).unwrap();
            }
        }
    }
}

#[test]
fn a_database_that_is_gone_and_comes_back_is_found_again() {
    for database in databases() {
        let world = World::big(200);
        let hub = Sim::builder().world(world).rate_limits(RateLimits::Unlimited);
        let hub = hub.start_on_thread().unwrap();
        let home = tempfile::tempdir().unwrap();
        keep(&database.url, &hub.url(), "big");
        let service = Service::start(home.path(), &database.url, BIG_ADMIN_TOKEN);
        let cookie = service.sign_in();
        service.until("/api/me", &cookie, 200);
        for _ in 0..3 {
            reachable(&database, false);
            service.until("/readyz", &cookie, 503);
            let page = service.ask("GET", "/orgs/big/settings", &cookie);
            assert_eq!(page.status, 503, "{}: {page:?}", database.kind);
            assert!(page.body.contains("The database is away"), "{}", page.body);
            assert_eq!(service.ask("GET", "/healthz", "").status, 200);
            assert_eq!(service.ask("POST", "/orgs/big/sync", &cookie).status, 503);
            reachable(&database, true);
            service.until("/readyz", &cookie, 200);
            // Whoever was signed in still is.
            service.until("/orgs/big/settings", &cookie, 200);
            let before: i64 =
                query(&database.url, "SELECT last_run FROM org")[0][0].parse().unwrap();
            assert_eq!(service.ask("POST", "/orgs/big/sync", &cookie).status, 303);
            let begin = Instant::now();
            loop {
                let run: i64 =
                    query(&database.url, "SELECT published_run FROM org")[0][0].parse().unwrap();
                if run > before {
                    break;
                }
                assert!(begin.elapsed() < Duration::from_secs(60), "it syncs no more");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        println!("counted: {} gone and back 3 times under the service", database.kind);
    }
}

#[test]
fn the_demo_is_shown_with_its_bill_and_syncs_from_its_hub() {
    let home = tempfile::tempdir().unwrap();
    let mut command = hubfolk(home.path());
    command.args(["demo", "--serve", "--members", "60", "--listen", "127.0.0.1:0"]);
    let service = Service::of(command.stderr(Stdio::null()));
    let cookie = service.sign_in();
    let overview = service.ask("GET", "/api/orgs/meridian-labs/overview", &cookie);
    let overview: Value = serde_json::from_str(&overview.body).unwrap();
    let numbers = &overview["numbers"];
    assert_eq!(numbers["unpriced"], 0, "{numbers}");
    assert!(numbers["monthly"].as_array().is_some_and(|bills| bills.len() == 1), "{numbers}");
    let run = overview["run"].as_i64().unwrap();
    assert_eq!(service.ask("POST", "/orgs/meridian-labs/sync", &cookie).status, 303);
    service.until(&format!("/orgs/meridian-labs/runs/{}", run + 1), &cookie, 200);
}
