//! Names and ids, checked before anything is sent.
//!
//! The rules refuse what can never be right and let pass what only the Hub can judge: names older
//! than the rules of today exist (`hub.js`, `gpt2`).

use std::fmt;

/// What the Hub's own document says of the name of an account, for schemas.
pub(crate) const ACCOUNT_NAME: &str = r"^\b(?!\d+$)(?![0-9a-fA-F]{24}$)([a-zA-Z0-9]|-(?!-))+\b$";

/// Longest name of a repository, as the Hub's own clients have it.
const LONGEST_REPO_NAME: usize = 96;

/// An argument that the Hub would surely refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {value:?} {rule}")]
#[non_exhaustive]
pub struct Invalid {
    /// What the value was meant to be, as in "user name".
    pub field: &'static str,
    /// The value as given.
    pub value: String,
    /// What is wrong with it and what would be right.
    pub rule: String,
}

impl Invalid {
    /// An argument with what is wrong with it, put so that it follows the value in a sentence.
    #[must_use]
    pub fn new(field: &'static str, value: impl Into<String>, rule: impl fmt::Display) -> Self {
        Self { field, value: value.into(), rule: rule.to_string() }
    }
}

/// Checks the name of a user.
///
/// # Errors
///
/// An empty or very long name, or a character that no name has.
pub fn user_name(name: &str) -> Result<(), Invalid> {
    account_name("user name", name)
}

/// Checks the name of an organization.
///
/// # Errors
///
/// An empty or very long name, or a character that no name has.
pub fn organization_name(name: &str) -> Result<(), Invalid> {
    account_name("organization name", name)
}

fn account_name(field: &'static str, name: &str) -> Result<(), Invalid> {
    let invalid = |rule: &str| Err(Invalid::new(field, name, rule));
    if name.is_empty() {
        return invalid("is empty");
    }
    if name.contains("://") {
        return invalid("is an address; give only the name at its end");
    }
    if let Some((owner, _)) = name.split_once('/') {
        return invalid(&format!(
            "has a slash; repositories have one, accounts do not: {owner:?}?"
        ));
    }
    if let Some(bare) = name.strip_prefix('@') {
        return invalid(&format!("starts with `@`; leave it out: {bare:?}"));
    }
    if name.chars().all(|c| c == '.') {
        return invalid("is only dots");
    }
    if let Some(odd) = name.chars().find(|c| !is_name_char(*c)) {
        return invalid(&format!("has {odd:?}; names have letters, digits, `-`, `_` and `.`"));
    }
    if name.len() > LONGEST_REPO_NAME {
        return invalid("is too long; names have 2 to 42 characters");
    }
    Ok(())
}

/// Checks the id of a repository: `owner/name`, or a bare name such as `gpt2` for the oldest ones.
///
/// # Errors
///
/// The rule of the Hub's own clients that the id breaks.
pub fn repo_id(id: &str) -> Result<(), Invalid> {
    let invalid = |rule: &str| Err(Invalid::new("repository id", id, rule));
    if id.is_empty() {
        return invalid("is empty");
    }
    if id.contains("://") {
        return invalid("is an address; give only `owner/name`");
    }
    let parts: Vec<&str> = id.split('/').collect();
    if parts.len() > 2 {
        return invalid("has more than one slash; give `owner/name` without the type");
    }
    for part in &parts {
        if part.is_empty() {
            return invalid("has an empty part; give `owner/name`");
        }
        if let Some(odd) = part.chars().find(|c| !is_name_char(*c)) {
            return invalid(&format!("has {odd:?}; ids have letters, digits, `-`, `_` and `.`"));
        }
        if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) {
            return invalid("has a part that starts or ends with `-` or `.`");
        }
        if part.len() > LONGEST_REPO_NAME {
            return invalid("is too long; a name has at most 96 characters");
        }
    }
    if id.contains("--") || id.contains("..") {
        return invalid("has `--` or `..`, which no repository has");
    }
    if id.ends_with(".git") {
        return invalid("ends with `.git`; leave that out");
    }
    Ok(())
}

/// Checks an object id: 24 lowercase hexadecimal digits.
///
/// # Errors
///
/// Anything else.
pub fn object_id(field: &'static str, id: &str) -> Result<(), Invalid> {
    let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    if id.len() == 24 && id.bytes().all(hex) {
        Ok(())
    } else {
        Err(Invalid::new(field, id, "is not 24 lowercase hexadecimal digits"))
    }
}

/// Checks that a text has at least and at most so many characters.
pub(crate) fn length(
    field: &'static str,
    text: &str,
    least: usize,
    most: usize,
    example: &str,
) -> Result<(), Invalid> {
    let count = text.chars().count();
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let rule = format!("has {count} characters where {least} to {most} fit; for example {example}");
    // What is far too long is not repeated whole.
    let shown: String = text.chars().take(60).collect();
    Err(Invalid::new(field, shown, rule))
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{object_id, organization_name, repo_id, user_name};

    #[test]
    fn names_of_today_and_of_the_past_pass() {
        for name in ["ada", "hub.js", "a_b", "julien-c", "42"] {
            user_name(name).unwrap();
        }
        for id in ["gpt2", "openai-community/gpt2", "a.b/c_d-e.f", "acme/m"] {
            repo_id(id).unwrap();
        }
        object_id("group id", "507f1f77bcf86cd799439011").unwrap();
    }

    #[test]
    fn a_wrong_name_says_what_is_wrong() {
        let message = |name: &str| organization_name(name).unwrap_err().to_string();
        assert_eq!(message(""), "organization name \"\" is empty");
        assert!(message("acme/model").contains("has a slash"));
        assert!(message("@acme").contains("leave it out: \"acme\""));
        assert!(message("https://huggingface.co/acme").contains("is an address"));
        assert!(message("acme corp").contains("' '"));
        assert!(message("..").contains("only dots"));
        assert!(message("a\u{0}").contains("'\\0'"), "control characters are shown escaped");
        assert!(message(&"a".repeat(200)).contains("too long"));
    }

    #[test]
    fn a_wrong_repository_id_says_what_is_wrong() {
        let message = |id: &str| repo_id(id).unwrap_err().to_string();
        assert!(message("models/acme/m").contains("without the type"));
        assert!(message("acme/").contains("empty part"));
        assert!(message("../../whoami-v2").contains("more than one slash"));
        assert!(message("acme/..").contains("starts or ends"));
        assert!(message("acme/m.git").contains("`.git`"));
        assert!(message("acme/a--b").contains("`--`"));
    }

    #[test]
    fn an_object_id_is_24_lowercase_hex_digits() {
        assert!(object_id("id", "507F1f77bcf86cd799439011").is_err());
        assert!(object_id("id", "507f1f77bcf86cd79943901").is_err());
        assert!(object_id("id", "507f1f77bcf86cd79943901g").is_err());
    }
}
