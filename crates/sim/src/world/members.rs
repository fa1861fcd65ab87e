//! Organizations: members, resource groups, service accounts, audit log.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{ChangeError, Org, OrgIx, Plan, RepoType, UserIx, World};
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

#[derive(Debug)]
pub(crate) struct ServiceAccount {
    pub(crate) id: ObjectId,
    pub(crate) user: Box<str>,
    pub(crate) fullname: Box<str>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    pub(crate) id: ObjectId,
    pub(crate) created_at: Timestamp,
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) author: Map<String, Value>,
    /// Optional keys as they stand: `data`, `ip`, `location`, `userAgent`, `token`, `oauth`.
    pub(crate) more: Map<String, Value>,
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

/// What an organization's audit log shall remember.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditNote {
    /// When it happened.
    pub at: Timestamp,
    /// The Hub's word: `org.add_user`, `org.remove_user`, ...
    pub kind: String,
    /// Username of who did it; `None` is the Hub itself.
    pub author: Option<String>,
    /// What a person reads.
    pub message: String,
    /// Details for programs.
    pub data: Value,
}

impl AuditNote {
    /// A note without details by nobody in particular.
    pub fn new(at: Timestamp, kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at, kind: kind.into(), author: None, message: message.into(), data: Value::Null }
    }

    /// Done by this user.
    #[must_use]
    pub fn by(mut self, author: &str) -> Self {
        self.author = Some(author.to_owned());
        self
    }

    /// With details for programs.
    #[must_use]
    pub fn data(mut self, data: Value) -> Self {
        self.data = data;
        self
    }
}

/// The Hub's roles cost no memory of their own.
pub(super) fn role(word: &str) -> Cow<'static, str> {
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

    pub(crate) fn group(&self, id: ObjectId) -> Option<&ResourceGroup> {
        self.groups.iter().find(|group| group.id == id)
    }

    fn group_id(&self, name_or_id: &str) -> Option<ObjectId> {
        let by_id = name_or_id.parse().ok().filter(|&id| self.group(id).is_some());
        by_id.or_else(|| {
            self.groups.iter().find(|group| &*group.name == name_or_id).map(|group| group.id)
        })
    }

    /// Whether the list shows this member.
    pub(crate) fn lists(&self, id: ObjectId) -> bool {
        self.unlisted.is_empty() || !self.unlisted.contains(&id)
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
        }
    }

    /// Ends a membership.
    ///
    /// # Errors
    ///
    /// When there is no such organization or user, or the user is no member.
    pub fn remove_member(&mut self, org: &str, user: &str) -> Result<(), ChangeError> {
        let (org, id) = self.member_id(org, user)?;
        let member = self.org_mut(org).drop_member(id).expect("its id was found just now");
        self.users[member.user.0 as usize].orgs.retain(|&other| other != org);
        Ok(())
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

    /// Adds an entry to an organization's audit log.
    ///
    /// # Errors
    ///
    /// When there is no such organization, or no such author.
    pub fn audit(&mut self, org: &str, note: AuditNote) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        let author = match &note.author {
            Some(name) => {
                let user = self.user(self.user_named(name)?);
                serde_json::json!({
                    "_id": user.id, "user": user.name, "avatarUrl": user.avatar_url, "type": "user",
                })
            }
            None => serde_json::json!({ "type": "system" }),
        };
        let Value::Object(author) = author else { unreachable!("both are objects") };
        let id = self.next_id(IdKind::AuditEntry);
        let mut more = Map::new();
        if !note.data.is_null() {
            more.insert("data".to_owned(), note.data);
        }
        self.org_mut(org).audit_log.push(AuditEntry {
            id,
            created_at: note.at,
            kind: note.kind,
            message: note.message,
            author,
            more,
        });
        Ok(id)
    }

    /// Adds a service account, which takes no seat.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn add_service_account(
        &mut self,
        org: &str,
        user: &str,
        fullname: &str,
        created_at: Timestamp,
    ) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        let id = self.next_id(IdKind::ServiceAccount);
        self.org_mut(org).service_accounts.push(ServiceAccount {
            id,
            user: user.into(),
            fullname: fullname.into(),
            description: None,
            created_at,
        });
        Ok(id)
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

    fn member_id(&self, org: &str, user: &str) -> Result<(OrgIx, ObjectId), ChangeError> {
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

    fn group_named(&self, org: &str, group: &str) -> Result<(OrgIx, ObjectId), ChangeError> {
        let index = self.org_named(org)?;
        match self.org(index).group_id(group) {
            Some(id) => Ok((index, id)),
            None => Err(ChangeError::NoSuchGroup { org: org.to_owned(), group: group.to_owned() }),
        }
    }
}
