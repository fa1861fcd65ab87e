//! Repos, as far as work with people needs them: info, create, delete, move, settings.

mod info;

use http::StatusCode;
use hubfolk_api::repos::{
    CreateRepo, DeleteRepo, Gated as WireGated, GetRepoInfo, MoveRepo, UpdateRepoSettings,
    Visibility,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Ask, Behaviour, Change, Order, Show, repo_type};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::RepoAccess;
use crate::world::{Account, Gated, NewRepo, Repo, RepoType};

impl Show<GetRepoInfo> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetRepoInfo) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let index = ask.caller.repo(ask.world, kind, &request.repo)?;
        let repo = ask.world.repo(index);
        if let Some(revision) = &request.revision {
            let known = ["HEAD", "main", repo.sha.as_str()].contains(&revision.as_str())
                || revision.starts_with("refs/pr/");
            if !known {
                return Err(Refusal::revision_not_found(revision));
            }
        }
        Ok(Answer::json(&info::render(ask.world, repo, &request.expand)))
    }
}

/// The address of a repo's page.
fn page(repo: &Repo) -> String {
    format!("https://huggingface.co/{}{}", repo.kind.page_prefix(), repo.id)
}

fn body_type(word: Option<&hubfolk_api::repos::RepoType>) -> Result<RepoType, Refusal> {
    match word {
        None => Ok(RepoType::Model),
        Some(word) => repo_type(word).map_err(|_| Refusal::invalid("Invalid option", "type")),
    }
}

#[derive(Debug, Serialize)]
struct Created {
    url: String,
    name: String,
    id: ObjectId,
}

impl Change<CreateRepo> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateRepo) -> Result<Answer, Refusal> {
        let kind = body_type(request.repo_type.as_ref())?;
        let caller = order.caller()?;
        let user = caller.logged_in()?;
        let owner = match &request.organization {
            Some(owner) => owner.clone(),
            None => order.world.user(user).name.to_string(),
        };
        let account = caller.may_create_under(order.world, &owner)?;
        let (owner, private_by_default) = match account {
            Account::User(user) => (order.world.user(user).name.clone(), false),
            Account::Org(org) => {
                let org = order.world.org(org);
                (org.name.clone(), org.private_by_default)
            }
        };
        if request.private.is_some() && request.visibility.is_some() {
            return Err(Refusal::invalid(
                "`private` and `visibility` exclude each other",
                "visibility",
            ));
        }
        if kind == RepoType::Space && request.sdk.is_none() {
            return Err(Refusal::invalid(
                "Invalid option: expected one of \"gradio\"|\"docker\"|\"static\"",
                "sdk",
            ));
        }
        let private = match (&request.visibility, request.private) {
            (Some(visibility), _) => *visibility == Visibility::Private,
            (None, Some(private)) => private,
            (None, None) => private_by_default,
        };
        let id = format!("{owner}/{}", request.name);
        if !crate::world::is_repo_id(&id) {
            return Err(Refusal::invalid("Invalid repository name", "name"));
        }
        let new = NewRepo { kind, id: &id, oid: None, private, at: order.now };
        let Ok(index) = order.world.insert_repo(&new) else {
            let url = format!("https://huggingface.co/{}{id}", kind.page_prefix());
            let message = format!("You already created this {} repo: {id}", kind.as_str());
            return Err(Refusal::new(StatusCode::CONFLICT, message).with("url", url));
        };
        let repo = order.world.repo_mut(index);
        repo.sdk.clone_from(&request.sdk);
        Ok(Answer::json(&Created { url: page(repo), name: id, id: repo.oid }))
    }
}

impl Change<DeleteRepo> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteRepo) -> Result<Answer, Refusal> {
        let kind = body_type(request.repo_type.as_ref())?;
        let caller = order.caller()?;
        let user = caller.logged_in()?;
        let owner =
            request.organization.clone().unwrap_or_else(|| order.world.user(user).name.to_string());
        let id = format!("{owner}/{}", request.name);
        let index = match caller.repo_to_change(order.world, kind, &id, RepoAccess::Admin) {
            // The body names the repo, so there is no address to redirect.
            Err(Refusal::Moved { .. }) => return Err(Refusal::repo_not_found()),
            found => found?,
        };
        order.world.delete_repo(index);
        Ok(Answer::text("OK"))
    }
}

impl Change<MoveRepo> for Behaviour {
    fn change(order: &mut Order<'_>, request: &MoveRepo) -> Result<Answer, Refusal> {
        let kind = body_type(request.repo_type.as_ref())?;
        let caller = order.caller()?;
        caller.logged_in()?;
        let found = caller.repo_to_change(order.world, kind, &request.from_repo, RepoAccess::Admin);
        let index = match found {
            Err(Refusal::Moved { .. }) => return Err(Refusal::repo_not_found()),
            found => found?,
        };
        let Some((owner, name)) = request.to_repo.split_once('/') else {
            return Err(Refusal::invalid("Invalid repository name", "toRepo"));
        };
        if !crate::world::is_repo_id(&request.to_repo) {
            return Err(Refusal::invalid("Invalid repository name", "toRepo"));
        }
        let owner = match caller.may_create_under(order.world, owner)? {
            Account::User(user) => order.world.user(user).name.clone(),
            Account::Org(org) => order.world.org(org).name.clone(),
        };
        let to = format!("{owner}/{name}");
        if order.world.move_repo(index, &to).is_err() {
            let url = format!("https://huggingface.co/{}{to}", kind.page_prefix());
            let message = format!("The name {to} is taken");
            return Err(Refusal::new(StatusCode::CONFLICT, message).with("url", url));
        }
        Ok(Answer::text("OK"))
    }
}

impl Change<UpdateRepoSettings> for Behaviour {
    /// Echoes only visibility and gating, and of those only what was sent.
    fn change(order: &mut Order<'_>, request: &UpdateRepoSettings) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let caller = order.caller()?;
        let index = caller.repo_to_change(order.world, kind, &request.repo, RepoAccess::Admin)?;
        if request.private.is_some() && request.visibility.is_some() {
            return Err(Refusal::invalid(
                "`private` and `visibility` exclude each other",
                "visibility",
            ));
        }
        let gated = match &request.gated {
            None => None,
            Some(WireGated::No) => Some(Gated::No),
            Some(WireGated::Auto) => Some(Gated::Auto),
            Some(WireGated::Manual) => Some(Gated::Manual),
            Some(_) => return Err(Refusal::invalid("Invalid input", "gated")),
        };
        let mut echo = Map::new();
        let repo = order.world.repo_mut(index);
        if let Some(private) = request.private {
            repo.private = private;
            echo.insert("private".to_owned(), Value::Bool(private));
        }
        if let Some(visibility) = &request.visibility {
            repo.private = *visibility == Visibility::Private;
            echo.insert("visibility".to_owned(), Value::String(visibility.as_str().to_owned()));
        }
        if let Some(gated) = gated {
            repo.gated = gated;
            let value = serde_json::to_value(gated).expect("a word or false");
            echo.insert("gated".to_owned(), value);
        }
        repo.last_modified = order.now;
        Ok(Answer::json(&echo))
    }
}
