//! What a notification is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{discussions::DiscussionStatus, repos::RepoId};

/// A page of the caller's notifications.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationPage {
    /// The notifications of this page.
    pub notifications: Vec<Notification>,
    /// How many there are.
    #[serde(default)]
    pub count: NotificationCount,
    /// How many stand before this page.
    #[serde(default)]
    pub start: u64,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How many notifications there are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct NotificationCount {
    /// Those of the filter, on all pages.
    #[serde(default)]
    pub view: u64,
    /// Those not read.
    #[serde(default)]
    pub unread: u64,
    /// All of them.
    #[serde(default)]
    pub all: u64,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One thread that the caller is told about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Notification {
    /// What it is about: `repo`, `paper`, `post` or `community_blog`.
    #[serde(rename = "type")]
    pub notification_type: String,
    /// When the thread last changed, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Whether it was read.
    #[serde(default)]
    pub read: bool,
    /// The event it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion_event_id: Option<String>,
    /// The repository, of type `repo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<RepoId>,
    /// The discussion, of type `repo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<NotificationDiscussion>,
    /// The paper, of type `paper`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<Value>,
    /// The thread about the paper, of type `paper`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper_discussion: Option<Value>,
    /// The post, of type `post`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<Value>,
    /// The article, of type `community_blog`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blog: Option<Value>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Notification {
    /// The id by which it is marked as read or deleted.
    #[must_use]
    pub fn discussion_id(&self) -> Option<&str> {
        let other = |value: &Option<Value>| value.is_some();
        if let Some(discussion) = &self.discussion {
            return Some(&discussion.id);
        }
        [&self.paper_discussion, &self.post, &self.blog]
            .into_iter()
            .find(|value| other(value))
            .and_then(|value| value.as_ref()?.get("id")?.as_str())
    }
}

/// A discussion as a notification names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationDiscussion {
    /// Id by which the notification is marked as read or deleted.
    pub id: String,
    /// Number within the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num: Option<u64>,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DiscussionStatus>,
    /// Whether it is a pull request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pull_request: Option<bool>,
    /// Who takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participating: Vec<Participant>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Somebody who takes part in a discussion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Participant {
    /// Id that stays through renames.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the account.
    #[serde(rename = "user")]
    pub username: String,
    /// Address of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
