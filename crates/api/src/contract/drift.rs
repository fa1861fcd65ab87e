//! What the Hub sends that the library has no name for.

use std::collections::BTreeSet;

use schemars::schema_for;
use serde_json::Value;

use super::{Difference, Finding, News, known, shape::Shape};
use crate::Endpoint;

/// A field or a value that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Unknown {
    /// Where, such as `answer[].newField`.
    pub place: String,
    /// The value, where a set of values is what does not know it; empty for a field.
    pub value: Option<String>,
}

/// What an answer of this operation has that the library has no name for.
///
/// Fields that are kept without a name on purpose, such as those of cards, are not reported.
///
/// ```
/// use hubfolk_api::{contract, users::GetUserOverview};
/// use serde_json::json;
///
/// let answer = json!({"_id": "1", "user": "ada", "type": "robot", "shoeSize": 43});
/// let unknown = contract::unknown::<GetUserOverview>(&answer);
/// let places: Vec<&str> = unknown.iter().map(|one| one.place.as_str()).collect();
/// assert_eq!(places, ["answer.shoeSize", "answer.type"]);
/// ```
#[must_use]
pub fn unknown<E: Endpoint>(answer: &Value) -> BTreeSet<Unknown> {
    let schema = schema_for!(E::Response).to_value();
    let mut found = BTreeSet::new();
    look(&Shape::of(&schema, &schema), answer, "answer", &mut found);
    let meant = |unknown: &Unknown| {
        let difference = match unknown.value {
            Some(_) => Difference::NewValue,
            None => Difference::NewField,
        };
        let finding = Finding {
            news: News::Changed,
            operation: Some(E::OPERATION.name),
            method: E::OPERATION.method.to_string(),
            path: E::OPERATION.path.to_owned(),
            place: unknown.place.clone(),
            difference,
            document: String::new(),
            ours: String::new(),
            why: None,
        };
        known::explanation(&finding).is_some()
    };
    found.retain(|unknown| !meant(unknown));
    found
}

fn look(shape: &Shape, value: &Value, place: &str, found: &mut BTreeSet<Unknown>) {
    match value {
        Value::Object(object) if !shape.fields.is_empty() => {
            for (name, value) in object {
                let at = format!("{place}.{name}");
                match shape.fields.get(name) {
                    Some(field) => look(&field.shape, value, &at, found),
                    None => {
                        found.insert(Unknown { place: at, value: None });
                    }
                }
            }
        }
        Value::Object(object) => {
            for value in object.values() {
                if let Some(rest) = &shape.rest {
                    look(rest, value, &format!("{place}.*"), found);
                }
            }
        }
        Value::Array(items) => {
            if let Some(item) = &shape.items {
                items.iter().for_each(|value| look(item, value, &format!("{place}[]"), found));
            }
        }
        Value::String(text) if !shape.values.is_empty() && !shape.values.contains(text) => {
            found.insert(Unknown { place: place.to_owned(), value: Some(text.clone()) });
        }
        _ => {}
    }
}
