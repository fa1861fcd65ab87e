//! One value as the text of one cell.

use std::borrow::Cow;

use serde_json::Value;

/// Whether a character could move the cursor, recolour the terminal or reorder the text around it.
///
/// Full names are chosen by strangers: a right-to-left override in one must not make another
/// member's row read differently.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text with every hidden character written out (`\n`, `\u{202e}`).
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
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

/// The cell of a CSV file: the value as it is, `true` and `false` as such.
#[must_use]
pub fn raw(row: &Value, key: &str) -> String {
    text(&row[key], Bools::Literal).into_owned()
}

/// How truth is written.
#[derive(Debug, Clone, Copy)]
pub enum Bools {
    /// `yes` and `no`.
    Words,
    /// `true` and `false`.
    Literal,
}

/// A value as words: lists with commas, objects by their name and role.
#[must_use]
pub fn text(value: &Value, bools: Bools) -> Cow<'_, str> {
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
    use super::shown;

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(shown("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(shown("eve\u{202e}nimda"), "eve\\u{202e}nimda");
        assert_eq!(shown("two\nlines\t"), "two\\nlines\\t");
        assert_eq!(shown("Zoë 王 👩\u{200d}💻"), "Zoë 王 👩\u{200d}💻");
    }
}
