//! Collections with their items, papers and buckets.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::id::ObjectId;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CollectionEntry {
    #[serde(rename = "_id", default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) owner: String,
    /// Made of the title when absent.
    #[serde(default)]
    pub(crate) slug_name: Option<String>,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) theme: Option<Theme>,
    #[serde(default)]
    pub(crate) private: bool,
    #[serde(default)]
    pub(crate) gating: Option<Value>,
    #[serde(default)]
    pub(crate) last_updated: Option<Timestamp>,
    #[serde(default)]
    pub(crate) upvotes: u64,
    /// Name or id of a resource group of the owner.
    #[serde(default)]
    pub(crate) resource_group: Option<String>,
    #[serde(default)]
    pub(crate) items: Vec<CollectionItemEntry>,
}

/// The colours that the Hub has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    Orange,
    Blue,
    Green,
    Purple,
    Pink,
    Indigo,
}

impl Theme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Orange => "orange",
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Purple => "purple",
            Self::Pink => "pink",
            Self::Indigo => "indigo",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CollectionItemEntry {
    #[serde(rename = "_id", default)]
    pub(crate) oid: Option<ObjectId>,
    #[serde(rename = "type")]
    pub(crate) kind: CollectionItemType,
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) note: Option<String>,
    #[serde(default)]
    pub(crate) gallery: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CollectionItemType {
    Model,
    Dataset,
    Space,
    Paper,
    Collection,
    Bucket,
}

impl CollectionItemType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Space => "space",
            Self::Paper => "paper",
            Self::Collection => "collection",
            Self::Bucket => "bucket",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PaperEntry {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) published_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) thumbnail_url: Option<String>,
    #[serde(default)]
    pub(crate) upvotes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct BucketEntry {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) private: bool,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) updated_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) size: u64,
    #[serde(default)]
    pub(crate) total_files: u64,
}
