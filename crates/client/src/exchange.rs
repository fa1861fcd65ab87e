//! One HTTP exchange: send, read the whole body within bounds, say how it failed.

use std::{error::Error as StdError, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use crate::{
    config::{Config, is_loopback},
    error::{ConfigError, TransportProblem},
};

/// Most bytes of an error answer; an HTML page helps nobody.
const LONGEST_PROBLEM: u64 = 1024 * 1024;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is no whole answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection failed, and whether the Hub can have seen the request.
    Transport {
        problem: TransportProblem,
        reached_the_hub: bool,
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// The body is larger than allowed.
    TooLarge { limit: u64 },
}

impl Failure {
    fn of(error: reqwest::Error) -> Self {
        let problem = if error.is_timeout() {
            TransportProblem::Timeout
        } else if error.is_connect() {
            TransportProblem::Connect
        } else {
            TransportProblem::Broken
        };
        let reached_the_hub = !error.is_connect();
        Self::Transport { problem, reached_the_hub, source: Some(error.without_url().into()) }
    }

    fn late() -> Self {
        Self::Transport { problem: TransportProblem::Timeout, reached_the_hub: true, source: None }
    }
}

/// Builds what sends: no redirects and no cookies of its own, since both decide where tokens go.
pub(crate) fn client(config: &Config, endpoint: &url::Url) -> Result<reqwest::Client, ConfigError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(&config.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(config.connect_timeout)
        .read_timeout(config.read_timeout)
        .tcp_nodelay(true);
    if is_loopback(endpoint) {
        // A proxy would be another machine, and this endpoint is not.
        builder = builder.no_proxy();
        if endpoint.scheme() == "http" {
            // Nothing else is ever spoken to, so no certificate is either: reading the system's
            // takes longer than all the rest.
            builder = builder.tls_certs_only([]);
        }
    }
    builder.build().map_err(|error| {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        ConfigError::new("HTTP client", format!("cannot be built: {cause}"))
    })
}

/// Sends one request and reads its answer.
pub(crate) async fn exchange(
    client: &reqwest::Client,
    request: reqwest::Request,
    limit: u64,
    total: Duration,
) -> Result<Exchange, Failure> {
    let whole = async {
        let mut response = client.execute(request).await.map_err(Failure::of)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = if status.is_success() {
            body(response, limit, &headers).await?
        } else {
            // A refusal is a refusal even if its explanation does not arrive.
            body(response, LONGEST_PROBLEM, &headers).await.unwrap_or_default()
        };
        Ok(Exchange { status, headers, body })
    };
    tokio::time::timeout(total, whole).await.unwrap_or_else(|_| Err(Failure::late()))
}

/// The body as it is after unpacking; the announced size is only a hint, the bound holds anyway.
async fn body(
    mut response: reqwest::Response,
    limit: u64,
    headers: &HeaderMap,
) -> Result<Bytes, Failure> {
    let announced = response.content_length().or_else(|| announced(headers)).unwrap_or(0);
    if announced > limit {
        return Err(Failure::TooLarge { limit });
    }
    let Some(first) = response.chunk().await.map_err(Failure::of)? else {
        return Ok(Bytes::new());
    };
    let mut whole = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
    let mut chunk = Some(first);
    while let Some(bytes) = chunk {
        if (whole.len() + bytes.len()) as u64 > limit {
            return Err(Failure::TooLarge { limit });
        }
        whole.extend_from_slice(&bytes);
        chunk = response.chunk().await.map_err(Failure::of)?;
    }
    Ok(whole.freeze())
}

/// `Content-Length`, unless the body is packed and will be longer.
fn announced(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(http::header::CONTENT_ENCODING) {
        return None;
    }
    headers.get(http::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
