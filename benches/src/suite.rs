//! The table of ratios.

mod agent;
mod community;
mod service;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use hubfolk_sim::{Fault, FaultRule, Faults, RateLimits, Running, Sim, World};
use hubfolk_store::DatabaseUrl;

use crate::measure::{Sample, median, run as run_process};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Members of the large organization
    #[arg(long, default_value_t = 100_000)]
    members: usize,
    /// Members for the memory row; 0 leaves it out
    #[arg(long, default_value_t = 1_000_000)]
    most_members: usize,
    /// How often each contender runs
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Requests of each load on the simulator
    #[arg(long, default_value_t = 200_000)]
    requests: usize,
    /// Only rows whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// A ledger that `history` wrote, for the pages of the service; made anew without it
    #[arg(long)]
    ledger: Option<DatabaseUrl>,
}

struct Suite<'a> {
    options: &'a Options,
    folder: tempfile::TempDir,
    postgres: Option<String>,
    hubfolk: PathBuf,
    next: u32,
}

/// Measures and prints everything asked for.
#[expect(clippy::disallowed_methods, reason = "the task runner passes the server and the binary")]
pub(crate) fn run(options: &Options) -> Result<()> {
    let beside = std::env::current_exe()?.with_file_name("hubfolk");
    let mut suite = Suite {
        options,
        folder: tempfile::tempdir()?,
        postgres: std::env::var("HUBFOLK_TEST_POSTGRES").ok(),
        hubfolk: std::env::var_os("HUBFOLK_BIN").map_or(beside, PathBuf::from),
        next: 0,
    };
    println!("{} members, {} rounds, medians\n", options.members, options.rounds);
    println!("| job | floor ms | product ms | ratio | goal | product MB | floor MB |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    suite.start()?;
    suite.lists()?;
    suite.syncs(false)?;
    if suite.postgres.is_some() {
        suite.syncs(true)?;
    }
    suite.fleet()?;
    suite.discussions()?;
    suite.contract()?;
    suite.agent()?;
    suite.service()?;
    suite.reads()?;
    suite.memory()
}

impl Suite<'_> {
    fn wants(&self, name: &str) -> bool {
        self.options.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    fn contender(&self, words: &[&str], running: &Running) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("contender").args(words).args(["--base", &running.url()]);
        Ok(command)
    }

    fn row(&self, name: &str, floor: &[Sample], product: &[Sample], goal: f64) -> Result<()> {
        let (floor, product) = (median(floor)?, median(product)?);
        println!(
            "| {name} | {:.1} | {:.1} | {:.2} | {goal:.2} | {:.1} | {:.1} |",
            floor.millis,
            product.millis,
            product.millis / floor.millis,
            product.peak_mb,
            floor.peak_mb,
        );
        Ok(())
    }

    /// A ledger that nobody used.
    fn database(&mut self, postgres: bool) -> Result<String> {
        self.next += 1;
        if !postgres {
            let path = self.folder.path().join(format!("{}.db", self.next));
            return Ok(DatabaseUrl::sqlite(path).to_string());
        }
        let server = self.postgres.as_deref().context("a PostgreSQL server")?;
        let name = format!("bench_{}_{}", std::process::id(), self.next);
        let mut client = postgres::Client::connect(server, postgres::NoTls)?;
        client.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let (base, _) = server.rsplit_once('/').context("an address with a database")?;
        Ok(format!("{base}/{name}"))
    }

    fn start(&mut self) -> Result<()> {
        if !self.wants("start") {
            return Ok(());
        }
        let world = serve(World::big(100), Faults::default())?;
        let db = self.database(false)?;
        run_process(&mut self.contender(&["sync", "--db", &db], &world)?)?;
        let empty = std::env::current_exe()?.with_file_name("empty");
        let commands: [(&str, &[&str]); 2] = [
            ("start: hubfolk --version", &["--version"]),
            ("start: hubfolk members (100 of them)", &["members", "big", "--db", &db]),
        ];
        for (name, words) in commands {
            let (mut floor, mut product) = (Vec::new(), Vec::new());
            for _ in 0..self.options.rounds * 8 {
                floor.push(run_process(&mut Command::new(&empty))?);
                product.push(run_process(Command::new(&self.hubfolk).args(words))?);
            }
            self.row(name, &floor, &product, 2.0)?;
        }
        Ok(())
    }

    fn lists(&mut self) -> Result<()> {
        if !self.wants("list") {
            return Ok(());
        }
        let world = serve(World::big(self.options.members), Faults::default())?;
        let (mut bytes, mut typed, mut product) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.options.rounds {
            bytes.push(run_process(&mut self.contender(&["floor-bytes"], &world)?)?);
            typed.push(run_process(&mut self.contender(&["floor-typed"], &world)?)?);
            product.push(run_process(&mut self.contender(&["list"], &world)?)?);
        }
        self.row("list to typed values (floor: bytes only)", &bytes, &product, f64::NAN)?;
        self.row("list to typed values", &typed, &product, 1.3)
    }

    fn syncs(&mut self, postgres: bool) -> Result<()> {
        let on = if postgres { "PostgreSQL" } else { "SQLite" };
        if !self.wants("sync") && !self.wants(on) {
            return Ok(());
        }
        let world = serve(World::big(self.options.members), Faults::default())?;
        let (mut floor, mut product) = (Vec::new(), Vec::new());
        let mut kept = String::new();
        for _ in 0..self.options.rounds {
            let db = self.database(postgres)?;
            floor.push(run_process(&mut self.contender(&["floor-fresh", "--db", &db], &world)?)?);
            kept = self.database(postgres)?;
            product.push(run_process(&mut self.contender(&["sync", "--db", &kept], &world)?)?);
        }
        self.row(&format!("{on}: first sync"), &floor, &product, 1.5)?;

        let hashes = self.database(postgres)?;
        run_process(&mut self.contender(&["floor-prepare", "--db", &hashes], &world)?)?;
        let (mut floor, mut product) = (Vec::new(), Vec::new());
        for _ in 0..self.options.rounds {
            let words = ["floor-unchanged", "--db", &hashes];
            floor.push(run_process(&mut self.contender(&words, &world)?)?);
            product.push(run_process(&mut self.contender(&["sync", "--db", &kept], &world)?)?);
        }
        self.row(&format!("{on}: nothing changed"), &floor, &product, 1.3)?;

        let (mut floor, mut product) = (Vec::new(), Vec::new());
        for round in 0..self.options.rounds {
            change_one_percent(&world, round)?;
            let words = ["floor-unchanged", "--db", &hashes];
            floor.push(run_process(&mut self.contender(&words, &world)?)?);
            product.push(run_process(&mut self.contender(&["sync", "--db", &kept], &world)?)?);
        }
        self.row(&format!("{on}: 1 % changed"), &floor, &product, f64::NAN)?;
        let changed = product.iter().map(|sample| sample.count).max().unwrap_or(0);
        println!("|  ... members written at 1 % | | {changed} | | | | |");
        Ok(())
    }

    fn fleet(&mut self) -> Result<()> {
        if !self.wants("fleet") {
            return Ok(());
        }
        let latency = Faults::new(vec![FaultRule::new(Fault::latency(50))]);
        let world = serve(World::fleet(200, 50), latency)?;
        let mut product = Vec::new();
        for _ in 0..self.options.rounds {
            let db = self.database(false)?;
            let words = ["fleet", "--db", &db, "--fleet", "200", "16"];
            product.push(run_process(&mut self.contender(&words, &world)?)?);
        }
        let ideal = 200_usize.div_ceil(16) as f64 * 50.0;
        let ideal = Sample { millis: ideal, peak_mb: 0.0, count: 0 };
        self.row("fleet: 200 organizations, 50 ms latency, 16 at a time", &[ideal], &product, 1.25)
    }

    fn memory(&mut self) -> Result<()> {
        if self.options.most_members == 0 || !self.wants("memory") {
            return Ok(());
        }
        let mut peaks = Vec::new();
        for members in [self.options.members, self.options.most_members] {
            let world = serve(World::big(members), Faults::default())?;
            let db = self.database(false)?;
            for round in ["first", "again"] {
                let sync = ["sync", "--db", &db];
                let sample = run_process(&mut self.contender(&sync, &world)?)?;
                println!(
                    "| memory: {members} members, {round} sync | | {:.0} | | | {:.1} | |",
                    sample.millis, sample.peak_mb
                );
                peaks.push(sample.peak_mb);
            }
        }
        let [first, again, most, most_again] = peaks[..] else { return Ok(()) };
        println!(
            "\nPeak memory: {:.1} MB (goal 24), at {} members {:.2} times that (goal 1.2)",
            first.max(again),
            self.options.most_members,
            most.max(most_again) / first.max(again)
        );
        Ok(())
    }
}

fn serve(world: World, faults: Faults) -> Result<Running> {
    let sim = Sim::builder().world(world).faults(faults).rate_limits(RateLimits::Unlimited);
    sim.start_on_thread().context("starting the simulator")
}

fn change_one_percent(running: &Running, round: usize) -> Result<()> {
    let mut world = running.world();
    let names: Vec<String> =
        world.members("big")?.skip(1).step_by(100).map(str::to_owned).collect();
    let role = if round.is_multiple_of(2) { "contributor" } else { "write" };
    for name in names {
        world.set_role("big", &name, role)?;
    }
    Ok(())
}
