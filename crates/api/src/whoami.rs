//! Who the token belongs to and what it may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::{AccountType, Role, present},
    endpoint::{Endpoint, Operation},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetWhoami>();
}

/// What a token as a whole may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenRole {
    /// Read what its owner may read.
    Read,
    /// Write what its owner may write.
    Write,
    /// What its scopes list.
    FineGrained,
    /// Anything; for the Hub's own staff.
    God,
    /// A role added since; kept as it came.
    Other(String),
}

open_names!(TokenRole { "read" => Read, "write" => Write, "fineGrained" => FineGrained, "god" => God });

/// The caller, their organizations and their token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Whoami {
    /// Kind of account.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Id that stays through renames.
    pub id: String,
    /// Name of the account (`name` on the wire).
    #[serde(rename = "name")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address; absent without the scope for it, `Some(None)` when there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub email: Option<Option<String>>,
    /// Whether the address is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Whether there is a way to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_pay: Option<bool>,
    /// `prepaid` or `postpaid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_mode: Option<String>,
    /// End of the billing period in Unix seconds; `Some(None)` when there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub period_end: Option<Option<i64>>,
    /// Whether the person pays for a PRO account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Organizations the caller is a member of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgs: Option<Vec<WhoamiOrganization>>,
    /// The token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Whoami {
    /// A caller of whom only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            account_type: None,
            id: id.into(),
            username: username.into(),
            fullname: None,
            email: None,
            email_verified: None,
            can_pay: None,
            billing_mode: None,
            period_end: None,
            is_pro: None,
            avatar_url: None,
            orgs: None,
            auth: None,
            extra: Map::new(),
        }
    }

    /// The caller's entry of an organization; names are compared without case.
    #[must_use]
    pub fn organization(&self, name: &str) -> Option<&WhoamiOrganization> {
        self.orgs.iter().flatten().find(|org| org.username.eq_ignore_ascii_case(name))
    }

    /// What the token as a whole may do; `None` for a caller without an access token, as by OAuth.
    #[must_use]
    pub fn token_permission(&self) -> Option<&TokenRole> {
        self.access_token()?.role.as_ref()
    }

    /// What the Hub says about the access token.
    #[must_use]
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.auth.as_ref()?.access_token.as_ref()
    }
}

/// An organization of the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WhoamiOrganization {
    /// Kind of account; `org` here.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Id that stays through renames.
    pub id: String,
    /// Name of the account (`name` on the wire).
    #[serde(rename = "name")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Billing address; `Some(None)` when there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub email: Option<Option<String>>,
    /// Whether there is a way to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_pay: Option<bool>,
    /// `prepaid` or `postpaid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_mode: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// End of the billing period in Unix seconds; `Some(None)` when there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub period_end: Option<Option<i64>>,
    /// What it pays for: `team`, `enterprise`, `plus` or `academia`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The caller's role in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_in_org: Option<Role>,
    /// What keeps this token out: `mfa`, `token-policy`, `token-revoked`, `sso`, `ip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_restrictions: Option<Vec<String>>,
    /// Resource groups the caller is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_groups: Option<Vec<crate::account::MemberGroup>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl WhoamiOrganization {
    /// An organization of which only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            account_type: None,
            id: id.into(),
            username: username.into(),
            fullname: None,
            email: None,
            can_pay: None,
            billing_mode: None,
            avatar_url: None,
            period_end: None,
            plan: None,
            role_in_org: None,
            security_restrictions: None,
            resource_groups: None,
            extra: Map::new(),
        }
    }
}

/// How the caller has proved who they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Auth {
    /// `access_token`, or another way.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<String>,
    /// The access token; absent for OAuth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<AccessToken>,
    /// When it stops to be valid, ISO 8601 in UTC; `Some(None)` for never.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Option<String>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the Hub says about an access token; never the token itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessToken {
    /// Name its owner gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it may do as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<TokenRole>,
    /// When it was made, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// What a fine-grained token may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fine_grained: Option<FineGrained>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a fine-grained token may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FineGrained {
    /// Permissions on single things.
    #[serde(default)]
    pub scoped: Vec<Scope>,
    /// Permissions everywhere: `discussion.write`, `post.write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global: Option<Vec<String>>,
    /// Whether it may read the gated repositories its owner may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_read_gated_repos: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl FineGrained {
    /// Whether a scope gives this permission on a thing of this type and name.
    ///
    /// ```
    /// use hubfolk_api::whoami::FineGrained;
    ///
    /// let scopes: FineGrained = serde_json::from_str(
    ///     r#"{"scoped": [{"entity": {"type": "org", "name": "acme"}, "permissions": ["org.read"]}]}"#,
    /// ).unwrap();
    /// assert!(scopes.allows("org", "acme", "org.read"));
    /// assert!(!scopes.allows("org", "acme", "org.write"));
    /// ```
    #[must_use]
    pub fn allows(&self, entity_type: &str, name: &str, permission: &str) -> bool {
        self.scoped.iter().any(|scope| {
            scope.entity.entity_type == entity_type
                && scope.entity.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
                && scope.permissions.iter().any(|held| held == permission)
        })
    }
}

/// Permissions of a token on one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Scope {
    /// What they are for.
    pub entity: ScopeEntity,
    /// Such as `repo.content.read` or `org.read`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Scope {
    /// These permissions on this thing.
    #[must_use]
    pub fn new(entity: ScopeEntity, permissions: Vec<String>) -> Self {
        Self { entity, permissions, extra: Map::new() }
    }
}

/// What a token's permissions are for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScopeEntity {
    /// Object id.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Such as `model`, `org`, `user`, `resource-group`.
    #[serde(rename = "type")]
    pub entity_type: String,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ScopeEntity {
    /// Something of this type.
    #[must_use]
    pub fn new(entity_type: impl Into<String>) -> Self {
        Self { id: None, name: None, entity_type: entity_type.into(), extra: Map::new() }
    }
}

/// Get the account the token belongs to, its organizations and what the token may do.
///
/// The Hub allows few of these calls; keep the answer instead of asking again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetWhoami {}

impl GetWhoami {
    /// The caller.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetWhoami {
    const OPERATION: Operation = Operation::get(
        "whoami",
        "/api/whoami-v2",
        "Get the account the token belongs to, its organizations and what the token may do",
    );
    type Response = Whoami;
}
