//! Objects that govern an organization.

use super::super::{Key, Kind, key, nested};

const GROUP_USER: &[Key] = &[
    key("_id", "id"),
    key("name", "username"),
    key("fullname", "fullname"),
    key("role", "role"),
    key("avatarUrl", "avatar_url"),
    key("type", "account_type"),
    key("addedBy", "added_by"),
];

const RESOURCE: &[Key] = &[
    key("type", "resource_type"),
    key("name", "name"),
    key("id", "id"),
    key("slug", "slug"),
    key("title", "title"),
    key("private", "private"),
    key("addedBy", "added_by"),
];

const SPEND_LIMITS: &[Key] = &[
    key("total", "total"),
    key("inferenceProviders", "inference_providers"),
    key("spaces", "spaces"),
    key("jobs", "jobs"),
    key("endpoints", "endpoints"),
];

const RESOURCE_GROUP_KEYS: &[Key] = &[
    key("id", "id"),
    key("name", "name"),
    key("description", "description"),
    key("autoJoin", "auto_join"),
    nested("spendLimits", "spend_limits", SPEND_LIMITS),
    nested("users", "users", GROUP_USER),
    nested("resources", "resources", RESOURCE),
];

/// A resource group in a list.
pub(crate) const RESOURCE_GROUP: Kind =
    Kind { keys: RESOURCE_GROUP_KEYS, columns: &["name", "id", "description", "users"] };

/// A resource group on its own.
pub(crate) const RESOURCE_GROUP_PAGE: Kind = Kind {
    keys: RESOURCE_GROUP_KEYS,
    columns: &["name", "id", "description", "auto_join", "spend_limits", "users", "resources"],
};

const TOKEN: &[Key] = &[
    key("_id", "id"),
    key("displayName", "display_name"),
    key("createdAt", "created_at"),
    key("lastUsedAt", "last_used_at"),
    key("expiration", "expiration"),
    key("role", "role"),
    key("permissions", "permissions"),
    key("repoIds", "repo_ids"),
    key("repoPermissions", "repo_permissions"),
    key("endpointPatterns", "endpoint_patterns"),
    key("last4", "last4"),
    key("skipNetworkSecurity", "skip_network_security"),
];

/// What is known of a service account's token.
pub(crate) const SERVICE_ACCOUNT_TOKEN: Kind = Kind {
    keys: TOKEN,
    columns: &["display_name", "id", "permissions", "last4", "created_at", "last_used_at"],
};

const SERVICE_ACCOUNT_KEYS: &[Key] = &[
    key("_id", "id"),
    key("user", "username"),
    key("name", "name"),
    key("fullname", "fullname"),
    key("email", "email"),
    key("description", "description"),
    key("createdAt", "created_at"),
    nested("accessTokens", "access_tokens", TOKEN),
];

/// A service account in a list.
pub(crate) const SERVICE_ACCOUNT: Kind = Kind {
    keys: SERVICE_ACCOUNT_KEYS,
    columns: &["username", "id", "name", "description", "created_at"],
};

/// A service account on its own.
pub(crate) const SERVICE_ACCOUNT_PAGE: Kind = Kind {
    keys: SERVICE_ACCOUNT_KEYS,
    columns: &["username", "id", "name", "email", "description", "created_at", "access_tokens"],
};

const AUTHOR: &[Key] = &[
    key("_id", "id"),
    key("user", "username"),
    key("avatarUrl", "avatar_url"),
    key("type", "author_type"),
    key("deleted", "deleted"),
];

const AUDIT_TOKEN: &[Key] = &[
    key("type", "token_type"),
    key("id", "id"),
    key("role", "role"),
    key("last4", "last4"),
    key("deleted", "deleted"),
];

/// Something that happened in an organization.
pub(crate) const AUDIT_ENTRY: Kind = Kind {
    keys: &[
        key("_id", "id"),
        key("createdAt", "created_at"),
        key("type", "event"),
        key("message", "message"),
        nested("author", "author", AUTHOR),
        key("ip", "ip"),
        key("location", "location"),
        key("userAgent", "user_agent"),
        nested("token", "token", AUDIT_TOKEN),
        nested("oauth", "oauth", &[key("clientId", "client_id"), key("name", "name")]),
        key("data", "data"),
    ],
    columns: &["created_at", "event", "author", "message", "ip"],
};

/// Rules for networks and content.
pub(crate) const NETWORK_SECURITY: Kind = Kind {
    keys: &[
        key("enforceAuth", "enforce_auth"),
        key("enforceIpRestriction", "enforce_ip_restriction"),
        key("highRateLimits", "high_rate_limits"),
        key("ipRanges", "ip_ranges"),
        key("blockedContents", "blocked_contents"),
        key("allowedContents", "allowed_contents"),
        key("keepReposMetadataVisible", "keep_repos_metadata_visible"),
    ],
    columns: &[
        "enforce_auth",
        "enforce_ip_restriction",
        "ip_ranges",
        "high_rate_limits",
        "blocked_contents",
        "allowed_contents",
        "keep_repos_metadata_visible",
    ],
};
