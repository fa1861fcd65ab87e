//! `hubfolk sync` killed with SIGKILL at random instants: the ledger is as it was before the run or
//! as it is after it, never anything between.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use hubfolk_license::verify::verify;
use hubfolk_sim::BIG_ADMIN_TOKEN;
use hubfolk_store::{DatabaseUrl, Store};
use hubfolk_tests::binary::sync;
use hubfolk_tests::crowd::{self, Crowd};
use hubfolk_tests::database::{TestDatabase, databases};
use hubfolk_tests::dump::query;
use rand::Rng;

const MEMBERS: usize = 5000;
const KILLS: usize = 200;
const SEED: u64 = 20_260_105;

#[derive(Debug, Default)]
struct Counts {
    /// Killed while running, and the ledger was as before.
    before: usize,
    /// Killed while running, and the run was published already.
    after: usize,
    /// Had ended before the kill came, which proves nothing and is not counted as one.
    ended_first: usize,
    interrupted: usize,
    wrong: Vec<String>,
}

struct Play<'a> {
    crowd: Crowd,
    home: tempfile::TempDir,
    url: &'a DatabaseUrl,
}

impl Play<'_> {
    fn command(&self) -> std::process::Command {
        let (hub, home) = (self.crowd.hub.url(), self.home.path());
        let mut command = sync(home, &hub, BIG_ADMIN_TOKEN, self.url, "big");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// A complete sync and how long it took.
    fn sync(&self) -> Duration {
        let begin = Instant::now();
        let status = self.command().status().unwrap();
        assert!(status.success(), "{status}");
        begin.elapsed()
    }

    /// A sync that is killed after `delay`, unless it ends before; whether it was killed.
    fn kill(&self, delay: Duration) -> bool {
        let mut child = self.command().spawn().unwrap();
        std::thread::sleep(delay);
        child.kill().unwrap();
        child.wait().unwrap().signal() == Some(9)
    }

    /// The last published run, once the organization is in the ledger.
    fn published(&self) -> Option<String> {
        let rows = query(self.url, "SELECT published_run FROM org");
        // Before its first run it is as good as not there.
        rows.first().map(|row| row[0].clone()).filter(|run| run != "0")
    }
}

fn play(database: &TestDatabase, seed: u64) -> Counts {
    let other = database.another();
    let rehearsal = Play {
        crowd: Crowd::of(MEMBERS, seed),
        home: tempfile::tempdir().unwrap(),
        url: &other.url,
    };
    let mut length = rehearsal.sync();
    // The first kills meet an empty ledger, where a sync writes most.
    drop(Store::open(&database.url).unwrap());
    let mut play = Play { url: &database.url, ..rehearsal };
    let mut counts = Counts::default();
    let (mut people, mut published) = (crowd::people(play.url), play.published());
    let mut tries = 0;
    while counts.before + counts.after < KILLS {
        tries += 1;
        let delay = length.mul_f64(play.crowd.random.random_range(0.0..1.05));
        let killed = play.kill(delay);
        let (people_before, published_before) = (people, published);
        (people, published) = (crowd::people(play.url), play.published());
        let is_before = published == published_before;
        match (killed, is_before) {
            (true, true) => counts.before += 1,
            (true, false) => counts.after += 1,
            (false, _) => counts.ended_first += 1,
        }
        if is_before && people != people_before {
            counts.wrong.push(format!("try {tries}: half a run is in the ledger"));
        }
        if !is_before && play.crowd.differs_from(play.url) {
            counts.wrong.push(format!("try {tries}: not the list that was published"));
        }
        if !killed && is_before {
            counts.wrong.push(format!("try {tries}: it ended by itself and published nothing"));
        }
        if tries == 20 || tries % 8 == 0 {
            length = play.sync();
            if play.crowd.differs_from(play.url) {
                counts.wrong.push(format!("after try {tries}: the next sync is wrong"));
            }
            play.crowd.change(20, 5);
            (people, published) = (crowd::people(play.url), play.published());
        }
    }
    // Two complete runs: whoever is missing is gone, and nobody else.
    play.sync();
    play.sync();
    if play.crowd.differs_from(play.url) {
        counts.wrong.push("in the end the ledger is not the world".to_owned());
    }
    let mut store = Store::open(&database.url).unwrap();
    let org = store.find_orgs("big", None).unwrap().remove(0);
    let verdict = verify(&mut store, &org).unwrap();
    if !verdict.ok {
        counts.wrong.push(format!("verify: {verdict:?}"));
    }
    let sql = "SELECT count(*) FROM sync_run WHERE error_kind = 'interrupted'";
    counts.interrupted = query(&database.url, sql)[0][0].parse().unwrap();
    let left = "SELECT count(*) FROM stage_member";
    if query(&database.url, left)[0][0] != "0" {
        counts.wrong.push("staged rows were left behind".to_owned());
    }
    counts
}

#[test]
fn a_kill_at_any_instant_leaves_the_state_before_or_after() {
    let databases = databases();
    let counts: Vec<Counts> = std::thread::scope(|scope| {
        let run = |database| scope.spawn(move || play(database, SEED));
        let threads: Vec<_> = databases.iter().map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    println!("\n{KILLS} kills over {MEMBERS} members, seed {SEED}");
    println!("database  as before  as after  ended before its kill  recorded  wrong");
    for (database, c) in databases.iter().zip(&counts) {
        println!(
            "{:9} {:9} {:9} {:22} {:9} {:6}",
            database.kind,
            c.before,
            c.after,
            c.ended_first,
            c.interrupted,
            c.wrong.len()
        );
        println!(
            "counted: {} kills over {MEMBERS} members on {}: {} left the ledger as before, {} as \
             after, {} memberships lost, doubled or wrongly ended",
            c.before + c.after,
            database.kind,
            c.before,
            c.after,
            c.wrong.len()
        );
    }
    for c in counts {
        assert!(c.wrong.is_empty(), "{}", c.wrong.join("\n"));
        // A run that is killed early has not begun; most must have.
        assert!(c.interrupted * 2 > KILLS, "too few kills met a run that had begun: {c:?}");
    }
}
