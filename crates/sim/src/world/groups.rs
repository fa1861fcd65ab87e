//! Resource groups: who is in them, with which role.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::members::role;
use super::{ChangeError, Org, OrgIx, RepoType, World};
use crate::id::{IdKind, ObjectId};

#[derive(Debug)]
pub(crate) struct ResourceGroup {
    pub(crate) id: ObjectId,
    pub(crate) name: Box<str>,
    pub(crate) description: Option<String>,
    /// By user id; the same facts as [`Member::groups`], kept for the group's own list.
    pub(crate) users: BTreeMap<ObjectId, Cow<'static, str>>,
    pub(crate) repos: Vec<GroupRepo>,
    pub(crate) auto_join: Option<Value>,
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
        self.org_mut(org).groups.push(ResourceGroup {
            id,
            name: name.into(),
            description: None,
            users: BTreeMap::new(),
            repos: Vec::new(),
            auto_join: None,
        });
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
        let org = self.org_mut(index);
        org.groups.retain(|known| known.id != id);
        for member in org.members.values_mut() {
            member.groups.retain(|(known, _)| *known != id);
        }
        self.empty_group_of_collections(id);
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

    pub(super) fn place_in_groups(
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
