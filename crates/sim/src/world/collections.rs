//! Collections: what somebody put together, and the papers and buckets that can be in one.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Account, ChangeError, LONG_AGO, RepoFound, RepoIx, RepoType, UserIx, World, folded};
use crate::id::{IdKind, ObjectId};

/// The colour of a collection until somebody chooses one.
pub(crate) const FIRST_THEME: &str = "blue";

#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) id: ObjectId,
    pub(crate) owner: Account,
    /// The words in the slug; they follow the title.
    pub(crate) words: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) theme: String,
    pub(crate) private: bool,
    pub(crate) gating: Value,
    pub(crate) last_updated: Timestamp,
    /// Upvotes of people that are not in this world.
    pub(crate) upvotes: u64,
    pub(crate) items: Vec<Item>,
    pub(crate) group: Option<Placed>,
    pub(crate) added_by: Option<UserIx>,
}

/// The resource group a collection is in, and who put it there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) group: ObjectId,
    pub(crate) by: Option<UserIx>,
}

#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) id: ObjectId,
    pub(crate) thing: Thing,
    pub(crate) note: Option<String>,
    pub(crate) gallery: Vec<String>,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thing {
    Repo(RepoIx),
    Paper(String),
    Collection(ObjectId),
    Bucket(String),
}

#[derive(Debug)]
pub(crate) struct Paper {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) published_at: Timestamp,
    pub(crate) thumbnail_url: Option<String>,
    pub(crate) upvotes: u64,
}

#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) id: String,
    pub(crate) private: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) size: u64,
    pub(crate) total_files: u64,
}

/// What a collection is made with.
#[derive(Debug)]
pub(crate) struct NewCollection<'a> {
    pub(crate) id: Option<ObjectId>,
    pub(crate) owner: Account,
    pub(crate) title: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) by: Option<UserIx>,
}

/// The words of a title as an address has them.
pub(crate) fn words_of(title: &str) -> String {
    let mut words = String::new();
    for char in title.chars() {
        match char {
            char if char.is_ascii_alphanumeric() => words.push(char.to_ascii_lowercase()),
            _ if words.is_empty() || words.ends_with('-') => {}
            _ => words.push('-'),
        }
    }
    words.truncate(words.trim_end_matches('-').len());
    words
}

impl World {
    /// Adds an empty public collection of a user or an organization.
    ///
    /// # Errors
    ///
    /// When there is no such account.
    pub fn add_collection(&mut self, owner: &str, title: &str) -> Result<ObjectId, ChangeError> {
        let account =
            self.account(owner).ok_or_else(|| ChangeError::NoSuchUser(owner.to_owned()))?;
        let by = match account {
            Account::User(user) => Some(user),
            Account::Org(_) => None,
        };
        let new = NewCollection { id: None, owner: account, title, at: LONG_AGO, by };
        Ok(self.insert_collection(&new))
    }

    /// Puts a repo into a collection, with a note.
    ///
    /// # Errors
    ///
    /// When there is no such repo or collection, or the repo is in it already.
    pub fn collect(
        &mut self,
        collection: ObjectId,
        kind: RepoType,
        id: &str,
        note: &str,
    ) -> Result<ObjectId, ChangeError> {
        let repo = self.repo_named(kind, id)?;
        if !self.collections.contains_key(&collection) {
            return Err(ChangeError::NoSuchCollection(collection.to_string()));
        }
        let note = (!note.is_empty()).then(|| note.to_owned());
        self.insert_item(collection, None, Thing::Repo(repo), note)
            .ok_or_else(|| ChangeError::Taken(id.to_owned()))
    }

    pub(crate) fn insert_collection(&mut self, new: &NewCollection<'_>) -> ObjectId {
        let id = new.id.unwrap_or_else(|| self.next_id(IdKind::Collection));
        let collection = Collection {
            id,
            owner: new.owner,
            words: words_of(new.title),
            title: new.title.to_owned(),
            description: String::new(),
            theme: FIRST_THEME.to_owned(),
            private: false,
            gating: Value::Bool(false),
            last_updated: new.at,
            upvotes: 0,
            items: Vec::new(),
            group: None,
            added_by: new.by,
        };
        self.collections.insert(id, collection);
        self.collections_by_owner.entry(new.owner).or_default().push(id);
        id
    }

    pub(crate) fn collection(&self, id: ObjectId) -> Option<&Collection> {
        self.collections.get(&id)
    }

    pub(crate) fn collection_mut(&mut self, id: ObjectId) -> Option<&mut Collection> {
        self.collections.get_mut(&id)
    }

    /// All collections, by id.
    pub(crate) fn collections(&self) -> impl Iterator<Item = &Collection> {
        self.collections.values()
    }

    /// An account's collections in the order it gave them.
    pub(crate) fn collections_of(&self, owner: Account) -> impl Iterator<Item = &Collection> {
        let ids = self.collections_by_owner.get(&owner).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.collections.get(id))
    }

    /// The collection that a slug means: by the id at its end, whatever stands before; without an
    /// id, by its owner and words.
    pub(crate) fn find_collection(&self, slug: &str) -> Option<&Collection> {
        let (owner, name) = slug.split_once('/')?;
        let by_id = name.rsplit('-').next().and_then(|id| id.parse().ok());
        if let Some(found) = by_id.and_then(|id: ObjectId| self.collections.get(&id)) {
            return Some(found);
        }
        let owner = self.account(owner)?;
        self.collections_of(owner).find(|collection| collection.words == folded(name).as_ref())
    }

    /// Owner, words and id as the address has them.
    pub(crate) fn slug(&self, collection: &Collection) -> String {
        let owner = self.account_name(collection.owner);
        match collection.words.as_str() {
            "" => format!("{owner}/{}", collection.id),
            words => format!("{owner}/{words}-{}", collection.id),
        }
    }

    pub(crate) fn account_name(&self, account: Account) -> &str {
        match account {
            Account::User(user) => &self.user(user).name,
            Account::Org(org) => &self.org(org).name,
        }
    }

    /// Moves a collection to another place among those of its owner.
    pub(crate) fn place_collection(&mut self, id: ObjectId, position: usize) {
        let Some(owner) = self.collections.get(&id).map(|collection| collection.owner) else {
            return;
        };
        if let Some(ids) = self.collections_by_owner.get_mut(&owner) {
            ids.retain(|other| *other != id);
            ids.insert(position.min(ids.len()), id);
        }
    }

    pub(crate) fn delete_collection(&mut self, id: ObjectId) {
        if let Some(gone) = self.collections.remove(&id)
            && let Some(ids) = self.collections_by_owner.get_mut(&gone.owner)
        {
            ids.retain(|other| *other != id);
        }
        let thing = Thing::Collection(id);
        for collection in self.collections.values_mut() {
            collection.items.retain(|item| item.thing != thing);
        }
    }

    /// Takes a repo that is going away out of every collection.
    pub(super) fn drop_from_collections(&mut self, repo: RepoIx) {
        let thing = Thing::Repo(repo);
        for collection in self.collections.values_mut() {
            collection.items.retain(|item| item.thing != thing);
        }
    }

    /// Deletes the collections of an account that is going away.
    pub(super) fn forget_collections(&mut self, owner: Account) {
        for id in self.collections_by_owner.remove(&owner).unwrap_or_default() {
            self.delete_collection(id);
        }
    }

    /// Adds an item at the end; `None` when it is in the collection already.
    pub(crate) fn insert_item(
        &mut self,
        collection: ObjectId,
        id: Option<ObjectId>,
        thing: Thing,
        note: Option<String>,
    ) -> Option<ObjectId> {
        let there = |item: &Item| item.thing == thing;
        if self.collections.get(&collection)?.items.iter().any(there) {
            return None;
        }
        let id = id.unwrap_or_else(|| self.next_id(IdKind::CollectionItem));
        let items = &mut self.collections.get_mut(&collection)?.items;
        items.push(Item { id, thing, note, gallery: Vec::new() });
        Some(id)
    }

    pub(crate) fn paper(&self, id: &str) -> Option<&Paper> {
        self.papers.get(id)
    }

    pub(crate) fn bucket(&self, id: &str) -> Option<&Bucket> {
        self.buckets.get(&folded(id))
    }

    /// Adds a paper.
    ///
    /// # Errors
    ///
    /// When the world has it.
    pub fn add_paper(
        &mut self,
        id: &str,
        title: &str,
        published_at: Timestamp,
    ) -> Result<(), ChangeError> {
        let paper = Paper {
            id: id.to_owned(),
            title: title.to_owned(),
            published_at,
            thumbnail_url: None,
            upvotes: 0,
        };
        self.insert_paper(paper)
    }

    pub(super) fn insert_paper(&mut self, paper: Paper) -> Result<(), ChangeError> {
        if self.papers.contains_key(paper.id.as_str()) {
            return Err(ChangeError::Taken(paper.id));
        }
        self.papers.insert(paper.id.clone().into_boxed_str(), paper);
        Ok(())
    }

    pub(super) fn insert_bucket(&mut self, bucket: Bucket) -> Result<(), ChangeError> {
        let key = folded(&bucket.id);
        if self.buckets.contains_key(&key) {
            return Err(ChangeError::Taken(bucket.id));
        }
        self.buckets.insert(key, bucket);
        Ok(())
    }

    /// The thing of this type and id, if the world has it; a repo by an old name too.
    pub(crate) fn thing(&self, kind: &str, id: &str) -> Option<Thing> {
        let repo = |kind| match self.find_repo(kind, id) {
            RepoFound::Here(repo) | RepoFound::Moved(repo) => Some(Thing::Repo(repo)),
            RepoFound::Nowhere => None,
        };
        match kind {
            "model" => repo(RepoType::Model),
            "dataset" => repo(RepoType::Dataset),
            "space" => repo(RepoType::Space),
            "paper" => self.paper(id).map(|paper| Thing::Paper(paper.id.clone())),
            "bucket" => self.bucket(id).map(|bucket| Thing::Bucket(bucket.id.clone())),
            "collection" => match id.parse() {
                Ok(id) => self.collections.contains_key(&id).then_some(Thing::Collection(id)),
                Err(_) => {
                    self.find_collection(id).map(|collection| Thing::Collection(collection.id))
                }
            },
            _ => None,
        }
    }

    /// The collections in a resource group.
    pub(crate) fn collections_in(&self, group: ObjectId) -> impl Iterator<Item = &Collection> {
        self.collections
            .values()
            .filter(move |collection| collection.group.is_some_and(|placed| placed.group == group))
    }

    /// What a resource group's list of resources says of a collection.
    pub(crate) fn as_resource(&self, collection: &Collection) -> Value {
        let mut said = Map::new();
        said.insert("type".to_owned(), "collection".into());
        said.insert("id".to_owned(), collection.id.to_string().into());
        said.insert("slug".to_owned(), self.slug(collection).into());
        said.insert("title".to_owned(), collection.title.clone().into());
        said.insert("private".to_owned(), collection.private.into());
        if let Some(by) = collection.group.and_then(|placed| placed.by) {
            said.insert("addedBy".to_owned(), self.user(by).name.to_string().into());
        }
        Value::Object(said)
    }

    /// Takes collections out of a resource group that is going away.
    pub(super) fn empty_group_of_collections(&mut self, group: ObjectId) {
        for collection in self.collections.values_mut() {
            if collection.group.is_some_and(|placed| placed.group == group) {
                collection.group = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn the_words_of_a_title_fit_into_an_address() {
        for (title, words) in [
            ("Best models", "best-models"),
            ("  Qwen2.5 -- (all sizes)! ", "qwen2-5-all-sizes"),
            ("日本語", ""),
            ("a_b", "a-b"),
        ] {
            assert_eq!(words_of(title), words);
        }
    }
}
