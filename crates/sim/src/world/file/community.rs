//! Discussions, collections, papers, access requests: checked, and served as far as they matter
//! to what is served.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::RepoType;
use crate::id::ObjectId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DiscussionEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) num: u64,
    pub(crate) author: String,
    #[serde(rename = "title", default)]
    pub(crate) _title: String,
    #[serde(rename = "status", default)]
    pub(crate) _status: DiscussionStatus,
    #[serde(rename = "isPullRequest", default)]
    pub(crate) _is_pull_request: bool,
    #[serde(rename = "createdAt", default)]
    pub(crate) _created_at: Option<Timestamp>,
    #[serde(rename = "comment", default)]
    pub(crate) _comment: String,
    #[serde(rename = "events", default)]
    pub(crate) _events: Vec<Map<String, Value>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DiscussionStatus {
    #[default]
    Open,
    Closed,
    Draft,
    Merged,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CollectionEntry {
    #[serde(rename = "_id", default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) owner: String,
    #[serde(rename = "slugName", default)]
    pub(crate) _slug_name: Option<String>,
    #[serde(rename = "title", default)]
    pub(crate) _title: String,
    #[serde(rename = "description", default)]
    pub(crate) _description: String,
    #[serde(rename = "theme", default)]
    pub(crate) _theme: Option<String>,
    #[serde(rename = "private", default)]
    pub(crate) _private: bool,
    #[serde(rename = "lastUpdated", default)]
    pub(crate) _last_updated: Option<Timestamp>,
    #[serde(rename = "upvotes", default)]
    pub(crate) _upvotes: u64,
    #[serde(default)]
    pub(crate) items: Vec<CollectionItemEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CollectionItemEntry {
    #[serde(rename = "_id", default)]
    pub(crate) oid: Option<ObjectId>,
    #[serde(rename = "type")]
    pub(crate) kind: CollectionItemType,
    pub(crate) id: String,
    #[serde(rename = "note", default)]
    pub(crate) _note: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CollectionItemType {
    Model,
    Dataset,
    Space,
    Paper,
    Collection,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PaperEntry {
    pub(crate) id: String,
    #[serde(rename = "title", default)]
    pub(crate) _title: String,
    #[serde(rename = "publishedAt", default)]
    pub(crate) _published_at: Option<Timestamp>,
    #[serde(rename = "thumbnailUrl", default)]
    pub(crate) _thumbnail_url: Option<String>,
    #[serde(rename = "upvotes", default)]
    pub(crate) _upvotes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct AccessRequestEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) status: AccessStatus,
    #[serde(rename = "timestamp", default)]
    pub(crate) _timestamp: Option<Timestamp>,
    #[serde(rename = "fields", default)]
    pub(crate) _fields: Map<String, Value>,
}

/// What became of a request for access to a gated repo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessStatus {
    /// Waits for the owner.
    #[default]
    Pending,
    /// Let in.
    Accepted,
    /// Turned away.
    Rejected,
    /// Taken back by the owner; the person may ask again.
    Reset,
}
