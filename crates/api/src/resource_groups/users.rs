//! Who is in a resource group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ResourceGroup, named};
use crate::{
    account::Role,
    endpoint::{Effect, Endpoint, Operation},
    id::{self, Invalid},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<AddResourceGroupUsers>();
    visitor.call::<ChangeResourceGroupUserRole>();
    visitor.call::<RemoveResourceGroupUser>();
}

/// A member and the role they shall have in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GroupUser {
    /// Name of the user.
    // Other programs say `name`, which the Hub reads as well.
    #[serde(alias = "name")]
    pub user: String,
    /// Role in the group.
    pub role: Role,
}

impl GroupUser {
    /// This user with this role.
    #[must_use]
    pub fn new(user: impl Into<String>, role: impl Into<Role>) -> Self {
        Self { user: user.into(), role: role.into() }
    }
}

pub(super) fn check(users: &[GroupUser]) -> Result<(), Invalid> {
    for (index, user) in users.iter().enumerate() {
        id::user_name(&user.user)?;
        user.role.check()?;
        if users[..index].iter().any(|other| other.user.eq_ignore_ascii_case(&user.user)) {
            let rule = "is given twice; a user has one role in a group";
            return Err(Invalid::new("user name", &user.user, rule));
        }
    }
    Ok(())
}

/// Add members of the organization to a resource group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddResourceGroupUsers {
    /// Name of the organization.
    pub organization: String,
    /// Id of the group.
    pub resource_group_id: String,
    /// Who, with which role; at least one.
    #[schemars(length(min = 1))]
    pub users: Vec<GroupUser>,
}

impl AddResourceGroupUsers {
    /// These users join this group.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        id: impl Into<String>,
        users: Vec<GroupUser>,
    ) -> Self {
        Self { organization: organization.into(), resource_group_id: id.into(), users }
    }
}

impl Endpoint for AddResourceGroupUsers {
    const OPERATION: Operation = Operation::post(
        "add_resource_group_users",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}/users",
        "Add members of the organization to a resource group",
    );
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)?;
        if self.users.is_empty() {
            let rule = "is how many users would be added; give at least one, such as `ada`";
            return Err(Invalid::new("number of users", "0", rule));
        }
        check(&self.users)
    }
}

/// Change the role that a user has in a resource group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChangeResourceGroupUserRole {
    /// Name of the organization.
    pub organization: String,
    /// Id of the group.
    pub resource_group_id: String,
    /// Name of the user.
    pub username: String,
    /// Role in the group.
    pub role: Role,
}

impl ChangeResourceGroupUserRole {
    /// This role for this user in this group.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        id: impl Into<String>,
        username: impl Into<String>,
        role: impl Into<Role>,
    ) -> Self {
        Self {
            organization: organization.into(),
            resource_group_id: id.into(),
            username: username.into(),
            role: role.into(),
        }
    }
}

impl Endpoint for ChangeResourceGroupUserRole {
    const OPERATION: Operation = Operation::patch(
        "change_resource_group_user_role",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}/users/{username}",
        "Change the role that a user has in a resource group",
    );
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)?;
        id::user_name(&self.username)?;
        self.role.check()
    }
}

/// Remove a user from a resource group; the access it gave is gone.
///
/// It can be given back by adding the user again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RemoveResourceGroupUser {
    /// Name of the organization.
    pub organization: String,
    /// Id of the group.
    pub resource_group_id: String,
    /// Name of the user.
    pub username: String,
}

impl RemoveResourceGroupUser {
    /// This user leaves this group.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        id: impl Into<String>,
        username: impl Into<String>,
    ) -> Self {
        Self {
            organization: organization.into(),
            resource_group_id: id.into(),
            username: username.into(),
        }
    }
}

impl Endpoint for RemoveResourceGroupUser {
    const OPERATION: Operation = Operation::delete(
        "remove_resource_group_user",
        "/api/organizations/{organization}/resource-groups/{resourceGroupId}/users/{username}",
        "Remove a user from a resource group; the access it gave is gone",
    )
    .effect(Effect::Write);
    type Response = ResourceGroup;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.resource_group_id)?;
        id::user_name(&self.username)
    }
}
