//! The twelve things that people do first, against the simulated Hub.

use futures_util::TryStreamExt;
use hubfolk::{Hub, api::repos::RepoType};
use hubfolk_sim::{Running, Sim, World};

const WORLD: &str = r#"{
  "users": [
    {"name": "ada", "fullname": "Ada L.", "details": "Counts.", "isPro": true,
     "avatarUrl": "/avatars/ada.svg", "counters": {"numUpvotes": 11}},
    {"name": "bob"}, {"name": "eve"},
    {"generate": {"prefix": "fan", "count": 1201, "follow": ["ada", "acme"],
                  "like": [{"type": "space", "id": "acme/s"}]}}
  ],
  "orgs": [
    {"name": "acme", "fullname": "Acme", "plan": "enterprise", "details": "Makes things.",
     "defaultVisibility": "public",
     "members": [{"user": "ada", "role": "admin"}, {"user": "bob", "role": "read"}]},
    {"name": "vault", "defaultVisibility": "private", "hideMembers": true,
     "members": [{"user": "ada", "role": "admin"}]}
  ],
  "tokens": [
    {"token": "hf_test_ada", "user": "ada", "role": "write"},
    {"token": "hf_test_eve", "user": "eve", "role": "write"}
  ],
  "repos": [{"type": "model", "id": "acme/m"}, {"type": "space", "id": "acme/s", "sdk": "static"}],
  "follows": [{"from": "ada", "to": "bob"}, {"from": "bob", "to": "ada"}],
  "likes": [{"user": "ada", "type": "model", "id": "acme/m", "createdAt": "2026-01-01T00:00:00.000Z"},
            {"user": "ada", "type": "space", "id": "acme/s", "createdAt": "2026-02-01T00:00:00.000Z"}]
}"#;

async fn start() -> Running {
    Sim::builder().world(World::from_json(WORLD).unwrap()).start().await.unwrap()
}

fn hub(sim: &Running, token: &str) -> Hub {
    Hub::builder().endpoint(sim.url()).token(token).build().unwrap()
}

#[tokio::test]
async fn get_user() {
    let sim = start().await;
    let ada = hub(&sim, "hf_test_eve").user("ada").overview().await.unwrap();
    assert_eq!(ada.username, "ada");
    assert_eq!(ada.fullname.as_deref(), Some("Ada L."));
    assert_eq!(ada.avatar_url.as_deref(), Some("/avatars/ada.svg"));
    assert_eq!(ada.details.as_deref(), Some("Counts."));
    assert_eq!((ada.is_pro, ada.is_following), (Some(true), Some(false)));
    assert_eq!((ada.num_followers, ada.num_following), (Some(1202), Some(1)));
    assert_eq!((ada.num_likes, ada.num_upvotes), (Some(2), Some(11)));
}

#[tokio::test]
async fn get_organization() {
    let sim = start().await;
    let acme = hub(&sim, "hf_test_ada").organization("acme").overview().await.unwrap();
    assert_eq!((acme.username.as_str(), acme.fullname.as_deref()), ("acme", Some("Acme")));
    assert_eq!(acme.details.as_deref(), Some("Makes things."));
    assert_eq!(acme.plan.as_deref(), Some("enterprise"));
    assert_eq!((acme.num_users, acme.num_followers), (Some(2), Some(1201)));
    assert_eq!((acme.num_models, acme.num_spaces), (Some(1), Some(1)));
}

#[tokio::test]
async fn followers_over_all_pages() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_ada");
    let mut names: Vec<_> =
        hub.user("ada").followers().map_ok(|user| user.username).try_collect().await.unwrap();
    assert_eq!(names.len(), 1202);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 1202, "nobody comes twice");
    assert!(hub.stats().requests > 1, "more than one page");
    let acme: Vec<_> = hub.organization("acme").followers().try_collect().await.unwrap();
    assert_eq!(acme.len(), 1201);
}

#[tokio::test]
async fn following() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_ada");
    let following: Vec<_> = hub.user("ada").following().try_collect().await.unwrap();
    assert_eq!(following.len(), 1);
    assert_eq!(following[0].username, "bob");
}

#[tokio::test]
async fn members() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_ada");
    let members: Vec<_> = hub.organization("acme").members().try_collect().await.unwrap();
    let mut shown: Vec<_> =
        members.iter().map(|m| format!("{} {}", m.username, m.role.as_ref().unwrap())).collect();
    shown.sort();
    assert_eq!(shown, ["ada admin", "bob read"]);
    assert!(members.iter().all(|m| m.two_fa_enabled.is_some()), "an administrator sees 2FA");
    let eve = self::hub(&sim, "hf_test_eve");
    let members: Vec<_> = eve.organization("acme").members().try_collect().await.unwrap();
    assert!(members.iter().all(|m| m.role.is_none() && m.two_fa_enabled.is_none()));
}

#[tokio::test]
async fn like_is_closed_to_programs_and_the_error_says_so() {
    let sim = start().await;
    let error = hub(&sim, "hf_test_eve").model("acme/m").like().await.unwrap_err();
    let api = error.as_api().unwrap();
    assert!(api.status.is_client_error(), "{api:?}");
    let text = error.to_string();
    assert!(text.contains(api.status.as_str()), "{text}");
    assert!(text.contains("January 2025") && text.contains("spam"), "{text}");
}

#[tokio::test]
async fn unlike() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_ada");
    hub.model("acme/m").unlike().await.unwrap();
    let likers: Vec<_> = hub.model("acme/m").likers().try_collect().await.unwrap();
    assert!(likers.is_empty());
    hub.model("acme/m").unlike().await.unwrap();
}

#[tokio::test]
async fn like_again_after_unlike_is_closed_too() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_ada");
    hub.model("acme/m").unlike().await.unwrap();
    let error = hub.model("acme/m").like().await.unwrap_err();
    assert!(error.to_string().contains("January 2025"), "{error}");
    let likers: Vec<_> = hub.model("acme/m").likers().try_collect().await.unwrap();
    assert!(likers.is_empty(), "the like has not come back");
}

#[tokio::test]
async fn liked_repos_newest_first() {
    let sim = start().await;
    let likes: Vec<_> = hub(&sim, "hf_test_eve").user("ada").likes().try_collect().await.unwrap();
    let names: Vec<_> = likes.iter().map(|like| like.repo.name.as_str()).collect();
    assert_eq!(names, ["acme/s", "acme/m"]);
    assert_eq!(likes[0].repo.repo_type, RepoType::Space);
}

#[tokio::test]
async fn likers_over_all_pages() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_eve");
    let likers: Vec<_> = hub.space("acme/s").likers().try_collect().await.unwrap();
    assert_eq!(likers.len(), 1202);
}

#[tokio::test]
async fn unknown_user() {
    let sim = start().await;
    let hub = hub(&sim, "hf_test_eve");
    for name in ["nobody", "acme"] {
        let error = hub.user(name).overview().await.unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
        assert!(error.request_id().is_some());
    }
    let error = hub.user("nobody").followers().try_collect::<Vec<_>>().await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

#[tokio::test]
async fn private_organization_without_access() {
    let sim = start().await;
    let error = hub(&sim, "hf_test_eve").organization("vault").members();
    let error = error.try_collect::<Vec<_>>().await.unwrap_err();
    let status = error.status().unwrap().as_u16();
    assert!(matches!(status, 403 | 404), "{error:?}");
    let members: Vec<_> =
        hub(&sim, "hf_test_ada").organization("vault").members().try_collect().await.unwrap();
    assert_eq!(members.len(), 1, "a member sees it");
}

#[tokio::test]
async fn who_the_token_belongs_to() {
    let sim = start().await;
    let whoami = hub(&sim, "hf_test_ada").whoami().await.unwrap();
    assert_eq!(whoami.username, "ada");
    assert_eq!(
        whoami.organization("ACME").unwrap().role_in_org.as_ref().unwrap().as_str(),
        "admin"
    );
    let error = hub(&sim, "hf_test_nobody").whoami().await.unwrap_err();
    assert!(error.is_auth(), "{error:?}");
}

#[tokio::test]
async fn access_is_checked() {
    let sim = start().await;
    let ada = hub(&sim, "hf_test_ada");
    assert_eq!(ada.model("acme/m").auth_check().await.unwrap(), "OK");
    ada.model("acme/m").auth_check_write().await.unwrap();
    let eve = hub(&sim, "hf_test_eve");
    eve.model("acme/m").auth_check().await.unwrap();
    let error = eve.model("acme/m").auth_check_write().await.unwrap_err();
    assert!(error.as_api().unwrap().is_forbidden(), "{error:?}");
    let error = eve.model("acme/none").auth_check().await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}
