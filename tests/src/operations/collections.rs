//! Collections and their items.

use super::Row;

/// The first collection of the demo organization.
const SLUG: &str = "meridian-labs/tide-models-650000140000000000000001";

pub(super) const ROWS: &[Row] = &[
    Row {
        operation: "list_collections",
        call: "Collections::list",
        command: &["collections", "list", "--owner", "meridian-labs"],
        test: "crates/sim/tests/hub/collections.rs: lists_are_filtered_ordered_and_paged",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "get_collection",
        call: "Collection::get",
        command: &["collections", "show", SLUG],
        test: "crates/sim/tests/hub/collections.rs: a_collection_is_found_by_its_id_whatever_its_title_was",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "create_collection",
        call: "Collections::create",
        command: &["collections", "create", "meridian-labs", "For May"],
        test: "crates/sim/tests/hub/collections.rs: a_collection_is_made_changed_and_deleted",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "update_collection_metadata",
        call: "Collection::update",
        command: &["collections", "update", SLUG, "--theme", "green"],
        test: "crates/sim/tests/hub/collections.rs: a_collection_is_made_changed_and_deleted",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "delete_collection",
        call: "Collection::delete",
        command: &["collections", "delete", SLUG],
        test: "crates/sim/tests/hub/collections.rs: a_collection_is_made_changed_and_deleted",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "get_collection_resource_group",
        call: "Collection::resource_group",
        command: &["collections", "group", SLUG],
        test: "crates/sim/tests/hub/collections.rs: a_collection_goes_into_a_resource_group_and_out_again",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "set_collection_resource_group",
        call: "Collection::set_resource_group",
        command: &["collections", "group", SLUG, "--clear"],
        test: "crates/sim/tests/hub/collections.rs: a_collection_goes_into_a_resource_group_and_out_again",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "add_collection_item",
        call: "Collection::add",
        command: &["collections", "add", SLUG, "models/meridian-labs/tide-base"],
        test: "crates/sim/tests/hub/collections.rs: items_are_added_noted_moved_and_taken_out",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "update_collection_item",
        call: "Collection::note_item",
        command: &[
            "collections",
            "edit-item",
            SLUG,
            "models/meridian-labs/tide-base",
            "--position",
            "1",
        ],
        test: "crates/sim/tests/hub/collections.rs: items_are_added_noted_moved_and_taken_out",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "delete_collection_item",
        call: "Collection::remove_item",
        command: &["collections", "remove-item", SLUG, "models/meridian-labs/tide-base"],
        test: "crates/sim/tests/hub/collections.rs: items_are_added_noted_moved_and_taken_out",
        example: "keep_a_collection",
        why: "",
    },
    Row {
        operation: "batch_update_collection_items",
        call: "Collection::batch",
        command: &[
            "api",
            "batch_update_collection_items",
            "-f",
            "slug=meridian-labs/tide-models-650000140000000000000001",
            "-f",
            r#"updates=[{"action":"update","_id":"650000150000000000000001","data":{"note":"N"}}]"#,
        ],
        test: "crates/sim/tests/hub/collections.rs: items_are_added_noted_moved_and_taken_out",
        example: "keep_a_collection",
        why: "",
    },
];
