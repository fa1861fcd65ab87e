//! Making, changing and deleting collections, and the resource group they belong to.

use bon::Builder;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Collection, CollectionGating, CollectionGroup, CollectionItemRef, CollectionTheme,
    collection_slug, rules,
};
use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation},
    id::{self, Invalid},
    table::Visitor,
};

/// Largest place that a number of JavaScript holds exactly.
const LAST_POSITION: u64 = (1 << 53) - 1;

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<CreateCollection>();
    visitor.call::<UpdateCollectionMetadata>();
    visitor.call::<DeleteCollection>();
    visitor.call::<GetCollectionResourceGroup>();
    visitor.call::<SetCollectionResourceGroup>();
}

/// Create a collection.
///
/// A title that the owner has already is answered with 409 and the slug of that collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateCollection {
    /// User or organization it shall belong to.
    #[builder(start_fn)]
    pub namespace: String,
    /// Title, 1 to 60 characters.
    #[builder(start_fn)]
    #[schemars(length(min = 1, max = 60))]
    pub title: String,
    /// What it is for, at most 150 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 150))]
    pub description: Option<String>,
    /// Whether only those with access see it; public when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// A first item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<CollectionItemRef>,
    /// Resource group it shall belong to; needs an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$"))]
    pub resource_group_id: Option<String>,
}

impl CreateCollection {
    /// An empty, public collection.
    #[must_use]
    pub fn new(namespace: impl Into<String>, title: impl Into<String>) -> Self {
        Self::builder(namespace, title).build()
    }
}

impl Endpoint for CreateCollection {
    const OPERATION: Operation =
        Operation::post("create_collection", "/api/collections", "Create a collection");
    type Response = Collection;

    fn validate(&self) -> Result<(), Invalid> {
        rules::owner(&self.namespace)?;
        rules::title(&self.title)?;
        self.description.as_deref().map_or(Ok(()), rules::description)?;
        self.item.as_ref().map_or(Ok(()), rules::item)?;
        self.resource_group_id.as_deref().map_or(Ok(()), group)
    }
}

/// The answer to a change of a collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct UpdatedCollection {
    /// The collection as it is now.
    pub data: Collection,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl UpdatedCollection {
    /// A collection as it is now.
    #[must_use]
    pub fn new(data: Collection) -> Self {
        Self { data, extra: Map::new() }
    }
}

/// Change title, description, place, privacy, colour or gating of a collection.
///
/// What is not given stays as it is. The words of the slug follow the title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateCollectionMetadata {
    /// Slug of the collection, with the id at its end.
    #[builder(start_fn)]
    pub slug: String,
    /// Title, 1 to 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 60))]
    pub title: Option<String>,
    /// What it is for, at most 150 characters; empty takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 150))]
    pub description: Option<String>,
    /// Its place among the owner's collections, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Colour of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<CollectionTheme>,
    /// How access to its gated repositories is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gating: Option<CollectionGating>,
}

impl Endpoint for UpdateCollectionMetadata {
    const OPERATION: Operation = Operation::patch(
        "update_collection_metadata",
        "/api/collections/{+slug}",
        "Change title, description, place, privacy, colour or gating of a collection",
    );
    type Response = UpdatedCollection;

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)?;
        self.title.as_deref().map_or(Ok(()), rules::title)?;
        self.description.as_deref().map_or(Ok(()), rules::description)?;
        self.theme.as_ref().map_or(Ok(()), rules::theme)?;
        self.gating.as_ref().map_or(Ok(()), CollectionGating::check)?;
        match self.position.filter(|position| *position > LAST_POSITION) {
            Some(far) => {
                Err(Invalid::new("position", far.to_string(), "is no place; the first is 0"))
            }
            None => Ok(()),
        }
    }
}

/// Delete a collection with its notes; what is in it stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DeleteCollection {
    /// Slug of the collection, with the id at its end.
    pub slug: String,
}

impl DeleteCollection {
    /// No more such collection.
    #[must_use]
    pub fn new(slug: impl Into<String>) -> Self {
        Self { slug: slug.into() }
    }
}

impl Endpoint for DeleteCollection {
    const OPERATION: Operation = Operation::delete(
        "delete_collection",
        "/api/collections/{+slug}",
        "Delete a collection with its notes; what is in it stays",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)
    }
}

/// Get the resource group that a collection belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetCollectionResourceGroup {
    /// Slug of the collection, with the id at its end.
    pub slug: String,
}

impl GetCollectionResourceGroup {
    /// The group of this collection.
    #[must_use]
    pub fn new(slug: impl Into<String>) -> Self {
        Self { slug: slug.into() }
    }
}

impl Endpoint for GetCollectionResourceGroup {
    const OPERATION: Operation = Operation::get(
        "get_collection_resource_group",
        "/api/collections/{+slug}/resource-group",
        "Get the resource group that a collection belongs to",
    );
    type Response = CollectionGroup;

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)
    }
}

/// A collection after it was put into a resource group or taken out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CollectionInGroup {
    /// Id of the collection.
    pub id: String,
    /// Slug of the collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Title of the collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Who put it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_by: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Put an organization's collection into a resource group, or take it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = group_is_always_said)]
#[non_exhaustive]
pub struct SetCollectionResourceGroup {
    /// Slug of the collection, with the id at its end.
    pub slug: String,
    /// Id of the group; null takes the collection out of any group.
    // To leave it out is not to take the collection out, so it must be there to be read.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub resource_group_id: Option<String>,
}

fn group_is_always_said(schema: &mut Schema) {
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut)
        && !required.iter().any(|field| field == "resourceGroupId")
    {
        required.push("resourceGroupId".into());
    }
}

impl SetCollectionResourceGroup {
    /// This collection into this group, or out of any.
    #[must_use]
    pub fn new(slug: impl Into<String>, resource_group_id: Option<String>) -> Self {
        Self { slug: slug.into(), resource_group_id }
    }
}

impl Endpoint for SetCollectionResourceGroup {
    const OPERATION: Operation = Operation::post(
        "set_collection_resource_group",
        "/api/collections/{+slug}/resource-group",
        "Put an organization's collection into a resource group, or take it out",
    )
    .effect(Effect::Idempotent);
    type Response = CollectionInGroup;

    fn validate(&self) -> Result<(), Invalid> {
        collection_slug(&self.slug)?;
        self.resource_group_id.as_deref().map_or(Ok(()), group)
    }
}

fn group(group: &str) -> Result<(), Invalid> {
    id::object_id("resource group id", group)
}
