//! Beginning, changing, merging and deleting discussions and pull requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{DiscussionEvent, DiscussionStatus, numbered, text, title};
use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation},
    id::{self, Invalid},
    repos::{self, RepoType},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<CreateDiscussion>();
    visitor.call::<ChangeDiscussionStatus>();
    visitor.call::<RenameDiscussion>();
    visitor.call::<MergePullRequest>();
    visitor.call::<PinDiscussion>();
    visitor.call::<DeleteDiscussion>();
    visitor.call::<DeletePullRequestRef>();
}

/// A discussion or pull request that was just begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedDiscussion {
    /// Web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Number within the repository.
    pub num: u64,
    /// Whether it is a pull request.
    #[serde(default)]
    pub pull_request: bool,
    /// The git references of a pull request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<PullRequestReferences>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The git references of a pull request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PullRequestReferences {
    /// The reference it shall be merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The commit that merged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_commit_id: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Begin a discussion or a pull request.
///
/// A pull request made this way is a draft; it is published by setting its status to `open`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreateDiscussion {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Title, 3 to 200 characters.
    #[schemars(length(min = 3, max = 200))]
    pub title: String,
    /// First comment in Markdown, 1 to 65,536 characters.
    #[schemars(length(max = 65_536))]
    pub description: String,
    /// Whether it shall be a pull request; a discussion when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<bool>,
}

impl CreateDiscussion {
    /// A discussion; title and first comment without the blanks around them.
    #[must_use]
    pub fn new(
        repo_type: RepoType,
        repo: impl Into<String>,
        title: &str,
        description: &str,
    ) -> Self {
        Self {
            repo_type,
            repo: repo.into(),
            title: title.trim().to_owned(),
            description: description.trim().to_owned(),
            pull_request: None,
        }
    }

    /// The same as a pull request, which begins as a draft.
    #[must_use]
    pub fn pull_request(self) -> Self {
        Self { pull_request: Some(true), ..self }
    }
}

impl Endpoint for CreateDiscussion {
    const OPERATION: Operation = Operation::post(
        "create_discussion",
        "/api/{repoType}s/{+repo}/discussions",
        "Begin a discussion or a pull request",
    );
    type Response = CreatedDiscussion;

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)?;
        title(&self.title)?;
        text("description", &self.description)
    }
}

/// The event of a change of status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewStatus {
    /// The event as the details show it.
    pub new_status: DiscussionEvent,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The event of a change of title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewTitle {
    /// The event as the details show it.
    pub new_title: DiscussionEvent,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Open or close a discussion or pull request.
///
/// Opening a draft publishes it; there is no way back to a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChangeDiscussionStatus {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// `open` or `closed`.
    pub status: DiscussionStatus,
    /// Comment to write with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl ChangeDiscussionStatus {
    /// This status without a comment.
    #[must_use]
    pub fn new(
        repo_type: RepoType,
        repo: impl Into<String>,
        num: u64,
        status: DiscussionStatus,
    ) -> Self {
        Self { repo_type, repo: repo.into(), num, status, comment: None }
    }

    /// The same with a comment.
    #[must_use]
    pub fn comment(self, comment: impl Into<String>) -> Self {
        Self { comment: Some(comment.into()), ..self }
    }
}

impl Endpoint for ChangeDiscussionStatus {
    const OPERATION: Operation = Operation::post(
        "change_discussion_status",
        "/api/{repoType}s/{+repo}/discussions/{num}/status",
        "Open or close a discussion or pull request",
    );
    type Response = NewStatus;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)?;
        let rule = match &self.status {
            DiscussionStatus::Open | DiscussionStatus::Closed => None,
            DiscussionStatus::Draft => Some("cannot be set: there is no way back to a draft"),
            DiscussionStatus::Merged => Some("cannot be set: merge the pull request instead"),
            DiscussionStatus::Other(_) => Some("is neither `open` nor `closed`"),
        };
        if let Some(rule) = rule {
            return Err(Invalid::new("status", self.status.as_str(), rule));
        }
        self.comment.as_deref().map_or(Ok(()), |comment| text("comment", comment))
    }
}

/// Give a discussion or pull request another title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RenameDiscussion {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// New title, 3 to 200 characters.
    #[schemars(length(min = 3, max = 200))]
    pub title: String,
}

impl RenameDiscussion {
    /// This title, without the blanks around it.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64, title: &str) -> Self {
        Self { repo_type, repo: repo.into(), num, title: title.trim().to_owned() }
    }
}

impl Endpoint for RenameDiscussion {
    const OPERATION: Operation = Operation::post(
        "rename_discussion",
        "/api/{repoType}s/{+repo}/discussions/{num}/title",
        "Give a discussion or pull request another title",
    );
    type Response = NewTitle;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)?;
        title(&self.title)
    }
}

/// Merge a pull request, which must not be a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MergePullRequest {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the pull request, from 1.
    pub num: u64,
    /// Comment to write with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl MergePullRequest {
    /// The merge of this pull request, without a comment.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64) -> Self {
        Self { repo_type, repo: repo.into(), num, comment: None }
    }

    /// The same with a comment.
    #[must_use]
    pub fn comment(self, comment: impl Into<String>) -> Self {
        Self { comment: Some(comment.into()), ..self }
    }
}

impl Endpoint for MergePullRequest {
    const OPERATION: Operation = Operation::post(
        "merge_pull_request",
        "/api/{repoType}s/{+repo}/discussions/{num}/merge",
        "Merge a pull request, which must not be a draft",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)?;
        self.comment.as_deref().map_or(Ok(()), |comment| text("comment", comment))
    }
}

/// Pin a discussion to the top of the list, or take the pin away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PinDiscussion {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// Whether it shall be pinned.
    pub pinned: bool,
}

impl PinDiscussion {
    /// Pinned or not.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64, pinned: bool) -> Self {
        Self { repo_type, repo: repo.into(), num, pinned }
    }
}

impl Endpoint for PinDiscussion {
    const OPERATION: Operation = Operation::post(
        "pin_discussion",
        "/api/{repoType}s/{+repo}/discussions/{num}/pin",
        "Pin a discussion to the top of the list, or take the pin away",
    )
    .effect(Effect::Idempotent)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)
    }
}

/// Delete a discussion or pull request with all its comments, for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteDiscussion {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
}

impl DeleteDiscussion {
    /// No more discussion of this number.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64) -> Self {
        Self { repo_type, repo: repo.into(), num }
    }
}

impl Endpoint for DeleteDiscussion {
    const OPERATION: Operation = Operation::delete(
        "delete_discussion",
        "/api/{repoType}s/{+repo}/discussions/{num}",
        "Delete a discussion or pull request with all its comments, for ever",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)
    }
}

/// Delete the git reference of a closed or merged pull request, for ever.
///
/// Its commits go with it, which frees their storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeletePullRequestRef {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the pull request, from 1.
    pub num: u64,
}

impl DeletePullRequestRef {
    /// No more git reference of this pull request.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64) -> Self {
        Self { repo_type, repo: repo.into(), num }
    }
}

impl Endpoint for DeletePullRequestRef {
    const OPERATION: Operation = Operation::delete(
        "delete_pull_request_ref",
        "/api/{repoType}s/{+repo}/discussions/{num}/ref",
        "Delete the git reference of a closed or merged pull request, for ever",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)
    }
}
