//! The search of the Hub's front page: people, organizations and what they make.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<QuickSearch>();
}

/// What the search looks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SearchType {
    /// Models.
    Model,
    /// Datasets.
    Dataset,
    /// Spaces.
    Space,
    /// Organizations.
    Organization,
    /// Users.
    User,
    /// Papers.
    Paper,
    /// Collections.
    Collection,
    /// Storage buckets.
    Bucket,
    /// Compute kernels.
    Kernel,
    /// A type added since; kept as it came.
    Other(String),
}

open_names!(SearchType {
    "model" => Model,
    "dataset" => Dataset,
    "space" => Space,
    "org" => Organization,
    "user" => User,
    "paper" => Paper,
    "collection" => Collection,
    "bucket" => Bucket,
    "kernel" => Kernel,
});

/// A user that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundUser {
    /// Id that stays through renames.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An organization that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundOrganization {
    /// Id that stays through renames.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name of the account.
    pub name: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A repository or paper that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundRepo {
    /// `owner/name`, or the id of the paper.
    pub id: String,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// How much it is talked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trending_weight: Option<serde_json::Number>,
    /// Picture of a Space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A collection that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundCollection {
    /// Id of the collection.
    #[serde(rename = "_id")]
    pub id: String,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a search found, and how much there is of each; people and organizations are not counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Found {
    /// What was searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Users.
    pub users: Vec<FoundUser>,
    /// Organizations.
    pub orgs: Vec<FoundOrganization>,
    /// Models.
    pub models: Vec<FoundRepo>,
    /// How many models there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models_count: Option<u64>,
    /// Datasets.
    pub datasets: Vec<FoundRepo>,
    /// How many datasets there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datasets_count: Option<u64>,
    /// Spaces.
    pub spaces: Vec<FoundRepo>,
    /// How many Spaces there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spaces_count: Option<u64>,
    /// Papers.
    pub papers: Vec<FoundRepo>,
    /// How many papers there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub papers_count: Option<u64>,
    /// Collections.
    pub collections: Vec<FoundCollection>,
    /// How many collections there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collections_count: Option<u64>,
    /// Storage buckets.
    pub buckets: Vec<FoundRepo>,
    /// How many storage buckets there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buckets_count: Option<u64>,
    /// Compute kernels.
    pub kernels: Vec<FoundRepo>,
    /// How many compute kernels there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernels_count: Option<u64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Search users, organizations, repositories, papers and collections by name.
///
/// The only public search for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct QuickSearch {
    /// What to search for.
    #[builder(start_fn)]
    pub q: String,
    /// Only these types: `user`, `org`, `model`, ...; all of them when empty.
    #[serde(rename = "type", default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub types: Vec<SearchType>,
    /// Most results of each type, 1 to 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 20))]
    pub limit: Option<u32>,
    /// Only what belongs to this user or organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Names and ids to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    #[schemars(inner(regex(
        pattern = r"^(spaces|models|datasets|papers|collections|users|orgs|buckets|kernels)\/.*"
    )))]
    pub exclude: Vec<String>,
    /// With people who are invited and have not joined yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_invitees: Option<bool>,
}

impl QuickSearch {
    /// Everything of this name.
    #[must_use]
    pub fn new(q: impl Into<String>) -> Self {
        Self::builder(q).build()
    }
}

impl Endpoint for QuickSearch {
    const OPERATION: Operation = Operation::get(
        "quicksearch",
        "/api/quicksearch",
        "Search users, organizations, repositories, papers and collections by name",
    );
    type Response = Found;

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(limit) = self.limit
            && !(1..=20).contains(&limit)
        {
            let rule = "is out of bounds: 1 to 20 results of a type, as in `limit=20`";
            return Err(Invalid::new("limit", limit.to_string(), rule));
        }
        for one in &self.types {
            if let SearchType::Other(other) = one {
                let rule = "is none of `user`, `org`, `model`, `dataset`, `space`, `kernel`, \
                            `bucket`, `paper` and `collection`";
                return Err(Invalid::new("type", other, rule));
            }
        }
        match &self.namespace {
            Some(namespace) => id::user_name(namespace),
            None => Ok(()),
        }
    }
}
