//! Lists of repositories: by author, by search, and the caller's own.

use std::marker::PhantomData;

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{RepoInfo, RepoType, Visibility};
use crate::{
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    open::open_names,
    table,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl table::Visitor) {
    visitor.list::<ListModels>();
    visitor.list::<ListDatasets>();
    visitor.list::<ListSpaces>();
    visitor.list::<ListKernels>();
    visitor.list::<ListUserRepos>();
}

/// What a list of repositories is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RepoSort {
    /// Last changed first.
    LastModified,
    /// Newest first.
    CreatedAt,
    /// What is talked about first.
    TrendingScore,
    /// Most downloaded first.
    Downloads,
    /// Most liked first.
    Likes,
    /// An order added since; kept as it came.
    Other(String),
}

open_names!(RepoSort {
    "lastModified" => LastModified,
    "createdAt" => CreatedAt,
    "trendingScore" => TrendingScore,
    "downloads" => Downloads,
    "likes" => Likes,
});

/// The type of repository that a list holds.
///
/// The Hub has one list for each type; this keeps their operations apart.
pub trait ListedType:
    std::fmt::Debug + Clone + PartialEq + Send + Sync + 'static + private::Sealed
{
    /// The operation that lists them.
    const OPERATION: Operation;

    /// The type.
    const TYPE: RepoType;

    /// First sentence of the operation's documentation.
    const SUMMARY: &'static str;
}

mod private {
    /// Keeps the types of lists to this crate.
    pub trait Sealed {}
}

/// Lists of models.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Models;

/// Lists of datasets.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Datasets;

/// Lists of Spaces.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Spaces;

/// Lists of kernels.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Kernels;

impl private::Sealed for Models {}
impl private::Sealed for Datasets {}
impl private::Sealed for Spaces {}
impl private::Sealed for Kernels {}

impl ListedType for Models {
    const OPERATION: Operation =
        Operation::get("list_models", "/api/models", "List models, by author or search")
            .undocumented("the official clients call it");
    const TYPE: RepoType = RepoType::Model;
    const SUMMARY: &'static str = "List models, by author or search.";
}

impl ListedType for Datasets {
    const OPERATION: Operation =
        Operation::get("list_datasets", "/api/datasets", "List datasets, by author or search")
            .undocumented("the official clients call it");
    const TYPE: RepoType = RepoType::Dataset;
    const SUMMARY: &'static str = "List datasets, by author or search.";
}

impl ListedType for Spaces {
    const OPERATION: Operation =
        Operation::get("list_spaces", "/api/spaces", "List Spaces, by author or search")
            .undocumented("the official clients call it");
    const TYPE: RepoType = RepoType::Space;
    const SUMMARY: &'static str = "List Spaces, by author or search.";
}

impl ListedType for Kernels {
    const OPERATION: Operation =
        Operation::get("list_kernels", "/api/kernels", "List kernels, by author or search");
    const TYPE: RepoType = RepoType::Kernel;
    const SUMMARY: &'static str = "List kernels, by author or search.";
}

/// List models, by author or search.
pub type ListModels = ListRepos<Models>;

/// List datasets, by author or search.
pub type ListDatasets = ListRepos<Datasets>;

/// List Spaces, by author or search.
pub type ListSpaces = ListRepos<Spaces>;

/// List kernels, by author or search.
pub type ListKernels = ListRepos<Kernels>;

/// List repositories of one type, by author or search: [`ListModels`] and its siblings.
///
/// An author that nobody has gives an empty list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase", bound = "")]
#[schemars(bound = "K: ListedType", rename = "ListRepos", description = K::SUMMARY)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListRepos<K: ListedType> {
    /// Only those of this user or organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Only those whose name has this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only those with all of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub filter: Vec<String>,
    /// Only those with or without a gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated: Option<bool>,
    /// What comes first; the Hub decides when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<RepoSort>,
    /// Repositories a page; the Hub decides when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000))]
    pub limit: Option<u32>,
    /// With everything that the page of a repository shows; excludes `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<bool>,
    /// With what the card says; excludes `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_data: Option<bool>,
    /// Only these fields, by their wire names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub expand: Vec<String>,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(skip)]
    #[builder(skip)]
    listed: PhantomData<K>,
}

impl<K: ListedType> ListRepos<K> {
    /// Those of this user or organization.
    #[must_use]
    pub fn of(author: impl Into<String>) -> Self {
        Self::builder().author(author).build()
    }
}

impl<K: ListedType> Endpoint for ListRepos<K> {
    const OPERATION: Operation = K::OPERATION;
    type Response = Vec<RepoInfo>;

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(author) = &self.author {
            // Organizations and users share one set of names.
            id::user_name(author)?;
        }
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "0", "is no size of a page, as in `limit=100`"));
        }
        if let Some(RepoSort::Other(other)) = &self.sort {
            let rule = "is none of `lastModified`, `createdAt`, `trendingScore`, `downloads` and \
                        `likes`";
            return Err(Invalid::new("sort", other, rule));
        }
        if !self.expand.is_empty() && (self.full.is_some() || self.card_data.is_some()) {
            let rule = "cannot be given together with `full` or `cardData`";
            return Err(Invalid::new("expand", self.expand.join(","), rule));
        }
        Ok(())
    }
}

impl<K: ListedType> Paged for ListRepos<K> {
    type Item = RepoInfo;
}

/// What the caller's own repositories are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OwnRepoSort {
    /// By the space they take.
    Storage,
    /// By their last change.
    UpdatedAt,
    /// An order added since; kept as it came.
    Other(String),
}

open_names!(OwnRepoSort {
    "storage" => Storage,
    "updatedAt" => UpdatedAt,
});

/// Which end of a sorted list comes first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// The smallest or oldest.
    Ascending,
    /// The largest or newest.
    Descending,
    /// A direction added since; kept as it came.
    Other(String),
}

open_names!(Direction {
    "asc" => Ascending,
    "desc" => Descending,
});

/// A repository with the space it takes, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OwnRepo {
    /// `owner/name`.
    pub id: String,
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// When it was last changed, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Bytes that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<u64>,
    /// Share of the owner's storage, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_percent: Option<serde_json::Number>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl OwnRepo {
    /// A repository of which only type and id are known.
    #[must_use]
    pub fn new(repo_type: RepoType, id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            repo_type,
            updated_at: None,
            visibility: None,
            storage: None,
            storage_percent: None,
            extra: Map::new(),
        }
    }
}

/// List the caller's own repositories with the space they take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListUserRepos {
    /// Only those whose name has this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only those of this type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
    /// Repositories a page; the Hub decides when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub limit: Option<u32>,
    /// What they are sorted by: `storage` or `updatedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<OwnRepoSort>,
    /// Which end comes first: `asc` or `desc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListUserRepos {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }
}

impl Default for ListUserRepos {
    fn default() -> Self {
        Self::new()
    }
}

impl Endpoint for ListUserRepos {
    const OPERATION: Operation = Operation::get(
        "list_user_repos",
        "/api/settings/repositories",
        "List the caller's own repositories with the space they take",
    );
    type Response = Vec<OwnRepo>;

    fn validate(&self) -> Result<(), Invalid> {
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "0", "is no size of a page, as in `limit=100`"));
        }
        if let Some(OwnRepoSort::Other(other)) = &self.sort {
            return Err(Invalid::new("sort", other, "is neither `storage` nor `updatedAt`"));
        }
        if let Some(Direction::Other(other)) = &self.direction {
            return Err(Invalid::new("direction", other, "is neither `asc` nor `desc`"));
        }
        Ok(())
    }
}

impl Paged for ListUserRepos {
    type Item = OwnRepo;
}
