//! The Hub's rate limit: waited for as long as it says, within bounds, together.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use hubfolk::{Error, Event, api::repos::CreateRepo};

use crate::server::{Server, answer, json, quick};

const ADA: &str = r#"{"_id":"1","user":"ada"}"#;
const USED_UP: (&str, &str) = ("ratelimit", "\"api\";r=0;t=1");

#[tokio::test]
async fn a_used_up_limit_is_waited_for_as_long_as_the_hub_says() {
    let server = Server::start(|n, _| match n {
        1 => answer(429, &[USED_UP, ("retry-after", "999")], r#"{"error":"slow down"}"#),
        _ => json(&[], ADA),
    })
    .await;
    let (hub, began) = (server.hub(), Instant::now());
    hub.user("ada").overview().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert!(began.elapsed() < Duration::from_secs(5), "the limit's own time counts");
    assert!(hub.stats().waited >= Duration::from_secs(1));
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let server = Server::start(|n, _| match n {
        1 => answer(429, &[("retry-after", "1")], ""),
        _ => json(&[], ADA),
    })
    .await;
    let began = Instant::now();
    server.hub().user("ada").overview().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_limit_that_is_used_up_by_a_good_answer_holds_the_next_request_back() {
    let server = Server::start(|n, _| {
        json(&[if n == 1 { USED_UP } else { ("ratelimit", "\"api\";r=9;t=300") }], ADA)
    })
    .await;
    let hub = server.hub();
    hub.user("ada").overview().await.unwrap();
    let began = Instant::now();
    hub.user("ada").overview().await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(900), "{:?}", began.elapsed());
    assert_eq!(server.requests().len(), 2, "no request was wasted on a 429");
}

#[tokio::test]
async fn all_tasks_of_a_client_wait_together() {
    let limited = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&limited);
    let server =
        Server::start(
            move |_, _| {
                if flag.load(SeqCst) { answer(429, &[USED_UP], "") } else { json(&[], ADA) }
            },
        )
        .await;
    let hub = server.hub();
    let first = tokio::spawn({
        let hub = hub.clone();
        async move { hub.user("ada").overview().await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    limited.store(false, SeqCst);
    let others = join_all((0..20).map(|_| {
        let hub = hub.clone();
        async move { hub.user("ada").overview().await }
    }));
    let began = Instant::now();
    others.await.into_iter().for_each(|result| drop(result.unwrap()));
    first.await.unwrap().unwrap();
    assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
    assert_eq!(server.requests().len(), 22, "one 429, then each once");
}

#[tokio::test]
async fn a_wait_beyond_the_bound_is_an_error_at_once() {
    let server = Server::start(|_, _| {
        answer(429, &[("ratelimit", "\"api\";r=0;t=299"), ("x-request-id", "r1")], "")
    })
    .await;
    let hub = quick(&server.url()).max_rate_limit_wait(Duration::from_secs(60)).build().unwrap();
    let began = Instant::now();
    let error = hub.user("ada").overview().await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(error.status().unwrap().as_u16(), 429);
    assert_eq!(error.request_id(), Some("r1"));
    let Error::RateLimited(limited) = error else { panic!("{error:?}") };
    assert!(limited.retry_after > Duration::from_secs(290), "{limited:?}");
    assert_eq!(limited.attempts, 1);
}

#[tokio::test]
async fn waiting_for_limits_is_bounded_in_sum() {
    let server = Server::start(|_, _| answer(429, &[USED_UP], "")).await;
    let hub = quick(&server.url()).max_rate_limit_wait(Duration::from_millis(2_500)).build();
    let error = hub.unwrap().user("ada").overview().await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error:?}");
    assert_eq!(server.requests().len(), 3, "one second twice, a third would be too much");
}

#[tokio::test]
async fn a_write_that_meets_the_limit_is_sent_again() {
    let server = Server::start(|n, _| match n {
        1 => answer(429, &[USED_UP], ""),
        _ => json(&[], r#"{"url":"u"}"#),
    })
    .await;
    server.hub().send(CreateRepo::new("m")).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_observer_hears_of_requests_pages_and_waits() {
    let server = Server::start(|n, _| match n {
        1 => answer(429, &[USED_UP], ""),
        _ => json(&[], "[]"),
    })
    .await;
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&events);
    let hub = quick(&server.url())
        .observer(move |event| heard.lock().unwrap().push(event.clone()))
        .build()
        .unwrap();
    let members = hub.organization("acme").members();
    futures_util::TryStreamExt::try_collect::<Vec<_>>(members).await.unwrap();
    let events = events.lock().unwrap();
    let names: Vec<&str> = events
        .iter()
        .map(|event| match event {
            Event::Sent { attempt: 1, .. } => "sent",
            Event::Sent { .. } => "sent again",
            Event::Answered { .. } => "answered",
            Event::Page { number: 1, .. } => "page",
            Event::Waiting { rate_limit: true, duration, .. } => {
                assert!(*duration > Duration::from_millis(900));
                "waiting"
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["sent", "answered", "waiting", "sent again", "answered", "page"]);
    assert_eq!(hub.stats().requests, 2);
}

#[tokio::test]
async fn the_observer_hears_the_hubs_advice() {
    let server =
        Server::start(|_, _| json(&[("x-hf-warning", "tokens; read tokens end in May")], "[]"))
            .await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let hub = quick(&server.url())
        .observer(move |event| {
            if let Event::Advice { topic, message, .. } = event {
                told.lock().unwrap().push((topic.clone(), message.clone()));
            }
        })
        .build()
        .unwrap();
    let members = hub.organization("acme").members();
    futures_util::TryStreamExt::try_collect::<Vec<_>>(members).await.unwrap();
    let advice = ("tokens".to_owned(), "read tokens end in May".to_owned());
    assert_eq!(*heard.lock().unwrap(), [advice]);
}
