//! Many clients over streamable HTTP.
//!
//! Earlier revisions keep a session and may have to ask in the middle of a call, which only an
//! event stream can carry; whatever needs no stream is answered as JSON.

mod door;
mod limiter;
mod metadata;
mod plain;
mod sessions;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use self::door::{Door, Entry};
use crate::{
    call::Server,
    server::{Serve, Served},
};

/// What an answer is made of.
pub(crate) type Body = BoxBody<Bytes, Infallible>;

/// Where the protocol is spoken; the root does as well, for those who leave the path out.
const PATH: &str = "/mcp";

/// Most connections at a time.
const CONNECTIONS: usize = 1_024;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// How long it may take to send the rest of it.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a session lives without a word: longer than a person may think about a question.
const SESSION_LIVES: Duration = Duration::from_secs(900);

/// How long a finished answer can be fetched again. Nearly all travel as JSON, so hardly ever.
const ANSWER_KEPT: Duration = Duration::from_secs(2);

/// How a server over HTTP is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen.
    pub address: SocketAddr,
    /// Host names that requests may be for, besides this machine's.
    pub hosts: Vec<String>,
    /// Origins of web pages that may ask, besides this machine's.
    pub origins: Vec<String>,
    /// Refuse requests without a token of their own.
    pub require_token: bool,
    /// Let requests without a token act with the server's own.
    pub share_token: bool,
    /// Most requests of one caller a minute.
    pub rate: u32,
    /// Most bytes of one request.
    pub max_request: usize,
    /// The address that clients know the server by.
    pub public_url: Option<String>,
    /// The Hub, which issues the tokens.
    pub hub: String,
}

type Mcp = StreamableHttpService<Served, LocalSessionManager>;

/// A server that listens and does not answer yet.
pub struct Listening {
    listener: TcpListener,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Listening").field(&self.url()).finish()
    }
}

/// What all connections share.
struct Shared {
    mcp: Mcp,
    door: Door,
    url: String,
    /// Most bytes of one request.
    most: usize,
}

/// Listens.
///
/// # Errors
///
/// When the address cannot be listened on.
pub async fn bind(options: Options, server: Arc<Server>) -> io::Result<Listening> {
    let listener = TcpListener::bind(options.address).await?;
    let address = listener.local_addr()?;
    let url = match &options.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{address}{PATH}"),
    };
    let mut hosts: Vec<String> =
        ["localhost", "127.0.0.1", "::1"].into_iter().map(str::to_owned).collect();
    hosts.extend(options.hosts.iter().cloned());
    let mut origins: Vec<String> =
        ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"].map(str::to_owned).to_vec();
    origins.extend(options.origins.iter().cloned());
    let config = StreamableHttpServerConfig::default()
        .with_allowed_hosts(hosts)
        .with_allowed_origins(origins)
        .enforce_origin_validation()
        .with_json_response(true)
        .with_max_request_body_bytes(options.max_request);
    let most = options.max_request;
    let mut sessions = LocalSessionManager::default();
    sessions.session_config.keep_alive = Some(SESSION_LIVES);
    sessions.session_config.completed_cache_ttl = ANSWER_KEPT;
    let sessions = Arc::new(sessions);
    let handler = Served::new(Arc::clone(&server));
    let mcp =
        StreamableHttpService::new(move || Ok(handler.clone()), Arc::clone(&sessions), config);
    let door = Door::new(options, server, sessions, url.clone());
    Ok(Listening { listener, shared: Arc::new(Shared { mcp, door, url, most }) })
}

impl Listening {
    /// The address of the server.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers, until it is dropped.
    pub async fn serve(self) {
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    let shared = Arc::clone(&self.shared);
                    tokio::spawn(async move {
                        connection(stream, peer, shared).await;
                        drop(place);
                    });
                }
                // Out of file descriptors, or the client was gone already: others may still come.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // Without it a small answer waits for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(request, peer, &shared).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    // A broken connection is the client's business.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, peer: SocketAddr, shared: &Shared) -> Response<Body> {
    let path = request.uri().path();
    if let Some(metadata) = metadata::answer(request.method(), path, &shared.door) {
        return metadata;
    }
    if path != PATH && path != "/" {
        return text(StatusCode::NOT_FOUND, "Not Found: the protocol is spoken at /mcp");
    }
    let is_post = request.method() == Method::POST;
    let Entry { request, visit } = match shared.door.enter(request, peer).await {
        Ok(entry) => entry,
        Err(refusal) => return refusal,
    };
    let request = match whole(request, shared.most).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let response = shared.mcp.handle(request).await;
    let response = if is_post { plain::settle(response).await } else { response };
    shared.door.leave(response, &visit).await
}

/// The request once all of it is here: within its size, and before the patience ends.
async fn whole(
    request: Request<Incoming>,
    most: usize,
) -> Result<Request<Full<Bytes>>, Response<Body>> {
    let (parts, body) = request.into_parts();
    let read = Limited::new(body, most).collect();
    match tokio::time::timeout(BODY_TIMEOUT, read).await {
        Ok(Ok(body)) => Ok(Request::from_parts(parts, Full::new(body.to_bytes()))),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(not_read(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("the request is longer than {most} bytes"),
        )),
        Ok(Err(_)) => Err(not_read(StatusCode::BAD_REQUEST, "the request broke off")),
        Err(_) => Err(not_read(StatusCode::REQUEST_TIMEOUT, "the request took too long to arrive")),
    }
}

/// Says in the words of JSON-RPC that a request was not read; its id is not known then.
fn not_read(status: StatusCode, why: &str) -> Response<Body> {
    let error = serde_json::json!({
        "jsonrpc": "2.0", "id": null, "error": {"code": -32_600, "message": why},
    });
    let mut response = Response::new(Full::new(Bytes::from(error.to_string())).boxed());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    // What is left of it is not read either.
    headers.insert(header::CONNECTION, http::HeaderValue::from_static("close"));
    response
}

/// A short answer in words.
fn text(status: StatusCode, words: &str) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from(words.to_owned())).boxed());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
