//! Every fault that the simulator knows, at the first, a middle and the last page of a list.
//!
//! What must never happen: a wrong leaver, or anybody marked missing or gone by a run that was not
//! complete. What must happen each time: the right state, kind of error and exit code.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use hubfolk_sim::{BIG_ADMIN_TOKEN, Fault, FaultRule, RateLimits, Running, Sim, World};
use hubfolk_store::DatabaseUrl;
use hubfolk_tests::binary::{Said, say, sync};
use hubfolk_tests::database::databases;
use hubfolk_tests::dump::{dump, query};

/// Three pages of ten.
const MEMBERS: usize = 28;
const PAGES: u32 = 3;

/// What a fault must lead to: state, whether complete, kind of error, status, exit code.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Expected {
    state: &'static str,
    complete: bool,
    kind: Option<&'static str>,
    status: Option<i64>,
    exit: i32,
}

const FINE: Expected =
    Expected { state: "published", complete: true, kind: None, status: None, exit: 0 };
const REDUCED: Expected = Expected { complete: false, ..FINE };

fn failed(kind: &'static str) -> Expected {
    Expected { state: "failed", complete: false, kind: Some(kind), status: None, exit: 3 }
}

fn status(code: u16) -> (Fault, Expected) {
    (Fault::status(code), Expected { status: Some(i64::from(code)), ..failed("http") })
}

/// The faults, each for good: what the client repeats away once is shown by `one_bad_answer`.
fn faults() -> Vec<(&'static str, Fault, Expected)> {
    let mut list = vec![
        ("latency", Fault::latency(40), FINE),
        ("jitter", Fault::Latency { ms: 5, jitter_ms: 40 }, FINE),
        (
            "429 for long",
            Fault::rate_limited(3600),
            Expected { status: Some(429), ..failed("rate_limited") },
        ),
        ("reset before the answer", Fault::ResetBefore, failed("connection")),
        ("reset inside the body", Fault::ResetInside { after_bytes: None }, failed("connection")),
        ("truncated body", Fault::TruncatedBody { after_bytes: None }, failed("connection")),
        ("truncated JSON", Fault::TruncatedJson, failed("decode")),
        ("invalid JSON", Fault::InvalidJson, failed("decode")),
        (
            "wrong content type",
            Fault::WrongContentType { content_type: None, body: None },
            failed("decode"),
        ),
        ("slow drip", Fault::SlowDrip { bytes: 16, every_ms: 300 }, failed("timeout")),
        (
            "foreign next",
            Fault::ForeignLink { to: "http://127.0.0.2:9".to_owned() },
            failed("foreign_next"),
        ),
        ("cycling next", Fault::CyclingLink, failed("repeated_next")),
        ("empty page with next", Fault::EmptyPage, FINE),
        ("short page with next", Fault::ShortPage { items: 3 }, FINE),
        ("duplicate across pages", Fault::DuplicateItem, FINE),
        ("members join", Fault::MembersJoin { count: 4 }, FINE),
        ("members leave", Fault::MembersLeave { count: 4 }, FINE),
        ("coverage loss", Fault::CoverageLoss { role: "read".to_owned() }, REDUCED),
        ("rename", Fault::RenameUser { user: None, to: None }, FINE),
        ("re-used name", Fault::ReuseName { user: None }, FINE),
        ("clock skew", Fault::ClockSkew { seconds: -7200 }, FINE),
    ];
    let codes = [
        ("408", status(408)),
        ("500", status(500)),
        ("502", status(502)),
        ("503", status(503)),
        ("504", status(504)),
    ];
    list.extend(codes.map(|(name, (fault, expected))| (name, fault, expected)));
    list
}

struct Stage {
    hub: Running,
    home: tempfile::TempDir,
    url: DatabaseUrl,
}

impl Stage {
    fn new(url: &DatabaseUrl) -> Self {
        let sim = Sim::builder().world(World::big(MEMBERS)).rate_limits(RateLimits::Unlimited);
        let stage = Self {
            hub: sim.start_on_thread().unwrap(),
            home: tempfile::tempdir().unwrap(),
            url: url.clone(),
        };
        let first = stage.sync();
        assert_eq!(first.code, Some(0), "{first:?}");
        stage
    }

    fn sync(&self) -> Said {
        let mut command =
            sync(self.home.path(), &self.hub.url(), BIG_ADMIN_TOKEN, &self.url, "big");
        command.args([
            "--page-size",
            "10",
            "--max-attempts",
            "2",
            "--timeout",
            "2",
            "--max-wait",
            "3",
        ]);
        say(&mut command)
    }

    /// People whom the ledger thinks missing or gone.
    fn absent(&self) -> Vec<String> {
        let sql = "SELECT username FROM membership WHERE (valid_to IS NULL AND status = 'missing')
                   OR ended = 1 ORDER BY username";
        query(&self.url, sql).into_iter().map(|row| row[0].trim_matches('"').to_owned()).collect()
    }

    /// Everything about people; runs and the counters of runs are not about people.
    fn people(&self) -> String {
        dump(&self.url, &["sync_run", "org", "stage_member"])
    }
}

/// Runs one cell of the matrix; what is wrong with it, if anything.
fn cell(url: &DatabaseUrl, fault: &Fault, page: u32, expected: Expected) -> Result<(), String> {
    let stage = Stage::new(url);
    let people = stage.people();
    let rule = FaultRule::new(fault.clone()).operation("list_organization_members");
    let lasting = expected.state == "failed"
        || matches!(fault, Fault::Latency { .. } | Fault::ClockSkew { .. });
    let rule = rule.page(page);
    stage.hub.add_fault(if lasting { rule } else { rule.times(1) });
    let said = stage.sync();
    if stage.hub.fault_counts()[0] == 0 {
        return Err("the fault did not happen".to_owned());
    }
    stage.hub.clear_faults();

    let run = &said.json()[0];
    let found = (run["state"].as_str(), run["complete"].as_bool(), run["error"]["kind"].as_str());
    let wanted = (Some(expected.state), Some(expected.complete), expected.kind);
    if found != wanted || run["error"]["status"].as_i64() != expected.status {
        return Err(format!("expected {expected:?}, found {run}"));
    }
    if said.code != Some(expected.exit) {
        return Err(format!("exit {:?} instead of {}", said.code, expected.exit));
    }
    if matches!(fault, Fault::DuplicateItem) && run["duplicates"] != 1 {
        return Err(format!("the duplicate was not counted: {run}"));
    }
    let error_page = run["error"]["page"].as_i64();
    if expected.state == "failed" && error_page != Some(i64::from(page)) {
        return Err(format!("the error names page {error_page:?} instead of {page}"));
    }
    if expected.state == "failed" && stage.people() != people {
        return Err("a failed run changed what the ledger says of people".to_owned());
    }
    let listed: Vec<String> =
        stage.hub.world().members("big").unwrap().map(str::to_owned).collect();
    let absent = stage.absent();
    if let Some(wrong) = absent.iter().find(|name| listed.contains(name)) {
        // Somebody else may have the name now; then the old owner is rightly gone.
        if !matches!(fault, Fault::ReuseName { .. }) {
            return Err(format!("{wrong} is marked missing or gone, and is neither"));
        }
    }
    if !expected.complete && !absent.is_empty() {
        return Err(format!("a run that was not complete marked {absent:?}"));
    }
    // And the next run, without the fault, is fine.
    let next = stage.sync();
    if next.code != Some(0) || next.json()[0]["state"] != "published" {
        return Err(format!("the run after it: {next:?}"));
    }
    Ok(())
}

#[test]
fn no_fault_on_any_page_makes_a_wrong_leaver() {
    for database in databases() {
        let faults = faults();
        let mut cells: Vec<(usize, u32)> =
            (0..faults.len()).flat_map(|f| (1..=PAGES).map(move |page| (f, page))).collect();
        cells.reverse();
        let cells = std::sync::Mutex::new(cells);
        let results = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let Some((f, page)) = cells.lock().unwrap().pop() else { return };
                        let (_, fault, expected) = &faults[f];
                        let own = database.another();
                        let result = cell(&own.url, fault, page, *expected);
                        results.lock().unwrap().push((f, page, result));
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap();
        results.sort_by_key(|(f, page, _)| (*f, *page));
        println!("\nfaults on {}, 0 wrong leavers in each cell that is ok", database.kind);
        println!(
            "{:26} {:10} {:9} {:14} exit  first  middle last",
            "fault", "state", "complete", "error"
        );
        for (f, row) in results.chunks(PAGES as usize).enumerate() {
            let (name, _, e) = &faults[f];
            let marks: Vec<_> =
                row.iter().map(|(_, _, r)| if r.is_ok() { "ok" } else { "WRONG" }).collect();
            println!(
                "{name:26} {:10} {:9} {:14} {:4}  {:6} {:6} {}",
                e.state,
                e.complete,
                e.kind.unwrap_or("-"),
                e.exit,
                marks[0],
                marks[1],
                marks[2]
            );
        }
        let wrong: Vec<String> = results
            .iter()
            .filter_map(|(f, page, r)| {
                Some(format!("{} on page {page}: {}", faults[*f].0, r.as_ref().err()?))
            })
            .collect();
        println!(
            "counted: fault matrix on {}: {} faults on 3 pages each, {} of {} cells as they should \
             be, 0 wrong leavers in these",
            database.kind,
            faults.len(),
            results.len() - wrong.len(),
            results.len()
        );
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn one_bad_answer_is_repeated_away() {
    let database = hubfolk_tests::database::TestDatabase::sqlite();
    let stage = Stage::new(&database.url);
    for fault in [
        Fault::status(503),
        Fault::status(408),
        Fault::rate_limited(1),
        Fault::ResetBefore,
        Fault::ResetInside { after_bytes: Some(40) },
        Fault::TruncatedBody { after_bytes: Some(40) },
    ] {
        let name = fault.name();
        let rule = FaultRule::new(fault).operation("list_organization_members").page(2).times(1);
        stage.hub.add_fault(rule);
        let said = stage.sync();
        assert_eq!(said.code, Some(0), "{name}: {said:?}");
        assert_eq!(said.json()[0]["complete"], true, "{name}");
        stage.hub.clear_faults();
    }
}
