//! Who may take part in discussions, and who may direct them.

use super::{Caller, RepoAccess, in_organization, same};
use crate::answer::Refusal;
use crate::world::{Account, Repo, TokenRole, UserIx, World};

impl Caller<'_> {
    /// The caller, if the token may write in the discussions of a repo.
    pub(crate) fn may_discuss(&self, repo: &Repo) -> Result<UserIx, Refusal> {
        let user = self.logged_in()?;
        let Some(token) = self.token() else { return Err(Refusal::log_in()) };
        let everywhere = || {
            let scopes = token.fine_grained.as_ref();
            scopes.is_some_and(|scopes| scopes.global.iter().any(|held| held == "discussion.write"))
        };
        let fits = match token.role {
            TokenRole::Write => true,
            TokenRole::Read => false,
            TokenRole::FineGrained => {
                everywhere() || self.in_repo_scope(repo, &["discussion.write", "repo.write"])
            }
        };
        if fits { Ok(user) } else { Err(Refusal::read_only()) }
    }

    /// Whether the token may change anything about its owner's account.
    pub(crate) fn may_change_settings(&self, world: &World) -> Result<UserIx, Refusal> {
        let user = self.logged_in()?;
        let name = &world.user(user).name;
        let fits = match self.token().map(|token| token.role) {
            Some(TokenRole::Write) => true,
            Some(TokenRole::FineGrained) => {
                let permissions = ["user.notifications.write", "repo.write"];
                self.in_scope(&permissions, |kind, entity| kind == "user" && same(entity, name))
            }
            _ => false,
        };
        if fits { Ok(user) } else { Err(Refusal::read_only()) }
    }
}

/// Whether a person may write to a repo, tokens aside: such people direct its discussions.
pub(crate) fn directs(world: &World, repo: &Repo, user: UserIx) -> bool {
    match repo.owner().and_then(|owner| world.account(owner)) {
        Some(Account::User(owner)) => owner == user,
        Some(Account::Org(org)) => {
            in_organization(world, world.org(org), user, repo) >= RepoAccess::Write
        }
        None => false,
    }
}
