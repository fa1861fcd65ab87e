//! Tokens and their scopes.

use jiff::Timestamp;
use serde::Deserialize;

use crate::id::ObjectId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct TokenEntry {
    #[serde(rename = "_id", default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) token: String,
    /// Only the tokens of people belong to one.
    #[serde(default)]
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) kind: TokenKind,
    /// Whose identity provider has it.
    #[serde(default)]
    pub(crate) org: Option<String>,
    #[serde(default)]
    pub(crate) role: TokenRole,
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) expires_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) fine_grained: Option<FineGrained>,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TokenKind {
    /// A person's.
    #[default]
    User,
    /// For the SCIM operations of an organization, and nothing else.
    Scim,
}

/// What a token may do at all, before the rights of its owner count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenRole {
    /// Reads what its owner may read.
    #[default]
    Read,
    /// Reads and writes what its owner may.
    Write,
    /// Only what its scopes name.
    FineGrained,
}

/// The scopes of a fine-grained token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct FineGrained {
    /// Permissions on one account, repo or group each.
    pub scoped: Vec<Scope>,
    /// Permissions everywhere.
    pub global: Vec<String>,
    /// Whether gated repos open to this token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_read_gated_repos: Option<bool>,
}

/// Permissions on one entity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// What the permissions are for.
    pub entity: ScopeEntity,
    /// The Hub's words: `repo.write`, `org.read`, ...
    pub permissions: Vec<String>,
}

/// The account, repo or group that a scope is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeEntity {
    /// Made up from `name` when the world file leaves it out.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none", default)]
    pub id: Option<ObjectId>,
    /// Account name or repo id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// `org`, `user`, `model`, `dataset`, `space`, ...
    #[serde(rename = "type")]
    pub kind: String,
}
