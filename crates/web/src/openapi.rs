//! The API as an OpenAPI 3.1 document, made of the tables of questions and acts and of nothing else.

use std::sync::OnceLock;

use axum::response::{IntoResponse, Response};
use http::header;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::acts::{self, Act};
use crate::question::{Question, Visitor, shape};
use crate::questions;

/// `GET /api/openapi.json`.
pub(crate) async fn serve() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

/// The document.
#[must_use]
pub(crate) fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut all = Document { answers: settings.into_generator(), paths: Map::new() };
    questions::visit(&mut all);
    acts::visit(&mut all);
    let mut schemas = all.answers.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "hubfolk",
            "summary": "Who is a member of an organization, with which access, since when",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "security": [{ "token": [] }, { "session": [] }],
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "A token made on the Sessions page of the dashboard",
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-hubfolk",
                    "description": "The dashboard's own cookie",
                },
            },
            "schemas": schemas,
            "responses": {
                "Problem": {
                    "description": "It was not done; says why and what to do about it",
                    "content": { "application/json": {
                        "schema": { "$ref": "#/components/schemas/Problem" },
                    } },
                },
            },
        },
        "paths": all.paths,
    })
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["kind", "message"],
            "properties": {
                "kind": text, "message": text, "hint": text,
                "field": { "type": "string", "description": "The filter it is about" },
                "allowed": {
                    "type": "array", "items": text,
                    "description": "What may stand there instead",
                },
            },
        } },
    })
}

struct Document {
    answers: SchemaGenerator,
    paths: Map<String, Value>,
}

impl Visitor for Document {
    fn question<Q: Question>(&mut self) {
        let shape = shape::<Q>();
        let answer = self.answers.subschema_for::<Q::Answer>().to_value();
        let fields = shape.schema["properties"].as_object().cloned().unwrap_or_default();
        let parameters: Vec<Value> = fields
            .into_iter()
            .map(|(name, mut schema)| {
                let in_path = shape.in_path.contains(&name.as_str());
                let description = schema.as_object_mut().and_then(|s| s.remove("description"));
                let mut parameter = json!({
                    "name": name,
                    "in": if in_path { "path" } else { "query" },
                    "required": in_path,
                    "schema": present(schema),
                });
                if !in_path {
                    // A form sends a field that is left empty; it says nothing.
                    parameter["allowEmptyValue"] = json!(true);
                }
                if let Some(description) = description {
                    parameter["description"] = description;
                }
                parameter
            })
            .collect();
        let refused = json!({ "$ref": "#/components/responses/Problem" });
        let mut entry = json!({
            "operationId": Q::NAME,
            "summary": Q::SUMMARY,
            "x-role": Q::LEAST.name(),
            "parameters": parameters,
            "responses": {
                "200": {
                    "description": "the answer",
                    "content": { "application/json": { "schema": answer } },
                },
            },
        });
        for status in ["400", "401", "403", "404", "503"] {
            entry["responses"][status] = refused.clone();
        }
        if let Some(description) = shape.schema["description"].as_str() {
            entry["description"] = json!(description);
        }
        self.paths.insert(Q::PATH.to_owned(), json!({ "get": entry }));
    }
}

impl acts::Visitor for Document {
    fn act<A: Act>(&mut self) {
        let answer = self.answers.subschema_for::<A::Answer>().to_value();
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        let schema = A::json_schema(&mut generator).to_value();
        let fields = schema["properties"].as_object().cloned().unwrap_or_default();
        let parameters = fields.into_iter().map(|(name, mut schema)| {
            let description =
                schema.as_object_mut().and_then(|schema| schema.remove("description"));
            json!({
                "name": name, "in": "path", "required": true,
                "description": description, "schema": schema,
            })
        });
        let status = A::STATUS.as_str();
        let mut entry = json!({
            "operationId": A::NAME,
            "summary": A::SUMMARY,
            "description": schema["description"],
            "x-role": A::LEAST.name(),
            "parameters": parameters.collect::<Vec<_>>(),
            "responses": {
                (status): {
                    "description": "the answer",
                    "content": { "application/json": { "schema": answer } },
                },
            },
        });
        for status in ["400", "401", "403", "404", "409", "503"] {
            entry["responses"][status] = json!({ "$ref": "#/components/responses/Problem" });
        }
        let method = A::METHOD.as_str().to_lowercase();
        self.paths.insert(A::PATH.to_owned(), json!({ (method): entry }));
    }
}

/// The schema of a value that is given: in a query string null is said by leaving it out.
fn present(mut schema: Value) -> Value {
    let Some(fields) = schema.as_object_mut() else { return schema };
    fields.remove("default");
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            fields.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(words)) = fields.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    if let Some(Value::Array(branches)) = fields.get_mut("anyOf") {
        branches.retain(|branch| branch["type"] != "null");
        if let [one] = branches.as_slice() {
            return one.clone();
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_described_with_its_answer_and_its_refusals() {
        struct Count(usize);
        impl Visitor for Count {
            fn question<Q: Question>(&mut self) {
                self.0 += 1;
                assert!(Q::PATH.starts_with("/api/"), "{}", Q::PATH);
                let fields = shape::<Q>();
                for name in &fields.in_path {
                    assert!(fields.schema["properties"].get(name).is_some(), "{}: {name}", Q::PATH);
                }
            }
        }
        impl acts::Visitor for Count {
            fn act<A: Act>(&mut self) {
                self.0 += 1;
                let document = document();
                let method = A::METHOD.as_str().to_lowercase();
                let entry = &document["paths"][A::PATH][&method];
                let named: Vec<String> = entry["parameters"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|one| format!("{{{}}}", one["name"].as_str().expect("a name")))
                    .collect();
                assert!(named.iter().all(|name| A::PATH.contains(name.as_str())), "{}", A::PATH);
                assert_eq!(A::PATH.matches('{').count(), named.len(), "{}", A::PATH);
                assert_eq!(entry["x-role"], "approver");
            }
        }
        let mut count = Count(0);
        questions::visit(&mut count);
        acts::visit(&mut count);
        let document = document();
        let paths = document["paths"].as_object().expect("paths are an object");
        assert_eq!(paths.len(), count.0);
        for (path, item) in paths {
            for (_, entry) in item.as_object().expect("methods are an object") {
                let answers = entry["responses"].as_object().expect("answers are an object");
                let (_, answer) = answers.iter().next().expect("there is one");
                let schema = &answer["content"]["application/json"]["schema"];
                assert!(schema.is_object(), "{path}");
            }
        }
    }
}
