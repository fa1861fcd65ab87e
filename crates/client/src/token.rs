//! The token: checked when it comes in, shown never.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

use crate::error::ConfigError;

/// The Hub's own tokens have 37 characters.
const SHORTEST: usize = 8;

/// Stands where an answer repeated the token.
const REMOVED: &[u8] = b"token-removed";

/// Refuses what can be no token, without repeating it.
pub(crate) fn check(token: &SecretString) -> Result<(), ConfigError> {
    let text = token.expose_secret();
    let problem = if text.trim().is_empty() {
        "is blank; leave it out to ask without one"
    } else if text.chars().any(char::is_whitespace) {
        "has white space; was it copied with a line break or a word too many?"
    } else if text.chars().any(char::is_control) {
        "has a control character"
    } else if !text.is_ascii() {
        "has a character that no token has"
    } else {
        return Ok(());
    };
    Err(ConfigError::new("token", problem))
}

/// The header that carries the token, marked so that nothing prints it.
pub(crate) fn header(token: &SecretString) -> Result<HeaderValue, ConfigError> {
    check(token)?;
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
        .map_err(|_| ConfigError::new("token", "cannot be sent in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Takes the token out of an answer that repeats it, as error pages of proxies do: nothing that is
/// made of an answer, be it an error, a log or a stored name, can then give it away.
pub(crate) fn remove(authorization: &HeaderValue, headers: &mut HeaderMap, body: &mut Bytes) {
    let Some(token) = authorization.as_bytes().strip_prefix(b"Bearer ") else { return };
    // What is shorter is no token of the Hub, and might be a word of the answer.
    if token.len() < SHORTEST {
        return;
    }
    let finder = memmem::Finder::new(token);
    if let Some(cleaned) = without(&finder, body) {
        *body = cleaned.into();
    }
    for value in headers.values_mut() {
        let cleaned = without(&finder, value.as_bytes());
        if let Some(cleaned) = cleaned.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()) {
            *value = cleaned;
        }
    }
}

fn without(token: &memmem::Finder<'_>, text: &[u8]) -> Option<Vec<u8>> {
    // Nearly every answer ends here, and none is copied for nothing.
    token.find(text)?;
    let mut cleaned = Vec::with_capacity(text.len());
    let mut rest = 0;
    for at in token.find_iter(text) {
        cleaned.extend_from_slice(&text[rest..at]);
        cleaned.extend_from_slice(REMOVED);
        rest = at + token.needle().len();
    }
    cleaned.extend_from_slice(&text[rest..]);
    Some(cleaned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_answer_that_repeats_the_token_loses_it() {
        let authorization = header(&"hf_test_x".into()).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-error-message", "Bearer hf_test_x is bad".parse().unwrap());
        headers.insert("x-request-id", "Root=1".parse().unwrap());
        let mut body = Bytes::from_static(b"hf_test_x, again hf_test_x: hf_test");
        remove(&authorization, &mut headers, &mut body);
        assert_eq!(body, "token-removed, again token-removed: hf_test");
        assert_eq!(headers["x-error-message"], "Bearer token-removed is bad");
        assert_eq!(headers["x-request-id"], "Root=1");
    }
}
