//! Requests for access: listed, decided one by one and by the hundred.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{Home, Sim};

const OWNER: &str = "hf_test_owner";
const ASKER: &str = "hf_test_asker";

/// A gated model of `owner` that 230 people ask for.
fn world() -> String {
    let people: Vec<String> = (0..230).map(|i| format!("fan-{i:03}")).collect();
    let names = people.iter().map(String::as_str).chain(["owner", "asker", "shy"]);
    let users: Vec<Value> = names.map(|name| json!({ "name": name })).collect();
    let ask = |name: &String| json!({ "id": "owner/m", "user": name, "timestamp": "2026-03-01T00:00:00Z" });
    json!({
        "users": users,
        "repos": [{ "id": "owner/m", "gated": "manual" }, { "id": "owner/open" },
                  { "type": "dataset", "id": "owner/d", "gated": "manual" }],
        "tokens": [{ "token": OWNER, "user": "owner", "role": "write" },
                   { "token": ASKER, "user": "asker", "role": "write" }],
        "accessRequests": people.iter().map(ask).collect::<Vec<_>>(),
    })
    .to_string()
}

fn file(home: &Home, lines: impl Iterator<Item = String>) -> String {
    let mut text = "user,status,reason\n".to_owned();
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
    home.write("requests.csv", &text).to_str().unwrap().to_owned()
}

#[test]
fn somebody_asks_is_let_in_and_turned_away() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    let asker = Home::at(&sim, Some(ASKER));
    let asked = asker.json(&["access", "ask", "datasets/owner/d", "--answer", "Country=Kenya"]);
    assert_eq!((&asked["result"], &asked["type"]), (&json!("asked"), &json!("dataset")));
    let waiting = owner.json(&["access", "list", "datasets/owner/d"]);
    assert_eq!(waiting[0]["user"]["username"], "asker");
    assert_eq!(waiting[0]["fields"], json!({ "Country": "Kenya" }));
    assert_eq!(waiting[0]["reviewed_at"], Value::Null);
    asker.run(&["repos", "check", "datasets/owner/d"]).ends(7).says(&["awaiting a review"]);
    let accept = ["access", "accept", "datasets/owner/d", "asker"];
    assert_eq!(owner.json(&accept)["result"], "accepted");
    asker.ok(&["repos", "check", "datasets/owner/d"]);
    owner.run(&accept).ends(6).says(&["No access request found"]);
    let reject = ["access", "reject", "owner/d", "asker", "--type", "dataset", "--reason", "no"];
    assert_eq!(owner.json(&reject)["result"], "rejected");
    assert_eq!(owner.json(&["access", "reset", "datasets/owner/d", "asker"])["result"], "reset");
    assert_eq!(owner.json(&["access", "cancel", "datasets/owner/d", "asker"])["result"], "pending");
    assert_eq!(asker.json(&["access", "withdraw", "datasets/owner/d"])["result"], "withdrawn");
    assert_eq!(owner.json(&["access", "grant", "datasets/owner/d", "asker"])["result"], "granted");
    let report = owner.json(&["access", "report", "datasets/owner/d"]);
    assert_eq!(
        (&report[0]["username"], &report[0]["status"]),
        (&json!("asker"), &json!("accepted"))
    );
}

#[test]
fn a_refusal_says_what_to_check() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    owner.run(&["access", "grant", "owner/open", "shy"]).ends(3).says(&["is not gated"]);
    owner.run(&["access", "accept", "owner/m", "nobody"]).ends(6).says(&["User not found"]);
    Home::at(&sim, Some(ASKER)).run(&["access", "list", "owner/m"]).ends(7).says(&["hint"]);
    let long = "x".repeat(201);
    owner
        .run(&["access", "reject", "owner/m", "fan-000", "--reason", &long])
        .ends(2)
        .says(&["201 characters", "at most 200"]);
    owner.run(&["access", "ask", "owner/m", "--answer", "Country"]).ends(2).says(&["LABEL=ANSWER"]);
}

#[test]
fn lists_filter_and_open_on_the_web() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    let count = |arguments: &[&str]| {
        let all = [&["access", "list", "owner/m"], arguments].concat();
        owner.json(&all).as_array().unwrap().len()
    };
    assert_eq!(count(&[]), 230);
    assert_eq!(count(&["--limit", "7"]), 7);
    assert_eq!(count(&["--search", "FAN-22"]), 10);
    assert_eq!(count(&["--after", "2026-03-02"]), 0);
    assert_eq!(count(&["--before", "2026-03-02", "--status", "pending"]), 230);
    assert_eq!(count(&["--status", "accepted"]), 0);
    owner.run(&["access", "list", "owner/m", "--after", "run:3"]).ends(2).says(&["--after"]);
    let page = owner.ok(&["access", "list", "datasets/owner/d", "--web", "--dry-run"]).stdout;
    assert!(page.trim_end().ends_with("/datasets/owner/d/settings"), "{page}");
}

#[test]
fn hundreds_are_decided_in_batches_and_again_without_harm() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    let accepted = (0..210).map(|i| format!("fan-{i:03},accepted,"));
    let rejected = (210..220).map(|i| format!("fan-{i:03},rejected,not this time"));
    let nobody = ["nobody,accepted,".to_owned(), "shy,accepted,".to_owned()];
    let path = file(&owner, accepted.chain(rejected).chain(nobody));
    let batch = ["access", "batch", "owner/m", "--file", &path, "--format", "ndjson"];
    let results = |ran: &str| -> Vec<(u64, String)> {
        let rows = ran.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut rows: Vec<_> = rows
            .map(|row| (row["line"].as_u64().unwrap(), row["result"].as_str().unwrap().to_owned()))
            .collect();
        rows.sort();
        rows
    };
    let first = owner.run(&batch).ends(6);
    let rows = results(&first.stdout);
    assert_eq!(rows.len(), 222, "every line is reported");
    assert!(rows[..220].iter().all(|(_, result)| result == "changed"), "{rows:?}");
    assert_eq!(rows[220], (222, "user_not_found".to_owned()));
    assert_eq!(rows[221], (223, "request_not_found".to_owned()));
    let list = |status: &str| {
        let list = ["access", "list", "owner/m", "--status", status];
        owner.json(&list).as_array().unwrap().len()
    };
    assert_eq!((list("accepted"), list("rejected"), list("pending")), (210, 10, 10));
    let again = results(&owner.run(&batch).ends(6).stdout);
    assert!(again[..220].iter().all(|(_, result)| result == "unchanged"), "{again:?}");
    assert_eq!((list("accepted"), list("rejected"), list("pending")), (210, 10, 10));
}

#[test]
fn a_batch_with_wrong_lines_sends_nothing_and_names_them() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    let lines = [
        "fan-001,accepted,",
        "fan-002,maybe,",
        "fan 003,accepted,",
        "fan-004,accepted,because",
        "FAN-001,rejected,",
        "fan-005",
    ];
    let path = file(&owner, lines.into_iter().map(str::to_owned));
    owner.run(&["access", "batch", "owner/m", "--file", &path]).ends(2).says(&[
        "5 lines are wrong, so nothing was sent",
        "line 3: status \"maybe\"",
        "line 4: user name \"fan 003\"",
        "line 5: a reason goes with rejected and reset only",
        "line 6: `FAN-001` stands on line 2",
        "line 7:",
    ]);
    assert_eq!(owner.json(&["access", "list", "owner/m"]).as_array().unwrap().len(), 230);
    let odd = owner.write("odd.csv", "user,state\nfan-001,accepted\n");
    owner
        .run(&["access", "batch", "owner/m", "--file", odd.to_str().unwrap()])
        .ends(2)
        .says(&["no column `status`"]);
    let nowhere = owner.write("nowhere.csv", "user,status\nfan-001,accepted\n");
    owner
        .run(&["access", "batch", "--file", nowhere.to_str().unwrap()])
        .ends(2)
        .says(&["line 2: names no repository"]);
}

#[test]
fn a_batch_reads_standard_input_and_names_repositories_by_itself() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    let asker = Home::at(&sim, Some(ASKER));
    asker.ok(&["access", "ask", "datasets/owner/d"]);
    let text = "repo,user,status\ndatasets/owner/d,asker,accepted\nowner/m,fan-000,accepted\n";
    let batch = ["access", "batch", "--file", "-", "--format", "json"];
    let plan = [&batch[..4], &["--dry-run"]].concat();
    let plan: Value = serde_json::from_str(&owner.run_with(&plan, text).ends(0).stdout).unwrap();
    let paths: Vec<&str> =
        plan.as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "/api/datasets/owner/d/user-access-request/accepted",
            "/api/datasets/owner/d/user-access-request/batch",
            "/api/models/owner/m/user-access-request/accepted",
            "/api/models/owner/m/user-access-request/batch",
        ]
    );
    assert_eq!(owner.json(&["access", "list", "datasets/owner/d"]).as_array().unwrap().len(), 1);
    let rows: Value = serde_json::from_str(&owner.run_with(&batch, text).ends(0).stdout).unwrap();
    assert!(rows.as_array().unwrap().iter().all(|row| row["result"] == "changed"), "{rows}");
    asker.ok(&["repos", "check", "datasets/owner/d"]);
}

#[test]
fn what_the_hub_refuses_of_a_batch_does_not_stop_the_rest() {
    let sim = Sim::start(&world());
    let owner = Home::at(&sim, Some(OWNER));
    let text = "repo,user,status\nowner/none,fan-000,accepted\nowner/m,fan-000,accepted\n";
    let ran = owner.run_with(&["access", "batch", "--file", "-", "--format", "json"], text).ends(6);
    let rows: Value = serde_json::from_str(&ran.stdout).unwrap();
    let of = |repo: &str| rows.as_array().unwrap().iter().find(|row| row["repo"] == repo).unwrap();
    assert_eq!(of("owner/m")["result"], "changed");
    assert_eq!(of("owner/none")["result"], "failed");
    assert!(of("owner/none")["message"].as_str().unwrap().contains("not found"), "{rows}");
}
