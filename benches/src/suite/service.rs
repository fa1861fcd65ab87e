//! The service: its pages on a ledger with a long history, its memory, and the syncs it schedules.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hubfolk_license::Ledger;
use hubfolk_license::clock::{Clock, SystemClock};
use hubfolk_sim::{Fault, FaultRule, Faults, World};
use hubfolk_store::{Credential, DatabaseUrl, OrgKey, OrgSetting, Store};

use super::{Suite, serve};
use crate::agent::percentile;
use crate::history::History;
use crate::measure::{Sample, run as run_process};
use crate::paint::first_paints;
use crate::service::{Browser, Service};

/// Clients at a time, and requests of each for each page.
const CLIENTS: usize = 16;
const EACH: usize = 20;

/// Rests before the memory is looked at: lists of the past are gone by then, then all of them.
const RESTS: [Duration; 2] = [Duration::from_secs(100), Duration::from_secs(260)];

/// Organizations of the fleet, members of each, and how far away their Hub is.
const ORGS: usize = 1_000;
const MEMBERS: usize = 50;
const AWAY: u64 = 50;

/// Syncs of one token that the scheduler runs at a time.
const AT_A_TIME: usize = 8;

/// What is asked for, and where; several addresses take turns.
fn pages() -> Vec<(&'static str, Vec<String>)> {
    let one = |path: &str| vec![path.to_owned()];
    let each = |path: &dyn Fn(usize) -> String| (0..CLIENTS).map(path).collect::<Vec<_>>();
    let member = |number: usize| format!("big-member-{:07}", 1 + number * 5_003);
    vec![
        ("overview", one("/orgs/big")),
        ("members", one("/orgs/big/members")),
        ("members, filtered", one("/orgs/big/members?license=Write&two_factor=yes")),
        ("members, searched", each(&|n| format!("/orgs/big/members?search={:05}", n * 731))),
        ("members, sorted", one("/orgs/big/members?sort=fullname&order=desc")),
        ("members, as of the tenth run", one("/orgs/big/members?as_of=run:10")),
        ("member", each(&|n| format!("/orgs/big/members/{}", member(n)))),
        ("groups", one("/orgs/big/groups")),
        ("changes", one("/orgs/big/changes")),
        ("changes, filtered", one("/orgs/big/changes?kind=member.joined&since=8w")),
        ("difference, a week", one("/orgs/big/changes/difference?from=run:30&to=run:31")),
        ("difference, since the first run", one("/orgs/big/changes/difference")),
        ("changes, Atom", one("/orgs/big/changes.atom")),
        ("runs", one("/orgs/big/runs")),
        ("run", one("/orgs/big/runs/31")),
        ("organizations", one("/orgs")),
        ("approvals", one("/approvals")),
        ("settings", one("/orgs/big/settings")),
        ("sessions", one("/sessions")),
        ("log", one("/log")),
        ("API: organizations", one("/api/orgs")),
        ("API: overview", one("/api/orgs/big/overview")),
        ("API: members", one("/api/orgs/big/members")),
        ("API: members, a page of 500", one("/api/orgs/big/members?limit=500")),
        ("API: member", each(&|n| format!("/api/orgs/big/members/{}", member(n)))),
        ("API: groups", one("/api/orgs/big/groups")),
        ("API: changes", one("/api/orgs/big/changes")),
        ("API: difference", one("/api/orgs/big/difference?from=run:30&to=run:31")),
        ("API: runs", one("/api/orgs/big/runs")),
        ("API: run", one("/api/orgs/big/runs/31")),
    ]
}

/// Whether it takes lists of members as they were.
fn of_the_past(path: &str) -> bool {
    path.contains("as_of") || path.contains("difference")
}

/// Whether a browser shows it as a page.
fn is_page(path: &str) -> bool {
    !path.starts_with("/api/") && !path.ends_with(".atom")
}

impl Suite<'_> {
    fn service_on(&self, db: &str, folder: &Path) -> Result<Command> {
        let mut command = Command::new(&self.hubfolk);
        command.args(["serve", "--listen", "127.0.0.1:0", "--db", db]);
        command.env("HUBFOLK_STATE", folder).env_remove("HF_TOKEN").env_remove("HF_ENDPOINT");
        Ok(command)
    }

    /// The pages of 16 clients, and the memory before and after.
    pub(super) fn service(&mut self) -> Result<()> {
        if self.wants("service: pages") {
            self.service_pages()?;
        }
        if self.wants("service: fleet") {
            self.service_fleet()?;
        }
        Ok(())
    }

    fn service_pages(&mut self) -> Result<()> {
        let db = match &self.options.ledger {
            Some(ledger) => ledger.to_string(),
            None => {
                let db = self.database(false)?;
                History::of(db.parse()?, self.options.members).run()?;
                db
            }
        };
        let state = self.folder.path().join("state");
        let service = Service::start(&mut self.service_on(&db, &state)?)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let browser = runtime.block_on(Browser::sign_in(&service))?;
        std::thread::sleep(Duration::from_secs(1));
        let memory = |when: &str| {
            let (all, own) = service.megabytes()?;
            println!(
                "| service: idle memory {when}, MB (its own) | {all:.1} ({own:.1}) | 40 | | |"
            );
            anyhow::Ok(())
        };
        println!("\n| service, 16 clients | p50 ms | p95 ms | goal | kB | goal |");
        println!("|---|--:|--:|--:|--:|--:|");
        memory("after the start")?;
        let pages = pages();
        for past in [false, true] {
            for (_, paths) in pages.iter().filter(|(_, paths)| of_the_past(&paths[0]) == past) {
                runtime.block_on(browser.load(&paths[..1], 1, 1))?;
            }
            std::thread::sleep(Duration::from_secs(2));
            memory(if past { "and of the past" } else { "after each page as of now" })?;
        }
        for (name, paths) in &pages {
            runtime.block_on(browser.load(paths, CLIENTS, 1))?;
            let mut waits = runtime.block_on(browser.load(paths, CLIENTS, EACH))?;
            let weight = runtime.block_on(browser.weight(&paths[0]))?;
            let (p50, p95) = (percentile(&mut waits, 50), percentile(&mut waits, 95));
            println!("| {name} | {p50:.1} | {p95:.1} | 100 | {weight:.1} | 150 |");
        }
        std::thread::sleep(Duration::from_secs(2));
        memory("after all of that")?;
        let shown: Vec<&str> = pages.iter().map(|(_, paths)| paths[0].as_str()).collect();
        let shown: Vec<&str> = shown.into_iter().filter(|path| is_page(path)).collect();
        for path in &shown {
            runtime.block_on(browser.load(&[(*path).to_owned()], 1, 1))?;
        }
        if let Some(paints) = first_paints(&browser.url, &browser.cookie, &shown)? {
            println!("\n| first paint in Chromium, nothing cached | median ms | longest | goal |");
            println!("|---|--:|--:|--:|");
            for (path, paint) in shown.iter().zip(paints) {
                println!("| {path} | {:.0} | {:.0} | 300 |", paint.median, paint.longest);
            }
        }
        for rest in RESTS {
            std::thread::sleep(rest);
            memory(&format!("after a rest of {} s more", rest.as_secs()))?;
        }
        Ok(())
    }

    /// Many small organizations of one token: the first syncs, and those that find nothing new.
    fn service_fleet(&mut self) -> Result<()> {
        let away = Faults::new(vec![FaultRule::new(Fault::latency(AWAY))]);
        let hub = serve(World::fleet(ORGS, MEMBERS), away)?;
        let (mut floors, mut firsts, mut agains) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.options.rounds {
            let db = self.database(false)?;
            let url: DatabaseUrl = db.parse()?;
            let mut store = kept_hourly(&url, &hub.url())?;
            let state = self.folder.path().join("state");
            for (run, samples) in [(1, &mut firsts), (2, &mut agains)] {
                hub.clear_requests();
                let now = SystemClock.now().as_microsecond();
                for turn in store.turns()? {
                    store.save_turn(&hubfolk_store::Turn { next_at: now, ..turn })?;
                }
                let mut command = self.service_on(&db, &state)?;
                let start = Instant::now();
                let service =
                    Service::start(command.env("FLEET_TOKEN", hubfolk_sim::BIG_ADMIN_TOKEN))?;
                while store.orgs()?.iter().any(|org| org.published_run < run) {
                    ensure!(start.elapsed() < Duration::from_secs(300), "they were not synced");
                    std::thread::sleep(Duration::from_millis(100));
                }
                let millis = start.elapsed().as_secs_f64() * 1e3;
                let (peak_mb, _) = service.megabytes()?;
                samples.push(Sample { millis, peak_mb, count: hub.total_requests() });
            }
            let list = self.requests(&hub)?;
            let mut bare = self.contender(&["floor-fleet"], &hub)?;
            bare.arg("--requests").arg(list);
            bare.args(["--fleet", &ORGS.to_string(), &AT_A_TIME.to_string()]);
            floors.push(run_process(&mut bare)?);
        }
        println!("\n| job | floor ms | product ms | ratio | goal | product MB | floor MB |");
        println!("|---|--:|--:|--:|--:|--:|--:|");
        let name = format!("service: {ORGS} organizations of {MEMBERS}, Hub {AWAY} ms away");
        self.row(&format!("{name}, first sync"), &floors, &firsts, 1.5)?;
        self.row(&format!("{name}, nothing changed"), &floors, &agains, 1.5)
    }

    /// What the service asked for, a line each, in a file.
    fn requests(&self, hub: &hubfolk_sim::Running) -> Result<PathBuf> {
        let records = hub.requests();
        ensure!(records.iter().all(|record| record.status < 500), "a request failed");
        let paths: Vec<String> = records.into_iter().map(|record| record.path).collect();
        let list = self.folder.path().join("requests");
        std::fs::write(&list, paths.join("\n"))?;
        Ok(list)
    }
}

/// A ledger whose organizations are synced every hour.
fn kept_hourly(url: &DatabaseUrl, hub: &str) -> Result<Store> {
    drop(Ledger::open(url)?);
    let mut store = Store::open(url).context("the ledger")?;
    let now = SystemClock.now().as_microsecond();
    for number in 1..=ORGS {
        let name = format!("org-{number}");
        let key = OrgKey { endpoint: hub.to_owned(), name, hf_id: None };
        let (org, _) = store.open_org(&key, now)?;
        let (kind, place) = ("env".to_owned(), "FLEET_TOKEN".to_owned());
        store.save_credential(&Credential {
            org_id: org.id,
            kind,
            place,
            ..Credential::default()
        })?;
        store.save_org_setting(&OrgSetting::new(org.id, "every 1h", now))?;
    }
    Ok(store)
}
