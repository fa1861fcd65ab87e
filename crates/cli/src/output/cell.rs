//! One value as the text of one cell.

use std::borrow::Cow;

use serde_json::Value;

/// Whether a character could move the cursor, recolour the terminal or reorder the text around it.
///
/// Full names are chosen by strangers: a right-to-left override in one must not make another
/// member's row read differently.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text with every hidden character written out (`\n`, `\u{202e}`).
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// The cell of a terminal table: absent is `-`, and what the token could not see ends in `?`.
pub(super) fn decorated(row: &Value, key: &str) -> String {
    let text = plain(row, key);
    if text.is_empty() {
        return "-".to_owned();
    }
    minute(&text).unwrap_or(text)
}

/// A time as people read it; the seconds stay in every other format.
pub(crate) fn minute(text: &str) -> Option<String> {
    let shape = |c: char| if c.is_ascii_digit() { '9' } else { c };
    let is_time = text.ends_with('Z')
        && text.is_char_boundary(19)
        && text.get(..19)?.chars().map(shape).eq("9999-99-99T99:99:99".chars());
    is_time.then(|| format!("{} {}", &text[..10], &text[11..16]))
}

/// The cell of piped output.
pub(super) fn plain(row: &Value, key: &str) -> String {
    let mut text = shown(&text(&row[key], Bools::Words)).into_owned();
    if key != "unknown" && is_unknown(row, key) {
        text.push('?');
    }
    text
}

/// The cell of a CSV file: the value as it is, `true` and `false` as such.
pub(super) fn raw(row: &Value, key: &str) -> String {
    text(&row[key], Bools::Literal).into_owned()
}

fn is_unknown(row: &Value, key: &str) -> bool {
    row["unknown"].as_array().is_some_and(|names| names.iter().any(|name| name == key))
}

#[derive(Clone, Copy)]
enum Bools {
    Words,
    Literal,
}

fn text(value: &Value, bools: Bools) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Bool(yes) => Cow::Borrowed(match (bools, yes) {
            (Bools::Words, true) => "yes",
            (Bools::Words, false) => "no",
            (Bools::Literal, true) => "true",
            (Bools::Literal, false) => "false",
        }),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| text(item, bools)).collect();
            Cow::Owned(items.join(", "))
        }
        Value::Object(object) => {
            let name = ["username", "name", "source", "text", "mode"]
                .iter()
                .find_map(|key| object.get(*key)?.as_str());
            let detail = ["role", "actor"].iter().find_map(|key| object.get(*key)?.as_str());
            match (name, detail) {
                (Some(name), Some(detail)) => Cow::Owned(format!("{name} ({detail})")),
                (Some(name), None) => Cow::Borrowed(name),
                (None, _) if object.is_empty() => Cow::Borrowed(""),
                (None, _) => Cow::Owned(value.to_string()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::{decorated, plain, raw, shown};

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(shown("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(shown("eve\u{202e}nimda"), "eve\\u{202e}nimda");
        assert_eq!(shown("two\nlines\t"), "two\\nlines\\t");
        assert_eq!(shown("Zoë 王 👩\u{200d}💻"), "Zoë 王 👩\u{200d}💻");
    }

    #[test]
    fn unknown_knowledge_is_marked() {
        let row = json!({"two_factor": true, "email": null, "unknown": ["two_factor", "email"]});
        assert_eq!(plain(&row, "two_factor"), "yes?");
        assert_eq!(decorated(&row, "email"), "?");
        assert_eq!(raw(&row, "two_factor"), "true");
        assert_eq!(plain(&row, "unknown"), "two_factor, email");
    }

    #[test]
    fn a_terminal_shows_times_to_the_minute() {
        let row = json!({"at": "2026-03-02T10:20:30.5Z", "name": "2026-03-02TxZ"});
        assert_eq!(decorated(&row, "at"), "2026-03-02 10:20");
        assert_eq!(plain(&row, "at"), "2026-03-02T10:20:30.5Z");
        assert_eq!(decorated(&row, "name"), "2026-03-02TxZ");
    }

    #[test]
    fn nested_values_read_as_words() {
        let row = json!({
            "groups": [{"id": "1", "name": "research", "role": "write"}, {"id": "2", "name": "ops"}],
            "member": {"id": "1", "username": "ada"},
            "data": {"a": 1},
        });
        assert_eq!(plain(&row, "groups"), "research (write), ops");
        assert_eq!(plain(&row, "member"), "ada");
        assert_eq!(plain(&row, "data"), r#"{"a":1}"#);
        assert_eq!(decorated(&row, "nothing"), "-");
    }
}
