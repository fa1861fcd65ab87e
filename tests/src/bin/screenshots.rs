//! Takes a picture of each page of the dashboard, for `cargo xtask screenshots PROGRAM FOLDER`:
//! the demo's organization, and one of which a sync waits for a decision; light and dark, on a
//! desktop's width and a phone's.
#![allow(clippy::print_stdout, reason = "says what it made")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hubfolk_sim::{DEMO_ORGANIZATION, RateLimits, Running, Sim, Timeline, World};
use hubfolk_tests::browser::{Browser, Shape};
use hubfolk_tests::service::Service;
use serde_json::{Value, json};

/// Widths with the height that is shown at once, and the most of a long page that is shown.
const SCREENS: [(&str, u32, u32, u32); 2] =
    [("desktop", 1280, 900, 1400), ("phone", 390, 844, 1700)];

/// Of this one a third is gone at once.
const WAITING_ORGANIZATION: &str = "aurora-works";

/// Writes over what a clock or chance put on the page, so that pictures change with pages alone:
/// today, what the clock of the demo counted since it began, ports, codes, hashes, milliseconds.
const STILL: &str = r#"
const today = new Date().toISOString().slice(0, 10);
const began = arguments[0];
const rules = [
    [new RegExp(today + " \\d\\d:\\d\\d", "g"), began + " 13:00"],
    [new RegExp("(" + began + " \\d\\d):0\\d", "g"), "$1:00"],
    [/(127\.0\.0\.1|localhost):\d+/g, "127.0.0.1:8787"],
    [/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/g, "K7QP-3XWD"],
    [/\b[0-9a-f]{12}\b/g, "5e0c9a1f7b32"],
    [/sha256:[0-9a-f]{64}/g, "sha256:" + "65b6280251c54e7b".repeat(4)],
    [/\b\d+ s ago\b/g, '2 s ago'],
    [/\b[1-9][\d,]* ms\b/g, "40 ms"],
];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    let text = node.data;
    for (const [what, instead] of rules) text = text.replace(what, instead);
    if (text !== node.data) node.data = text;
}
for (const term of document.querySelectorAll("dt")) {
    if (term.textContent === "Ends") term.nextElementSibling.textContent = began + " 13:10 UTC";
}
for (const field of document.querySelectorAll("input")) {
    field.value = field.value.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:8787");
}
return true;
"#;

const PASSWORD: &str = "correct horse battery staple";

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(folder)) = (arguments.next(), arguments.next()) else {
        panic!("give the program and the folder for the pictures");
    };
    let browser = Browser::open().expect("pictures are made with Chromium");
    let home = tempfile::tempdir().expect("a temporary folder");
    let ledger = home.path().join("ledger.db");
    let hubfolk = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.env_clear().env("HOME", home.path()).env("PATH", "").env("NO_COLOR", "1");
        command.args(words).stdin(Stdio::null()).stderr(Stdio::null());
        command
    };
    let demo = ["demo", "--serve", "--listen", "127.0.0.1:0", "--ledger"];
    let service = Service::of(hubfolk(&demo).arg(&ledger));
    for (name, role) in [("grace", "admin"), ("vera", "viewer"), ("tomas", "approver")] {
        let db = format!("sqlite:{}", ledger.display());
        let words = ["serve", "user", "add", name, "--role", role, "--db", &db];
        add_account(hubfolk(&words), home.path());
    }
    let hub = other_hub();
    let _agent = ask(hubfolk(&["mcp"]), &hub);

    std::fs::create_dir_all(&folder).expect("the folder for the pictures");
    let mut shots =
        Shots { browser: &browser, service: &service, folder: &folder, count: 0, bytes: 0 };
    shots.take("sign-in", "/sign-in");
    browser.go(&service.at("/sign-in"));
    browser.field("Name").fill("grace");
    browser.field("Password").fill(PASSWORD);
    browser.button("Sign in").click();
    let _ = browser.button("Sign out");
    let waiting = let_one_wait(&browser, &service, &hub);
    let member = the_busiest(&browser);
    for (name, path) in pages(&member, waiting) {
        shots.take(name, &path);
    }
    println!("{} pictures, {} KB, in {}", shots.count, shots.bytes / 1024, folder.display());
}

/// Whoever has the most history to show.
fn the_busiest(browser: &Browser) -> String {
    let changes = browser.script(
        "return (async first => {
             let all = [], next = '';
             do {
                 const page = await (await fetch(first + next)).json();
                 all = all.concat(page.items);
                 next = page.next ? '&cursor=' + page.next : '';
             } while (next);
             return all;
         })(arguments[0])",
        &json!([format!("/api/orgs/{DEMO_ORGANIZATION}/changes?limit=500")]),
    );
    let mut counts = BTreeMap::new();
    for change in changes.as_array().expect("a list") {
        if let Some(name) = change["member"]["id"].as_str() {
            *counts.entry(name).or_insert(0) += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.expect("somebody changed").0.to_owned()
}

/// Has an organization kept and synced, then a third of its members gone; the run that waits.
fn let_one_wait(browser: &Browser, service: &Service, hub: &Running) -> i64 {
    browser.go(&service.at("/setup"));
    browser.field("Organization").fill(WAITING_ORGANIZATION);
    browser.field("Hub").fill(&hub.url());
    browser.field("Token").fill("hf_test_noor");
    browser.field("Sync").fill("manual");
    browser.field("Allowed e-mail domains").fill("aurora.example");
    browser.button("Save").click();
    let run_in = |state: &str| {
        browser.wait(state, || {
            let runs = browser.script(
                "return fetch(arguments[0]).then(answer => answer.json())",
                &json!([format!("/api/orgs/{WAITING_ORGANIZATION}/runs?state={state}")]),
            );
            runs["items"][0]["run"].as_i64()
        })
    };
    run_in("published");
    for name in crew().iter().step_by(3) {
        hub.world().remove_member(WAITING_ORGANIZATION, name).expect("a member");
    }
    browser.go(&service.at(&format!("/orgs/{WAITING_ORGANIZATION}/runs")));
    browser.button("Sync now").click();
    run_in("quarantined")
}

/// Each page under the name of its picture.
fn pages(member: &str, waiting: i64) -> Vec<(&'static str, String)> {
    let of_org = |page: &str| format!("/orgs/{DEMO_ORGANIZATION}{page}");
    vec![
        ("setup", "/setup".to_owned()),
        ("organizations", "/orgs".to_owned()),
        ("overview", of_org("")),
        ("members", of_org("/members?two_factor=no&external=yes")),
        ("member", of_org(&format!("/members/{member}"))),
        ("groups", of_org("/groups")),
        ("changes", of_org("/changes")),
        ("difference", of_org("/changes/difference?from=run:20&to=run:26")),
        ("runs", of_org("/runs")),
        ("run", of_org("/runs/26")),
        ("quarantine", format!("/orgs/{WAITING_ORGANIZATION}/runs/{waiting}")),
        ("settings", of_org("/settings")),
        ("approvals", "/approvals".to_owned()),
        ("sessions", "/sessions".to_owned()),
        ("accounts", "/accounts".to_owned()),
        ("log", "/log".to_owned()),
    ]
}

struct Shots<'a> {
    browser: &'a Browser,
    service: &'a Service,
    folder: &'a Path,
    count: usize,
    bytes: usize,
}

impl Shots<'_> {
    fn take(&mut self, name: &str, path: &str) {
        for (screen, width, height, most) in SCREENS {
            self.browser.resize(width, height, screen == "phone");
            for scheme in ["light", "dark"] {
                self.browser.prefer(scheme);
                self.browser.go(&self.service.at(path));
                let _ = self.browser.script(STILL, &json!([ended().strftime("%F").to_string()]));
                let heading = self.browser.one("main h1").text();
                assert_ne!(heading, "Not here", "{path}");
                let whole = self.browser.script(
                    "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]",
                    &json!([]),
                );
                let number = |at: usize| whole[at].as_u64().map_or(0, |n| n as u32);
                if number(0) > width {
                    println!("{name} {screen}: {} px wide on {width}", number(0));
                }
                let shape = Shape { width, height: number(1).clamp(height, most) };
                let picture = self.browser.picture(shape);
                let file = self.folder.join(format!("{name}-{screen}-{scheme}.webp"));
                std::fs::write(&file, &picture).expect("a picture can be written");
                self.count += 1;
                self.bytes += picture.len();
            }
        }
    }
}

fn add_account(mut command: Command, home: &Path) {
    let file = home.join("password");
    std::fs::write(&file, PASSWORD).expect("a file of ours");
    let status = command.stdin(File::open(file).expect("it was written")).status();
    assert!(status.expect("the program starts").success(), "an account can be added");
}

/// When the history of the demo ends.
fn ended() -> jiff::Timestamp {
    Timeline::new(1, 1200).date(Timeline::WEEKS)
}

/// The members of the organization that waits.
fn crew() -> Vec<String> {
    let first = ["amara", "bruno", "chloe", "dmitri", "elif", "farah", "goran", "hana"];
    let last = ["silva", "novak", "okafor"];
    let name = |last: &str| first.map(|first| format!("{first}-{last}"));
    last.iter().flat_map(|last| name(last)).collect()
}

/// A Hub with an organization, and a discussion that an agent wants to close.
fn other_hub() -> Running {
    let mut users = vec![
        json!({ "name": "noor-demo", "fullname": "Noor Demo", "twoFaEnabled": true }),
        json!({ "name": "stranger", "fullname": "A Stranger" }),
    ];
    let mut members = vec![
        json!({ "user": "noor-demo", "role": "admin", "verifiedEmail": "noor@aurora.example" }),
    ];
    for (place, name) in crew().into_iter().enumerate() {
        let domain = if place % 7 == 3 { "mail.example" } else { "aurora.example" };
        let role = ["write", "read", "contributor"][place / 2 % 3];
        users.push(json!({ "name": name, "twoFaEnabled": place % 5 > 0 }));
        members.push(
            json!({ "user": name, "role": role, "verifiedEmail": format!("{name}@{domain}") }),
        );
    }
    let world = json!({
        "users": users,
        "orgs": [
            { "name": DEMO_ORGANIZATION, "members": [{ "user": "noor-demo", "role": "admin" }] },
            { "name": WAITING_ORGANIZATION, "members": members },
        ],
        "repos": [{ "type": "model", "id": format!("{DEMO_ORGANIZATION}/atlas-7b") }],
        "discussions": [{
            "type": "model", "id": format!("{DEMO_ORGANIZATION}/atlas-7b"), "num": 1,
            "author": "stranger", "title": "Cheap followers here", "comment": "Buy now",
        }],
        "tokens": [{ "token": "hf_test_noor", "user": "noor-demo", "role": "write" }],
    });
    let world = World::from_json(&world.to_string()).expect("a world");
    let now = ended() + jiff::SignedDuration::from_hours(6);
    let sim = Sim::builder().world(world).rate_limits(RateLimits::Unlimited).time(now);
    sim.start_on_thread().expect("a Hub")
}

/// An agent that asks for a person's yes and waits.
fn ask(mut command: Command, hub: &Running) -> Asking {
    command.env("HF_ENDPOINT", hub.url()).env("HF_TOKEN", "hf_test_noor");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut to = child.stdin.take().expect("its input");
    let mut from = BufReader::new(child.stdout.take().expect("its output")).lines();
    let endpoint = format!("models/{DEMO_ORGANIZATION}/atlas-7b/discussions/1/status");
    let messages: [Value; 3] = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "clerk", "version": "1" },
        } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "hf_api_request", "arguments": {
                "endpoint": endpoint, "method": "POST", "json_body": { "status": "closed" },
            },
        } }),
    ];
    for message in messages {
        writeln!(to, "{message}").expect("it reads");
    }
    let answer = from.by_ref().map_while(Result::ok).find(|line| line.contains(r#""id":2"#));
    assert!(answer.is_some_and(|text| text.contains("hubfolk approve")), "the agent asks");
    Asking { child, _to: to }
}

/// An agent that waits; it ends when this is dropped.
struct Asking {
    child: Child,
    _to: std::process::ChildStdin,
}

impl Drop for Asking {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
