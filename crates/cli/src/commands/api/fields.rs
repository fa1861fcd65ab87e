//! The fields of an operation, from its own schema.

use hubfolk_api::Endpoint;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::error::{Stop, usage};
use crate::output::Shape;

/// What an operation takes.
pub(super) struct Fields {
    operation: &'static str,
    schema: Value,
}

impl Fields {
    /// Reads the schema of an operation's request.
    pub(super) fn of<E: Endpoint>() -> Self {
        Self { operation: E::OPERATION.name, schema: schema::<E>() }
    }

    fn properties(&self) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.schema["properties"].as_object();
        properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
    }

    fn is_required(&self, name: &str) -> bool {
        self.schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|known| known == name))
    }

    /// The names, required ones first and marked with `*`.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let (required, optional): (Vec<_>, Vec<_>) =
            self.properties().map(|(name, _)| name).partition(|name| self.is_required(name));
        let required = required.into_iter().map(|name| format!("{name}*"));
        required.chain(optional.into_iter().map(str::to_owned)).collect::<Vec<_>>().into_iter()
    }

    /// Makes the request from what was typed.
    pub(super) fn read<E: Endpoint>(&self, given: &[(String, String)]) -> Result<E, Stop> {
        let mut object = Map::new();
        for (name, text) in given {
            if name == "secret" {
                let message = "a secret is not given as an argument, which everybody could read";
                return Err(usage(message)
                    .hint("`hubfolk webhooks create` and `update` take it with --secret-file"));
            }
            let Some((_, schema)) = self.properties().find(|(known, _)| known == name) else {
                return Err(self.refuse(format!(
                    "`{}` has no field `{}`",
                    self.operation,
                    name.escape_debug()
                )));
            };
            let value = self.value(schema, text).ok_or_else(|| {
                self.refuse(format!(
                    "the field `{name}` cannot be {:?}: {}",
                    text,
                    describe(schema)
                ))
            })?;
            match object.entry(name) {
                serde_json::map::Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                serde_json::map::Entry::Occupied(mut entry) => match (entry.get_mut(), value) {
                    (Value::Array(items), Value::Array(more)) => items.extend(more),
                    _ => return Err(self.refuse(format!("the field `{name}` is given twice"))),
                },
            }
        }
        let missing = self
            .properties()
            .find(|(name, _)| self.is_required(name) && !object.contains_key(*name));
        if let Some((name, _)) = missing {
            return Err(self.refuse(format!("`{}` needs the field `{name}`", self.operation)));
        }
        serde_json::from_value(Value::Object(object)).map_err(|error| {
            self.refuse(format!("the fields of `{}` do not fit: {error}", self.operation))
        })
    }

    fn refuse(&self, message: String) -> Stop {
        let names: Vec<String> = self.names().collect();
        usage(message).hint(match names.as_slice() {
            [] => "it takes no fields".to_owned(),
            names => format!("its fields (* required): {}", names.join(", ")),
        })
    }

    /// The text as the type that the schema asks for.
    fn value(&self, schema: &Value, text: &str) -> Option<Value> {
        let kinds = self.kinds(schema);
        let parsed = || serde_json::from_str::<Value>(text).ok();
        let fits = |value: &Value| kinds.iter().any(|kind| is_kind(value, kind));
        if kinds.iter().any(|kind| kind == "string") || kinds.is_empty() {
            return Some(Value::String(text.to_owned()));
        }
        if let Some(value) = parsed().filter(fits) {
            return Some(value);
        }
        // One item of a list may be given bare, and the field repeated for the next.
        let items = self.resolved(schema).get("items").cloned()?;
        self.value(&items, text).map(|item| Value::Array(vec![item]))
    }

    /// The names of the types a value may have.
    fn kinds(&self, schema: &Value) -> Vec<String> {
        let schema = self.resolved(schema);
        let own = match &schema["type"] {
            Value::String(kind) => vec![kind.clone()],
            Value::Array(kinds) => {
                kinds.iter().filter_map(|kind| Some(kind.as_str()?.to_owned())).collect()
            }
            _ if schema.get("enum").is_some() || schema.get("const").is_some() => {
                vec!["string".to_owned()]
            }
            _ => Vec::new(),
        };
        let parts = ["anyOf", "oneOf", "allOf"]
            .into_iter()
            .filter_map(|key| schema[key].as_array())
            .flatten();
        own.into_iter().chain(parts.flat_map(|part| self.kinds(part))).collect()
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema["$ref"]
            .as_str()
            .and_then(|target| self.schema.pointer(target.strip_prefix('#')?));
        target.unwrap_or(schema)
    }
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => value.is_string(),
    }
}

fn describe(schema: &Value) -> String {
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<_> =
                kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect();
            kinds.join(" or ")
        }
        _ => String::new(),
    };
    match kind.as_str() {
        "integer" => "it takes a whole number".to_owned(),
        "boolean" => "it takes true or false".to_owned(),
        "" => "it takes something else".to_owned(),
        kind => format!("it takes {kind} as JSON"),
    }
}

fn schema<T: JsonSchema>() -> Value {
    let schema: Schema = SchemaGenerator::default().into_root_schema_for::<T>();
    schema.to_value()
}

/// Keys that say most about an object, first.
const TELLING: [&str; 9] =
    ["user", "name", "org", "title", "fullname", "role", "type", "createdAt", "message"];

/// The keys of an answer, on the wire, and which of them a table shows.
pub(super) fn shape<T: JsonSchema>() -> Shape {
    let mut schema = schema::<T>();
    if let Some(items) = schema.get("items").cloned() {
        let target = items["$ref"]
            .as_str()
            .and_then(|target| schema.pointer(target.strip_prefix('#')?))
            .cloned();
        schema = target.unwrap_or(items);
    }
    let mut fields: Vec<String> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    fields.sort_by_key(|name| {
        TELLING.iter().position(|known| known == name).unwrap_or(TELLING.len())
    });
    let columns = fields.iter().take(7).cloned().collect();
    Shape { fields, columns }
}
