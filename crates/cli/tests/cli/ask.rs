//! Questions about sets of people: answers, costs, what is unknown, and going on later.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, Sim};

/// `acme` has four members; sixty pals like `acme/m`, three thousand fans the Space.
fn world() -> String {
    json!({
        "users": [
            { "name": "ada", "fullname": "Ada L." }, { "name": "bob" }, { "name": "cleo" }, { "name": "dan" },
            { "name": "star" },
            { "generate": { "prefix": "pal", "count": 60, "like": [{ "id": "acme/m" }] } },
            { "generate": { "prefix": "fan", "count": 3000, "like": [{ "type": "space", "id": "star/show" }] } },
        ],
        "orgs": [
            { "name": "acme", "members": [{ "user": "ada" }, { "user": "bob" }, { "user": "cleo" }, { "user": "dan" }] },
            { "name": "guild", "members": [{ "user": "bob" }, { "user": "pal1" }, { "user": "pal2" }] },
            { "name": "vault", "hideMembers": true, "members": [{ "user": "cleo" }] },
        ],
        "repos": [{ "id": "acme/m" }, { "type": "space", "id": "star/show" }],
        "likes": [{ "user": "ada", "id": "acme/m" }, { "user": "dan", "type": "space", "id": "star/show" }],
        "discussions": [{ "id": "acme/m", "num": 1, "author": "cleo", "title": "T", "comment": "C" }],
        "follows": [{ "from": "ada", "to": "star" }, { "from": "cleo", "to": "star" }],
        "tokens": [{ "token": ADMIN, "user": "ada", "role": "read" }],
    })
    .to_string()
}

fn sim(faults: &Value) -> Sim {
    let home = Home::new();
    let file = home.write("faults.json", &json!({ "rules": faults }).to_string());
    Sim::start_at(&world(), "127.0.0.1:0", &["--faults", file.to_str().unwrap()])
}

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["username"].as_str().unwrap()).collect()
}

#[test]
fn who_likes_follows_or_belongs_is_answered_with_what_it_cost() {
    let sim = Sim::start(&world());
    let home = Home::at(&sim, Some(ADMIN));
    let likes = home.ok(&["ask", "members", "acme", "--like", "acme/m"]);
    assert_eq!(likes.stdout, "ada\tAda L.\tyes\t\n");
    likes.says(&["1 of 4 members of acme like models/acme/m; 2 requests: read the likers"]);
    let show = ["ask", "members", "acme", "--like", "spaces/star/show", "--all"];
    home.ok(&show).says(&["1 of 4 members", "7 requests: read each member's likes"]);
    let rows = home.json(&show);
    assert_eq!(names(&rows), ["ada", "bob", "cleo", "dan"]);
    assert_eq!((&rows[0]["answer"], &rows[3]["answer"]), (&json!("no"), &json!("yes")));
    assert_eq!(names(&home.json(&["ask", "members", "acme", "--follow", "star"])), ["ada", "cleo"]);
    assert_eq!(names(&home.json(&["ask", "members", "acme", "--belong-to", "guild"])), ["bob"]);
    let discuss = ["ask", "members", "acme", "--discuss", "acme/m"];
    assert_eq!(names(&home.json(&discuss)), ["cleo"]);
    let comments = home.ok(&[&discuss[..], &["--comments"]].concat());
    comments
        .says(&["1 of 4 members of acme discuss models/acme/m", "0 of them with their comments"]);
    let quiet = home.ok(&["ask", "members", "acme", "--follow", "star", "-q"]);
    assert!(quiet.stderr.is_empty(), "{quiet:?}");
}

#[test]
fn likers_are_counted_by_organization() {
    let sim = Sim::start(&world());
    let home = Home::at(&sim, Some(ADMIN));
    let rows = home.json(&["ask", "likers", "acme/m"]);
    let counted: Vec<(&str, u64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let name = row["organization"].as_str().or(row["kind"].as_str()).unwrap();
            (name, row["likers"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(counted, [("guild", 2), ("acme", 1), ("none", 58)]);
    assert_eq!(rows[1]["people"], json!(["ada"]));
    let csv = home.ok(&["ask", "likers", "acme/m", "--format", "csv", "--limit", "1"]).stdout;
    assert_eq!(csv.lines().count(), 2);
}

#[test]
fn who_could_not_be_read_is_named_counted_and_asked_again() {
    let sim = sim(&json!([
        { "operation": "list_liked_repos", "target": "bob", "times": 6, "fault": { "status": { "code": 500 } } },
        { "operation": "list_liked_repos", "target": "cleo", "times": 1,
          "fault": { "status": { "code": 429, "retry_after": 1 } } },
    ]));
    let home = Home::at(&sim, Some(ADMIN));
    let ask = ["ask", "members", "acme", "--like", "spaces/star/show"];
    let ran = home.run(&ask).ends(3);
    let rows: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((rows[0][0], rows[0][2]), ("bob", "unknown"));
    assert_eq!((rows[1][0], rows[1][2]), ("dan", "yes"));
    assert_eq!(rows.len(), 2, "cleo's 429 was waited for, and she is a no");
    // Three to begin with; bob six times, cleo twice, the others once.
    let ran =
        ran.says(&["1 unknown; 13 requests", "1 could not be read: bob (", "500", "--resume"]);
    assert!(!ran.stderr.contains("hf_test"), "{ran:?}");
    let again = home.ok(&[&ask[..], &["--resume"]].concat());
    again.says(&["1 of 4 members", "14 requests"]);
    let kept = home.path(".cache/hubfolk/questions");
    assert_eq!(std::fs::read_dir(kept).unwrap().count(), 0, "an answered question is forgotten");
}

#[test]
fn a_dry_run_shows_the_lists_it_would_begin_with() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let plan = |arguments: &[&str]| -> Vec<String> {
        let text = home.ok(&[&["ask"], arguments, &["--dry-run"]].concat()).stdout;
        let plan: Value = serde_json::from_str(&text).unwrap();
        plan.as_array().unwrap().iter().map(|sent| sent["path"].as_str().unwrap().into()).collect()
    };
    let members = "/api/organizations/acme/members?limit=1000";
    assert_eq!(
        plan(&["members", "acme", "--like", "datasets/x/y"]),
        [members, "/api/datasets/x/y/likers"]
    );
    assert_eq!(plan(&["members", "acme", "--follow", "bob"])[1], "/api/users/bob/followers");
    assert_eq!(plan(&["likers", "x/y"]), ["/api/models/x/y/likers"]);
}

#[test]
fn a_question_needs_one_relation_and_names_that_can_be() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    home.run(&["ask", "members", "acme"]).ends(2).says(&["--like", "--follow", "--belong-to"]);
    home.run(&["ask", "members", "acme", "--like", "x/y", "--follow", "bob"]).ends(2);
    home.run(&["ask", "members", "acme", "--follow", "@bob"]).ends(2).says(&["bob"]);
    home.run(&["ask", "members", "acme", "--follow", "bob", "--type", "model"])
        .ends(2)
        .says(&["--like and --discuss only"]);
    home.run(&["ask", "likers", "x/y", "--concurrency", "0"]).ends(2);
}

#[test]
fn refusals_of_a_list_end_the_question_and_leave_nothing_behind() {
    let sim = Sim::start(&world());
    let home = Home::at(&sim, Some(ADMIN));
    home.run(&["ask", "members", "nobody", "--follow", "star"]).ends(6);
    home.run(&["ask", "members", "star", "--follow", "ada"]).ends(6);
    home.run(&["ask", "likers", "acme/none"]).ends(6);
    assert!(!home.path(".cache").exists());
    let hidden = home.run(&["ask", "members", "acme", "--belong-to", "vault"]).ends(3);
    hidden.says(&["4 unknown", "the members of vault are hidden"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_file_from_which_the_question_goes_on() {
    let sim =
        sim(&json!([{ "operation": "get_user_overview", "fault": { "latency": { "ms": 60 } } }]));
    let home = Home::at(&sim, Some(ADMIN));
    let file = home.path("state.json");
    let resume = format!("--resume={}", file.display());
    let ask = ["ask", "likers", "acme/m", "--concurrency", "2", &resume];
    let child = home
        .command(&ask)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(900));
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(output.stdout.is_empty(), "no half answer looks like a whole one");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("of 61 asked about") && said.contains(&resume), "{said}");

    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(ADMIN), "the file holds no token");
    assert_eq!(crate::support::mode(&file), 0o600);
    home.run(&["ask", "likers", "spaces/star/show", &resume]).ends(2).says(&[
        "holds another question",
        "models/acme/m",
        "left as it is",
    ]);
    let elsewhere = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    elsewhere.run(&["ask", "likers", "acme/m", &resume]).ends(2).says(&["another question"]);
    let known: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        known,
        serde_json::from_str::<Value>(&std::fs::read_to_string(&file).unwrap()).unwrap()
    );

    let rows = home.ok(&[&ask[..], &["--format", "json"]].concat());
    let requests: u64 = rows
        .stderr
        .split("; ")
        .find_map(|part| part.split_once(" requests")?.0.parse().ok())
        .unwrap_or_else(|| panic!("{rows:?}"));
    // The list, each of 61 people once, and again the two that were under way.
    assert!((62..=64).contains(&requests), "{requests}");
    assert_eq!(serde_json::from_str::<Value>(&rows.stdout).unwrap()[0]["likers"], 2);
    assert!(!file.exists());
}

#[cfg(unix)]
#[test]
fn a_killed_question_loses_a_few_seconds_only() {
    let sim =
        sim(&json!([{ "operation": "get_user_overview", "fault": { "latency": { "ms": 100 } } }]));
    let home = Home::at(&sim, Some(ADMIN));
    let ask = ["ask", "likers", "acme/m", "--concurrency", "1"];
    let mut child = home.command(&ask).stderr(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(3_200));
    child.kill().unwrap();
    child.wait().unwrap();
    let anew = home.run(&["ask", "likers", "acme/m", "--dry-run"]).ends(0);
    assert!(anew.stdout.contains("likers"));
    let ran = home.ok(&["ask", "likers", "acme/m", "--concurrency", "32", "--resume"]);
    let again: Vec<&str> = ran.stderr.split("; ").collect();
    let requests: u64 =
        again.iter().find_map(|part| part.split_once(" requests")?.0.parse().ok()).unwrap();
    assert_eq!(requests, 62, "what was written down was not asked again: {ran:?}");
}

#[test]
fn a_file_that_is_no_question_is_left_as_it_is() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let file = home.write("notes.txt", "dear diary");
    let resume = format!("--resume={}", file.display());
    home.run(&["ask", "likers", "acme/m", &resume])
        .ends(2)
        .says(&["holds no interrupted question"]);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "dear diary");
}
