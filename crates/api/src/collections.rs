//! Collections: lists of repositories, papers and other collections that somebody put together.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    author::Author,
    endpoint::{Endpoint, Operation, Paged},
    id::Invalid,
    open::open_names,
    table::Visitor,
};

pub use self::{
    changes::{
        CollectionInGroup, CreateCollection, DeleteCollection, GetCollectionResourceGroup,
        SetCollectionResourceGroup, UpdateCollectionMetadata, UpdatedCollection,
    },
    gating::{CollectionGating, GatingNotificationMode, GatingNotifications},
    item::{
        AddCollectionItem, BatchUpdateCollectionItems, CollectionItem, CollectionItemRef,
        CollectionItemType, CollectionItemUpdate, DeleteCollectionItem, ItemChanges, ItemNote,
        UpdateCollectionItem,
    },
    rules::{collection_id, collection_slug},
};

mod changes;
mod gating;
mod item;
mod rules;

/// Fewest and most collections that the Hub puts on a page.
const COLLECTIONS_A_PAGE: std::ops::RangeInclusive<u32> = 1..=10_000;

/// Shows every operation of this resource to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListCollections>();
    visitor.call::<GetCollection>();
    changes::visit(visitor);
    item::visit(visitor);
}

/// Colour of a collection's page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CollectionTheme {
    /// Orange.
    Orange,
    /// Blue.
    Blue,
    /// Green.
    Green,
    /// Purple.
    Purple,
    /// Pink.
    Pink,
    /// Indigo.
    Indigo,
    /// A colour added since; kept as it came.
    Other(String),
}

open_names!(CollectionTheme {
    "orange" => Orange,
    "blue" => Blue,
    "green" => Green,
    "purple" => Purple,
    "pink" => Pink,
    "indigo" => Indigo,
});

/// What comes first in a list of collections.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CollectionSort {
    /// Most upvotes.
    Upvotes,
    /// Changed last.
    LastModified,
    /// What the Hub finds trending; its order when nothing is said.
    Trending,
    /// An order added since; kept as it came.
    Other(String),
}

open_names!(CollectionSort {
    "upvotes" => Upvotes,
    "lastModified" => LastModified,
    "trending" => Trending,
});

/// The resource group that a collection belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CollectionGroup {
    /// Id of the group.
    pub id: String,
    /// Name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many users the group has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_users: Option<u64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl CollectionGroup {
    /// A group of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), name: None, num_users: None, extra: Map::new() }
    }
}

/// A list of repositories, papers and other collections.
///
/// An entry of [`ListCollections`] has the first four items and neither `position` nor
/// `share_url`; [`GetCollection`] has all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Collection {
    /// Owner, words of the title, id: `acme/best-models-64f9a55bb3115b4f513ec026`.
    ///
    /// The words follow the title; an old slug goes on working by the id at its end.
    pub slug: String,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for; absent when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether people must ask for access to its gated repositories together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gating: Option<CollectionGating>,
    /// When it was last changed, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated: Option<String>,
    /// The user or organization it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Author>,
    /// What is in it, in order.
    #[serde(default)]
    pub items: Vec<CollectionItem>,
    /// Place among the owner's collections; single answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Colour of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<CollectionTheme>,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Number of upvotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upvotes: Option<u64>,
    /// Short web address; single answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_url: Option<String>,
    /// Whether the caller has upvoted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_upvoted_by_user: Option<bool>,
    /// Resource group it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<CollectionGroup>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Collection {
    /// A collection of which only the slug is known.
    #[must_use]
    pub fn new(slug: impl Into<String>) -> Self {
        Self {
            slug: slug.into(),
            title: None,
            description: None,
            gating: None,
            last_updated: None,
            owner: None,
            items: Vec::new(),
            position: None,
            theme: None,
            private: None,
            upvotes: None,
            share_url: None,
            is_upvoted_by_user: None,
            resource_group: None,
            extra: Map::new(),
        }
    }

    /// The id at the end of the slug, which stays when the title changes.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        collection_id(&self.slug)
    }
}

/// List collections: of owners, with an item, with a text.
///
/// Each entry has its first four items only; `get_collection` has all of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListCollections {
    /// Only those of these users and organizations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    pub owner: Vec<String>,
    /// Only those with one of these: `models/acme/m`, `datasets/acme/d`, `papers/2510.04871`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(default)]
    #[schemars(inner(regex(pattern = r"^spaces|models|datasets|papers\/.*")))]
    pub item: Vec<String>,
    /// Only those with this text in title or description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// What comes first; the Hub takes `trending` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<CollectionSort>,
    /// Whether items come with what the Hub knows about them; they do when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expand: Option<bool>,
    /// Collections a page, 1 to 10,000; the Hub takes 10 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub limit: Option<u32>,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListCollections {
    /// All collections that the caller may see.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for ListCollections {
    const OPERATION: Operation = Operation::get(
        "list_collections",
        "/api/collections",
        "List collections: of owners, with an item, with a text",
    );
    type Response = Vec<Collection>;

    fn validate(&self) -> Result<(), Invalid> {
        self.owner.iter().try_for_each(|owner| rules::owner(owner))?;
        self.item.iter().try_for_each(|item| rules::filter(item))?;
        if let Some(CollectionSort::Other(sort)) = &self.sort {
            let rule = "is no order of collections; take `upvotes`, `lastModified` or `trending`";
            return Err(Invalid::new("sort", sort, rule));
        }
        match self.limit.filter(|limit| !COLLECTIONS_A_PAGE.contains(limit)) {
            Some(limit) => Err(Invalid::new("limit", limit.to_string(), "is not from 1 to 10,000")),
            None => Ok(()),
        }
    }
}

impl Paged for ListCollections {
    type Item = Collection;
}

/// Get a collection with all its items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetCollection {
    /// Slug with the id at its end, `acme/best-models-64f9a55bb3115b4f513ec026`.
    pub slug: String,
}

impl GetCollection {
    /// The collection with this slug, of today or of before.
    #[must_use]
    pub fn new(slug: impl Into<String>) -> Self {
        Self { slug: slug.into() }
    }
}

impl Endpoint for GetCollection {
    const OPERATION: Operation = Operation::get(
        "get_collection",
        "/api/collections/{+slug}",
        "Get a collection with all its items",
    );
    type Response = Collection;

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)
    }
}
