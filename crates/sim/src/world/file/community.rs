//! Discussions and access requests: checked, and served as far as they matter to what is served.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::RepoType;

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
pub(crate) struct AccessRequestEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) status: AccessStatus,
    #[serde(default)]
    pub(crate) timestamp: Option<Timestamp>,
    #[serde(default)]
    pub(crate) reviewed_at: Option<Timestamp>,
    /// Who let the person in.
    #[serde(default)]
    pub(crate) granted_by: Option<String>,
    #[serde(default)]
    pub(crate) fields: Map<String, Value>,
    /// False for a list without `requestId`, as the Hub of October 2026 sent it.
    #[serde(default = "yes")]
    pub(crate) show_request_id: bool,
}

fn yes() -> bool {
    true
}

/// What became of a request for access to a gated repo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
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
