//! What an organization's members may do: role, groups, joining and leaving.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::{MemberGroup, Role},
    endpoint::{Answer, Effect, Endpoint, Operation},
    id::{self, Invalid},
    table::Visitor,
};

/// What the two experimental operations are known from.
const ONE_NOTE: &str =
    "known from one note of February 2025 only, and from no document of the Hub since";

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<ChangeOrganizationMemberRole>();
    visitor.call::<InviteOrganizationMember>();
    visitor.call::<RemoveOrganizationMember>();
}

/// A resource group and the role somebody has in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ResourceGroupRole {
    /// Id of the group.
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$"))]
    pub id: String,
    /// Role in the group.
    pub role: Role,
}

impl ResourceGroupRole {
    /// This role in this group.
    #[must_use]
    pub fn new(id: impl Into<String>, role: impl Into<Role>) -> Self {
        Self { id: id.into(), role: role.into() }
    }

    /// A group as a member's entry shows it; `None` where the entry leaves the role out.
    #[must_use]
    pub fn of(group: &MemberGroup) -> Option<Self> {
        Some(Self { id: group.id.clone(), role: group.role.clone()? })
    }
}

/// Set a member's role in an organization together with all resource groups.
///
/// The list of groups is the whole truth afterwards: whoever sends none takes the member out of
/// every group. So it is an argument here and is always sent. The client's handle
/// `organization.member("ada").set_role(..)` reads the groups first and keeps them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = groups_are_required)]
#[non_exhaustive]
pub struct ChangeOrganizationMemberRole {
    /// Name of the organization.
    pub organization: String,
    /// Name of the member.
    pub username: String,
    /// Role in the organization.
    pub role: Role,
    /// Every group the member shall be in; an empty list takes the member out of all of them.
    // Read leniently, because other programs leave it out and mean the empty list by it.
    #[serde(default)]
    pub resource_groups: Vec<ResourceGroupRole>,
}

/// A request without the list is read as one with an empty list, but ours always give it.
fn groups_are_required(schema: &mut Schema) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push("resourceGroups".into());
    }
}

impl ChangeOrganizationMemberRole {
    /// This role for this member, who is in exactly these groups afterwards.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        username: impl Into<String>,
        role: impl Into<Role>,
        all_groups: Vec<ResourceGroupRole>,
    ) -> Self {
        Self {
            organization: organization.into(),
            username: username.into(),
            role: role.into(),
            resource_groups: all_groups,
        }
    }
}

impl Endpoint for ChangeOrganizationMemberRole {
    const OPERATION: Operation = Operation::put(
        "change_organization_member_role",
        "/api/organizations/{organization}/members/{username}/role",
        "Set a member's role in an organization together with all resource groups",
    );
    type Response = Success;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        id::user_name(&self.username)?;
        self.role.check()?;
        for (index, group) in self.resource_groups.iter().enumerate() {
            id::object_id("resource group id", &group.id)?;
            group.role.check()?;
            if self.resource_groups[..index].iter().any(|other| other.id == group.id) {
                let rule = "is given twice; a member has one role in a group";
                return Err(Invalid::new("resource group id", &group.id, rule));
            }
        }
        Ok(())
    }
}

/// Whether it was done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Success {
    /// Whether it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Invite somebody into an organization, by name or by address.
///
/// Experimental: nobody can say whether the Hub still offers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct InviteOrganizationMember {
    /// Name of the organization.
    pub organization: String,
    /// Role the person gets.
    pub role: Role,
    /// Name of the user; excludes `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Address to write to; excludes `username`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl InviteOrganizationMember {
    /// An invitation for a user of the Hub.
    #[must_use]
    pub fn user(
        organization: impl Into<String>,
        username: impl Into<String>,
        role: impl Into<Role>,
    ) -> Self {
        let username = Some(username.into());
        Self { organization: organization.into(), role: role.into(), username, email: None }
    }

    /// An invitation to an address.
    #[must_use]
    pub fn email(
        organization: impl Into<String>,
        email: impl Into<String>,
        role: impl Into<Role>,
    ) -> Self {
        let email = Some(email.into());
        Self { organization: organization.into(), role: role.into(), username: None, email }
    }
}

impl Endpoint for InviteOrganizationMember {
    const OPERATION: Operation = Operation::post(
        "invite_organization_member",
        "/api/organizations/{organization}/members/invite",
        "Invite somebody into an organization, by name or by address",
    )
    .answer(Answer::Ignored)
    .experimental(ONE_NOTE)
    .undocumented(ONE_NOTE);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        self.role.check()?;
        match (&self.username, &self.email) {
            (Some(name), None) => id::user_name(name),
            (None, Some(email)) => address(email),
            (Some(name), Some(_)) => {
                Err(Invalid::new("user name", name, "cannot be given together with an address"))
            }
            (None, None) => Err(Invalid::new("user name", "", "is missing; give it or an address")),
        }
    }
}

fn address(email: &str) -> Result<(), Invalid> {
    let parts = email.split_once('@');
    let plain = !email.contains(|c: char| c.is_whitespace() || c.is_control());
    match parts {
        Some((name, host)) if plain && !name.is_empty() && host.contains('.') => Ok(()),
        _ => Err(Invalid::new("address", email, "is no e-mail address such as `ada@example.com`")),
    }
}

/// Remove a member from an organization.
///
/// Experimental: nobody can say whether the Hub still offers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RemoveOrganizationMember {
    /// Name of the organization.
    pub organization: String,
    /// Name of the member.
    pub username: String,
}

impl RemoveOrganizationMember {
    /// No more membership of this user.
    #[must_use]
    pub fn new(organization: impl Into<String>, username: impl Into<String>) -> Self {
        Self { organization: organization.into(), username: username.into() }
    }
}

impl Endpoint for RemoveOrganizationMember {
    const OPERATION: Operation = Operation::delete(
        "remove_organization_member",
        "/api/organizations/{organization}/members/{username}",
        "Remove a member from an organization",
    )
    .effect(Effect::Destructive)
    .answer(Answer::Ignored)
    .experimental(ONE_NOTE)
    .undocumented(ONE_NOTE);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        id::user_name(&self.username)
    }
}
