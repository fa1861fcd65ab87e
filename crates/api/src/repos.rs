//! Repositories, as far as work with people needs them.

use std::fmt;

use bon::Builder;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

pub use self::{
    changes::{CreateRepo, CreatedRepo, DeleteRepo, DuplicateRepo, MoveRepo},
    listing::{
        Datasets, Direction, Kernels, ListDatasets, ListKernels, ListModels, ListRepos, ListSpaces,
        ListUserRepos, ListedType, Models, OwnRepo, OwnRepoSort, RepoSort, Spaces,
    },
    settings::{
        DiscussionsSorting, GetRepoResourceGroup, GroupedRepo, NotificationsMode,
        RepoResourceGroup, RepoSettings, SetRepoResourceGroup, UpdateRepoSettings,
    },
};

mod changes;
mod listing;
mod settings;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetRepoInfo>();
    changes::visit(visitor);
    settings::visit(visitor);
    listing::visit(visitor);
}

/// What a repository holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RepoType {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
    /// A Space: an application.
    Space,
    /// A compute kernel.
    Kernel,
    /// A storage bucket.
    Bucket,
    /// A type added since; kept as it came.
    Other(String),
}

open_names!(RepoType {
    "model" => Model,
    "dataset" => Dataset,
    "space" => Space,
    "kernel" => Kernel,
    "bucket" => Bucket,
});

/// Refuses types that have no `/api/{type}s/...` operations.
///
/// Without this a type of `user` would reach `/api/users/...`, another operation.
pub(crate) fn with_page(repo_type: &RepoType) -> Result<(), Invalid> {
    match repo_type {
        RepoType::Model | RepoType::Dataset | RepoType::Space | RepoType::Kernel => Ok(()),
        other => Err(Invalid::new(
            "repository type",
            other.as_str(),
            "is none of `model`, `dataset`, `space` and `kernel`",
        )),
    }
}

/// A repository by name and type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RepoId {
    /// `owner/name`, or a bare name for the oldest ones.
    pub name: String,
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
}

impl RepoId {
    /// A repository by type and name.
    #[must_use]
    pub fn new(repo_type: RepoType, name: impl Into<String>) -> Self {
        Self { name: name.into(), repo_type }
    }
}

/// Who may see a repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Visibility {
    /// Everyone.
    Public,
    /// Those with access.
    Private,
    /// Everyone may use the Space, its files stay private.
    Protected,
    /// A kind added since; kept as it came.
    Other(String),
}

open_names!(Visibility {
    "public" => Public,
    "private" => Private,
    "protected" => Protected,
});

/// Whether people must ask for access to a repository's files.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gated {
    /// Nobody needs to ask (`false` on the wire).
    No,
    /// Whoever asks gets access.
    Auto,
    /// Somebody decides about each request.
    Manual,
    /// A way added since; kept as it came.
    Other(String),
}

impl Serialize for Gated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::Auto => serializer.serialize_str("auto"),
            Self::Manual => serializer.serialize_str("manual"),
            Self::Other(other) => serializer.serialize_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for Gated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GatedVisitor;

        impl de::Visitor<'_> for GatedVisitor {
            type Value = Gated;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`false`, `\"auto\"` or `\"manual\"`")
            }

            fn visit_bool<E: de::Error>(self, gated: bool) -> Result<Gated, E> {
                if gated {
                    Err(E::invalid_value(de::Unexpected::Bool(true), &self))
                } else {
                    Ok(Gated::No)
                }
            }

            fn visit_str<E: de::Error>(self, gated: &str) -> Result<Gated, E> {
                Ok(match gated {
                    "auto" => Gated::Auto,
                    "manual" => Gated::Manual,
                    other => Gated::Other(other.to_owned()),
                })
            }
        }

        deserializer.deserialize_any(GatedVisitor)
    }
}

impl JsonSchema for Gated {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Gated".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "`false`, or how requests for access are decided: `auto` or `manual`.",
            "enum": [false, "auto", "manual"],
        })
    }
}

/// What the Hub says about a repository.
///
/// Which fields come depends on the type of the repository and on `expand`; those not named here
/// are in `extra` under their wire names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RepoInfo {
    /// Object id.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// `owner/name`, or a bare name for the oldest ones.
    pub id: String,
    /// Name of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Commit that the answer describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha: Option<String>,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Whether people must ask for access to the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated: Option<Gated>,
    /// Whether the Hub has closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Number of likes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Number of downloads in the last 30 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downloads: Option<u64>,
    /// Tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// When it was made, ISO 8601 in UTC; 2022-03-02T23:29:04.000Z for all older ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// What a Space is built with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// Resource group it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<Value>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl RepoInfo {
    /// A repository of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            object_id: None,
            id: id.into(),
            author: None,
            sha: None,
            private: None,
            gated: None,
            disabled: None,
            likes: None,
            downloads: None,
            tags: None,
            created_at: None,
            last_modified: None,
            sdk: None,
            resource_group: None,
            extra: Map::new(),
        }
    }
}

/// Get what the Hub knows about a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetRepoInfo {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// Branch, tag or commit; the main branch when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Only these fields, by their wire names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub expand: Vec<String>,
    /// With size and hash of every file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blobs: Option<bool>,
}

impl GetRepoInfo {
    /// The main branch of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self::builder(repo_type, repo).build()
    }
}

impl Endpoint for GetRepoInfo {
    const OPERATION: Operation = Operation::get(
        "repo_info",
        "/api/{type}s/{+repo}[/revision/{revision}]",
        "Get what the Hub knows about a repository",
    )
    .undocumented("the official clients call it; the document has it for kernels only");
    type Response = RepoInfo;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}
