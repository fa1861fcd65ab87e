//! Resource groups: parts of an organization with their own members and repositories.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::{AccountType, Role, present},
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

pub use self::{
    changes::{
        CreateResourceGroup, DeleteResourceGroup, GroupRepository, UpdateResourceGroup,
        UpdateResourceGroupSettings,
    },
    users::{
        AddResourceGroupUsers, ChangeResourceGroupUserRole, GroupUser, RemoveResourceGroupUser,
    },
};

mod changes;
mod users;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListResourceGroups>();
    visitor.call::<GetResourceGroup>();
    changes::visit(visitor);
    users::visit(visitor);
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
    /// Most that the group may spend in a month, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_limits: Option<SpendLimits>,
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
            spend_limits: None,
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
    /// Which of them; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<AutoJoinScope>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl AutoJoin {
    /// New members join with this role.
    #[must_use]
    pub fn on(role: impl Into<Role>) -> Self {
        Self { enabled: true, role: Some(role.into()), ..Self::default() }
    }

    /// New members do not join by themselves.
    #[must_use]
    pub fn off() -> Self {
        Self::default()
    }

    /// The same, for these of the new members only.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<AutoJoinScope>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    fn check(&self) -> Result<(), Invalid> {
        match &self.role {
            Some(role) if self.enabled => role.check()?,
            None if self.enabled => {
                let rule = "is missing; who joins by themselves needs a role, such as `read`";
                return Err(Invalid::new("role of auto-join", "", rule));
            }
            _ => {}
        }
        match &self.scope {
            Some(AutoJoinScope::Other(scope)) => {
                let rule = "is none; give `all` or `read_plus`";
                Err(Invalid::new("scope of auto-join", scope, rule))
            }
            _ => Ok(()),
        }
    }
}

/// Which new members join a group by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AutoJoinScope {
    /// All of them.
    All,
    /// Those who have at least the read role.
    ReadPlus,
    /// A scope added since; kept as it came.
    Other(String),
}

open_names!(AutoJoinScope { "all" => All, "read_plus" => ReadPlus });

/// Most that a group may spend in a month, in cents.
///
/// Absent says nothing, `Some(None)` is no limit, which in a change takes one away.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SpendLimits {
    /// On everything together.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub total: Option<Option<u64>>,
    /// On inference providers.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub inference_providers: Option<Option<u64>>,
    /// On Spaces.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub spaces: Option<Option<u64>>,
    /// On jobs.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub jobs: Option<Option<u64>>,
    /// On inference endpoints.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Option<u64>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl SpendLimits {
    /// A limit on everything together; `None` takes it away.
    #[must_use]
    pub fn total(cents: Option<u64>) -> Self {
        Self { total: Some(cents), ..Self::default() }
    }
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

/// Get one resource group with its users and repositories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetResourceGroup {
    /// Name of the organization.
    pub organization: String,
    /// Id of the group.
    pub resource_group_id: String,
}

impl GetResourceGroup {
    /// This group of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>, id: impl Into<String>) -> Self {
        Self { organization: organization.into(), resource_group_id: id.into() }
    }
}

impl Endpoint for GetResourceGroup {
    const OPERATION: Operation = Operation::get(
        "get_resource_group",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}",
        "Get one resource group with its users and repositories",
    );
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)
    }
}

/// Checks what names a group.
fn named(organization: &str, group: &str) -> Result<(), Invalid> {
    id::organization_name(organization)?;
    id::object_id("resource group id", group)
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
