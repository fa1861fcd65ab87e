//! SCIM 2.0: how an identity provider keeps the members of an organization.
//!
//! The Hub has two trees. In the *managed* one (Enterprise Plus) the accounts belong to the
//! organization; in the *basic* one people bring their own. Both want a token that is made for
//! SCIM alone, and refuse the tokens of people.
//!
//! Deleting a managed user is not here, on purpose: it deletes the person's account for good, with
//! everything in it, and cannot be told from the harmless delete of the basic tree at a glance.
//! Set `active` to false instead, which takes all access away and can be taken back.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

mod changes;
mod groups;
mod users;

pub use self::{
    changes::{ScimAttribute, ScimChange, ScimUserChange, UpdateScimUser},
    groups::{
        CreateScimGroup, DeleteScimGroup, GetScimGroup, ListScimGroups, ReplaceScimGroup,
        ScimExcluded, ScimGroup, ScimGroupChange, ScimMember, UpdateScimGroup,
    },
    users::{
        CreateScimUser, GetScimUser, ListScimUsers, RemoveScimUser, ReplaceScimUser, ScimEmail,
        ScimName, ScimNewEmail, ScimNewName, ScimUser,
    },
};

/// Shows every operation of this folder to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    users::visit(visitor);
    groups::visit(visitor);
    visitor.call::<GetScimServiceProviderConfig>();
    visitor.call::<ListScimResourceTypes>();
    visitor.call::<ListScimSchemas>();
    visitor.call::<GetScimSchema>();
}

/// What a list of users or groups calls itself.
pub const LIST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// What a user calls itself.
pub const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// What a group calls itself.
pub const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What a change calls itself.
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Most users or groups on a page.
const MOST: u64 = 1_000;

/// Which of the Hub's two SCIM trees.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScimTree {
    /// For managed single sign-on: the accounts belong to the organization.
    Managed,
    /// For basic single sign-on: people bring their own accounts.
    Basic,
    /// A tree added since.
    Other(String),
}

open_names!(ScimTree { "scim" => Managed, "scim-provisioning" => Basic });

impl ScimTree {
    fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::Managed | Self::Basic => Ok(()),
            Self::Other(other) => Err(Invalid::new(
                "SCIM tree",
                other,
                "is neither `scim` (managed) nor `scim-provisioning` (basic)",
            )),
        }
    }
}

/// Where a SCIM object lives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimMeta {
    /// What it is: `User`, `Group`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A page of users or groups in its envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Deserialize<'de>"))]
#[non_exhaustive]
pub struct ScimPage<T> {
    /// What it calls itself.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// How many there are on all pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_results: Option<u64>,
    /// How many are on this page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items_per_page: Option<u64>,
    /// Number of the first one here, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_index: Option<u64>,
    /// The users or groups.
    #[serde(rename = "Resources", default)]
    pub resources: Vec<T>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl<T> ScimPage<T> {
    /// These users or groups, the first of which has this number, of so many.
    #[must_use]
    pub fn new(resources: Vec<T>, start_index: u64, total: u64) -> Self {
        Self {
            schemas: vec![LIST_SCHEMA.to_owned()],
            total_results: Some(total),
            items_per_page: Some(resources.len() as u64),
            start_index: Some(start_index),
            resources,
            extra: Map::new(),
        }
    }
}

/// Number of the first item of the next page, if there is one.
fn next_index(asked: Option<u64>, received: usize, envelope: &Map<String, Value>) -> Option<u64> {
    let number = |key: &str| envelope.get(key).and_then(Value::as_u64);
    let start = number("startIndex").or(asked).unwrap_or(1);
    let next = start.checked_add(received as u64)?;
    (received > 0 && next <= number("totalResults")?).then_some(next)
}

fn check_page(start_index: Option<u64>, count: Option<u64>) -> Result<(), Invalid> {
    if start_index == Some(0) {
        return Err(Invalid::new("startIndex", "0", "is too small; the first is 1"));
    }
    match count.filter(|count| !(1..=MOST).contains(count)) {
        Some(count) => Err(Invalid::new("count", count.to_string(), "is not from 1 to 1,000")),
        None => Ok(()),
    }
}

fn check_place(organization: &str, tree: &ScimTree) -> Result<(), Invalid> {
    id::organization_name(organization)?;
    tree.check()
}

/// Get what the SCIM server of an organization with managed users can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetScimServiceProviderConfig {
    /// Name of the organization.
    pub organization: String,
}

impl GetScimServiceProviderConfig {
    /// What the server of this organization can do.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for GetScimServiceProviderConfig {
    const OPERATION: Operation = Operation::get(
        "get_scim_service_provider_config",
        "/api/organizations/{organization}/scim/v2/ServiceProviderConfig",
        "Get what the SCIM server of an organization with managed users can do",
    );
    type Response = ScimServiceProviderConfig;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

/// What a SCIM server can do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimServiceProviderConfig {
    /// What it calls itself.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Where it is described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation_uri: Option<String>,
    /// Whether single attributes can be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<ScimAbility>,
    /// Whether several changes go into one request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk: Option<ScimAbility>,
    /// Whether lists can be filtered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<ScimAbility>,
    /// Whether passwords can be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_password: Option<ScimAbility>,
    /// Whether lists can be sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<ScimAbility>,
    /// Whether versions are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<ScimAbility>,
    /// How callers prove who they are.
    #[serde(default)]
    pub authentication_schemes: Vec<ScimAuthentication>,
    /// Where it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Whether a SCIM server can do something, and how much of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimAbility {
    /// Whether it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported: Option<bool>,
    /// Most changes in one request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_operations: Option<u64>,
    /// Most bytes of one request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_payload_size: Option<u64>,
    /// Most results of one request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<u64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A way for callers to prove who they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimAuthentication {
    /// `oauthbearertoken`, for example.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its standard is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_uri: Option<String>,
    /// Where it is described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation_uri: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// List what kinds of objects the SCIM server of an organization has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListScimResourceTypes {
    /// Name of the organization.
    pub organization: String,
}

impl ListScimResourceTypes {
    /// The kinds of objects of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for ListScimResourceTypes {
    const OPERATION: Operation = Operation::get(
        "list_scim_resource_types",
        "/api/organizations/{organization}/scim/v2/ResourceTypes",
        "List what kinds of objects the SCIM server of an organization has",
    );
    type Response = Vec<ScimResourceType>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

/// A kind of object of a SCIM server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimResourceType {
    /// What it calls itself.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// `User` or `Group`.
    pub id: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its objects are, below the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Which schema its objects have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Where it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// List the schemas of the objects that the SCIM server of an organization has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListScimSchemas {
    /// Name of the organization.
    pub organization: String,
}

impl ListScimSchemas {
    /// The schemas of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for ListScimSchemas {
    const OPERATION: Operation = Operation::get(
        "list_scim_schemas",
        "/api/organizations/{organization}/scim/v2/Schemas",
        "List the schemas of the objects that the SCIM server of an organization has",
    );
    type Response = Vec<ScimSchema>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

/// Get one schema of the SCIM server of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetScimSchema {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Its name, such as `urn:ietf:params:scim:schemas:core:2.0:User`.
    #[builder(start_fn)]
    pub schema_id: String,
}

impl GetScimSchema {
    /// This schema.
    #[must_use]
    pub fn new(organization: impl Into<String>, schema_id: impl Into<String>) -> Self {
        Self { organization: organization.into(), schema_id: schema_id.into() }
    }
}

impl Endpoint for GetScimSchema {
    const OPERATION: Operation = Operation::get(
        "get_scim_schema",
        "/api/organizations/{organization}/scim/v2/Schemas/{schema_id}",
        "Get one schema of the SCIM server of an organization",
    );
    type Response = ScimSchema;

    fn validate(&self) -> Result<(), Invalid> {
        if !self.schema_id.starts_with("urn:") {
            let rule = format!("is no SCIM schema; they look like `{USER_SCHEMA}`");
            return Err(Invalid::new("schema", &self.schema_id, rule));
        }
        id::organization_name(&self.organization)
    }
}

/// Which attributes a kind of object has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimSchema {
    /// What it calls itself.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Its name, such as `urn:ietf:params:scim:schemas:core:2.0:User`.
    pub id: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The attributes, as SCIM describes them.
    #[serde(default)]
    pub attributes: Vec<Value>,
    /// Where it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
