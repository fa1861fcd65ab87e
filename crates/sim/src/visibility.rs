//! Who sees what, and who may do what.

mod collections;
mod discussions;
mod governance;

use jiff::Timestamp;

pub(crate) use self::collections::CollectionAccess;
pub(crate) use self::discussions::directs;

use crate::answer::Refusal;
use crate::world::{
    AccessStatus, Account, FineGrained, Gated, Member, Org, OrgIx, Repo, RepoFound, RepoIx,
    RepoType, Token, TokenRole, UserIx, World,
};

/// Who asks: nobody in particular, or a user by one of their tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller<'w> {
    known: Option<(UserIx, &'w Token)>,
    /// The organization whose identity provider asks.
    scim: Option<OrgIx>,
}

/// How much of an organization the caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OrgView {
    Outsider,
    Member,
    Admin,
}

/// What the caller may do with a repo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RepoAccess {
    None,
    Read,
    Write,
    Admin,
}

/// The token of a request is unknown or has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadToken;

impl<'w> Caller<'w> {
    /// Who a token stands for at this time.
    pub(crate) fn identify(
        world: &'w World,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, BadToken> {
        let nobody = Self { known: None, scim: None };
        let Some(text) = token else { return Ok(nobody) };
        if let Some(org) = world.scim_token(text) {
            return Ok(Self { scim: Some(org), ..nobody });
        }
        let token = world.token(text).ok_or(BadToken)?;
        if token.expires_at.is_some_and(|end| end <= now) || world.is_switched_off(token.user) {
            return Err(BadToken);
        }
        Ok(Self { known: Some((token.user, token)), ..nobody })
    }

    /// The organization whose identity provider asks, with the token made for that.
    pub(crate) fn scim(&self) -> Option<OrgIx> {
        self.scim
    }

    pub(crate) fn user(&self) -> Option<UserIx> {
        self.known.map(|(user, _)| user)
    }

    pub(crate) fn token(&self) -> Option<&'w Token> {
        self.known.map(|(_, token)| token)
    }

    /// The caller, or the answer to someone who should have logged in.
    pub(crate) fn logged_in(&self) -> Result<UserIx, Refusal> {
        self.user().ok_or_else(Refusal::log_in)
    }

    /// Whether the scopes of a fine-grained token hold one of `permissions` for an account or repo.
    /// Tokens of the other roles have no scopes that could stand in the way.
    fn in_scope(&self, permissions: &[&str], covers: impl Fn(&str, &str) -> bool) -> bool {
        let Some((_, token)) = self.known else { return false };
        if token.role != TokenRole::FineGrained {
            return true;
        }
        let none = FineGrained::default();
        token.fine_grained.as_ref().unwrap_or(&none).scoped.iter().any(|scope| {
            scope.permissions.iter().any(|held| permissions.contains(&held.as_str()))
                && scope.entity.name.as_deref().is_some_and(|name| covers(&scope.entity.kind, name))
        })
    }

    fn in_org_scope(&self, org: &Org, permissions: &[&str]) -> bool {
        self.in_scope(permissions, |kind, name| kind == "org" && same(name, &org.name))
    }

    /// The caller's membership, whatever the token may see of it.
    pub(crate) fn membership<'a>(&self, world: &World, org: &'a Org) -> Option<&'a Member> {
        org.members.get(&world.user(self.user()?).id)
    }

    pub(crate) fn org_view(&self, world: &World, org: &Org) -> OrgView {
        if self.is_kept_out(world, org) {
            return OrgView::Outsider;
        }
        if let Some(view) = self.service_view(world, org) {
            return view;
        }
        let Some(member) = self.membership(world, org) else { return OrgView::Outsider };
        if !self.in_org_scope(org, &["org.read", "org.write"]) {
            return OrgView::Outsider;
        }
        if member.role == "admin" { OrgView::Admin } else { OrgView::Member }
    }

    /// Whether the caller may know who is in the organization.
    pub(crate) fn sees_members(&self, world: &World, org: &Org) -> bool {
        !org.hide_members || self.org_view(world, org) > OrgView::Outsider
    }

    pub(crate) fn repo_access(&self, world: &World, repo: &Repo) -> RepoAccess {
        let floor = if repo.private { RepoAccess::None } else { RepoAccess::Read };
        let Some((user, token)) = self.known else { return floor };
        let own = match repo.owner().and_then(|owner| world.account(owner)) {
            Some(Account::User(owner)) if owner == user => RepoAccess::Admin,
            Some(Account::Org(org)) if self.is_kept_out(world, world.org(org)) => RepoAccess::None,
            Some(Account::Org(org)) => in_organization(world, world.org(org), user, repo),
            _ => RepoAccess::None,
        };
        let cap = match token.role {
            TokenRole::Write => RepoAccess::Admin,
            TokenRole::Read => RepoAccess::Read,
            TokenRole::FineGrained if self.in_repo_scope(repo, &["repo.write"]) => {
                RepoAccess::Admin
            }
            TokenRole::FineGrained if self.in_repo_scope(repo, &["repo.content.read"]) => {
                RepoAccess::Read
            }
            TokenRole::FineGrained => RepoAccess::None,
        };
        own.min(cap).max(floor)
    }

    fn in_repo_scope(&self, repo: &Repo, permissions: &[&str]) -> bool {
        let itself = |kind: &str, name: &str| kind == repo.kind.as_str() && same(&repo.id, name);
        if let Some((_, token)) = self.known
            && token.repo_scopes_replace
            && let Some(scopes) = &token.fine_grained
            && scopes.scoped.iter().any(|scope| {
                itself(&scope.entity.kind, scope.entity.name.as_deref().unwrap_or_default())
            })
        {
            return self.in_scope(permissions, itself);
        }
        self.in_scope(permissions, |kind, name| match kind {
            "org" | "user" => repo.owner().is_some_and(|owner| same(owner, name)),
            kind => kind == repo.kind.as_str() && same(&repo.id, name),
        })
    }

    /// Whether the caller may make repos under this account: the account or the reason why not.
    pub(crate) fn may_create_under(&self, world: &World, owner: &str) -> Result<Account, Refusal> {
        let user = self.logged_in()?;
        let account = world.account(owner);
        let allowed = match account {
            Some(Account::User(owner)) => owner == user,
            Some(Account::Org(org)) if self.is_kept_out(world, world.org(org)) => false,
            Some(Account::Org(org)) => self
                .role_in(world, world.org(org))
                .is_some_and(|role| matches!(role, "admin" | "write" | "contributor")),
            None => false,
        };
        let in_scope = match self.token().map(|token| token.role) {
            Some(TokenRole::Write) => true,
            Some(TokenRole::FineGrained) => self.in_scope(&["repo.write"], |kind, name| {
                matches!(kind, "org" | "user") && same(name, owner)
            }),
            _ => return Err(Refusal::log_in()),
        };
        match account {
            Some(account) if allowed && in_scope => Ok(account),
            _ => Err(Refusal::forbidden(format!(
                "You don't have the rights to create a repository under the namespace \"{owner}\""
            ))),
        }
    }

    /// Whether the caller's token may write anything for its owner, such as taking back a like.
    pub(crate) fn may_act(&self, world: &World) -> Result<UserIx, Refusal> {
        let user = self.logged_in()?;
        let name = &world.user(user).name;
        let fits = match self.token().map(|token| token.role) {
            Some(TokenRole::Write) => true,
            Some(TokenRole::FineGrained) => {
                self.in_scope(&["repo.write"], |kind, entity| kind == "user" && same(entity, name))
            }
            _ => false,
        };
        if fits { Ok(user) } else { Err(Refusal::read_only()) }
    }

    /// The repo of this name if the caller may know of it; else the answer that does not tell
    /// whether it exists.
    pub(crate) fn repo(&self, world: &World, kind: RepoType, id: &str) -> Result<RepoIx, Refusal> {
        let (found, moved) = match world.find_repo(kind, id) {
            RepoFound::Here(repo) => (repo, false),
            RepoFound::Moved(repo) => (repo, true),
            RepoFound::Nowhere => return Err(self.no_such_repo()),
        };
        let repo = world.repo(found);
        if self.repo_access(world, repo) == RepoAccess::None {
            return Err(self.no_such_repo());
        }
        if moved {
            return Err(Refusal::Moved { from: id.to_owned(), to: repo.id.to_string() });
        }
        Ok(found)
    }

    /// As [`Caller::repo`], for someone who wants to change it.
    pub(crate) fn repo_to_change(
        &self,
        world: &World,
        kind: RepoType,
        id: &str,
        needed: RepoAccess,
    ) -> Result<RepoIx, Refusal> {
        let found = self.repo(world, kind, id)?;
        self.logged_in()?;
        if self.repo_access(world, world.repo(found)) < needed {
            return Err(Refusal::read_only());
        }
        Ok(found)
    }

    /// Whether the caller may open the files of a repo that it may know of.
    pub(crate) fn may_open(&self, world: &World, index: RepoIx) -> Result<(), Refusal> {
        let repo = world.repo(index);
        if repo.gated == Gated::No {
            return Ok(());
        }
        let (word, id) = (repo.kind.as_str(), &repo.id);
        let Some((user, token)) = self.known else {
            return Err(Refusal::gated_anonymous(format!(
                "Access to {word} {id} is restricted. You must have access to it and be \
                 authenticated to access it. Please log in."
            )));
        };
        let insider = is_insider(world, repo, user);
        let gates_open = match token.role {
            TokenRole::FineGrained => {
                token.fine_grained.as_ref().and_then(|scopes| scopes.can_read_gated_repos)
                    == Some(true)
                    || self.in_repo_scope(repo, &["repo.content.read", "repo.write"])
            }
            _ => true,
        };
        let page = format!("https://huggingface.co/{}{id}", repo.kind.page_prefix());
        match world.access_status(index, user) {
            _ if insider && gates_open => Ok(()),
            Some(AccessStatus::Accepted) if gates_open => Ok(()),
            Some(AccessStatus::Pending) => Err(Refusal::gated(format!(
                "Your request to access {word} {id} is awaiting a review from the repo authors."
            ))),
            Some(AccessStatus::Rejected) => Err(Refusal::gated(format!(
                "Your request to access {word} {id} has been rejected by the repo's authors."
            ))),
            Some(AccessStatus::Reset) => Err(Refusal::gated(format!(
                "Your request to access {word} {id} has been reset by the repo's authors. Visit \
                 {page} to submit a new request."
            ))),
            _ => Err(Refusal::gated(format!(
                "Access to {word} {id} is restricted and you are not in the authorized list. \
                 Visit {page} to ask for access."
            ))),
        }
    }

    fn no_such_repo(&self) -> Refusal {
        match self.known {
            Some(_) => Refusal::repo_not_found(),
            None => Refusal::repo_behind_login(),
        }
    }
}

/// Whether a person needs no request: the owner, and members of the owning organization unless it
/// gates them too.
fn is_insider(world: &World, repo: &Repo, user: UserIx) -> bool {
    match repo.owner().and_then(|owner| world.account(owner)) {
        Some(Account::User(owner)) => owner == user,
        Some(Account::Org(org)) => {
            let gated_too = repo.settings.org_members_gated;
            let needed = if gated_too { RepoAccess::Write } else { RepoAccess::Read };
            in_organization(world, world.org(org), user, repo) >= needed
        }
        None => false,
    }
}

/// Whether a person has access to the files of a gated repo, tokens aside.
pub(crate) fn passes_gate(world: &World, index: RepoIx, user: UserIx) -> bool {
    is_insider(world, world.repo(index), user)
        || world.access_status(index, user) == Some(AccessStatus::Accepted)
}

/// Whether a person may know of a repo, tokens aside.
pub(crate) fn may_see(world: &World, repo: &Repo, user: UserIx) -> bool {
    if !repo.private {
        return true;
    }
    match repo.owner().and_then(|owner| world.account(owner)) {
        Some(Account::User(owner)) => owner == user,
        Some(Account::Org(org)) => {
            in_organization(world, world.org(org), user, repo) >= RepoAccess::Read
        }
        None => false,
    }
}

/// What a person may do with a repo of an organization, token aside.
fn in_organization(world: &World, org: &Org, user: UserIx, repo: &Repo) -> RepoAccess {
    if let Some(access) = governance::of_service_account(world, org, user, repo) {
        return access;
    }
    let Some(member) = org.members.get(&world.user(user).id) else { return RepoAccess::None };
    if member.role == "admin" {
        return RepoAccess::Admin;
    }
    // A repo in a resource group is closed to the organization's members outside of that group.
    let role = match repo.group {
        None => Some(&*member.role),
        Some(group) => member.groups.iter().find(|(id, _)| *id == group).map(|(_, role)| &**role),
    };
    match role {
        Some("admin") => RepoAccess::Admin,
        Some("write") => RepoAccess::Write,
        Some("no_access") | None => RepoAccess::None,
        Some(_) => RepoAccess::Read,
    }
}

fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The organization of this name, or what the Hub says to a user's name in its place.
pub(crate) fn organization(world: &World, name: &str) -> Result<OrgIx, Refusal> {
    match world.account(name) {
        Some(Account::Org(org)) => Ok(org),
        Some(Account::User(_)) => {
            Err(Refusal::bad_request(format!("\"{name}\" is a user, not an organization")))
        }
        None => Err(Refusal::not_found("Organization not found")),
    }
}
