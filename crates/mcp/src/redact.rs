//! Secrets out of every text that leaves: results, errors, logs.
//!
//! A token is known by its shape, so that also one that is not ours stays out: in a bio, in an
//! error of a proxy, in the address of a webhook. Words such as `hf_hub_download` are no tokens.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Letters and digits in one piece that no word has after `hf_`.
const TOKEN_PIECE: usize = 16;

/// Characters of the secret part of a token whose prefix says already what it is.
const NAMED_TOKEN: usize = 4;

/// Characters of a bearer value of letters alone that no word has.
const LONG_WORD: usize = 20;

/// The text with `[redacted]` for every token of the Hub, bearer value and password in a URL.
///
/// ```
/// use hubfolk_mcp::redact::redact;
///
/// assert_eq!(redact("git clone https://ada:hf_test_1@hf.co/x"), "git clone https://[redacted]@hf.co/x");
/// assert_eq!(redact("call hf_hub_download"), "call hf_hub_download");
/// ```
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut found = Vec::new();
    tokens(text, &mut found);
    bearers(text, &mut found);
    credentials(text, &mut found);
    replace(text, found)
}

/// The same, also without these secrets however they look, such as the caller's own token.
#[must_use]
pub fn redact_with<'a>(text: &'a str, secrets: &[&str]) -> Cow<'a, str> {
    let mut found = Vec::new();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        found.extend(text.match_indices(secret).map(|(at, found)| at..at + found.len()));
    }
    match replace(text, found) {
        Cow::Borrowed(text) => redact(text),
        Cow::Owned(text) => Cow::Owned(redact(&text).into_owned()),
    }
}

fn replace(text: &str, mut found: Vec<Range<usize>>) -> Cow<'_, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for range in found {
        if range.start >= end {
            out.push_str(&text[end..range.start]);
            out.push_str(REDACTED);
        }
        end = end.max(range.end);
    }
    out.push_str(&text[end..]);
    Cow::Owned(out)
}

/// Where the prefix stands, in any case. `rare` is the place in it of a byte that few texts have.
fn places<'a>(text: &'a str, prefix: &'a str, rare: usize) -> impl Iterator<Item = usize> + 'a {
    let (hay, needle) = (text.as_bytes(), prefix.as_bytes());
    let (lower, upper) = (needle[rare].to_ascii_lowercase(), needle[rare].to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, hay).filter_map(move |found| {
        let at = found.checked_sub(rare)?;
        let piece = hay.get(at..at + needle.len())?;
        piece.eq_ignore_ascii_case(needle).then_some(at)
    })
}

/// The bytes from `at` on that `part` accepts.
fn run(text: &str, at: usize, part: fn(&u8) -> bool) -> Range<usize> {
    at..at + text.as_bytes()[at..].iter().take_while(|byte| part(byte)).count()
}

/// `hf_...`, `hf_oauth_...`, `api_org_...`.
fn tokens(text: &str, found: &mut Vec<Range<usize>>) {
    fn part(byte: &u8) -> bool {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_')
    }
    // Tokens of OAuth are signed texts: three pieces with points, of base64 for URLs.
    fn signed(byte: &u8) -> bool {
        part(byte) || matches!(byte, b'-' | b'.')
    }
    for at in places(text, "hf_", 2) {
        let body = run(text, at + 3, part);
        let lower = text[body.clone()].to_ascii_lowercase();
        let named = ["oauth_", "jwt_"].into_iter().find(|kind| lower.starts_with(kind));
        if let Some(kind) = named {
            let body = run(text, body.start, signed);
            if body.len() >= kind.len() + NAMED_TOKEN {
                found.push(at..trimmed(text, body).end);
            }
        } else if lower.strip_prefix("test_").is_some_and(|rest| !rest.is_empty())
            || lower.split('_').any(|piece| piece.len() >= TOKEN_PIECE)
        {
            found.push(at..body.end);
        }
    }
    for at in places(text, "api_org_", 3) {
        let body = run(text, at + "api_org_".len(), part);
        if body.len() >= NAMED_TOKEN {
            found.push(at..body.end);
        }
    }
}

/// The range without the full stop of a sentence.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range].trim_end_matches('.').len()
}

/// What follows `Bearer`, and anything after `Authorization:`.
fn bearers(text: &str, found: &mut Vec<Range<usize>>) {
    fn value(byte: &u8) -> bool {
        byte.is_ascii_alphanumeric() || b"-._~+/=%".contains(byte)
    }
    fn blank(byte: &u8) -> bool {
        matches!(byte, b' ' | b'\t' | b':' | b'=' | b'"' | b'\'')
    }
    for at in places(text, "bearer", 0) {
        let gap = run(text, at + "bearer".len(), blank);
        let body = trimmed(text, run(text, gap.end, value));
        if !gap.is_empty() && looks_secret(&text[body.clone()]) {
            found.push(body);
        }
    }
    for at in places(text, "authorization", 8) {
        let gap = run(text, at + "authorization".len(), blank);
        if !text[gap.clone()].contains([':', '=']) {
            continue;
        }
        let mut body = run(text, gap.end, value);
        let scheme = &text[body.clone()];
        if ["bearer", "basic", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            body = run(text, run(text, body.end, blank).end, value);
        }
        if !body.is_empty() {
            found.push(body);
        }
    }
}

/// Whether it is more likely a value than a word of a sentence about bearers.
fn looks_secret(value: &str) -> bool {
    let rest = value.get(1..).unwrap_or_default();
    let word = rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    value.len() >= LONG_WORD || value.len() >= NAMED_TOKEN && !word
}

/// The user and password of an address.
fn credentials(text: &str, found: &mut Vec<Range<usize>>) {
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let ends =
            |c: char| matches!(c, '/' | '?' | '#' | '\\' | '"' | '<' | '>') || c.is_whitespace();
        let authority = &text[start..];
        let authority = &authority[..authority.find(ends).unwrap_or(authority.len())];
        if let Some(length) = authority.rfind('@').filter(|length| *length > 0) {
            found.push(start..start + length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_only_begin_like_a_secret_stay() {
        for text in [
            "hf_hub_download and hf_api_request and hf_transfer",
            "HF_TOKEN, HF_ENDPOINT and hf_",
            "the bearer of this letter",
            "bearer authentication, Bearer tokens",
            "see https://hf.co/@ada and mail ada@hf.co",
            "api_org_ is a prefix",
            "ratio 1://2",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn secrets_of_every_kind_go() {
        for (text, expected) in [
            ("hf_test_aBcDeFgHiJkLmNoPqRsTuVwXyZ012345678", "[redacted]"),
            ("xhf_test_ada!", "x[redacted]!"),
            ("hf_oauth_eyJh.eyJz-dQ.sig_1.", "[redacted]."),
            ("api_org_AbCdEfGh", "[redacted]"),
            ("Authorization: Bearer abc", "Authorization: Bearer [redacted]"),
            ("authorization=Basic dXNlcjpwYXNz", "authorization=Basic [redacted]"),
            (r#"{"authorization":"abcd"}"#, r#"{"authorization":"[redacted]"}"#),
            ("Bearer: x1y2z3", "Bearer: [redacted]"),
            ("https://user:p@ss@h.example/x", "https://[redacted]@h.example/x"),
            ("postgres://me@db/x", "postgres://[redacted]@db/x"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn a_known_secret_goes_however_it_looks() {
        assert_eq!(redact_with("a pear, a pear", &["pear", ""]), "a [redacted], a [redacted]");
    }
}
