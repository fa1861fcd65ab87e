//! An organization by name.

use hubfolk_api::{
    Secret,
    account::Role,
    audit_log::ExportAuditLog,
    organizations::{
        GetNetworkSecurity, GetOrganizationAvatar, GetOrganizationOverview, GetOrganizationSocials,
        InviteOrganizationMember, ListOrganizationFollowers, ListOrganizationMembers,
        ListOrganizationRepositories, RevokeOrganizationToken, RevokeOrganizationTokenById,
        UpdateNetworkSecurity,
    },
    repos::{ListDatasets, ListKernels, ListModels, ListSpaces},
    resource_groups::{CreateResourceGroup, ListResourceGroups},
    scim::ScimTree,
    service_accounts::{CreateServiceAccount, ListServiceAccounts},
};

use super::{Client, Member, OrganizationUsage, ResourceGroup, Scim, ServiceAccount};
use crate::activity::{ActivityLog, ActivityQuery, ActivityReader};

/// An organization by name, made by [`Hub::organization`](crate::Hub::organization).
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// use futures_util::TryStreamExt;
///
/// let acme = hub.organization("acme");
/// acme.member("ada").set_role("write").await?;
/// let last = acme.audit_log_with("type:org.change_role").try_next().await?;
/// assert_eq!(last.unwrap().author.unwrap().username.as_deref(), Some("bob"));
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
pub struct Organization<C = crate::Hub> {
    client: C,
    name: String,
}

impl<C: Client> Organization<C> {
    pub(crate) fn new(client: C, name: String) -> Self {
        Self { client, name }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public profile.
    pub fn overview(&self) -> C::Sent<GetOrganizationOverview> {
        self.client.perform(GetOrganizationOverview::new(&self.name))
    }

    /// Its members; how much of each is shown depends on who asks.
    pub fn members(&self) -> C::Listed<ListOrganizationMembers> {
        self.client.enumerate(ListOrganizationMembers::new(&self.name))
    }

    /// Its members whose name has this text.
    pub fn search_members(&self, text: impl Into<String>) -> C::Listed<ListOrganizationMembers> {
        let search = ListOrganizationMembers::builder(&self.name).search(text).build();
        self.client.enumerate(search)
    }

    /// Who follows it.
    pub fn followers(&self) -> C::Listed<ListOrganizationFollowers> {
        self.client.enumerate(ListOrganizationFollowers::new(&self.name))
    }

    /// Its models that the caller may see.
    pub fn models(&self) -> C::Listed<ListModels> {
        self.client.enumerate(ListModels::of(&self.name))
    }

    /// Its datasets that the caller may see.
    pub fn datasets(&self) -> C::Listed<ListDatasets> {
        self.client.enumerate(ListDatasets::of(&self.name))
    }

    /// Its Spaces that the caller may see.
    pub fn spaces(&self) -> C::Listed<ListSpaces> {
        self.client.enumerate(ListSpaces::of(&self.name))
    }

    /// Its kernels that the caller may see.
    pub fn kernels(&self) -> C::Listed<ListKernels> {
        self.client.enumerate(ListKernels::of(&self.name))
    }

    /// What happened lately, put together from lists: see [`crate::activity`].
    pub fn activity(&self, query: ActivityQuery) -> C::Done<ActivityLog> {
        let name = self.name.clone();
        self.client.run(|hub| async move {
            ActivityReader::of_organization(&hub, &name, query).collect().await
        })
    }

    /// Names on other sites.
    pub fn socials(&self) -> C::Sent<GetOrganizationSocials> {
        self.client.perform(GetOrganizationSocials::new(&self.name))
    }

    /// Address of the picture.
    pub fn avatar(&self) -> C::Sent<GetOrganizationAvatar> {
        self.client.perform(GetOrganizationAvatar::new(&self.name))
    }

    /// Its resource groups that the caller may see.
    pub fn resource_groups(&self) -> C::Listed<ListResourceGroups> {
        self.client.enumerate(ListResourceGroups::new(&self.name))
    }

    /// Its service accounts.
    pub fn service_accounts(&self) -> C::Listed<ListServiceAccounts> {
        self.client.enumerate(ListServiceAccounts::new(&self.name))
    }

    /// What it uses and pays for.
    #[must_use]
    pub fn usage(&self) -> OrganizationUsage<C> {
        OrganizationUsage::new(self.client.clone(), self.name.clone())
    }

    /// What its identity provider has set up; wants the SCIM token of the organization.
    #[must_use]
    pub fn scim(&self, tree: ScimTree) -> Scim<C> {
        Scim::new(self.client.clone(), self.name.clone(), tree)
    }

    /// Its newest 100,000 events.
    pub fn audit_log(&self) -> C::Listed<ExportAuditLog> {
        self.client.enumerate(ExportAuditLog::new(&self.name))
    }

    /// Its newest events that match: a text, or `author:NAME`, `type:repo.create`, `ip:ADDRESS`.
    pub fn audit_log_with(&self, query: impl Into<String>) -> C::Listed<ExportAuditLog> {
        self.client.enumerate(ExportAuditLog::builder(&self.name).q(query).build())
    }

    /// One of its members by name.
    #[must_use]
    pub fn member(&self, username: impl Into<String>) -> Member<C> {
        Member::new(self.client.clone(), self.name.clone(), username.into())
    }

    /// Invites a user, if the Hub offers that: see [`HubBuilder::allow_experimental`].
    ///
    /// [`HubBuilder::allow_experimental`]: crate::HubBuilder::allow_experimental
    pub fn invite(
        &self,
        username: impl Into<String>,
        role: impl Into<Role>,
    ) -> C::Sent<InviteOrganizationMember> {
        self.client.perform(InviteOrganizationMember::user(&self.name, username, role))
    }

    /// One of its resource groups by id.
    #[must_use]
    pub fn resource_group(&self, id: impl Into<String>) -> ResourceGroup<C> {
        ResourceGroup::new(self.client.clone(), self.name.clone(), id.into())
    }

    /// Makes a resource group without anyone in it.
    ///
    /// [`CreateResourceGroup::builder`] has the other choices.
    pub fn create_resource_group(&self, name: impl Into<String>) -> C::Sent<CreateResourceGroup> {
        self.client.perform(CreateResourceGroup::new(&self.name, name))
    }

    /// One of its service accounts by id.
    #[must_use]
    pub fn service_account(&self, id: impl Into<String>) -> ServiceAccount<C> {
        ServiceAccount::new(self.client.clone(), self.name.clone(), id.into())
    }

    /// Makes a service account, which takes no seat.
    pub fn create_service_account(&self, name: impl Into<String>) -> C::Sent<CreateServiceAccount> {
        self.client.perform(CreateServiceAccount::new(&self.name, name))
    }

    /// Its repositories with the storage each takes.
    pub fn repositories(&self) -> C::Listed<ListOrganizationRepositories> {
        self.client.enumerate(ListOrganizationRepositories::new(&self.name))
    }

    /// Its rules for networks and content.
    pub fn network_security(&self) -> C::Sent<GetNetworkSecurity> {
        self.client.perform(GetNetworkSecurity::new(&self.name))
    }

    /// Sets its networks, all of them, such as `192.0.2.0/24`.
    ///
    /// [`UpdateNetworkSecurity::builder`] has the other choices.
    pub fn set_networks(&self, ranges: Vec<String>) -> C::Sent<UpdateNetworkSecurity> {
        self.client.perform(UpdateNetworkSecurity::builder(&self.name).ip_ranges(ranges).build())
    }

    /// Keeps a member's token out of the organization; outside it goes on working.
    pub fn revoke_token(&self, token: impl Into<Secret>) -> C::Sent<RevokeOrganizationToken> {
        self.client.perform(RevokeOrganizationToken::new(&self.name, token))
    }

    /// The same, by the id of the token.
    pub fn revoke_token_by_id(
        &self,
        token_id: impl Into<String>,
    ) -> C::Sent<RevokeOrganizationTokenById> {
        self.client.perform(RevokeOrganizationTokenById::new(&self.name, token_id))
    }
}
