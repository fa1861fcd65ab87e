//! The document of what is served.

use crate::call::get;
use crate::scene::hub;

#[test]
fn the_server_describes_what_it_serves() {
    let hub = hub();
    let document = get(&hub, "/.well-known/openapi.json").send().json();
    assert_eq!(document["openapi"], "3.1.0");
    let likes = &document["paths"]["/api/users/{username}/likes"]["get"];
    assert_eq!(likes["operationId"], "list_liked_repos");
    let named: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|entry| entry.as_object().unwrap().len())
        .sum();
    assert!(named > 25, "{named} operations");
    for (path, entry) in document["paths"].as_object().unwrap() {
        for (method, operation) in entry.as_object().unwrap() {
            assert!(operation["responses"]["200"].is_object(), "{method} {path}");
            let references = operation.to_string();
            for reference in references.split("\"#/components/schemas/").skip(1) {
                let name = reference.split('"').next().unwrap();
                assert!(document["components"]["schemas"][name].is_object(), "{name}");
            }
        }
    }
}
