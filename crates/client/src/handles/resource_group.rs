//! A resource group of an organization by id.

use hubfolk_api::{
    account::Role,
    resource_groups::{
        AddResourceGroupUsers, AutoJoin, ChangeResourceGroupUserRole, DeleteResourceGroup,
        GetResourceGroup, GroupUser, RemoveResourceGroupUser, UpdateResourceGroup,
        UpdateResourceGroupSettings,
    },
};

use super::Client;

/// A resource group by id, made by
/// [`Organization::resource_group`](super::Organization::resource_group).
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// let acme = hub.organization("acme");
/// let group = acme.create_resource_group("research").await?;
/// let research = acme.resource_group(&group.id);
/// research.add_user("ada", "read").await?;
/// let now = research.set_role("ada", "write").await?;
/// assert_eq!(now.users.unwrap()[0].role.as_ref().unwrap().as_str(), "write");
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}, {"name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "team",
/// #             "members": [{"user": "ada"}, {"user": "bob", "role": "admin"}]}],
/// #         "tokens": [{"token": "hf_test_bob", "user": "bob", "role": "write"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_bob").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct ResourceGroup<C = crate::Hub> {
    client: C,
    organization: String,
    id: String,
}

impl<C: Client> ResourceGroup<C> {
    pub(crate) fn new(client: C, organization: String, id: String) -> Self {
        Self { client, organization, id }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The group with its users and repositories.
    pub fn get(&self) -> C::Sent<GetResourceGroup> {
        self.client.perform(GetResourceGroup::new(&self.organization, &self.id))
    }

    /// Gives it another name.
    pub fn rename(&self, name: impl Into<String>) -> C::Sent<UpdateResourceGroup> {
        let change = UpdateResourceGroup::builder(&self.organization, &self.id).name(name);
        self.client.perform(change.build())
    }

    /// Says what it is for.
    pub fn describe(&self, description: impl Into<String>) -> C::Sent<UpdateResourceGroup> {
        let change = UpdateResourceGroup::builder(&self.organization, &self.id);
        self.client.perform(change.description(description).build())
    }

    /// Sets whether new members of the organization join it.
    pub fn auto_join(&self, auto_join: AutoJoin) -> C::Sent<UpdateResourceGroupSettings> {
        let (organization, id) = (&self.organization, &self.id);
        self.client.perform(UpdateResourceGroupSettings::new(organization, id, auto_join))
    }

    /// Adds a member of the organization.
    pub fn add_user(
        &self,
        username: impl Into<String>,
        role: impl Into<Role>,
    ) -> C::Sent<AddResourceGroupUsers> {
        self.add_users(vec![GroupUser::new(username, role)])
    }

    /// Adds several members of the organization; all of them or, when one is refused, nobody.
    pub fn add_users(&self, users: Vec<GroupUser>) -> C::Sent<AddResourceGroupUsers> {
        self.client.perform(AddResourceGroupUsers::new(&self.organization, &self.id, users))
    }

    /// Changes the role that a user has in it.
    pub fn set_role(
        &self,
        username: impl Into<String>,
        role: impl Into<Role>,
    ) -> C::Sent<ChangeResourceGroupUserRole> {
        let (organization, id) = (&self.organization, &self.id);
        self.client.perform(ChangeResourceGroupUserRole::new(organization, id, username, role))
    }

    /// Takes a user out of it.
    pub fn remove_user(&self, username: impl Into<String>) -> C::Sent<RemoveResourceGroupUser> {
        self.client.perform(RemoveResourceGroupUser::new(&self.organization, &self.id, username))
    }

    /// Deletes it; its users lose the access it gave.
    pub fn delete(&self) -> C::Sent<DeleteResourceGroup> {
        self.client.perform(DeleteResourceGroup::new(&self.organization, &self.id))
    }
}
