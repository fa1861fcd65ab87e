//! What the Hub shows of a user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::AccountType;

/// A user's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// Id that stays through renames.
    #[serde(rename = "_id")]
    pub id: String,
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
    /// What the person says about themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// When the account was made, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Whether the caller follows this user; absent for anonymous callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_following: Option<bool>,
    /// Why the Hub suggests to follow this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_to_follow: Option<String>,
    /// Picture of the organization the user shows first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_org_avatar_url: Option<String>,
    /// Number of public models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_models: Option<u64>,
    /// Number of public datasets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_datasets: Option<u64>,
    /// Number of public Spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_spaces: Option<u64>,
    /// Number of buckets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_buckets: Option<u64>,
    /// Number of kernels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_kernels: Option<u64>,
    /// Number of discussions opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_discussions: Option<u64>,
    /// Number of papers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_papers: Option<u64>,
    /// Number of upvotes given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_upvotes: Option<u64>,
    /// Number of likes given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_likes: Option<u64>,
    /// Number of followers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_followers: Option<u64>,
    /// Number of users followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_following: Option<u64>,
    /// Number of organizations followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_following_orgs: Option<u64>,
    /// Organizations the user is a public member of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgs: Option<Vec<UserOrganization>>,
    /// Machines the user says they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware_items: Option<Vec<Value>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl User {
    /// A user of whom only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            username: username.into(),
            fullname: None,
            avatar_url: None,
            is_pro: None,
            account_type: None,
            details: None,
            created_at: None,
            is_following: None,
            reason_to_follow: None,
            primary_org_avatar_url: None,
            num_models: None,
            num_datasets: None,
            num_spaces: None,
            num_buckets: None,
            num_kernels: None,
            num_discussions: None,
            num_papers: None,
            num_upvotes: None,
            num_likes: None,
            num_followers: None,
            num_following: None,
            num_following_orgs: None,
            orgs: None,
            hardware_items: None,
            extra: Map::new(),
        }
    }
}

/// An organization as a user's profile shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserOrganization {
    /// Id that stays through renames.
    #[serde(skip_serializing_if = "Option::is_none")]
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
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl UserOrganization {
    /// An organization of which only the name is known.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            id: None,
            username: username.into(),
            fullname: None,
            avatar_url: None,
            extra: Map::new(),
        }
    }
}

/// Names of an account elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SocialHandles {
    /// Name on X, formerly Twitter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twitter: Option<String>,
    /// Name on GitHub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub github: Option<String>,
    /// Name at linkedin.com.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linkedin: Option<String>,
    /// Name on Bluesky.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bluesky: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Where else a user can be found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserSocials {
    /// Id that stays through renames.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user")]
    pub username: String,
    /// Names elsewhere.
    #[serde(default)]
    pub social_handles: SocialHandles,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl UserSocials {
    /// The names of a user elsewhere.
    #[must_use]
    pub fn new(username: impl Into<String>, social_handles: SocialHandles) -> Self {
        Self { id: None, username: username.into(), social_handles, extra: Map::new() }
    }
}

/// Where a picture lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Avatar {
    /// Address of the picture, absolute or relative to the Hub.
    pub avatar_url: String,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Avatar {
    /// A picture at an address.
    #[must_use]
    pub fn new(avatar_url: impl Into<String>) -> Self {
        Self { avatar_url: avatar_url.into(), extra: Map::new() }
    }
}
