//! The scheduler: turns, back-off that shows, catching up, syncing now.

use std::time::Duration;

use hubfolk_sim::{Fault, FaultRule};
use hubfolk_store::RunState;

use crate::stage::{ADMIN, Stage};

async fn keep_acme(stage: &Stage, schedule: &str) {
    let mut owner = stage.owner().await;
    let url = stage.hub.url();
    let fields = [
        ("name", "acme"),
        ("endpoint", url.as_str()),
        ("kind", "stored"),
        ("token", ADMIN),
        ("schedule", schedule),
        ("do", "save"),
    ];
    owner.post("/setup", &fields).await.is(303);
    stage.until("acme is synced", |store| store.orgs().unwrap()[0].published_run == 1).await;
}

#[tokio::test]
async fn what_was_missed_while_the_machine_slept_is_caught_up_with_once() {
    let stage = Stage::empty().await;
    keep_acme(&stage, "every 1h").await;
    stage.clock.forward(Duration::from_secs(5 * 3600));
    let mut approver = stage.owner().await;
    // Anything that wakes the scheduler will do; it looks at the clock every 20 seconds anyway.
    approver
        .post(
            "/orgs/acme/settings",
            &[("kind", "stored"), ("schedule", "every 1h"), ("do", "save")],
        )
        .await
        .is(303);
    stage.until("it is synced again", |store| store.orgs().unwrap()[0].published_run == 2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.store().orgs().unwrap()[0].last_run, 2);
}

#[tokio::test]
async fn sync_now_syncs_now_and_is_written_down() {
    let stage = Stage::empty().await;
    keep_acme(&stage, "manual").await;
    let mut owner = stage.owner().await;
    assert_eq!(owner.post("/orgs/acme/sync", &[]).await.is(303).to(), "/orgs/acme/runs");
    stage.until("it is synced again", |store| store.orgs().unwrap()[0].published_run == 2).await;
    let run = stage.store().run(1, 2).unwrap().unwrap();
    assert_eq!(run.trigger, "manual");
    owner.get("/log").await.is(200).says(&["sync.asked"]);
}

#[tokio::test]
async fn a_failure_backs_off_and_says_why_until_it_works() {
    let stage = Stage::empty().await;
    keep_acme(&stage, "every 1h").await;
    assert!(stage.hub.world().revoke_token(ADMIN));
    let mut owner = stage.owner().await;
    // What is known of the caller is asked anew with a new syncer.
    owner.post("/orgs/acme/sync", &[]).await.is(303);
    stage
        .until("it failed", |store| store.turn(1).unwrap().is_some_and(|turn| turn.failures == 1))
        .await;
    let turn = stage.store().turn(1).unwrap().unwrap();
    let now = hubfolk_license::clock::Clock::now(&stage.clock).as_microsecond();
    let pause = (turn.next_at - now) / 60_000_000;
    assert!((3..=5).contains(&pause), "{pause} minutes");
    assert!(turn.waiting.unwrap().contains("Failed once"));
    owner.get("/orgs/acme/settings").await.is(200).says(&["Failed once", "Next sync at"]);
    let why = ["Failed once", "Next try", "401 Unauthorized"];
    owner.get("/orgs/acme/runs").await.is(200).says(&why);
    stage.hub.world().add_token(ADMIN, "ada", hubfolk_sim::TokenRole::Write, None).unwrap();
    owner.post("/orgs/acme/sync", &[]).await.is(303);
    stage
        .until("it works again", |store| {
            store.turn(1).unwrap().is_some_and(|turn| turn.failures == 0)
        })
        .await;
    assert_eq!(stage.store().turn(1).unwrap().unwrap().waiting, None);
}

#[tokio::test]
async fn what_fails_without_a_schedule_is_not_tried_again_by_itself_and_the_page_says_so() {
    let stage = Stage::empty().await;
    keep_acme(&stage, "manual").await;
    assert!(stage.hub.world().revoke_token(ADMIN));
    let mut owner = stage.owner().await;
    owner.post("/orgs/acme/sync", &[]).await.is(303);
    stage
        .until("it failed", |store| store.turn(1).unwrap().is_some_and(|turn| turn.failures == 1))
        .await;
    let why = ["Failed once, last at 2026-06-01 12:00 UTC", "It is tried again when somebody asks"];
    owner.get("/orgs/acme/runs").await.is(200).says(&why);
    // The overview says so first, and nobody is told of a sync at the end of time.
    owner.get("/orgs/acme").await.is(200).says(&["The last sync</a> failed"]);
    owner.get("/orgs").await.is(200).says(&["not scheduled"]);
    let orgs = owner.get("/api/orgs").await.is(200).json();
    assert!(orgs["items"][0]["next_sync"].is_null(), "{orgs}");
}

#[tokio::test]
async fn many_organizations_take_turns_and_none_starves() {
    let stage = Stage::empty().await;
    let orgs = 60;
    {
        let mut world = stage.hub.world();
        for number in 0..orgs {
            let name = format!("org-{number}");
            world.add_organization(&name, None).unwrap();
            world.add_member(&name, "ada", hubfolk_sim::NewMember::with_role("admin")).unwrap();
        }
    }
    let now = hubfolk_license::clock::Clock::now(&stage.clock).as_microsecond();
    let mut store = stage.store();
    for number in 0..orgs {
        let key = hubfolk_store::OrgKey {
            endpoint: stage.hub.url(),
            name: format!("org-{number}"),
            hf_id: None,
        };
        let (org, _) = store.open_org(&key, now).unwrap();
        store
            .save_credential(&hubfolk_store::Credential {
                org_id: org.id,
                kind: "env".to_owned(),
                place: "ACME_TOKEN".to_owned(),
                ..hubfolk_store::Credential::default()
            })
            .unwrap();
        store.save_org_setting(&hubfolk_store::OrgSetting::new(org.id, "every 1h", now)).unwrap();
    }
    // Wakes it: the first of them is asked for by name.
    stage.owner().await.post("/orgs/org-0/sync", &[]).await.is(303);
    stage
        .until("each was synced", |store| {
            store.orgs().unwrap().iter().filter(|org| org.published_run > 0).count() == orgs
        })
        .await;
    // One token, so the Hub was asked once or twice who it belongs to, and not sixty times.
    assert!(stage.hub.request_count("whoami") <= 3, "{}", stage.hub.request_count("whoami"));
    // The one that was asked for may have had its turn just before.
    let again = store.orgs().unwrap().iter().filter(|org| org.last_run > 1).count();
    let again = again - usize::from(store.orgs().unwrap()[0].last_run > 1);
    assert_eq!(again, 0, "nobody was synced twice before all were synced once");
}

#[tokio::test]
async fn a_run_that_the_stop_cut_short_is_taken_up_at_the_next_start() {
    let stage = Stage::empty().await;
    keep_acme(&stage, "every 1h").await;
    let rule: FaultRule =
        FaultRule::new(Fault::latency(3_000)).operation("list_organization_members");
    stage.hub.add_fault(rule);
    stage.owner().await.post("/orgs/acme/sync", &[]).await.is(303);
    stage.until("a run is on its way", |store| store.orgs().unwrap()[0].last_run == 2).await;
    stage.stop();
    stage
        .until("it is written down as interrupted", |store| {
            store.run(1, 2).unwrap().is_some_and(|run| run.state == RunState::Failed)
        })
        .await;
    let turn = stage.store().turn(1).unwrap().unwrap();
    assert_eq!(turn.failures, 0);
}
