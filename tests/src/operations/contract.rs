//! What the Hub says about itself.

use super::Row;

pub(super) const ROWS: &[Row] = &[Row {
    operation: "get_openapi_document",
    call: "Hub::openapi_document",
    command: &["contract"],
    test: "crates/sim/tests/hub/openapi.rs: the_server_describes_what_it_serves",
    example: "what_the_hub_says_about_itself",
    why: "",
}];
