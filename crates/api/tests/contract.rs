//! The table beside OpenAPI documents: what is made of it, a small one of our own, changed ones.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::{fs, path::Path};

use hubfolk_api::{
    contract::{self, Difference, Finding, News, Report},
    openapi,
};
use serde_json::{Value, json};

fn check(document: &Value) -> Report {
    contract::check(document).unwrap()
}

fn told(findings: &[Finding]) -> String {
    let line = |f: &Finding| {
        let operation = f.operation.unwrap_or("-");
        format!(
            "{} {operation} {} {} {} {}: document {}, ours {}",
            f.news, f.method, f.path, f.place, f.difference, f.document, f.ours
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_table_agrees_with_the_document_that_is_made_of_it() {
    let report = check(&openapi::document());
    assert!(report.findings.is_empty(), "\n{}", told(&report.findings));
    assert!(report.documented > 20 && report.undocumented.is_empty(), "{report:?}");
}

/// What a change of the document that is made of the table is reported as.
#[track_caller]
fn seeded(change: impl FnOnce(&mut Value), expected: &[(News, &str, &str, Difference)]) {
    let mut document = openapi::document();
    change(&mut document);
    let report = check(&document);
    let found: Vec<(News, &str, &str, Difference)> = report
        .findings
        .iter()
        .map(|f| (f.news, f.operation.unwrap_or(&f.path), f.place.as_str(), f.difference))
        .collect();
    assert_eq!(found, expected, "\n{}", told(&report.findings));
}

/// One operation of a document.
fn operation<'a>(document: &'a mut Value, method: &str, path: &str) -> &'a mut Value {
    let found = &mut document["paths"][path][method];
    assert!(found.is_object(), "{method} {path}");
    found
}

/// One parameter of an operation.
fn parameter<'a>(operation: &'a mut Value, name: &str) -> &'a mut Value {
    let all = operation["parameters"].as_array_mut().unwrap();
    all.iter_mut().find(|parameter| parameter["name"] == name).unwrap()
}

const MEMBERS: &str = "/api/organizations/{organization}/members";

#[test]
fn a_renamed_parameter_is_new_under_one_name_and_gone_under_the_other() {
    seeded(
        |document| {
            parameter(operation(document, "get", MEMBERS), "search")["name"] = json!("query");
        },
        &[
            (News::Changed, "list_organization_members", "query.query", Difference::NewField),
            (News::Changed, "list_organization_members", "query.search", Difference::GoneField),
        ],
    );
}

#[test]
fn a_renamed_field_of_a_body_is_named_twice() {
    seeded(
        |document| {
            let create = operation(document, "post", "/api/repos/create");
            let schema = &mut create["requestBody"]["content"]["application/json"]["schema"];
            let fields = schema["properties"].as_object_mut().unwrap();
            let moved = fields.remove("private").unwrap();
            fields.insert("isPrivate".to_owned(), moved);
        },
        &[
            (News::Changed, "create_repo", "body.isPrivate", Difference::NewField),
            (News::Changed, "create_repo", "body.private", Difference::GoneField),
        ],
    );
}

#[test]
fn a_renamed_field_of_an_answer_is_named_wherever_it_stands() {
    seeded(
        |document| {
            let fields = &mut document["components"]["schemas"]["OrganizationMember"]["properties"];
            let moved = fields.as_object_mut().unwrap().remove("twoFaEnabled").unwrap();
            fields["mfaEnabled"] = moved;
        },
        &[
            (
                News::Changed,
                "list_organization_members",
                "answer[].mfaEnabled",
                Difference::NewField,
            ),
            (
                News::Changed,
                "list_organization_members",
                "answer[].twoFaEnabled",
                Difference::GoneField,
            ),
        ],
    );
}

#[test]
fn a_new_value_of_a_request_is_named() {
    seeded(
        |document| {
            let create = operation(document, "post", "/api/repos/create");
            let schema = &mut create["requestBody"]["content"]["application/json"]["schema"];
            let known = ["private", "public", "protected", "secret"];
            schema["properties"]["visibility"] = json!({"type": "string", "enum": known});
        },
        &[(News::Changed, "create_repo", "body.visibility", Difference::NewValue)],
    );
}

#[test]
fn a_new_value_of_an_answer_is_named_wherever_it_stands() {
    let mut document = openapi::document();
    let role = &mut document["components"]["schemas"]["TokenRole"];
    *role = json!({"enum": ["read", "write", "fineGrained", "god", "superGod"]});
    let report = check(&document);
    let named = |f: &Finding| f.difference == Difference::NewValue && f.document == "superGod";
    assert!(report.findings.iter().all(named), "\n{}", told(&report.findings));
    let whoami = report.findings.iter().find(|f| f.operation == Some("whoami")).unwrap();
    assert_eq!(whoami.place, "answer.auth.accessToken.role");
}

#[test]
fn a_removed_path_is_gone() {
    seeded(
        |document| {
            let paths = document["paths"].as_object_mut().unwrap();
            paths.remove("/api/organizations/{organization}/audit-log/export").unwrap();
        },
        &[(News::Gone, "export_audit_log", "", Difference::Operation)],
    );
}

#[test]
fn a_changed_limit_is_named_with_both_numbers() {
    let change = |document: &mut Value| {
        let limit = parameter(operation(document, "get", MEMBERS), "limit");
        limit["schema"]["maximum"] = json!(1000);
    };
    seeded(
        change,
        &[(News::Changed, "list_organization_members", "query.limit", Difference::Limit)],
    );
    let mut document = openapi::document();
    change(&mut document);
    let report = check(&document);
    let finding = &report.findings[0];
    assert_eq!((&*finding.document, &*finding.ours), ("maximum 1000", "maximum 10000"));
}

#[test]
fn a_new_required_parameter_is_told_apart_from_an_optional_one() {
    let add = |required: bool| {
        let mut document = openapi::document();
        let members = operation(&mut document, "get", MEMBERS);
        members["parameters"].as_array_mut().unwrap().push(json!({
            "name": "reason", "in": "query", "required": required, "schema": {"type": "string"},
        }));
        let report = check(&document);
        assert_eq!(report.findings.len(), 1, "\n{}", told(&report.findings));
        let finding = report.findings[0].clone();
        assert_eq!(finding.place, "query.reason");
        finding.document
    };
    assert_eq!((&*add(true), &*add(false)), ("required", "optional"));
}

#[test]
fn a_parameter_that_becomes_required_or_of_another_type_is_named() {
    seeded(
        |document| {
            parameter(operation(document, "get", MEMBERS), "search")["required"] = json!(true);
            let email = parameter(operation(document, "get", MEMBERS), "email");
            email["schema"] = json!({"type": "boolean"});
        },
        &[
            (News::Changed, "list_organization_members", "query.email", Difference::Type),
            (News::Changed, "list_organization_members", "query.email", Difference::Limit),
            (News::Changed, "list_organization_members", "query.search", Difference::Required),
        ],
    );
}

#[test]
fn a_changed_method_is_one_finding_and_not_two() {
    seeded(
        |document| {
            let path = "/api/organizations/{organization}/audit-log/export";
            let entry = document["paths"][path].as_object_mut().unwrap();
            let moved = entry.remove("get").unwrap();
            entry.insert("post".to_owned(), moved);
        },
        &[(News::Changed, "export_audit_log", "", Difference::Method)],
    );
}

#[test]
fn a_new_operation_counts_where_it_is_about_people_or_nobody_knows() {
    let added = |path: &str| {
        let mut document = openapi::document();
        document["paths"][path] = json!({"get": {"responses": {}}});
        told(&check(&document).findings)
    };
    for people in [
        "/api/organizations/{name}/badges",
        "/api/{repoType}/{namespace}/{repo}/discussions/{num}/votes",
        "/api/settings/passkeys",
        "/api/astrology",
    ] {
        assert!(added(people).starts_with(&format!("new - GET {people} ")), "{}", added(people));
    }
    for other in ["/api/jobs/{namespace}/{jobId}/pause", "/api/models/{namespace}/{repo}/tree/x"] {
        assert_eq!(added(other), "");
    }
}

#[test]
fn what_is_left_out_on_purpose_is_explained_and_not_a_finding() {
    let mut document = openapi::document();
    let path = "/api/organizations/{name}/scim/v2/Users/{userId}";
    document["paths"][path] = json!({"delete": {"responses": {}}});
    let report = check(&document);
    assert!(report.findings.is_empty(), "\n{}", told(&report.findings));
    let why = report.explained.iter().find(|finding| finding.path == path).unwrap().why;
    assert!(why.unwrap().contains("account for good"), "{why:?}");
}

/// A document as the Hub writes them, with the oddities of its copies.
fn small() -> Value {
    serde_json::from_str(include_str!("contract/small.json")).unwrap()
}

#[test]
fn the_hubs_way_to_write_paths_values_and_ids_is_understood() {
    let report = check(&small());
    let known: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.news != News::Gone)
        .map(|finding| told(std::slice::from_ref(finding)))
        .collect();
    assert_eq!(known, Vec::<String>::new());
    assert_eq!(report.documented, 3, "members, settings of repositories, whoami");
}

#[test]
fn one_of_the_paths_of_an_operation_may_go_while_the_others_stay() {
    let mut document = small();
    document["paths"].as_object_mut().unwrap().remove("/api/spaces/{namespace}/{repo}/settings");
    let report = check(&document);
    let gone = report
        .findings
        .iter()
        .find(|finding| finding.operation == Some("update_repo_settings"))
        .unwrap();
    assert_eq!(gone.path, "/api/spaces/{namespace}/{repo}/settings");
    assert_eq!(gone.news, News::Gone);
}

#[test]
fn other_json_is_no_document() {
    for other in [json!({}), json!([]), json!({"openapi": "3.1.0"}), json!({"swagger": "2.0"})] {
        let error = contract::check(&other).unwrap_err();
        assert!(error.to_string().starts_with("this is no OpenAPI document: "), "{error}");
    }
}

/// The Hub's own document, or `None` where it does not lie beside the repository.
fn shared() -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("../../../shared/contract/hub-openapi.json");
    match fs::read_to_string(path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("NOT RUN: the Hub's document does not lie beside this repository");
            None
        }
    }
}

#[test]
fn the_hubs_own_document_has_no_difference_that_nothing_explains() {
    let Some(document) = shared() else { return };
    let report = check(&document);
    println!(
        "counted: {} operations documented, {} known from elsewhere, {} differences explained, \
         {} operations of the document are not about people",
        report.documented,
        report.undocumented.len(),
        report.explained.len(),
        report.outside
    );
    assert!(report.findings.is_empty(), "\n{}", told(&report.findings));
}

#[test]
fn every_operation_that_stands_at_several_places_is_looked_for_at_each() {
    let Some(document) = shared() else { return };
    let report = check(&document);
    let several = report.places.into_iter().filter(|(_, paths)| paths.len() > 1);
    let odd: Vec<_> = several.filter(|(name, paths)| contract::expected(name) != *paths).collect();
    assert!(odd.is_empty(), "{odd:#?}");
}
