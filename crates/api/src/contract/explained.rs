//! Differences between the table and the Hub's document that are meant, each with its reason.

use super::Difference::{self, GoneField, GoneValue, Limit, NewField, NewValue, Required, Type};

/// A difference that is meant.
pub(super) struct Explained {
    /// Names of the operations.
    pub(super) operations: &'static [&'static str],
    /// Where; a `*` at its end stands for anything below.
    pub(super) place: &'static str,
    pub(super) difference: Difference,
    pub(super) why: &'static str,
}

const fn meant(
    operations: &'static [&'static str],
    place: &'static str,
    difference: Difference,
    why: &'static str,
) -> Explained {
    Explained { operations, place, difference, why }
}

/// Operations on the discussions of one repository.
const DISCUSSIONS: &[&str] = &[
    "change_discussion_status",
    "comment_discussion",
    "create_discussion",
    "delete_discussion",
    "delete_pull_request_ref",
    "get_discussion_details",
    "get_pull_request_storage",
    "get_repo_discussions",
    "merge_pull_request",
    "pin_discussion",
    "rename_discussion",
];

/// Operations that answer with a whole collection.
const COLLECTION: &[&str] = &["add_collection_item", "create_collection", "get_collection"];

const DIGITS: &str = "a number in a path travels as its digits";
const ONE_ENUM: &str = "one list of types for all operations; those that do not fit are refused \
                        before sending";
const CARD: &str = "the card of what a collection holds is kept as it comes, in `extra`";
const PROFILE: &str = "what a profile says beside the person is kept as it comes, in `extra`";
const SHARED: &str = "one type for this object wherever it is answered; here the field stays empty";
const NEWER: &str = "newer than this document: recorded from the Hub in October 2026";
const LINK: &str = "part of the address of the next page, which the Hub makes";
const IDENTITY: &str = "without it nobody knows what the answer is about";
const SPACE: &str = "a setting of the machine behind a Space";
const FORM: &str = "a filter of the site's search box, which knows more than people";
const OPEN: &str = "open text: the Hub's list grows by itself, and the Hub checks it";
const LISTING: &str = "lists of repositories are there to see whose they are: owner, text and \
                       order are enough";

const CONSTANT: &str = "the one value there is, always sent";
const SECRET: &str =
    "the limits of a secret are checked before sending; its schema says nothing of it";
const AUTHOR: &str = "one type for people wherever they write; this is said of authors of comments";
const TREES: &str = "one request for both trees; the managed one needs it, the other refuses it";

pub(super) const EXPLAINED: &[Explained] = &[
    // Discussions
    meant(DISCUSSIONS, "path.num", Type, DIGITS),
    meant(DISCUSSIONS, "path.repoType", GoneValue, ONE_ENUM),
    meant(
        &["change_discussion_status"],
        "body.status",
        GoneValue,
        "one list of states for all operations; the others are refused before sending",
    ),
    meant(
        &["get_discussion_details"],
        "query.diff",
        GoneField,
        "the official Python client sends it for the changes of a pull request",
    ),
    meant(
        &["get_discussion_details"],
        "answer.diff",
        GoneField,
        "the answer to `diff=1`, which the official Python client reads",
    ),
    meant(&["get_discussion_details"], "answer.num", Required, IDENTITY),
    meant(&["get_discussion_details"], "answer.repo", Required, IDENTITY),
    meant(&["get_discussion_details"], "answer.org.*", GoneField, SHARED),
    meant(&["get_discussion_details"], "answer.org.*", NewField, PROFILE),
    meant(&["get_discussion_details"], "answer.author.*", GoneField, AUTHOR),
    meant(&["get_repo_discussions"], "answer.discussions[].author.*", GoneField, AUTHOR),
    // Access requests
    meant(
        &["get_user_access_report"],
        "answer",
        Type,
        "a file of JSON: the recorded report is a list",
    ),
    meant(
        &["batch_access_requests", "handle_access_request"],
        "body.resetReason",
        GoneField,
        NEWER,
    ),
    meant(&["batch_access_requests", "handle_access_request"], "body.status", GoneValue, NEWER),
    meant(&["handle_access_request"], "body.requestId", GoneField, NEWER),
    meant(&["list_access_requests"], "path.status", GoneValue, NEWER),
    meant(&["list_access_requests"], "query.q", GoneField, NEWER),
    meant(&["list_access_requests"], "query.cursor", GoneField, LINK),
    meant(&["list_access_requests"], "answer[].requestId", GoneField, NEWER),
    meant(&["list_access_requests"], "answer[].user.*", NewField, PROFILE),
    meant(&["list_access_requests"], "answer[].grantedBy.*", NewField, PROFILE),
    // Collections
    meant(COLLECTION, "answer.items[].*", NewField, CARD),
    meant(&["update_collection_metadata"], "answer.data.items[].*", NewField, CARD),
    meant(&["list_collections"], "answer[].items[].*", NewField, CARD),
    meant(&["list_collections"], "answer[].position", GoneField, SHARED),
    meant(&["list_collections"], "answer[].shareUrl", GoneField, SHARED),
    meant(&["list_collections"], "answer[].slug", Required, IDENTITY),
    meant(
        &["list_collections"],
        "answer[].name",
        NewField,
        "in no recording; kept in `extra` should it come",
    ),
    meant(COLLECTION, "answer.owner.*", GoneField, AUTHOR),
    meant(&["update_collection_metadata"], "answer.data.owner.*", GoneField, AUTHOR),
    meant(&["list_collections"], "answer[].owner.*", GoneField, AUTHOR),
    meant(
        &["list_collections"],
        "query.item",
        Limit,
        "the pattern stands at each of the items, of which there may be several",
    ),
    meant(&["batch_update_collection_items"], "body[].action", NewValue, CONSTANT),
    // Governance
    meant(&["report_leaked_credentials"], "body.credentials[]", Limit, SECRET),
    meant(
        &["change_organization_member_role"],
        "body.resourceGroups",
        Required,
        "leaving it out takes the member out of every group, so it is always sent",
    ),
    meant(&["add_resource_group_users"], "body.users[].name", NewField, "another word for `user`"),
    meant(
        &["add_resource_group_users"],
        "body.users[].user",
        Required,
        "the document also takes `name` in its place",
    ),
    meant(
        &["update_resource_group_settings"],
        "body.autoJoin",
        Required,
        "there is nothing else to set",
    ),
    meant(
        &["update_resource_group_settings"],
        "body.autoJoin.enabled",
        NewValue,
        "true and false, which the document writes as two constants",
    ),
    meant(
        &["create_service_account", "get_service_account", "list_service_accounts"],
        "answer*",
        GoneField,
        SHARED,
    ),
    meant(
        &[
            "create_service_account_token",
            "rotate_service_account_token",
            "update_service_account_token",
        ],
        "answer.*",
        GoneField,
        SHARED,
    ),
    meant(
        &["create_service_account_token", "update_service_account_token"],
        "body.repoPermissions[]",
        GoneValue,
        "one list of permissions; those that are not about a repository are refused before sending",
    ),
    meant(
        &["update_network_security"],
        "body.ipRanges[]",
        Limit,
        "ranges are read as addresses with a prefix length, which says more than four patterns",
    ),
    meant(&["whoami"], "answer.auth.resource", NewField, "kept as it comes, in `extra`"),
    meant(&["whoami"], "answer.orgs[].resourceGroups[].numUsers", GoneField, SHARED),
    // Repositories and search
    meant(&["create_repo"], "body.type", GoneValue, ONE_ENUM),
    meant(&["create_repo"], "body.license", NewValue, OPEN),
    meant(&["create_repo", "duplicate_repo"], "body.sdk", NewValue, OPEN),
    meant(&["create_repo", "duplicate_repo"], "body.hardware", NewValue, OPEN),
    meant(&["create_repo", "duplicate_repo"], "body.secrets", NewField, SPACE),
    meant(&["create_repo", "duplicate_repo"], "body.variables", NewField, SPACE),
    meant(&["create_repo", "duplicate_repo"], "body.volumes", NewField, SPACE),
    meant(&["create_repo"], "body.devModeEnabled", NewField, SPACE),
    meant(&["create_repo"], "body.hardware", NewField, SPACE),
    meant(&["create_repo"], "body.sdkVersion", NewField, SPACE),
    meant(&["create_repo"], "body.sleepTimeSeconds", NewField, SPACE),
    meant(&["create_repo"], "body.template", NewField, SPACE),
    meant(&["create_repo"], "body.short_description", NewField, SPACE),
    meant(&["create_repo"], "body.files", NewField, "contents of a repository"),
    meant(&["create_repo"], "body.license_link", NewField, "a line of the repository's card"),
    meant(&["create_repo"], "body.license_name", NewField, "a line of the repository's card"),
    meant(&["create_repo"], "body.region", NewField, "where files are stored"),
    meant(&["duplicate_repo"], "answer.*", GoneField, SHARED),
    meant(
        &["duplicate_repo"],
        "path.type",
        GoneValue,
        "the official Python client duplicates every type",
    ),
    meant(
        &["update_repo_settings"],
        "answer.*",
        NewField,
        "recordings show only visibility and gate; what else comes is kept in `extra`",
    ),
    meant(&["list_kernels"], "query.*", NewField, LISTING),
    meant(&["list_kernels"], "query.expand", NewValue, LISTING),
    meant(&["list_kernels"], "query.expand[]", NewValue, LISTING),
    meant(&["list_kernels"], "query.sort", NewValue, LISTING),
    meant(&["list_kernels"], "query.sort", GoneValue, "one list of orders for all types"),
    meant(&["list_kernels"], "query.cardData", GoneField, "one request for all types"),
    meant(&["list_kernels"], "answer[].*", NewField, "kept as it comes, in `extra`"),
    meant(&["list_kernels"], "answer[].*", GoneField, SHARED),
    meant(&["list_user_repos"], "query.cursor", GoneField, LINK),
    meant(&["quicksearch"], "query.q", Required, "without a text there is nothing to find"),
    meant(&["quicksearch"], "query.*", NewField, FORM),
    meant(&["quicksearch"], "answer.*", GoneField, SHARED),
    meant(
        &["repo_info"],
        "answer.*",
        NewField,
        "the card and the files of a repository are kept as they come, in `extra`",
    ),
    // Pictures
    meant(
        &["get_organization_avatar", "get_user_avatar"],
        "query.redirect",
        NewField,
        "the address is asked for, not the picture",
    ),
    meant(&["get_organization_socials"], "answer.socialHandles.bluesky", GoneField, SHARED),
    // Webhooks
    meant(
        &["create_webhook", "update_webhook"],
        "body.watched[].avatarUrl",
        GoneField,
        "part of what the Hub answers; it is not sent",
    ),
    meant(
        &["update_webhook"],
        "body.domains",
        Required,
        "what is left out stays as it is, as the official client has it",
    ),
    meant(
        &["update_webhook"],
        "body.watched",
        Required,
        "what is left out stays as it is, as the official client has it",
    ),
    meant(
        &["create_webhook"],
        "body.domains",
        Required,
        "left out, the Hub calls for everything, as the official client has it",
    ),
    meant(&["create_webhook", "update_webhook"], "body.secret", Limit, SECRET),
    // SCIM
    meant(&["create_scim_user", "replace_scim_user"], "body.name", GoneField, TREES),
    meant(&["create_scim_user", "replace_scim_user"], "body.name", Required, TREES),
    meant(&["replace_scim_user"], "body.emails", GoneField, TREES),
    meant(&["replace_scim_user"], "body.emails", Required, TREES),
    meant(&["replace_scim_user"], "body.userName", GoneField, TREES),
    meant(&["replace_scim_user"], "body.userName", Required, TREES),
    meant(
        &["replace_scim_group", "update_scim_group", "update_scim_user"],
        "body.schemas[]",
        NewValue,
        CONSTANT,
    ),
    meant(
        &["update_scim_group"],
        "body.Operations[].value",
        Required,
        "members are added and removed by naming them",
    ),
    meant(&["get_scim_service_provider_config"], "answer.*", GoneField, SHARED),
];
