//! Discussions, pull requests and notifications as a world file has them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RepoType;
use crate::id::ObjectId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DiscussionEntry {
    #[serde(rename = "_id", default)]
    pub(crate) oid: Option<ObjectId>,
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) num: u64,
    /// Absent when the account was deleted.
    #[serde(default)]
    pub(crate) author: Option<String>,
    #[serde(default)]
    pub(crate) title: String,
    /// As the events leave it when absent.
    #[serde(default)]
    pub(crate) status: Option<DiscussionStatus>,
    #[serde(default)]
    pub(crate) is_pull_request: bool,
    #[serde(default)]
    pub(crate) is_report: bool,
    #[serde(default)]
    pub(crate) pinned: bool,
    #[serde(default)]
    pub(crate) locked: bool,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    /// The first comment, where it is no event.
    #[serde(default)]
    pub(crate) comment: String,
    #[serde(default)]
    pub(crate) events: Vec<EventEntry>,
    /// The unified diff of a pull request; made up when absent.
    #[serde(default)]
    pub(crate) diff: Option<String>,
    #[serde(default)]
    pub(crate) files_with_conflicts: Vec<String>,
    #[serde(default)]
    pub(crate) merge_commit_id: Option<String>,
    #[serde(default)]
    pub(crate) ref_deleted: bool,
}

/// Something that happened; which keys matter depends on its type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct EventEntry {
    #[serde(default)]
    pub(crate) id: Option<ObjectId>,
    #[serde(rename = "type")]
    pub(crate) kind: EventType,
    /// Absent when the account was deleted.
    #[serde(default)]
    pub(crate) author: Option<String>,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    /// Of a comment.
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) updated_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) num_edits: u32,
    #[serde(default)]
    pub(crate) hidden: bool,
    #[serde(default)]
    pub(crate) hidden_reason: Option<String>,
    #[serde(default)]
    pub(crate) reactions: Vec<ReactionEntry>,
    /// Of a change of status.
    #[serde(default)]
    pub(crate) status: Option<DiscussionStatus>,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// Of a commit.
    #[serde(default)]
    pub(crate) subject: String,
    #[serde(default)]
    pub(crate) oid: Option<String>,
    #[serde(default)]
    pub(crate) parents: Option<Vec<String>>,
    /// Of a change of title.
    #[serde(default)]
    pub(crate) from: String,
    #[serde(default)]
    pub(crate) to: String,
    #[serde(default)]
    pub(crate) pinned: bool,
    #[serde(default)]
    pub(crate) locked: bool,
    #[serde(default)]
    pub(crate) report: Option<Value>,
}

/// What may happen in a discussion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EventType {
    Comment,
    StatusChange,
    Commit,
    TitleChange,
    PinningChange,
    LockingChange,
    ReportStatusChange,
    RefDeleted,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReactionEntry {
    pub(crate) reaction: String,
    pub(crate) users: Vec<String>,
}

/// How far a discussion or pull request is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DiscussionStatus {
    #[default]
    Open,
    Closed,
    Draft,
    Merged,
}

impl DiscussionStatus {
    /// The Hub's two halves of a list: what goes on, drafts with it, and what is over.
    pub(crate) fn is_closed(self) -> bool {
        matches!(self, Self::Closed | Self::Merged)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NotificationEntry {
    pub(crate) user: String,
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) num: u64,
    #[serde(default)]
    pub(crate) read: bool,
    #[serde(default)]
    pub(crate) mention: bool,
    #[serde(default)]
    pub(crate) updated_at: Option<Timestamp>,
}
