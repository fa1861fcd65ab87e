//! One value as the text of one cell.

use hubfolk_license::export::cell::{Bools, text};
use serde_json::Value;

pub(crate) use hubfolk_license::export::cell::{is_hidden, shown};

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

fn is_unknown(row: &Value, key: &str) -> bool {
    row["unknown"].as_array().is_some_and(|names| names.iter().any(|name| name == key))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use hubfolk_license::export::cell::raw;

    use super::{decorated, plain};

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
