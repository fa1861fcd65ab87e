//! Settings of an organization: its repositories, its network rules, the tokens that reach it.

use std::{borrow::Cow, net::IpAddr};

use bon::Builder;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation, Paged},
    id::{self, Invalid},
    open::open_names,
    repos::{Direction, OwnRepo, OwnRepoSort, RepoType},
    secret::Secret,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListOrganizationRepositories>();
    visitor.call::<GetNetworkSecurity>();
    visitor.call::<UpdateNetworkSecurity>();
    visitor.call::<RevokeOrganizationToken>();
    visitor.call::<RevokeOrganizationTokenById>();
}

/// List the repositories of an organization with the storage each takes.
///
/// The Hub answers with all of them at once; should it ever page them, every page is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListOrganizationRepositories {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Only those whose name has this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only those of this type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
    /// Most repositories to answer with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub limit: Option<u32>,
    /// By what they are sorted; by storage when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<OwnRepoSort>,
    /// Which end comes first; the largest when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
}

impl ListOrganizationRepositories {
    /// All repositories of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self::builder(organization).build()
    }
}

impl Endpoint for ListOrganizationRepositories {
    const OPERATION: Operation = Operation::get(
        "list_organization_repositories",
        "/api/organizations/{organization}/settings/repositories",
        "List the repositories of an organization with the storage each takes",
    );
    type Response = Vec<OwnRepo>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        if let Some(OwnRepoSort::Other(sort)) = &self.sort {
            return Err(Invalid::new("sort", sort, "is none; give `storage` or `updatedAt`"));
        }
        if let Some(Direction::Other(word)) = &self.direction {
            return Err(Invalid::new("direction", word, "is none; give `asc` or `desc`"));
        }
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "0", "asks for nothing; give 1 or more"));
        }
        Ok(())
    }
}

impl Paged for ListOrganizationRepositories {
    type Item = OwnRepo;
}

/// Whether who comes from the organization's networks must log in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnforceAuth {
    /// Nobody must.
    No,
    /// Everybody must.
    Yes,
    /// Asked for, and waiting for the Hub's people to check the networks.
    Pending,
    /// A state added since; kept as it came.
    Other(String),
}

impl Serialize for EnforceAuth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::Yes => serializer.serialize_bool(true),
            Self::Pending => serializer.serialize_str("pending"),
            Self::Other(word) => serializer.serialize_str(word),
        }
    }
}

impl<'de> Deserialize<'de> for EnforceAuth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "true, false or a word")]
        enum Wire {
            Known(bool),
            Word(String),
        }
        Ok(match Wire::deserialize(deserializer)? {
            Wire::Known(false) => Self::No,
            Wire::Known(true) => Self::Yes,
            Wire::Word(word) if word == "pending" => Self::Pending,
            Wire::Word(word) => Self::Other(word),
        })
    }
}

impl JsonSchema for EnforceAuth {
    fn schema_name() -> Cow<'static, str> {
        "EnforceAuth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "boolean" }, { "type": "string" }],
            "description": "true, false, or `pending` until the Hub's people have checked it.",
        })
    }
}

/// Which content a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContentKind {
    /// Everything.
    Any,
    /// Models.
    Model,
    /// Datasets.
    Dataset,
    /// Spaces.
    Space,
    /// Buckets.
    Bucket,
    /// Kernels.
    Kernel,
    /// A kind added since; kept as it came.
    Other(String),
}

open_names!(ContentKind {
    "*" => Any,
    "model" => Model,
    "dataset" => Dataset,
    "space" => Space,
    "bucket" => Bucket,
    "kernel" => Kernel,
});

/// Content that people in the organization's networks may or may not reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ContentRule {
    /// Which kind.
    pub resource: ContentKind,
    /// Whose: an owner, or `owner/name`.
    #[schemars(length(min = 1))]
    pub scope: String,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ContentRule {
    /// Content of this kind, of this owner or repository.
    #[must_use]
    pub fn new(resource: impl Into<ContentKind>, scope: impl Into<String>) -> Self {
        Self { resource: resource.into(), scope: scope.into(), extra: Map::new() }
    }
}

/// Who reaches an organization from where, and what its people reach.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NetworkSecurity {
    /// Whether who comes from the organization's networks must log in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforce_auth: Option<EnforceAuth>,
    /// Whether the organization is reached from its networks only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforce_ip_restriction: Option<bool>,
    /// Whether its networks have the higher rate limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_rate_limits: Option<bool>,
    /// Its networks, such as `192.0.2.0/24`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_ranges: Option<Vec<String>>,
    /// What cannot be reached from its networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_contents: Option<Vec<ContentRule>>,
    /// What can be reached from its networks although it is blocked otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_contents: Option<Vec<ContentRule>>,
    /// Whether the pages of blocked repositories can be seen all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_repos_metadata_visible: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Get an organization's rules for networks and content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetNetworkSecurity {
    /// Name of the organization.
    pub organization: String,
}

impl GetNetworkSecurity {
    /// The rules of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for GetNetworkSecurity {
    const OPERATION: Operation = Operation::get(
        "get_network_security",
        "/api/organizations/{organization}/settings/network-security",
        "Get an organization's rules for networks and content",
    );
    type Response = NetworkSecurity;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

/// Change an organization's rules for networks and content; what is not given stays.
///
/// A list that is given replaces the whole list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateNetworkSecurity {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Whether who comes from the organization's networks must log in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforce_auth: Option<bool>,
    /// Whether the organization is reached from its networks only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforce_ip_restriction: Option<bool>,
    /// Whether its networks have the higher rate limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_rate_limits: Option<bool>,
    /// All of its networks, such as `192.0.2.0/24` or `2001:db8::/32`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_ranges: Option<Vec<String>>,
    /// All that cannot be reached from its networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_contents: Option<Vec<ContentRule>>,
    /// All that can be reached from its networks although it is blocked otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_contents: Option<Vec<ContentRule>>,
    /// Whether the pages of blocked repositories can be seen all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_repos_metadata_visible: Option<bool>,
}

impl Endpoint for UpdateNetworkSecurity {
    const OPERATION: Operation = Operation::patch(
        "update_network_security",
        "/api/organizations/{organization}/settings/network-security",
        "Change an organization's rules for networks and content; what is not given stays",
    );
    type Response = NetworkSecurity;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        for range in self.ip_ranges.iter().flatten() {
            if !is_network(range) {
                let rule = "is no network; one is like `192.0.2.0/24` or `2001:db8::/32`";
                return Err(Invalid::new("network", range, rule));
            }
        }
        for rule in self.blocked_contents.iter().chain(&self.allowed_contents).flatten() {
            if let ContentKind::Other(kind) = &rule.resource {
                let rule =
                    "is none; give `model`, `dataset`, `space`, `bucket`, `kernel` or `*` for all";
                return Err(Invalid::new("kind of content", kind, rule));
            }
            if rule.scope.is_empty() {
                let rule = "is empty; give an owner or `owner/name`";
                return Err(Invalid::new("scope of a content rule", "", rule));
            }
        }
        Ok(())
    }
}

fn is_network(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    // `+8` and `08` parse as numbers, but are no lengths.
    length.parse::<u8>().is_ok_and(|bits| bits <= most && bits.to_string() == length)
}

/// Keep a member's token out of an organization; outside it goes on working.
///
/// Give the token itself here, or its id to [`RevokeOrganizationTokenById`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RevokeOrganizationToken {
    /// Name of the organization.
    pub organization: String,
    /// The token.
    pub token: Secret,
}

impl RevokeOrganizationToken {
    /// This token is kept out of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>, token: impl Into<Secret>) -> Self {
        Self { organization: organization.into(), token: token.into() }
    }
}

impl Endpoint for RevokeOrganizationToken {
    const OPERATION: Operation = Operation::post(
        "revoke_organization_token",
        "/api/organizations/{organization}/settings/tokens/revoke",
        "Keep a member's token out of an organization; outside it goes on working",
    )
    .effect(Effect::Destructive)
    .answer(Answer::Ignored)
    .undocumented("the Hub's guide to token management has it");
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        if self.token.expose().trim().is_empty() {
            return Err(Invalid::new("token", "", "is empty; a token is like `hf_...`"));
        }
        Ok(())
    }
}

/// Keep a member's token, known by its id, out of an organization.
///
/// The id is the one that the organization's token settings and its audit log show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RevokeOrganizationTokenById {
    /// Name of the organization.
    pub organization: String,
    /// Id of the token, never the token itself.
    pub token_id: String,
}

impl RevokeOrganizationTokenById {
    /// The token of this id is kept out of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>, token_id: impl Into<String>) -> Self {
        Self { organization: organization.into(), token_id: token_id.into() }
    }
}

impl Endpoint for RevokeOrganizationTokenById {
    const OPERATION: Operation = Operation::post(
        "revoke_organization_token_by_id",
        "/api/organizations/{organization}/settings/tokens/{tokenId}/revoke",
        "Keep a member's token, known by its id, out of an organization",
    )
    .effect(Effect::Destructive)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        token_id(&self.token_id)
    }
}

/// Refuses a token where its id is meant, without repeating it.
pub(crate) fn token_id(id: &str) -> Result<(), Invalid> {
    if id.starts_with("hf_") || id.starts_with("api_") {
        let rule = "is a token where its id is meant; ids are 24 hexadecimal digits";
        return Err(Invalid::new("token id", "hf_...", rule));
    }
    id::object_id("token id", id)
}
