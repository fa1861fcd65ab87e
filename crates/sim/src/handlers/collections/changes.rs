//! Making, changing and deleting collections, and their resource group.

use http::StatusCode;
use hubfolk_api::collections::{
    CollectionGating, CreateCollection, DeleteCollection, GetCollectionResourceGroup,
    SetCollectionResourceGroup, UpdateCollectionMetadata,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::group;
use crate::answer::{Answer, Refusal};
use crate::handlers::resource_groups::needs_plan;
use crate::handlers::{Ask, Behaviour, Change, Order, Show};
use crate::id::ObjectId;
use crate::world::{Account, NewCollection, Placed, words_of};

/// Longest texts, counted in UTF-16 units as JavaScript counts.
const LONGEST_TITLE: usize = 60;
const LONGEST_DESCRIPTION: usize = 150;

/// Refuses a text that is too long, in the validator's words.
pub(super) fn at_most(text: Option<&str>, most: usize, field: &str) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.encode_utf16().count() > most) {
        let problem = format!("Too big: expected string to have <={most} characters");
        return Err(Refusal::invalid(&problem, field));
    }
    Ok(())
}

fn title(text: Option<&str>) -> Result<(), Refusal> {
    if text.is_some_and(str::is_empty) {
        let problem = "Too small: expected string to have >=1 characters";
        return Err(Refusal::invalid(problem, "title"));
    }
    at_most(text, LONGEST_TITLE, "title")
}

impl Order<'_> {
    /// The log of an organization remembers what happens to its collections.
    fn remember(&mut self, owner: Account, kind: &str, verb: &str, slug: &str) {
        let message = format!("{verb} collection {slug}");
        self.record_for(Some(owner), kind, message, json!({ "collectionSlug": slug }));
    }
}

impl Change<CreateCollection> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateCollection) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let user = caller.logged_in()?;
        title(Some(&request.title))?;
        at_most(request.description.as_deref(), LONGEST_DESCRIPTION, "description")?;
        let owner = caller.may_collect_for(order.world, &request.namespace)?;
        let same = |collection: &&crate::world::Collection| collection.title == request.title;
        if let Some(there) = order.world.collections_of(owner).find(same) {
            let message = "You already have a collection with this title";
            return Err(
                Refusal::new(StatusCode::CONFLICT, message).with("slug", order.world.slug(there))
            );
        }
        let thing = match &request.item {
            Some(item) => Some(super::items::thing(&caller, order.world, item)?),
            None => None,
        };
        let placed = match &request.resource_group_id {
            Some(id) => Some(Placed { group: wanted_group(order, owner, id)?, by: Some(user) }),
            None => None,
        };
        let new =
            NewCollection { id: None, owner, title: &request.title, at: order.now, by: Some(user) };
        let id = order.world.insert_collection(&new);
        let by_default = match owner {
            Account::User(_) => false,
            Account::Org(org) => order.world.org(org).private_by_default,
        };
        let collection = order.world.collection_mut(id).expect("it was added above");
        collection.description = request.description.clone().unwrap_or_default();
        collection.private = request.private.unwrap_or(by_default);
        collection.group = placed;
        if let Some(thing) = thing {
            order.world.insert_item(id, None, thing, None);
        }
        let slug = order.world.collection(id).map(|made| order.world.slug(made));
        order.remember(owner, "collection.create", "created", &slug.unwrap_or_default());
        order.collection(id, |view| Answer::json(view))
    }
}

fn wanted_group(order: &Order<'_>, owner: Account, id: &str) -> Result<ObjectId, Refusal> {
    let Account::Org(org) = owner else {
        return Err(Refusal::bad_request(
            "Only collections of an organization can belong to a resource group",
        ));
    };
    let org = order.world.org(org);
    needs_plan(org)?;
    let known = id.parse().ok().and_then(|id| org.group(id));
    known.map(|group| group.id).ok_or_else(|| Refusal::not_found("Resource group not found"))
}

impl Change<UpdateCollectionMetadata> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &UpdateCollectionMetadata,
    ) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let id = caller.collection_to_change(order.world, &request.slug)?.id;
        title(request.title.as_deref())?;
        at_most(request.description.as_deref(), LONGEST_DESCRIPTION, "description")?;
        if let Some(hubfolk_api::collections::CollectionTheme::Other(_)) = request.theme {
            let expected = "Invalid option: expected one of \
                            \"orange\"|\"blue\"|\"green\"|\"purple\"|\"pink\"|\"indigo\"";
            return Err(Refusal::invalid(expected, "theme"));
        }
        if let Some(CollectionGating::Yes | CollectionGating::Other(_)) = request.gating {
            return Err(Refusal::invalid("Invalid input", "gating"));
        }
        let now = order.now;
        let collection = order.world.collection_mut(id).expect("it was found above");
        if let Some(title) = &request.title {
            collection.title.clone_from(title);
            collection.words = words_of(title);
        }
        if let Some(description) = &request.description {
            collection.description.clone_from(description);
        }
        if let Some(private) = request.private {
            collection.private = private;
        }
        if let Some(theme) = &request.theme {
            theme.as_str().clone_into(&mut collection.theme);
        }
        if let Some(gating) = &request.gating {
            collection.gating = Value::from(gating);
        }
        collection.last_updated = now;
        if let Some(position) = request.position {
            order.world.place_collection(id, usize::try_from(position).unwrap_or(usize::MAX));
        }
        order.collection(id, |view| Answer::json(&json!({ "data": view })))
    }
}

impl Change<DeleteCollection> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteCollection) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let found = caller.collection_to_change(order.world, &request.slug)?;
        let (id, owner, slug) = (found.id, found.owner, order.world.slug(found));
        order.world.delete_collection(id);
        order.remember(owner, "collection.delete", "deleted", &slug);
        Ok(Answer::text("OK"))
    }
}

impl Show<GetCollectionResourceGroup> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetCollectionResourceGroup) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let collection = ask.caller.collection_to_change(ask.world, &request.slug)?;
        match group(ask.world, collection) {
            Some(group) => Ok(Answer::json(&group)),
            None => Err(Refusal::not_found("This collection does not belong to a resource group")),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InGroup {
    id: ObjectId,
    slug: String,
    title: String,
    private: bool,
    added_by: String,
}

impl Change<SetCollectionResourceGroup> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &SetCollectionResourceGroup,
    ) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let user = caller.logged_in()?;
        let found = caller.collection_to_change(order.world, &request.slug)?;
        let (id, owner, slug) = (found.id, found.owner, order.world.slug(found));
        if matches!(owner, Account::User(_)) {
            return Err(Refusal::bad_request(
                "Only collections of an organization can belong to a resource group",
            ));
        }
        let placed = match &request.resource_group_id {
            Some(group) => {
                Some(Placed { group: wanted_group(order, owner, group)?, by: Some(user) })
            }
            None => None,
        };
        let added_by = order.world.user(user).name.to_string();
        let collection = order.world.collection_mut(id).expect("it was found above");
        collection.group = placed;
        let answer = InGroup {
            id,
            slug: slug.clone(),
            title: collection.title.clone(),
            private: collection.private,
            added_by,
        };
        order.remember(owner, "collection.update_resource_group", "moved", &slug);
        Ok(Answer::json(&answer))
    }
}
