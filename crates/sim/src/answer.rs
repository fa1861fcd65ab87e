//! What goes back: an answer, or a refusal in the Hub's words.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

/// A successful answer before the headers that every answer has.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// Path and query of the next page.
    pub(crate) next: Option<String>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    pub(crate) fn json(value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("our own types are all JSON");
        Self::new(JSON, body.into())
    }

    pub(crate) fn text(text: &'static str) -> Self {
        Self::new(TEXT, Bytes::from_static(text.as_bytes()))
    }

    pub(crate) fn new(content_type: &'static str, body: Bytes) -> Self {
        Self { status: StatusCode::OK, content_type, body, next: None, headers: Vec::new() }
    }

    pub(crate) fn next(mut self, next: Option<String>) -> Self {
        self.next = next;
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

/// Anything but success.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    Error(Box<ErrorAnswer>),
    /// The repo has another name now.
    Moved {
        from: String,
        to: String,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct ErrorAnswer {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<&'static str>,
    pub(crate) message: String,
    /// Keys that stand beside `error`.
    pub(crate) more: Map<String, Value>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::coded(status, None, message)
    }

    fn coded(status: StatusCode, code: Option<&'static str>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Error(Box::new(ErrorAnswer { status, code, message, more: Map::new() }))
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        if let Self::Error(error) = &mut self {
            error.more.insert(key.to_owned(), value.into());
        }
        self
    }

    pub(crate) fn log_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid username or password.")
    }

    pub(crate) fn bad_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid credentials in Authorization header")
    }

    pub(crate) fn repo_not_found() -> Self {
        Self::coded(StatusCode::NOT_FOUND, Some("RepoNotFound"), "Repository not found")
    }

    /// What an anonymous caller hears of a repo that is missing or private. The code is what
    /// official clients go by over plain HTTP.
    pub(crate) fn repo_behind_login() -> Self {
        let status = StatusCode::UNAUTHORIZED;
        Self::coded(status, Some("RepoNotFound"), "Invalid username or password.")
    }

    pub(crate) fn gated(message: String) -> Self {
        Self::coded(StatusCode::FORBIDDEN, Some("GatedRepo"), message)
    }

    pub(crate) fn gated_anonymous(message: String) -> Self {
        Self::coded(StatusCode::UNAUTHORIZED, Some("GatedRepo"), message)
    }

    pub(crate) fn not_gated(kind: &str, id: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::coded(status, Some("RepoNotGated"), format!("{kind} {id} is not gated"))
    }

    pub(crate) fn revision_not_found(revision: &str) -> Self {
        let message = format!("Invalid rev id: {revision}");
        Self::coded(StatusCode::NOT_FOUND, Some("RevisionNotFound"), message)
    }

    pub(crate) fn read_only() -> Self {
        Self::forbidden(
            "You have read access but not the required permissions for this operation".to_owned(),
        )
    }

    pub(crate) fn forbidden(message: String) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn not_found(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn no_such_page() -> Self {
        Self::not_found("Sorry, we can't find the page you are looking for.")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A value that the Hub's validator refuses, in the validator's own layout.
    pub(crate) fn invalid(problem: &str, field: &str) -> Self {
        Self::bad_request(format!("✖ {problem}\n  → at {field}"))
    }
}

impl ErrorAnswer {
    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("error".to_owned(), Value::String(self.message.clone()));
        body.extend(self.more.clone());
        serde_json::to_vec(&body).expect("a map of JSON values is JSON")
    }

    pub(crate) fn headers(&self, headers: &mut HeaderMap) {
        if !self.message.is_empty() {
            headers.insert("x-error-message", ascii_folded(&self.message));
        }
        if let Some(code) = self.code {
            headers.insert("x-error-code", HeaderValue::from_static(code));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let realm = "Bearer realm=\"Authentication required\", charset=\"UTF-8\"";
            headers.insert("www-authenticate", HeaderValue::from_static(realm));
        }
    }
}

/// A message as the Hub puts it into a header: one line, `*` for what is not ASCII.
fn ascii_folded(message: &str) -> HeaderValue {
    let plain: String = message
        .chars()
        .map(|char| match char {
            char if char.is_whitespace() => ' ',
            char if char.is_ascii_graphic() => char,
            _ => '*',
        })
        .collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    HeaderValue::from_str(&line).expect("only printable ASCII is left")
}

#[cfg(test)]
mod tests {
    use super::ascii_folded;

    #[test]
    fn a_header_carries_the_folded_message() {
        let body = "✖ Too small: expected number to be >=10\n  → at limit";
        let header = "* Too small: expected number to be >=10 * at limit";
        assert_eq!(ascii_folded(body), header);
    }
}
