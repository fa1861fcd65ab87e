//! What accounts use and pay for.

use hubfolk_sim::{Running, Sim, World};
use serde_json::{Value, json};

use crate::call::{Reply, get};

const ADMIN: &str = "hf_test_admin";
const MEMBER: &str = "hf_test_member";

fn hub() -> Running {
    let item = |category: &str, product: &str, at: &str, minutes: u32, group: Option<&str>| {
        json!({
            "category": category, "label": format!("acme/{minutes}"), "product": product,
            "quantity": minutes, "unitCostMicroUSD": 10_000, "unitLabel": "minutes",
            "startedAt": at, "stoppedAt": at, "resourceGroup": group,
        })
    };
    let own = json!({
        "items": [item("Jobs", "jobs/a100-large/minutes", "2026-03-02T00:00:00Z", 7, None)],
        "sessions": [{"id": "mine", "at": "2026-03-03T00:00:00Z", "requestCount": 3, "costCents": 12}],
    });
    let file = json!({
        "users": [{ "name": "ada", "billing": own }, { "name": "bob" }],
        "orgs": [{
            "name": "acme", "plan": "team",
            "members": [{ "user": "ada", "role": "admin" }, { "user": "bob", "role": "write" }],
            "resourceGroups": [{ "name": "research" }],
            "billing": {
                "items": [
                    item("Spaces", "spaces/t4-small/minutes", "2026-03-01T00:00:00Z", 60, Some("research")),
                    item("Spaces", "spaces/t4-small/minutes", "2026-02-27T00:00:00Z", 30, None),
                    item("Endpoints", "endpoints/aws/nvidia-l4/x1", "2026-03-09T00:00:00Z", 90, Some("research")),
                    item("Endpoints", "endpoints/aws/nvidia-l4/x1", "2026-03-20T00:00:00Z", 5, None),
                ],
                "sessions": [{"id": "s1", "at": "2026-02-10T00:00:00Z", "requestCount": 40, "costCents": 250,
                              "resourceGroup": "research"}],
                "storage": [{"resourceGroup": "research", "privateGB": 12.5, "publicGB": 1}, {"privateGB": 3}],
            },
        }],
        "tokens": [
            { "token": ADMIN, "user": "ada", "role": "read" },
            { "token": MEMBER, "user": "bob", "role": "write" },
        ],
    });
    let world = World::from_json(&file.to_string()).unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    hub.set_time(Some("2026-03-10T12:00:00Z".parse().unwrap()));
    hub
}

fn ask(hub: &Running, path: &str, token: &str) -> Reply {
    get(hub, path).token(token).send()
}

fn read(hub: &Running, path: &str) -> Value {
    let reply = ask(hub, path, ADMIN);
    assert_eq!(reply.status, 200, "{path}: {}", reply.json());
    reply.json()
}

const USAGE: &str = "/api/organizations/acme/billing/usage";

#[test]
fn usage_is_told_by_month_to_administrators() {
    let hub = hub();
    let now = read(&hub, USAGE);
    let spaces = &now["usage"]["Spaces"];
    assert_eq!(spaces.as_array().unwrap().len(), 1, "what began this month");
    assert_eq!(spaces[0]["totalCostMicroUSD"], 600_000.0);
    assert_eq!((&spaces[0]["active"], &spaces[0]["unitLabel"]), (&json!(false), &json!("minutes")));
    let endpoints = now["usage"]["Endpoints"].as_array().unwrap();
    assert_eq!(endpoints.len(), 1, "what has not begun yet is not told");
    let period = &now["period"];
    assert_eq!(period["periodStart"], "2026-03-01T00:00:00.000Z");
    assert_eq!(period["periodEnd"], "2026-04-01T00:00:00.000Z");
    assert_eq!((&period["entityType"], &period["entityName"]), (&json!("org"), &json!("acme")));
    let id = period["_id"].as_str().unwrap();
    assert_eq!(read(&hub, &format!("{USAGE}?periodId={id}")), now);
    let nothing = "0".repeat(24);
    assert_eq!(ask(&hub, &format!("{USAGE}?periodId={nothing}"), ADMIN).status, 404);
    assert_eq!(ask(&hub, USAGE, MEMBER).status, 403);
    assert_eq!(get(&hub, USAGE).send().status, 401);
    assert_eq!(ask(&hub, "/api/organizations/nobody/billing/usage", ADMIN).status, 404);
}

#[test]
fn usage_between_two_times_has_what_began_there() {
    let hub = hub();
    // The 26th of February to the 2nd of March.
    let path = format!("{USAGE}-v2?startDate=1772064000&endDate=1772409600");
    let both = read(&hub, &path);
    assert_eq!(both["usage"]["Spaces"].as_array().unwrap().len(), 2);
    let wrong = format!("{USAGE}-v2?startDate=1772409600&endDate=1772064000");
    assert_eq!(ask(&hub, &wrong, ADMIN).status, 400);
    let own = "/api/settings/billing/usage-v2?startDate=1772064000&endDate=1772496000";
    assert_eq!(read(&hub, own)["usage"]["Jobs"][0]["label"], "acme/7");
}

#[test]
fn costs_are_added_up_by_resource_group_and_month() {
    let hub = hub();
    let path = format!("{USAGE}-by-resource-group");
    let dates = "startDate=2026-02-01T00:00:00Z&endDate=2026-03-10T00:00:00Z";
    let usage = read(&hub, &format!("{path}?{dates}"));
    let months = usage["periods"].as_array().unwrap();
    assert_eq!(months[0]["period"], "2026-02-01T00:00:00.000Z");
    assert_eq!(months.len(), 2);
    let research = &months[1]["resourceGroups"][0];
    assert_eq!(research["name"], "research");
    assert_eq!(research["storage"], json!({"privateGB": 12.5, "publicGB": 1.0}));
    assert_eq!(research["compute"]["spaces"], json!({"uptimeSec": 3600.0, "costCents": 60.0}));
    assert_eq!(research["compute"]["endpoints"]["costCents"], 90.0);
    let february = &months[0]["resourceGroups"];
    assert_eq!(february[0]["inference"], json!({"requestCount": 40.0, "costCents": 250.0}));
    let rest = &february[1];
    assert_eq!((&rest["id"], &rest["name"]), (&Value::Null, &Value::Null));
    assert_eq!(rest["compute"]["spaces"]["costCents"], 30.0);
    let old = "startDate=2024-02-01T00:00:00Z";
    assert_eq!(ask(&hub, &format!("{path}?{old}"), ADMIN).status, 400, "12 months and no more");
    assert_eq!(ask(&hub, &format!("{path}?startDate=yesterday"), ADMIN).status, 400);
}

#[test]
fn sessions_and_jobs_are_told_by_month() {
    let hub = hub();
    let path = format!("{USAGE}-by-inference-session?startDate=2026-02-01T00:00:00Z");
    let sessions = read(&hub, &path);
    assert_eq!(sessions["periods"][0]["sessions"][0]["id"], "s1");
    assert_eq!(sessions["periods"][1]["sessions"], json!([]));
    let own = read(&hub, "/api/settings/billing/usage-by-inference-session");
    let mine = json!({"id": "mine", "requestCount": 3.0, "costCents": 12.0});
    assert_eq!(own["periods"][0]["sessions"][0], mine);
    let jobs = read(&hub, "/api/settings/billing/usage/jobs");
    assert_eq!(jobs["usage"]["jobDetails"][0]["hardwareFlavor"], "a100-large");
    assert_eq!((&jobs["usage"]["totalMinutes"], &jobs["hasAccess"]), (&json!(7.0), &json!(true)));
    let usage = read(&hub, "/api/settings/billing/usage");
    assert_eq!(usage["period"]["entityType"], "user");
    assert_eq!(get(&hub, "/api/settings/billing/usage").send().status, 401);
}
