//! JSON whose text is safe to look at.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter};

use super::cell::is_hidden;

/// Writes a value as compact JSON with hidden characters as `\uXXXX`, which means the same.
pub(super) fn write(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    value
        .serialize(&mut serde_json::Serializer::with_formatter(out, Escaping))
        .map_err(io::Error::from)
}

/// Writes a row, or the picked keys of it in the order asked for.
pub(super) fn write_row(
    out: impl Write,
    row: &impl Serialize,
    picked: Option<&[String]>,
) -> io::Result<()> {
    match picked {
        None => write(out, row),
        Some(keys) => write(out, &Picked { row: &serde_json::to_value(row)?, keys }),
    }
}

struct Picked<'a> {
    row: &'a Value,
    keys: &'a [String],
}

impl Serialize for Picked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.keys.len()))?;
        for key in self.keys {
            map.serialize_entry(key, &self.row[key])?;
        }
        map.end()
    }
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if !text.contains(is_hidden) {
            return CompactFormatter.write_string_fragment(out, text);
        }
        for part in text.split_inclusive(is_hidden) {
            let last = part.chars().next_back().filter(|c| is_hidden(*c));
            let clean = last.map_or(part, |c| &part[..part.len() - c.len_utf8()]);
            out.write_all(clean.as_bytes())?;
            if let Some(c) = last {
                // Every hidden character lies in the basic plane: four digits are enough.
                write!(out, "\\u{:04x}", u32::from(c))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    #[test]
    fn escaped_text_means_the_same() {
        let value = json!({"name": "eve\u{202e}nimda\u{9b}31m 王 \u{1b}x", "rest": [1, null]});
        let mut out = Vec::new();
        super::write(&mut out, &value).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains(super::is_hidden), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn picked_keys_come_in_the_order_asked_for() {
        let mut out = Vec::new();
        let picked = ["b".to_owned(), "a".to_owned()];
        super::write_row(&mut out, &json!({"a": 1, "b": 2, "c": 3}), Some(&picked)).unwrap();
        assert_eq!(out, br#"{"b":2,"a":1}"#);
    }
}
