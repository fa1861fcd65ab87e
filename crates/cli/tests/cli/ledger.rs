//! Syncing and asking the ledger, from the outside.

use hubfolk_store::{DatabaseUrl, OrgSetting, Store};
use serde_json::{Value, json};

use crate::support::{ADMIN, Home, MEMBER, Sim, WORLD, mode};

fn members(home: &Home, more: &[&str]) -> Vec<Value> {
    let arguments = [&["members", "acme"][..], more].concat();
    home.json(&arguments).as_array().unwrap().clone()
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["username"].as_str().unwrap()).collect()
}

#[test]
fn members_at_no_allowed_domain_are_those_that_the_settings_say() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let ledger = home.path("ledger.db");
    let home = home.with("HUBFOLK_DB", &format!("sqlite:{}", ledger.display()));
    home.json(&["sync", "acme"]);
    let mut store = Store::open(&DatabaseUrl::sqlite(ledger)).unwrap();
    let mut allow = |domain: &str| {
        let setting = OrgSetting {
            org_id: store.find_orgs("acme", None).unwrap()[0].id,
            enabled: false,
            schedule: "manual".to_owned(),
            domains: vec![domain.to_owned()],
            avatars: false,
            changed_at: 1,
        };
        store.save_org_setting(&setting).unwrap();
    };
    allow("acme.com");
    assert!(members(&home, &["--outside-domains"]).is_empty());
    allow("acme.org");
    assert_eq!(names(&members(&home, &["--outside-domains"])), ["ada", "bob"]);
}

#[test]
fn a_sync_fills_the_ledger_and_the_ledger_answers() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let runs = home.json(&["sync", "acme"]);
    let run = &runs[0];
    assert_eq!(
        (&run["org"], &run["state"], &run["complete"]),
        (&json!("acme"), &json!("published"), &json!(true))
    );
    assert_eq!((&run["members"], &run["joined"]), (&json!(3), &json!(3)));
    let again = home.json(&["sync", "acme"]);
    assert_eq!(
        (&again[0]["run"], &again[0]["joined"], &again[0]["unchanged"]),
        (&json!(2), &json!(0), &json!(3))
    );

    let all = members(&home, &[]);
    assert_eq!(names(&all), ["ada", "bob", "cleo"]);
    assert_eq!(all[1]["groups"][0]["name"], "research");
    assert_eq!(
        (&all[2]["role"], &all[2]["license"], &all[2]["external"]),
        (&json!("read"), &json!("Read"), &json!(true))
    );
    assert_eq!(names(&members(&home, &["--role", "admin"])), ["ada"]);
    assert_eq!(names(&members(&home, &["--license", "write"])), ["bob"]);
    assert_eq!(names(&members(&home, &["--external"])), ["cleo"]);
    assert_eq!(names(&members(&home, &["--no-2fa"])), ["bob"]);
    assert_eq!(names(&members(&home, &["--group", "Research"])), ["bob"]);
    assert_eq!(names(&members(&home, &["--search", "ADA@"])), ["ada"]);
    assert_eq!(names(&members(&home, &["--as-of", "run:1"])), ["ada", "bob", "cleo"]);
    assert_eq!(names(&members(&home, &["--limit", "1"])), ["ada"]);
    let outside = ["members", "acme", "--outside-domains"];
    home.run(&outside).ends(2).says(&["no e-mail domains are set", "Settings page"]);
    home.run(&["members", "acme", "--license", "Gold"]).ends(2).says(&["No access"]);
    home.run(&["members", "acme", "--as-of", "2001-01-01"]).ends(6).says(&["does not reach back"]);
    home.run(&["members", "acme", "--as-of", "run:9"]).ends(6);

    let changes = home.json(&["changes", "acme"]);
    assert!(changes.as_array().unwrap().iter().all(|change| change["kind"] != "member.learned"));
    assert_eq!(
        changes
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| change["kind"] == "member.joined")
            .count(),
        3
    );
    assert_eq!(home.json(&["changes", "acme", "--since", "run:1"]), json!([]));
    let bob = home.json(&["member", "acme", "bob@acme.com"]);
    assert!(bob.as_array().unwrap().iter().all(|change| change["member"]["username"] == "bob"));
    home.run(&["member", "acme", "nobody"]).ends(6);

    let verified = home.json(&["verify", "acme"]);
    assert_eq!((&verified["ok"], &verified["runs"]), (&json!(true), &json!(2)));
    assert_eq!(home.json(&["sync", "runs", "acme"]).as_array().unwrap().len(), 2);
}

#[test]
fn the_default_ledger_lies_in_the_data_folder_for_its_owner_only() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.run(&["members", "acme"]).ends(6).says(&["hubfolk sync"]);
    assert!(!home.path(".local").exists(), "looking makes no ledger");
    home.ok(&["sync", "acme"]);
    assert_eq!(mode(&home.path(".local/share/hubfolk")), 0o700);
    assert_eq!(mode(&home.path(".local/share/hubfolk/ledger.db")), 0o600);
    let data = home.path("data");
    let other = Home::at(&sim, Some(ADMIN)).with("XDG_DATA_HOME", data.to_str().unwrap());
    other.ok(&["sync", "acme"]);
    assert!(data.join("hubfolk/ledger.db").exists());
    home.run(&["members", "other"]).ends(6).says(&["acme"]);
}

#[test]
fn commands_of_the_ledger_need_no_hub_and_no_token() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let address = format!("sqlite:{}", home.path("ledger.db").display());
    home.ok(&["sync", "acme", "--db", &address]);
    drop(sim);
    let alone = Home::new().with("HUBFOLK_DB", &address).with("HF_TOKEN", "mal formed");
    assert_eq!(alone.json(&["members", "acme"]).as_array().unwrap().len(), 3);
    alone.ok(&["changes", "acme"]);
    alone.ok(&["verify", "acme"]);
    let elsewhere = Home::new().with("HUBFOLK_DB", &address);
    elsewhere
        .run(&["members", "acme", "--endpoint", "https://hub.example"])
        .ends(6)
        .says(&["--endpoint"]);
}

#[test]
fn syncs_that_fail_exit_as_the_contract_says() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let missing = home.run(&["sync", "nothing-here", "--format", "json"]).ends(6);
    let runs: Value = serde_json::from_str(&missing.stdout).unwrap();
    assert_eq!((&runs[0]["org"], &runs[0]["state"]), (&json!("nothing-here"), &json!("failed")));
    assert_eq!(missing.error()["status"], 404);
    home.run(&["sync", "ada"]).ends(6).says(&["hubfolk users show ada"]);
    let mixed = home.run(&["sync", "acme", "nothing-here", "--format", "json"]).ends(6);
    let runs: Value = serde_json::from_str(&mixed.stdout).unwrap();
    assert_eq!((&runs[0]["state"], &runs[1]["state"]), (&json!("published"), &json!("failed")));
    Home::at(&sim, Some("hf_test_wrong_000000")).run(&["sync", "acme"]).ends(7).says(&["401"]);
    Home::at(&sim, Some(MEMBER)).run(&["sync", "hidden"]).ends(7);
    let deaf = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let ran = deaf.run(&["sync", "acme", "--max-attempts", "1", "--format", "json"]).ends(3);
    let runs: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(runs[0]["error"]["kind"], "connection");
}

#[test]
fn an_export_carries_its_evidence_in_every_format() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["sync", "acme"]);
    let document = home.json(&["export", "acme"]);
    let evidence = &document["export"];
    for key in
        ["org", "endpoint", "run", "started", "pages", "items", "coverage", "digest", "version"]
    {
        assert!(!evidence[key].is_null(), "{key}: {evidence}");
    }
    assert_eq!(document["members"].as_array().unwrap().len(), 3);
    let csv = home.ok(&["export", "acme", "--format", "csv"]).stdout;
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.lines().nth(1).unwrap().contains("sha256:"));
    assert!(csv.contains("\"'=HYPERLINK"), "{csv}");
    let ndjson = home.ok(&["export", "acme", "--format", "ndjson"]).stdout;
    assert_eq!(ndjson.lines().count(), 4);
    home.ok(&["export", "acme", "--output", "members.json"]);
    let written = std::fs::read_to_string(home.path("members.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap()["members"], document["members"]);
    assert_eq!(mode(&home.path("members.json")), 0o600);
    home.run(&["export", "acme", "--output", "members.doc"]).ends(2);
    home.run(&["export", "acme", "--output", "/nonexistent/x.csv"]).ends(3);
}

#[test]
fn leavers_in_bulk_wait_for_a_person() {
    let sim = Sim::start(&world(40));
    let address = sim.url.trim_start_matches("http://").to_owned();
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["sync", "acme"]);
    drop(sim);
    // Half of them are gone overnight, on the same Hub.
    let _sim = Sim::start_at(&world(20), &address, &[]);
    let ran = home.run(&["sync", "acme"]).ends(4).says(&[
        "quarantined",
        "20 members",
        "hubfolk sync approve acme 2",
    ]);
    assert!(ran.stdout.starts_with("acme\t2\tquarantined"), "{ran:?}");
    assert_eq!(members(&home, &[]).len(), 41);
    let runs = home.json(&["sync", "runs", "acme"]);
    assert_eq!(runs[0]["would_leave"].as_array().unwrap().len(), 20);

    home.run(&["sync", "reject", "acme", "2"]).ends(2).says(&["--yes"]);
    home.ok(&["sync", "reject", "acme", "2", "--yes"]);
    home.run(&["sync", "approve", "acme", "2", "--yes"]).ends(2).says(&["rejected"]);
    home.run(&["sync", "approve", "acme", "99", "--yes"]).ends(6);
    home.run(&["sync", "acme"]).ends(4);
    home.ok(&["sync", "approve", "acme", "3", "--dry-run"]);
    home.ok(&["sync", "approve", "acme", "3", "--yes"]);
    home.ok(&["sync", "approve", "acme", "3", "--yes"]);
    assert_eq!(members(&home, &[]).len(), 21);
    assert_eq!(members(&home, &["--status", "left"]).len(), 20);
    assert_eq!(members(&home, &["--as-of", "run:1"]).len(), 41);
    home.ok(&["verify", "acme"]);
}

#[test]
fn someone_absent_once_is_missing_and_counted_aside() {
    let sim = Sim::start(&world(40));
    let address = sim.url.trim_start_matches("http://").to_owned();
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["sync", "acme"]);
    drop(sim);
    let _sim = Sim::start_at(&world(39), &address, &[]);
    home.ok(&["sync", "acme"]);
    home.ok(&["members", "acme"]).says(&["1 more missing"]);
    assert_eq!(members(&home, &["--status", "missing"]).len(), 1);
    home.ok(&["sync", "acme"]);
    assert_eq!(members(&home, &["--status", "left"]).len(), 1);
    assert_eq!(members(&home, &["--all"]).len(), 41);
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_sync_is_recorded_and_changes_nothing() {
    let faults = Home::new();
    let slow = faults.write(
        "faults.json",
        r#"{"rules": [{"fault": {"latency": {"ms": 20000}}, "operation": "list_organization_members"}]}"#,
    );
    let sim = Sim::start_at(WORLD, "127.0.0.1:0", &["--faults", slow.to_str().unwrap()]);
    let home = Home::at(&sim, Some(ADMIN));
    let mut child = home.command(&["sync", "acme"]).spawn().unwrap();
    let begun = home.path(".local/share/hubfolk/ledger.db");
    let patience = std::time::Instant::now();
    while !begun.exists() && patience.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(500));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let runs = home.json(&["sync", "runs", "acme"]);
    assert_eq!(
        (&runs[0]["state"], &runs[0]["error"]["kind"]),
        (&json!("failed"), &json!("interrupted"))
    );
    home.run(&["members", "acme"]).ends(6);
}

/// An organization with so many members besides its administrator.
fn world(members: usize) -> String {
    let mut users = vec![json!({"name": "ada"})];
    let mut listed = vec![json!({"user": "ada", "role": "admin"})];
    for i in 0..members {
        users.push(json!({"name": format!("user-{i}")}));
        listed.push(json!({"user": format!("user-{i}"), "role": "read"}));
    }
    json!({
        "users": users,
        "orgs": [{"name": "acme", "members": listed}],
        "tokens": [{"token": ADMIN, "user": "ada", "role": "read"}],
    })
    .to_string()
}

#[test]
fn options_may_stand_between_sync_and_what_it_shall_do() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["sync", "acme"]);
    // Taken for the names of two organizations, this would send requests.
    for arguments in [
        vec!["sync", "--format", "ndjson", "runs", "acme"],
        vec!["--format", "ndjson", "sync", "runs", "acme"],
        vec!["sync", "runs", "--format", "ndjson", "acme"],
    ] {
        let ran = home.ok(&arguments);
        assert!(ran.stdout.starts_with("{\"org\":\"acme\""), "{ran:?}");
        assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
    }
    home.run(&["sync", "--every", "1h", "runs", "acme"]).ends(2);
}

#[test]
fn a_second_sync_of_the_same_organization_is_told_that_it_is_busy() {
    let faults = Home::new();
    let slow = faults.write(
        "faults.json",
        r#"{"rules": [{"fault": {"latency": {"ms": 4000}}, "operation": "list_organization_members", "times": 1}]}"#,
    );
    let sim = Sim::start_at(WORLD, "127.0.0.1:0", &["--faults", slow.to_str().unwrap()]);
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["sync", "acme", "--dry-run"]);
    let mut first = home.command(&["sync", "acme"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let second = home.run(&["sync", "acme", "--format", "json"]).ends(5);
    let runs: Value = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!(runs[0]["state"], "busy");
    assert_eq!(second.error()["kind"], "busy");
    assert!(first.wait().unwrap().success());
    assert_eq!(members(&home, &[]).len(), 3);
}

#[cfg(unix)]
#[test]
fn every_begins_anew_until_it_is_stopped() {
    use std::io::{BufRead, BufReader};

    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.run(&["sync", "acme", "--every", "1h", "--format", "json"]).ends(2).says(&["ndjson"]);
    let mut command = home.command(&["sync", "acme", "--every", "0.2", "--format", "ndjson"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let runs: Vec<Value> =
        lines.take(3).map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    assert_eq!((&runs[0]["run"], &runs[2]["run"]), (&json!(1), &json!(3)));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn logs_say_what_is_done_and_never_the_token() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["sync", "acme", "-v"]).says(&["asking the Hub", "HF_TOKEN", "ended"]);
    for verbose in ["-vv", "-vvv"] {
        let ran = home.ok(&["sync", "acme", verbose]).says(&["list_organization_members"]);
        assert!(!ran.stderr.contains(ADMIN), "{ran:?}");
    }
}
