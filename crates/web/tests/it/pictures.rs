//! Pictures of members: off unless an organization wants them, then fetched by the service alone.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use hubfolk_store::OrgSetting;

use crate::stage::Stage;

/// Has an organization show pictures, or not.
pub fn show(stage: &Stage, org: &str, avatars: bool) {
    let mut store = stage.store();
    let org_id = store.find_orgs(org, None).unwrap().remove(0).id;
    let setting = OrgSetting {
        org_id,
        enabled: false,
        schedule: "manual".to_owned(),
        domains: Vec::new(),
        avatars,
        changed_at: 0,
    };
    store.save_org_setting(&setting).unwrap();
}

/// The address of a member's picture.
fn picture(stage: &Stage, org: &str, name: &str) -> String {
    let mut store = stage.store();
    let org_id = store.find_orgs(org, None).unwrap().remove(0).id;
    format!("/orgs/{org}/avatars/{}", store.find_member(org_id, name).unwrap()[0])
}

/// How often the Hub was asked for a path, and by whom.
fn asked(stage: &Stage, path: &str) -> Vec<Option<String>> {
    let requests = stage.hub.requests().into_iter();
    requests.filter(|one| one.path.starts_with(path)).map(|one| one.caller).collect()
}

#[tokio::test]
async fn pages_show_pictures_only_where_an_organization_wants_them() {
    let stage = Stage::set().await;
    let mut vera = stage.signed_in("vera").await;
    let ada = picture(&stage, "acme", "ada");
    for avatars in [false, true, false] {
        show(&stage, "acme", avatars);
        for page in ["members", "members/ada", "groups", "changes"] {
            let body = vera.get(&format!("/orgs/acme/{page}")).await.is(200).body;
            assert_eq!(body.contains("<img src=\"/orgs/acme/avatars/"), avatars, "{page}");
        }
        let body = vera.get("/orgs/acme/members").await.is(200).body;
        assert_eq!(body.contains(&format!("<img src=\"{ada}\" alt=\"\"")), avatars);
        assert!(body.contains(">AL<"), "the initials are there either way");
        let got = vera.get(&ada).await.is(if avatars { 200 } else { 404 });
        assert_eq!(got.headers["content-type"] == "image/png", avatars);
    }
}

#[tokio::test]
async fn a_picture_is_fetched_once_for_everybody_and_without_a_token() {
    let stage = Stage::set().await;
    show(&stage, "acme", true);
    let (mut vera, mut adam) = (stage.signed_in("vera").await, stage.signed_in("adam").await);
    let ada = picture(&stage, "acme", "ada");
    let (one, other) = tokio::join!(vera.get(&ada), adam.get(&ada));
    for got in [one.is(200), other.is(200), vera.get(&ada).await.is(200)] {
        assert_eq!(got.headers["content-type"], "image/png");
        assert_eq!(got.headers["cache-control"], "private, max-age=86400");
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
    }
    assert_eq!(asked(&stage, "/avatars/ada.png"), [None], "once, as nobody");
    let folder = stage.folder.path().join("service").join("pictures");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in std::fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    stage.clock.forward(Duration::from_secs(23 * 3600));
    stage.signed_in("vera").await.get(&ada).await.is(200);
    assert_eq!(asked(&stage, "/avatars/").len(), 1);
    stage.clock.forward(Duration::from_secs(3601));
    stage.signed_in("vera").await.get(&ada).await.is(200);
    assert_eq!(asked(&stage, "/avatars/").len(), 2);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_remembered_for_an_hour() {
    let stage = Stage::set().await;
    show(&stage, "acme", true);
    show(&stage, "globex", true);
    let mut adam = stage.signed_in("adam").await;
    // A drawing that the Hub makes up is not even asked for.
    let got = adam.get(&picture(&stage, "acme", "bob")).await.is(404);
    assert_eq!(got.headers["cache-control"], "private, max-age=3600");
    assert!(asked(&stage, "/avatars/").is_empty());
    // Nor is another host.
    adam.get(&picture(&stage, "acme", "cleo")).await.is(404);
    let metrics = adam.get("/metrics").await.is(200).body;
    assert!(metrics.contains("hubfolk_hub_requests_total 0"), "{metrics}");
    // An answer of the Hub that is none, under a name that says otherwise.
    let eve = picture(&stage, "globex", "eve");
    for (hours, times) in [(0, 1), (0, 1), (1, 2)] {
        stage.clock.forward(Duration::from_secs(hours * 3600));
        adam.get(&eve).await.is(404);
        assert_eq!(asked(&stage, "/api/users/ada/overview?a.png").len(), times);
    }
}

#[tokio::test]
async fn pictures_are_for_those_who_may_see_the_member() {
    let stage = Stage::set().await;
    show(&stage, "acme", true);
    show(&stage, "globex", true);
    let ada = picture(&stage, "acme", "ada");
    stage.stranger().get(&ada).await.is(303);
    let mut gus = stage.signed_in("gus").await;
    gus.get(&ada).await.is(404);
    let elsewhere = ada.replace("acme", "globex");
    gus.get(&elsewhere).await.is(404);
    stage.signed_in("adam").await.get(&elsewhere).await.is(404);
    gus.get("/orgs/globex/avatars/%00").await.is(404);
    assert!(asked(&stage, "/avatars/").is_empty());
}
