//! Discussions as their list shows them.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::MapAccess};
use serde_json::{Map, Value};

use super::DiscussionStatus;
use crate::{
    account::AccountType,
    author::Author,
    record::{self, Record},
    repos::{RepoId, RepoType},
};

/// A page of the list of discussions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DiscussionPage {
    /// The discussions and pull requests of this page.
    pub discussions: Vec<Discussion>,
    /// How many there are on all pages.
    #[serde(default)]
    pub count: u64,
    /// How many stand before this page.
    #[serde(default)]
    pub start: u64,
    /// How many are closed; on the first page only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_closed_discussions: Option<u64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A discussion or pull request in a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Discussion {
    /// Number within the repository, from 1.
    pub num: u64,
    /// Who began it; absent when the account was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// The repository it belongs to.
    pub repo: RepoId,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DiscussionStatus>,
    /// When it was begun, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Whether it is a pull request.
    #[serde(default)]
    pub is_pull_request: bool,
    /// Number of comments, the first one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_comments: Option<u64>,
    /// The reactions that most people chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_reactions: Option<Vec<TopReaction>>,
    /// How many people reacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_reaction_users: Option<u64>,
    /// Whether it is pinned to the top of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// What the repository's owner has to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_owner: Option<RepoOwner>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Discussion {
    /// A discussion of which only repository and number are known.
    #[must_use]
    pub fn new(repo: RepoId, num: u64) -> Self {
        Self {
            num,
            author: None,
            repo,
            title: String::new(),
            status: None,
            created_at: None,
            is_pull_request: false,
            num_comments: None,
            top_reactions: None,
            num_reaction_users: None,
            pinned: None,
            repo_owner: None,
            extra: Map::new(),
        }
    }
}

/// A reaction with how many people chose it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct TopReaction {
    /// The emoji.
    pub reaction: String,
    /// How many people chose it.
    #[serde(default)]
    pub count: u64,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the owner of a repository has to do with a discussion.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RepoOwner {
    /// Name of the owner.
    pub name: String,
    /// Whether it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_participating: Option<bool>,
    /// User or organization.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Whether it began the discussion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_discussion_author: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Record for Discussion {
    const NAME: &'static str = "a discussion";

    fn empty() -> Self {
        Self::new(RepoId::new(RepoType::Model, ""), 0)
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "num" => self.num = map.next_value()?,
            "author" => self.author = map.next_value()?,
            "repo" => self.repo = map.next_value()?,
            "title" => self.title = map.next_value()?,
            "status" => self.status = map.next_value()?,
            "createdAt" => self.created_at = map.next_value()?,
            "isPullRequest" => self.is_pull_request = map.next_value()?,
            "numComments" => self.num_comments = map.next_value()?,
            "topReactions" => self.top_reactions = map.next_value()?,
            "numReactionUsers" => self.num_reaction_users = map.next_value()?,
            "pinned" => self.pinned = map.next_value()?,
            "repoOwner" => self.repo_owner = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        &mut self.extra
    }

    fn missing(&self) -> Option<&'static str> {
        match self {
            Self { num: 0, .. } => Some("num"),
            one => one.repo.name.is_empty().then_some("repo"),
        }
    }
}

impl<'de> Deserialize<'de> for Discussion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::deserialize(deserializer)
    }
}

impl Record for RepoOwner {
    const NAME: &'static str = "the owner of a repository";

    fn empty() -> Self {
        Self {
            name: String::new(),
            is_participating: None,
            account_type: None,
            is_discussion_author: None,
            extra: Map::new(),
        }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "name" => self.name = map.next_value()?,
            "isParticipating" => self.is_participating = map.next_value()?,
            "type" => self.account_type = map.next_value()?,
            "isDiscussionAuthor" => self.is_discussion_author = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn extra(&mut self) -> &mut Map<String, Value> {
        &mut self.extra
    }

    fn missing(&self) -> Option<&'static str> {
        self.name.is_empty().then_some("name")
    }
}

impl<'de> Deserialize<'de> for RepoOwner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::deserialize(deserializer)
    }
}
