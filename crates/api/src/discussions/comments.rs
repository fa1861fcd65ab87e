//! Writing, changing and hiding comments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{DiscussionEvent, numbered, text};
use crate::{
    endpoint::{Effect, Endpoint, Operation},
    id::{self, Invalid},
    repos::RepoType,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<CommentDiscussion>();
    visitor.call::<EditDiscussionComment>();
    visitor.call::<HideDiscussionComment>();
}

/// A comment that was just written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewMessage {
    /// The comment as the details show it.
    pub new_message: DiscussionEvent,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A comment that was just changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdatedComment {
    /// The comment as the details show it.
    pub updated_comment: DiscussionEvent,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Write a comment in a discussion or pull request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CommentDiscussion {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// Text in Markdown, 1 to 65,536 characters.
    #[schemars(length(min = 1, max = 65_536))]
    pub comment: String,
}

impl CommentDiscussion {
    /// This comment, without the blanks around it.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64, comment: &str) -> Self {
        Self { repo_type, repo: repo.into(), num, comment: comment.trim().to_owned() }
    }
}

impl Endpoint for CommentDiscussion {
    const OPERATION: Operation = Operation::post(
        "comment_discussion",
        "/api/{repoType}s/{+repo}/discussions/{num}/comment",
        "Write a comment in a discussion or pull request",
    );
    type Response = NewMessage;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)?;
        text("comment", &self.comment)
    }
}

/// Change the text of a comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EditDiscussionComment {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// Id of the comment, 24 lowercase hexadecimal digits.
    pub comment_id: String,
    /// The new text in Markdown, 1 to 65,536 characters.
    pub content: String,
}

impl EditDiscussionComment {
    /// This text in place of the comment's.
    #[must_use]
    pub fn new(
        repo_type: RepoType,
        repo: impl Into<String>,
        num: u64,
        comment_id: &str,
        content: impl Into<String>,
    ) -> Self {
        let (repo, content) = (repo.into(), content.into());
        Self { repo_type, repo, num, comment_id: comment_id.to_lowercase(), content }
    }
}

impl Endpoint for EditDiscussionComment {
    const OPERATION: Operation = Operation::post(
        "edit_discussion_comment",
        "/api/{repoType}s/{+repo}/discussions/{num}/comment/{commentId}/edit",
        "Change the text of a comment",
    )
    .undocumented("the official clients call it");
    type Response = UpdatedComment;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)?;
        comment_id(&self.comment_id)?;
        text("text", &self.content)
    }
}

/// Hide a comment, for ever.
///
/// The text is gone for everybody; there is no way back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HideDiscussionComment {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// Id of the comment, 24 lowercase hexadecimal digits.
    pub comment_id: String,
}

impl HideDiscussionComment {
    /// No more text of this comment.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64, comment_id: &str) -> Self {
        Self { repo_type, repo: repo.into(), num, comment_id: comment_id.to_lowercase() }
    }
}

impl Endpoint for HideDiscussionComment {
    const OPERATION: Operation = Operation::post(
        "hide_discussion_comment",
        "/api/{repoType}s/{+repo}/discussions/{num}/comment/{commentId}/hide",
        "Hide a comment, for ever",
    )
    .effect(Effect::Destructive)
    .undocumented("the official clients call it");
    type Response = UpdatedComment;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)?;
        comment_id(&self.comment_id)
    }
}

fn comment_id(id: &str) -> Result<(), Invalid> {
    id::object_id("comment id", id).map_err(|invalid| {
        let rule = format!(
            "{}, as in 62904ad60ea7e76254c12713; the details of the discussion show it",
            invalid.rule
        );
        Invalid::new("comment id", id, rule)
    })
}
