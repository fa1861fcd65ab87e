//! Likes of repos, and whether a repo may be read or written.

use hubfolk_api::auth_check::{AuthCheck, AuthCheckWrite};
use hubfolk_api::likes::{LikeRepo, ListRepoLikers, UnlikeRepo};

use super::{Ask, Behaviour, Change, Order, PEOPLE, Show, repo_type};
use crate::answer::{Answer, Refusal};
use crate::paging::{self, CursorForm, PageSizes, cut};
use crate::visibility::RepoAccess;

impl Show<ListRepoLikers> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PEOPLE);

    fn show(ask: &Ask<'_>, request: &ListRepoLikers) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let repo = ask.world.repo(ask.caller.repo(ask.world, kind, &request.repo)?);
        let page = cut(&repo.likers, paging::Order::Descending, ask.page, |_, _| true);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, (user, _)| ask.public_user(*user)))
    }
}

impl Change<LikeRepo> for Behaviour {
    /// The Hub took this operation away from programs in January 2025. What it answers since is
    /// not recorded anywhere; a 403 that says so is our reading.
    fn change(order: &mut Order<'_>, request: &LikeRepo) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        caller.repo(order.world, repo_type(&request.repo_type)?, &request.repo)?;
        caller.logged_in()?;
        Err(Refusal::forbidden(
            "Liking a repository is not possible with an access token: the Hub closed it to \
             programs to stop spam"
                .to_owned(),
        ))
    }
}

impl Change<UnlikeRepo> for Behaviour {
    /// Succeeds whether there was a like or not.
    fn change(order: &mut Order<'_>, request: &UnlikeRepo) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let repo = caller.repo(order.world, repo_type(&request.repo_type)?, &request.repo)?;
        let user = caller.may_act(order.world)?;
        order.world.remove_like(user, repo);
        Ok(Answer::text("OK"))
    }
}

impl Show<AuthCheck> for Behaviour {
    fn show(ask: &Ask<'_>, request: &AuthCheck) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let repo = ask.caller.repo(ask.world, kind, &request.repo)?;
        ask.caller.may_open(ask.world, repo)?;
        Ok(Answer::text("OK"))
    }
}

impl Show<AuthCheckWrite> for Behaviour {
    fn show(ask: &Ask<'_>, request: &AuthCheckWrite) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        ask.caller.repo_to_change(ask.world, kind, &request.repo, RepoAccess::Write)?;
        Ok(Answer::text("OK"))
    }
}
