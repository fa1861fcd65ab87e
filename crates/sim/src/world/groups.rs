//! Resource groups: who is in them, with which role.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hubfolk_api::resource_groups::SpendLimits;

use super::file::{AutoJoinEntry, AutoJoinScope};
use super::members::role;
use super::{ChangeError, Org, OrgIx, RepoFound, RepoIx, RepoType, World};
use crate::id::{IdKind, ObjectId};

#[derive(Debug)]
pub(crate) struct ResourceGroup {
    pub(crate) id: ObjectId,
    pub(crate) name: Box<str>,
    pub(crate) description: Option<String>,
    /// By user id; the same facts as [`Member::groups`], kept for the group's own list.
    pub(crate) users: BTreeMap<ObjectId, Cow<'static, str>>,
    pub(crate) repos: Vec<GroupRepo>,
    pub(crate) auto_join: Option<AutoJoin>,
    /// Filled by the identity provider, so nobody changes its users by hand.
    pub(crate) scim_managed: bool,
    pub(crate) spend_limits: SpendLimits,
}

/// Whether who becomes a member of the organization joins a group too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AutoJoin {
    Off,
    On { role: Cow<'static, str>, scope: AutoJoinScope },
}

impl From<AutoJoinEntry> for AutoJoin {
    fn from(entry: AutoJoinEntry) -> Self {
        if !entry.enabled {
            return Self::Off;
        }
        Self::On { role: role(entry.role.as_deref().unwrap_or("read")), scope: entry.scope }
    }
}

impl ResourceGroup {
    pub(crate) fn named(id: ObjectId, name: &str) -> Self {
        Self {
            id,
            name: name.into(),
            description: None,
            users: BTreeMap::new(),
            repos: Vec::new(),
            auto_join: None,
            scim_managed: false,
            spend_limits: SpendLimits::default(),
        }
    }

    /// The role that somebody with this role in the organization gets by joining it.
    pub(super) fn joins_with(&self, org_role: &str) -> Option<Cow<'static, str>> {
        match &self.auto_join {
            Some(AutoJoin::On { role, scope: AutoJoinScope::All }) => Some(role.clone()),
            Some(AutoJoin::On { role, scope: AutoJoinScope::ReadPlus }) => {
                (org_role != "no_access").then(|| role.clone())
            }
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct GroupRepo {
    pub(crate) kind: RepoType,
    pub(crate) id: Box<str>,
}

impl Org {
    pub(crate) fn group(&self, id: ObjectId) -> Option<&ResourceGroup> {
        self.groups.iter().find(|group| group.id == id)
    }

    pub(crate) fn group_mut(&mut self, id: ObjectId) -> Option<&mut ResourceGroup> {
        self.groups.iter_mut().find(|group| group.id == id)
    }

    pub(super) fn group_id(&self, name_or_id: &str) -> Option<ObjectId> {
        let by_id = name_or_id.parse().ok().filter(|&id| self.group(id).is_some());
        by_id.or_else(|| {
            self.groups.iter().find(|group| &*group.name == name_or_id).map(|group| group.id)
        })
    }
}

impl World {
    /// Adds a resource group without anyone in it.
    ///
    /// # Errors
    ///
    /// When there is no such organization, or it has a group of that name.
    pub fn add_group(&mut self, org: &str, name: &str) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        if self.org(org).groups.iter().any(|group| &*group.name == name) {
            return Err(ChangeError::Taken(name.to_owned()));
        }
        let id = self.next_id(IdKind::Group);
        self.org_mut(org).groups.push(ResourceGroup::named(id, name));
        Ok(id)
    }

    /// Changes the name of a resource group.
    ///
    /// # Errors
    ///
    /// When there is no such organization or group.
    pub fn rename_group(&mut self, org: &str, group: &str, to: &str) -> Result<(), ChangeError> {
        let (index, id) = self.group_named(org, group)?;
        let groups = &mut self.org_mut(index).groups;
        if let Some(group) = groups.iter_mut().find(|known| known.id == id) {
            group.name = to.into();
        }
        Ok(())
    }

    /// Deletes a resource group; everyone leaves it.
    ///
    /// # Errors
    ///
    /// When there is no such organization or group.
    pub fn remove_group(&mut self, org: &str, group: &str) -> Result<(), ChangeError> {
        let (index, id) = self.group_named(org, group)?;
        self.delete_group(index, id);
        Ok(())
    }

    /// Everyone leaves the group; its repos belong to the organization as a whole again.
    pub(crate) fn delete_group(&mut self, org: OrgIx, id: ObjectId) {
        let org = self.org_mut(org);
        let Some(at) = org.groups.iter().position(|known| known.id == id) else { return };
        let gone = org.groups.remove(at);
        for member in org.members.values_mut() {
            member.groups.retain(|(known, _)| *known != id);
        }
        self.empty_group_of_collections(id);
        for repo in gone.repos {
            if let RepoFound::Here(repo) = self.find_repo(repo.kind, &repo.id) {
                self.repo_mut(repo).group = None;
            }
        }
    }

    /// Makes a group without anyone in it.
    pub(crate) fn insert_group(&mut self, org: OrgIx, name: &str) -> ObjectId {
        let id = self.next_id(IdKind::Group);
        self.org_mut(org).groups.push(ResourceGroup::named(id, name));
        id
    }

    /// Puts somebody into a group, or gives them another role there.
    pub(crate) fn put_into_group(
        &mut self,
        org: OrgIx,
        group: ObjectId,
        user: ObjectId,
        role: Cow<'static, str>,
    ) {
        let org = self.org_mut(org);
        if let Some(member) = org.members.get_mut(&user) {
            match member.groups.iter_mut().find(|(id, _)| *id == group) {
                Some((_, old)) => *old = role.clone(),
                None => member.groups.push((group, role.clone())),
            }
        }
        if let Some(group) = org.group_mut(group) {
            group.users.insert(user, role);
        }
    }

    /// Takes somebody out of a group; false when they were not in it.
    pub(crate) fn take_from_group(&mut self, org: OrgIx, group: ObjectId, user: ObjectId) -> bool {
        let org = self.org_mut(org);
        if let Some(member) = org.members.get_mut(&user) {
            member.groups.retain(|(id, _)| *id != group);
        }
        org.group_mut(group).is_some_and(|group| group.users.remove(&user).is_some())
    }

    /// Gives a repo of the organization to a group.
    pub(crate) fn put_repo_into_group(&mut self, org: OrgIx, group: ObjectId, repo: RepoIx) {
        self.attach_to_group(repo, group);
        let (kind, id) = (self.repo(repo).kind, self.repo(repo).id.clone());
        if let Some(group) = self.org_mut(org).group_mut(group) {
            group.repos.push(GroupRepo { kind, id });
        }
    }

    /// Leaves the users of a group to the identity provider, or to people again.
    ///
    /// # Errors
    ///
    /// When there is no such organization or group.
    pub fn set_scim_managed(
        &mut self,
        org: &str,
        group: &str,
        managed: bool,
    ) -> Result<(), ChangeError> {
        let (index, id) = self.group_named(org, group)?;
        if let Some(group) = self.org_mut(index).group_mut(id) {
            group.scim_managed = managed;
        }
        Ok(())
    }

    /// Puts a member into exactly these groups, each by name or id with the role there.
    ///
    /// # Errors
    ///
    /// As [`World::remove_member`], and when a group does not exist; then nothing changes.
    pub fn set_groups(
        &mut self,
        org: &str,
        user: &str,
        groups: &[(&str, &str)],
    ) -> Result<(), ChangeError> {
        let (index, id) = self.member_id(org, user)?;
        let mut wanted = Vec::with_capacity(groups.len());
        for (group, word) in groups {
            wanted.push((self.group_named(org, group)?.1, role(word)));
        }
        self.place_in_groups(index, id, wanted);
        Ok(())
    }

    /// Puts a member into exactly these groups.
    pub(crate) fn place_in_groups(
        &mut self,
        org: OrgIx,
        id: ObjectId,
        wanted: Vec<(ObjectId, Cow<'static, str>)>,
    ) {
        let org = self.org_mut(org);
        for group in &mut org.groups {
            match wanted.iter().find(|(wanted, _)| *wanted == group.id) {
                Some((_, role)) => drop(group.users.insert(id, role.clone())),
                None => drop(group.users.remove(&id)),
            }
        }
        if let Some(member) = org.members.get_mut(&id) {
            member.groups = wanted;
        }
    }

    /// The groups a member is in, by name, with the role in each.
    ///
    /// # Errors
    ///
    /// As [`World::remove_member`].
    pub fn groups_of(&self, org: &str, user: &str) -> Result<Vec<(String, String)>, ChangeError> {
        let (index, id) = self.member_id(org, user)?;
        let org = self.org(index);
        let groups = org.members[&id].groups.iter().filter_map(|(group, role)| {
            Some((org.group(*group)?.name.to_string(), role.to_string()))
        });
        Ok(groups.collect())
    }

    fn group_named(&self, org: &str, group: &str) -> Result<(OrgIx, ObjectId), ChangeError> {
        let index = self.org_named(org)?;
        match self.org(index).group_id(group) {
            Some(id) => Ok((index, id)),
            None => Err(ChangeError::NoSuchGroup { org: org.to_owned(), group: group.to_owned() }),
        }
    }
}
