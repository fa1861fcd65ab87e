//! Repos, whose unknown keys are sent as they stand.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::RepoType;
use crate::id::ObjectId;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepoEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    #[serde(rename = "_id", default)]
    pub(crate) oid: Option<ObjectId>,
    #[serde(default)]
    pub(crate) sha: Option<String>,
    #[serde(default)]
    pub(crate) private: bool,
    #[serde(default)]
    pub(crate) gated: Gated,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) last_modified: Option<Timestamp>,
    #[serde(default)]
    pub(crate) downloads: u64,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(rename = "pipeline_tag", default)]
    pub(crate) pipeline_tag: Option<String>,
    #[serde(default)]
    pub(crate) sdk: Option<String>,
    #[serde(default)]
    pub(crate) siblings: Vec<String>,
    #[serde(default)]
    pub(crate) renamed_from: Vec<String>,
    #[serde(default)]
    pub(crate) likes: Option<u64>,
    #[serde(default)]
    pub(crate) org_members_gated: bool,
    #[serde(default)]
    pub(crate) gated_notifications_email: Option<String>,
    #[serde(default)]
    pub(crate) gated_notifications_mode: Option<String>,
    #[serde(default)]
    pub(crate) discussions_disabled: bool,
    #[serde(default)]
    pub(crate) discussions_sorting: Option<String>,
    /// Every other key is sent as it stands.
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

/// How a repo's files are gated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gated {
    /// Open.
    #[default]
    No,
    /// Everyone who asks gets in.
    Auto,
    /// The owner decides.
    Manual,
}

impl<'de> Deserialize<'de> for Gated {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match &value {
            Value::Bool(false) => Ok(Self::No),
            Value::String(word) if word == "auto" => Ok(Self::Auto),
            Value::String(word) if word == "manual" => Ok(Self::Manual),
            other => Err(serde::de::Error::custom(format_args!(
                "`gated` is false, \"auto\" or \"manual\", not {other}"
            ))),
        }
    }
}

impl serde::Serialize for Gated {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::Auto => serializer.serialize_str("auto"),
            Self::Manual => serializer.serialize_str("manual"),
        }
    }
}
