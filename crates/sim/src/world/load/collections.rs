//! The collections of a world file, with the papers and buckets that are in them.

use super::Loader;
use crate::id::{IdKind, ObjectId};
use crate::world::collections::FIRST_THEME;
use crate::world::file::{BucketEntry, CollectionEntry, PaperEntry};
use crate::world::{Account, Bucket, LONG_AGO, NewCollection, Paper, Placed};

impl Loader {
    pub(super) fn papers(&mut self, entries: Vec<PaperEntry>) {
        for (index, entry) in entries.into_iter().enumerate() {
            let id = entry.id.clone();
            let paper = Paper {
                id: entry.id,
                title: entry.title,
                published_at: entry.published_at.unwrap_or(LONG_AGO),
                thumbnail_url: entry.thumbnail_url,
                upvotes: entry.upvotes,
            };
            if self.world.insert_paper(paper).is_err() {
                self.checks.taken(format!("papers[{index}].id"), &id);
            }
        }
    }

    pub(super) fn buckets(&mut self, entries: Vec<BucketEntry>) {
        for (index, entry) in entries.into_iter().enumerate() {
            let (place, id) = (format!("buckets[{index}].id"), entry.id.clone());
            if !id.contains('/') || !crate::world::is_repo_id(&id) {
                self.checks.add(place, format!("`{id}` is no bucket id; write `owner/name`"));
                continue;
            }
            let created_at = entry.created_at.unwrap_or(LONG_AGO);
            let bucket = Bucket {
                id: entry.id,
                private: entry.private,
                created_at,
                updated_at: entry.updated_at.unwrap_or(created_at),
                size: entry.size,
                total_files: entry.total_files,
            };
            if self.world.insert_bucket(bucket).is_err() {
                self.checks.taken(place, &id);
            }
        }
    }

    /// Collections first, items afterwards: a collection may be in one that stands further up.
    pub(super) fn collections(&mut self, entries: Vec<CollectionEntry>) {
        let mut made = Vec::new();
        for (index, entry) in entries.into_iter().enumerate() {
            let place = format!("collections[{index}]");
            let owner = self.checks.account(&self.world, format!("{place}.owner"), &entry.owner);
            let Some(owner) = owner else {
                made.push((place, None, entry));
                continue;
            };
            let id = self.id(format!("{place}._id"), entry.id, IdKind::Collection);
            let new = NewCollection {
                id: Some(id),
                owner,
                title: &entry.title,
                at: entry.last_updated.unwrap_or(LONG_AGO),
                by: None,
            };
            self.world.insert_collection(&new);
            let group = entry
                .resource_group
                .as_deref()
                .and_then(|name| self.group_of(format!("{place}.resourceGroup"), owner, name));
            let collection = self.world.collection_mut(id).expect("it was added above");
            collection.description.clone_from(&entry.description);
            collection.theme = entry.theme.map_or(FIRST_THEME, |theme| theme.as_str()).to_owned();
            collection.private = entry.private;
            collection.upvotes = entry.upvotes;
            collection.group = group.map(|group| Placed { group, by: None });
            if let Some(words) = &entry.slug_name {
                collection.words.clone_from(words);
            }
            if let Some(gating) = &entry.gating {
                collection.gating = gating.clone();
            }
            made.push((place, Some(id), entry));
        }
        for (place, id, entry) in made {
            self.items(&place, id, entry);
        }
    }

    /// Without a collection, whose entry is wrong, the items are only looked at.
    fn items(&mut self, place: &str, collection: Option<ObjectId>, entry: CollectionEntry) {
        for (index, item) in entry.items.into_iter().enumerate() {
            let place = format!("{place}.items[{index}]");
            let kind = item.kind.as_str();
            let Some(thing) = self.world.thing(kind, &item.id) else {
                let list = match kind {
                    "paper" | "collection" | "bucket" => format!("{kind}s"),
                    _ => "repos".to_owned(),
                };
                let message = format!("there is no {kind} `{}`; add it to `{list}`", item.id);
                self.checks.add(format!("{place}.id"), message);
                continue;
            };
            let Some(collection) = collection else { continue };
            let oid = self.id(format!("{place}._id"), item.oid, IdKind::CollectionItem);
            match self.world.insert_item(collection, Some(oid), thing, item.note) {
                Some(_) if item.gallery.is_empty() => {}
                Some(_) => {
                    let collection = self.world.collection_mut(collection);
                    if let Some(last) = collection.and_then(|known| known.items.last_mut()) {
                        last.gallery = item.gallery;
                    }
                }
                None => self.checks.add(
                    format!("{place}.id"),
                    format!("`{}` is in this collection twice; keep one of them", item.id),
                ),
            }
        }
    }

    fn group_of(&mut self, place: String, owner: Account, name: &str) -> Option<ObjectId> {
        let group = match owner {
            Account::Org(org) => self.world.org(org).group_id(name),
            Account::User(_) => None,
        };
        if group.is_none() {
            let message = format!("the owner has no resource group `{name}`; add it there");
            self.checks.add(place, message);
        }
        group
    }
}
