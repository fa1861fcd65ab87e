//! Repositories by owner, their groups and copies, and the search.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    Row {
        operation: "list_models",
        call: "Organization::models",
        command: &["repos", "list", "meridian-labs", "--type", "model"],
        test: "crates/sim/tests/hub/repo_lists.rs: a_list_by_author_holds_what_the_caller_may_see",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "list_datasets",
        call: "Organization::datasets",
        command: &["repos", "list", "meridian-labs", "--type", "dataset"],
        test: "crates/sim/tests/hub/repo_lists.rs: a_list_by_author_holds_what_the_caller_may_see",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "list_spaces",
        call: "User::spaces",
        command: &["repos", "list", "meridian-labs", "--type", "space"],
        test: "crates/sim/tests/hub/repo_lists.rs: a_list_by_author_holds_what_the_caller_may_see",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "list_kernels",
        call: "User::kernels",
        command: &["repos", "list", "meridian-labs", "--type", "kernel"],
        test: "crates/sim/tests/hub/repo_lists.rs: a_list_by_author_holds_what_the_caller_may_see",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "list_user_repos",
        call: "Hub::repositories",
        command: &["repos", "mine"],
        test: "crates/sim/tests/hub/repo_lists.rs: the_callers_own_repos_come_with_the_space_they_take",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "quicksearch",
        call: "Hub::search",
        command: &["search", "tide"],
        test: "crates/sim/tests/hub/repo_lists.rs: the_search_finds_people_organizations_and_repos",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "get_repo_resource_group",
        call: "Repo::resource_group",
        command: &["repos", "group", "meridian-labs/tide-large"],
        test: "crates/sim/tests/hub/repo_lists.rs: a_repo_goes_into_a_group_and_out_of_it",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "set_repo_resource_group",
        call: "Repo::set_resource_group",
        command: &[
            "repos",
            "group",
            "meridian-labs/tide-large",
            "--set",
            "650000040000000000000001",
        ],
        test: "crates/sim/tests/hub/repo_lists.rs: a_repo_goes_into_a_group_and_out_of_it",
        example: "repositories_of_an_organization",
        why: "",
    },
    Row {
        operation: "duplicate_repo",
        call: "Repo::duplicate",
        command: &["repos", "copy", "meridian-labs/tide-large", "amara-osei/copy"],
        test: "crates/sim/tests/hub/repo_lists.rs: a_copy_has_the_files_and_nothing_that_people_did",
        example: "repositories_of_an_organization",
        why: "",
    },
];
