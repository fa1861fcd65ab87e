//! Webhooks.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    Row {
        operation: "list_webhooks",
        call: "Webhooks::list",
        command: &["webhooks", "list"],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_is_made_changed_switched_and_deleted",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "get_webhook",
        call: "Webhooks::get",
        command: &["webhooks", "show", "650000190000000000000001"],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_is_made_changed_switched_and_deleted",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "create_webhook",
        call: "Webhooks::create",
        command: &[
            "webhooks",
            "create",
            "--url",
            "https://acme.example/hook",
            "--watch",
            "org:meridian-labs",
        ],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_needs_one_target_and_things_that_its_owner_can_see",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "update_webhook",
        call: "Webhooks::update",
        command: &["webhooks", "update", "650000190000000000000001", "--domain", "repo"],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_is_made_changed_switched_and_deleted",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "delete_webhook",
        call: "Webhooks::delete",
        command: &["webhooks", "delete", "650000190000000000000001"],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_is_made_changed_switched_and_deleted",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "enable_webhook",
        call: "Webhooks::enable",
        command: &["webhooks", "enable", "650000190000000000000001"],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_is_made_changed_switched_and_deleted",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "disable_webhook",
        call: "Webhooks::disable",
        command: &["webhooks", "disable", "650000190000000000000001"],
        test: "crates/sim/tests/hub/webhooks.rs: a_webhook_is_made_changed_switched_and_deleted",
        example: "webhooks",
        why: "",
    },
    Row {
        operation: "replay_webhook",
        call: "Webhooks::replay",
        command: &["webhooks", "replay", "650000190000000000000001", "6500001a0000000000000001"],
        test: "crates/sim/tests/hub/webhooks.rs: what_happens_is_told_to_those_who_watch_and_can_be_replayed",
        example: "webhooks",
        why: "",
    },
];
