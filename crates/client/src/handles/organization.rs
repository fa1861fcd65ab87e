//! An organization by name.

use hubfolk_api::{
    audit_log::ExportAuditLog,
    organizations::{
        GetOrganizationAvatar, GetOrganizationOverview, GetOrganizationSocials,
        ListOrganizationFollowers, ListOrganizationMembers,
    },
    resource_groups::ListResourceGroups,
    service_accounts::ListServiceAccounts,
};

use super::Client;

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
