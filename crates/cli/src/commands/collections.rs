//! `collections`: lists of repositories, papers and other collections that somebody put together.

mod item;
mod show;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use hubfolk_api::collections::{
    AddCollectionItem, CollectionGating, CollectionSort, CollectionTheme, CreateCollection,
    DeleteCollection, GatingNotificationMode, GatingNotifications, GetCollection,
    GetCollectionResourceGroup, ListCollections, SetCollectionResourceGroup,
    UpdateCollectionMetadata,
};
use hubfolk_api::id;

use self::item::{EditItem, ItemName, RemoveItem};
use self::show::Outcome;
use crate::context::Context;
use crate::error::{Advised, Exit, usage};
use crate::facts::{COLLECTION, COLLECTION_GROUP};
use crate::names;
use crate::output::Row;

use super::hub;

/// Most collections that are asked for at once.
const PAGE: u64 = 100;

/// Arguments of `collections`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A collection goes by its slug: owner, words of the title, id. The words follow the title; an old slug
goes on working. An item is written with the folder of its type, as in models/acme/m, datasets/acme/d,
spaces/acme/s, papers/2510.04871, collections/SLUG, buckets/acme/b; without one it is a model.

Examples:
  hubfolk collections list --owner acme
  hubfolk collections list --item papers/2510.04871 --sort upvotes --limit 20
  hubfolk collections show acme/best-models-64f9a55bb3115b4f513ec026
  hubfolk collections create acme \"Best models\" --add models/acme/m
  hubfolk collections add acme/best-models-64f9a55bb3115b4f513ec026 datasets/acme/d --note \"Begin here\"
  hubfolk collections edit-item acme/best-models-64f9a55bb3115b4f513ec026 models/acme/m --position 0
  hubfolk collections delete acme/best-models-64f9a55bb3115b4f513ec026")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List collections: of owners, with an item, with a text
    List(List),
    /// Show a collection with its items
    Show {
        #[command(flatten)]
        slug: Slug,
        /// Open its page in the browser
        #[arg(long)]
        web: bool,
    },
    /// Create a collection
    Create(Create),
    /// Change title, description, colour, privacy, place or gating
    Update(Box<Update>),
    /// Delete a collection; what is in it stays
    Delete(Slug),
    /// Add a repository, paper or other collection
    Add {
        #[command(flatten)]
        slug: Slug,
        /// What to add, as in models/acme/m or papers/2510.04871
        #[arg(value_name = "ITEM", value_parser = item::reference)]
        item: ItemName,
        /// What to write beside it, at most 500 characters
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Change the note or the place of an item
    EditItem(EditItem),
    /// Take an item out; the thing itself stays
    RemoveItem(RemoveItem),
    /// Show or set the resource group that an organization's collection belongs to
    Group {
        #[command(flatten)]
        slug: Slug,
        /// Put it into this group, by id (`hubfolk groups list ORG` shows them)
        #[arg(long, value_name = "ID", conflicts_with = "clear", value_parser = group_id)]
        set: Option<String>,
        /// Take it out of its group
        #[arg(long)]
        clear: bool,
    },
}

#[derive(Debug, ClapArgs)]
struct List {
    /// Only those of this user or organization; repeatable
    #[arg(long, value_name = "NAME", value_parser = names::user)]
    owner: Vec<String>,
    /// Only those with this item, as in models/acme/m; repeatable
    #[arg(long, value_name = "ITEM", value_parser = item::reference)]
    item: Vec<ItemName>,
    /// Only those with this text in title or description
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// What comes first [default: trending]
    #[arg(long, value_name = "ORDER")]
    sort: Option<Sort>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    Trending,
    Upvotes,
    LastModified,
}

/// The collection that a command is about.
#[derive(Debug, Clone, ClapArgs)]
struct Slug {
    /// The collection, as in acme/best-models-64f9a55bb3115b4f513ec026
    #[arg(value_name = "SLUG", value_parser = slug)]
    slug: String,
}

#[derive(Debug, ClapArgs)]
struct Create {
    /// User or organization it shall belong to
    #[arg(value_name = "OWNER", value_parser = names::user)]
    owner: String,
    /// Title, 1 to 60 characters
    #[arg(value_name = "TITLE")]
    title: String,
    /// What it is for, at most 150 characters
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Only those with access see it
    #[arg(long)]
    private: bool,
    /// A first item, as in models/acme/m
    #[arg(long, value_name = "ITEM", value_parser = item::reference)]
    add: Option<ItemName>,
    /// Resource group of the organization, by id
    #[arg(long, value_name = "ID", value_parser = group_id)]
    group: Option<String>,
}

#[derive(Debug, ClapArgs)]
struct Update {
    #[command(flatten)]
    slug: Slug,
    /// Title, 1 to 60 characters; the words of the slug follow it
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What it is for, at most 150 characters; empty takes it away
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Colour of its page
    #[arg(long, value_name = "COLOUR")]
    theme: Option<Theme>,
    /// Only those with access see it
    #[arg(long, conflicts_with = "public")]
    private: bool,
    /// Everyone sees it
    #[arg(long)]
    public: bool,
    /// Its place among the owner's collections, from 0
    #[arg(long, value_name = "N")]
    position: Option<u64>,
    /// How access to its gated repositories is asked for, all at once
    #[arg(long, value_name = "WAY")]
    gating: Option<Gating>,
    /// How often owners hear of requests, with --gating manual [default: bulk]
    #[arg(long, value_name = "HOW")]
    notify: Option<Notify>,
    /// Another address for that than the owner's
    #[arg(long, value_name = "ADDRESS")]
    notify_email: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Theme {
    Orange,
    Blue,
    Green,
    Purple,
    Pink,
    Indigo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gating {
    /// Nobody asks here
    No,
    /// Whoever asks gets access
    Auto,
    /// Somebody decides about each request
    Manual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Notify {
    Bulk,
    RealTime,
}

fn slug(text: &str) -> Result<String, String> {
    let checked = hubfolk_api::collections::collection_slug(text);
    checked.map(|()| text.to_owned()).map_err(|invalid| invalid.rule)
}

fn group_id(text: &str) -> Result<String, String> {
    id::object_id("resource group id", text)
        .map(|()| text.to_owned())
        .map_err(|invalid| format!("{}; `hubfolk groups list ORG` shows the ids", invalid.rule))
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(list) => list.run(context),
        Action::Show { slug: Slug { slug }, web: true } => {
            context.open_web(&format!("/collections/{slug}"))?;
            Ok(Exit::Done)
        }
        Action::Show { slug: Slug { slug }, web: false } => {
            show::check(context)?;
            let found = hub::call(context, GetCollection::new(&slug));
            show::answer(context, found.map_err(|error| absent(error, &slug))?)
        }
        Action::Create(create) => create.run(context),
        Action::Update(update) => update.run(context),
        Action::Delete(slug) => slug.delete(context),
        Action::Add { slug: Slug { slug }, item, note } => {
            show::check(context)?;
            let request =
                AddCollectionItem::builder(&slug, item.reference()).maybe_note(note).build();
            let answer = hub::call(context, request);
            show::answer(context, answer.map_err(|error| absent(error, &slug))?)
        }
        Action::EditItem(edit) => edit.run(context),
        Action::RemoveItem(remove) => remove.run(context),
        Action::Group { slug: Slug { slug }, set: None, clear: false } => {
            let hint = "it belongs to no resource group, or your token may not see it".to_owned();
            hub::show(context, &COLLECTION_GROUP, GetCollectionResourceGroup::new(slug), &hint)
        }
        Action::Group { slug: Slug { slug }, set, .. } => {
            context.output.check(&Outcome::shape())?;
            let result = if set.is_some() { "grouped" } else { "ungrouped" };
            let outcome = Outcome { collection: slug.clone(), item: None, result };
            if hub::call(context, SetCollectionResourceGroup::new(slug, set))?.is_some() {
                context.output.one(&outcome)?;
            }
            Ok(Exit::Done)
        }
    }
}

impl List {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let wanted = context.output.limit.unwrap_or(PAGE).min(PAGE);
        let request = ListCollections::builder()
            .owner(self.owner)
            .item(self.item.iter().map(ItemName::filter).collect())
            .maybe_q(self.search)
            .maybe_sort(self.sort.map(|sort| match sort {
                Sort::Trending => CollectionSort::Trending,
                Sort::Upvotes => CollectionSort::Upvotes,
                Sort::LastModified => CollectionSort::LastModified,
            }))
            .limit(u32::try_from(wanted).unwrap_or(u32::MAX))
            .build();
        hub::list(context, &COLLECTION, "collections", request, "")
    }
}

impl Create {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        show::check(context)?;
        let request = CreateCollection::builder(&self.owner, &self.title)
            .maybe_description(self.description)
            .maybe_private(self.private.then_some(true))
            .maybe_item(self.add.as_ref().map(ItemName::reference))
            .maybe_resource_group_id(self.group)
            .build();
        let answer = hub::call(context, request).map_err(|error| {
            let hint = format!(
                "{} has a collection of this title: `hubfolk collections list --owner {}` shows it",
                self.owner, self.owner
            );
            advised(error, 409, hint)
        });
        show::answer(context, answer?)
    }
}

impl Update {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        show::check(context)?;
        if self.gating != Some(Gating::Manual)
            && (self.notify.is_some() || self.notify_email.is_some())
        {
            return Err(usage("--notify and --notify-email need --gating manual").into());
        }
        let slug = self.slug.slug;
        let (notify, email) = (self.notify, self.notify_email);
        let gating = self.gating.map(|gating| match gating {
            Gating::No => CollectionGating::No,
            Gating::Auto => CollectionGating::Auto,
            Gating::Manual => {
                let mut told = GatingNotifications::new(match notify {
                    Some(Notify::RealTime) => GatingNotificationMode::RealTime,
                    _ => GatingNotificationMode::Bulk,
                });
                told.email = email;
                CollectionGating::Manual(told)
            }
        });
        let request = UpdateCollectionMetadata::builder(&slug)
            .maybe_title(self.title)
            .maybe_description(self.description)
            .maybe_position(self.position)
            .maybe_private((self.private || self.public).then_some(self.private))
            .maybe_theme(self.theme.map(|theme| match theme {
                Theme::Orange => CollectionTheme::Orange,
                Theme::Blue => CollectionTheme::Blue,
                Theme::Green => CollectionTheme::Green,
                Theme::Purple => CollectionTheme::Purple,
                Theme::Pink => CollectionTheme::Pink,
                Theme::Indigo => CollectionTheme::Indigo,
            }))
            .maybe_gating(gating)
            .build();
        if request == UpdateCollectionMetadata::builder(&slug).build() {
            return Err(usage("nothing to change was named, so nothing was sent")
                .hint("for example --title \"Best models\", --theme green or --private")
                .into());
        }
        let answer = hub::call(context, request).map_err(|error| absent(error, &slug))?;
        show::answer(context, answer.map(|updated| updated.data))
    }
}

impl Slug {
    /// Asks with the number of items that go with it.
    fn delete(self, context: &Context) -> anyhow::Result<Exit> {
        context.output.check(&Outcome::shape())?;
        let slug = self.slug;
        let mut question = format!("Delete the collection {slug}?");
        if context.can_ask() {
            let found = hub::call(context, GetCollection::new(&slug));
            if let Some(found) = found.map_err(|error| absent(error, &slug))? {
                let items = match found.items.len() {
                    1 => "its item".to_owned(),
                    count => format!("its {count} items"),
                };
                question = format!("Delete the collection {slug} with {items}?");
            }
        }
        let deleted = hub::confirmed(context, &question, DeleteCollection::new(&slug));
        if deleted.map_err(|error| absent(error, &slug))?.is_some() {
            context.output.one(&Outcome { collection: slug, item: None, result: "deleted" })?;
        }
        Ok(Exit::Done)
    }
}

/// What to try when there is no such collection, or no such thing to put into it.
fn absent(error: anyhow::Error, slug: &str) -> anyhow::Error {
    let owner = slug.split('/').next().unwrap_or(slug);
    let hint = format!(
        "check the spelling and the token's access; `hubfolk collections list --owner {owner}` shows \
         the collections, and an item must exist before it is added"
    );
    advised(error, 404, hint)
}

/// The error with this next step, where the Hub refused with this status.
fn advised(error: anyhow::Error, status: u16, hint: String) -> anyhow::Error {
    match error.downcast::<hubfolk::Error>() {
        Ok(error) if error.status().is_some_and(|given| given.as_u16() == status) => {
            Advised { hint, error }.into()
        }
        Ok(error) => error.into(),
        Err(other) => other,
    }
}
