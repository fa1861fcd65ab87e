//! What happens in a discussion: comments, commits, changes of status and title.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::DiscussionStatus;
use crate::{author::Author, open::open_names};

/// One thing that happened in a discussion or pull request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "RawEvent", into = "RawEvent")]
#[non_exhaustive]
pub struct DiscussionEvent {
    /// Id of the event; of a comment, the id to edit or hide it by.
    pub id: String,
    /// Who did it; absent when the account was deleted.
    pub author: Option<Author>,
    /// When, ISO 8601 in UTC.
    pub created_at: Option<String>,
    /// What it was.
    pub content: EventContent,
    /// Fields that this version does not know.
    pub extra: Map<String, Value>,
}

impl DiscussionEvent {
    /// An event without author and time.
    #[must_use]
    pub fn new(id: impl Into<String>, content: EventContent) -> Self {
        Self { id: id.into(), author: None, created_at: None, content, extra: Map::new() }
    }

    /// The comment, if it is one.
    #[must_use]
    pub fn comment(&self) -> Option<&Comment> {
        match &self.content {
            EventContent::Comment(comment) => Some(comment),
            _ => None,
        }
    }
}

/// What an event is about (`type` and `data` on the wire).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EventContent {
    /// Somebody wrote something.
    Comment(Box<Comment>),
    /// It was opened, closed, published or merged.
    StatusChange(StatusChange),
    /// A commit came to a pull request.
    Commit(Commit),
    /// It got another title.
    TitleChange(TitleChange),
    /// It was pinned or unpinned.
    PinningChange(PinningChange),
    /// It was locked or unlocked.
    LockingChange(LockingChange),
    /// A report changed.
    ReportStatusChange(ReportStatusChange),
    /// The git reference of a pull request was deleted.
    RefDeleted(Map<String, Value>),
    /// An event added since, or one that does not look as expected; kept as it came.
    Other {
        /// Its `type`.
        kind: String,
        /// Its `data`.
        data: Value,
    },
}

impl EventContent {
    /// The `type` of the wire.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Comment(_) => "comment",
            Self::StatusChange(_) => "status-change",
            Self::Commit(_) => "commit",
            Self::TitleChange(_) => "title-change",
            Self::PinningChange(_) => "pinning-change",
            Self::LockingChange(_) => "locking-change",
            Self::ReportStatusChange(_) => "report-status-change",
            Self::RefDeleted(_) => "ref-deleted",
            Self::Other { kind, .. } => kind,
        }
    }

    fn read(kind: String, data: Value) -> Self {
        fn as_is<T: DeserializeOwned>(data: &Value) -> Option<T> {
            T::deserialize(data).ok()
        }
        let known = match kind.as_str() {
            "comment" => as_is(&data).map(Self::Comment),
            "status-change" => as_is(&data).map(Self::StatusChange),
            "commit" => as_is(&data).map(Self::Commit),
            "title-change" => as_is(&data).map(Self::TitleChange),
            "pinning-change" => as_is(&data).map(Self::PinningChange),
            "locking-change" => as_is(&data).map(Self::LockingChange),
            "report-status-change" => as_is(&data).map(Self::ReportStatusChange),
            "ref-deleted" => as_is(&data).map(Self::RefDeleted),
            _ => None,
        };
        // One event that does not look as expected must not lose the thread.
        known.unwrap_or(Self::Other { kind, data })
    }

    fn data(&self) -> Value {
        let data = match self {
            Self::Comment(data) => serde_json::to_value(data),
            Self::StatusChange(data) => serde_json::to_value(data),
            Self::Commit(data) => serde_json::to_value(data),
            Self::TitleChange(data) => serde_json::to_value(data),
            Self::PinningChange(data) => serde_json::to_value(data),
            Self::LockingChange(data) => serde_json::to_value(data),
            Self::ReportStatusChange(data) => serde_json::to_value(data),
            Self::RefDeleted(data) => return Value::Object(data.clone()),
            Self::Other { data, .. } => return data.clone(),
        };
        data.expect("these types have string keys only")
    }
}

/// An event as it travels.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename = "DiscussionEvent", rename_all = "camelCase")]
struct RawEvent {
    /// Id of the event.
    id: String,
    /// Who did it; absent when the account was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Author>,
    /// When, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    /// `comment`, `status-change`, `commit`, `title-change`, `pinning-change`, `locking-change`,
    /// `report-status-change`, `ref-deleted`, or a type added since.
    #[serde(rename = "type")]
    kind: String,
    /// What depends on the type.
    #[serde(default)]
    data: Value,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl From<RawEvent> for DiscussionEvent {
    fn from(raw: RawEvent) -> Self {
        let RawEvent { id, author, created_at, kind, data, extra } = raw;
        Self { id, author, created_at, content: EventContent::read(kind, data), extra }
    }
}

impl From<DiscussionEvent> for RawEvent {
    fn from(event: DiscussionEvent) -> Self {
        let DiscussionEvent { id, author, created_at, content, extra } = event;
        let (kind, data) = (content.kind().to_owned(), content.data());
        Self { id, author, created_at, kind, data, extra }
    }
}

/// Why a comment is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HiddenReason {
    /// Advertisement.
    Spam,
    /// An attack on somebody.
    Abuse,
    /// Pictures nobody should have to see.
    GraphicContent,
    /// Done.
    Resolved,
    /// Not about this.
    OffTopic,
    /// Says nothing.
    LowQuality,
    /// A reason added since; kept as it came.
    Other(String),
}

open_names!(HiddenReason {
    "Spam" => Spam,
    "Abuse" => Abuse,
    "Graphic Content" => GraphicContent,
    "Resolved" => Resolved,
    "Off-Topic" => OffTopic,
    "Low Quality" => LowQuality,
});

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comment {
    /// Whether it was changed since.
    #[serde(default)]
    pub edited: bool,
    /// Whether its text is hidden.
    #[serde(default)]
    pub hidden: bool,
    /// Who hid it; often empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<String>,
    /// Why it is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_reason: Option<HiddenReason>,
    /// The text as it is now.
    pub latest: CommentVersion,
    /// How often it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_edits: Option<u64>,
    /// Names of those who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editors: Option<Vec<String>>,
    /// Their pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editor_avatar_urls: Option<Vec<String>>,
    /// What people think of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reactions: Option<Vec<CommentReaction>>,
    /// Language that the Hub recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identified_language: Option<Value>,
    /// The event it came with, such as a change of status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_event_id: Option<String>,
    /// Whether it reports the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_report: Option<bool>,
    /// The comment it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_comment_id: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The text of a comment at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CommentVersion {
    /// Markdown as it was written.
    pub raw: String,
    /// HTML made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Since when, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A reaction to a comment with those who chose it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CommentReaction {
    /// The emoji.
    pub reaction: String,
    /// Names of those who chose it.
    #[serde(default)]
    pub users: Vec<String>,
    /// How many they are.
    #[serde(default)]
    pub count: u64,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A change of status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct StatusChange {
    /// The status since.
    pub status: DiscussionStatus,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A commit of a pull request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Commit {
    /// First line of its message.
    #[serde(default)]
    pub subject: String,
    /// Its id.
    pub oid: String,
    /// The commits it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parents: Option<Vec<String>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A change of title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct TitleChange {
    /// The title before.
    pub from: String,
    /// The title since.
    pub to: String,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Pinned or unpinned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PinningChange {
    /// Whether it is pinned since.
    pub pinned: bool,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Locked or unlocked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct LockingChange {
    /// Whether it is locked since.
    pub locked: bool,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A change of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ReportStatusChange {
    /// The report as the Hub describes it.
    #[serde(default)]
    pub report: Value,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::{DiscussionEvent, EventContent};

    #[test]
    fn every_kind_of_event_comes_back_as_it_came() {
        let comment = json!({"edited": false, "hidden": false, "latest": {"raw": "a"}, "odd": 1});
        for (kind, data) in [
            ("comment", comment),
            ("status-change", json!({"status": "closed", "reason": "done"})),
            ("commit", json!({"subject": "s", "oid": "81fd", "parents": ["6c0e"]})),
            ("title-change", json!({"from": "Old", "to": "New"})),
            ("pinning-change", json!({"pinned": true})),
            ("locking-change", json!({"locked": true})),
            ("report-status-change", json!({"report": {"status": "new"}})),
            ("ref-deleted", json!({})),
            ("confetti", json!({"amount": 3})),
        ] {
            let wire = json!({"id": "1", "createdAt": "x", "type": kind, "data": data, "new": 1});
            let event: DiscussionEvent = serde_json::from_value(wire.clone()).unwrap();
            assert_eq!(event.content.kind(), kind);
            let other = matches!(event.content, EventContent::Other { .. });
            assert_eq!(other, kind == "confetti");
            assert_eq!(serde_json::to_value(&event).unwrap(), wire);
        }
    }

    #[test]
    fn an_event_that_does_not_look_as_expected_is_kept() {
        let wire = json!({"id": "1", "type": "comment", "data": {"latest": 7}});
        let event: DiscussionEvent = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(event.content.kind(), "comment");
        assert!(event.comment().is_none());
        assert_eq!(serde_json::to_value::<&DiscussionEvent>(&event).unwrap(), wire as Value);
    }
}
