//! What models really send, made into what was meant: numbers as text, JSON in text, `"null"`,
//! addresses of the Hub in place of names.

use serde_json::Value;

use crate::{operations::Kind, text};

/// Text that stands for nothing.
const NOTHING: [&str; 5] = ["null", "none", "undefined", "nil", ""];

/// The value with text that stands for nothing read as nothing.
#[must_use]
pub fn value(value: Value) -> Value {
    match value {
        Value::String(text) if text.eq_ignore_ascii_case("null") || text == "undefined" => {
            Value::Null
        }
        other => other,
    }
}

/// The value in one of these types, or back as it was.
///
/// # Errors
///
/// The value itself, when it is none of them and cannot be read as one.
pub fn fit(value: Value, kinds: &[Kind]) -> Result<Value, Value> {
    if kinds.iter().any(|kind| is(&value, *kind)) {
        return Ok(value);
    }
    for kind in kinds {
        if let Some(fitted) = convert(&value, *kind) {
            return Ok(fitted);
        }
    }
    Err(value)
}

fn is(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Text => value.is_string(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::List => value.is_array(),
        Kind::Object => value.is_object(),
        Kind::Any => true,
    }
}

fn convert(value: &Value, kind: Kind) -> Option<Value> {
    match (kind, value) {
        (Kind::Text, Value::Number(number)) => Some(number.to_string().into()),
        (Kind::Text, Value::Bool(yes)) => Some(yes.to_string().into()),
        (Kind::Integer, Value::Number(number)) => whole(number.as_f64()?),
        (Kind::Integer, Value::String(text)) => {
            let text = text.trim().trim_start_matches('#');
            let exact = text.parse::<i64>().ok().map(Value::from);
            exact.or_else(|| whole(text.parse().ok()?))
        }
        (Kind::Number, Value::String(text)) => {
            let number = text.trim().parse::<f64>().ok()?;
            Some(serde_json::Number::from_f64(number)?.into())
        }
        (Kind::Boolean, Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true.into()),
            "false" | "no" | "0" => Some(false.into()),
            _ => None,
        },
        (Kind::Boolean, Value::Number(number)) => match number.as_i64() {
            Some(1) => Some(true.into()),
            Some(0) => Some(false.into()),
            _ => None,
        },
        (Kind::List, Value::String(text)) => {
            if let Ok(list @ Value::Array(_)) = serde_json::from_str(text) {
                return Some(list);
            }
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(parts.map(Value::from).collect())
        }
        (Kind::List, Value::Null | Value::Object(_)) => None,
        (Kind::List, single) => Some(Value::Array(vec![single.clone()])),
        (Kind::Object, Value::String(text)) => {
            serde_json::from_str(text).ok().filter(Value::is_object)
        }
        _ => None,
    }
}

/// A number without a fraction that a whole number can hold exactly.
fn whole(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() < EXACT).then(|| {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be exact")]
        let whole = number as i64;
        whole.into()
    })
}

/// A name as the Hub knows it, from what was given for it: `@ada`, `hf.co/ada`, an address.
#[must_use]
pub fn name(given: &str) -> String {
    let text = address(given).trim_start_matches('@');
    let text = text.strip_prefix("organizations/").or(text.strip_prefix("users/")).unwrap_or(text);
    text.to_owned()
}

/// A repository: its type and id, from `owner/name`, `datasets/owner/name` or an address.
#[must_use]
pub fn repo(given: &str, default_type: &str) -> (String, String) {
    let text = address(given);
    let text = text.strip_prefix("api/").unwrap_or(text);
    for (prefix, kind) in [
        ("models/", "model"),
        ("datasets/", "dataset"),
        ("spaces/", "space"),
        ("kernels/", "kernel"),
        ("model/", "model"),
        ("dataset/", "dataset"),
        ("space/", "space"),
    ] {
        if let Some(id) = text.strip_prefix(prefix) {
            return (kind.to_owned(), two_segments(id));
        }
    }
    (default_type.to_owned(), two_segments(text))
}

/// The number of a discussion at the end of an address, if there is one.
#[must_use]
pub fn discussion_number(given: &str) -> Option<u64> {
    let (_, rest) = given.split_once("/discussions/")?;
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// A collection's slug, from an address or as it is.
#[must_use]
pub fn slug(given: &str) -> String {
    let text = address(given);
    text.strip_prefix("api/").unwrap_or(text).trim_start_matches("collections/").to_owned()
}

/// Path of an address of the Hub without its host, query and fragment; other text as it is.
fn address(given: &str) -> &str {
    let text = given.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let (text, is_address) = match rest {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let hosts = ["huggingface.co/", "www.huggingface.co/", "hf.co/", "hub-ci.huggingface.co/"];
    let path = hosts.iter().find_map(|host| {
        (text.len() > host.len() && text.is_char_boundary(host.len()))
            .then(|| text.split_at(host.len()))
            .filter(|(start, _)| start.eq_ignore_ascii_case(host))
            .map(|(_, path)| path)
    });
    match path {
        Some(path) => path.split(['?', '#']).next().unwrap_or(path).trim_matches('/'),
        // An address on another host is no name; what checks the name says so.
        None if is_address => given.trim(),
        None => text,
    }
}

/// Only owner and name: what follows in an address (`/discussions/3`, `/tree/main`) is not the id.
fn two_segments(id: &str) -> String {
    for marker in ["/discussions", "/tree/", "/blob/", "/resolve/", "/settings"] {
        if let Some((before, _)) = id.split_once(marker)
            && before.split('/').count() <= 2
        {
            return before.to_owned();
        }
    }
    id.to_owned()
}

/// Whether an optional text means nothing.
#[must_use]
pub fn is_nothing(text: &str) -> bool {
    NOTHING.iter().any(|nothing| text.trim().eq_ignore_ascii_case(nothing))
}

/// The beginning of a text, marked when something is left out: so many letters, or fewer of those
/// that cost a model more than one. No secret is in it, also none that the end cut in two.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    let text = &*text::safe(text);
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += cost(*c);
        used > most
    });
    match end {
        None => text.chars().map(clean).collect(),
        Some((end, _)) => text[..end].chars().map(clean).chain(['…']).collect(),
    }
}

/// What a character costs, in letters of English.
fn cost(c: char) -> usize {
    match c {
        'a'..='z' | ' ' | '\'' | ',' | '-' | '.' | '/' | ':' | '_' | '`' => 1,
        '\0'..='\u{2ff}' | '\u{370}'..='\u{1fff}' => 2,
        // Marks that combine are seldom part of a word that a model knows.
        '\u{300}'..='\u{ffff}' => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_lists_and_objects_in_text_are_read() {
        assert_eq!(fit(json!("20"), &[Kind::Integer]), Ok(json!(20)));
        assert_eq!(fit(json!("#7"), &[Kind::Integer]), Ok(json!(7)));
        assert_eq!(fit(json!(20.0), &[Kind::Integer]), Ok(json!(20)));
        assert_eq!(fit(json!("a, b"), &[Kind::List]), Ok(json!(["a", "b"])));
        assert_eq!(fit(json!("[\"a\"]"), &[Kind::List]), Ok(json!(["a"])));
        assert_eq!(fit(json!("{\"a\":1}"), &[Kind::Object]), Ok(json!({"a": 1})));
        assert_eq!(fit(json!("yes"), &[Kind::Boolean]), Ok(json!(true)));
        assert_eq!(value(json!("null")), Value::Null);
    }

    #[test]
    fn a_number_that_is_none_or_not_exact_stays_what_it_was() {
        for odd in [json!("1e400"), json!(1e300), json!(2.5), json!("twenty"), json!([1])] {
            assert_eq!(fit(odd.clone(), &[Kind::Integer]), Err(odd));
        }
    }

    #[test]
    fn addresses_of_the_hub_become_names() {
        for given in ["ada", "@ada", "https://huggingface.co/ada", "hf.co/ada", " ada "] {
            assert_eq!(name(given), "ada", "{given}");
        }
        for given in [
            "acme/d",
            "datasets/acme/d",
            "https://huggingface.co/datasets/acme/d?x=1",
            "hf.co/datasets/acme/d",
        ] {
            assert_eq!(
                repo(given, "dataset"),
                ("dataset".to_owned(), "acme/d".to_owned()),
                "{given}"
            );
        }
        let pull = "https://huggingface.co/acme/m/discussions/12#abc";
        assert_eq!(repo(pull, "model"), ("model".to_owned(), "acme/m".to_owned()));
        assert_eq!(discussion_number(pull), Some(12));
        assert_eq!(slug("https://huggingface.co/collections/a/b-0123"), "a/b-0123");
        assert_eq!(name("https://example.org/ada"), "https://example.org/ada");
    }
}
