//! What identity providers have set up, from a world file.

use std::collections::BTreeSet;

use super::Loader;
use crate::id::IdKind;
use crate::world::file::{ScimEntry, ScimGroupEntry, ScimUserEntry, TokenEntry};
use crate::world::{OrgIx, ScimGroup, ScimTree};

impl Loader {
    pub(super) fn scim(&mut self, place: &str, org: OrgIx, entry: ScimEntry) {
        for (index, user) in entry.users.into_iter().enumerate() {
            self.scim_user(&format!("{place}.users[{index}]"), org, entry.tree, user);
        }
        for (index, group) in entry.groups.into_iter().enumerate() {
            self.scim_group(&format!("{place}.groups[{index}]"), org, entry.tree, group);
        }
    }

    pub(super) fn scim_token(&mut self, place: &str, entry: &TokenEntry) {
        let name = entry.org.as_deref().unwrap_or_default();
        if !entry.user.is_empty() {
            let message = "a SCIM token belongs to an organization: write `org` in place of `user`";
            self.checks.add(format!("{place}.user"), message.to_owned());
        } else if self.world.add_scim_token(&entry.token, name).is_err() {
            let message = format!("there is no organization `{name}`; add it to `orgs`");
            self.checks.add(format!("{place}.org"), message);
        }
    }

    fn scim_user(&mut self, place: &str, org: OrgIx, tree: ScimTree, entry: ScimUserEntry) {
        let Some(user) = self.checks.user(&self.world, format!("{place}.user"), &entry.user) else {
            return;
        };
        let id = self.world.user(user).id;
        let member = self.world.org(org).members.get(&id);
        let email = entry.email.or_else(|| member?.verified_email.as_deref().map(str::to_owned));
        if member.is_some() != entry.active {
            let message = if entry.active {
                "an active user is a member; add it to the organization's members"
            } else {
                "a user who is not active is no member; take it out of the organization's members"
            };
            self.checks.add(place.to_owned(), message.to_owned());
            return;
        }
        self.world.insert_scim_user(org, tree, user, entry.external_id, email, entry.active);
    }

    fn scim_group(&mut self, place: &str, org: OrgIx, tree: ScimTree, entry: ScimGroupEntry) {
        let id = self.id(format!("{place}.id"), entry.id, IdKind::ScimGroup);
        let mut members = BTreeSet::new();
        for (index, name) in entry.members.iter().enumerate() {
            let place = format!("{place}.members[{index}]");
            let Some(user) = self.checks.user(&self.world, place.clone(), name) else { continue };
            let user = self.world.user(user).id;
            if self.world.scim(org, tree).is_some_and(|scim| scim.users.contains_key(&user)) {
                members.insert(user);
            } else {
                let message = format!("`{name}` is no user of this tree; add it to its `users`");
                self.checks.add(place, message);
            }
        }
        let (display_name, external_id) = (entry.display_name, entry.external_id);
        let group = ScimGroup { display_name, external_id, members };
        self.world.scim_mut(org, tree).groups.insert(id, group);
        self.world.fill_groups(org, tree);
    }
}
