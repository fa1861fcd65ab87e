//! Collections: lists, single ones, and what changes them.

mod card;
mod changes;
mod items;

use std::cmp::Reverse;

use hubfolk_api::collections::{CollectionSort, GetCollection, ListCollections};
use serde::Serialize;
use serde_json::Value;

use self::card::Card;
use super::author::AuthorView;
use super::{Ask, Behaviour, Order, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::paging::{CursorForm, PageSizes, cut_sorted};
use crate::visibility::{Caller, CollectionAccess};
use crate::world::{Account, Collection, Item, World};

/// How many items an entry of the list has.
const ITEMS_IN_A_LIST: usize = 4;

/// A collection as the Hub sends it. `position` and `shareUrl` come with single ones only: a list
/// entry that had them would break the official Python client.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    slug: String,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    gating: &'a Value,
    last_updated: String,
    owner: AuthorView<'a>,
    items: Vec<Card>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    theme: &'a str,
    private: bool,
    upvotes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_url: Option<String>,
    is_upvoted_by_user: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_group: Option<Group<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    id: ObjectId,
    name: &'a str,
    num_users: usize,
}

/// The short address of a collection, which has no id.
fn share_url(world: &World, collection: &Collection) -> String {
    let owner = world.account_name(collection.owner);
    format!("https://hf.co/collections/{owner}/{}", collection.words)
}

fn group<'a>(world: &'a World, collection: &Collection) -> Option<Group<'a>> {
    let Account::Org(org) = collection.owner else { return None };
    let group = world.org(org).group(collection.group?.group)?;
    Some(Group { id: group.id, name: &group.name, num_users: group.users.len() })
}

/// The items that the caller may know of; what they are to others, they are not counted for.
fn visible<'a>(
    caller: &'a Caller<'_>,
    world: &'a World,
    collection: &'a Collection,
) -> impl Iterator<Item = &'a Item> {
    collection.items.iter().filter(|item| caller.sees_thing(world, &item.thing))
}

impl Ask<'_> {
    fn collection<'a>(&'a self, collection: &'a Collection, items: Vec<Card>) -> View<'a> {
        View {
            slug: self.world.slug(collection),
            title: &collection.title,
            description: &collection.description,
            gating: &collection.gating,
            last_updated: wire_date(collection.last_updated),
            owner: self.author(collection.owner),
            items,
            position: None,
            theme: &collection.theme,
            private: collection.private,
            upvotes: collection.upvotes,
            share_url: None,
            is_upvoted_by_user: false,
            resource_group: group(self.world, collection),
        }
    }

    /// A collection on its own: with all items, its place and its short address.
    fn single<'a>(&'a self, collection: &'a Collection) -> View<'a> {
        let items = visible(&self.caller, self.world, collection).enumerate();
        let items = items.map(|(position, item)| card::full(self, item, position)).collect();
        let place =
            self.world.collections_of(collection.owner).position(|one| one.id == collection.id);
        View {
            position: Some(place.unwrap_or_default()),
            share_url: Some(share_url(self.world, collection)),
            ..self.collection(collection, items)
        }
    }

    /// A collection in a list.
    fn entry<'a>(&'a self, collection: &'a Collection, expand: bool) -> View<'a> {
        let items = visible(&self.caller, self.world, collection).take(ITEMS_IN_A_LIST);
        let show = if expand { card::full } else { card::bare };
        let items = items.enumerate().map(|(position, item)| show(self, item, position)).collect();
        self.collection(collection, items)
    }
}

impl Order<'_> {
    /// The answer to a change: the collection as whoever changed it sees it.
    fn collection(
        &self,
        id: ObjectId,
        wrap: impl Fn(&View<'_>) -> Answer,
    ) -> Result<Answer, Refusal> {
        let caller = self.caller()?;
        let ask = Ask::after_a_change(self.world, caller, self.now);
        match self.world.collection(id) {
            Some(collection) => Ok(wrap(&ask.single(collection))),
            None => Err(Refusal::not_found("Collection not found")),
        }
    }
}

impl Show<ListCollections> for Behaviour {
    const PAGES: Option<PageSizes> =
        Some(PageSizes { least: 1, most: 10_000, default: 10, cursor: CursorForm::Dotted });

    fn show(ask: &Ask<'_>, request: &ListCollections) -> Result<Answer, Refusal> {
        let world = ask.world;
        let wanted: Vec<_> = request.item.iter().filter_map(|item| filtered(world, item)).collect();
        let text = request.q.as_deref().map(str::to_lowercase);
        let keep = |collection: &&Collection| {
            ask.caller.collection_access(world, collection) > CollectionAccess::None
                && text.as_deref().is_none_or(|text| {
                    collection.title.to_lowercase().contains(text)
                        || collection.description.to_lowercase().contains(text)
                })
                && (request.item.is_empty()
                    || visible(&ask.caller, world, collection)
                        .any(|item| wanted.contains(&item.thing)))
        };
        let mut found: Vec<(ObjectId, &Collection)> = if request.owner.is_empty() {
            world.collections().filter(keep).map(|one| (one.id, one)).collect()
        } else {
            let mut owners: Vec<Account> =
                request.owner.iter().filter_map(|name| world.account(name)).collect();
            owners.dedup();
            let theirs = owners.into_iter().flat_map(|owner| world.collections_of(owner));
            theirs.filter(keep).map(|one| (one.id, one)).collect()
        };
        match &request.sort {
            Some(CollectionSort::LastModified) => {
                found.sort_by_key(|(id, one)| (Reverse(one.last_updated), *id));
            }
            None | Some(CollectionSort::Upvotes | CollectionSort::Trending) => {
                found.sort_by_key(|(id, one)| {
                    (Reverse(one.upvotes), Reverse(one.last_updated), *id)
                });
            }
            Some(_) => {
                let expected = "Invalid option: expected one of \
                                \"upvotes\"|\"lastModified\"|\"trending\"";
                return Err(Refusal::invalid(expected, "sort"));
            }
        }
        let expand = request.expand != Some(false);
        let page = cut_sorted(found, ask.page);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, collection| ask.entry(collection, expand)))
    }
}

/// What a filter such as `models/acme/m` means, if the world has it.
fn filtered(world: &World, item: &str) -> Option<crate::world::Thing> {
    let (folder, id) = item.split_once('/')?;
    world.thing(folder.strip_suffix('s')?, id)
}

impl Show<GetCollection> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetCollection) -> Result<Answer, Refusal> {
        let collection = ask.caller.collection(ask.world, &request.slug)?;
        Ok(Answer::json(&ask.single(collection)))
    }
}
