//! The client without async.
#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk::{api::users::GetUserOverview, blocking::Hub};
use hubfolk_sim::{Running, Sim, World};

const WORLD: &str = r#"{
  "users": [{"name": "ada"},
            {"generate": {"prefix": "fan", "count": 1203, "follow": ["ada"]}}]
}"#;

fn start() -> (Running, Hub) {
    let sim = Sim::builder().world(World::from_json(WORLD).unwrap()).start_on_thread().unwrap();
    let hub = hubfolk::Hub::builder().endpoint(sim.url()).build().unwrap();
    (sim, Hub::new(hub).unwrap())
}

#[test]
fn operations_and_lists_work_without_async() {
    let (_sim, hub) = start();
    assert_eq!(hub.send(GetUserOverview::new("ada")).unwrap().username, "ada");
    assert_eq!(hub.user("ada").overview().unwrap().num_followers, Some(1203));
    let names: Result<Vec<_>, _> =
        hub.user("ada").followers().map(|user| user.map(|user| user.username)).collect();
    assert_eq!(names.unwrap().len(), 1203);
    assert!(hub.stats().requests > 3);
}

#[test]
fn a_list_ends_after_its_error() {
    let (_sim, hub) = start();
    let mut followers = hub.user("nobody").followers();
    assert!(followers.next().unwrap().unwrap_err().is_not_found());
    assert!(followers.next().is_none());
}

#[tokio::test]
async fn it_works_inside_an_async_program() {
    let (_sim, hub) = start();
    assert_eq!(hub.user("ada").followers().count(), 1203);
    drop(hub);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_from_many_threads_at_once() {
    let (_sim, hub) = start();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let hub = hub.clone();
            std::thread::spawn(move || hub.user("ada").followers().count())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 1203);
    }
}
