//! `encode` and `decode` are inverses, for every operation and whatever its fields hold.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::cell::Cell;

use hubfolk_api::{
    Endpoint, Paged,
    table::{self, Visitor},
    wire::{self, WireError},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use schemars::schema_for;
use serde_json::{Map, Value, json};

/// Values that a JSON schema allows, as wild as they come.
fn values(schema: &Value, root: &Value) -> BoxedStrategy<Value> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return values(root.pointer(target.trim_start_matches('#')).unwrap(), root);
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        return proptest::sample::select(choices.clone()).boxed();
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let all = choices.iter().map(|choice| values(choice, root));
        return proptest::strategy::Union::new(all).boxed();
    }
    if schema.get("type").is_none() {
        // Anything at all.
        let number = any::<u32>().prop_map(Value::from);
        return prop_oneof![Just(Value::Null), texts().prop_map(Value::from), number].boxed();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => {
            assert!(kinds.contains(&json!("null")), "{schema}");
            let mut plain = schema.clone();
            plain["type"] = kinds.iter().find(|kind| *kind != "null").unwrap().clone();
            return prop_oneof![Just(Value::Null), values(&plain, root)].boxed();
        }
        Value::String(kind) => kind.as_str(),
        other => panic!("no type in {schema}: {other}"),
    };
    match kind {
        "null" => Just(Value::Null).boxed(),
        "string" => match schema["examples"].as_array() {
            // Names that the Hub knows, and others.
            Some(known) => {
                prop_oneof![proptest::sample::select(known.clone()), texts().prop_map(Value::from)]
                    .boxed()
            }
            None => texts().prop_map(Value::from).boxed(),
        },
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => any::<u32>().prop_map(Value::from).boxed(),
        "array" => prop::collection::vec(values(&schema["items"], root), 0..4)
            .prop_map(Value::from)
            .boxed(),
        "object" => fields(schema, root),
        other => panic!("no values for {other}"),
    }
}

fn fields(schema: &Value, root: &Value) -> BoxedStrategy<Value> {
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let all: Vec<_> = properties
        .iter()
        .map(|(name, property)| {
            let required = schema["required"].as_array().is_some_and(|r| r.contains(&json!(name)));
            let (name, value) = (name.clone(), values(property, root));
            (any::<bool>(), value)
                .prop_map(move |(given, value)| (required || given).then(|| (name.clone(), value)))
        })
        .collect();
    all.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect())).boxed()
}

fn texts() -> BoxedStrategy<String> {
    prop_oneof![
        any::<String>(),
        "[a-z]{1,8}(/[a-zA-Z0-9._-]{1,8})?",
        "[ %?#&=+/\\\\.;:@\u{e9}\u{1f600}\u{202e}\u{0}\n-]{0,6}",
        Just("refs/pr/1".to_owned()),
        Just("%2e%2e".to_owned()),
        Just("revision".to_owned()),
        Just("x/auth-check".to_owned()),
    ]
    .boxed()
}

struct RoundTrip {
    sent: Cell<usize>,
    refused: Cell<usize>,
}

impl Visitor for RoundTrip {
    fn call<E: Endpoint>(&mut self) {
        let schema = schema_for!(E).to_value();
        let name = E::OPERATION.name;
        let seed = proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        );
        let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
        let before = self.sent.get();
        TestRunner::new_with_rng(config, seed)
            .run(&values(&schema, &schema), |value| {
                let request: E = serde_json::from_value(value).unwrap();
                let given = serde_json::to_value(&request).unwrap();
                match wire::encode(&request) {
                    Ok(http) => {
                        self.sent.set(self.sent.get() + 1);
                        prop_assert!(no_dot_segment(http.uri().path()), "{}", http.uri());
                        let back: E = wire::decode(&http).map_err(|e| {
                            TestCaseError::fail(format!("{name}: {} {e:?}", http.uri()))
                        })?;
                        prop_assert_eq!(serde_json::to_value(&back).unwrap(), given);
                    }
                    Err(error) => {
                        self.refused.set(self.refused.get() + 1);
                        prop_assert!(is_justified(&error, &given), "{name}: {error} {given}");
                    }
                }
                Ok(())
            })
            .unwrap();
        assert!(self.sent.get() - before > 20, "{name}: nearly everything was refused");
    }

    fn list<E: Paged>(&mut self) {
        self.call::<E>();
    }
}

fn no_dot_segment(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("") && parts.all(|part| !matches!(part, "" | "." | ".."))
}

/// A refusal must name a field of the path that really cannot be sent.
fn is_justified(error: &WireError, given: &Value) -> bool {
    let bad = |part: &str| matches!(part, "" | "." | "..");
    match error {
        WireError::Segment { field } => {
            let text = given[*field].as_str().unwrap();
            bad(text) || text.split('/').any(bad)
        }
        WireError::TooManySegments { field } => {
            given[*field].as_str().unwrap().matches('/').count() > 1
        }
        WireError::NoFolder { field: "type" } => {
            !["model", "dataset", "space", "kernel"].iter().any(|kind| given["type"] == *kind)
        }
        WireError::NoFolder { field } => {
            let text = given[*field].as_str().unwrap();
            ["datasets", "spaces", "kernels"].contains(&text.split('/').next().unwrap())
        }
        _ => false,
    }
}

#[test]
fn decode_undoes_encode_for_every_operation() {
    let mut all = RoundTrip { sent: Cell::new(0), refused: Cell::new(0) };
    table::visit(&mut all);
    println!("{} requests came back the same, {} were refused", all.sent.get(), all.refused.get());
    assert!(all.refused.get() > 100, "the generator no longer makes paths that must be refused");
}

/// Some value that the schema of a field allows, the same every time.
fn any_of(field: &Value, root: &Value) -> Value {
    let mut runner = TestRunner::deterministic();
    values(field, root).new_tree(&mut runner).unwrap().current()
}

struct Refuses(usize);

impl Visitor for Refuses {
    fn call<E: Endpoint>(&mut self) {
        let schema = schema_for!(E).to_value();
        let is_number = |field: &str| schema["properties"][field]["type"] == "integer";
        for field in E::OPERATION.path_fields().into_iter().filter(|field| !is_number(field)) {
            for bad in ["", ".", "..", "../../whoami-v2", "a/..", "/", "a/", "a/b/c"] {
                let keeps_slash = E::OPERATION.path.contains(&format!("{{+{field}}}"));
                if bad.contains('/') && !keeps_slash {
                    continue;
                }
                let mut value = Map::new();
                for name in schema["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().unwrap();
                    let some = if E::OPERATION.path_fields().contains(&name) && !is_number(name) {
                        json!("model")
                    } else {
                        any_of(&schema["properties"][name], &schema)
                    };
                    value.insert(name.to_owned(), some);
                }
                value.insert(field.to_owned(), json!(bad));
                let request: E = serde_json::from_value(Value::Object(value)).unwrap();
                let error = wire::encode(&request).expect_err("a path that leads elsewhere");
                assert!(error.to_string().contains(field), "{error}");
                self.0 += 1;
            }
        }
    }

    fn list<E: Paged>(&mut self) {
        self.call::<E>();
    }
}

#[test]
fn a_path_field_that_is_empty_or_dots_is_refused_by_every_operation() {
    let mut all = Refuses(0);
    table::visit(&mut all);
    assert!(all.0 > 60, "{} tries", all.0);
}
