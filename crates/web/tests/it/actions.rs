//! Decisions: quarantined runs, and what agents ask.

use std::sync::Arc;

use hubfolk_mcp::confirm::{Act, Gate, Request, Shown};
use hubfolk_store::RunState;
use serde_json::json;

use crate::browser::Browser;
use crate::stage::{ADMIN, Stage};

/// A run of acme that waits, because too many would leave.
pub async fn quarantined(stage: &Stage) -> i64 {
    {
        let mut world = stage.hub.world();
        for number in 0..30 {
            let name = format!("temp{number}");
            world.add_user(hubfolk_sim::NewUser::named(&name)).unwrap();
            world.add_member("acme", &name, hubfolk_sim::NewMember::with_role("read")).unwrap();
        }
    }
    assert_eq!(stage.sync("acme", ADMIN).await.state, "published");
    {
        let mut world = stage.hub.world();
        for number in 0..30 {
            world.remove_member("acme", &format!("temp{number}")).unwrap();
        }
    }
    let view = stage.sync("acme", ADMIN).await;
    assert_eq!(view.state, "quarantined");
    view.run.unwrap()
}

#[tokio::test]
async fn a_quarantined_run_is_published_by_an_approver_once() {
    let stage = Stage::set().await;
    let run = quarantined(&stage).await;
    let mut vera = stage.signed_in("vera").await;
    vera.post(&format!("/orgs/acme/runs/{run}/approve"), &[]).await.is(403);
    let mut april = stage.signed_in("april").await;
    for _ in 0..2 {
        let got = april.post(&format!("/orgs/acme/runs/{run}/approve"), &[]).await.is(303);
        assert_eq!(got.to(), format!("/orgs/acme/runs/{run}"));
    }
    let mut store = stage.store();
    let found = store.run(1, run).unwrap().unwrap();
    assert_eq!((found.state, found.left), (RunState::Published, 30));
    april.post(&format!("/orgs/acme/runs/{run}/reject"), &[]).await.is(409);
    let entries = store.log_entries(i64::MAX, 100).unwrap();
    let approved: Vec<_> = entries.iter().filter(|one| one.kind == "run.approved").collect();
    assert_eq!(approved.len(), 1);
    assert_eq!((approved[0].who.as_str(), approved[0].org_id), ("april", Some(1)));
    assert_eq!(store.verify_log().unwrap().broken, None);
}

#[tokio::test]
async fn a_rejected_run_concludes_nothing() {
    let stage = Stage::set().await;
    let run = quarantined(&stage).await;
    let mut april = stage.signed_in("april").await;
    april.post(&format!("/orgs/acme/runs/{run}/reject"), &[]).await.is(303);
    let mut store = stage.store();
    assert_eq!(store.run(1, run).unwrap().unwrap().state, RunState::Rejected);
    assert_eq!(store.member_counts(1).unwrap().0, 33);
    april.post("/orgs/acme/runs/1/approve", &[]).await.is(303);
    april.post("/orgs/acme/runs/1/reject", &[]).await.is(409);
}

/// A program with a token of this role.
async fn program(stage: &Stage, role: &str) -> Browser {
    let mut adam = stage.signed_in("adam").await;
    let fields = [("name", role), ("role", role), ("days", "7")];
    let made = adam.post("/tokens", &fields).await.is(200);
    let at = made.body.find("hubfolk_").unwrap();
    let token: String = made.body[at..].chars().take_while(|c| *c != '<').collect();
    stage.stranger().with("authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn a_program_decides_with_a_token_of_the_role_and_the_log_names_it() {
    let stage = Stage::set().await;
    let run = quarantined(&stage).await;
    let approve = format!("/api/orgs/acme/runs/{run}/approve");
    let mut viewer = program(&stage, "viewer").await;
    viewer.post(&approve, &[]).await.is(403);
    viewer.post("/api/orgs/acme/sync", &[]).await.is(403);
    viewer.get("/api/approvals").await.is(403);
    let mut approver = program(&stage, "approver").await;
    for _ in 0..2 {
        let view = approver.post(&approve, &[]).await.is(200).json();
        assert_eq!((&view["state"], &view["left"]), (&"published".into(), &30.into()));
    }
    let no = approver.post(&format!("/api/orgs/acme/runs/{run}/reject"), &[]).await.is(409);
    assert_eq!(no.json()["error"]["kind"], "run_state");
    approver.post("/api/orgs/acme/runs/nonsense/reject", &[]).await.is(400);
    // Nobody told the service a token for it.
    let no = approver.post("/api/orgs/acme/sync", &[]).await.is(409);
    assert_eq!(no.json()["error"]["kind"], "not_kept");
    let entries = stage.store().log_entries(i64::MAX, 100).unwrap();
    let approved: Vec<_> = entries.iter().filter(|one| one.kind == "run.approved").collect();
    assert_eq!(approved.len(), 1);
    assert_eq!(approved[0].who, "adam (token approver)");
}

#[tokio::test]
async fn a_program_has_an_organization_synced_and_finds_the_run() {
    let stage = Stage::set().await;
    let owner = &mut stage.owner().await;
    let url = stage.hub.url();
    let fields = [
        ("name", "acme"),
        ("endpoint", &url),
        ("kind", "stored"),
        ("token", ADMIN),
        ("schedule", "manual"),
        ("do", "save"),
    ];
    owner.post("/setup", &fields).await.is(303);
    let mut approver = program(&stage, "approver").await;
    let asked = approver.post("/api/orgs/acme/sync", &[]).await.is(202).json();
    assert_eq!(asked["org"], "acme");
    let after = asked["after_run"].as_i64().unwrap();
    assert!(after >= 1, "{asked}");
    stage
        .until("the sync is published", |store| {
            let runs = store.runs(1, 1).unwrap();
            runs[0].run > after && runs[0].state == RunState::Published
        })
        .await;
}

fn gate(stage: &Stage) -> Gate {
    Gate::open(&stage.folder.path().join("agent"), Arc::new(stage.clock.clone())).unwrap()
}

const ACT: Act<'_> =
    Act { principal: "1", tool: "delete_collection", arguments: "{}", target: "acme/x" };

fn shown() -> Shown {
    Shown {
        who: "ada".to_owned(),
        what: "delete the collection <b>acme/x</b>".to_owned(),
        requests: vec![Request {
            method: "DELETE".to_owned(),
            path: "/api/collections/acme/x".to_owned(),
            body: json!({ "why": "old" }),
        }],
    }
}

#[tokio::test]
async fn a_person_sees_exactly_what_an_agent_would_send_and_says_yes_once() {
    let stage = Stage::set().await;
    let gate = gate(&stage);
    let asked = gate.ask(&ACT, &shown()).unwrap();
    let mut april = stage.signed_in("april").await;
    let page = april.get("/approvals").await.is(200);
    assert!(!page.body.contains("<b>acme"));
    page.says(&[
        "delete the collection &#60;b&#62;acme/x",
        "DELETE /api/collections/acme/x",
        "why",
        &asked.code,
    ]);
    let api = program(&stage, "approver").await.get("/api/approvals").await.is(200).json();
    assert_eq!((&api[0]["code"], &api[0]["who"]), (&asked.code.as_str().into(), &"ada".into()));
    assert_eq!(api[0]["requests"][0]["body"]["why"], "old");
    let url = format!("/approvals/{}", asked.code);
    april.post(&url, &[("answer", "yes")]).await.is(303);
    april.get("/approvals").await.is(200).says(&["Nothing waits"]);
    gate.redeem_code(&asked.code, &ACT).unwrap();
    april.post(&url, &[("answer", "yes")]).await.is(409);
    assert!(gate.redeem_code(&asked.code, &ACT).is_err());
    stage.owner().await.get("/log").await.is(200).says(&["approval.given", &asked.code]);
}

#[tokio::test]
async fn a_no_is_final() {
    let stage = Stage::set().await;
    let gate = gate(&stage);
    let asked = gate.ask(&ACT, &shown()).unwrap();
    let mut april = stage.signed_in("april").await;
    april.post(&format!("/approvals/{}", asked.code), &[("answer", "no")]).await.is(303);
    assert!(gate.redeem_code(&asked.code, &ACT).is_err());
    stage.owner().await.get("/log").await.is(200).says(&["approval.declined"]);
}

#[tokio::test]
async fn the_log_is_looked_at_whole_once_and_when_somebody_asks() {
    let stage = Stage::set().await;
    let mut adam = stage.signed_in("adam").await;
    let entry = |number: i64| hubfolk_store::LogEntry {
        seq: 0,
        at: number,
        who: "ada".to_owned(),
        kind: "settings.changed".to_owned(),
        org_id: Some(1),
        target: format!("target {number}"),
        detail: json!({ "schedule": "every 1h" }).to_string(),
        hash: Vec::new(),
    };
    for number in 0..250 {
        stage.store().log(entry(number)).unwrap();
    }
    adam.get("/log").await.is(200).says(&["the chain holds, all of it", "changed settings"]);
    adam.get("/log").await.is(200).says(&["on this page and in what is new", "check=all"]);
    let forge = |sql: &str| {
        rusqlite::Connection::open(stage.path()).unwrap().execute(sql, []).unwrap();
    };
    // Far back: seen by who looks there, and by who has all of it looked at.
    forge("UPDATE service_log SET who = 'nobody' WHERE seq = 20");
    adam.get("/log").await.is(200).says(&["the chain holds"]);
    adam.get("/log?before=100").await.is(200).says(&["breaks at entry 20"]);
    adam.get("/log?check=all").await.is(200).says(&["breaks at entry 20"]);
    // Once it was seen it is said on every page.
    adam.get("/log").await.is(200).says(&["breaks at entry 20"]);
}
