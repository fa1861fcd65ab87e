//! Resource groups: parts of an organization with their own members and repositories.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::{AccountType, Role},
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListResourceGroups>();
}

/// A part of an organization with its own members and repositories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceGroup {
    /// Id that stays through renames.
    pub id: String,
    /// Name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether new members of the organization join it, and as what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_join: Option<AutoJoin>,
    /// Users in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<ResourceGroupUser>>,
    /// Repositories, collections and jobs in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<Value>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ResourceGroup {
    /// A group of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: None,
            description: None,
            auto_join: None,
            users: None,
            resources: None,
            extra: Map::new(),
        }
    }
}

/// Whether new members of an organization join a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AutoJoin {
    /// Whether they do.
    #[serde(default)]
    pub enabled: bool,
    /// Role they get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// `all`, or `read_plus` for those who have at least the read role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A user in a resource group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceGroupUser {
    /// Id that stays through renames.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name of the account (`name` on the wire).
    #[serde(rename = "name")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Kind of account; `user` here.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Role in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Who put the user into the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_by: Option<Value>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ResourceGroupUser {
    /// A user of whom only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            username: username.into(),
            fullname: None,
            avatar_url: None,
            account_type: None,
            role: None,
            added_by: None,
            extra: Map::new(),
        }
    }
}

/// List the resource groups of an organization that the caller may see.
///
/// The Hub answers with all of them at once; should it ever page them, every page is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListResourceGroups {
    /// Name of the organization.
    pub organization: String,
}

impl ListResourceGroups {
    /// The groups of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for ListResourceGroups {
    const OPERATION: Operation = Operation::get(
        "list_resource_groups",
        "/api/organizations/{organization}/resource-groups",
        "List the resource groups of an organization that the caller may see",
    );
    type Response = Vec<ResourceGroup>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

impl Paged for ListResourceGroups {
    type Item = ResourceGroup;
}
