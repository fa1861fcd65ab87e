//! What is in a collection: adding, noting, moving and taking out.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Collection, collection_slug, rules};
use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<AddCollectionItem>();
    visitor.call::<UpdateCollectionItem>();
    visitor.call::<DeleteCollectionItem>();
    visitor.call::<BatchUpdateCollectionItems>();
}

/// What an item of a collection is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CollectionItemType {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
    /// A Space.
    Space,
    /// A paper.
    Paper,
    /// Another collection.
    Collection,
    /// A storage bucket.
    Bucket,
    /// A type added since; kept as it came.
    Other(String),
}

open_names!(CollectionItemType {
    "model" => Model,
    "dataset" => Dataset,
    "space" => Space,
    "paper" => Paper,
    "collection" => Collection,
    "bucket" => Bucket,
});

/// Something that can be put into a collection.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CollectionItemRef {
    /// What it is.
    #[serde(rename = "type")]
    pub item_type: CollectionItemType,
    /// `owner/name` of a repository, arXiv id of a paper, slug or id of a collection.
    pub id: String,
}

impl CollectionItemRef {
    /// Something by type and id.
    #[must_use]
    pub fn new(item_type: CollectionItemType, id: impl Into<String>) -> Self {
        Self { item_type, id: id.into() }
    }

    /// A model.
    #[must_use]
    pub fn model(id: impl Into<String>) -> Self {
        Self::new(CollectionItemType::Model, id)
    }

    /// A dataset.
    #[must_use]
    pub fn dataset(id: impl Into<String>) -> Self {
        Self::new(CollectionItemType::Dataset, id)
    }

    /// A Space.
    #[must_use]
    pub fn space(id: impl Into<String>) -> Self {
        Self::new(CollectionItemType::Space, id)
    }

    /// A paper, by its arXiv id.
    #[must_use]
    pub fn paper(id: impl Into<String>) -> Self {
        Self::new(CollectionItemType::Paper, id)
    }

    /// Another collection, by its slug or id.
    #[must_use]
    pub fn collection(id: impl Into<String>) -> Self {
        Self::new(CollectionItemType::Collection, id)
    }
}

/// What somebody wrote beside an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ItemNote {
    /// As HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// As it was written.
    pub text: String,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One item of a collection with what the Hub shows of it.
///
/// Which fields come depends on its type; those not named here are in `extra` under their wire
/// names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CollectionItem {
    /// Id of the entry, by which it is changed and taken out.
    #[serde(rename = "_id")]
    pub object_id: String,
    /// Place in the collection, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// What it is.
    #[serde(rename = "type")]
    pub item_type: CollectionItemType,
    /// Id of the thing: `owner/name`, arXiv id, or 24 digits of a collection.
    pub id: String,
    /// What somebody wrote beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<ItemNote>,
    /// Addresses of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gallery: Option<Vec<String>>,
    /// Title of a Space, paper or collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Slug of a collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Name of a repository's owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Number of a repository's likes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Number of a paper's or collection's upvotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upvotes: Option<u64>,
    /// When a repository was last changed, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl CollectionItem {
    /// An item of which only what it is is known.
    #[must_use]
    pub fn new(object_id: impl Into<String>, item: CollectionItemRef) -> Self {
        Self {
            object_id: object_id.into(),
            position: None,
            item_type: item.item_type,
            id: item.id,
            note: None,
            gallery: None,
            title: None,
            slug: None,
            author: None,
            likes: None,
            upvotes: None,
            last_modified: None,
            extra: Map::new(),
        }
    }

    /// What the thing is called where it is looked up: the slug of a collection, else its id.
    #[must_use]
    pub fn item_id(&self) -> &str {
        self.slug.as_deref().unwrap_or(&self.id)
    }
}

/// Add a repository, paper or other collection to a collection.
///
/// What is in it already is answered with 409.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct AddCollectionItem {
    /// Slug of the collection, with the id at its end.
    #[builder(start_fn)]
    pub slug: String,
    /// What to add.
    #[builder(start_fn)]
    pub item: CollectionItemRef,
    /// What to write beside it, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub note: Option<String>,
}

impl AddCollectionItem {
    /// This item into this collection, without a note.
    #[must_use]
    pub fn new(slug: impl Into<String>, item: CollectionItemRef) -> Self {
        Self::builder(slug, item).build()
    }
}

impl Endpoint for AddCollectionItem {
    const OPERATION: Operation = Operation::post(
        "add_collection_item",
        "/api/collections/{+slug}/items",
        "Add a repository, paper or other collection to a collection",
    );
    type Response = Collection;

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)?;
        rules::item(&self.item)?;
        self.note.as_deref().map_or(Ok(()), rules::note)
    }
}

/// Change the note or the place of an item of a collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateCollectionItem {
    /// Slug of the collection, with the id at its end.
    #[builder(start_fn)]
    pub slug: String,
    /// Id of the entry (`_id`), not of the repository.
    #[builder(start_fn)]
    pub item_id: String,
    /// What to write beside it, at most 500 characters; empty takes the note away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its place in the collection, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
}

impl Endpoint for UpdateCollectionItem {
    const OPERATION: Operation = Operation::patch(
        "update_collection_item",
        "/api/collections/{+slug}/items/{item_id}",
        "Change the note or the place of an item of a collection",
    )
    .answer(Answer::Ignored)
    .undocumented("the official Python client calls it");
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)?;
        entry(&self.item_id)?;
        self.note.as_deref().map_or(Ok(()), rules::note)
    }
}

/// Take an item out of a collection; the thing itself stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DeleteCollectionItem {
    /// Slug of the collection, with the id at its end.
    pub slug: String,
    /// Id of the entry (`_id`), not of the repository.
    pub item_id: String,
}

impl DeleteCollectionItem {
    /// No more such entry in this collection.
    #[must_use]
    pub fn new(slug: impl Into<String>, item_id: impl Into<String>) -> Self {
        Self { slug: slug.into(), item_id: item_id.into() }
    }
}

impl Endpoint for DeleteCollectionItem {
    // It can be added again, but a second try after a lost answer would hear 404.
    const OPERATION: Operation = Operation::delete(
        "delete_collection_item",
        "/api/collections/{+slug}/items/{item_id}",
        "Take an item out of a collection; the thing itself stays",
    )
    .effect(Effect::Write)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)?;
        entry(&self.item_id)
    }
}

/// What may be changed about an item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ItemChanges {
    /// What to write beside it, at most 500 characters; empty takes the note away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub note: Option<String>,
    /// Addresses of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(inner(url))]
    pub gallery: Option<Vec<String>>,
    /// Its place in the collection, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
}

/// The change of one item among many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CollectionItemUpdate {
    /// What is done: `update`.
    pub action: String,
    /// Id of the entry.
    #[serde(rename = "_id")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub item_id: String,
    /// What changes.
    pub data: ItemChanges,
}

impl CollectionItemUpdate {
    /// These changes of this entry.
    #[must_use]
    pub fn new(item_id: impl Into<String>, data: ItemChanges) -> Self {
        Self { action: "update".to_owned(), item_id: item_id.into(), data }
    }
}

/// Change notes, pictures and places of many items of a collection at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct BatchUpdateCollectionItems {
    /// Slug of the collection, with the id at its end.
    pub slug: String,
    /// The changes, one an item.
    pub updates: Vec<CollectionItemUpdate>,
}

impl BatchUpdateCollectionItems {
    /// These changes in this collection.
    #[must_use]
    pub fn new(slug: impl Into<String>, updates: Vec<CollectionItemUpdate>) -> Self {
        Self { slug: slug.into(), updates }
    }
}

impl Endpoint for BatchUpdateCollectionItems {
    const OPERATION: Operation = Operation::post(
        "batch_update_collection_items",
        "/api/collections/{+slug}/items/batch",
        "Change notes, pictures and places of many items of a collection at once",
    )
    .effect(Effect::Idempotent)
    .body_field("updates")
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)?;
        for update in &self.updates {
            entry(&update.item_id)?;
            if update.action != "update" {
                return Err(Invalid::new("action", &update.action, "is not `update`"));
            }
            update.data.note.as_deref().map_or(Ok(()), rules::note)?;
        }
        Ok(())
    }
}

/// Checks the id of an entry, which people take for the id of the repository.
fn entry(item_id: &str) -> Result<(), Invalid> {
    id::object_id("item id", item_id).map_err(|_| {
        let rule = "is not the entry's own `_id`, 24 hexadecimal digits such as \
                    \"690df2d0c9390ed6ab0f88b1\" (`get_collection` shows it)";
        Invalid::new("item id", item_id, rule)
    })
}
