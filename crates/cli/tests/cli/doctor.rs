//! The report on endpoint, token, limits, clock and operations.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, OUTSIDER, Ran, Sim, WORLD};

fn report(home: &Home, code: i32) -> (Ran, Vec<Value>) {
    let ran = home.run(&["doctor", "--format", "json"]).ends(code);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    (ran, checks)
}

fn check<'a>(checks: &'a [Value], name: &str) -> &'a Value {
    checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn every_reading_operation_is_tried_with_what_the_caller_owns() {
    let sim = Sim::start(WORLD);
    let (_, checks) = report(&Home::at(&sim, Some(ADMIN)), 0);
    assert_eq!(check(&checks, "endpoint")["detail"], sim.url);
    assert!(check(&checks, "account")["detail"].as_str().unwrap().contains("acme (admin)"));
    assert!(check(&checks, "rate")["detail"].as_str().unwrap().contains("requests left"));
    assert_eq!(check(&checks, "clock")["state"], "ok");
    for operation in ["whoami", "list_organization_members", "repo_info", "get_resource_group"] {
        assert_eq!(check(&checks, operation)["state"], "ok", "{operation}");
    }
    assert_eq!(check(&checks, "get_webhook")["state"], "skipped", "there is none");
    let writes = ["create_repo", "unlike", "create_webhook"];
    assert!(checks.iter().all(|check| !writes.iter().any(|write| check["check"] == *write)));
    let members = Home::at(&sim, Some(ADMIN)).json(&["orgs", "members", "acme"]);
    assert_eq!(members.as_array().unwrap().len(), 3, "nothing has changed");
}

#[test]
fn what_the_token_may_not_do_is_refused_and_no_fault() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(OUTSIDER));
    let ran = home.run(&["doctor", "--org", "acme", "--format", "json"]).ends(0);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(check(&checks, "list_organization_members")["state"], "ok");
    let log = check(&checks, "export_audit_log");
    assert_eq!((&log["state"], &log["status"]), (&json!("refused"), &json!(403)));
}

#[test]
fn a_fine_grained_token_shows_its_scopes_and_what_they_leave_out() {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    world["tokens"].as_array_mut().unwrap().push(json!({
        "token": "hf_test_narrow_00000001", "user": "ada", "role": "fineGrained",
        "fineGrained": {"scoped": [{"entity": {"type": "user", "name": "ada"},
                                    "permissions": ["repo.content.read"]}]},
    }));
    let sim = Sim::start(&world.to_string());
    let home = Home::at(&sim, Some("hf_test_narrow_00000001"));
    let ran = home.run(&["doctor", "--org", "acme", "--format", "json"]).ends(0);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let role = check(&checks, "role")["detail"].as_str().unwrap().to_owned();
    assert!(role.starts_with("fineGrained") && role.contains("ada: repo.content.read"), "{role}");
    assert_eq!(check(&checks, "export_audit_log")["state"], "refused");
}

#[test]
fn fields_and_words_that_we_do_not_know_are_named() {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    world["users"][0]["socialHandles"] = json!({"github": "ada", "smoke": "signal"});
    world["orgs"][0]["members"][1]["role"] = json!("emperor");
    let sim = Sim::start(&world.to_string());
    let (ran, checks) = report(&Home::at(&sim, Some(ADMIN)), 1);
    let socials = check(&checks, "get_user_socials");
    assert_eq!(socials["state"], "drift");
    assert_eq!(socials["unknown"], json!(["answer.socialHandles.smoke"]));
    let members = check(&checks, "list_organization_members");
    assert_eq!(members["unknown"], json!(["answer[].role=\"emperor\""]));
    ran.says(&["2 with something unknown"]);
}

#[test]
fn an_expired_token_is_said_to_be_refused_and_nothing_is_tried() {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    world["tokens"].as_array_mut().unwrap().push(json!({
        "token": "hf_test_expired_0000001", "user": "ada", "role": "write",
        "expiresAt": "2020-01-01T00:00:00Z",
    }));
    let sim = Sim::start(&world.to_string());
    let (_, checks) = report(&Home::at(&sim, Some("hf_test_expired_0000001")), 7);
    let token = check(&checks, "token");
    assert_eq!((&token["state"], &token["status"]), (&json!("refused"), &json!(401)));
    assert!(token["detail"].as_str().unwrap().contains("HF_TOKEN"), "{token}");
    assert!(!token.to_string().contains("hf_test_expired_0000001"), "never the token itself");
    assert!(checks.iter().all(|check| check["check"] != "get_user_overview"));
}

#[test]
fn a_token_that_ends_soon_wants_attention() {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    let soon = jiff_days_from_now(3);
    world["tokens"].as_array_mut().unwrap().push(json!({
        "token": "hf_test_soon_0000000001", "user": "ada", "role": "write", "expiresAt": soon,
    }));
    let sim = Sim::start(&world.to_string());
    let home = Home::at(&sim, Some("hf_test_soon_0000000001"));
    let ran = home.run(&["doctor", "--no-probe", "--format", "json"]).ends(1);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(check(&checks, "expiry")["state"], "attention");
}

fn jiff_days_from_now(days: u64) -> String {
    let later = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + days * 24 * 3600;
    jiff::Timestamp::from_second(i64::try_from(later).unwrap()).unwrap().to_string()
}

#[test]
fn a_clock_that_is_wrong_wants_attention() {
    let faults = Home::new();
    let skewed =
        faults.write("faults.json", r#"{"rules": [{"fault": {"clock_skew": {"seconds": 7200}}}]}"#);
    let sim = Sim::start_at(WORLD, "127.0.0.1:0", &["--faults", skewed.to_str().unwrap()]);
    let home = Home::at(&sim, Some(ADMIN));
    let ran = home.run(&["doctor", "--no-probe", "--format", "json"]).ends(1);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let clock = check(&checks, "clock");
    assert_eq!(clock["state"], "attention");
    assert!(clock["detail"].as_str().unwrap().contains("behind the Hub"), "{clock}");
}

#[test]
fn a_hub_that_is_not_there_is_said_to_be_not_there() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let ran = home.run(&["doctor", "--timeout", "1", "--format", "json"]).ends(3);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(check(&checks, "endpoint")["state"], "failed");
}

#[test]
fn without_a_token_public_operations_are_tried() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, None);
    let ran = home.run(&["doctor", "--org", "acme", "--format", "json"]).ends(0);
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(check(&checks, "token")["state"], "absent");
    assert_eq!(check(&checks, "get_organization_overview")["state"], "ok");
    assert_eq!(check(&checks, "list_webhooks")["state"], "refused");
    let plan = home.json(&["doctor", "--dry-run"]);
    assert_eq!(plan[0]["path"], "/api/whoami-v2");
}
