//! `hubfolk sync` killed with SIGKILL at random instants: the ledger is as it was before the run or
//! as it is after it, never anything between.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use hubfolk_license::verify::verify;
use hubfolk_sim::{BIG_ADMIN_TOKEN, NewMember, NewUser, RateLimits, Running, Sim, World};
use hubfolk_store::{DatabaseUrl, Store};
use hubfolk_tests::binary::sync;
use hubfolk_tests::database::{TestDatabase, databases};
use hubfolk_tests::dump::{dump, query};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

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
    hub: Running,
    home: tempfile::TempDir,
    url: &'a DatabaseUrl,
    random: StdRng,
    newcomers: usize,
}

impl Play<'_> {
    fn command(&self) -> std::process::Command {
        let (hub, home) = (self.hub.url(), self.home.path());
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

    /// A few people join, change role and leave, so that there is something to write.
    fn change(&mut self) {
        let mut world = self.hub.world();
        let names: Vec<String> = world.members("big").unwrap().skip(1).map(str::to_owned).collect();
        for _ in 0..20 {
            let name = &names[self.random.random_range(0..names.len())];
            let role = ["read", "write", "contributor"][self.random.random_range(0..3)];
            world.set_role("big", name, role).unwrap();
        }
        for _ in 0..5 {
            let _ = world.remove_member("big", &names[self.random.random_range(0..names.len())]);
            self.newcomers += 1;
            let name = format!("new-{}", self.newcomers);
            world.add_user(NewUser::named(name.as_str())).unwrap();
            world.add_member("big", &name, NewMember::with_role("read")).unwrap();
        }
    }

    /// The last published run, once the organization is in the ledger.
    fn published(&self) -> Option<String> {
        let rows = query(self.url, "SELECT published_run FROM org");
        // Before its first run it is as good as not there.
        rows.first().map(|row| row[0].clone()).filter(|run| run != "0")
    }

    fn people(&self) -> String {
        dump(self.url, &["hub", "org", "org_slug", "sync_run", "stage_member"])
    }

    /// Who the ledger says is listed, and who of the world it should be.
    fn differs_from_world(&self) -> bool {
        let sql = "SELECT username FROM membership WHERE valid_to IS NULL AND status = 'active'";
        let rows = query(self.url, sql);
        let told: BTreeSet<String> =
            rows.iter().map(|row| row[0].trim_matches('"').to_owned()).collect();
        let world = self.hub.world();
        let listed: BTreeSet<String> = world.members("big").unwrap().map(str::to_owned).collect();
        // As many rows as people: nobody is there twice.
        rows.len() != told.len() || told != listed
    }
}

fn play(database: &TestDatabase, seed: u64) -> Counts {
    let sim = Sim::builder().world(World::big(MEMBERS)).rate_limits(RateLimits::Unlimited);
    let other = database.another();
    let rehearsal = Play {
        hub: sim.start_on_thread().unwrap(),
        home: tempfile::tempdir().unwrap(),
        url: &other.url,
        random: StdRng::seed_from_u64(seed),
        newcomers: 0,
    };
    let mut length = rehearsal.sync();
    // The first kills meet an empty ledger, where a sync writes most.
    drop(Store::open(&database.url).unwrap());
    let mut play = Play { url: &database.url, ..rehearsal };
    let mut counts = Counts::default();
    let (mut people, mut published) = (play.people(), play.published());
    let mut tries = 0;
    while counts.before + counts.after < KILLS {
        tries += 1;
        let delay = length.mul_f64(play.random.random_range(0.0..1.05));
        let killed = play.kill(delay);
        let (people_before, published_before) = (people, published);
        (people, published) = (play.people(), play.published());
        let is_before = published == published_before;
        match (killed, is_before) {
            (true, true) => counts.before += 1,
            (true, false) => counts.after += 1,
            (false, _) => counts.ended_first += 1,
        }
        if is_before && people != people_before {
            counts.wrong.push(format!("try {tries}: half a run is in the ledger"));
        }
        if !is_before && play.differs_from_world() {
            counts.wrong.push(format!("try {tries}: not the list that was published"));
        }
        if !killed && is_before {
            counts.wrong.push(format!("try {tries}: it ended by itself and published nothing"));
        }
        if tries == 20 || tries % 8 == 0 {
            length = play.sync();
            if play.differs_from_world() {
                counts.wrong.push(format!("after try {tries}: the next sync is wrong"));
            }
            play.change();
            (people, published) = (play.people(), play.published());
        }
    }
    // Two complete runs: whoever is missing is gone, and nobody else.
    play.sync();
    play.sync();
    if play.differs_from_world() {
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
