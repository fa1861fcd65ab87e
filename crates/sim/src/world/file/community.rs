//! Requests for access to gated repos.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::RepoType;

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
