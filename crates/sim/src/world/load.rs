//! From a world file to a world: every reference resolved, every name and id used once.

mod access;
mod billing;
mod check;
mod collections;
mod discussions;
mod scim;
mod webhooks;

use std::collections::{BTreeMap, HashSet};

use hubfolk_api::resource_groups::SpendLimits;
use serde_json::{Map, Value};

use self::check::Checks;
use super::file::{
    AuditFileEntry, Crowd, GroupEntry, OrgEntry, RepoEntry, ServiceAccountEntry, TokenEntry,
    TokenKind, UserEntry, Visibility, WorldFile,
};
use super::{
    Account, AuditEntry, AutoJoin, GroupRepo, LONG_AGO, NewMember, NewRepo, Org, OrgIx, Repo,
    RepoSettings, ResourceGroup, ServiceAccount, Token, User, UserExtras, UserIx, World,
    WorldError, avatar_of,
};
use crate::id::{IdKind, ObjectId};

pub(super) fn from_json(text: &str) -> Result<World, WorldError> {
    let file: WorldFile =
        super::problem::read(text).map_err(|problem| WorldError::new(vec![problem]))?;
    let mut loader = Loader { world: World::new(), checks: Checks::default() };
    loader.load(file);
    if loader.checks.problems.is_empty() {
        return Ok(loader.world);
    }
    Err(WorldError::new(loader.checks.problems))
}

/// Larger numbers are typing errors that would only fill the memory.
const MOST_IN_A_CROWD: u32 = 2_000_000;

struct Loader {
    world: World,
    checks: Checks,
}

impl Loader {
    fn load(&mut self, file: WorldFile) {
        self.world.experimental = file.experimental;
        self.reserve_ids(&file);
        let mut crowds = Vec::new();
        for (index, entry) in file.users.into_iter().enumerate() {
            let place = format!("users[{index}]");
            match entry.generate {
                None => self.user(&place, entry),
                Some(_) if entry.name.is_some() || entry.id.is_some() => self.checks.add(
                    place,
                    "`generate` makes a crowd; give the single user an entry of its own".to_owned(),
                ),
                Some(crowd) if crowd.count > MOST_IN_A_CROWD => self.checks.add(
                    format!("{place}.generate.count"),
                    format!("a crowd has at most {MOST_IN_A_CROWD} users"),
                ),
                Some(crowd) => crowds.push((place, crowd)),
            }
        }
        let crowds: Vec<(String, Crowd, Vec<UserIx>)> = crowds
            .into_iter()
            .map(|(place, crowd)| {
                let users = self.crowd(&place, &crowd);
                (place, crowd, users)
            })
            .collect();
        let mut parts = Vec::new();
        for (index, mut entry) in file.orgs.into_iter().enumerate() {
            let place = format!("orgs[{index}]");
            let (scim, billing) = (std::mem::take(&mut entry.scim), entry.billing.take());
            if let Some((org, groups)) = self.org(&place, entry) {
                parts.push((place, org, groups, scim, billing));
            }
        }
        for (index, entry) in file.repos.into_iter().enumerate() {
            self.repo(&format!("repos[{index}]"), entry);
        }
        for (place, org, groups, scim, billing) in parts {
            for (index, group) in groups.into_iter().enumerate() {
                self.group(&format!("{place}.resourceGroups[{index}]"), org, group);
            }
            for (index, tree) in scim.into_iter().enumerate() {
                self.scim(&format!("{place}.scim[{index}]"), org, tree);
            }
            if let Some(billing) = billing {
                self.billing(&format!("{place}.billing"), Account::Org(org), billing);
            }
        }
        for (index, entry) in file.tokens.into_iter().enumerate() {
            self.token(&format!("tokens[{index}]"), entry);
        }
        for (index, follow) in file.follows.iter().enumerate() {
            let place = format!("follows[{index}]");
            let from = self.checks.user(&self.world, format!("{place}.from"), &follow.from);
            let to = self.checks.account(&self.world, format!("{place}.to"), &follow.to);
            if let (Some(from), Some(to)) = (from, to) {
                self.world.insert_follow(from, to);
            }
        }
        for (index, like) in file.likes.iter().enumerate() {
            let place = format!("likes[{index}]");
            let user = self.checks.user(&self.world, format!("{place}.user"), &like.user);
            let repo = self.checks.repo(&self.world, format!("{place}.id"), like.kind, &like.id);
            if let (Some(user), Some(repo)) = (user, repo) {
                self.world.insert_like(user, repo, like.created_at.unwrap_or(LONG_AGO));
            }
        }
        for (place, crowd, users) in crowds {
            self.crowd_ties(&place, &crowd, &users);
        }
        for (index, request) in file.access_requests.into_iter().enumerate() {
            self.access_request(&format!("accessRequests[{index}]"), request);
        }
        for (index, webhook) in file.webhooks.into_iter().enumerate() {
            self.webhook(&format!("webhooks[{index}]"), webhook);
        }
        for (index, discussion) in file.discussions.into_iter().enumerate() {
            self.discussion(&format!("discussions[{index}]"), discussion);
        }
        for (index, notification) in file.notifications.iter().enumerate() {
            self.notification(&format!("notifications[{index}]"), notification);
        }
        self.papers(file.papers);
        self.buckets(file.buckets);
        self.collections(file.collections);
    }

    /// Ids named in the file are taken before any is made up.
    fn reserve_ids(&mut self, file: &WorldFile) {
        let ids = &mut self.checks.named_ids;
        ids.extend(file.users.iter().filter_map(|user| user.id));
        ids.extend(file.orgs.iter().filter_map(|org| org.id));
        ids.extend(file.repos.iter().filter_map(|repo| repo.oid));
        for collection in &file.collections {
            ids.extend(collection.id);
            ids.extend(collection.items.iter().filter_map(|item| item.oid));
        }
        for discussion in &file.discussions {
            ids.extend(discussion.oid);
            ids.extend(discussion.events.iter().filter_map(|event| event.id));
        }
        ids.extend(file.webhooks.iter().filter_map(|webhook| webhook.id));
        ids.extend(file.tokens.iter().filter_map(|token| token.id));
        for org in &file.orgs {
            ids.extend(org.resource_groups.iter().filter_map(|group| group.id));
            ids.extend(org.service_accounts.iter().filter_map(|account| account.id));
            let scim_groups = org.scim.iter().flat_map(|tree| &tree.groups);
            ids.extend(scim_groups.filter_map(|group| group.id));
            ids.extend(org.audit_log.iter().filter_map(|entry| entry.id));
        }
    }

    fn id(&mut self, place: String, named: Option<ObjectId>, kind: IdKind) -> ObjectId {
        match named {
            Some(id) => {
                self.checks.once(place, id);
                id
            }
            None => loop {
                let id = self.world.next_id(kind);
                if !self.checks.named_ids.contains(&id) {
                    return id;
                }
            },
        }
    }

    fn user(&mut self, place: &str, entry: UserEntry) {
        let Some(name) = self.checks.account_name(place, entry.name.as_deref(), "user") else {
            return;
        };
        let id = self.id(format!("{place}._id"), entry.id, IdKind::User);
        let counters = entry.counters;
        let more = UserExtras {
            email_verified: entry.email_verified.unwrap_or(entry.email.is_some()),
            email: entry.email,
            can_pay: entry.can_pay,
            period_end: entry.period_end,
            billing_mode: entry.billing_mode,
            counters,
            socials: entry.social_handles,
        };
        let user = User {
            id,
            fullname: entry.fullname.unwrap_or_else(|| name.clone()).into_boxed_str(),
            avatar_url: entry.avatar_url.map_or_else(|| avatar_of(id), String::into_boxed_str),
            is_pro: entry.is_pro,
            two_factor: entry.two_fa_enabled,
            created_at: entry.created_at.unwrap_or(LONG_AGO),
            details: entry.details.unwrap_or_default().into_boxed_str(),
            more: Some(Box::new(more)),
            ..User::named(&name)
        };
        // An id that is taken was reported when it was read.
        if self.world.account(&name).is_some() {
            self.checks.taken(format!("{place}.name"), &name);
        }
        if let (Ok(user), Some(billing)) = (self.world.insert_user(user), entry.billing) {
            self.billing(&format!("{place}.billing"), Account::User(user), billing);
        }
    }

    fn crowd(&mut self, place: &str, crowd: &Crowd) -> Vec<UserIx> {
        let mut users = Vec::with_capacity(crowd.count as usize);
        for number in 1..=crowd.count {
            let name = format!("{}{number}", crowd.prefix);
            if let Err(problem) = super::check_name(&name) {
                self.checks.add(
                    format!("{place}.generate.prefix"),
                    format!("`{name}` cannot be an account name: {problem}"),
                );
                return users;
            }
            let id = self.id(place.to_owned(), None, IdKind::User);
            let user = User { id, avatar_url: avatar_of(id), ..User::named(&name) };
            match self.world.insert_user(user) {
                Ok(user) => users.push(user),
                Err(_) => self.checks.taken(format!("{place}.generate.prefix"), &name),
            }
        }
        users
    }

    fn crowd_ties(&mut self, place: &str, crowd: &Crowd, users: &[UserIx]) {
        for (index, name) in crowd.follow.iter().enumerate() {
            let place = format!("{place}.generate.follow[{index}]");
            if let Some(to) = self.checks.account(&self.world, place, name) {
                users.iter().for_each(|&user| self.world.insert_follow(user, to));
            }
        }
        for (index, like) in crowd.like.iter().enumerate() {
            let place = format!("{place}.generate.like[{index}].id");
            if let Some(repo) = self.checks.repo(&self.world, place, like.kind, &like.id) {
                users.iter().for_each(|&user| self.world.insert_like(user, repo, LONG_AGO));
            }
        }
    }

    fn org(&mut self, place: &str, entry: OrgEntry) -> Option<(OrgIx, Vec<GroupEntry>)> {
        let name = self.checks.account_name(place, entry.name.as_deref(), "organization")?;
        let id = self.id(format!("{place}._id"), entry.id, IdKind::Org);
        let mut org = Org {
            fullname: entry.fullname.unwrap_or_else(|| name.clone()).into_boxed_str(),
            plan: entry.plan,
            details: entry.details.unwrap_or_default().into_boxed_str(),
            is_verified: entry.is_verified,
            private_by_default: entry.default_visibility == Visibility::Private,
            hide_members: entry.hide_members,
            email_domains: entry.email_domains,
            counters: entry.counters,
            socials: entry.social_handles,
            ..Org::named(&name, id)
        };
        if let Some(avatar) = entry.avatar_url {
            org.avatar_url = avatar.into_boxed_str();
        }
        if let Some(network) = entry.network_security {
            org.network = network;
        }
        for (index, entry) in entry.audit_log.into_iter().enumerate() {
            let place = format!("{place}.auditLog[{index}]._id");
            let id = self.id(place, entry.id, IdKind::AuditEntry);
            org.audit_log.push(audit_entry(id, entry));
        }
        let Ok(index) = self.world.insert_org(org) else {
            self.checks.taken(format!("{place}.name"), &name);
            return None;
        };
        for (position, account) in entry.service_accounts.into_iter().enumerate() {
            self.service_account(&format!("{place}.serviceAccounts[{position}]"), index, account);
        }
        for (position, member) in entry.members.into_iter().enumerate() {
            let place = format!("{place}.members[{position}]");
            let Some(user) = self.checks.user(&self.world, format!("{place}.user"), &member.user)
            else {
                continue;
            };
            let id = self.world.user(user).id;
            if self.world.org(index).members.contains_key(&id) {
                self.checks.add(
                    format!("{place}.user"),
                    format!("`{}` is a member of `{name}` twice; keep one entry", member.user),
                );
                continue;
            }
            let role = member.role.unwrap_or_else(|| "read".to_owned());
            let new = NewMember {
                role: role.into(),
                verified_email: member.verified_email,
                external: member.is_external_collaborator,
            };
            self.world.insert_member(index, user, new);
        }
        Some((index, entry.resource_groups))
    }

    fn service_account(&mut self, place: &str, org: OrgIx, entry: ServiceAccountEntry) {
        let Some(name) = self.checks.account_name(place, Some(&entry.user), "service account")
        else {
            return;
        };
        let account = ServiceAccount {
            id: self.id(format!("{place}._id"), entry.id, IdKind::ServiceAccount),
            fullname: entry.fullname.unwrap_or_else(|| name.clone()).into(),
            user: name.clone().into(),
            description: entry.description,
            created_at: entry.created_at.unwrap_or(LONG_AGO),
        };
        if self.world.insert_service_account(org, account).is_err() {
            self.checks.taken(format!("{place}.user"), &name);
        }
    }

    fn group(&mut self, place: &str, org: OrgIx, entry: GroupEntry) {
        let id = self.id(format!("{place}.id"), entry.id, IdKind::Group);
        let org_name = self.world.org(org).name.to_string();
        if self.world.org(org).groups.iter().any(|group| *group.name == *entry.name) {
            self.checks.taken(format!("{place}.name"), &entry.name);
            return;
        }
        let mut users = Vec::new();
        let mut seen = HashSet::new();
        for (index, user) in entry.users.iter().enumerate() {
            let place = format!("{place}.users[{index}].user");
            let Some(found) = self.checks.user(&self.world, place.clone(), &user.user) else {
                continue;
            };
            let user_id = self.world.user(found).id;
            if !self.world.org(org).members.contains_key(&user_id) {
                self.checks.add(
                    place,
                    format!(
                        "`{}` is not a member of `{org_name}`; add it to the organization's \
                         members or take it out of the group",
                        user.user
                    ),
                );
            } else if !seen.insert(user_id) {
                self.checks
                    .add(place, format!("`{}` is in this group twice; keep one entry", user.user));
            } else {
                users.push((user_id, super::members::role(user.role.as_deref().unwrap_or("read"))));
            }
        }
        let mut repos = Vec::new();
        for (index, repo) in entry.repos.iter().enumerate() {
            let place = format!("{place}.repos[{index}].name");
            if let Some(found) = self.checks.repo(&self.world, place, repo.kind, &repo.name) {
                self.world.attach_to_group(found, id);
                let id = self.world.repo(found).id.clone();
                repos.push(GroupRepo { kind: repo.kind, id });
            }
        }
        let members = &mut self.world.org_mut(org).members;
        for (user, role) in &users {
            if let Some(member) = members.get_mut(user) {
                member.groups.push((id, role.clone()));
            }
        }
        self.world.org_mut(org).groups.push(ResourceGroup {
            id,
            name: entry.name.into(),
            description: entry.description,
            users: users.into_iter().collect::<BTreeMap<_, _>>(),
            repos,
            auto_join: entry.auto_join.map(AutoJoin::from),
            scim_managed: entry.scim_managed,
            spend_limits: SpendLimits::default(),
        });
    }

    fn repo(&mut self, place: &str, entry: RepoEntry) {
        if !super::names::is_repo_id(&entry.id) {
            self.checks.add(
                format!("{place}.id"),
                format!("`{}` is no repo id; write `owner/name` or a bare name", entry.id),
            );
            return;
        }
        let oid = self.id(format!("{place}._id"), entry.oid, IdKind::Repo);
        let at = entry.created_at.unwrap_or(LONG_AGO);
        let new =
            NewRepo { kind: entry.kind, id: &entry.id, oid: Some(oid), private: entry.private, at };
        let Ok(index) = self.world.insert_repo(&new) else {
            let id = format!("{} {}", entry.kind.as_str(), entry.id);
            self.checks.taken(format!("{place}.id"), &id);
            return;
        };
        for old in &entry.renamed_from {
            self.world.add_former_name(index, old);
        }
        let repo: &mut Repo = self.world.repo_mut(index);
        repo.gated = entry.gated;
        repo.last_modified = entry.last_modified.unwrap_or(at);
        repo.downloads = entry.downloads;
        repo.tags = entry.tags;
        repo.pipeline_tag = entry.pipeline_tag;
        repo.sdk = entry.sdk;
        repo.likes = entry.likes;
        repo.extra = entry.extra;
        repo.settings = RepoSettings {
            protected: false,
            org_members_gated: entry.org_members_gated,
            gated_notifications_email: entry.gated_notifications_email,
            gated_notifications_mode: entry.gated_notifications_mode,
            discussions_disabled: entry.discussions_disabled,
            discussions_sorting: entry.discussions_sorting,
        };
        if let Some(sha) = entry.sha {
            repo.sha = sha;
        }
        if !entry.siblings.is_empty() {
            repo.siblings = entry.siblings;
        }
    }

    fn token(&mut self, place: &str, entry: TokenEntry) {
        if entry.kind == TokenKind::Scim {
            return self.scim_token(place, &entry);
        }
        let Some(user) = self.checks.user(&self.world, format!("{place}.user"), &entry.user) else {
            return;
        };
        if !entry.token.starts_with("hf_") || !entry.token.bytes().all(|b| b.is_ascii_graphic()) {
            // The token itself is not repeated: messages end up in logs.
            self.checks.add(
                format!("{place}.token"),
                "a token begins with hf_ and has no blanks".to_owned(),
            );
            return;
        }
        let mut fine_grained = entry.fine_grained;
        for scope in fine_grained.iter_mut().flat_map(|scopes| &mut scopes.scoped) {
            if scope.entity.id.is_none() {
                let name = scope.entity.name.as_deref().unwrap_or_default();
                scope.entity.id = self.world.id_of(name);
            }
        }
        let id = self.id(format!("{place}._id"), entry.id, IdKind::Token);
        let name = entry.display_name.as_deref().unwrap_or("token");
        let created_at = entry.created_at.unwrap_or(LONG_AGO);
        let mut token = Token::new(id, user, entry.role, name, created_at);
        token.expires_at = entry.expires_at;
        token.fine_grained = fine_grained;
        if self.world.tokens.insert(entry.token.into_boxed_str(), token).is_some() {
            self.checks.add(
                format!("{place}.token"),
                "the same token stands further up; keep one of them".to_owned(),
            );
        }
    }
}

fn audit_entry(id: ObjectId, entry: AuditFileEntry) -> AuditEntry {
    let mut more = Map::new();
    let text = |value: Option<String>| value.map(Value::String);
    for (key, value) in [
        ("data", entry.data),
        ("ip", text(entry.ip)),
        ("location", entry.location),
        ("userAgent", text(entry.user_agent)),
        ("token", entry.token),
        ("oauth", entry.oauth),
    ] {
        if let Some(value) = value {
            more.insert(key.to_owned(), value);
        }
    }
    AuditEntry {
        id,
        created_at: entry.created_at,
        kind: entry.kind,
        message: entry.message,
        author: entry.author,
        more,
    }
}
