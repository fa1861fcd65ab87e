//! People and organizations as they appear in lists, and what they may do.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::MapAccess};
use serde_json::{Map, Value};

use crate::{
    open::open_names,
    record::{self, Record},
};

/// What a member may do in an organization or a resource group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// Full access, billing, member management.
    Admin,
    /// Create and modify repositories.
    Write,
    /// Push to repositories it created.
    Contributor,
    /// View private repositories.
    Read,
    /// A seat without access to repositories, except through resource groups.
    NoAccess,
    /// A role added since; kept as it came.
    Other(String),
}

open_names!(Role {
    "admin" => Admin,
    "write" => Write,
    "contributor" => Contributor,
    "read" => Read,
    "no_access" => NoAccess,
});

impl Role {
    /// The roles that the Hub gives today.
    pub const KNOWN: [Self; 5] =
        [Self::Admin, Self::Write, Self::Contributor, Self::Read, Self::NoAccess];

    /// Refuses a role that the Hub does not give.
    pub(crate) fn check(&self) -> Result<(), crate::id::Invalid> {
        match self {
            Self::Other(name) => Err(crate::id::Invalid::new(
                "role",
                name,
                "is no role; one is `admin`, `write`, `contributor`, `read` or `no_access`",
            )),
            _ => Ok(()),
        }
    }
}

/// What kind of account a name belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccountType {
    /// A person.
    User,
    /// An organization.
    Org,
    /// A kind added since; kept as it came.
    Other(String),
}

open_names!(AccountType { "user" => User, "org" => Org });

/// A user as lists show one: followers, likers, members of a group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PublicUser {
    /// Id that stays through renames; some lists leave it out.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Whether the person pays for a PRO account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Kind of account; `user` here.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Whether the caller follows this user; absent for anonymous callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_following: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl PublicUser {
    /// A user of whom only the name is known.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), ..Self::empty() }
    }
}

impl Record for PublicUser {
    const NAME: &'static str = "a user";

    fn empty() -> Self {
        Self {
            id: None,
            username: String::new(),
            fullname: None,
            avatar_url: None,
            is_pro: None,
            account_type: None,
            is_following: None,
            extra: Map::new(),
        }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "_id" => self.id = map.next_value()?,
            "user" => self.username = map.next_value()?,
            "fullname" => self.fullname = map.next_value()?,
            "avatarUrl" => self.avatar_url = map.next_value()?,
            "isPro" => self.is_pro = map.next_value()?,
            "type" => self.account_type = map.next_value()?,
            "isFollowing" => self.is_following = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        &mut self.extra
    }

    fn missing(&self) -> Option<&'static str> {
        self.username.is_empty().then_some("user")
    }
}

impl<'de> Deserialize<'de> for PublicUser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::deserialize(deserializer)
    }
}

/// A resource group as a member's entry shows it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MemberGroup {
    /// Id of the group.
    pub id: String,
    /// Name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many users the group has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_users: Option<u64>,
    /// The member's role within the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl MemberGroup {
    /// A group of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::empty() }
    }
}

impl Record for MemberGroup {
    const NAME: &'static str = "a resource group of a member";

    fn empty() -> Self {
        Self { id: String::new(), name: None, num_users: None, role: None, extra: Map::new() }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "id" => self.id = map.next_value()?,
            "name" => self.name = map.next_value()?,
            "numUsers" => self.num_users = map.next_value()?,
            "role" => self.role = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        &mut self.extra
    }

    fn missing(&self) -> Option<&'static str> {
        self.id.is_empty().then_some("id")
    }
}

impl<'de> Deserialize<'de> for MemberGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::deserialize(deserializer)
    }
}

/// A member of an organization; how much of one is shown depends on who asks.
///
/// Absent means that this caller may not see it, which is never the same as "no".
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrganizationMember {
    /// Id that stays through renames.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user")]
    pub username: String,
    /// Name to show; anyone can choose any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Whether the person pays for a PRO account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Kind of account; `user` here.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Whether the caller follows this user; absent for anonymous callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_following: Option<bool>,
    /// Role in the organization; shown to members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether two-factor authentication is on; shown to administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub two_fa_enabled: Option<bool>,
    /// Address verified against the organization's domains; `Some(None)` when there is none.
    /// Shown to administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_email: Option<Option<String>>,
    /// Whether the member is from outside the organization; shown to administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_external_collaborator: Option<bool>,
    /// Groups the member is in; empty when in none. Shown to administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_groups: Option<Vec<MemberGroup>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl OrganizationMember {
    /// A member of whom only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self { id: id.into(), username: username.into(), ..Self::empty() }
    }
}

impl Record for OrganizationMember {
    const NAME: &'static str = "a member";

    fn empty() -> Self {
        Self {
            id: String::new(),
            username: String::new(),
            fullname: None,
            avatar_url: None,
            is_pro: None,
            account_type: None,
            is_following: None,
            role: None,
            two_fa_enabled: None,
            verified_email: None,
            is_external_collaborator: None,
            resource_groups: None,
            extra: Map::new(),
        }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "_id" => self.id = map.next_value()?,
            "user" => self.username = map.next_value()?,
            "fullname" => self.fullname = map.next_value()?,
            "avatarUrl" => self.avatar_url = map.next_value()?,
            "isPro" => self.is_pro = map.next_value()?,
            "type" => self.account_type = map.next_value()?,
            "isFollowing" => self.is_following = map.next_value()?,
            "role" => self.role = map.next_value()?,
            "twoFaEnabled" => self.two_fa_enabled = map.next_value()?,
            "verifiedEmail" => self.verified_email = Some(map.next_value()?),
            "isExternalCollaborator" => self.is_external_collaborator = map.next_value()?,
            "resourceGroups" => self.resource_groups = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        &mut self.extra
    }

    fn missing(&self) -> Option<&'static str> {
        if self.id.is_empty() { Some("_id") } else { self.username.is_empty().then_some("user") }
    }
}

impl<'de> Deserialize<'de> for OrganizationMember {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::deserialize(deserializer)
    }
}

/// Reads a field that tells absent, null and a value apart.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
