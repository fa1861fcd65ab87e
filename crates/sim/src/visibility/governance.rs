//! Who may change an organization: by their role there, by their token, by a service account.

use super::{Caller, OrgView, RepoAccess, same};
use crate::answer::Refusal;
use crate::world::{Account, Org, Repo, ResourceGroup, TokenRole, UserIx, World};

/// Roles in an organization that may change the roles of others.
const MANAGERS: [&str; 2] = ["admin", "write"];

impl Caller<'_> {
    /// The caller's role in an organization. A service account of it has no role of its own: what
    /// it may do is what the scopes of its token say, so none of them is held back here.
    pub(super) fn role_in<'a>(&self, world: &World, org: &'a Org) -> Option<&'a str> {
        match self.membership(world, org) {
            Some(member) => Some(&member.role),
            None if self.serves(world, org) => Some("admin"),
            None => None,
        }
    }

    /// Whether the caller is a service account of the organization.
    fn serves(&self, world: &World, org: &Org) -> bool {
        self.user().is_some_and(|user| serves(world, user, org))
    }

    /// How much of the organization a service account sees.
    pub(super) fn service_view(&self, world: &World, org: &Org) -> Option<OrgView> {
        if !self.serves(world, org) {
            return None;
        }
        Some(if self.in_org_scope(org, &["org.write"]) {
            OrgView::Admin
        } else if self.in_org_scope(org, &["org.read"]) {
            OrgView::Member
        } else {
            OrgView::Outsider
        })
    }

    /// Whether an administrator of the organization keeps this token out.
    pub(crate) fn is_kept_out(&self, world: &World, org: &Org) -> bool {
        let Some(Account::Org(index)) = world.account(&org.name) else { return false };
        self.token().is_some_and(|token| token.revoked_in.contains(&index))
    }

    fn let_in(&self, world: &World, org: &Org) -> Result<UserIx, Refusal> {
        let user = self.logged_in()?;
        if self.is_kept_out(world, org) {
            return Err(Refusal::forbidden(
                "Your token has been revoked by the organization administrator, you can no longer \
                 access organization resources. Please contact them for more information."
                    .to_owned(),
            ));
        }
        Ok(user)
    }

    /// Checks that the caller may look behind the organization's settings.
    pub(crate) fn may_inspect(
        &self,
        world: &World,
        org: &Org,
        permissions: &[&str],
    ) -> Result<(), Refusal> {
        self.let_in(world, org)?;
        if self.role_in(world, org) == Some("admin") && self.in_org_scope(org, permissions) {
            return Ok(());
        }
        Err(Refusal::read_only())
    }

    /// Checks that the caller may change the organization, by role and by token.
    pub(crate) fn may_govern(
        &self,
        world: &World,
        org: &Org,
        permissions: &[&str],
    ) -> Result<(), Refusal> {
        self.may_change(world, org, &["admin"], permissions)
    }

    /// Checks that the caller may change the roles of members, which takes the write role only.
    pub(crate) fn may_manage_members(&self, world: &World, org: &Org) -> Result<(), Refusal> {
        self.may_change(world, org, &MANAGERS, &["org.write"])
    }

    fn may_change(
        &self,
        world: &World,
        org: &Org,
        roles: &[&str],
        permissions: &[&str],
    ) -> Result<(), Refusal> {
        self.let_in(world, org)?;
        let role = self.role_in(world, org).is_some_and(|role| roles.contains(&role));
        let writes = self.token().is_some_and(|token| token.role != TokenRole::Read);
        if role && writes && self.in_org_scope(org, permissions) {
            return Ok(());
        }
        Err(Refusal::read_only())
    }

    /// Checks that the caller may change who is in a group: an administrator of the organization
    /// or of the group.
    pub(crate) fn may_manage_group(
        &self,
        world: &World,
        org: &Org,
        group: &ResourceGroup,
    ) -> Result<(), Refusal> {
        let user = self.let_in(world, org)?;
        let permissions = ["resourceGroup.write", "org.write"];
        let own_role = group.users.get(&world.user(user).id).map(|role| &**role);
        let role = self.role_in(world, org) == Some("admin") || own_role == Some("admin");
        let writes = self.token().is_some_and(|token| token.role != TokenRole::Read);
        let id = group.id.to_string();
        let in_scope = self.in_org_scope(org, &permissions)
            || self.in_scope(&permissions, |kind, name| {
                kind == "resource-group" && (*name == id || same(name, &group.name))
            });
        if role && writes && in_scope {
            return Ok(());
        }
        Err(Refusal::read_only())
    }

    /// Whether the caller may see that a group exists and who is in it.
    pub(crate) fn sees_group(&self, world: &World, org: &Org, group: &ResourceGroup) -> bool {
        match self.org_view(world, org) {
            OrgView::Outsider => false,
            OrgView::Admin => true,
            OrgView::Member => {
                self.user().is_some_and(|user| group.users.contains_key(&world.user(user).id))
            }
        }
    }
}

/// Whether a user is a service account of the organization.
fn serves(world: &World, user: UserIx, org: &Org) -> bool {
    world.user(user).serves.is_some_and(|own| world.org(own).id == org.id)
}

/// What a service account may do with a repo of its organization, before its token counts; `None`
/// for everyone else. A repo in a group is closed to those outside of it here too.
pub(super) fn of_service_account(
    world: &World,
    org: &Org,
    user: UserIx,
    repo: &Repo,
) -> Option<RepoAccess> {
    if !serves(world, user, org) {
        return None;
    }
    let Some(group) = repo.group.and_then(|id| org.group(id)) else {
        return Some(RepoAccess::Admin);
    };
    Some(match group.users.get(&world.user(user).id).map(|role| &**role) {
        Some("admin") => RepoAccess::Admin,
        Some("write") => RepoAccess::Write,
        None | Some("no_access") => RepoAccess::None,
        Some(_) => RepoAccess::Read,
    })
}
