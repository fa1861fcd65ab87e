//! Users: profiles, followers, likes.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::PublicUser,
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    likes::Like,
    table::Visitor,
};

pub use self::profile::{Avatar, SocialHandles, User, UserOrganization, UserSocials};

mod profile;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetUserOverview>();
    visitor.list::<ListUserFollowers>();
    visitor.list::<ListUserFollowing>();
    visitor.list::<ListLikedRepos>();
    visitor.call::<GetUserSocials>();
    visitor.call::<GetUserAvatar>();
}

/// Get the public profile of a user.
///
/// A name that belongs to an organization is not found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetUserOverview {
    /// Name of the user.
    pub username: String,
}

impl GetUserOverview {
    /// The profile of this user.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into() }
    }
}

impl Endpoint for GetUserOverview {
    const OPERATION: Operation = Operation::get(
        "get_user_overview",
        "/api/users/{username}/overview",
        "Get the public profile of a user",
    );
    type Response = User;

    fn validate(&self) -> Result<(), Invalid> {
        id::user_name(&self.username)
    }
}

/// List the users who follow a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListUserFollowers {
    /// Name of the user.
    pub username: String,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListUserFollowers {
    /// The followers of this user.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), cursor: None }
    }
}

impl Endpoint for ListUserFollowers {
    const OPERATION: Operation = Operation::get(
        "list_user_followers",
        "/api/users/{username}/followers",
        "List the users who follow a user",
    )
    .undocumented("the official clients call it");
    type Response = Vec<PublicUser>;

    fn validate(&self) -> Result<(), Invalid> {
        id::user_name(&self.username)
    }
}

impl Paged for ListUserFollowers {
    type Item = PublicUser;
}

/// List the users whom a user follows.
///
/// Organizations that the user follows are only counted, in the profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListUserFollowing {
    /// Name of the user.
    pub username: String,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListUserFollowing {
    /// The users whom this user follows.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), cursor: None }
    }
}

impl Endpoint for ListUserFollowing {
    const OPERATION: Operation = Operation::get(
        "list_user_following",
        "/api/users/{username}/following",
        "List the users whom a user follows",
    )
    .undocumented("the official clients call it");
    type Response = Vec<PublicUser>;

    fn validate(&self) -> Result<(), Invalid> {
        id::user_name(&self.username)
    }
}

impl Paged for ListUserFollowing {
    type Item = PublicUser;
}

/// List the public repositories that a user likes, newest like first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListLikedRepos {
    /// Name of the user.
    #[builder(start_fn)]
    pub username: String,
    /// Likes a page, at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub limit: Option<u32>,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub cursor: Option<String>,
}

impl ListLikedRepos {
    /// The likes of this user, in pages of the Hub's size.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self::builder(username).build()
    }
}

impl Endpoint for ListLikedRepos {
    const OPERATION: Operation = Operation::get(
        "list_liked_repos",
        "/api/users/{username}/likes",
        "List the public repositories that a user likes, newest like first",
    );
    type Response = Vec<Like>;

    fn validate(&self) -> Result<(), Invalid> {
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "0", "is too small; a page has at least 1"));
        }
        id::user_name(&self.username)
    }
}

impl Paged for ListLikedRepos {
    type Item = Like;
}

/// Get the names a user has on other sites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetUserSocials {
    /// Name of the user.
    pub username: String,
}

impl GetUserSocials {
    /// The names of this user elsewhere.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into() }
    }
}

impl Endpoint for GetUserSocials {
    const OPERATION: Operation = Operation::get(
        "get_user_socials",
        "/api/users/{username}/socials",
        "Get the names a user has on other sites",
    );
    type Response = UserSocials;

    fn validate(&self) -> Result<(), Invalid> {
        id::user_name(&self.username)
    }
}

/// Get the address of a user's picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetUserAvatar {
    /// Name of the user.
    pub username: String,
}

impl GetUserAvatar {
    /// The picture of this user.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into() }
    }
}

impl Endpoint for GetUserAvatar {
    const OPERATION: Operation = Operation::get(
        "get_user_avatar",
        "/api/users/{username}/avatar",
        "Get the address of a user's picture",
    );
    type Response = Avatar;

    fn validate(&self) -> Result<(), Invalid> {
        id::user_name(&self.username)
    }
}
