//! Answers as they came, for callers that pass them on.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use serde_json::Value;

use crate::{fetch::Fetched, repair::repair};

/// A successful answer as it came.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RawAnswer {
    /// Name of the operation.
    pub operation: &'static str,
    /// What was asked; redirects are not shown.
    pub url: String,
    /// HTTP status.
    pub status: StatusCode,
    /// The body, unpacked.
    pub body: Bytes,
    /// What the body calls itself.
    pub content_type: Option<String>,
    /// The id by which the Hub's operators find the request.
    pub request_id: Option<String>,
}

impl RawAnswer {
    pub(crate) fn new(operation: &'static str, url: String, fetched: Fetched) -> Self {
        let content_type = fetched.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|kind| HeaderValue::to_str(kind).ok());
        Self {
            operation,
            url,
            status: fetched.status,
            content_type: content_type.map(str::to_owned),
            body: fetched.body,
            request_id: fetched.request_id,
        }
    }
}

impl RawAnswer {
    /// The body as JSON, where it is some; what names spoil in it is mended.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        let mended = || serde_json::from_slice(&repair(&self.body)).ok();
        serde_json::from_slice(&self.body).ok().or_else(mended)
    }
}

/// `00-` trace `-` parent `-` flags, as W3C Trace Context writes it.
pub(crate) fn is_traceparent(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut hex = |length: usize| {
        parts.next().is_some_and(|part| {
            part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
    };
    hex(2) && hex(32) && hex(16) && hex(2) && !text.starts_with("ff") && text.len() == 55
}
