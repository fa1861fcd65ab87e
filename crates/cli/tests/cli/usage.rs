//! What is used and paid for, from the command line.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, MEMBER, Sim, WORLD};

fn sim() -> Sim {
    let mut world: Value = serde_json::from_str(WORLD).unwrap();
    let item = |minutes: u32, product: &str| {
        json!({"category": "Spaces", "label": "acme/show", "product": product, "quantity": minutes,
               "unitCostMicroUSD": 20_000, "unitLabel": "minutes", "startedAt": "2026-01-01T00:00:00Z",
               "resourceGroup": "research"})
    };
    world["orgs"][0]["billing"] = json!({"items": [item(50, "spaces/t4-small/minutes")]});
    world["users"][0]["billing"] = json!({"sessions": [
        {"id": "s", "at": "2026-01-01T00:00:00Z", "requestCount": 2, "costCents": 150}]});
    Sim::start(&world.to_string())
}

#[test]
fn usage_is_shown_in_dollars_for_the_period_and_between_dates() {
    let sim = sim();
    let home = Home::at(&sim, Some(ADMIN));
    let now = home.run(&["usage", "acme", "--format", "json"]).ends(0);
    assert_eq!(
        serde_json::from_str::<Value>(&now.stdout).unwrap(),
        json!([]),
        "nothing this month"
    );
    now.says(&["0.00 USD from", "the period is"]);
    let between = home.json(&["usage", "acme", "--from", "2026-01-01", "--to", "2026-01-02"]);
    assert_eq!(between["usage"]["Spaces"][0]["quantity"], 50.0);
    let sessions = home.json(&["usage", "--mine", "--by", "inference"]);
    assert_eq!(sessions, json!([]));
    assert_eq!(home.json(&["usage", "--mine", "--by", "jobs"]), json!([]));
    let groups = home.json(&["usage", "acme", "--by", "resource-group"]);
    assert_eq!(groups[0]["group"], "research");
    Home::at(&sim, Some(MEMBER)).run(&["usage", "acme"]).ends(7);
}

#[test]
fn questions_that_make_no_sense_are_refused_before_sending() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    home.run(&["usage"]).ends(2);
    home.run(&["usage", "acme", "--mine"]).ends(2);
    home.run(&["usage", "acme", "--by", "jobs"]).ends(2).says(&["--mine"]);
    home.run(&["usage", "--mine", "--by", "resource-group"]).ends(2).says(&["organization"]);
    home.run(&["usage", "acme", "--from", "2026-01-01"]).ends(2);
    home.run(&["usage", "acme", "--period", "x"]).ends(2).says(&["24 lowercase"]);
    let backwards = ["usage", "acme", "--from", "2026-02-01", "--to", "2026-01-01"];
    home.run(&backwards).ends(2).says(&["before startDate"]);
    home.run(&["usage", "acme", "--from", "run:3", "--to", "2026-01-01"]).ends(2).says(&["ledger"]);
}
