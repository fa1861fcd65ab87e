//! Requests for access to gated repositories.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    Row {
        operation: "list_access_requests",
        call: "AccessRequests::pending",
        command: &["access", "list", "meridian-labs/tide-large"],
        test: "crates/sim/tests/hub/access_requests.rs: lists_page_newest_first_and_filter_by_time_and_name",
        example: "decide_access_requests",
        why: "",
    },
    Row {
        operation: "handle_access_request",
        call: "AccessRequests::reject",
        command: &["access", "reject", "meridian-labs/tide-large", "tomasz-wu", "--reason", "no"],
        test: "crates/sim/tests/hub/access_requests.rs: a_request_goes_from_every_status_to_every_other_and_never_to_its_own",
        example: "decide_access_requests",
        why: "",
    },
    Row {
        operation: "grant_access",
        call: "AccessRequests::grant",
        command: &["access", "grant", "meridian-labs/tide-large", "walk-in"],
        test: "crates/sim/tests/hub/access_requests.rs: a_grant_works_from_every_status_but_access_and_gives_no_address",
        example: "decide_access_requests",
        why: "",
    },
    Row {
        operation: "batch_access_requests",
        call: "AccessRequests::batch",
        command: &["access", "batch", "meridian-labs/tide-large", "--file", "requests.csv"],
        test: "crates/sim/tests/hub/access_requests.rs: a_batch_answers_for_each_and_is_content_with_what_is_so_already",
        example: "decide_access_requests",
        why: "",
    },
    Row {
        operation: "ask_access",
        call: "AccessRequests::ask",
        command: &["access", "ask", "harbor-institute/tide-gauges"],
        test: "crates/sim/tests/hub/access_requests.rs: asking_leads_back_to_the_page_and_is_heard_once",
        example: "decide_access_requests",
        why: "",
    },
    Row {
        operation: "cancel_own_access_request",
        call: "AccessRequests::cancel_own",
        command: &["access", "withdraw", "harbor-institute/tide-gauges"],
        test: "crates/sim/tests/hub/access_requests.rs: a_request_is_withdrawn_by_the_one_who_asked_while_it_waits",
        example: "decide_access_requests",
        why: "",
    },
    Row {
        operation: "get_user_access_report",
        call: "AccessRequests::report",
        command: &["access", "report", "meridian-labs/tide-large"],
        test: "crates/sim/tests/hub/access_requests.rs: the_recorded_report_comes_back_as_a_file",
        example: "decide_access_requests",
        why: "",
    },
];
