//! Answers that need no stream, as JSON.

use std::convert::Infallible;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, BodyStream, Full, StreamBody};
use serde_json::Value;

use super::Body;

/// Most that is read ahead before an answer is taken for a stream.
const MOST_AHEAD: usize = 4 * 1024 * 1024;

/// An event stream whose first message is the answer becomes that answer; any other stays.
pub(super) async fn settle(response: Response<Body>) -> Response<Body> {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let is_stream =
        content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let mut frames = BodyStream::new(body);
    let mut ahead = BytesMut::new();
    let mut read = 0;
    while let Some(Ok(frame)) = frames.next().await {
        let Ok(data) = frame.into_data() else { continue };
        ahead.extend_from_slice(&data);
        while let Some(end) = event_end(&ahead[read..]) {
            let event = &ahead[read..read + end];
            read += end;
            match message(event) {
                None => {}
                Some(message) if is_answer(&message) => {
                    parts.headers.remove(header::CACHE_CONTROL);
                    parts
                        .headers
                        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    return Response::from_parts(parts, Full::new(Bytes::from(message)).boxed());
                }
                Some(_) => return streamed(parts, ahead, frames),
            }
        }
        if ahead.len() > MOST_AHEAD {
            return streamed(parts, ahead, frames);
        }
    }
    Response::from_parts(parts, Full::new(ahead.freeze()).boxed())
}

fn streamed(
    parts: http::response::Parts,
    ahead: BytesMut,
    rest: BodyStream<Body>,
) -> Response<Body> {
    let first = stream::iter([Ok::<_, Infallible>(Frame::data(ahead.freeze()))]);
    Response::from_parts(parts, BodyExt::boxed(StreamBody::new(first.chain(rest))))
}

/// Where the first whole event ends.
fn event_end(bytes: &[u8]) -> Option<usize> {
    let plain = memchr::memmem::find(bytes, b"\n\n").map(|at| at + 2);
    let with_returns = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    match (plain, with_returns) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The message that an event carries; none for a comment or an event that only prepares.
fn message(event: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(event).ok()?;
    let data: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|data| data.strip_prefix(' ').unwrap_or(data))
        .collect();
    let data = data.join("\n");
    (!data.trim().is_empty()).then_some(data)
}

/// Whether a message ends the request: it has a result or an error, and asks nothing.
fn is_answer(message: &str) -> bool {
    match serde_json::from_str::<Value>(message) {
        Ok(Value::Object(fields)) => {
            !fields.contains_key("method")
                && (fields.contains_key("result") || fields.contains_key("error"))
        }
        _ => false,
    }
}
