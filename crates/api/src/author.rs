//! Who stands behind something: the user or organization as collections and discussions show it.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::MapAccess};
use serde_json::{Map, Value};

use crate::{
    account::AccountType,
    record::{self, Record},
};

/// A user or organization that owns or wrote something.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Author {
    /// Id that stays through renames.
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
    /// Kind of account.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Whether the person pays for a PRO account; organizations have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Whether it is of Hugging Face.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_hf: Option<bool>,
    /// Whether it administers the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_hf_admin: Option<bool>,
    /// Whether it moderates the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mod: Option<bool>,
    /// Number of followers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follower_count: Option<u64>,
    /// Whether the caller follows it; absent for anonymous callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_user_following: Option<bool>,
    /// What an organization pays for: `team`, `enterprise`, `plus` or `academia`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Whether it owns the repository; in discussions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_owner: Option<bool>,
    /// Whether it is a member of the organization that owns the repository; in discussions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_org_member: Option<bool>,
    /// Whether the caller blocks it; in discussions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_blocked_by_me: Option<bool>,
    /// The application that wrote in its name; in discussions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_app: Option<Value>,
    /// The organization a user shows first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_org: Option<Value>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Author {
    /// An account of which only the name is known.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            id: None,
            username: username.into(),
            fullname: None,
            avatar_url: None,
            account_type: None,
            is_pro: None,
            is_hf: None,
            is_hf_admin: None,
            is_mod: None,
            follower_count: None,
            is_user_following: None,
            plan: None,
            is_owner: None,
            is_org_member: None,
            is_blocked_by_me: None,
            oauth_app: None,
            primary_org: None,
            extra: Map::new(),
        }
    }
}

impl Record for Author {
    const NAME: &'static str = "an author";

    fn empty() -> Self {
        Self::new("")
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "_id" => self.id = map.next_value()?,
            "name" => self.username = map.next_value()?,
            "fullname" => self.fullname = map.next_value()?,
            "avatarUrl" => self.avatar_url = map.next_value()?,
            "type" => self.account_type = map.next_value()?,
            "isPro" => self.is_pro = map.next_value()?,
            "isHf" => self.is_hf = map.next_value()?,
            "isHfAdmin" => self.is_hf_admin = map.next_value()?,
            "isMod" => self.is_mod = map.next_value()?,
            "followerCount" => self.follower_count = map.next_value()?,
            "isUserFollowing" => self.is_user_following = map.next_value()?,
            "plan" => self.plan = map.next_value()?,
            "primaryOrg" => self.primary_org = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        &mut self.extra
    }

    fn missing(&self) -> Option<&'static str> {
        self.username.is_empty().then_some("name")
    }
}

impl<'de> Deserialize<'de> for Author {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::deserialize(deserializer)
    }
}
