//! Organizations: profiles, members, followers.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::{AccountType, OrganizationMember, PublicUser},
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
    users::{Avatar, SocialHandles},
};

pub use self::{
    members::{
        ChangeOrganizationMemberRole, InviteOrganizationMember, RemoveOrganizationMember,
        ResourceGroupRole, Success,
    },
    settings::{
        ContentKind, ContentRule, EnforceAuth, GetNetworkSecurity, ListOrganizationRepositories,
        NetworkSecurity, RevokeOrganizationToken, RevokeOrganizationTokenById,
        UpdateNetworkSecurity,
    },
};

mod members;
mod settings;

pub(crate) use settings::token_id;

/// Fewest and most members that the Hub puts on a page.
const MEMBERS_A_PAGE: std::ops::RangeInclusive<u32> = 10..=10_000;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetOrganizationOverview>();
    visitor.list::<ListOrganizationMembers>();
    visitor.list::<ListOrganizationFollowers>();
    visitor.call::<GetOrganizationSocials>();
    visitor.call::<GetOrganizationAvatar>();
    members::visit(visitor);
    settings::visit(visitor);
}

/// An organization's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Organization {
    /// Id that stays through renames; not every answer has it.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the account (`name` on the wire).
    #[serde(rename = "name")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Kind of account; `org` here.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// What the organization says about itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// Whether the Hub has checked who is behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_verified: Option<bool>,
    /// Whether the caller follows it; absent for anonymous callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_following: Option<bool>,
    /// PRO is for people; organizations have a plan, so this is absent today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Number of members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_users: Option<u64>,
    /// Number of public models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_models: Option<u64>,
    /// Number of public Spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_spaces: Option<u64>,
    /// Number of public datasets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_datasets: Option<u64>,
    /// Number of followers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_followers: Option<u64>,
    /// Number of papers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_papers: Option<u64>,
    /// What it pays for: `team`, `enterprise`, `plus` or `academia`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Organization {
    /// An organization of which only the name is known.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            id: None,
            username: username.into(),
            fullname: None,
            avatar_url: None,
            account_type: None,
            details: None,
            is_verified: None,
            is_following: None,
            is_pro: None,
            num_users: None,
            num_models: None,
            num_spaces: None,
            num_datasets: None,
            num_followers: None,
            num_papers: None,
            plan: None,
            extra: Map::new(),
        }
    }
}

/// Where else an organization can be found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrganizationSocials {
    /// Id that stays through renames.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the account (`org` on the wire).
    #[serde(rename = "org")]
    pub username: String,
    /// Names elsewhere.
    #[serde(default)]
    pub social_handles: SocialHandles,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl OrganizationSocials {
    /// The names of an organization elsewhere.
    #[must_use]
    pub fn new(username: impl Into<String>, social_handles: SocialHandles) -> Self {
        Self { id: None, username: username.into(), social_handles, extra: Map::new() }
    }
}

/// Get the public profile of an organization.
///
/// A name that belongs to a user is not found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetOrganizationOverview {
    /// Name of the organization.
    pub organization: String,
}

impl GetOrganizationOverview {
    /// The profile of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for GetOrganizationOverview {
    const OPERATION: Operation = Operation::get(
        "get_organization_overview",
        "/api/organizations/{organization}/overview",
        "Get the public profile of an organization",
    )
    .undocumented("the official clients call it");
    type Response = Organization;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

/// List the members of an organization.
///
/// Members see roles; administrators also see two-factor state, verified addresses, external
/// collaborators and resource groups. The Hub answers 400 when the name belongs to a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListOrganizationMembers {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Only members whose name has this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only the member with this address, which must be of a domain of the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(email)]
    pub email: Option<String>,
    /// Members a page, 10 to 10,000; the Hub takes 500 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 10_000))]
    pub limit: Option<u32>,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListOrganizationMembers {
    /// All members of this organization, in pages of the Hub's size.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self::builder(organization).build()
    }
}

impl Endpoint for ListOrganizationMembers {
    const OPERATION: Operation = Operation::get(
        "list_organization_members",
        "/api/organizations/{organization}/members",
        "List the members of an organization",
    );
    type Response = Vec<OrganizationMember>;

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(limit) = self.limit.filter(|limit| !MEMBERS_A_PAGE.contains(limit)) {
            return Err(Invalid::new("limit", limit.to_string(), "is not from 10 to 10,000"));
        }
        id::organization_name(&self.organization)
    }
}

impl Paged for ListOrganizationMembers {
    type Item = OrganizationMember;
}

/// List the users who follow an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListOrganizationFollowers {
    /// Name of the organization.
    pub organization: String,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListOrganizationFollowers {
    /// The followers of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into(), cursor: None }
    }
}

impl Endpoint for ListOrganizationFollowers {
    const OPERATION: Operation = Operation::get(
        "list_organization_followers",
        "/api/organizations/{organization}/followers",
        "List the users who follow an organization",
    )
    .undocumented("the official clients call it");
    type Response = Vec<PublicUser>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

impl Paged for ListOrganizationFollowers {
    type Item = PublicUser;
}

/// Get the names an organization has on other sites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetOrganizationSocials {
    /// Name of the organization.
    pub organization: String,
}

impl GetOrganizationSocials {
    /// The names of this organization elsewhere.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for GetOrganizationSocials {
    const OPERATION: Operation = Operation::get(
        "get_organization_socials",
        "/api/organizations/{organization}/socials",
        "Get the names an organization has on other sites",
    );
    type Response = OrganizationSocials;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

/// Get the address of an organization's picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetOrganizationAvatar {
    /// Name of the organization.
    pub organization: String,
}

impl GetOrganizationAvatar {
    /// The picture of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for GetOrganizationAvatar {
    const OPERATION: Operation = Operation::get(
        "get_organization_avatar",
        "/api/organizations/{organization}/avatar",
        "Get the address of an organization's picture",
    );
    type Response = Avatar;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}
