//! What holds for every operation of the table.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;

use hubfolk_api::{
    Effect, Endpoint, Operation, Paged, Payload,
    table::{self, Visitor},
};
use schemars::{Schema, schema_for};

struct All(Vec<(Operation, Schema)>);

impl Visitor for All {
    fn call<E: Endpoint>(&mut self) {
        self.0.push((E::OPERATION, schema_for!(E)));
    }

    fn list<E: Paged>(&mut self) {
        self.call::<E>();
    }
}

fn all() -> Vec<(Operation, Schema)> {
    let mut all = All(Vec::new());
    table::visit(&mut all);
    all.0
}

#[test]
fn names_are_unique() {
    let mut names = HashSet::new();
    for (operation, _) in all() {
        assert!(names.insert(operation.name), "two operations are called {}", operation.name);
    }
    assert!(names.len() >= 25, "only {} operations", names.len());
}

#[test]
fn method_and_path_are_unique() {
    let mut routes = HashSet::new();
    for (operation, _) in all() {
        let route = (operation.method.clone(), operation.path);
        assert!(routes.insert(route), "{} has the route of another operation", operation.name);
    }
}

#[test]
fn every_placeholder_is_a_required_field_unless_it_is_optional_in_the_path() {
    for (operation, schema) in all() {
        let fields = schema.get("properties").and_then(|p| p.as_object());
        let required = schema.get("required").and_then(|r| r.as_array());
        for field in operation.path_fields() {
            let name = operation.name;
            assert!(fields.is_some_and(|f| f.contains_key(field)), "{name} has no {field}");
            let needed = required.is_some_and(|r| r.iter().any(|r| r == field));
            let optional = operation.path.split_once('[').is_some_and(|(_, o)| o.contains(field));
            assert_eq!(needed, !optional, "{name}: {field}");
        }
    }
}

#[test]
fn every_operation_and_every_field_is_documented() {
    for (operation, schema) in all() {
        let name = operation.name;
        let text = schema.get("description").and_then(|d| d.as_str()).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        assert_eq!(first, format!("{}.", operation.summary), "{name}: summary and documentation");
        assert!(first.len() <= 90, "{name}: {first:?} is long");
        for (field, schema) in
            schema.get("properties").and_then(|p| p.as_object()).into_iter().flatten()
        {
            let text = schema.get("description").and_then(|d| d.as_str()).unwrap_or_default();
            assert!(!text.is_empty(), "{name}.{field} has no documentation");
        }
    }
}

#[test]
fn only_reads_use_get_and_only_gets_read() {
    for (operation, _) in all() {
        let name = operation.name;
        assert_eq!(operation.method == "GET", operation.effect == Effect::Read, "{name}");
        if operation.method == "GET" {
            assert_eq!(operation.payload, Payload::Query, "{name}: a GET has no body");
        }
    }
}

#[test]
fn of_two_operations_that_match_the_more_specific_is_meant() {
    let best = |path: &str| {
        let found = all().into_iter().map(|(operation, _)| operation);
        found
            .filter(|operation| operation.method == "GET" && operation.matches(path))
            .max_by_key(Operation::specificity)
            .map(|operation| operation.name)
    };
    assert_eq!(best("/api/models/gpt2/auth-check"), Some("auth_check"));
    assert_eq!(best("/api/models/acme/m/auth-check/write"), Some("auth_check_write"));
    assert_eq!(best("/api/models/acme/m"), Some("repo_info"));
    assert_eq!(best("/api/models/acme/m/revision/refs%2Fpr%2F1"), Some("repo_info"));
    assert_eq!(best("/api/users/ada/likes"), Some("list_liked_repos"));
    assert_eq!(best("/api/organizations/acme/audit-log/export"), Some("export_audit_log"));
    assert_eq!(best("/api/nothing"), None);
}
