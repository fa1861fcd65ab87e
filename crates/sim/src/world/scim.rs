//! What an identity provider keeps of an organization: users that are active or not, and groups.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::{AuditNote, ChangeError, Member, NewMember, OrgIx, UserIx, World};
use crate::id::{IdKind, ObjectId};

/// The two kinds of single sign-on, each with users and groups of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScimTree {
    /// The accounts belong to the organization.
    Managed,
    /// People bring their own accounts.
    Basic,
}

/// All that identity providers have set up, and their tokens.
#[derive(Default)]
pub(crate) struct ScimState {
    trees: HashMap<(OrgIx, ScimTree), Scim>,
    /// Secrets that open the SCIM operations of one organization and nothing else.
    tokens: HashMap<Box<str>, OrgIx>,
    /// Owners of managed accounts that are switched off.
    switched_off: HashSet<UserIx>,
}

/// The users and groups of one tree, by id.
#[derive(Debug, Default)]
pub(crate) struct Scim {
    pub(crate) users: BTreeMap<ObjectId, ScimUser>,
    pub(crate) groups: BTreeMap<ObjectId, ScimGroup>,
}

#[derive(Debug, Clone)]
pub(crate) struct ScimUser {
    pub(crate) user: UserIx,
    pub(crate) external_id: Option<String>,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) email: Option<String>,
    pub(crate) active: bool,
    /// Asked to join, and has not yet.
    pub(crate) invited: bool,
    /// The membership as it was before it was ended.
    before: Option<Box<Member>>,
}

#[derive(Debug, Clone)]
pub(crate) struct ScimGroup {
    pub(crate) display_name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) members: BTreeSet<ObjectId>,
}

impl World {
    /// Makes a token for the SCIM operations of an organization; it is good for nothing else.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn add_scim_token(&mut self, token: &str, org: &str) -> Result<(), ChangeError> {
        let org = self.org_named(org)?;
        self.scim.tokens.insert(token.into(), org);
        Ok(())
    }

    /// Lets the identity provider know a member, who is active then.
    ///
    /// # Errors
    ///
    /// When there is no such organization or user, or the user is no member.
    pub fn set_up_scim_user(
        &mut self,
        org: &str,
        tree: ScimTree,
        user: &str,
        external_id: Option<&str>,
    ) -> Result<ObjectId, ChangeError> {
        let (org, id) = self.member_id(org, user)?;
        let member = &self.org(org).members[&id];
        let (index, email) = (member.user, member.verified_email.as_deref().map(str::to_owned));
        self.insert_scim_user(org, tree, index, external_id.map(str::to_owned), email, true);
        Ok(id)
    }

    pub(super) fn insert_scim_user(
        &mut self,
        org: OrgIx,
        tree: ScimTree,
        user: UserIx,
        external_id: Option<String>,
        email: Option<String>,
        active: bool,
    ) {
        let (given_name, family_name) = self.names_of(user);
        let entry = ScimUser {
            user,
            external_id,
            given_name,
            family_name,
            email,
            active,
            invited: false,
            before: None,
        };
        if !active && tree == ScimTree::Managed {
            self.scim.switched_off.insert(user);
        }
        let id = self.user(user).id;
        self.scim_mut(org, tree).users.insert(id, entry);
    }

    /// Makes a group of the identity provider. It fills the resource group of the same name, where
    /// that one is managed by SCIM.
    ///
    /// # Errors
    ///
    /// When there is no such organization, or a user that the identity provider does not know.
    pub fn set_up_scim_group(
        &mut self,
        org: &str,
        tree: ScimTree,
        name: &str,
        members: &[ObjectId],
    ) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        let users = self.scim(org, tree).map(|scim| &scim.users);
        let stranger = members.iter().find(|id| !users.is_some_and(|users| users.contains_key(id)));
        if let Some(stranger) = stranger {
            return Err(ChangeError::NoSuchUser(stranger.to_string()));
        }
        let group = ScimGroup {
            display_name: name.to_owned(),
            external_id: None,
            members: members.iter().copied().collect(),
        };
        Ok(self.insert_scim_group(org, tree, group))
    }

    pub(crate) fn scim(&self, org: OrgIx, tree: ScimTree) -> Option<&Scim> {
        self.scim.trees.get(&(org, tree))
    }

    pub(crate) fn scim_mut(&mut self, org: OrgIx, tree: ScimTree) -> &mut Scim {
        self.scim.trees.entry((org, tree)).or_default()
    }

    /// The organization whose SCIM operations this token opens.
    pub(crate) fn scim_token(&self, token: &str) -> Option<OrgIx> {
        self.scim.tokens.get(token).copied()
    }

    /// Whether the account is a managed one that was switched off: none of its tokens is any good.
    pub(crate) fn is_switched_off(&self, user: UserIx) -> bool {
        !self.scim.switched_off.is_empty() && self.scim.switched_off.contains(&user)
    }

    /// First and last name, as far as the full name tells.
    pub(crate) fn names_of(&self, user: UserIx) -> (String, String) {
        let fullname = &self.user(user).fullname;
        let (given, family) = fullname.split_once(' ').unwrap_or((fullname, fullname));
        (given.to_owned(), family.to_owned())
    }

    /// Adds somebody who is no member yet: a managed account joins at once, everybody else is
    /// invited.
    pub(crate) fn provision(
        &mut self,
        org: OrgIx,
        tree: ScimTree,
        user: UserIx,
        entry: (String, String, String, String),
    ) -> ObjectId {
        let id = self.user(user).id;
        let (external_id, given_name, family_name, email) = entry;
        let known = self.org(org).members.contains_key(&id);
        let entry = ScimUser {
            user,
            external_id: Some(external_id),
            given_name,
            family_name,
            email: Some(email),
            active: known,
            invited: tree == ScimTree::Basic && !known,
            before: None,
        };
        self.scim_mut(org, tree).users.insert(id, entry);
        id
    }

    /// Lets a user in or keeps them out. Who is kept out is no member; who comes back has the role
    /// of before, and the groups that the identity provider says.
    pub(crate) fn set_active(
        &mut self,
        org: OrgIx,
        tree: ScimTree,
        id: ObjectId,
        active: bool,
        now: Timestamp,
    ) {
        let Some(entry) = self.scim_mut(org, tree).users.get_mut(&id) else { return };
        let (user, was, before) = (entry.user, entry.active, entry.before.take());
        entry.active = active;
        if entry.invited || was == active {
            return;
        }
        if active {
            let (role, email, external) = match before {
                Some(old) => (old.role, old.verified_email.map(String::from), old.external),
                None => ("read".into(), None, false),
            };
            let email = email.or_else(|| self.scim(org, tree)?.users.get(&id)?.email.clone());
            let new = NewMember { role, verified_email: email, external };
            self.insert_member(org, user, new);
            self.scim.switched_off.remove(&user);
        } else {
            let gone = self.end_membership(org, id);
            if let Some(entry) = self.scim_mut(org, tree).users.get_mut(&id) {
                entry.before = gone.map(Box::new);
            }
            if tree == ScimTree::Managed {
                self.scim.switched_off.insert(user);
            }
        }
        self.fill_groups(org, tree);
        let name = self.user(user).name.to_string();
        let (kind, verb) =
            if active { ("org.add_user", "added") } else { ("org.remove_user", "removed") };
        let data = serde_json::json!({ "user": name, "userId": id, "via": "scim" });
        let message = format!("The identity provider {verb} {name}");
        let org = self.org(org).name.to_string();
        let noted = self.audit(&org, AuditNote::new(now, kind, message).data(data));
        debug_assert!(noted.is_ok(), "the organization was found just now");
    }

    /// Forgets a user of the basic tree, who leaves the organization or is invited no longer.
    pub(crate) fn forget_scim_user(
        &mut self,
        org: OrgIx,
        tree: ScimTree,
        id: ObjectId,
        now: Timestamp,
    ) {
        self.set_active(org, tree, id, false, now);
        let scim = self.scim_mut(org, tree);
        scim.users.remove(&id);
        for group in scim.groups.values_mut() {
            group.members.remove(&id);
        }
    }

    pub(crate) fn insert_scim_group(
        &mut self,
        org: OrgIx,
        tree: ScimTree,
        group: ScimGroup,
    ) -> ObjectId {
        let id = self.next_id(IdKind::ScimGroup);
        self.scim_mut(org, tree).groups.insert(id, group);
        self.fill_groups(org, tree);
        id
    }

    /// Gives a name to an account; its old one is free again.
    pub(crate) fn rename_account(&mut self, user: UserIx, to: &str) -> Result<(), ChangeError> {
        let old = self.user(user).name.to_string();
        self.rename_user(&old, to)
    }

    /// Puts into the resource groups that SCIM manages whom the identity provider has in its groups
    /// of the same name, and takes everybody else out.
    pub(crate) fn fill_groups(&mut self, org: OrgIx, tree: ScimTree) {
        let Some(scim) = self.scim(org, tree) else { return };
        let mut changes = Vec::new();
        for group in self.org(org).groups.iter().filter(|group| group.scim_managed) {
            let named = |own: &&ScimGroup| own.display_name == *group.name;
            let Some(own) = scim.groups.values().find(named) else { continue };
            let members = &self.org(org).members;
            let wanted: BTreeSet<ObjectId> =
                own.members.iter().copied().filter(|id| members.contains_key(id)).collect();
            let there: BTreeSet<ObjectId> = group.users.keys().copied().collect();
            changes.extend(wanted.difference(&there).map(|id| (group.id, *id, true)));
            changes.extend(there.difference(&wanted).map(|id| (group.id, *id, false)));
        }
        for (group, user, comes) in changes {
            if comes {
                self.put_into_group(org, group, user, "read".into());
            } else {
                self.take_from_group(org, group, user);
            }
        }
    }

    /// Nobody is left in the resource group that this group has filled.
    pub(crate) fn remove_scim_group(&mut self, org: OrgIx, tree: ScimTree, id: ObjectId) -> bool {
        let Some(group) = self.scim_mut(org, tree).groups.get_mut(&id) else { return false };
        group.members.clear();
        self.fill_groups(org, tree);
        self.scim_mut(org, tree).groups.remove(&id).is_some()
    }
}
