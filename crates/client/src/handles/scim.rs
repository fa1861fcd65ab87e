//! The SCIM trees of an organization, as its identity provider uses them.

use hubfolk_api::scim::{
    CreateScimGroup, CreateScimUser, DeleteScimGroup, GetScimGroup, GetScimSchema,
    GetScimServiceProviderConfig, GetScimUser, ListScimGroups, ListScimResourceTypes,
    ListScimSchemas, ListScimUsers, RemoveScimUser, ReplaceScimGroup, ReplaceScimUser,
    ScimGroupChange, ScimMember, ScimTree, ScimUserChange, UpdateScimGroup, UpdateScimUser,
};

use super::Client;

/// A SCIM tree, made by [`Organization::scim`](super::Organization::scim).
///
/// It wants the organization's SCIM token; the token of a person is refused.
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// use futures_util::TryStreamExt;
/// use hubfolk::api::scim::ScimTree;
///
/// let scim = hub.organization("acme").scim(ScimTree::Managed);
/// let bob = scim.users_named("bob").try_next().await?.expect("bob is set up");
/// let off = scim.user(&bob.id).deactivate().await?;
/// assert_eq!(off.active, Some(false));
/// assert_eq!(scim.user(&bob.id).activate().await?.active, Some(true));
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "plus", "members": [{"user": "bob"}],
/// #             "scim": [{"tree": "managed", "users": [{"user": "bob"}]}]}],
/// #         "tokens": [{"token": "hf_test_scim", "kind": "scim", "org": "acme"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_scim").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Scim<C = crate::Hub> {
    client: C,
    organization: String,
    tree: ScimTree,
}

impl<C: Client> Scim<C> {
    pub(crate) fn new(client: C, organization: String, tree: ScimTree) -> Self {
        Self { client, organization, tree }
    }

    /// Its users, active or not.
    pub fn users(&self) -> C::Listed<ListScimUsers> {
        self.client.enumerate(ListScimUsers::new(&self.organization, self.tree.clone()))
    }

    /// The user of this name, if the identity provider knows one.
    pub fn users_named(&self, name: &str) -> C::Listed<ListScimUsers> {
        self.client.enumerate(ListScimUsers::named(&self.organization, self.tree.clone(), name))
    }

    /// A user by id.
    #[must_use]
    pub fn user(&self, id: impl Into<String>) -> ScimPerson<C> {
        ScimPerson { scim: self.clone(), id: id.into() }
    }

    /// Adds a user: an account in the managed tree, an invitation in the basic one.
    pub fn create_user(&self, user: CreateScimUser) -> C::Sent<CreateScimUser> {
        self.client.perform(user)
    }

    /// Its groups with their members.
    pub fn groups(&self) -> C::Listed<ListScimGroups> {
        self.client.enumerate(ListScimGroups::new(&self.organization, self.tree.clone()))
    }

    /// A group by id.
    #[must_use]
    pub fn group(&self, id: impl Into<String>) -> ScimTeam<C> {
        ScimTeam { scim: self.clone(), id: id.into() }
    }

    /// Makes a group of these users.
    pub fn create_group<M: Into<ScimMember>>(
        &self,
        name: impl Into<String>,
        members: impl IntoIterator<Item = M>,
    ) -> C::Sent<CreateScimGroup> {
        let members = members.into_iter().map(Into::into).collect();
        let group = CreateScimGroup::builder(&self.organization, self.tree.clone(), name);
        self.client.perform(group.members(members).build())
    }

    /// What the server can do; of the managed tree, whatever this one is.
    pub fn config(&self) -> C::Sent<GetScimServiceProviderConfig> {
        self.client.perform(GetScimServiceProviderConfig::new(&self.organization))
    }

    /// What kinds of objects there are.
    pub fn resource_types(&self) -> C::Sent<ListScimResourceTypes> {
        self.client.perform(ListScimResourceTypes::new(&self.organization))
    }

    /// The schemas of the objects.
    pub fn schemas(&self) -> C::Sent<ListScimSchemas> {
        self.client.perform(ListScimSchemas::new(&self.organization))
    }

    /// One schema.
    pub fn schema(&self, id: impl Into<String>) -> C::Sent<GetScimSchema> {
        self.client.perform(GetScimSchema::new(&self.organization, id))
    }
}

/// A user of an identity provider, made by [`Scim::user`].
///
/// ```
/// # async fn example(hub: hubfolk::Hub, id: &str) -> Result<(), hubfolk::Error> {
/// use hubfolk::api::scim::{ScimAttribute, ScimTree, ScimUserChange};
///
/// let bob = hub.organization("acme").scim(ScimTree::Managed).user(id);
/// let change = ScimUserChange::replace(ScimAttribute::ExternalId, "okta|bob");
/// assert_eq!(bob.update(vec![change]).await?.external_id, Some(Some("okta|bob".to_owned())));
/// # Ok(())
/// # }
/// # let id = "65000000000000000000000b";
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"_id": "65000000000000000000000b", "name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "plus", "members": [{"user": "bob"}],
/// #             "scim": [{"tree": "managed", "users": [{"user": "bob"}]}]}],
/// #         "tokens": [{"token": "hf_test_scim", "kind": "scim", "org": "acme"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_scim").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub, id)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct ScimPerson<C = crate::Hub> {
    scim: Scim<C>,
    id: String,
}

impl<C: Client> ScimPerson<C> {
    /// The user as the identity provider sees one.
    pub fn get(&self) -> C::Sent<GetScimUser> {
        let Scim { client, organization, tree } = &self.scim;
        client.perform(GetScimUser::new(organization, tree.clone(), &self.id))
    }

    /// Lets the person in.
    pub fn activate(&self) -> C::Sent<UpdateScimUser> {
        self.update(vec![ScimUserChange::active(true)])
    }

    /// Takes all access away; `activate` gives it back.
    pub fn deactivate(&self) -> C::Sent<UpdateScimUser> {
        self.update(vec![ScimUserChange::active(false)])
    }

    /// Changes attributes; the basic tree knows only `active`.
    pub fn update(&self, changes: Vec<ScimUserChange>) -> C::Sent<UpdateScimUser> {
        let Scim { client, organization, tree } = &self.scim;
        client.perform(UpdateScimUser::new(organization, tree.clone(), &self.id, changes))
    }

    /// Sets the user up anew; what is not given is removed.
    pub fn replace(&self, user: ReplaceScimUser) -> C::Sent<ReplaceScimUser> {
        self.scim.client.perform(user)
    }

    /// Takes the person out of the organization; in the basic tree only, where the account stays.
    pub fn remove(&self) -> C::Sent<RemoveScimUser> {
        self.scim.client.perform(RemoveScimUser::new(&self.scim.organization, &self.id))
    }
}

/// A group of an identity provider, made by [`Scim::group`].
///
/// ```
/// # async fn example(hub: hubfolk::Hub, id: &str) -> Result<(), hubfolk::Error> {
/// use hubfolk::api::scim::ScimTree;
///
/// let scim = hub.organization("acme").scim(ScimTree::Managed);
/// let group = scim.create_group("ops", [id]).await?;
/// let left = scim.group(&group.id).remove_members([id]).await?;
/// assert_eq!(left.members, Some(vec![]));
/// # Ok(())
/// # }
/// # let id = "65000000000000000000000b";
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"_id": "65000000000000000000000b", "name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "plus", "members": [{"user": "bob"}],
/// #             "scim": [{"tree": "managed", "users": [{"user": "bob"}]}]}],
/// #         "tokens": [{"token": "hf_test_scim", "kind": "scim", "org": "acme"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_scim").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub, id)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct ScimTeam<C = crate::Hub> {
    scim: Scim<C>,
    id: String,
}

impl<C: Client> ScimTeam<C> {
    /// The group with its members.
    pub fn get(&self) -> C::Sent<GetScimGroup> {
        let Scim { client, organization, tree } = &self.scim;
        client.perform(GetScimGroup::new(organization, tree.clone(), &self.id))
    }

    /// Adds these users.
    pub fn add_members<M: Into<ScimMember>>(
        &self,
        ids: impl IntoIterator<Item = M>,
    ) -> C::Sent<UpdateScimGroup> {
        self.update(vec![ScimGroupChange::add_members(ids)])
    }

    /// Takes these users out.
    pub fn remove_members<M: Into<ScimMember>>(
        &self,
        ids: impl IntoIterator<Item = M>,
    ) -> C::Sent<UpdateScimGroup> {
        self.update(vec![ScimGroupChange::remove_members(ids)])
    }

    /// Gives it another name.
    pub fn rename(&self, name: impl Into<String>) -> C::Sent<UpdateScimGroup> {
        self.update(vec![ScimGroupChange::rename(name)])
    }

    /// Changes attributes.
    pub fn update(&self, changes: Vec<ScimGroupChange>) -> C::Sent<UpdateScimGroup> {
        let Scim { client, organization, tree } = &self.scim;
        client.perform(UpdateScimGroup::new(organization, tree.clone(), &self.id, changes))
    }

    /// Sets it up anew, with exactly these members.
    pub fn replace<M: Into<ScimMember>>(
        &self,
        name: impl Into<String>,
        members: impl IntoIterator<Item = M>,
    ) -> C::Sent<ReplaceScimGroup> {
        let Scim { client, organization, tree } = &self.scim;
        let members = members.into_iter().map(Into::into).collect();
        let group = ReplaceScimGroup::builder(organization, tree.clone(), &self.id, name);
        client.perform(group.members(members).build())
    }

    /// Deletes it; its members stay in the organization.
    pub fn delete(&self) -> C::Sent<DeleteScimGroup> {
        let Scim { client, organization, tree } = &self.scim;
        client.perform(DeleteScimGroup::new(organization, tree.clone(), &self.id))
    }
}
