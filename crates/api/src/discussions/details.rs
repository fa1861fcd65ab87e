//! One discussion or pull request with everything in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{DiscussionEvent, DiscussionStatus};
use crate::{author::Author, repos::RepoId};

/// A discussion or pull request with all its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DiscussionDetails {
    /// Id by which notifications name it.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Number within the repository, from 1.
    pub num: u64,
    /// Who began it; absent when the account was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// The organization that owns the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<Author>,
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
    /// Whether it is pinned to the top of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// Whether only those who may write to the repository can go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// What it is a thread of; `discussions` for repositories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// Whether it is a pull request.
    #[serde(default)]
    pub is_pull_request: bool,
    /// Whether it reports the repository to the Hub's moderators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_report: Option<bool>,
    /// Files of a pull request that do not merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files_with_conflicts: Option<Conflicts>,
    /// What a pull request changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<PullRequestChanges>,
    /// Address of the diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff_url: Option<String>,
    /// Unified diff, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What happened, oldest first.
    #[serde(default)]
    pub events: Vec<DiscussionEvent>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl DiscussionDetails {
    /// A discussion of which only repository and number are known.
    #[must_use]
    pub fn new(repo: RepoId, num: u64) -> Self {
        Self {
            id: None,
            num,
            author: None,
            org: None,
            repo,
            title: String::new(),
            status: None,
            created_at: None,
            pinned: None,
            locked: None,
            collection: None,
            is_pull_request: false,
            is_report: None,
            files_with_conflicts: None,
            changes: None,
            diff_url: None,
            diff: None,
            events: Vec::new(),
            extra: Map::new(),
        }
    }

    /// The git reference of a pull request, as in `refs/pr/7`.
    #[must_use]
    pub fn git_reference(&self) -> Option<String> {
        self.is_pull_request.then(|| format!("refs/pr/{}", self.num))
    }
}

/// Which files of a pull request do not merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Conflicts {
    /// These; none when it merges.
    Files(Vec<String>),
    /// Some, but they cannot be named (`true`).
    Unlistable(bool),
}

impl Conflicts {
    /// Whether anything stands in the way of a merge.
    #[must_use]
    pub fn any(&self) -> bool {
        match self {
            Self::Files(files) => !files.is_empty(),
            Self::Unlistable(some) => *some,
        }
    }
}

/// What a pull request changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PullRequestChanges {
    /// The reference it shall be merged into, as in `refs/heads/main`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The commit that merged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_commit_id: Option<String>,
    /// Its newest commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_commit_id: Option<String>,
    /// Whether its git reference was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_deleted: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How much storage a pull request takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PullRequestStorage {
    /// Bytes, about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_storage: Option<u64>,
    /// Whether its git reference was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_deleted: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
