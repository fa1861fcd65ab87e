//! The reference of operations, made of the table and of the rows that say where each is found.

use std::collections::BTreeMap;
use std::fmt::Write;

use hubfolk_api::{Answer, Endpoint, Operation, Paged, table};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

use crate::operations::{Row, rows};

/// What is said of one operation.
struct Entry {
    /// The file of `hubfolk-api` that it stands in.
    family: String,
    request: String,
    answer: String,
    operation: Operation,
    schema: Value,
    paged: bool,
}

struct Entries {
    requests: SchemaGenerator,
    all: Vec<Entry>,
}

impl Entries {
    fn add<E: Endpoint>(&mut self, paged: bool) {
        let path = std::any::type_name::<E>();
        let family = path.split("::").nth(1).unwrap_or("other").to_owned();
        let entry = Entry {
            family,
            request: short(path),
            answer: short(std::any::type_name::<E::Response>()),
            operation: E::OPERATION,
            schema: self.requests.root_schema_for::<E>().to_value(),
            paged,
        };
        self.all.push(entry);
    }
}

impl table::Visitor for Entries {
    fn call<E: Endpoint>(&mut self) {
        self.add::<E>(false);
    }

    fn list<E: Paged>(&mut self) {
        self.add::<E>(true);
    }
}

/// The name of a type without the modules that lead to it, those inside brackets too.
fn short(name: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for char in name.chars() {
        match char {
            ':' => word.clear(),
            '<' | '>' | ',' | ' ' | '(' | ')' => {
                out.push_str(&word);
                word.clear();
                out.push(char);
            }
            _ => word.push(char),
        }
    }
    out.push_str(&word);
    out
}

/// `docs/operations.md` as it has to be.
#[must_use]
pub fn text() -> String {
    let requests = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .for_serialize()
        .into_generator();
    let mut entries = Entries { requests, all: Vec::new() };
    table::visit(&mut entries);
    let rows: BTreeMap<&str, Row> = rows().into_iter().map(|row| (row.operation, row)).collect();
    let mut text = format!(
        "# Operations\n\n\
         The {} operations that hubfolk knows, made of the table in `crates/api` by `cargo xtask reference`; a test fails when this page is old.\n\
         Each is a value to `send` or `list` ([guide](guide.md)), a method of a handle, a command, and `hubfolk api NAME -f field=value`.\n\
         *Effect*: `read` changes nothing, `idempotent` is the same done twice, `write` is not, `destructive` cannot be brought back: the\n\
         command asks first. Where an operation comes from says \"documented\" when the Hub's own OpenAPI document has it.\n",
        entries.all.len()
    );
    let mut families: Vec<&str> = Vec::new();
    for entry in &entries.all {
        if !families.contains(&entry.family.as_str()) {
            families.push(&entry.family);
        }
    }
    for family in families {
        let _ = write!(text, "\n## {}\n", family.replace('_', " "));
        for entry in entries.all.iter().filter(|entry| entry.family == family) {
            describe(&mut text, entry, rows.get(entry.operation.name));
        }
    }
    text
}

fn describe(text: &mut String, entry: &Entry, row: Option<&Row>) {
    let operation = &entry.operation;
    let _ = write!(
        text,
        "\n### {}\n\n{}.\n\n`{} {}` · {}",
        operation.name, operation.summary, operation.method, operation.path, operation.effect
    );
    let answer = match operation.answer {
        Answer::Ignored => "nothing".to_owned(),
        Answer::Page => "the page it leads to".to_owned(),
        _ => format!("`{}`", entry.answer),
    };
    let pages = if entry.paged { ", page by page" } else { "" };
    let _ = writeln!(text, " · `{}` answers {answer}{pages}\n", entry.request);
    if let Some(closed) = operation.closed {
        let _ = writeln!(text, "Closed: {closed}.\n");
    }
    let fields = fields(entry);
    if !fields.is_empty() {
        text.push_str("| argument | in | type | |\n|---|---|---|---|\n");
        for field in fields {
            text.push_str(&field);
        }
        text.push('\n');
    }
    let mut found = Vec::new();
    if let Some(row) = row {
        if !row.call.is_empty() {
            found.push(format!("`{}`", row.call));
        }
        if !row.command.is_empty() {
            found.push(format!("`hubfolk {}`", row.command.join(" ")));
        }
        if !row.example.is_empty() {
            let example = row.example;
            found.push(format!("[{example}](../crates/client/examples/{example}.rs)"));
        }
    }
    found.push(match operation.undocumented {
        None => "documented".to_owned(),
        Some(source) => format!("known because {source}"),
    });
    let _ = writeln!(text, "{}", found.join(" · "));
}

/// A line of the table for each argument.
fn fields(entry: &Entry) -> Vec<String> {
    let none = Map::new();
    let fields = entry.schema["properties"].as_object().unwrap_or(&none);
    let required = entry.schema["required"].as_array().cloned().unwrap_or_default();
    let in_path = entry.operation.path_fields();
    let payload = format!("{:?}", entry.operation.payload).to_lowercase();
    fields
        .iter()
        .map(|(name, schema)| {
            let place = if in_path.contains(&name.as_str()) {
                "path"
            } else if entry.operation.query_fields.contains(&name.as_str()) || payload == "query" {
                "query"
            } else {
                "body"
            };
            let needed = if required.iter().any(|one| one == name) { "" } else { "?" };
            let about = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
            let kind = [kind(schema), limits(schema)].join("");
            format!("| `{name}`{needed} | {place} | {} | {} |\n", cell(&kind), cell(&about))
        })
        .collect()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The type of a field in a word or two.
fn kind(schema: &Value) -> String {
    let known = schema["x-known-values"].as_array().or_else(|| schema["enum"].as_array());
    if let Some(known) = known {
        let words: Vec<String> =
            known.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => {
            let parts = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
            let words: Vec<String> = parts
                .into_iter()
                .flatten()
                .filter(|part| part["type"] != "null")
                .map(kind)
                .filter(|word| !word.is_empty())
                .collect();
            return if words.is_empty() { "any".to_owned() } else { words.join(" or ") };
        }
    };
    let words: Vec<String> = types
        .into_iter()
        .filter(|kind| *kind != "null")
        .map(|one| match one {
            "array" => format!("list of {}", kind(&schema["items"])),
            "string" => "text".to_owned(),
            "integer" => "number".to_owned(),
            "boolean" => "yes or no".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    words.join(" or ")
}

/// What the Hub takes: length, number, form.
fn limits(schema: &Value) -> String {
    let pair = |least: &str, most: &str| match (&schema[least], &schema[most]) {
        (Value::Null, Value::Null) => None,
        (least, Value::Null) => Some(format!("at least {least}")),
        (Value::Null, most) => Some(format!("at most {most}")),
        (least, most) if least == most => Some(format!("exactly {least}")),
        (least, most) => Some(format!("{least} to {most}")),
    };
    let mut said = Vec::new();
    said.extend(pair("minLength", "maxLength").map(|said| format!("{said} characters")));
    said.extend(pair("minItems", "maxItems").map(|said| format!("{said} of them")));
    if schema["minimum"].as_f64() != Some(0.0) || !schema["maximum"].is_null() {
        said.extend(pair("minimum", "maximum"));
    }
    said.extend(schema["format"].as_str().filter(|form| form.contains('-')).map(str::to_owned));
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}
