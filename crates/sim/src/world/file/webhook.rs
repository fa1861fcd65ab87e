//! Webhooks.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::id::ObjectId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct WebhookEntry {
    #[serde(rename = "_id", alias = "id", default)]
    pub(crate) id: Option<ObjectId>,
    /// Whose it is.
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) job: Option<Map<String, Value>>,
    #[serde(default)]
    pub(crate) job_source_id: Option<String>,
    pub(crate) watched: Vec<WatchedEntry>,
    #[serde(default = "all")]
    pub(crate) domains: Vec<WebhookDomain>,
    #[serde(default)]
    pub(crate) secret: Option<String>,
    #[serde(default)]
    pub(crate) disabled: Disabled,
}

fn all() -> Vec<WebhookDomain> {
    vec![WebhookDomain::Repo, WebhookDomain::Discussion]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchedEntry {
    #[serde(rename = "type")]
    pub(crate) kind: WatchedKind,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WatchedKind {
    Model,
    Dataset,
    Space,
    Kernel,
    User,
    Org,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WebhookDomain {
    Repo,
    Discussion,
}

/// Whether a webhook is off, or why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Disabled {
    Plain(bool),
    Because(Suspension),
}

impl Default for Disabled {
    fn default() -> Self {
        Self::Plain(false)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Suspension {
    SuspendedAfterFailure,
}
