//! Tokens of service accounts: what they may do, and the one time each is shown.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::named;
use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    organizations::token_id,
    secret::Secret,
    table::Visitor,
    whoami::TokenRole,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<CreateServiceAccountToken>();
    visitor.call::<UpdateServiceAccountToken>();
    visitor.call::<RotateServiceAccountToken>();
    visitor.call::<DeleteServiceAccountToken>();
}

/// Something that a service account's token may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenPermission {
    /// Read the content of repositories.
    RepoContentRead,
    /// Read and write the content and settings of repositories.
    RepoWrite,
    /// Call inference providers.
    InferenceServerlessWrite,
    /// Call inference endpoints.
    InferenceEndpointsInferWrite,
    /// Manage inference endpoints.
    InferenceEndpointsWrite,
    /// Read the organization: members, audit log.
    OrgRead,
    /// Change the organization: roles, settings.
    OrgWrite,
    /// Read collections.
    CollectionRead,
    /// Change collections.
    CollectionWrite,
    /// Change resource groups.
    ResourceGroupWrite,
    /// Run jobs.
    JobWrite,
    /// Read service accounts.
    ServiceAccountsRead,
    /// Make and delete service accounts and their tokens.
    ServiceAccountsWrite,
    /// A permission added since; kept as it came.
    Other(String),
}

open_names!(TokenPermission {
    "repo.content.read" => RepoContentRead,
    "repo.write" => RepoWrite,
    "inference.serverless.write" => InferenceServerlessWrite,
    "inference.endpoints.infer.write" => InferenceEndpointsInferWrite,
    "inference.endpoints.write" => InferenceEndpointsWrite,
    "org.read" => OrgRead,
    "org.write" => OrgWrite,
    "collection.read" => CollectionRead,
    "collection.write" => CollectionWrite,
    "resourceGroup.write" => ResourceGroupWrite,
    "job.write" => JobWrite,
    "org.serviceAccounts.read" => ServiceAccountsRead,
    "org.serviceAccounts.write" => ServiceAccountsWrite,
});

/// What the Hub says about a service account's token; never the token itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceAccountToken {
    /// Object id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// When it was made, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it was used last, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// When it ends, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration: Option<String>,
    /// What it may do as a whole; `fineGrained` today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<TokenRole>,
    /// What it may do in the whole organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<TokenPermission>>,
    /// Ids of the repositories that have permissions of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_ids: Option<Vec<String>>,
    /// What it may do with these repositories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_permissions: Option<Vec<TokenPermission>>,
    /// Names of the inference endpoints it reaches; empty for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_patterns: Option<Vec<String>>,
    /// Its last four characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
    /// Whether the organization's network rules do not hold for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_network_security: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A new token: the one time the Hub shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedServiceAccountToken {
    /// The token; keep it where only its user can read it.
    pub token: Secret,
    /// What the Hub says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_info: Option<ServiceAccountToken>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a token may do, as it is asked for.
struct Rights<'a> {
    display_name: Option<&'a str>,
    permissions: &'a [TokenPermission],
    repo_ids: &'a [String],
    repo_permissions: &'a [TokenPermission],
    endpoint_patterns: &'a [String],
}

impl Rights<'_> {
    fn check(&self) -> Result<(), Invalid> {
        if let Some(name) = self.display_name {
            id::length("name of the token", name, 1, 100, "`nightly builds`")?;
        }
        for permission in self.permissions {
            if let TokenPermission::Other(word) = permission {
                let rule = "is none; one is like `repo.content.read`, `repo.write` or `org.read`";
                return Err(Invalid::new("permission", word, rule));
            }
        }
        for permission in self.repo_permissions {
            let fits = [TokenPermission::RepoContentRead, TokenPermission::RepoWrite];
            if !fits.contains(permission) {
                let rule = "cannot be given on repositories; give `repo.content.read` or \
                            `repo.write`";
                return Err(Invalid::new("permission", permission.as_str(), rule));
            }
        }
        for repo in self.repo_ids {
            if repo.contains('/') {
                let rule = "is a name where the object id is meant: `hubfolk api repo_info` \
                            shows it as `_id`";
                return Err(Invalid::new("repository id", repo, rule));
            }
            id::object_id("repository id", repo)?;
        }
        if self.endpoint_patterns.len() > 20 {
            let count = self.endpoint_patterns.len().to_string();
            return Err(Invalid::new("number of endpoint patterns", count, "is more than 20"));
        }
        for pattern in self.endpoint_patterns {
            id::length("endpoint pattern", pattern, 1, 256, "`gpt2-*`")?;
            if let Some(odd) = pattern.chars().find(|c| ".?()[]{}\\".contains(*c)) {
                let rule = format!("has {odd:?}; a pattern is a name with `*`, like `gpt2-*`");
                return Err(Invalid::new("endpoint pattern", pattern, rule));
            }
        }
        Ok(())
    }
}

/// Make a token for a service account, which is shown this one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateServiceAccountToken {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Id of the account.
    #[builder(start_fn)]
    pub service_account_id: String,
    /// Name to show, 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub display_name: Option<String>,
    /// What it may do in the whole organization.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub permissions: Vec<TokenPermission>,
    /// Ids of repositories that have permissions of their own; for them the others do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    #[schemars(inner(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$")))]
    pub repo_ids: Vec<String>,
    /// What it may do with these repositories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub repo_permissions: Vec<TokenPermission>,
    /// Names of inference endpoints with `*`, at most 20; none for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    #[schemars(length(max = 20), inner(length(max = 256), regex(pattern = r"^[^.?()\]\\[{}]+$")))]
    pub endpoint_patterns: Vec<String>,
    /// Whether the organization's network rules do not hold for it; Enterprise Plus only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_network_security: Option<bool>,
}

impl Endpoint for CreateServiceAccountToken {
    const OPERATION: Operation = Operation::post(
        "create_service_account_token",
        "/api/organizations/{organization}/service-accounts/{serviceAccountId}/tokens",
        "Make a token for a service account, which is shown this one time",
    );
    type Response = CreatedServiceAccountToken;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.service_account_id)?;
        let rights = Rights {
            display_name: self.display_name.as_deref(),
            permissions: &self.permissions,
            repo_ids: &self.repo_ids,
            repo_permissions: &self.repo_permissions,
            endpoint_patterns: &self.endpoint_patterns,
        };
        rights.check()
    }
}

/// Change name or permissions of a service account's token.
///
/// What is not given stays; a list that is given replaces the whole list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateServiceAccountToken {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Id of the account.
    #[builder(start_fn)]
    pub service_account_id: String,
    /// Id of the token.
    #[builder(start_fn)]
    pub token_id: String,
    /// Name to show, 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub display_name: Option<String>,
    /// All that it may do in the whole organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<TokenPermission>>,
    /// Ids of all repositories that have permissions of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(inner(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$")))]
    pub repo_ids: Option<Vec<String>>,
    /// All that it may do with these repositories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_permissions: Option<Vec<TokenPermission>>,
    /// Names of all inference endpoints it reaches, with `*`; none for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20), inner(length(max = 256), regex(pattern = r"^[^.?()\]\\[{}]+$")))]
    pub endpoint_patterns: Option<Vec<String>>,
    /// Whether the organization's network rules do not hold for it; Enterprise Plus only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_network_security: Option<bool>,
}

impl Endpoint for UpdateServiceAccountToken {
    const OPERATION: Operation = Operation::patch(
        "update_service_account_token",
        "/api/organizations/{organization}/service-accounts/{serviceAccountId}/tokens/{tokenId}",
        "Change name or permissions of a service account's token",
    );
    type Response = ServiceAccountToken;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.service_account_id)?;
        token_id(&self.token_id)?;
        let rights = Rights {
            display_name: self.display_name.as_deref(),
            permissions: self.permissions.as_deref().unwrap_or_default(),
            repo_ids: self.repo_ids.as_deref().unwrap_or_default(),
            repo_permissions: self.repo_permissions.as_deref().unwrap_or_default(),
            endpoint_patterns: self.endpoint_patterns.as_deref().unwrap_or_default(),
        };
        rights.check()
    }
}

/// Replace a service account's token by a new one; the old one stops working.
///
/// The new token is shown this one time and may do the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RotateServiceAccountToken {
    /// Name of the organization.
    pub organization: String,
    /// Id of the account.
    pub service_account_id: String,
    /// Id of the token.
    pub token_id: String,
}

impl RotateServiceAccountToken {
    /// A new token in place of this one.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        account: impl Into<String>,
        token_id: impl Into<String>,
    ) -> Self {
        Self {
            organization: organization.into(),
            service_account_id: account.into(),
            token_id: token_id.into(),
        }
    }
}

impl Endpoint for RotateServiceAccountToken {
    const OPERATION: Operation = Operation::post(
        "rotate_service_account_token",
        "/api/organizations/{organization}/service-accounts/{serviceAccountId}/tokens/{tokenId}/rotate",
        "Replace a service account's token by a new one; the old one stops working",
    )
    .effect(Effect::Destructive);
    type Response = CreatedServiceAccountToken;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.service_account_id)?;
        token_id(&self.token_id)
    }
}

/// Delete a service account's token, which stops working.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteServiceAccountToken {
    /// Name of the organization.
    pub organization: String,
    /// Id of the account.
    pub service_account_id: String,
    /// Id of the token.
    pub token_id: String,
}

impl DeleteServiceAccountToken {
    /// No more token of this id.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        account: impl Into<String>,
        token_id: impl Into<String>,
    ) -> Self {
        Self {
            organization: organization.into(),
            service_account_id: account.into(),
            token_id: token_id.into(),
        }
    }
}

impl Endpoint for DeleteServiceAccountToken {
    const OPERATION: Operation = Operation::delete(
        "delete_service_account_token",
        "/api/organizations/{organization}/service-accounts/{serviceAccountId}/tokens/{tokenId}",
        "Delete a service account's token, which stops working",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.service_account_id)?;
        token_id(&self.token_id)
    }
}
