//! Items of a collection as people name them, and what changes one of them.

use clap::Args as ClapArgs;
use hubfolk_api::Endpoint;
use hubfolk_api::collections::{
    AddCollectionItem, CollectionItem, CollectionItemRef, CollectionItemType, DeleteCollectionItem,
    GetCollection, UpdateCollectionItem, collection_id,
};
use hubfolk_api::id;

use super::show::Outcome;
use super::{Slug, absent};
use crate::commands::hub;
use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::output::Row;

/// A thing that can be in a collection: the folder of its type and its id.
#[derive(Debug, Clone)]
pub(super) struct ItemName {
    folder: &'static str,
    id: String,
}

const FOLDERS: [&str; 6] = ["models", "datasets", "spaces", "papers", "collections", "buckets"];

/// Reads `models/acme/m`, `papers/2510.04871`, or `acme/m` for a model.
pub(super) fn reference(text: &str) -> Result<ItemName, String> {
    let named = FOLDERS.into_iter().find_map(|folder| {
        let rest = text.strip_prefix(folder)?.strip_prefix('/')?;
        Some(ItemName { folder, id: rest.to_owned() })
    });
    let name = named.unwrap_or_else(|| ItemName { folder: "models", id: text.to_owned() });
    // The collection is checked apart; any that can be one stands in for it here.
    let slug = "x/64f9a55bb3115b4f513ec026";
    AddCollectionItem::new(slug, name.reference()).validate().map(|()| name).map_err(|invalid| {
        format!("{}; write it as in models/acme/m or papers/2510.04871", invalid.rule)
    })
}

impl ItemName {
    /// As the Hub takes it in a change.
    pub(super) fn reference(&self) -> CollectionItemRef {
        let item_type = self.folder.strip_suffix('s').unwrap_or(self.folder);
        CollectionItemRef::new(CollectionItemType::from(item_type), &self.id)
    }

    /// As the list filters by it.
    pub(super) fn filter(&self) -> String {
        format!("{}/{}", self.folder, self.id)
    }

    fn is(&self, item: &CollectionItem) -> bool {
        let wanted = self.reference();
        let id = match wanted.item_type {
            // Whatever the words of a slug were, its id stays.
            CollectionItemType::Collection => collection_id(&wanted.id).unwrap_or(&wanted.id),
            _ => &wanted.id,
        };
        item.item_type == wanted.item_type
            && (item.id.eq_ignore_ascii_case(id) || item.slug.as_deref() == Some(id))
    }
}

/// An item that is in a collection: by the id of its entry, or by what it is.
#[derive(Debug, Clone)]
enum Entry {
    Id(String),
    Name(ItemName),
}

fn entry(text: &str) -> Result<Entry, String> {
    match id::object_id("item id", text) {
        Ok(()) => Ok(Entry::Id(text.to_owned())),
        Err(_) => reference(text).map(Entry::Name),
    }
}

impl Entry {
    /// The id of the entry; what is named is looked up, which changes nothing.
    fn resolve(self, slug: &str, context: &Context) -> anyhow::Result<String> {
        let name = match self {
            Self::Id(id) => return Ok(id),
            Self::Name(name) => name,
        };
        let hub = context.hub()?;
        let request = GetCollection::new(slug);
        let found = context.block_on(async { Ok(hub.send(request).await?) });
        let collection = found.map_err(|error| absent(error, slug))?;
        let there = collection.items.iter().find(|item| name.is(item));
        there.map(|item| item.object_id.clone()).ok_or_else(|| {
            let message = format!("{} is not in the collection {slug}", name.filter());
            Stop::new(Exit::NotFound, "not_found", message)
                .hint(format!("`hubfolk collections show {slug}` lists what is in it"))
                .into()
        })
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct EditItem {
    #[command(flatten)]
    slug: Slug,
    /// The item as it was added, as in models/acme/m, or the id of its entry
    ///
    /// What is named is looked up in the collection first, with --dry-run too.
    #[arg(value_name = "ITEM", value_parser = entry)]
    item: Entry,
    /// What to write beside it, at most 500 characters; empty takes the note away
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Its place in the collection, from 0
    #[arg(long, value_name = "N")]
    position: Option<u64>,
}

impl EditItem {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        context.output.check(&Outcome::shape())?;
        if self.note.is_none() && self.position.is_none() {
            return Err(usage("nothing to change was named, so nothing was sent")
                .hint("for example --note \"Begin here\" or --position 0")
                .into());
        }
        let slug = self.slug.slug;
        let item = self.item.resolve(&slug, context)?;
        let request = UpdateCollectionItem::builder(&slug, &item)
            .maybe_note(self.note)
            .maybe_position(self.position)
            .build();
        let changed = hub::call(context, request).map_err(|error| absent(error, &slug))?;
        if changed.is_some() {
            let outcome = Outcome { collection: slug, item: Some(item), result: "changed" };
            context.output.one(&outcome)?;
        }
        Ok(Exit::Done)
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct RemoveItem {
    #[command(flatten)]
    slug: Slug,
    /// The item as it was added, as in models/acme/m, or the id of its entry
    ///
    /// What is named is looked up in the collection first, with --dry-run too.
    #[arg(value_name = "ITEM", value_parser = entry)]
    item: Entry,
}

impl RemoveItem {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        context.output.check(&Outcome::shape())?;
        let slug = self.slug.slug;
        let item = self.item.resolve(&slug, context)?;
        let request = DeleteCollectionItem::new(&slug, &item);
        let removed = hub::call(context, request).map_err(|error| absent(error, &slug))?;
        if removed.is_some() {
            let outcome = Outcome { collection: slug, item: Some(item), result: "removed" };
            context.output.one(&outcome)?;
        }
        Ok(Exit::Done)
    }
}
