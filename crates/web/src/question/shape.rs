//! From a query string to a question and back, led by the question's JSON Schema.

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use http::StatusCode;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::Question;
use crate::problem::Problem;

/// The fields of a question.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its JSON Schema, without references.
    pub(crate) schema: Value,
    fields: BTreeMap<String, Kind>,
    /// Fields that the path names, in order.
    pub(crate) in_path: Vec<&'static str>,
}

/// What a field takes.
#[derive(Debug, Default, Clone)]
struct Kind {
    list: bool,
    number: bool,
    truth: bool,
    text: bool,
    /// The words there are, if it takes no others.
    words: Vec<String>,
}

static SHAPES: LazyLock<RwLock<HashMap<TypeId, Arc<Shape>>>> = LazyLock::new(RwLock::default);

/// The fields of a question; made once.
pub(crate) fn shape<Q: Question>() -> Arc<Shape> {
    let id = TypeId::of::<Q>();
    if let Some(shape) = SHAPES.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Arc::clone(shape);
    }
    let made = Arc::new(Shape::of::<Q>());
    SHAPES.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&made));
    made
}

impl Shape {
    fn of<Q: Question>() -> Self {
        let mut generator = SchemaSettings::draft2020_12()
            .with(|settings| settings.inline_subschemas = true)
            .into_generator();
        let schema = Q::json_schema(&mut generator).to_value();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields.map(|(name, schema)| (name.clone(), kind(schema))).collect();
        let in_path = Q::PATH
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        Self { schema, fields, in_path }
    }

    /// Names of the filters, for those who know another.
    fn filters(&self) -> Vec<String> {
        let filters = self.fields.keys().filter(|name| !self.in_path.contains(&name.as_str()));
        filters.cloned().collect()
    }
}

fn kind(schema: &Value) -> Kind {
    let mut kind = Kind::default();
    gather(schema, &mut kind);
    kind
}

fn gather(schema: &Value, kind: &mut Kind) {
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    for name in types.iter().filter_map(Value::as_str) {
        match name {
            "array" => {
                kind.list = true;
                gather(&schema["items"], kind);
            }
            "integer" | "number" => kind.number = true,
            "boolean" => kind.truth = true,
            "string" => kind.text = true,
            _ => {}
        }
    }
    for word in schema["enum"].as_array().into_iter().flatten().chain(schema.get("const")) {
        kind.text |= word.is_string();
        kind.words.extend(word.as_str().map(str::to_owned));
    }
    for branch in ["anyOf", "oneOf", "allOf"] {
        for schema in schema[branch].as_array().into_iter().flatten() {
            gather(schema, kind);
        }
    }
}

impl Kind {
    /// A value as the question's type reads it.
    fn value(&self, name: &str, text: &str) -> Result<Value, Problem> {
        if self.truth {
            match text {
                "true" => return Ok(Value::Bool(true)),
                "false" => return Ok(Value::Bool(false)),
                _ if !self.text && !self.number => {
                    let allowed = vec!["true".to_owned(), "false".to_owned()];
                    let message = format!("`{name}` is true or false, not `{}`", excerpt(text));
                    return Err(Problem::filter(name, message, allowed));
                }
                _ => {}
            }
        }
        if self.number {
            if let Ok(number) = text.parse::<i64>() {
                return Ok(Value::from(number));
            }
            if !self.text {
                let message = format!("`{name}` is a whole number, not `{}`", excerpt(text));
                return Err(Problem::filter(name, message, Vec::new()));
            }
        }
        if !self.words.is_empty() && !self.words.iter().any(|word| word == text) {
            let message = format!("`{name}` knows no `{}`", excerpt(text));
            return Err(Problem::filter(name, message, self.words.clone()));
        }
        Ok(Value::from(text))
    }
}

/// Enough of a text to recognise it.
fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Reads a question from the fields of a path, decoded, and a query string.
///
/// # Errors
///
/// 400 naming the filter that is unknown, repeated or not understood, with what is allowed.
pub fn parse<Q: Question>(path: &[(&str, &str)], query: Option<&str>) -> Result<Q, Problem> {
    let shape = shape::<Q>();
    let mut fields = Map::new();
    for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let known = shape.fields.get(name.as_ref());
        let Some(kind) = known.filter(|_| !shape.in_path.contains(&name.as_ref())) else {
            let message = format!("there is no filter `{}` here", excerpt(&name));
            return Err(Problem::filter(&excerpt(&name), message, shape.filters()));
        };
        if text.is_empty() {
            continue;
        }
        if text.contains('\0') {
            let message = format!("`{name}` holds a NUL, which no name has");
            return Err(Problem::filter(&name, message, Vec::new()));
        }
        let value = kind.value(&name, &text)?;
        match (kind.list, fields.get_mut(name.as_ref())) {
            (true, Some(Value::Array(list))) => list.push(value),
            (true, _) => drop(fields.insert(name.into_owned(), Value::Array(vec![value]))),
            (false, None) => drop(fields.insert(name.into_owned(), value)),
            (false, Some(_)) => {
                let message = format!("`{name}` is given twice");
                return Err(Problem::filter(&name, message, Vec::new()));
            }
        }
    }
    for (name, text) in path {
        if let Some(kind) = shape.fields.get(*name) {
            // A number that is none names nothing that is here.
            let value = kind.value(name, text).and_then(|value| match text.contains('\0') {
                true => Err(Problem::not_found("")),
                false => Ok(value),
            });
            let value = value.map_err(|_| Problem::not_found("there is no such page"))?;
            fields.insert((*name).to_owned(), value);
        }
    }
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let field = error.path().to_string();
        let mut problem =
            Problem::new(StatusCode::BAD_REQUEST, "value", error.into_inner().to_string());
        problem.field = Some(field).filter(|field| field != ".");
        problem
    })
}

/// The query string that [`parse`] reads as this question; empty when no filter is set.
///
/// # Panics
///
/// When the question cannot be written as JSON: questions are made of texts, numbers and lists.
#[must_use]
pub fn query<Q: Question>(question: &Q) -> String {
    let shape = shape::<Q>();
    let Ok(Value::Object(fields)) = serde_json::to_value(question) else { return String::new() };
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &fields {
        if shape.in_path.contains(&name.as_str()) {
            continue;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    text.append_pair(name, &plain(item));
                }
            }
            Value::Null => {}
            value => drop(text.append_pair(name, &plain(value))),
        }
    }
    text.finish()
}

/// Path and query of the API for this question.
#[must_use]
pub fn link<Q: Question>(question: &Q) -> String {
    let fields = serde_json::to_value(question).unwrap_or_default();
    let mut path = String::new();
    for part in Q::PATH.split('/').skip(1) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => {
                let text = plain(&fields[name]);
                let text = percent_encoding::utf8_percent_encode(
                    &text,
                    percent_encoding::NON_ALPHANUMERIC,
                );
                let _ = write!(path, "/{text}");
            }
            None => {
                let _ = write!(path, "/{part}");
            }
        }
    }
    match query(question).as_str() {
        "" => path,
        query => format!("{path}?{query}"),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::question::Desk;

    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Order {
        Name,
        LastChange,
    }

    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct List {
        org: String,
        search: Option<String>,
        role: Vec<String>,
        external: Option<bool>,
        limit: Option<u32>,
        order: Option<Order>,
    }

    impl Question for List {
        const NAME: &'static str = "list";
        const PATH: &'static str = "/api/orgs/{org}/members";
        const SUMMARY: &'static str = "List";
        type Answer = ();

        fn ask(self, _: &mut Desk<'_>) -> Result<(), Problem> {
            Ok(())
        }
    }

    fn read(query: &str) -> Result<List, Problem> {
        parse(&[("org", "acme")], Some(query))
    }

    #[test]
    fn a_question_survives_its_own_link() {
        let question = List {
            org: "a/b c".into(),
            search: Some("=1&x ü".into()),
            role: vec!["read".into(), "write".into()],
            external: Some(false),
            limit: Some(7),
            order: Some(Order::LastChange),
        };
        let link = link(&question);
        let (path, text) = link.split_once('?').unwrap();
        assert_eq!(path, "/api/orgs/a%2Fb%20c/members");
        assert_eq!(parse::<List>(&[("org", "a/b c")], Some(text)).unwrap(), question);
    }

    #[test]
    fn a_filter_left_empty_is_no_filter() {
        let read = read("search=&role=&external=&limit=&order=").unwrap();
        assert_eq!(read, List { org: "acme".into(), ..List::default() });
    }

    #[test]
    fn what_is_not_understood_is_named_with_what_is() {
        let problem = read("colour=red").unwrap_err();
        assert_eq!(problem.status, StatusCode::BAD_REQUEST);
        assert_eq!(problem.field.as_deref(), Some("colour"));
        assert_eq!(problem.allowed, ["external", "limit", "order", "role", "search"]);
        assert_eq!(read("order=shoe").unwrap_err().allowed, ["name", "last_change"]);
        assert_eq!(read("external=maybe").unwrap_err().allowed, ["true", "false"]);
        assert_eq!(read("limit=1e3").unwrap_err().field.as_deref(), Some("limit"));
        assert_eq!(read("search=%00").unwrap_err().field.as_deref(), Some("search"));
        assert_eq!(
            parse::<List>(&[("org", "a\0")], None).unwrap_err().status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(read("limit=-1").unwrap_err().field.as_deref(), Some("limit"));
        assert_eq!(read("limit=1&limit=2").unwrap_err().field.as_deref(), Some("limit"));
        // The path says which organization, and nobody else.
        assert_eq!(read("org=other").unwrap_err().field.as_deref(), Some("org"));
    }
}
