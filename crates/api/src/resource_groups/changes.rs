//! Making, changing and deleting resource groups.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AutoJoin, GroupUser, ResourceGroup, SpendLimits, named, users};
use crate::{
    endpoint::{Effect, Endpoint, Operation},
    id::{self, Invalid},
    organizations::Success,
    repos::RepoType,
    table::Visitor,
};

/// Longest name of a group.
const LONGEST_NAME: usize = 200;

/// Longest description of a group.
const LONGEST_DESCRIPTION: usize = 500;

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<CreateResourceGroup>();
    visitor.call::<UpdateResourceGroup>();
    visitor.call::<DeleteResourceGroup>();
    visitor.call::<UpdateResourceGroupSettings>();
}

/// A repository that shall be in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GroupRepository {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// `owner/name`.
    pub name: String,
}

impl GroupRepository {
    /// This repository.
    #[must_use]
    pub fn new(repo_type: impl Into<RepoType>, name: impl Into<String>) -> Self {
        Self { repo_type: repo_type.into(), name: name.into() }
    }
}

/// Make a resource group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateResourceGroup {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Name of the group, 1 to 200 characters.
    #[builder(start_fn)]
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What it is for, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<String>,
    /// Members of the organization who are in it from the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub users: Vec<GroupUser>,
    /// Repositories of the organization that are in it from the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub repos: Vec<GroupRepository>,
    /// Whether new members of the organization join it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_join: Option<AutoJoin>,
}

impl CreateResourceGroup {
    /// A group of this name without anyone in it.
    #[must_use]
    pub fn new(organization: impl Into<String>, name: impl Into<String>) -> Self {
        Self::builder(organization, name).build()
    }
}

impl Endpoint for CreateResourceGroup {
    const OPERATION: Operation = Operation::post(
        "create_resource_group",
        "/api/organizations/{organization}/resource-groups",
        "Make a resource group",
    );
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        texts(Some(&self.name), self.description.as_deref())?;
        users::check(&self.users)?;
        for repo in &self.repos {
            if let RepoType::Other(kind) = &repo.repo_type {
                let rule = "is none; give `model`, `dataset`, `space`, `kernel` or `bucket`";
                return Err(Invalid::new("type of repository", kind, rule));
            }
            id::repo_id(&repo.name)?;
        }
        self.auto_join.as_ref().map_or(Ok(()), AutoJoin::check)
    }
}

fn texts(name: Option<&str>, description: Option<&str>) -> Result<(), Invalid> {
    if let Some(name) = name {
        id::length("name of the group", name, 1, LONGEST_NAME, "`research`")?;
    }
    description.map_or(Ok(()), |text| {
        id::length("description", text, 0, LONGEST_DESCRIPTION, "`Models before release`")
    })
}

/// Change name, description or spending limits of a resource group.
///
/// What is not given stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateResourceGroup {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Id of the group.
    #[builder(start_fn)]
    pub resource_group_id: String,
    /// Name of the group, 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// What it is for, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<String>,
    /// Most it may spend in a month, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_limits: Option<SpendLimits>,
}

impl Endpoint for UpdateResourceGroup {
    const OPERATION: Operation = Operation::patch(
        "update_resource_group",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}",
        "Change name, description or spending limits of a resource group",
    );
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)?;
        texts(self.name.as_deref(), self.description.as_deref())
    }
}

/// Delete a resource group; its users lose the access it gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteResourceGroup {
    /// Name of the organization.
    pub organization: String,
    /// Id of the group.
    pub resource_group_id: String,
}

impl DeleteResourceGroup {
    /// No more group of this id.
    #[must_use]
    pub fn new(organization: impl Into<String>, id: impl Into<String>) -> Self {
        Self { organization: organization.into(), resource_group_id: id.into() }
    }
}

impl Endpoint for DeleteResourceGroup {
    const OPERATION: Operation = Operation::delete(
        "delete_resource_group",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}",
        "Delete a resource group; its users lose the access it gave",
    );
    type Response = Success;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)
    }
}

/// Set whether new members of the organization join a resource group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdateResourceGroupSettings {
    /// Name of the organization.
    pub organization: String,
    /// Id of the group.
    pub resource_group_id: String,
    /// Whether they do, and as what.
    pub auto_join: AutoJoin,
}

impl UpdateResourceGroupSettings {
    /// This auto-join for this group.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        id: impl Into<String>,
        auto_join: AutoJoin,
    ) -> Self {
        Self { organization: organization.into(), resource_group_id: id.into(), auto_join }
    }
}

impl Endpoint for UpdateResourceGroupSettings {
    const OPERATION: Operation = Operation::post(
        "update_resource_group_settings",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}/settings",
        "Set whether new members of the organization join a resource group",
    )
    .effect(Effect::Idempotent);
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)?;
        self.auto_join.check()
    }
}
