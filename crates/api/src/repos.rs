//! Repositories, as far as work with people needs them.

use std::fmt;

use bon::Builder;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation, Payload},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetRepoInfo>();
    visitor.call::<CreateRepo>();
    visitor.call::<DeleteRepo>();
    visitor.call::<MoveRepo>();
    visitor.call::<UpdateRepoSettings>();
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
    );
    type Response = RepoInfo;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}

/// A repository that was just made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CreatedRepo {
    /// Web address.
    pub url: String,
    /// `owner/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl CreatedRepo {
    /// A repository at a web address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), name: None, id: None, extra: Map::new() }
    }
}

/// Create a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateRepo {
    /// Name without the owner.
    #[builder(start_fn)]
    pub name: String,
    /// Owner; the caller when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Type of the repository; a model when absent.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
    /// Who may see it; excludes `private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Whether only those with access see it; excludes `visibility`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// License of the content, as in `apache-2.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Resource group it shall belong to; needs an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group_id: Option<String>,
    /// What a Space is built with: `gradio`, `docker` or `static`; Spaces need it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
}

impl CreateRepo {
    /// A model of the caller.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self::builder(name).build()
    }
}

impl Endpoint for CreateRepo {
    const OPERATION: Operation =
        Operation::post("create_repo", "/api/repos/create", "Create a repository");
    type Response = CreatedRepo;

    fn validate(&self) -> Result<(), Invalid> {
        if self.visibility.is_some() && self.private.is_some() {
            let rule = "cannot be given together with `private`";
            let value = self.visibility.as_ref().map_or("", Visibility::as_str);
            return Err(Invalid::new("visibility", value, rule));
        }
        if let Some(group) = &self.resource_group_id {
            id::object_id("resource group id", group)?;
        }
        owned(self.organization.as_deref(), &self.name)
    }
}

/// Delete a repository with everything in it, for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct DeleteRepo {
    /// Name without the owner.
    #[builder(start_fn)]
    pub name: String,
    /// Owner; the caller when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Type of the repository; a model when absent.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
}

impl DeleteRepo {
    /// No more repository of this type and id.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: &str) -> Self {
        let (organization, name) = match repo.split_once('/') {
            Some((owner, name)) => (Some(owner), name),
            None => (None, repo),
        };
        Self::builder(name).maybe_organization(organization).repo_type(repo_type).build()
    }
}

impl Endpoint for DeleteRepo {
    const OPERATION: Operation = Operation::delete(
        "delete_repo",
        "/api/repos/delete",
        "Delete a repository with everything in it, for ever",
    )
    .payload(Payload::Json)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        owned(self.organization.as_deref(), &self.name)
    }
}

/// Rename a repository or give it to another owner.
///
/// The old address goes on working by redirect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MoveRepo {
    /// Id now, `owner/name`.
    pub from_repo: String,
    /// Id then, `owner/name`.
    pub to_repo: String,
    /// Type of the repository; a model when absent.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
}

impl MoveRepo {
    /// This repository under another id.
    #[must_use]
    pub fn new(
        repo_type: RepoType,
        from_repo: impl Into<String>,
        to_repo: impl Into<String>,
    ) -> Self {
        let (from_repo, to_repo) = (from_repo.into(), to_repo.into());
        Self { from_repo, to_repo, repo_type: Some(repo_type) }
    }
}

impl Endpoint for MoveRepo {
    const OPERATION: Operation = Operation::post(
        "move_repo",
        "/api/repos/move",
        "Rename a repository or give it to another owner",
    )
    .effect(Effect::Write)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        for repo in [&self.from_repo, &self.to_repo] {
            id::repo_id(repo)?;
            if !repo.contains('/') {
                return Err(Invalid::new("repository id", repo, "needs its owner to be moved"));
            }
        }
        Ok(())
    }
}

/// The settings that a change has set, as the Hub echoes them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RepoSettings {
    /// Whether people must ask for access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated: Option<Gated>,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Change settings of a repository; what is not given stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateRepoSettings {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// Who may see it; excludes `private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Whether only those with access see it; excludes `visibility`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Whether people must ask for access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated: Option<Gated>,
    /// Whether members of the owning organization must ask too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_members_gated: Option<bool>,
    /// Who hears of requests for access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated_notifications_email: Option<String>,
    /// `bulk` or `real-time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated_notifications_mode: Option<String>,
    /// Whether discussions and pull requests are off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussions_disabled: Option<bool>,
    /// `recently-created`, `trending` or `reactions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussions_sorting: Option<String>,
}

impl Endpoint for UpdateRepoSettings {
    const OPERATION: Operation = Operation::put(
        "update_repo_settings",
        "/api/{type}s/{+repo}/settings",
        "Change settings of a repository; what is not given stays as it is",
    );
    type Response = RepoSettings;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}

/// Checks an owner and a name that travel apart.
fn owned(organization: Option<&str>, name: &str) -> Result<(), Invalid> {
    if name.contains('/') {
        return Err(Invalid::new("repository name", name, "has a slash; give the owner apart"));
    }
    id::repo_id(name)?;
    organization.map_or(Ok(()), id::organization_name)
}
