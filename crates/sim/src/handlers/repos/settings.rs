//! Settings of a repo, and its resource group.

use hubfolk_api::repos::{
    DiscussionsSorting, Gated as WireGated, GetRepoResourceGroup, NotificationsMode,
    SetRepoResourceGroup, UpdateRepoSettings, Visibility,
};
use serde_json::{Map, Value, json};

use super::super::{Ask, Behaviour, Change, Order, Show, repo_type};
use crate::answer::{Answer, Refusal};
use crate::visibility::RepoAccess;
use crate::world::{Account, Gated, Happened};

impl Change<UpdateRepoSettings> for Behaviour {
    /// Echoes only visibility and gating, and of those only what was sent.
    fn change(order: &mut Order<'_>, request: &UpdateRepoSettings) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let caller = order.caller()?;
        let index = caller.repo_to_change(order.world, kind, &request.repo, RepoAccess::Admin)?;
        visible_once(request.private, request.visibility.as_ref())?;
        let gated = match &request.gated {
            None => None,
            Some(WireGated::No) => Some(Gated::No),
            Some(WireGated::Auto) => Some(Gated::Auto),
            Some(WireGated::Manual) => Some(Gated::Manual),
            Some(_) => return Err(Refusal::invalid("Invalid input", "gated")),
        };
        if request.gated_notifications_email.as_ref().is_some_and(|email| !is_email(email)) {
            return Err(Refusal::invalid("Invalid email address", "gatedNotificationsEmail"));
        }
        if let Some(NotificationsMode::Other(_)) = &request.gated_notifications_mode {
            let problem = "Invalid option: expected one of \"bulk\"|\"real-time\"";
            return Err(Refusal::invalid(problem, "gatedNotificationsMode"));
        }
        if let Some(DiscussionsSorting::Other(_)) = &request.discussions_sorting {
            let problem = "Invalid option: expected one of \
                           \"recently-created\"|\"trending\"|\"reactions\"";
            return Err(Refusal::invalid(problem, "discussionsSorting"));
        }
        let mut echo = Map::new();
        let repo = order.world.repo_mut(index);
        if let Some(private) = request.private {
            repo.private = private;
            repo.settings.protected = false;
            echo.insert("private".to_owned(), Value::Bool(private));
        }
        if let Some(visibility) = &request.visibility {
            repo.private = *visibility == Visibility::Private;
            repo.settings.protected = *visibility == Visibility::Protected;
            echo.insert("visibility".to_owned(), Value::String(visibility.as_str().to_owned()));
        }
        if let Some(gated) = gated {
            repo.gated = gated;
            let value = serde_json::to_value(gated).expect("a word or false");
            echo.insert("gated".to_owned(), value);
        }
        let settings = &mut repo.settings;
        if let Some(too) = request.org_members_gated {
            settings.org_members_gated = too;
        }
        if let Some(email) = &request.gated_notifications_email {
            settings.gated_notifications_email = Some(email.clone());
        }
        if let Some(mode) = &request.gated_notifications_mode {
            settings.gated_notifications_mode = Some(mode.as_str().to_owned());
        }
        if let Some(off) = request.discussions_disabled {
            settings.discussions_disabled = off;
        }
        if let Some(sorting) = &request.discussions_sorting {
            settings.discussions_sorting = Some(sorting.as_str().to_owned());
        }
        repo.last_modified = order.now;
        order.record_repo(index, "repo.update_settings", "changed the settings of");
        order.world.tell_webhooks(&Happened::new(index, "update", "repo.config"), order.now);
        Ok(Answer::json(&echo))
    }
}

/// The two ways to say who sees a repo exclude each other.
pub(super) fn visible_once(
    private: Option<bool>,
    visibility: Option<&Visibility>,
) -> Result<(), Refusal> {
    match visibility {
        Some(_) if private.is_some() => {
            Err(Refusal::invalid("`private` and `visibility` exclude each other", "visibility"))
        }
        Some(Visibility::Other(_)) => Err(Refusal::invalid(
            "Invalid option: expected one of \"private\"|\"public\"|\"protected\"",
            "visibility",
        )),
        _ => Ok(()),
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)
    })
}

impl Show<GetRepoResourceGroup> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetRepoResourceGroup) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let needed = RepoAccess::Read;
        let index = ask.caller.repo_to_change(ask.world, kind, &request.repo, needed)?;
        let repo = ask.world.repo(index);
        let group = repo.group.and_then(|id| {
            match repo.owner().and_then(|owner| ask.world.account(owner))? {
                Account::Org(org) => ask.world.org(org).group(id),
                Account::User(_) => None,
            }
        });
        let group = group.ok_or_else(|| Refusal::not_found("Resource group not found"))?;
        let users = group.users.len();
        Ok(Answer::json(&json!({ "id": group.id, "name": group.name, "numUsers": users })))
    }
}

impl Change<SetRepoResourceGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &SetRepoResourceGroup) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let caller = order.caller()?;
        let index = caller.repo_to_change(order.world, kind, &request.repo, RepoAccess::Admin)?;
        let user = caller.logged_in()?;
        let owner = order.world.repo(index).owner().and_then(|owner| order.world.account(owner));
        let Some(Account::Org(org)) = owner else {
            let message = "Only repositories of an organization can be in a resource group";
            return Err(Refusal::forbidden(message.to_owned()));
        };
        super::super::resource_groups::needs_plan(order.world.org(org))?;
        let group = super::group_of_new(
            order.world,
            Account::Org(org),
            request.resource_group_id.as_deref(),
        )?;
        order.world.set_repo_group(index, group);
        order.record_repo(index, "repo.update_resource_group", "changed the resource group of");
        let repo = order.world.repo(index);
        Ok(Answer::json(&json!({
            "name": repo.id, "type": repo.kind, "private": repo.private,
            "addedBy": order.world.user(user).name,
        })))
    }
}
