//! A member of an organization by name.

use futures_util::TryStreamExt;
use hubfolk_api::{
    Endpoint,
    account::{OrganizationMember, Role},
    organizations::{
        ChangeOrganizationMemberRole, ListOrganizationMembers, RemoveOrganizationMember,
        ResourceGroupRole, Success,
    },
};

use super::Client;
use crate::{
    error::{Argument, Error, MemberProblem},
    hub::Hub,
};

/// A member of an organization, made by [`Organization::member`](super::Organization::member).
///
/// The Hub sets role and resource groups together: a role sent alone takes the member out of every
/// group. So [`Member::set_role`] reads the groups first and sends them along. Between reading and
/// writing somebody else may change them; the last one who writes is right.
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// use hubfolk::api::account::Role;
///
/// let ada = hub.organization("acme").member("ada");
/// ada.set_role(Role::Write).await?;
/// assert_eq!(ada.groups().await?.len(), 1, "the group is kept");
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}, {"name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "team",
/// #             "members": [{"user": "ada"}, {"user": "bob", "role": "admin"}],
/// #             "resourceGroups": [{"name": "research", "users": [{"user": "ada"}]}]}],
/// #         "tokens": [{"token": "hf_test_bob", "user": "bob", "role": "write"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_bob").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Member<C = crate::Hub> {
    client: C,
    organization: String,
    username: String,
}

impl<C: Client> Member<C> {
    pub(crate) fn new(client: C, organization: String, username: String) -> Self {
        Self { client, organization, username }
    }

    /// The name of the member.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The member as the list shows them; how much of it depends on who asks.
    pub fn show(&self) -> C::Done<OrganizationMember> {
        let Self { organization, username, .. } = self.clone();
        self.client.run(|hub| async move { find(&hub, &organization, &username).await })
    }

    /// The resource groups the member is in, with the role in each.
    pub fn groups(&self) -> C::Done<Vec<ResourceGroupRole>> {
        let Self { organization, username, .. } = self.clone();
        self.client.run(|hub| async move {
            groups_of(&find(&hub, &organization, &username).await?, &organization)
        })
    }

    /// The request that would set this role and keep the groups; it is not sent.
    pub fn role_change(&self, role: impl Into<Role>) -> C::Done<ChangeOrganizationMemberRole> {
        let (Self { organization, username, .. }, role) = (self.clone(), role.into());
        self.client.run(|hub| async move { change(&hub, organization, username, Some(role)).await })
    }

    /// Sets the role and keeps the groups.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] with a [`MemberProblem`] when the groups cannot be seen: then nothing is
    /// changed, because they would be lost.
    pub fn set_role(&self, role: impl Into<Role>) -> C::Done<Success> {
        let (Self { organization, username, .. }, role) = (self.clone(), role.into());
        self.client.run(|hub| async move {
            let change = change(&hub, organization, username, Some(role)).await?;
            hub.send(change).await
        })
    }

    /// Sets the groups, all of them, and keeps the role.
    pub fn set_groups(&self, groups: Vec<ResourceGroupRole>) -> C::Done<Success> {
        let Self { organization, username, .. } = self.clone();
        self.client.run(|hub| async move {
            let mut change = change(&hub, organization, username, None).await?;
            change.resource_groups = groups;
            hub.send(change).await
        })
    }

    /// Sets role and groups; the member leaves every group that is not named.
    pub fn set_role_and_groups(
        &self,
        role: impl Into<Role>,
        groups: Vec<ResourceGroupRole>,
    ) -> C::Sent<ChangeOrganizationMemberRole> {
        let (organization, username) = (&self.organization, &self.username);
        let change = ChangeOrganizationMemberRole::new(organization, username, role, groups);
        self.client.perform(change)
    }

    /// Ends the membership, if the Hub offers that: see [`HubBuilder::allow_experimental`].
    ///
    /// [`HubBuilder::allow_experimental`]: crate::HubBuilder::allow_experimental
    pub fn remove(&self) -> C::Sent<RemoveOrganizationMember> {
        self.client.perform(RemoveOrganizationMember::new(&self.organization, &self.username))
    }
}

fn problem(problem: MemberProblem) -> Error {
    let operation = ChangeOrganizationMemberRole::OPERATION.name;
    Error::Argument(Box::new(Argument { operation, source: problem.into() }))
}

async fn find(hub: &Hub, organization: &str, username: &str) -> Result<OrganizationMember, Error> {
    let search = ListOrganizationMembers::builder(organization).search(username).build();
    let mut members = hub.list(search);
    while let Some(member) = members.try_next().await? {
        if member.username.eq_ignore_ascii_case(username) {
            return Ok(member);
        }
    }
    Err(problem(MemberProblem::NotAMember {
        organization: organization.to_owned(),
        username: username.to_owned(),
    }))
}

fn groups_of(
    member: &OrganizationMember,
    organization: &str,
) -> Result<Vec<ResourceGroupRole>, Error> {
    let groups = member.resource_groups.as_ref();
    let whole = groups.and_then(|groups| groups.iter().map(ResourceGroupRole::of).collect());
    whole.ok_or_else(|| {
        problem(MemberProblem::GroupsHidden {
            organization: organization.to_owned(),
            username: member.username.clone(),
        })
    })
}

/// The change to this role, or to the one of today, with the groups of today.
async fn change(
    hub: &Hub,
    organization: String,
    username: String,
    role: Option<Role>,
) -> Result<ChangeOrganizationMemberRole, Error> {
    let member = find(hub, &organization, &username).await?;
    let groups = groups_of(&member, &organization)?;
    let Some(role) = role.or(member.role) else {
        return Err(problem(MemberProblem::GroupsHidden { organization, username }));
    };
    Ok(ChangeOrganizationMemberRole::new(organization, member.username, role, groups))
}
