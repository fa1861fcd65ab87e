//! The table of operations beside documents.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, Sim, WORLD};

#[test]
fn the_simulators_document_agrees_and_nothing_is_sent_in_a_dry_run() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    assert_eq!(home.json(&["contract"]), json!([]));
    home.run(&["contract", &sim.url])
        .ends(0)
        .says(&["operations are in the document", "0 have none"]);
    let plan = home.json(&["contract", "--dry-run"]);
    assert_eq!(plan[0]["path"], "/.well-known/openapi.json");
    let printed: Value = serde_json::from_str(&home.ok(&["contract", "--print"]).stdout).unwrap();
    assert_eq!(printed["openapi"], "3.1.0");
}

#[test]
fn a_changed_document_ends_with_1_and_names_what_changed() {
    let home = Home::new();
    let mut document: Value =
        serde_json::from_str(&home.ok(&["contract", "--print"]).stdout).unwrap();
    let members = "/api/organizations/{organization}/members";
    let moved = document["paths"].as_object_mut().unwrap().remove(members).unwrap();
    document["paths"]["/api/organizations/{organization}/seats"] = moved;
    let file = home.write("changed.json", &document.to_string());
    let ran = home.run(&["contract", file.to_str().unwrap(), "--format", "json"]).ends(1);
    let lines: Value = serde_json::from_str(&ran.stdout).unwrap();
    let news: Vec<(&str, &str)> = lines
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["news"].as_str().unwrap(), line["path"].as_str().unwrap()))
        .collect();
    let seats = "/api/organizations/{organization}/seats";
    assert_eq!(news, [("new", seats), ("gone", members)]);
    assert_eq!(lines[1]["operation"], "list_organization_members");
    let table = home.run(&["contract", file.to_str().unwrap()]).ends(1);
    assert!(table.stdout.contains("list_organization_members"), "{table:?}");
}

#[test]
fn what_is_explained_is_printed_with_its_reason_when_asked_for() {
    let home = Home::new();
    let document = json!({"openapi": "3.1.0", "paths": {
        "/api/organizations/{name}/scim/v2/Users/{userId}": {"delete": {"responses": {}}}}});
    let file = home.write("hub.json", &document.to_string());
    let ran =
        home.run(&["contract", file.to_str().unwrap(), "--all", "--format", "ndjson"]).ends(1);
    let delete = ran.stdout.lines().find(|line| line.contains("account for good"));
    let delete: Value = serde_json::from_str(delete.unwrap()).unwrap();
    assert!(delete["path"].as_str().unwrap().contains("scim/v2/Users"), "{delete}");
    assert!(ran.stdout.contains("unlisted") && ran.stdout.contains("official clients"), "{ran:?}");
}

#[test]
fn what_is_no_document_is_refused_with_what_to_give() {
    let home = Home::new();
    let file = home.write("other.json", "{}");
    home.run(&["contract", file.to_str().unwrap()]).ends(2).says(&["no OpenAPI document", "hint"]);
    let file = home.write("text.json", "nothing");
    home.run(&["contract", file.to_str().unwrap()]).ends(2).says(&["is no JSON"]);
    home.run(&["contract", "missing.json"]).ends(2).says(&["cannot be read", "give a file"]);
}
