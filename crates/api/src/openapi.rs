//! The table of operations as an OpenAPI document, and the Hub's own.

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    contract,
    endpoint::{Answer, Endpoint, Operation, Paged, Payload},
    table::{self, Visitor},
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetOpenapiDocument>();
}

/// Get the Hub's own description of its operations, an OpenAPI document.
///
/// About a megabyte; it has neither everything that the official clients use nor everything it
/// says is also true, but it is where changes show first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetOpenapiDocument {}

impl GetOpenapiDocument {
    /// The document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetOpenapiDocument {
    const OPERATION: Operation = Operation::get(
        "get_openapi_document",
        "/.well-known/openapi.json",
        "Get the Hub's own description of its operations, an OpenAPI document",
    )
    .large()
    .undocumented("the document does not describe itself");
    type Response = Map<String, Value>;
}

/// The table of operations as an OpenAPI 3.1 document.
///
/// It is made of the same types that the client sends and the simulator reads, and of nothing
/// else: what the Hub has beside them is not in it.
#[must_use]
pub fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut all = Document {
        // What we write may ask for more than what we read, under the same name.
        requests: SchemaSettings::draft2020_12()
            .with(|settings| settings.inline_subschemas = true)
            .for_serialize()
            .into_generator(),
        answers: settings.into_generator(),
        paths: BTreeMap::new(),
    };
    table::visit(&mut all);
    let schemas = all.answers.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "The people side of the Hugging Face Hub, as hubfolk knows it",
            "version": env!("CARGO_PKG_VERSION"),
            (contract::MADE_OF_TABLE): true,
        },
        "security": [{ "token": [] }],
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
        "paths": all.paths,
    })
}

struct Document {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
    paths: BTreeMap<String, Map<String, Value>>,
}

impl Visitor for Document {
    fn call<E: Endpoint>(&mut self) {
        let operation = E::OPERATION;
        let request = E::json_schema(&mut self.requests).to_value();
        let answer = self.answers.subschema_for::<E::Response>().to_value();
        for path in contract::forms(operation.path) {
            let entry = described(&operation, &path, &request, &answer);
            let method = operation.method.as_str().to_lowercase();
            self.paths
                .entry(path.replace("{+", "{namespace}/{"))
                .or_default()
                .insert(method, entry);
        }
    }

    fn list<E: Paged>(&mut self) {
        self.call::<E>();
    }
}

/// One operation under one of its paths.
fn described(operation: &Operation, path: &str, request: &Value, answer: &Value) -> Value {
    let none = Map::new();
    let fields = request["properties"].as_object().unwrap_or(&none);
    let required = |name: &str| {
        request["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name))
    };
    let in_path = operation.path_fields();
    let mut parameters = Vec::new();
    let mut body = Map::new();
    for (name, schema) in fields {
        if in_path.contains(&name.as_str()) {
            let long = path.contains(&format!("{{+{name}}}"));
            if long {
                parameters.push(json!({
                    "name": "namespace", "in": "path", "required": true,
                    "schema": { "type": "string", "description": "Name of the account" },
                }));
            }
            if long || path.contains(&format!("{{{name}}}")) {
                parameters.push(json!({
                    "name": name, "in": "path", "required": true, "schema": schema,
                }));
            }
        } else if operation.payload == Payload::Query
            || operation.query_fields.contains(&name.as_str())
        {
            parameters.push(json!({
                "name": name, "in": "query", "required": required(name), "schema": schema,
            }));
        } else {
            body.insert(name.clone(), schema.clone());
        }
    }
    let mut entry = json!({
        "operationId": operation.name,
        "summary": operation.summary,
        "x-effect": operation.effect.to_string(),
        "parameters": parameters,
        "responses": { "200": answered(operation, answer) },
    });
    if let Some(description) = request["description"].as_str() {
        entry["description"] = json!(description);
    }
    if let Some(source) = operation.undocumented {
        entry["x-known-from"] = json!(source);
    }
    if let Some(since) = operation.closed {
        entry["deprecated"] = json!(true);
        entry["x-closed"] = json!(since);
    }
    if operation.anonymous {
        entry["security"] = json!([]);
    }
    if !body.is_empty() {
        let needed: Vec<&String> = body.keys().filter(|name| required(name)).collect();
        let schema = match operation.body_field {
            Some(field) => body.get(field).cloned().unwrap_or_default(),
            None => json!({ "type": "object", "properties": body, "required": needed }),
        };
        let kind = match operation.payload {
            Payload::Form => "application/x-www-form-urlencoded",
            _ => "application/json",
        };
        entry["requestBody"] = json!({ "content": { kind: { "schema": schema } } });
    }
    entry
}

fn answered(operation: &Operation, answer: &Value) -> Value {
    match operation.answer {
        Answer::Json => json!({
            "description": "done",
            "content": { "application/json": { "schema": answer } },
        }),
        Answer::Text => json!({
            "description": "done",
            "content": { "text/plain": { "schema": { "type": "string" } } },
        }),
        Answer::Ignored | Answer::Page => json!({ "description": "done" }),
    }
}
