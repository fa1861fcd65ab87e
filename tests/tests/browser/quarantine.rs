//! A run that nobody should believe unseen: looked at, then approved or rejected.

use hubfolk_tests::scene::Scene;

use crate::stage::{ADMIN, Stage, sync};

/// A sync, and one that lacks half of the members.
pub(crate) fn lose_half(scene: &Scene) {
    sync(scene);
    let mut world = scene.hub.world();
    for number in 1..=20 {
        world.remove_member("acme", &format!("m{number:02}")).unwrap();
    }
    drop(world);
    let (code, run) = scene.sync(ADMIN, "acme");
    assert_eq!((code, run["state"].as_str()), (Some(4), Some("quarantined")), "{run}");
}

/// The page of such a run.
fn half_are_gone() -> Option<Stage> {
    let stage = Stage::with(&Default::default(), lose_half)?;
    stage.sign_in();
    stage.browser.link("Runs").click();
    stage.browser.see("quarantined");
    stage.browser.link("2").click();
    stage.browser.see("20 members would leave.");
    let leavers = stage.browser.all("#results tbody tr");
    assert_eq!(leavers.len(), 20, "the page names everybody who would leave");
    Some(stage)
}

fn members(stage: &Stage) -> u64 {
    stage.api("/api/orgs/acme/members")["total"].as_u64().unwrap()
}

#[test]
fn an_approved_run_ends_the_memberships_that_it_showed() {
    let Some(stage) = half_are_gone() else { return };
    assert_eq!(members(&stage), 41, "nothing is concluded before somebody decides");
    stage.browser.button("Approve: they have left").click();
    stage.browser.see("published");
    assert_eq!(members(&stage), 21);
    stage.go("/log");
    stage.browser.see("approved a run");
    stage.browser.see("the chain holds");
    println!("counted: a quarantined run of 20 leavers looked at and approved");
}

#[test]
fn a_rejected_run_concludes_nothing() {
    let Some(stage) = half_are_gone() else { return };
    stage.browser.button("Reject: conclude nothing").click();
    stage.browser.see("rejected");
    assert_eq!(members(&stage), 41);
    assert!(stage.browser.all("form[action$='/approve']").is_empty(), "it is decided once");
    stage.go("/log");
    stage.browser.see("rejected a run");
}
