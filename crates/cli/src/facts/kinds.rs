//! The keys of each kind of object the Hub shows.

use super::{Key, Kind, key, nested};

mod access;
pub(super) mod governance;

pub(crate) use access::{ACCESS_REPORT, ACCESS_REQUEST, OWN_REPO, REPO, REPO_GROUP, WEBHOOK};

const GROUP: &[Key] =
    &[key("id", "id"), key("name", "name"), key("numUsers", "num_users"), key("role", "role")];

const USER_ORGANIZATION: &[Key] = &[
    key("id", "id"),
    key("name", "username"),
    key("fullname", "fullname"),
    key("avatarUrl", "avatar_url"),
];

/// A user as lists show one.
pub(crate) const PUBLIC_USER: Kind = Kind {
    keys: &[
        key("_id", "id"),
        key("user", "username"),
        key("fullname", "fullname"),
        key("avatarUrl", "avatar_url"),
        key("isPro", "is_pro"),
        key("type", "account_type"),
        key("isFollowing", "is_following"),
    ],
    columns: &["username", "fullname", "is_pro", "id"],
};

/// A user's profile.
pub(crate) const USER: Kind = Kind {
    keys: &[
        key("_id", "id"),
        key("user", "username"),
        key("fullname", "fullname"),
        key("avatarUrl", "avatar_url"),
        key("isPro", "is_pro"),
        key("type", "account_type"),
        key("details", "details"),
        key("createdAt", "created_at"),
        key("isFollowing", "is_following"),
        key("reasonToFollow", "reason_to_follow"),
        key("primaryOrgAvatarUrl", "primary_org_avatar_url"),
        key("numModels", "num_models"),
        key("numDatasets", "num_datasets"),
        key("numSpaces", "num_spaces"),
        key("numBuckets", "num_buckets"),
        key("numKernels", "num_kernels"),
        key("numDiscussions", "num_discussions"),
        key("numPapers", "num_papers"),
        key("numUpvotes", "num_upvotes"),
        key("numLikes", "num_likes"),
        key("numFollowers", "num_followers"),
        key("numFollowing", "num_following"),
        key("numFollowingOrgs", "num_following_orgs"),
        nested("orgs", "orgs", USER_ORGANIZATION),
        key("hardwareItems", "hardware_items"),
    ],
    columns: &[
        "username",
        "fullname",
        "id",
        "details",
        "is_pro",
        "created_at",
        "num_models",
        "num_datasets",
        "num_spaces",
        "num_discussions",
        "num_papers",
        "num_upvotes",
        "num_likes",
        "num_followers",
        "num_following",
        "orgs",
        "avatar_url",
    ],
};

/// An organization's profile.
pub(crate) const ORGANIZATION: Kind = Kind {
    keys: &[
        key("_id", "id"),
        key("name", "username"),
        key("fullname", "fullname"),
        key("avatarUrl", "avatar_url"),
        key("type", "account_type"),
        key("details", "details"),
        key("isVerified", "is_verified"),
        key("isFollowing", "is_following"),
        key("isPro", "is_pro"),
        key("plan", "plan"),
        key("numUsers", "num_users"),
        key("numModels", "num_models"),
        key("numDatasets", "num_datasets"),
        key("numSpaces", "num_spaces"),
        key("numPapers", "num_papers"),
        key("numFollowers", "num_followers"),
    ],
    columns: &[
        "username",
        "fullname",
        "details",
        "is_verified",
        "plan",
        "num_users",
        "num_models",
        "num_datasets",
        "num_spaces",
        "num_papers",
        "num_followers",
        "avatar_url",
    ],
};

/// A member as the Hub lists one.
pub(crate) const MEMBER: Kind = Kind {
    keys: &[
        key("_id", "id"),
        key("user", "username"),
        key("fullname", "fullname"),
        key("avatarUrl", "avatar_url"),
        key("isPro", "is_pro"),
        key("type", "account_type"),
        key("isFollowing", "is_following"),
        key("role", "role"),
        key("twoFaEnabled", "two_fa_enabled"),
        key("verifiedEmail", "verified_email"),
        key("isExternalCollaborator", "is_external_collaborator"),
        nested("resourceGroups", "resource_groups", GROUP),
    ],
    columns: &[
        "username",
        "fullname",
        "role",
        "two_fa_enabled",
        "verified_email",
        "is_external_collaborator",
        "resource_groups",
    ],
};

/// A like of a repository.
pub(crate) const LIKE: Kind = Kind {
    keys: &[key("createdAt", "created_at"), key("repo", "repo")],
    columns: &["repo", "created_at"],
};

const FINE_GRAINED: &[Key] = &[
    key("scoped", "scoped"),
    key("global", "global"),
    key("canReadGatedRepos", "can_read_gated_repos"),
];

const ACCESS_TOKEN: &[Key] = &[
    key("displayName", "display_name"),
    key("role", "role"),
    key("createdAt", "created_at"),
    nested("fineGrained", "fine_grained", FINE_GRAINED),
];

/// The answer of whoami.
pub(crate) const WHOAMI: Kind = Kind {
    keys: &[
        key("id", "id"),
        key("name", "username"),
        key("fullname", "fullname"),
        key("avatarUrl", "avatar_url"),
        key("type", "account_type"),
        key("email", "email"),
        key("emailVerified", "email_verified"),
        key("canPay", "can_pay"),
        key("billingMode", "billing_mode"),
        key("periodEnd", "period_end"),
        key("isPro", "is_pro"),
        nested(
            "orgs",
            "orgs",
            &[
                key("id", "id"),
                key("name", "username"),
                key("fullname", "fullname"),
                key("avatarUrl", "avatar_url"),
                key("type", "account_type"),
                key("email", "email"),
                key("canPay", "can_pay"),
                key("billingMode", "billing_mode"),
                key("periodEnd", "period_end"),
                key("plan", "plan"),
                key("roleInOrg", "role_in_org"),
                key("securityRestrictions", "security_restrictions"),
                nested("resourceGroups", "resource_groups", GROUP),
            ],
        ),
        nested(
            "auth",
            "auth",
            &[
                key("type", "auth_type"),
                nested("accessToken", "access_token", ACCESS_TOKEN),
                key("expiresAt", "expires_at"),
                key("resource", "resource"),
            ],
        ),
    ],
    columns: &["username", "fullname", "id", "account_type", "email", "is_pro", "orgs"],
};

const AUTHOR: &[Key] = &[
    key("_id", "id"),
    key("name", "username"),
    key("fullname", "fullname"),
    key("avatarUrl", "avatar_url"),
    key("type", "account_type"),
    key("isPro", "is_pro"),
    key("isHf", "is_hf"),
    key("isHfAdmin", "is_hf_admin"),
    key("isMod", "is_mod"),
    key("followerCount", "follower_count"),
    key("isUserFollowing", "is_user_following"),
    key("plan", "plan"),
    key("primaryOrg", "primary_org"),
];

const COLLECTION_ITEM_KEYS: &[Key] = &[
    key("_id", "object_id"),
    key("position", "position"),
    key("type", "item_type"),
    key("id", "id"),
    key("note", "note"),
    key("gallery", "gallery"),
    key("title", "title"),
    key("slug", "slug"),
    key("author", "author"),
    key("likes", "likes"),
    key("upvotes", "upvotes"),
    key("lastModified", "last_modified"),
];

const COLLECTION_KEYS: &[Key] = &[
    key("slug", "slug"),
    key("title", "title"),
    key("description", "description"),
    key("gating", "gating"),
    key("lastUpdated", "last_updated"),
    nested("owner", "owner", AUTHOR),
    nested("items", "items", COLLECTION_ITEM_KEYS),
    key("position", "position"),
    key("theme", "theme"),
    key("private", "private"),
    key("upvotes", "upvotes"),
    key("shareUrl", "share_url"),
    key("isUpvotedByUser", "is_upvoted_by_user"),
    nested("resourceGroup", "resource_group", GROUP),
];

/// A collection in a list.
pub(crate) const COLLECTION: Kind = Kind {
    keys: COLLECTION_KEYS,
    columns: &["slug", "title", "private", "upvotes", "last_updated", "description"],
};

/// A collection on its own; its items are a table below.
pub(crate) const COLLECTION_PAGE: Kind = Kind {
    keys: COLLECTION_KEYS,
    columns: &[
        "title",
        "slug",
        "description",
        "owner",
        "private",
        "gating",
        "resource_group",
        "theme",
        "upvotes",
        "position",
        "last_updated",
        "share_url",
    ],
};

/// An item of a collection.
pub(crate) const COLLECTION_ITEM: Kind = Kind {
    keys: COLLECTION_ITEM_KEYS,
    columns: &["position", "item_type", "id", "title", "note", "object_id"],
};

/// The resource group of a collection.
pub(crate) const COLLECTION_GROUP: Kind =
    Kind { keys: GROUP, columns: &["id", "name", "num_users"] };

const SCIM_META: &[Key] = &[key("resourceType", "resource_type"), key("location", "location")];

/// A user as an identity provider sees one.
pub(crate) const SCIM_USER: Kind = Kind {
    keys: &[
        key("id", "id"),
        key("userName", "username"),
        key("displayName", "display_name"),
        key("externalId", "external_id"),
        nested(
            "name",
            "name",
            &[
                key("givenName", "given_name"),
                key("familyName", "family_name"),
                key("formatted", "formatted"),
            ],
        ),
        key("emails", "emails"),
        key("active", "active"),
        nested("meta", "meta", SCIM_META),
        key("schemas", "schemas"),
    ],
    columns: &["username", "active", "external_id", "emails", "id"],
};

/// A group as an identity provider sees one.
pub(crate) const SCIM_GROUP: Kind = Kind {
    keys: &[
        key("id", "id"),
        key("displayName", "name"),
        key("externalId", "external_id"),
        key("members", "members"),
        nested("meta", "meta", SCIM_META),
        key("schemas", "schemas"),
    ],
    columns: &["name", "members", "external_id", "id"],
};
