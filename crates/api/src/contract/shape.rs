//! A JSON schema reduced to what can be compared: types, known values, limits, fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Schemas that contain themselves end here; no answer of the Hub nests deeper.
const DEEPEST: usize = 16;

/// Largest integer of JavaScript: a limit that its validator writes although nobody set one.
const SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Words that the copies of the Hub's document have in place of reactions.
const REACTIONS: [(&str, &str); 12] = [
    ("fire", "🔥"),
    ("rocket", "🚀"),
    ("eyes", "👀"),
    ("heart", "❤️"),
    ("hugs", "🤗"),
    ("cool", "😎"),
    ("plus", "➕"),
    ("brain", "🧠"),
    ("thumbsup", "👍"),
    ("handshake", "🤝"),
    ("sad", "😔"),
    ("mindblown", "🤯"),
];

/// What a schema allows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shape {
    /// `string`, `number`, `boolean`, `array`, `object`, `null`; empty when anything is allowed.
    pub(super) types: BTreeSet<&'static str>,
    /// The strings that are named, if any are.
    pub(super) values: BTreeSet<String>,
    pub(super) limits: BTreeMap<&'static str, String>,
    pub(super) fields: BTreeMap<String, Field>,
    pub(super) items: Option<Box<Shape>>,
    /// What stands under keys that are not named.
    pub(super) rest: Option<Box<Shape>>,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) required: bool,
    pub(super) shape: Shape,
}

impl Shape {
    /// Reads a schema; references are looked up in `root`.
    pub(super) fn of(schema: &Value, root: &Value) -> Self {
        read(schema, root, 0)
    }

    /// Whether nothing is said about what may stand here.
    pub(super) fn is_any(&self) -> bool {
        self.types.is_empty() && self.values.is_empty() && self.fields.is_empty()
    }

    /// An object of these fields.
    pub(super) fn object(fields: BTreeMap<String, Field>) -> Self {
        Self { types: BTreeSet::from(["object"]), fields, ..Self::default() }
    }
}

fn read(schema: &Value, root: &Value, depth: usize) -> Shape {
    let Value::Object(schema) = schema else { return Shape::default() };
    if depth > DEEPEST {
        return Shape::default();
    }
    let mut shape = Shape::default();
    let place = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    if let Some(found) = place.and_then(|place| root.pointer(place)) {
        shape = read(found, root, depth + 1);
    }
    for part in list(schema, "allOf") {
        shape = both(shape, read(part, root, depth + 1));
    }
    for key in ["anyOf", "oneOf"] {
        let parts: Vec<Shape> =
            list(schema, key).iter().map(|part| read(part, root, depth + 1)).collect();
        if let Some(either) = parts.into_iter().reduce(either) {
            shape = both(shape, either);
        }
    }
    own(&mut shape, schema, root, depth);
    shape
}

/// What the schema says itself, beside its references and alternatives.
fn own(shape: &mut Shape, schema: &Map<String, Value>, root: &Value, depth: usize) {
    match schema.get("type") {
        Some(Value::String(kind)) => shape.types.extend(known_type(kind)),
        Some(Value::Array(kinds)) => {
            shape.types.extend(kinds.iter().filter_map(Value::as_str).filter_map(known_type));
        }
        _ => {}
    }
    let fixed = schema.get("const").map(std::slice::from_ref);
    for value in list(schema, "enum").iter().chain(fixed.into_iter().flatten()) {
        match value {
            Value::String(text) => {
                shape.types.insert("string");
                shape.values.insert(on_the_wire(text));
            }
            Value::Bool(_) => {
                shape.types.insert("boolean");
            }
            Value::Number(_) => {
                shape.types.insert("number");
            }
            Value::Null => {
                shape.types.insert("null");
            }
            Value::Array(_) | Value::Object(_) => {}
        }
    }
    let known = list(schema, "x-known-values").iter().filter_map(Value::as_str);
    shape.values.extend(known.map(str::to_owned));
    limits(&mut shape.limits, schema);
    let required: BTreeSet<&str> =
        list(schema, "required").iter().filter_map(Value::as_str).collect();
    if let Some(Value::Object(fields)) = schema.get("properties") {
        shape.types.insert("object");
        for (name, field) in fields {
            let field = Field {
                required: required.contains(name.as_str()),
                shape: read(field, root, depth + 1),
            };
            shape.fields.insert(name.clone(), field);
        }
    }
    // A field may be required beside the alternatives that describe it.
    for name in required {
        if let Some(field) = shape.fields.get_mut(name) {
            field.required = true;
        }
    }
    if let Some(items) = schema.get("items") {
        shape.items = Some(Box::new(read(items, root, depth + 1)));
    }
    if let Some(rest @ (Value::Object(_) | Value::Bool(true))) = schema.get("additionalProperties")
    {
        shape.rest = Some(Box::new(read(rest, root, depth + 1)));
    }
}

fn list<'a>(schema: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn known_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "string" => "string",
        "number" | "integer" => "number",
        "boolean" => "boolean",
        "array" => "array",
        "object" => "object",
        "null" => "null",
        _ => return None,
    })
}

/// A named value as the Hub sends it: the document's copies write double quotes as single ones and
/// reactions as words.
fn on_the_wire(text: &str) -> String {
    match REACTIONS.iter().find(|(word, _)| *word == text) {
        Some((_, reaction)) => (*reaction).to_owned(),
        None => text.replace('\'', "\""),
    }
}

fn limits(limits: &mut BTreeMap<&'static str, String>, schema: &Map<String, Value>) {
    for key in ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"] {
        let number = schema.get(key).and_then(Value::as_f64);
        // Unsigned types say "at least 0", which is no limit of the Hub.
        let said = number.filter(|n| n.abs() < SAFE_INTEGER && (key != "minimum" || *n != 0.0));
        if let Some(number) = said {
            limits.insert(key, number.to_string());
        }
    }
    if schema.get("type") == Some(&Value::from("integer"))
        && let Some(above) = schema.get("exclusiveMinimum").and_then(Value::as_f64)
    {
        limits.insert("minimum", (above + 1.0).to_string());
    }
    let format = schema.get("format").and_then(Value::as_str);
    let pattern = schema.get("pattern").and_then(Value::as_str);
    match (format, pattern) {
        // The pattern of a date says the same in 300 characters.
        (Some(format @ ("date-time" | "date" | "email" | "uri" | "url")), _) => {
            limits.insert("format", format.to_owned());
        }
        (_, Some(pattern)) => {
            limits.insert("pattern", pattern.to_owned());
        }
        _ => {}
    }
}

/// What one or the other allows.
fn either(mut one: Shape, other: Shape) -> Shape {
    let objects = !one.fields.is_empty() && !other.fields.is_empty();
    if objects {
        for (name, field) in &mut one.fields {
            field.required &= other.fields.get(name).is_some_and(|field| field.required);
        }
    }
    let before: BTreeSet<String> = one.fields.keys().cloned().collect();
    for (name, mut field) in other.fields {
        match one.fields.remove(&name) {
            Some(known) => {
                let required = known.required;
                let shape = either(known.shape, field.shape);
                one.fields.insert(name, Field { required, shape });
            }
            None => {
                field.required &= before.is_empty();
                one.fields.insert(name, field);
            }
        }
    }
    one.types.extend(other.types);
    one.values.extend(other.values);
    for (key, limit) in other.limits {
        let known = one.limits.entry(key).or_insert_with(|| limit.clone());
        if !known.split(" or ").any(|known| known == limit) {
            *known = format!("{known} or {limit}");
        }
    }
    one.items = merged(one.items, other.items);
    one.rest = merged(one.rest, other.rest);
    one
}

/// What both describe together.
fn both(one: Shape, other: Shape) -> Shape {
    let required = |shape: &Shape| -> BTreeSet<String> {
        let fields = shape.fields.iter().filter(|(_, field)| field.required);
        fields.map(|(name, _)| name.clone()).collect()
    };
    let needed: BTreeSet<String> = required(&one).union(&required(&other)).cloned().collect();
    let mut shape = either(one, other);
    for (name, field) in &mut shape.fields {
        field.required = needed.contains(name);
    }
    shape
}

fn merged(one: Option<Box<Shape>>, other: Option<Box<Shape>>) -> Option<Box<Shape>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Box::new(either(*one, *other))),
        (one, other) => one.or(other),
    }
}
