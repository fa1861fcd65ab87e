//! Nothing may be endless: bodies, time.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use hubfolk::{Error, TransportProblem};
use tokio::net::TcpSocket;

use crate::server::{Reply, Server, json, quick};

/// A JSON list of 400,002 bytes, packed into less than 500.
const PACKED: &str = "1f8b0800000000000203edc1411100000c02a02aebe5ad7f0d5bf8027200000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    000000000000000000000030f005f6869f54821a0600";

fn too_large(error: &Error) -> u64 {
    match error {
        Error::TooLarge(error) => error.limit,
        other => panic!("{other:?}"),
    }
}

async fn members(server: &Server, limit: u64) -> Result<usize, Error> {
    let hub = quick(&server.url()).max_body(limit).build().unwrap();
    let members: Vec<_> = hub.organization("acme").members().try_collect().await?;
    Ok(members.len())
}

#[tokio::test]
async fn an_announced_body_beyond_the_bound_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n".to_vec();
    let server = Server::start(move |_, _| Reply::Hang(head.clone())).await;
    assert_eq!(too_large(&members(&server, 1000).await.unwrap_err()), 1000);
    assert_eq!(server.requests().len(), 1, "it would be as large the next time");
}

#[tokio::test]
async fn a_chunked_body_beyond_the_bound_is_cut_off() {
    let mut body = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..20 {
        body.extend_from_slice(b"64\r\n");
        body.extend_from_slice(&[b' '; 100]);
        body.extend_from_slice(b"\r\n");
    }
    let server = Server::start(move |_, _| Reply::Hang(body.clone())).await;
    assert_eq!(too_large(&members(&server, 1000).await.unwrap_err()), 1000);
}

#[tokio::test]
async fn a_packed_body_counts_as_it_is_unpacked() {
    let packed: Vec<u8> = (0..PACKED.len() / 2)
        .map(|at| u8::from_str_radix(&PACKED[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    bytes.extend(packed);
    let server = Server::start(move |_, _| Reply::Send(bytes.clone())).await;
    assert_eq!(too_large(&members(&server, 400_001).await.unwrap_err()), 400_001);
    assert_eq!(members(&server, 400_002).await.unwrap(), 0);
}

#[tokio::test]
async fn a_body_within_the_bound_is_read() {
    let server = Server::start(|_, _| json(&[], "[ ]")).await;
    assert_eq!(members(&server, 3).await.unwrap(), 0);
    assert_eq!(too_large(&members(&server, 2).await.unwrap_err()), 2);
}

fn timeout(error: &Error) {
    assert!(error.is_timeout(), "{error:?}");
    assert!(matches!(error, Error::Transport(e) if e.problem == TransportProblem::Timeout));
}

#[tokio::test]
async fn silence_within_an_answer_is_bounded() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n[".to_vec();
    for bytes in [Vec::new(), head] {
        let server = Server::start(move |_, _| Reply::Hang(bytes.clone())).await;
        let hub = quick(&server.url()).read_timeout(Duration::from_millis(100)).max_attempts(2);
        let began = Instant::now();
        let error = hub.build().unwrap().user("ada").overview().await.unwrap_err();
        timeout(&error);
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(server.requests().len(), 2, "a read is tried again");
    }
}

#[tokio::test]
async fn an_answer_that_drips_is_bounded_in_all() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n".to_vec();
    let server =
        Server::start(move |_, _| Reply::Drip(head.clone(), 500, Duration::from_millis(20))).await;
    let hub = quick(&server.url())
        .read_timeout(Duration::from_secs(5))
        .total_timeout(Duration::from_millis(200))
        .max_attempts(1)
        .build()
        .unwrap();
    let began = Instant::now();
    timeout(&hub.user("ada").overview().await.unwrap_err());
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[tokio::test]
async fn waiting_for_a_connection_is_bounded() {
    // Nobody accepts here and the queue is full, so the system leaves further callers waiting.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    for _ in 0..8 {
        let connect = tokio::net::TcpStream::connect(address);
        queue.push(tokio::time::timeout(Duration::from_millis(50), connect).await);
    }
    assert!(queue.iter().any(Result::is_err), "the queue never filled");
    let hub = quick(&format!("http://{address}"))
        .connect_timeout(Duration::from_millis(100))
        .max_attempts(2)
        .build()
        .unwrap();
    let began = Instant::now();
    timeout(&hub.user("ada").overview().await.unwrap_err());
    assert!(began.elapsed() < Duration::from_secs(5));
}
