//! Organizations and their members.

use std::borrow::Cow;

use super::{ChangeError, Org, OrgIx, Plan, UserIx, World};
use crate::id::{IdKind, ObjectId};

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) user: UserIx,
    pub(crate) role: Cow<'static, str>,
    pub(crate) verified_email: Option<Box<str>>,
    pub(crate) external: bool,
    /// The groups the member is in, by id, with the role in each.
    pub(crate) groups: Vec<(ObjectId, Cow<'static, str>)>,
}

/// How somebody becomes a member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewMember {
    /// One of the Hub's roles, or a word that the Hub may add one day.
    pub role: Cow<'static, str>,
    /// The address that admins see.
    pub verified_email: Option<String>,
    /// From outside the company.
    pub external: bool,
}

impl NewMember {
    /// A member with this role, without a verified address, not external.
    pub fn with_role(role: impl Into<Cow<'static, str>>) -> Self {
        Self { role: role.into(), verified_email: None, external: false }
    }
}

/// The Hub's roles cost no memory of their own.
pub(crate) fn role(word: &str) -> Cow<'static, str> {
    for known in ["admin", "write", "contributor", "read", "no_access"] {
        if word == known {
            return Cow::Borrowed(known);
        }
    }
    Cow::Owned(word.to_owned())
}

impl Org {
    pub(super) fn drop_member(&mut self, id: ObjectId) -> Option<Member> {
        let member = self.members.remove(&id)?;
        self.unlisted.remove(&id);
        for (group, _) in &member.groups {
            if let Some(group) = self.groups.iter_mut().find(|known| known.id == *group) {
                group.users.remove(&id);
            }
        }
        Some(member)
    }

    /// Whether the list shows this member.
    pub(crate) fn lists(&self, id: ObjectId) -> bool {
        self.unlisted.is_empty() || !self.unlisted.contains(&id)
    }

    /// Whether this is a member, and one that the list shows.
    pub(crate) fn shows(&self, id: ObjectId) -> bool {
        self.members.contains_key(&id) && self.lists(id)
    }

    pub(crate) fn listed(&self) -> usize {
        self.members.len() - self.unlisted.len()
    }
}

impl World {
    /// Adds an organization without members.
    ///
    /// # Errors
    ///
    /// When the name is taken.
    pub fn add_organization(
        &mut self,
        name: &str,
        plan: Option<Plan>,
    ) -> Result<ObjectId, ChangeError> {
        let id = self.next_id(IdKind::Org);
        self.insert_org(Org { plan, ..Org::named(name, id) })?;
        Ok(id)
    }

    /// Gives an organization another name. Its repos move along.
    ///
    /// # Errors
    ///
    /// When there is no such organization or the new name is taken.
    pub fn rename_organization(&mut self, name: &str, to: &str) -> Result<(), ChangeError> {
        let org = self.org_named(name)?;
        if self.account(to).is_some_and(|owner| owner != super::Account::Org(org)) {
            return Err(ChangeError::Taken(to.to_owned()));
        }
        let old = self.org(org).name.clone();
        self.names.remove(&super::folded(&old));
        self.names.insert(super::folded(to), super::Account::Org(org));
        self.org_mut(org).name = to.into();
        self.move_namespace(&old, to);
        Ok(())
    }

    /// Gives an organization another id, as when a name was given up and taken by somebody else.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn set_organization_id(&mut self, org: &str, id: ObjectId) -> Result<(), ChangeError> {
        let org = self.org_named(org)?;
        self.org_mut(org).id = id;
        Ok(())
    }

    /// Whether outsiders may see the members list.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn hide_members(&mut self, org: &str, hidden: bool) -> Result<(), ChangeError> {
        let org = self.org_named(org)?;
        self.org_mut(org).hide_members = hidden;
        Ok(())
    }

    /// Makes a user a member, or gives a member another role, address and standing.
    ///
    /// # Errors
    ///
    /// When there is no such organization or user.
    pub fn add_member(&mut self, org: &str, user: &str, new: NewMember) -> Result<(), ChangeError> {
        let (org, user) = (self.org_named(org)?, self.user_named(user)?);
        self.insert_member(org, user, new);
        Ok(())
    }

    pub(super) fn insert_member(&mut self, org: OrgIx, user: UserIx, new: NewMember) {
        let id = self.user(user).id;
        let groups = self.org(org).members.get(&id).map_or_else(Vec::new, |old| old.groups.clone());
        let member = Member {
            user,
            role: role(&new.role),
            verified_email: new.verified_email.map(String::into_boxed_str),
            external: new.external,
            groups,
        };
        if self.org_mut(org).members.insert(id, member).is_none() {
            self.users[user.0 as usize].orgs.push(org);
            self.join_groups(org, id, &new.role);
        }
    }

    /// Who has just become a member joins the groups that take new members in.
    fn join_groups(&mut self, org: OrgIx, id: ObjectId, org_role: &str) {
        let joined: Vec<_> = self
            .org(org)
            .groups
            .iter()
            .filter_map(|group| Some((group.id, group.joins_with(org_role)?)))
            .collect();
        for (group, role) in joined {
            self.put_into_group(org, group, id, role);
        }
    }

    /// Ends a membership.
    ///
    /// # Errors
    ///
    /// When there is no such organization or user, or the user is no member.
    pub fn remove_member(&mut self, org: &str, user: &str) -> Result<(), ChangeError> {
        let (org, id) = self.member_id(org, user)?;
        self.end_membership(org, id);
        Ok(())
    }

    /// Ends a membership and hands it out as it was.
    pub(crate) fn end_membership(&mut self, org: OrgIx, id: ObjectId) -> Option<Member> {
        let member = self.org_mut(org).drop_member(id)?;
        self.users[member.user.0 as usize].orgs.retain(|&other| other != org);
        Some(member)
    }

    /// Changes a member's role in the organization.
    ///
    /// # Errors
    ///
    /// As [`World::remove_member`].
    pub fn set_role(&mut self, org: &str, user: &str, word: &str) -> Result<(), ChangeError> {
        self.member_mut(org, user)?.role = role(word);
        Ok(())
    }

    /// Changes the address that admins see.
    ///
    /// # Errors
    ///
    /// As [`World::remove_member`].
    pub fn set_verified_email(
        &mut self,
        org: &str,
        user: &str,
        email: Option<&str>,
    ) -> Result<(), ChangeError> {
        self.member_mut(org, user)?.verified_email = email.map(Into::into);
        Ok(())
    }

    /// Marks a member as coming from outside the company, or not.
    ///
    /// # Errors
    ///
    /// As [`World::remove_member`].
    pub fn set_external(
        &mut self,
        org: &str,
        user: &str,
        external: bool,
    ) -> Result<(), ChangeError> {
        self.member_mut(org, user)?.external = external;
        Ok(())
    }

    /// Leaves a member out of the list, or shows it again, without ending the membership: what an
    /// outage on the Hub's side looks like from here.
    ///
    /// # Errors
    ///
    /// As [`World::remove_member`].
    pub fn set_listed(&mut self, org: &str, user: &str, listed: bool) -> Result<(), ChangeError> {
        let (org, id) = self.member_id(org, user)?;
        let unlisted = &mut self.org_mut(org).unlisted;
        if listed {
            unlisted.remove(&id);
        } else {
            unlisted.insert(id);
        }
        Ok(())
    }

    /// Shows every member in the list again.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn list_everyone(&mut self, org: &str) -> Result<(), ChangeError> {
        let org = self.org_named(org)?;
        self.org_mut(org).unlisted.clear();
        Ok(())
    }

    /// Sets what an organization's page says, and the domain that is its own.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn describe_organization(
        &mut self,
        org: &str,
        fullname: &str,
        details: &str,
        email_domain: &str,
    ) -> Result<(), ChangeError> {
        let org = self.org_named(org)?;
        let org = self.org_mut(org);
        org.fullname = fullname.into();
        org.details = details.into();
        org.is_verified = true;
        org.email_domains = vec![email_domain.to_owned()];
        Ok(())
    }

    /// The usernames of the members the list shows, in the order of the list.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn members(&self, org: &str) -> Result<impl Iterator<Item = &str>, ChangeError> {
        let org = self.org(self.org_named(org)?);
        let listed = org.members.iter().filter(|(id, _)| org.lists(**id));
        Ok(listed.map(|(_, member)| &*self.user(member.user).name))
    }

    /// A member's role in the organization; `None` for everyone else.
    #[must_use]
    pub fn role_of(&self, org: &str, user: &str) -> Option<&str> {
        let (org, id) = self.member_id(org, user).ok()?;
        Some(&self.org(org).members[&id].role)
    }

    pub(crate) fn org_mut(&mut self, org: OrgIx) -> &mut Org {
        &mut self.orgs[org.0 as usize]
    }

    pub(super) fn member_id(
        &self,
        org: &str,
        user: &str,
    ) -> Result<(OrgIx, ObjectId), ChangeError> {
        let index = self.org_named(org)?;
        let id = self.user(self.user_named(user)?).id;
        if self.org(index).members.contains_key(&id) {
            return Ok((index, id));
        }
        Err(ChangeError::NotAMember { org: org.to_owned(), user: user.to_owned() })
    }

    fn member_mut(&mut self, org: &str, user: &str) -> Result<&mut Member, ChangeError> {
        let (org, id) = self.member_id(org, user)?;
        Ok(self.org_mut(org).members.get_mut(&id).expect("its id was found just now"))
    }
}
