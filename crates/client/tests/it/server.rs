//! A server whose every byte a test decides.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does about a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Sends this and keeps the connection.
    Send(Vec<u8>),
    /// Sends this and closes the connection.
    Last(Vec<u8>),
    /// Sends this and then nothing more.
    Hang(Vec<u8>),
    /// Sends the head, then the body byte by byte with pauses.
    Drip(Vec<u8>, usize, Duration),
}

/// A whole answer with a length.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    Reply::Send(format!("{text}\r\n{body}").into_bytes())
}

/// A successful JSON answer.
pub(crate) fn json(headers: &[(&str, &str)], body: &str) -> Reply {
    let mut all = vec![("content-type", "application/json; charset=utf-8")];
    all.extend(headers);
    answer(200, &all, body)
}

type Requests = Arc<Mutex<Vec<Request>>>;

/// A server on this machine; it ends with the test.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    requests: Requests,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers the n-th request, from 1, as `reply` says.
    pub(crate) async fn start(
        reply: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, reply)
    }

    pub(crate) fn on(
        listener: TcpListener,
        reply: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (address, requests) = (listener.local_addr().unwrap(), Requests::default());
        let (log, reply) = (Arc::clone(&requests), Arc::new(reply));
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, SeqCst);
                let (log, reply) = (Arc::clone(&log), Arc::clone(&reply));
                tokio::spawn(async move { serve(stream, &log, &*reply).await });
            }
        });
        Self { address, requests, connections }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn hub(&self) -> hubfolk::Hub {
        quick(&self.url()).build().unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }

    /// Request lines without the version.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|r| r.line.replace(" HTTP/1.1", "")).collect()
    }
}

/// A client with a token, short pauses and no chance.
pub(crate) fn quick(endpoint: &str) -> hubfolk::HubBuilder {
    hubfolk::Hub::builder()
        .endpoint(endpoint)
        .token("hf_test_canary")
        .backoff(Duration::from_millis(2), Duration::from_millis(8))
        .seed(1)
}

async fn serve(
    mut stream: TcpStream,
    log: &Requests,
    reply: &(dyn Fn(usize, &Request) -> Reply + Send + Sync),
) {
    while let Some(request) = read(&mut stream).await {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(request.clone());
            log.len()
        };
        match reply(number, &request) {
            Reply::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Last(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Reply::Hang(bytes) => {
                let _ = stream.write_all(&bytes).await;
                std::future::pending::<()>().await;
            }
            Reply::Drip(head, bytes, pause) => {
                let _ = stream.write_all(&head).await;
                for _ in 0..bytes {
                    tokio::time::sleep(pause).await;
                    if stream.write_all(b" ").await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
    Some(Request { line, headers, body })
}
