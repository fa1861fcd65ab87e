//! The fields of an operation, from its own schema, and values made to fit them.

use hubfolk_api::Endpoint;
use schemars::SchemaGenerator;
use serde_json::Value;

use super::Arguments;
use crate::{failure::Failure, repair};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    List,
    /// An object.
    Object,
    /// JSON of any type.
    Any,
}

impl Kind {
    /// Its name in a JSON schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "array",
            Self::Object => "object",
            Self::Any => "any",
        }
    }
}

/// One field of an operation.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// What it takes; the first is preferred.
    pub kinds: Vec<Kind>,
    /// The only values it takes; empty for any.
    pub choices: Vec<String>,
    /// Whether it must be given.
    pub required: bool,
}

/// The fields of an operation.
#[derive(Debug, Clone)]
pub struct Shape {
    /// In the order of the schema.
    pub fields: Vec<Field>,
}

impl Shape {
    pub(super) fn of<E: Endpoint>() -> Self {
        let schema = SchemaGenerator::default().into_root_schema_for::<E>().to_value();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let properties = schema["properties"].as_object();
        let fields = properties.into_iter().flatten().map(|(name, field)| {
            let mut kinds = Vec::new();
            let mut choices = Vec::new();
            read(&schema, field, &mut kinds, &mut choices);
            if kinds.is_empty() {
                kinds.push(if choices.is_empty() { Kind::Any } else { Kind::Text });
            }
            let required = required.iter().any(|known| known == name);
            Field { name: name.clone(), kinds, choices, required }
        });
        Self { fields: fields.collect() }
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The arguments with each value in the type that its field takes.
    pub(super) fn accept(&self, operation: &str, given: Arguments) -> Result<Arguments, Failure> {
        let mut accepted = Arguments::new();
        for (name, value) in given {
            let Some(field) = self.field(&name) else {
                return Err(self.unknown(operation, &name));
            };
            let value = repair::value(value);
            if value.is_null() && !field.required && !field.kinds.contains(&Kind::Any) {
                continue;
            }
            let fitted = repair::fit(value, &field.kinds).map_err(|value| {
                Failure::invalid(format!(
                    "`{name}` of {operation} takes {}, not {}",
                    names(&field.kinds),
                    repair::excerpt(&value.to_string(), 40)
                ))
            })?;
            accepted.insert(name, fitted);
        }
        match self.fields.iter().find(|f| f.required && !accepted.contains_key(&f.name)) {
            Some(missing) => Err(Failure::invalid(format!(
                "{operation} needs `{}`; it takes {}",
                missing.name,
                self.listed()
            ))),
            None => Ok(accepted),
        }
    }

    fn unknown(&self, operation: &str, name: &str) -> Failure {
        let known = self.fields.iter().map(|field| field.name.as_str());
        let name = repair::excerpt(name, 40);
        Failure::invalid(format!("{operation} has no field `{name}`"))
            .hint(format!("it takes {}", self.listed()))
            .meant(&name, known)
    }

    /// The names, required ones marked with `*`.
    #[must_use]
    pub fn listed(&self) -> String {
        if self.fields.is_empty() {
            return "no fields".to_owned();
        }
        let names = self.fields.iter().map(|field| {
            if field.required { format!("{}*", field.name) } else { field.name.clone() }
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

fn names(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
}

/// The kinds and choices of a schema, through references and alternatives.
fn read(root: &Value, schema: &Value, kinds: &mut Vec<Kind>, choices: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        if let Some(target) = target.strip_prefix('#').and_then(|at| root.pointer(at)) {
            read(root, target, kinds, choices);
        }
        return;
    }
    let types = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    for name in types {
        let kind = match name {
            "string" => Kind::Text,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "array" => Kind::List,
            "object" => Kind::Object,
            _ => continue,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let values = schema["enum"].as_array().into_iter().flatten();
    for value in values.chain(schema.get("const")) {
        if let Some(text) = value.as_str() {
            choices.push(text.to_owned());
        }
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            read(root, part, kinds, choices);
        }
    }
}
