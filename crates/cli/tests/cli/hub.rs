//! What the Hub answers, and what to do when it refuses.

use serde_json::json;

use crate::support::{ADMIN, Home, MEMBER, OUTSIDER, Sim, WORLD};

#[test]
fn whoami_users_orgs_and_likes_print_the_facts_under_our_names() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let me = home.json(&["whoami"]);
    assert_eq!(
        (&me["username"], &me["auth"]["access_token"]["display_name"]),
        (&json!("ada"), &json!("laptop"))
    );
    assert_eq!(me["orgs"][0]["role_in_org"], "admin");
    let ada = home.json(&["users", "show", "ada"]);
    assert_eq!(
        (&ada["username"], &ada["is_pro"], &ada["num_followers"]),
        (&json!("ada"), &json!(true), &json!(2))
    );
    assert_eq!(ada["extra"], json!({}));
    assert!(ada["unknown"].is_array());
    let names = |value: serde_json::Value| -> Vec<String> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["username"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut followers = names(home.json(&["users", "followers", "ada"]));
    followers.sort();
    assert_eq!(followers, ["bob", "cleo"]);
    assert_eq!(names(home.json(&["users", "following", "ada"])), ["bob"]);
    let acme = home.json(&["orgs", "show", "acme"]);
    assert_eq!((&acme["username"], &acme["num_users"]), (&json!("acme"), &json!(3)));
    assert_eq!(
        home.json(&["users", "likes", "ada"])[0]["repo"],
        json!({"name": "acme/open", "type": "model"})
    );
    assert_eq!(names(home.json(&["repos", "likers", "acme/open"])).len(), 2);
    assert_eq!(home.json(&["orgs", "followers", "acme"]), json!([]));
}

#[test]
fn what_a_token_cannot_see_is_null_and_named() {
    let sim = Sim::start(WORLD);
    let bob = Home::at(&sim, Some(MEMBER)).json(&["orgs", "members", "acme"]);
    assert_eq!(bob[0]["two_fa_enabled"], serde_json::Value::Null);
    let unknown: Vec<&str> =
        bob[0]["unknown"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert!(unknown.contains(&"two_fa_enabled") && !unknown.contains(&"role"), "{unknown:?}");
}

#[test]
fn unlike_takes_the_like_back_and_a_dry_run_only_shows_it() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let plan: serde_json::Value =
        serde_json::from_str(&home.ok(&["repos", "unlike", "acme/open", "--dry-run"]).stdout)
            .unwrap();
    assert_eq!(
        plan,
        json!([{"method": "DELETE", "path": "/api/models/acme/open/like", "body": null}])
    );
    assert_eq!(home.json(&["repos", "likers", "acme/open"]).as_array().unwrap().len(), 2);
    assert_eq!(home.json(&["repos", "unlike", "acme/open"])["result"], "unliked");
    assert_eq!(home.json(&["repos", "likers", "acme/open"]).as_array().unwrap().len(), 1);
}

#[test]
fn the_access_check_answers_for_reading_and_writing() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    assert_eq!(home.json(&["repos", "check", "acme/secret"])["result"], "read");
    assert_eq!(home.json(&["repos", "check", "acme/secret", "--write"])["result"], "write");
    Home::at(&sim, Some(OUTSIDER)).run(&["repos", "check", "acme/secret"]).ends(6).says(&["hint"]);
    Home::at(&sim, Some(OUTSIDER))
        .run(&["repos", "check", "acme/open", "--write"])
        .ends(7)
        .says(&["hint"]);
    Home::at(&sim, None)
        .run(&["repos", "check", "acme/secret"])
        .ends(7)
        .says(&["hubfolk auth login"]);
}

#[test]
fn a_refused_token_a_missing_name_and_a_closed_door_each_say_what_to_check() {
    let sim = Sim::start(WORLD);
    let unauthorized = Home::at(&sim, Some("hf_test_wrong_00000")).run(&["whoami"]).ends(7);
    unauthorized.says(&["401", "request id", "the token came from HF_TOKEN", "expired"]);
    let home = Home::at(&sim, Some(OUTSIDER));
    home.run(&["users", "show", "nobody"]).ends(6).says(&["404", "request id", "spelling"]);
    home.run(&["users", "show", "acme"]).ends(6).says(&["hubfolk orgs show acme"]);
    home.run(&["orgs", "show", "ada"]).ends(6).says(&["hubfolk users show ada"]);
    home.run(&["orgs", "members", "ada"]).ends(6).says(&["400", "hubfolk users show ada"]);
    home.run(&["orgs", "members", "hidden"]).ends(7).says(&["403", "member"]);
}

#[test]
fn errors_are_objects_for_programs() {
    let sim = Sim::start(WORLD);
    let ran = Home::at(&sim, None).run(&["users", "show", "nobody", "--format", "json"]).ends(6);
    assert!(ran.stdout.is_empty(), "{ran:?}");
    let error = ran.error();
    assert_eq!(error["operation"], "get_user_overview");
    assert_eq!(error["status"], 404);
    assert_eq!(error["kind"], "not_found");
    assert!(error["request_id"].is_string() && error["hint"].is_string(), "{error}");
}

#[test]
fn a_hub_that_is_not_there_is_a_failure_of_the_network() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let error =
        home.run(&["users", "show", "ada", "--timeout", "1", "--format", "json"]).ends(3).error();
    assert_eq!(error["kind"], "connection");
    assert!(error["hint"].as_str().unwrap().contains("--endpoint"), "{error}");
}

#[test]
fn a_hub_that_does_not_answer_is_a_timeout() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let home = Home::new().with("HF_ENDPOINT", &url);
    let error = home
        .run(&["api", "create_repo", "-f", "name=x", "--timeout", "0.2", "--format", "json"])
        .ends(3)
        .error();
    assert_eq!(error["kind"], "timeout", "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--timeout"), "{error}");
}

#[test]
fn every_operation_can_be_called_by_its_name() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let operations = home.json(&["api", "--list"]);
    let names: Vec<&str> = operations
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["name"].as_str().unwrap())
        .collect();
    for name in ["whoami", "get_user_overview", "list_organization_members", "unlike", "auth_check"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
    assert_eq!(home.json(&["api", "get_user_overview", "--field", "username=ada"])["user"], "ada");
    let members = home.json(&[
        "api",
        "list_organization_members",
        "-f",
        "organization=acme",
        "-f",
        "limit=10",
    ]);
    assert_eq!(members.as_array().unwrap().len(), 3);
    assert_eq!(
        home.ok(&["api", "auth_check", "-f", "type=model", "-f", "repo=acme/open"]).stdout,
        "OK\n"
    );
}

#[test]
fn a_wrong_call_names_what_is_there() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    home.run(&["api", "get_usr_overview"]).ends(2).says(&["did you mean `get_user_overview`"]);
    home.run(&["api", "get_user_overview"]).ends(2).says(&["needs the field `username`"]);
    home.run(&["api", "get_user_overview", "-f", "name=ada"])
        .ends(2)
        .says(&["no field `name`", "username*"]);
    home.run(&["api", "get_user_overview", "-f", "username"]).ends(2).says(&["NAME=VALUE"]);
    home.run(&["api", "get_user_overview", "-f", "username=../x"]).ends(2);
    let members =
        ["api", "list_organization_members", "-f", "organization=acme", "-f", "limit=ten"];
    home.run(&members).ends(2).says(&["limit", "whole number"]);
    home.run(&["api", "list_organization_members", "-f", "organization=acme", "-f", "limit=9"])
        .ends(2);
}

#[test]
fn what_cannot_be_undone_is_asked_first() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let delete =
        ["api", "delete_repo", "-f", "name=open", "-f", "organization=acme", "-f", "type=model"];
    home.run(&delete).ends(2).says(&["--yes"]);
    home.ok(&["repos", "check", "acme/open"]);
    let plan = home.ok(&[&delete[..], &["--dry-run"]].concat()).stdout;
    assert!(plan.contains("\"method\":\"DELETE\"") && plan.contains("\"name\":\"open\""), "{plan}");
    home.ok(&[&delete[..], &["--yes"]].concat());
    home.run(&["repos", "check", "acme/open"]).ends(6);
}

#[test]
fn a_like_says_since_when_and_why_no_program_may() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.run(&["api", "like", "-f", "type=model", "-f", "repo=acme/open"])
        .ends(7)
        .says(&["2025", "browser"]);
}

#[test]
fn a_list_cut_short_prints_no_document() {
    let home = Home::new();
    let faults =
        home.write("faults.json", r#"{"rules": [{"page": 2, "fault": "truncated_json"}]}"#);
    let users: Vec<_> = (0..1200).map(|i| json!({"name": format!("fan-{i}")})).collect();
    let follows: Vec<_> =
        (0..1200).map(|i| json!({"from": format!("fan-{i}"), "to": "ada"})).collect();
    let users = [vec![json!({"name": "ada"})], users].concat();
    let world = json!({"users": users, "follows": follows});
    let sim =
        Sim::start_at(&world.to_string(), "127.0.0.1:0", &["--faults", faults.to_str().unwrap()]);
    let home = Home::at(&sim, None);
    let ran = home.run(&["users", "followers", "ada", "--format", "json"]).ends(3);
    assert!(ran.stdout.is_empty(), "{ran:?}");
    assert_eq!(ran.error()["kind"], "decode");
    let first = home.ok(&["users", "followers", "ada", "--limit", "3", "--format", "ndjson"]);
    assert_eq!(first.stdout.lines().count(), 3, "the second page is never asked for");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_list_and_the_simulator_with_130() {
    let faults = Home::new();
    let slow = faults.write("faults.json", r#"{"rules": [{"fault": {"latency": {"ms": 30000}}}]}"#);
    let sim = Sim::start_at(WORLD, "127.0.0.1:0", &["--faults", slow.to_str().unwrap()]);
    let home = Home::at(&sim, None);
    let mut command = home.command(&["users", "followers", "ada", "--format", "json"]);
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    interrupt(child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    interrupt(sim.id());
    assert_eq!(sim.ended(), Some(130));
}

#[cfg(unix)]
fn interrupt(id: u32) {
    let kill = std::process::Command::new("kill").args(["-INT", &id.to_string()]).status();
    assert!(kill.unwrap().success());
}

#[test]
fn advice_of_the_hub_is_said_once_on_stderr_and_not_when_quiet() {
    let home = Home::new();
    // Both attempts of the first request carry it.
    let faults = home.write(
        "faults.json",
        r#"{"rules": [
            {"fault": {"advice": {"topic": "members", "message": "cursors change in May"}}},
            {"times": 1, "fault": {"status": {"code": 503}}}
        ]}"#,
    );
    let sim = Sim::start_at(WORLD, "127.0.0.1:0", &["--faults", faults.to_str().unwrap()]);
    let home = Home::at(&sim, Some(ADMIN));
    let said = home.ok(&["orgs", "members", "acme", "--format", "json"]);
    assert_eq!(said.stderr.matches("cursors change in May").count(), 1, "{}", said.stderr);
    let quiet = home.ok(&["orgs", "members", "acme", "--format", "json", "--quiet"]);
    assert_eq!(quiet.stderr, "");
}
