//! Collections: the list of them, and one by its slug.

use hubfolk_api::collections::{
    self, AddCollectionItem, BatchUpdateCollectionItems, CollectionGating, CollectionItemRef,
    CollectionItemUpdate, CollectionSort, CollectionTheme, CreateCollection, DeleteCollection,
    DeleteCollectionItem, GetCollection, GetCollectionResourceGroup, ListCollections,
    SetCollectionResourceGroup, UpdateCollectionItem, UpdateCollectionMetadata,
};

use super::Client;

/// Collections to look for, made by [`Hub::collections`](crate::Hub::collections).
///
/// ```
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
/// # let endpoint = sim.url();
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use futures_util::TryStreamExt;
/// use hubfolk::{Hub, api::collections::CollectionSort};
///
/// let hub = Hub::builder().endpoint(endpoint).build()?;
/// let collections = hub.collections().owner("meridian-labs").sort(CollectionSort::Upvotes);
/// let found: Vec<_> = collections.list().try_collect().await?;
/// assert_eq!(found[0].title.as_deref(), Some("Tide models"));
/// # Ok::<(), hubfolk::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
#[must_use = "it is only looked for with `list`"]
pub struct Collections<C = crate::Hub> {
    client: C,
    request: ListCollections,
}

impl<C: Client> Collections<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client, request: ListCollections::new() }
    }

    /// Only those of this user or organization; said again, of either.
    pub fn owner(mut self, name: impl Into<String>) -> Self {
        self.request.owner.push(name.into());
        self
    }

    /// Only those with this item, as in `models/acme/m`; said again, with either.
    pub fn item(mut self, item: impl Into<String>) -> Self {
        self.request.item.push(item.into());
        self
    }

    /// Only those with this text in title or description.
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.request.q = Some(text.into());
        self
    }

    /// What comes first.
    pub fn sort(mut self, sort: CollectionSort) -> Self {
        self.request.sort = Some(sort);
        self
    }

    /// So many a page, 1 to 10,000.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.request.limit = Some(limit);
        self
    }

    /// Reads them; each has its first four items only.
    pub fn list(self) -> C::Listed<ListCollections> {
        self.client.enumerate(self.request)
    }

    /// Makes a collection.
    pub fn create(&self, collection: CreateCollection) -> C::Sent<CreateCollection> {
        self.client.perform(collection)
    }
}

/// A collection by slug, made by [`Hub::collection`](crate::Hub::collection).
///
/// ```
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
/// # let endpoint = sim.url();
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use hubfolk::{Hub, api::collections::{CollectionItemRef, CreateCollection}};
///
/// let hub = Hub::builder().endpoint(endpoint).token("hf_test_demo_admin").build()?;
/// let new = CreateCollection::new("meridian-labs", "For the workshop");
/// let made = hub.collections().create(new).await?;
///
/// let workshop = hub.collection(made.slug);
/// let model = CollectionItemRef::model("meridian-labs/tide-base");
/// let item = workshop.add(model).await?.items.remove(0);
/// workshop.note_item(&item.object_id, "Install this at home").await?;
/// let renamed = workshop.update().title("For the workshop in May").send().await?;
/// assert!(renamed.slug.starts_with("meridian-labs/for-the-workshop-in-may-"));
///
/// // The id at the end of the slug stays, so the old one still works.
/// assert_eq!(workshop.get().await?.slug, renamed.slug);
/// # Ok::<(), hubfolk::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Collection<C = crate::Hub> {
    client: C,
    slug: String,
}

impl<C: Client> Collection<C> {
    pub(crate) fn new(client: C, slug: String) -> Self {
        Self { client, slug }
    }

    /// The slug as it was given.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The collection with all its items.
    pub fn get(&self) -> C::Sent<GetCollection> {
        self.client.perform(GetCollection::new(&self.slug))
    }

    /// Begins a change; what is not said stays as it is.
    pub fn update(&self) -> CollectionUpdate<C> {
        let request = UpdateCollectionMetadata::builder(&self.slug).build();
        CollectionUpdate { client: self.client.clone(), request }
    }

    /// Deletes it; what is in it stays.
    pub fn delete(&self) -> C::Sent<DeleteCollection> {
        self.client.perform(DeleteCollection::new(&self.slug))
    }

    /// Adds an item at the end; an item that is in it already is an error with status 409.
    pub fn add(&self, item: CollectionItemRef) -> C::Sent<AddCollectionItem> {
        self.client.perform(AddCollectionItem::new(&self.slug, item))
    }

    /// Adds an item with a note beside it.
    pub fn add_with_note(
        &self,
        item: CollectionItemRef,
        note: impl Into<String>,
    ) -> C::Sent<AddCollectionItem> {
        self.client.perform(AddCollectionItem::builder(&self.slug, item).note(note).build())
    }

    /// Writes a note beside an item; an empty one takes it away.
    ///
    /// The item goes by its own id, `object_id` of
    /// [`CollectionItem`](hubfolk_api::collections::CollectionItem).
    pub fn note_item(
        &self,
        item_id: impl Into<String>,
        note: impl Into<String>,
    ) -> C::Sent<UpdateCollectionItem> {
        self.client.perform(UpdateCollectionItem::builder(&self.slug, item_id).note(note).build())
    }

    /// Moves an item to another place, the first of which is 0.
    pub fn move_item(
        &self,
        item_id: impl Into<String>,
        position: u64,
    ) -> C::Sent<UpdateCollectionItem> {
        let request = UpdateCollectionItem::builder(&self.slug, item_id).position(position);
        self.client.perform(request.build())
    }

    /// Takes an item out; the thing itself stays.
    pub fn remove_item(&self, item_id: impl Into<String>) -> C::Sent<DeleteCollectionItem> {
        self.client.perform(DeleteCollectionItem::new(&self.slug, item_id))
    }

    /// Changes many items at once.
    pub fn batch(&self, updates: Vec<CollectionItemUpdate>) -> C::Sent<BatchUpdateCollectionItems> {
        self.client.perform(BatchUpdateCollectionItems::new(&self.slug, updates))
    }

    /// The resource group it belongs to; without one an error with status 404.
    pub fn resource_group(&self) -> C::Sent<GetCollectionResourceGroup> {
        self.client.perform(GetCollectionResourceGroup::new(&self.slug))
    }

    /// Puts it into a resource group of its organization, or out of any with `None`.
    pub fn set_resource_group(&self, id: Option<String>) -> C::Sent<SetCollectionResourceGroup> {
        self.client.perform(SetCollectionResourceGroup::new(&self.slug, id))
    }
}

/// A change of a collection that is being put together, made by [`Collection::update`].
///
/// ```
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
/// # let endpoint = sim.url();
/// use hubfolk::{Hub, api::collections::{CollectionTheme, CreateCollection}, blocking};
///
/// let hub = Hub::builder().endpoint(endpoint).token("hf_test_demo_admin").build()?;
/// let hub = blocking::Hub::new(hub)?;
/// let new = CreateCollection::new("meridian-labs", "Buoys");
/// let made = hub.collections().create(new)?;
/// let changed = hub.collection(made.slug)
///     .update()
///     .description("Where they are and what they measure")
///     .theme(CollectionTheme::Purple)
///     .private(true)
///     .send()?;
/// assert_eq!(changed.theme, Some(CollectionTheme::Purple));
/// # Ok::<(), hubfolk::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing changes before `send`"]
pub struct CollectionUpdate<C = crate::Hub> {
    client: C,
    request: UpdateCollectionMetadata,
}

impl<C: Client> CollectionUpdate<C> {
    /// Another title, 1 to 60 characters; the words of the slug follow it.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.request.title = Some(title.into());
        self
    }

    /// Another description, at most 150 characters; empty takes it away.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.request.description = Some(description.into());
        self
    }

    /// Another place among the owner's collections, the first of which is 0.
    pub fn position(mut self, position: u64) -> Self {
        self.request.position = Some(position);
        self
    }

    /// Whether only those with access see it.
    pub fn private(mut self, private: bool) -> Self {
        self.request.private = Some(private);
        self
    }

    /// Another colour.
    pub fn theme(mut self, theme: CollectionTheme) -> Self {
        self.request.theme = Some(theme);
        self
    }

    /// Another way to ask for access to its gated repositories.
    pub fn gating(mut self, gating: CollectionGating) -> Self {
        self.request.gating = Some(gating);
        self
    }

    /// Does it; the collection as it is afterwards.
    pub fn send(self) -> C::Done<collections::Collection> {
        let request = self.request;
        self.client.run(|hub| async move { Ok(hub.send(request).await?.data) })
    }
}
