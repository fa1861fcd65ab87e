//! How the faults of a request shape its answer, and the headers that every answer has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER, VARY};
use jiff::{SignedDuration, Timestamp};
use sha1::{Digest, Sha1};

use super::body::{AnswerBody, Cut, Ends};
use super::exchange::LONGEST_DELAY;
use crate::answer::Refusal;
use crate::clock::http_date;
use crate::faults::{Fault, Happening};
use crate::limits::Allowance;
use crate::paging::Tricks;

/// The faults of one request, sorted by where they take effect.
#[derive(Debug)]
pub(super) struct Stage {
    faults: Vec<Fault>,
    reset: Arc<AtomicBool>,
    pub(super) names: Vec<&'static str>,
    pub(super) delay: Duration,
    pub(super) tricks: Tricks,
}

/// What the common headers are made of.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) now: Timestamp,
    pub(super) allowance: Allowance,
    pub(super) trace: Option<HeaderValue>,
    pub(super) number: u64,
}

impl Stage {
    pub(super) fn plan(happenings: &[Happening], reset: Arc<AtomicBool>) -> Self {
        let mut stage = Self {
            faults: Vec::with_capacity(happenings.len()),
            reset,
            names: Vec::with_capacity(happenings.len()),
            delay: Duration::ZERO,
            tricks: Tricks::default(),
        };
        for happening in happenings {
            let fault = &happening.fault;
            stage.names.push(fault.name());
            match fault {
                Fault::Latency { ms, jitter_ms } => {
                    let jitter = happening.chance.clone().below(*jitter_ms as usize + 1) as u64;
                    stage.delay += Duration::from_millis(ms + jitter).min(LONGEST_DELAY);
                }
                Fault::EmptyPage => stage.tricks.at_most = Some(0),
                Fault::ShortPage { items } => stage.tricks.at_most = Some(*items),
                Fault::DuplicateItem => stage.tricks.repeat_last = true,
                _ => {}
            }
            stage.faults.push(fault.clone());
        }
        stage
    }

    pub(super) fn resets_before(&self) -> bool {
        self.faults.contains(&Fault::ResetBefore)
    }

    /// Has the connection reset when it is dropped.
    pub(super) fn reset(&self) -> Cut {
        self.reset.store(true, Ordering::Release);
        Cut
    }

    /// The error that stands in for the answer.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Status { code, message, .. } => {
                let status =
                    StatusCode::from_u16(*code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let own_words = status.canonical_reason().unwrap_or("Error");
                Some(Refusal::new(status, message.as_deref().unwrap_or(own_words)))
            }
            _ => None,
        })
    }

    /// The `Link` header of a page.
    pub(super) fn link(
        &self,
        base: &str,
        path: &str,
        query: &str,
        next: Option<&str>,
    ) -> Option<HeaderValue> {
        let question = if query.is_empty() { "" } else { "?" };
        let mut address = next.map(|next| format!("{base}{next}"));
        for fault in &self.faults {
            match fault {
                Fault::ForeignLink { to } => {
                    let to = to.trim_end_matches('/');
                    let next =
                        next.map_or_else(|| format!("{path}{question}{query}"), str::to_owned);
                    address = Some(format!("{to}{next}"));
                }
                Fault::CyclingLink => address = Some(format!("{base}{path}{question}{query}")),
                _ => {}
            }
        }
        HeaderValue::from_str(&format!("<{}>; rel=\"next\"", address?)).ok()
    }

    /// The headers that every answer has.
    pub(super) fn headers(&self, head: &Head, status: StatusCode, headers: &mut HeaderMap) {
        let mut now = head.now;
        let mut allowance = head.allowance;
        let mut retry_after = allowance.refused.then(|| u64::from(allowance.resets_in.max(1)));
        for fault in &self.faults {
            match fault {
                Fault::ClockSkew { seconds } => {
                    now = now.saturating_add(SignedDuration::from_secs(*seconds)).unwrap_or(now);
                }
                Fault::Advice { topic, message } => {
                    if let Ok(advice) = HeaderValue::from_str(&format!("{topic}; {message}")) {
                        headers.append("x-hf-warning", advice);
                    }
                }
                Fault::Status { retry_after: seconds, reset, .. } if !allowance.refused => {
                    retry_after = *seconds;
                    if let Some(reset) = reset {
                        allowance.remaining = 0;
                        allowance.resets_in = *reset;
                    }
                }
                _ => {}
            }
        }
        let limit = format!("\"api\";r={};t={}", allowance.remaining, allowance.resets_in);
        let policy =
            format!("\"fixed window\";\"api\";q={};w={}", allowance.quota, allowance.window);
        headers.insert("ratelimit", plain(&limit));
        headers.insert("ratelimit-policy", plain(&policy));
        if let Some(seconds) = retry_after.filter(|_| !status.is_success()) {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        headers.insert(DATE, plain(&http_date(now)));
        headers.insert("x-powered-by", HeaderValue::from_static("huggingface-moon"));
        headers.insert("x-request-id", head.request_id());
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        headers.insert(
            "access-control-expose-headers",
            HeaderValue::from_static(
                "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,\
                 Accept-Ranges,Content-Range,X-Xet-Access-Token,X-Xet-Token-Expiration,\
                 X-Xet-Refresh-Route,X-Xet-Cas-Url,X-Xet-Hash",
            ),
        );
    }

    /// The body as the faults leave it.
    pub(super) fn body(&self, mut body: Bytes, headers: &mut HeaderMap) -> AnswerBody {
        for fault in &self.faults {
            match fault {
                // A list cut in two is not JSON any more; neither is a scalar without its end.
                Fault::TruncatedJson => body = body.slice(..body.len() / 2),
                Fault::InvalidJson => {
                    let mut bytes = body.to_vec();
                    let middle = bytes.len() / 2;
                    for byte in bytes.iter_mut().skip(middle.saturating_sub(4)).take(8) {
                        *byte = b'}';
                    }
                    if let Some(first) = bytes.first_mut() {
                        *first = b'{';
                    }
                    body = bytes.into();
                }
                Fault::WrongContentType { content_type, body: page } => {
                    let kind = content_type.as_deref().unwrap_or("text/html; charset=utf-8");
                    if let Ok(kind) = HeaderValue::from_str(kind) {
                        headers.insert(CONTENT_TYPE, kind);
                    }
                    let page = page.as_deref().unwrap_or(
                        "<!doctype html><title>Welcome</title><p>Please sign in to the network.",
                    );
                    body = Bytes::copy_from_slice(page.as_bytes());
                }
                _ => {}
            }
        }
        for fault in &self.faults {
            let half = body.len() / 2;
            match fault {
                Fault::SlowDrip { bytes, every_ms } => {
                    return AnswerBody::drip(body, *bytes, Duration::from_millis(*every_ms));
                }
                Fault::TruncatedBody { after_bytes } => {
                    return AnswerBody::cut(&body, after_bytes.unwrap_or(half), Ends::Closed);
                }
                Fault::ResetInside { after_bytes } => {
                    let ends = Ends::Reset(Arc::clone(&self.reset));
                    return AnswerBody::cut(&body, after_bytes.unwrap_or(half), ends);
                }
                _ => {}
            }
        }
        AnswerBody::Whole(Some(body))
    }
}

impl Head {
    /// `Root=1-<8 hex>-<24 hex>;<what the client sent>`.
    fn request_id(&self) -> HeaderValue {
        let seconds = u32::try_from(self.now.as_second()).unwrap_or(0);
        let trace = match &self.trace {
            Some(trace) => trace.to_str().unwrap_or_default().to_owned(),
            None => {
                let number = self.number;
                format!("{:08x}-0000-4000-8000-{number:012x}", seconds ^ 0x5bd1_e995)
            }
        };
        let text = format!("Root=1-{seconds:08x}-{:024x};{trace}", self.number);
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("Root=1-0-0"))
    }
}

/// The Hub's weak entity tag: length and SHA-1 of the body.
pub(super) fn etag(body: &[u8]) -> HeaderValue {
    let hash = STANDARD_NO_PAD.encode(Sha1::digest(body));
    plain(&format!("W/\"{:x}-{hash}\"", body.len()))
}

fn plain(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("it is printable ASCII")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Stage, etag};
    use crate::chance::Chance;
    use crate::faults::{Fault, Happening};

    #[test]
    fn latency_and_jitter_repeat_with_the_seed() {
        let delays = |seed: u64| -> Vec<Duration> {
            let mut chance = Chance::new(seed);
            let draw = |_| {
                let fault = Fault::Latency { ms: 5, jitter_ms: 40 };
                let happening = Happening { fault, chance: Chance::new(chance.next()) };
                Stage::plan(&[happening], Arc::default()).delay
            };
            (0..50).map(draw).collect()
        };
        let first = delays(9);
        assert_eq!(first, delays(9));
        assert_ne!(first, delays(10));
        let bounds = Duration::from_millis(5)..=Duration::from_millis(45);
        assert!(first.iter().all(|delay| bounds.contains(delay)), "{first:?}");
    }

    #[test]
    fn the_entity_tag_is_the_one_that_was_recorded() {
        let body = br#"{"error":"Invalid username or password."}"#;
        assert_eq!(etag(body), "W/\"29-dEMcHWfJi78ZR1aqzb1ELAhp3Us\"");
        assert_eq!(etag(b"OK"), "W/\"2-nOO9QiTIwXgNtWtBJezz8kv3SLc\"");
    }
}
