//! The keys of requests for access, repositories and webhooks.

use super::{GROUP, Key, Kind, key, nested};

const PERSON: &[Key] = &[
    key("_id", "id"),
    key("user", "username"),
    key("fullname", "fullname"),
    key("avatarUrl", "avatar_url"),
    key("isPro", "is_pro"),
    key("type", "account_type"),
    key("email", "email"),
    key("verifiedOrgNames", "verified_org_names"),
];

/// A request for access to a gated repository.
pub(crate) const ACCESS_REQUEST: Kind = Kind {
    keys: &[
        key("requestId", "request_id"),
        nested("user", "user", PERSON),
        key("status", "status"),
        key("timestamp", "timestamp"),
        key("reviewedAt", "reviewed_at"),
        nested("grantedBy", "granted_by", PERSON),
        key("fields", "fields"),
    ],
    columns: &["user", "status", "timestamp", "reviewed_at", "granted_by", "fields"],
};

/// Somebody in the report of a gated repository.
pub(crate) const ACCESS_REPORT: Kind = Kind {
    keys: &[
        key("user", "username"),
        key("fullname", "fullname"),
        key("email", "email"),
        key("status", "status"),
        key("time", "time"),
        key("reviewedAt", "reviewed_at"),
        nested("grantedBy", "granted_by", PERSON),
    ],
    columns: &["username", "fullname", "email", "status", "time", "reviewed_at", "granted_by"],
};

/// A repository in a list.
pub(crate) const REPO: Kind = Kind {
    keys: &[
        key("type", "type"),
        key("id", "id"),
        key("_id", "object_id"),
        key("author", "author"),
        key("private", "private"),
        key("gated", "gated"),
        key("likes", "likes"),
        key("downloads", "downloads"),
        key("createdAt", "created_at"),
        key("lastModified", "last_modified"),
        key("sdk", "sdk"),
        key("tags", "tags"),
        nested("resourceGroup", "resource_group", GROUP),
    ],
    columns: &["type", "id", "private", "gated", "likes", "downloads", "last_modified"],
};

/// A repository as its owner sees it.
pub(crate) const OWN_REPO: Kind = Kind {
    keys: &[
        key("type", "type"),
        key("id", "id"),
        key("visibility", "visibility"),
        key("updatedAt", "updated_at"),
        key("storage", "storage"),
        key("storagePercent", "storage_percent"),
    ],
    columns: &["type", "id", "visibility", "storage", "storage_percent", "updated_at"],
};

/// The resource group of a repository.
pub(crate) const REPO_GROUP: Kind = Kind {
    keys: &[key("id", "id"), key("name", "name"), key("numUsers", "num_users")],
    columns: &["name", "id", "num_users"],
};

const WATCHED: &[Key] = &[key("type", "type"), key("name", "name"), key("avatarUrl", "avatar_url")];

/// A webhook.
pub(crate) const WEBHOOK: Kind = Kind {
    keys: &[
        key("id", "id"),
        key("url", "url"),
        key("job", "job"),
        key("jobSourceId", "job_source_id"),
        nested("watched", "watched", WATCHED),
        key("domains", "domains"),
        key("disabled", "disabled"),
        key("hasSecret", "has_secret"),
        key("lastTriggerAt", "last_trigger_at"),
    ],
    columns: &["id", "url", "watched", "domains", "disabled", "has_secret", "last_trigger_at"],
};
