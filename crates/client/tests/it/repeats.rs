//! What is sent again after a failure, and what must not be.

use std::{net::SocketAddr, time::Duration};

use futures_util::TryStreamExt;
use hubfolk::{
    Error, TransportProblem,
    api::repos::{CreateRepo, DeleteRepo, RepoType},
};
use tokio::net::TcpListener;

use crate::server::{Reply, Server, answer, json, quick};

const ADA: &str = r#"{"_id":"1","user":"ada"}"#;
const CREATED: &str = r#"{"url":"u"}"#;

fn transport(error: Error) -> (TransportProblem, u32, bool) {
    match error {
        Error::Transport(error) => (error.problem, error.attempts, error.may_have_acted),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_read_is_repeated_on_every_status_that_may_pass() {
    for status in [408, 500, 502, 503, 504] {
        let server = Server::start(move |n, _| match n {
            1 | 2 => answer(status, &[], ""),
            _ => json(&[], ADA),
        })
        .await;
        server.hub().user("ada").overview().await.unwrap();
        assert_eq!(server.requests().len(), 3, "{status}");
    }
}

#[tokio::test]
async fn a_read_is_not_repeated_on_a_refusal() {
    for status in [400, 401, 402, 403, 404, 409, 422] {
        let server = Server::start(move |_, _| answer(status, &[], r#"{"error":"no"}"#)).await;
        let error = server.hub().user("ada").overview().await.unwrap_err();
        assert_eq!(error.as_api().unwrap().message.as_deref(), Some("no"));
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn attempts_are_bounded_and_the_last_answer_is_told() {
    let server = Server::start(|_, _| answer(502, &[], r#"{"error":"bad gateway"}"#)).await;
    let error = server.hub().user("ada").overview().await.unwrap_err();
    assert_eq!(server.requests().len(), 6);
    assert_eq!(error.attempts(), 6);
    assert_eq!(error.status().unwrap().as_u16(), 502);
    let once = quick(&server.url()).max_attempts(1).build().unwrap();
    once.user("ada").overview().await.unwrap_err();
    assert_eq!(server.requests().len(), 7);
}

#[tokio::test]
async fn a_read_is_repeated_when_the_connection_breaks() {
    let server = Server::start(|n, _| match n {
        1 => Reply::Last(Vec::new()),
        2 => Reply::Last(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()),
        _ => json(&[], ADA),
    })
    .await;
    server.hub().user("ada").overview().await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_truncated_body_is_an_error_and_a_read_is_repeated() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[{\"_id\":\"1\"".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n".to_vec();
    let server = Server::start(move |n, _| match n {
        1 => Reply::Last(cut.clone()),
        2 => Reply::Last(chunked.clone()),
        _ => json(&[], r#"[{"_id":"1","user":"a"}]"#),
    })
    .await;
    let members = server.hub().organization("acme").members();
    assert_eq!(members.try_collect::<Vec<_>>().await.unwrap().len(), 1);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_body_that_is_always_truncated_is_a_broken_connection() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[".to_vec();
    let server = Server::start(move |_, _| Reply::Last(cut.clone())).await;
    let hub = quick(&server.url()).max_attempts(2).build().unwrap();
    let error = hub.user("ada").overview().await.unwrap_err();
    assert_eq!(transport(error), (TransportProblem::Broken, 2, false));
}

#[tokio::test]
async fn a_write_is_not_repeated_when_the_hub_may_have_acted() {
    for status in [408, 500, 502, 503, 504] {
        let server = Server::start(move |_, _| answer(status, &[], "")).await;
        let error = server.hub().send(CreateRepo::new("m")).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    let server = Server::start(|_, _| Reply::Last(Vec::new())).await;
    let error = server.hub().send(CreateRepo::new("m")).await.unwrap_err();
    assert!(error.to_string().contains("may have happened"), "{error}");
    assert_eq!(transport(error), (TransportProblem::Broken, 1, true));
    let error = server.hub().send(DeleteRepo::new(RepoType::Model, "a/b")).await.unwrap_err();
    assert_eq!(transport(error), (TransportProblem::Broken, 1, true));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_write_is_repeated_when_the_hub_is_closed_for_a_while() {
    let server = Server::start(|n, _| match n {
        1 => answer(503, &[("retry-after", "0")], ""),
        _ => json(&[], CREATED),
    })
    .await;
    server.hub().send(CreateRepo::new("m")).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_idempotent_call_is_repeated_like_a_read() {
    let server = Server::start(|n, _| match n {
        1 => Reply::Last(Vec::new()),
        2 => answer(500, &[], ""),
        _ => answer(200, &[], ""),
    })
    .await;
    server.hub().model("acme/m").unlike().await.unwrap();
    assert_eq!(server.lines(), vec!["DELETE /api/models/acme/m/like"; 3]);
}

/// An address where nobody listens.
async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn a_write_is_repeated_when_no_connection_could_be_made() {
    let address = nobody().await;
    let hub = quick(&format!("http://{address}"))
        .backoff(Duration::from_millis(200), Duration::from_millis(200))
        .build()
        .unwrap();
    let create = tokio::spawn(async move { hub.send(CreateRepo::new("m")).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    let listener = TcpListener::bind(address).await.unwrap();
    let server = Server::on(listener, |_, _| json(&[], CREATED));
    create.await.unwrap().unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_hub_that_cannot_be_reached_is_told_as_such() {
    let hub = quick(&format!("http://{}", nobody().await)).build().unwrap();
    let error = hub.send(CreateRepo::new("m")).await.unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    assert_eq!(transport(error), (TransportProblem::Connect, 6, false));
}
