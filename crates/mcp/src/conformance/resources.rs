//! Resources with fixed contents, and one made from its address.

use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use super::PNG;

const TEXT: &str = "test://static-text";
const BINARY: &str = "test://static-binary";
const WATCHED: &str = "test://watched-resource";

pub(super) fn all() -> Vec<Resource> {
    [
        (TEXT, "Static text", "text/plain"),
        (BINARY, "Static image", "image/png"),
        (WATCHED, "Watched text", "text/plain"),
    ]
    .into_iter()
    .map(|(uri, name, kind)| {
        Resource::new(uri, name).with_description("For the conformance suite").with_mime_type(kind)
    })
    .collect()
}

pub(super) fn template() -> ResourceTemplate {
    ResourceTemplate::new("test://template/{id}/data", "Template")
        .with_description("For the conformance suite")
        .with_mime_type("application/json")
}

pub(super) fn read(uri: &str) -> Option<ReadResourceResult> {
    let contents = match uri {
        TEXT | WATCHED => {
            ResourceContents::text("This is the content of the static text resource.", uri)
        }
        BINARY => ResourceContents::blob(PNG, uri).with_mime_type("image/png"),
        _ => {
            let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
            let data = serde_json::json!({
                "id": id, "templateTest": true, "data": format!("Data for ID: {id}"),
            });
            ResourceContents::text(data.to_string(), uri).with_mime_type("application/json")
        }
    };
    Some(ReadResourceResult::new(vec![contents]))
}
