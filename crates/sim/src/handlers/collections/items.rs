//! What is put into a collection, noted, moved and taken out.

use http::StatusCode;
use hubfolk_api::collections::{
    AddCollectionItem, BatchUpdateCollectionItems, CollectionItemRef, DeleteCollectionItem,
    ItemChanges, UpdateCollectionItem,
};

use super::changes::at_most;
use crate::answer::{Answer, Refusal};
use crate::handlers::{Behaviour, Change, Order};
use crate::id::ObjectId;
use crate::visibility::Caller;
use crate::world::{Collection, Thing, World};

const LONGEST_NOTE: usize = 500;

/// What an item shall be, if the caller may know of it.
pub(super) fn thing(
    caller: &Caller<'_>,
    world: &World,
    item: &CollectionItemRef,
) -> Result<Thing, Refusal> {
    let kind = item.item_type.as_str();
    if !["model", "dataset", "space", "paper", "collection", "bucket"].contains(&kind) {
        let expected = "Invalid option: expected one of \
                        \"paper\"|\"collection\"|\"space\"|\"model\"|\"dataset\"|\"bucket\"";
        return Err(Refusal::invalid(expected, "item.type"));
    }
    let found = world.thing(kind, &item.id).filter(|thing| caller.sees_thing(world, thing));
    found.ok_or_else(|| match kind {
        "model" | "dataset" | "space" => Refusal::repo_not_found(),
        "paper" => Refusal::not_found("Paper not found"),
        "collection" => Refusal::not_found("Collection not found"),
        _ => Refusal::not_found("Bucket not found"),
    })
}

impl Change<AddCollectionItem> for Behaviour {
    fn change(order: &mut Order<'_>, request: &AddCollectionItem) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let id = caller.collection_to_change(order.world, &request.slug)?.id;
        at_most(request.note.as_deref(), LONGEST_NOTE, "note")?;
        let thing = thing(&caller, order.world, &request.item)?;
        let note = request.note.clone().filter(|note| !note.is_empty());
        if order.world.insert_item(id, None, thing, note).is_none() {
            let message = "This item is already in the collection";
            return Err(Refusal::new(StatusCode::CONFLICT, message));
        }
        order.touch(id);
        order.collection(id, |view| Answer::json(view))
    }
}

impl Change<UpdateCollectionItem> for Behaviour {
    fn change(order: &mut Order<'_>, request: &UpdateCollectionItem) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let collection = caller.collection_to_change(order.world, &request.slug)?;
        let (id, item) = (collection.id, entry(collection, &request.item_id)?);
        let changes = ItemChanges::builder()
            .maybe_note(request.note.clone())
            .maybe_position(request.position)
            .build();
        at_most(changes.note.as_deref(), LONGEST_NOTE, "note")?;
        order.apply(id, item, &changes);
        order.touch(id);
        Ok(Answer::text("OK"))
    }
}

impl Change<BatchUpdateCollectionItems> for Behaviour {
    /// All or nothing: what one of them gets wrong, none of them changes.
    fn change(
        order: &mut Order<'_>,
        request: &BatchUpdateCollectionItems,
    ) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let collection = caller.collection_to_change(order.world, &request.slug)?;
        let id = collection.id;
        let mut entries = Vec::with_capacity(request.updates.len());
        for update in &request.updates {
            if update.action != "update" {
                return Err(Refusal::invalid("Invalid input: expected \"update\"", "action"));
            }
            at_most(update.data.note.as_deref(), LONGEST_NOTE, "data.note")?;
            entries.push(entry(collection, &update.item_id)?);
        }
        for (item, update) in entries.into_iter().zip(&request.updates) {
            order.apply(id, item, &update.data);
        }
        order.touch(id);
        Ok(Answer::text("OK"))
    }
}

impl Change<DeleteCollectionItem> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteCollectionItem) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let collection = caller.collection_to_change(order.world, &request.slug)?;
        let (id, item) = (collection.id, entry(collection, &request.item_id)?);
        if let Some(collection) = order.world.collection_mut(id) {
            collection.items.retain(|known| known.id != item);
        }
        order.touch(id);
        Ok(Answer::text("OK"))
    }
}

/// The entry of this id; a repo's id is none.
fn entry(collection: &Collection, id: &str) -> Result<ObjectId, Refusal> {
    let id = id.parse().ok();
    let known = collection.items.iter().find(|item| Some(item.id) == id);
    known.map(|item| item.id).ok_or_else(|| Refusal::not_found("Item not found in collection"))
}

impl Order<'_> {
    fn touch(&mut self, id: ObjectId) {
        let now = self.now;
        if let Some(collection) = self.world.collection_mut(id) {
            collection.last_updated = now;
        }
    }

    fn apply(&mut self, collection: ObjectId, item: ObjectId, changes: &ItemChanges) {
        let Some(collection) = self.world.collection_mut(collection) else { return };
        let Some(index) = collection.items.iter().position(|known| known.id == item) else {
            return;
        };
        let known = &mut collection.items[index];
        if let Some(note) = &changes.note {
            known.note = (!note.is_empty()).then(|| note.clone());
        }
        if let Some(gallery) = &changes.gallery {
            known.gallery.clone_from(gallery);
        }
        if let Some(position) = changes.position {
            let moved = collection.items.remove(index);
            let position = usize::try_from(position).unwrap_or(usize::MAX);
            collection.items.insert(position.min(collection.items.len()), moved);
        }
    }
}
