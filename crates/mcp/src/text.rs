//! Strangers' text: what a model may see of it.
//!
//! Titles, comments, bios and form fields are other people's words. What a person would not see on
//! the Hub's page, a model must not read either: invisible characters, tags, direction overrides,
//! hidden bytes in variation selectors, terminal sequences. What a person does see stays as it is,
//! in every script, emoji included.

mod ansi;
mod label;
mod marks;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub use label::{Label, Relation, label};

use marks::{Keep, Selectors};

/// The text without what nobody can see and without control of terminals.
///
/// Line ends become `\n`. Joiners, selectors and tags stay where writing needs them: in emoji, in
/// Persian, in Indic clusters, at the end of a word of Mongolian, in the flags of England, Scotland
/// and Wales. Cleaning twice is the same as cleaning once.
///
/// ```
/// use hubfolk_mcp::text::clean;
///
/// assert_eq!(clean("fine\u{200b} \u{202e}print\u{1b}[8m"), "fine print");
/// assert_eq!(clean("👩🏽‍🚀 می‌خواهم"), "👩🏽‍🚀 می‌خواهم");
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_plain) && !has_long_end(text) {
        return Cow::Borrowed(text);
    }
    let bare = ansi::strip(text);
    let selectors = Selectors::of(&bare);
    let mut out = String::with_capacity(bare.len());
    let mut rest = &*bare;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = after;
        match marks::judge(&out, c, after, selectors) {
            Keep::Yes => out.push(c),
            Keep::No => {}
            Keep::As(other) => out.push(other),
            Keep::Line => {
                trim_end(&mut out);
                out.push('\n');
            }
            Keep::Flag(tags) => {
                out.push(c);
                out.push_str(&after[..tags]);
                rest = &after[tags..];
            }
        }
    }
    trim_end(&mut out);
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Cleans and redacts every text in a value, the keys of objects included.
pub fn clean_value(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(cleaned) = safe(text) {
                *text = cleaned;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean_value),
        Value::Object(fields) => {
            fields.values_mut().for_each(clean_value);
            if fields.keys().any(|key| matches!(safe(key), Cow::Owned(_))) {
                let cleaned: Map<String, Value> = std::mem::take(fields)
                    .into_iter()
                    .map(|(key, value)| (safe(&key).into_owned(), value))
                    .collect();
                *fields = cleaned;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Cleaned first, so that no secret hides behind a character nobody sees; then redacted.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    match clean(text) {
        Cow::Borrowed(text) => crate::redact::redact(text),
        Cow::Owned(text) => Cow::Owned(crate::redact::redact(&text).into_owned()),
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\t')
}

fn is_blank(c: char) -> bool {
    c != '\n' && c.is_whitespace()
}

/// Whether a line ends in blanks that are more than Markdown's line break.
fn has_long_end(text: &str) -> bool {
    text.split('\n').any(|line| {
        let blanks = &line[line.trim_end_matches(is_blank).len()..];
        !matches!(blanks, "" | " " | "  ")
    })
}

/// Blanks at the end of a line can spell a message; a line break of Markdown is all they may be.
fn trim_end(out: &mut String) {
    let kept = out.trim_end_matches(is_blank).len();
    let blanks = &out[kept..];
    if matches!(blanks, "" | " " | "  ") {
        return;
    }
    let enough = blanks.chars().nth(1).is_some();
    out.truncate(kept);
    if enough {
        out.push_str("  ");
    }
}
