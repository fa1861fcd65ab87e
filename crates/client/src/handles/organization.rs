//! An organization by name.

use hubfolk_api::{
    audit_log::ExportAuditLog,
    organizations::{
        GetOrganizationAvatar, GetOrganizationOverview, GetOrganizationSocials,
        ListOrganizationFollowers, ListOrganizationMembers,
    },
    repos::{ListDatasets, ListKernels, ListModels, ListSpaces},
    resource_groups::ListResourceGroups,
    service_accounts::ListServiceAccounts,
};

use super::Client;
use crate::activity::{ActivityLog, ActivityQuery, ActivityReader};

/// An organization by name, made by [`Hub::organization`](crate::Hub::organization).
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

    /// Its newest 100,000 events.
    pub fn audit_log(&self) -> C::Listed<ExportAuditLog> {
        self.client.enumerate(ExportAuditLog::new(&self.name))
    }
}
