//! Who sees a collection, and who may change it.

use super::{Caller, RepoAccess, same};
use crate::answer::Refusal;
use crate::world::{Account, Collection, Thing, TokenRole, UserIx, World};

/// What the caller may do with a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CollectionAccess {
    None,
    Read,
    Write,
}

impl<'w> Caller<'w> {
    pub(crate) fn collection_access(
        &self,
        world: &World,
        collection: &Collection,
    ) -> CollectionAccess {
        let floor = match collection.private {
            true => CollectionAccess::None,
            false => CollectionAccess::Read,
        };
        let Some((user, token)) = self.known else { return floor };
        let scoped = |permissions: &[&str]| {
            let owner = world.account_name(collection.owner);
            self.in_scope(permissions, |kind, name| match kind {
                "org" | "user" => same(owner, name),
                "collection" => same(&world.slug(collection), name),
                _ => false,
            })
        };
        let cap = match token.role {
            TokenRole::Write => CollectionAccess::Write,
            TokenRole::Read => CollectionAccess::Read,
            TokenRole::FineGrained if scoped(&["collection.write"]) => CollectionAccess::Write,
            TokenRole::FineGrained if scoped(&["collection.read"]) => CollectionAccess::Read,
            TokenRole::FineGrained => CollectionAccess::None,
        };
        own_access(world, collection, user).min(cap).max(floor)
    }

    /// The collection that a slug means, if the caller may know of it. What is private looks like
    /// what does not exist.
    pub(crate) fn collection<'a>(
        &self,
        world: &'a World,
        slug: &str,
    ) -> Result<&'a Collection, Refusal> {
        world
            .find_collection(slug)
            .filter(|found| self.collection_access(world, found) > CollectionAccess::None)
            .ok_or_else(|| Refusal::not_found("Collection not found"))
    }

    /// As [`Caller::collection`], for somebody who wants to change it.
    pub(crate) fn collection_to_change<'a>(
        &self,
        world: &'a World,
        slug: &str,
    ) -> Result<&'a Collection, Refusal> {
        self.logged_in()?;
        let found = self.collection(world, slug)?;
        match self.collection_access(world, found) {
            CollectionAccess::Write => Ok(found),
            _ => Err(Refusal::read_only()),
        }
    }

    /// Whether the caller may make collections of this account: the account, or why not.
    pub(crate) fn may_collect_for(&self, world: &World, owner: &str) -> Result<Account, Refusal> {
        let user = self.logged_in()?;
        let account = world.account(owner);
        let allowed = match account {
            Some(Account::User(owner)) => owner == user,
            Some(Account::Org(org)) => self
                .membership(world, world.org(org))
                .is_some_and(|member| matches!(&*member.role, "admin" | "write" | "contributor")),
            None => false,
        };
        let in_scope = match self.token().map(|token| token.role) {
            Some(TokenRole::Write) => true,
            Some(TokenRole::FineGrained) => self.in_scope(&["collection.write"], |kind, name| {
                matches!(kind, "org" | "user") && same(name, owner)
            }),
            _ => return Err(Refusal::read_only()),
        };
        match account {
            Some(account) if allowed && in_scope => Ok(account),
            _ => Err(Refusal::forbidden(format!(
                "You don't have the rights to create a collection under the namespace \"{owner}\""
            ))),
        }
    }

    /// Whether the caller may know of what an item is.
    pub(crate) fn sees_thing(&self, world: &World, thing: &Thing) -> bool {
        match thing {
            Thing::Repo(repo) => self.repo_access(world, world.repo(*repo)) > RepoAccess::None,
            Thing::Paper(id) => world.paper(id).is_some(),
            Thing::Collection(id) => world
                .collection(*id)
                .is_some_and(|found| self.collection_access(world, found) > CollectionAccess::None),
            Thing::Bucket(id) => world.bucket(id).is_some_and(|bucket| {
                !bucket.private || self.reads_private_of(world, owner_of(&bucket.id))
            }),
        }
    }

    /// Whether private things of an account that have no rights of their own are open.
    fn reads_private_of(&self, world: &World, owner: &str) -> bool {
        let Some((user, token)) = self.known else { return false };
        let insider = match world.account(owner) {
            Some(Account::User(owner)) => owner == user,
            Some(Account::Org(org)) => self
                .membership(world, world.org(org))
                .is_some_and(|member| member.role != "no_access"),
            None => false,
        };
        let scoped = token.role != TokenRole::FineGrained
            || self.in_scope(&["repo.content.read", "repo.write"], |kind, name| {
                matches!(kind, "org" | "user") && same(name, owner)
            });
        insider && scoped
    }
}

fn owner_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(owner, _)| owner)
}

/// What a person may do with a collection, token aside.
fn own_access(world: &World, collection: &Collection, user: UserIx) -> CollectionAccess {
    let org = match collection.owner {
        Account::User(owner) if owner == user => return CollectionAccess::Write,
        Account::User(_) => return CollectionAccess::None,
        Account::Org(org) => world.org(org),
    };
    let Some(member) = org.members.get(&world.user(user).id) else {
        return CollectionAccess::None;
    };
    if member.role == "admin" {
        return CollectionAccess::Write;
    }
    // A resource group closes what is in it to the organization's members outside of that group.
    let role = match collection.group {
        None => Some(&*member.role),
        Some(placed) => {
            member.groups.iter().find(|(id, _)| *id == placed.group).map(|(_, role)| &**role)
        }
    };
    match role {
        Some("admin" | "write") => CollectionAccess::Write,
        Some("contributor") if collection.added_by == Some(user) => CollectionAccess::Write,
        Some("no_access") | None => CollectionAccess::None,
        Some(_) => CollectionAccess::Read,
    }
}
