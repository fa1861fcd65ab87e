//! Likes of repositories.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::PublicUser,
    endpoint::{Answer, Effect, Endpoint, Operation, Paged},
    id::{self, Invalid},
    repos::{self, RepoId, RepoType},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListRepoLikers>();
    visitor.call::<LikeRepo>();
    visitor.call::<UnlikeRepo>();
}

/// A user's like of a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Like {
    /// When the like was given, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// What is liked.
    pub repo: RepoId,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Like {
    /// A like of this repository.
    #[must_use]
    pub fn new(repo: RepoId) -> Self {
        Self { created_at: None, repo, extra: Map::new() }
    }
}

/// List the users who like a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListRepoLikers {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListRepoLikers {
    /// The likers of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into(), cursor: None }
    }
}

impl Endpoint for ListRepoLikers {
    const OPERATION: Operation = Operation::get(
        "list_repo_likers",
        "/api/{type}s/{+repo}/likers",
        "List the users who like a repository",
    )
    .undocumented("the official clients call it");
    type Response = Vec<PublicUser>;

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}

impl Paged for ListRepoLikers {
    type Item = PublicUser;
}

/// Like a repository, which the Hub has closed to programs.
///
/// The Hub took this call away in January 2025 because programs used it for spam; a like is given
/// on the web page of the repository only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct LikeRepo {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl LikeRepo {
    /// A like of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for LikeRepo {
    const OPERATION: Operation = Operation::post(
        "like",
        "/api/{type}s/{+repo}/like",
        "Like a repository, which the Hub has closed to programs",
    )
    .answer(Answer::Ignored)
    .closed(
        "the Hub closed liking to programs in January 2025, because they used it for spam; \
         like on the repository's web page",
    )
    .undocumented("it was open to programs until January 2025");
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}

/// Take the caller's like of a repository back.
///
/// Taking back a like that was never given is no error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct UnlikeRepo {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl UnlikeRepo {
    /// No more like of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for UnlikeRepo {
    const OPERATION: Operation = Operation::delete(
        "unlike",
        "/api/{type}s/{+repo}/like",
        "Take the caller's like of a repository back",
    )
    .effect(Effect::Idempotent)
    .answer(Answer::Ignored)
    .undocumented("the official clients call it");
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}
