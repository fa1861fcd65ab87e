//! What the Hub says when it refuses: status, machine code, message, request id.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Longest message that is kept; an HTML page is not an error message.
const LONGEST_MESSAGE: usize = 2_000;

/// A refusal of the Hub.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// `X-Error-Code`, which only a few classes of errors have: `RepoNotFound`, `GatedRepo`, ...
    pub code: Option<String>,
    /// What the Hub says, for people.
    pub message: Option<String>,
    /// `X-Request-Id`, for the Hub's support.
    pub request_id: Option<String>,
}

impl Problem {
    /// A refusal with this status and nothing else.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self { status, code: None, message: None, request_id: None }
    }

    /// Reads a refusal from everything that the Hub puts it into.
    ///
    /// The body has the fuller message; the header is an ASCII copy and remains where the body is
    /// an HTML page or empty.
    #[must_use]
    pub fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name: &str| {
            let text = String::from_utf8_lossy(headers.get(name)?.as_bytes()).trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let message = from_json(body)
            .or_else(|| header("x-error-message"))
            .or_else(|| from_text(headers, body))
            .map(|message| clean(&message))
            .filter(|message| !message.is_empty());
        Self { status, code: header("x-error-code"), message, request_id: request_id(headers) }
    }

    /// The repository, user or organization does not exist, or the caller may not know that it does.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND || self.code.as_deref() == Some("RepoNotFound")
    }

    /// The files of the repository are only for those who asked and were let in.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.code.as_deref() == Some("GatedRepo")
    }

    /// The token is missing, wrong or expired.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// The token is valid but may not do this.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status == StatusCode::FORBIDDEN
    }

    /// The organization does not pay for this.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        self.status == StatusCode::PAYMENT_REQUIRED
    }

    /// The Hub closed the repository.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.message.as_deref() == Some("Access to this resource is disabled.")
    }

    /// The Hub found the arguments wrong.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY)
    }
}

/// The id by which the Hub's operators find a request.
#[must_use]
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "x-amzn-trace-id", "x-amz-cf-id"]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok())
        .map(str::to_owned)
}

/// `{"error": text | [texts]}`, `{"errors": [{"message"}]}`, `{"error", "error_description"}`,
/// `{"message"}`.
fn from_json(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let mut parts = Vec::new();
    for key in ["error", "message", "errors"] {
        collect(body.get(key), &mut parts);
        if !parts.is_empty() {
            break;
        }
    }
    if let Some(description) = body.get("error_description").and_then(Value::as_str) {
        parts.push(description.to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn collect(value: Option<&Value>, parts: &mut Vec<String>) {
    match value {
        Some(Value::String(text)) => parts.push(text.clone()),
        Some(Value::Array(items)) => items.iter().for_each(|item| collect(Some(item), parts)),
        Some(Value::Object(fields)) => collect(fields.get("message"), parts),
        _ => {}
    }
}

/// File routes answer plain text; web routes a page, which is nothing to show.
fn from_text(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let plain = headers
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    plain.then(|| String::from_utf8_lossy(body).into_owned())
}

/// The text without control characters, which could rewrite a terminal, and not without end.
fn clean(message: &str) -> String {
    let visible = |c: &char| !c.is_control() || *c == '\n';
    message.trim().chars().filter(visible).take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use http::{HeaderMap, StatusCode};

    use super::Problem;

    fn read(status: u16, headers: &[(&'static str, &str)], body: &str) -> Problem {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Problem::read(StatusCode::from_u16(status).unwrap(), &map, body.as_bytes())
    }

    #[test]
    fn every_shape_of_error_body_gives_its_message() {
        let message = |body| read(400, &[], body).message;
        assert_eq!(message(r#"{"error":"no"}"#).as_deref(), Some("no"));
        assert_eq!(message(r#"{"error":["a","b"]}"#).as_deref(), Some("a; b"));
        assert_eq!(message(r#"{"errors":[{"message":"a"},{"message":"b"}]}"#).unwrap(), "a; b");
        assert_eq!(
            message(r#"{"error":"invalid_grant","error_description":"gone"}"#).unwrap(),
            "invalid_grant; gone"
        );
        assert_eq!(message(r#"{"message":"m"}"#).as_deref(), Some("m"));
        assert_eq!(message("<html>"), None);
        assert_eq!(message("{}"), None);
    }

    #[test]
    fn the_header_speaks_where_the_body_does_not() {
        let page = read(404, &[("x-error-message", "lost"), ("content-type", "text/html")], "<p>");
        assert_eq!(page.message.as_deref(), Some("lost"));
        let text = read(403, &[("content-type", "text/plain; charset=utf-8")], "closed\n");
        assert_eq!(text.message.as_deref(), Some("closed"));
    }

    #[test]
    fn code_and_request_id_come_from_the_headers() {
        let problem = read(403, &[("x-error-code", "GatedRepo"), ("x-request-id", "Root=1")], "{}");
        assert!(problem.is_gated() && problem.is_forbidden() && !problem.is_not_found());
        assert_eq!(problem.request_id.as_deref(), Some("Root=1"));
        let hidden = read(401, &[("x-error-code", "RepoNotFound")], "{}");
        assert!(hidden.is_not_found() && hidden.is_auth());
    }

    #[test]
    fn control_characters_of_a_message_do_not_reach_the_terminal() {
        let problem = read(400, &[], r#"{"error":"a\u001b[31mb\nc"}"#);
        assert_eq!(problem.message.as_deref(), Some("a[31mb\nc"));
    }
}
