//! Creating, deleting, moving and copying repositories.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{RepoType, Visibility, settings::visible_once, with_page};
use crate::{
    endpoint::{Answer, Endpoint, Operation, Payload},
    id::{self, Invalid},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<CreateRepo>();
    visitor.call::<DeleteRepo>();
    visitor.call::<MoveRepo>();
    visitor.call::<DuplicateRepo>();
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
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$"))]
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
        visible_once(self.visibility.as_ref(), self.private)?;
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
    .answer(Answer::Ignored)
    .undocumented("the official clients call it");
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

/// Copy a repository, with its files, to another name or owner.
///
/// The secrets of a Space are not copied; set them on the copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct DuplicateRepo {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository that is copied, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// Id of the copy, `owner/name`.
    #[builder(start_fn)]
    pub repository: String,
    /// Who may see the copy; excludes `private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Whether only those with access see the copy; excludes `visibility`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Resource group the copy shall belong to; needs an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$"))]
    pub resource_group_id: Option<String>,
    /// Hardware of a Space, as in `cpu-basic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
    /// Seconds without visitors after which a Space sleeps; -1 is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub sleep_time_seconds: Option<i64>,
}

impl DuplicateRepo {
    /// A copy of this repository under another id.
    #[must_use]
    pub fn new(
        repo_type: RepoType,
        repo: impl Into<String>,
        repository: impl Into<String>,
    ) -> Self {
        Self::builder(repo_type, repo, repository).build()
    }
}

impl Endpoint for DuplicateRepo {
    const OPERATION: Operation = Operation::post(
        "duplicate_repo",
        "/api/{type}s/{+repo}/duplicate",
        "Copy a repository, with its files, to another name or owner",
    );
    type Response = CreatedRepo;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)?;
        id::repo_id(&self.repository)?;
        if !self.repository.contains('/') {
            let rule = "needs its owner, as in `acme/copy`";
            return Err(Invalid::new("repository id", &self.repository, rule));
        }
        visible_once(self.visibility.as_ref(), self.private)?;
        match &self.resource_group_id {
            Some(group) => id::object_id("resource group id", group),
            None => Ok(()),
        }
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
