//! Repos, as far as work with people needs them: info, create, delete, move, copy.

mod info;
mod listing;
mod settings;

use http::StatusCode;
use hubfolk_api::repos::{
    CreateRepo, DeleteRepo, DuplicateRepo, GetRepoInfo, MoveRepo, Visibility,
};
use serde::Serialize;
use serde_json::json;

pub(super) use self::listing::{Own, storage};
use super::{Ask, Behaviour, Change, Order, Show, repo_type};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::RepoAccess;
use crate::world::{Account, Happened, NewRepo, RepoIx, RepoType, World, web_address};

impl Show<GetRepoInfo> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetRepoInfo) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let index = ask.caller.repo(ask.world, kind, &request.repo)?;
        let revision = request.revision.as_deref().unwrap_or("HEAD");
        let Some(commit) = ask.world.commit_of(index, revision) else {
            return Err(Refusal::revision_not_found(revision));
        };
        let info = info::render(ask.world, ask.world.repo(index), &request.expand);
        Ok(Answer::json(&info.at(commit)))
    }
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
        settings::visible_once(request.private, request.visibility.as_ref())?;
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
        let group = group_of_new(order.world, account, request.resource_group_id.as_deref())?;
        let index = make(order, kind, &id, private)?;
        let repo = order.world.repo_mut(index);
        repo.sdk.clone_from(&request.sdk);
        repo.settings.protected = request.visibility == Some(Visibility::Protected);
        order.world.set_repo_group(index, group);
        order.record_repo(index, "repo.create", "created");
        order.world.tell_webhooks(&Happened::new(index, "create", "repo"), order.now);
        let repo = order.world.repo(index);
        Ok(Answer::json(&Created { url: web_address(repo), name: id, id: repo.oid }))
    }
}

/// Adds a repo, or says where the one of that name is.
fn make(order: &mut Order<'_>, kind: RepoType, id: &str, private: bool) -> Result<RepoIx, Refusal> {
    let new = NewRepo { kind, id, oid: None, private, at: order.now };
    order.world.insert_repo(&new).map_err(|_| {
        let url = format!("https://huggingface.co/{}{id}", kind.page_prefix());
        let message = format!("You already created this {} repo: {id}", kind.as_str());
        Refusal::new(StatusCode::CONFLICT, message).with("url", url)
    })
}

/// The resource group that a new repo of this account shall belong to.
fn group_of_new(
    world: &World,
    account: Account,
    group: Option<&str>,
) -> Result<Option<ObjectId>, Refusal> {
    let Some(text) = group else { return Ok(None) };
    let id = text.parse().ok();
    let found = match account {
        Account::Org(org) => id.filter(|&id| world.org(org).group(id).is_some()),
        Account::User(_) => None,
    };
    match found {
        Some(id) => Ok(Some(id)),
        None => Err(Refusal::not_found("Resource group not found")),
    }
}

impl Change<DuplicateRepo> for Behaviour {
    /// The copy has the files and tags of the original, and nothing that people did to it.
    fn change(order: &mut Order<'_>, request: &DuplicateRepo) -> Result<Answer, Refusal> {
        let kind = repo_type(&request.repo_type)?;
        let caller = order.caller()?;
        let from = caller.repo(order.world, kind, &request.repo)?;
        caller.logged_in()?;
        caller.may_open(order.world, from)?;
        settings::visible_once(request.private, request.visibility.as_ref())?;
        let Some((owner, name)) = request.repository.split_once('/') else {
            return Err(Refusal::invalid("Invalid repository name", "repository"));
        };
        let account = caller.may_create_under(order.world, owner)?;
        let owner = match account {
            Account::User(user) => &order.world.user(user).name,
            Account::Org(org) => &order.world.org(org).name,
        };
        let id = format!("{owner}/{name}");
        if !crate::world::is_repo_id(&id) {
            return Err(Refusal::invalid("Invalid repository name", "repository"));
        }
        let group = group_of_new(order.world, account, request.resource_group_id.as_deref())?;
        let original = order.world.repo(from);
        let private = match (&request.visibility, request.private) {
            (Some(visibility), _) => *visibility == Visibility::Private,
            (None, Some(private)) => private,
            (None, None) => original.private,
        };
        let (tags, siblings) = (original.tags.clone(), original.siblings.clone());
        let (sdk, pipeline_tag) = (original.sdk.clone(), original.pipeline_tag.clone());
        let extra = original.extra.clone();
        let index = make(order, kind, &id, private)?;
        let repo = order.world.repo_mut(index);
        (repo.tags, repo.siblings, repo.sdk) = (tags, siblings, sdk);
        (repo.pipeline_tag, repo.extra) = (pipeline_tag, extra);
        repo.settings.protected = request.visibility == Some(Visibility::Protected);
        order.world.set_repo_group(index, group);
        order.record_repo(index, "repo.duplication", "copied another repository to");
        order.world.tell_webhooks(&Happened::new(index, "create", "repo"), order.now);
        Ok(Answer::json(&json!({ "url": web_address(order.world.repo(index)) })))
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
        order.record_repo(index, "repo.delete", "deleted");
        order.world.tell_webhooks(&Happened::new(index, "delete", "repo"), order.now);
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
        order.record_repo(index, "repo.move", "moved a repository to");
        let mut happened = Happened::new(index, "move", "repo");
        happened.more.insert("movedTo".to_owned(), json!({ "name": to }));
        order.world.tell_webhooks(&happened, order.now);
        Ok(Answer::text("OK"))
    }
}
