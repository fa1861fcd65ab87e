//! Activity is put together from lists, the newest first, and says which.

use hubfolk::{
    Hub,
    activity::{ActivityQuery, ActivityReader},
    api::repos::{RepoId, RepoType},
};
use hubfolk_sim::{Running, Sim, World};

fn sim() -> Running {
    let world = World::from_json(
        r#"{"users": [{"name": "ada"}, {"name": "bob"}],
            "orgs": [{"name": "acme", "members": [{"user": "ada", "role": "admin"}]}],
            "repos": [
                {"id": "ada/old", "createdAt": "2025-01-01T00:00:00Z", "lastModified": "2026-03-05T00:00:00Z"},
                {"id": "ada/new", "createdAt": "2026-03-01T00:00:00Z"},
                {"type": "space", "id": "ada/show", "createdAt": "2026-03-03T00:00:00Z"},
                {"type": "kernel", "id": "ada/fast", "createdAt": "2026-01-01T00:00:00Z", "lastModified": "2026-03-04T00:00:00Z"},
                {"type": "dataset", "id": "acme/d", "createdAt": "2026-02-01T00:00:00Z"},
                {"id": "acme/secret", "private": true, "discussionsDisabled": true, "createdAt": "2026-02-02T00:00:00Z"}],
            "discussions": [
                {"type": "dataset", "id": "acme/d", "num": 1, "author": "bob", "title": "First", "pinned": true, "createdAt": "2026-02-01T12:00:00Z"},
                {"type": "dataset", "id": "acme/d", "num": 2, "author": "ada", "title": "Later", "createdAt": "2026-02-03T00:00:00Z"},
                {"id": "ada/new", "num": 1, "author": "ada", "title": "Notes", "createdAt": "2026-03-01T01:00:00Z"},
                {"id": "ada/new", "num": 2, "author": "bob", "title": "Fix", "isPullRequest": true, "createdAt": "2026-03-01T02:00:00Z"}],
            "likes": [{"user": "ada", "type": "dataset", "id": "acme/d", "createdAt": "2026-03-02T00:00:00Z"}],
            "tokens": [{"token": "hf_test_ada", "user": "ada", "role": "write"}]}"#,
    );
    Sim::builder().world(world.unwrap()).start_on_thread().unwrap()
}

fn client(sim: &Running) -> Hub {
    Hub::builder().endpoint(sim.url()).token("hf_test_ada").build().unwrap()
}

fn shown(events: &[hubfolk::activity::Activity]) -> Vec<(&'static str, &str)> {
    events.iter().map(|event| (event.kind.as_str(), event.repo.name.as_str())).collect()
}

#[tokio::test]
async fn likes_and_repositories_are_merged_by_time() {
    let sim = sim();
    let log = client(&sim).user("ada").activity(ActivityQuery::new()).await.unwrap();
    assert_eq!(
        shown(&log.events),
        [
            ("updated_repo", "ada/old"),
            ("updated_repo", "ada/fast"),
            ("created_repo", "ada/show"),
            ("liked", "acme/d"),
            ("created_repo", "ada/new"),
            ("created_repo", "ada/old"),
        ]
    );
    assert_eq!(log.events[3].actor.as_deref(), Some("ada"));
    assert!(log.sources.iter().all(|source| source.exhausted), "{:?}", log.sources);
    let operations: Vec<&str> = log.sources.iter().map(|source| source.operation).collect();
    assert_eq!(operations.len(), 8);
    assert!(operations.contains(&"list_liked_repos") && operations.contains(&"list_kernels"));
}

#[tokio::test]
async fn it_ends_at_a_time_and_at_a_number_of_events() {
    let sim = sim();
    let hub = client(&sim);
    let since = ActivityQuery::new().since("2026-03-03T00:00:00Z".parse().unwrap());
    let log = hub.user("ada").activity(since).await.unwrap();
    assert_eq!(log.events.len(), 3, "the time itself counts");
    let mut reader = ActivityReader::of_user(&hub, "ada", ActivityQuery::new().limit(2));
    let mut events = Vec::new();
    while let Some(event) = reader.next().await.unwrap() {
        events.push(event);
    }
    assert_eq!(shown(&events), [("updated_repo", "ada/old"), ("updated_repo", "ada/fast")]);
    let left = reader.sources().iter().filter(|source| !source.exhausted).count();
    assert!(left > 0, "some lists go on");
    assert!(sim.requests().iter().any(|request| request.path.contains("limit=2")));
}

#[tokio::test]
async fn one_repository_or_an_organization_is_enough() {
    let sim = sim();
    let hub = client(&sim);
    let repo = RepoId::new(RepoType::Model, "ada/new");
    let log = hub.user("ada").activity(ActivityQuery::new().in_repo(repo)).await.unwrap();
    assert_eq!(shown(&log.events), [("opened_discussion", "ada/new"), ("created_repo", "ada/new")]);
    let repo = RepoId::new(RepoType::Model, "ada/new");
    let log = hub.user("bob").activity(ActivityQuery::new().in_repo(repo)).await.unwrap();
    assert_eq!(shown(&log.events), [("opened_pull_request", "ada/new")], "it is not theirs");
    let log = hub.organization("acme").activity(ActivityQuery::new()).await.unwrap();
    assert_eq!(
        shown(&log.events),
        [
            ("opened_discussion", "acme/d"),
            ("created_repo", "acme/secret"),
            ("opened_discussion", "acme/d"),
            ("created_repo", "acme/d"),
        ],
        "what is pinned has its place in time"
    );
    assert_eq!(log.events[0].title.as_deref(), Some("Later"));
    assert_eq!((log.events[2].actor.as_deref(), log.events[2].num), (Some("bob"), Some(1)));
    let of = |name: &str| log.sources.iter().find(|source| source.name == name).unwrap();
    assert_eq!(of("discussions of acme/d").events, 2);
    let refused = of("discussions of acme/secret").problem.as_deref().unwrap();
    assert!(refused.contains("disabled"), "{refused}");
}

#[tokio::test]
async fn somebody_who_is_not_there_is_an_error() {
    let sim = sim();
    let error = client(&sim).user("nobody").activity(ActivityQuery::new()).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}
