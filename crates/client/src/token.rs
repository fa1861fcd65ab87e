//! The token: checked when it comes in, shown never.

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::error::ConfigError;

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
