//! Webhooks of the caller.

use hubfolk_api::webhooks::{
    CreateWebhook, DeleteWebhook, DisableWebhook, EnableWebhook, GetWebhook, ListWebhooks,
    ReplayWebhook, Secret, UpdateWebhook, WebhookDomain, WebhookWatched, WebhookWatchedType,
};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{Ask, Behaviour, Change, Order, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::visibility::Caller;
use crate::world::{
    Account, Domains, NewWebhook, RepoType, Target, UserIx, Watched, Webhook, WebhookState, World,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    id: ObjectId,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_source_id: Option<&'a str>,
    #[serde(serialize_with = "disabled")]
    disabled: WebhookState,
    watched: Vec<WatchedView<'a>>,
    has_secret: bool,
    domains: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date")]
    last_trigger_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WatchedView<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<&'a str>,
}

fn disabled<S: Serializer>(state: &WebhookState, serializer: S) -> Result<S::Ok, S::Error> {
    match state {
        WebhookState::Enabled => serializer.serialize_bool(false),
        WebhookState::Disabled => serializer.serialize_bool(true),
        WebhookState::SuspendedAfterFailure => serializer.serialize_str("suspended-after-failure"),
    }
}

fn date<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(wire_date).serialize(serializer)
}

fn view<'a>(world: &'a World, webhook: &'a Webhook) -> View<'a> {
    let watched = webhook.watched.iter().filter_map(|watched| match *watched {
        Watched::Repo(repo) => {
            let repo = world.repo(repo);
            let kind = repo.kind.as_str();
            (!repo.deleted).then_some(WatchedView { name: &repo.id, kind, avatar_url: None })
        }
        Watched::Account(Account::User(user)) => {
            let user = world.user(user);
            Some(WatchedView { name: &user.name, kind: "user", avatar_url: Some(&user.avatar_url) })
        }
        Watched::Account(Account::Org(org)) => {
            let org = world.org(org);
            Some(WatchedView { name: &org.name, kind: "org", avatar_url: Some(&org.avatar_url) })
        }
    });
    let (url, job, job_source_id) = match &webhook.target {
        Target::Url(url) => (Some(url.as_str()), None, None),
        Target::Job(job) => (None, Some(job), None),
        Target::JobSource(id) => (None, None, Some(id.as_str())),
    };
    let mut domains = Vec::new();
    domains.extend(webhook.domains.repo.then_some("repo"));
    domains.extend(webhook.domains.discussion.then_some("discussion"));
    View {
        id: webhook.id,
        url,
        job,
        job_source_id,
        disabled: webhook.state,
        watched: watched.collect(),
        has_secret: webhook.secret.is_some(),
        domains,
        last_trigger_at: webhook.last_trigger_at,
    }
}

fn enclosed(world: &World, webhook: &Webhook) -> Answer {
    Answer::json(&json!({ "webhook": view(world, webhook) }))
}

fn not_found() -> Refusal {
    Refusal::not_found("Webhook not found")
}

impl Show<ListWebhooks> for Behaviour {
    fn show(ask: &Ask<'_>, _: &ListWebhooks) -> Result<Answer, Refusal> {
        let owner = ask.caller.logged_in()?;
        let webhooks: Vec<View<'_>> =
            ask.world.webhooks_of(owner).map(|webhook| view(ask.world, webhook)).collect();
        Ok(Answer::json(&webhooks))
    }
}

impl Show<GetWebhook> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetWebhook) -> Result<Answer, Refusal> {
        let owner = ask.caller.logged_in()?;
        find(ask.world, owner, &request.webhook_id).map(|webhook| enclosed(ask.world, webhook))
    }
}

fn find<'w>(world: &'w World, owner: UserIx, id: &str) -> Result<&'w Webhook, Refusal> {
    let id: ObjectId = id.parse().map_err(|_| not_found())?;
    world.webhooks_of(owner).find(|webhook| webhook.id == id).ok_or_else(not_found)
}

impl Change<CreateWebhook> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateWebhook) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let owner = caller.may_act(order.world)?;
        let watched = watched(&caller, order.world, &request.watched)?;
        let targets = targets(&request.url, &request.job, &request.job_source_id)?;
        let [target] = <[Target; 1]>::try_from(targets).map_err(|_| {
            Refusal::bad_request("✖ Exactly one of url, job or jobSourceId must be provided")
        })?;
        let domains = domains(request.domains.as_deref())?;
        let new = NewWebhook {
            id: None,
            owner,
            target,
            watched,
            domains: domains.unwrap_or(Domains { repo: true, discussion: true }),
            secret: secret(request.secret.as_ref())?,
            state: WebhookState::Enabled,
        };
        let id = order.world.insert_webhook(new);
        find(order.world, owner, &id.to_string()).map(|webhook| enclosed(order.world, webhook))
    }
}

impl Change<UpdateWebhook> for Behaviour {
    fn change(order: &mut Order<'_>, request: &UpdateWebhook) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let owner = caller.may_act(order.world)?;
        let id = find(order.world, owner, &request.webhook_id)?.id;
        let watched = match &request.watched {
            Some(items) => Some(watched(&caller, order.world, items)?),
            None => None,
        };
        let mut targets = targets(&request.url, &request.job, &request.job_source_id)?;
        if targets.len() > 1 {
            let message = "✖ Only one of url, job and jobSourceId can be provided";
            return Err(Refusal::bad_request(message));
        }
        let domains = domains(request.domains.as_deref())?;
        let secret = secret(request.secret.as_ref())?;
        change(order, owner, id, |webhook| {
            if let Some(target) = targets.pop() {
                webhook.target = target;
            }
            if let Some(watched) = watched {
                webhook.watched = watched;
            }
            if let Some(domains) = domains {
                webhook.domains = domains;
            }
            if secret.is_some() {
                webhook.secret = secret;
            }
        })
    }
}

impl Change<DeleteWebhook> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteWebhook) -> Result<Answer, Refusal> {
        let owner = order.caller()?.may_act(order.world)?;
        let id = find(order.world, owner, &request.webhook_id)?.id;
        order.world.remove_webhook(owner, id);
        Ok(Answer::json(&json!({})))
    }
}

impl Change<EnableWebhook> for Behaviour {
    fn change(order: &mut Order<'_>, request: &EnableWebhook) -> Result<Answer, Refusal> {
        switch(order, &request.webhook_id, WebhookState::Enabled)
    }
}

impl Change<DisableWebhook> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DisableWebhook) -> Result<Answer, Refusal> {
        switch(order, &request.webhook_id, WebhookState::Disabled)
    }
}

impl Change<ReplayWebhook> for Behaviour {
    /// Nothing is sent: the log notes that it would have been, and that the address was content.
    fn change(order: &mut Order<'_>, request: &ReplayWebhook) -> Result<Answer, Refusal> {
        let owner = order.caller()?.may_act(order.world)?;
        let id = find(order.world, owner, &request.webhook_id)?.id;
        let told = request.log_id.parse().ok();
        let now = order.now;
        let webhook = order.world.webhook_mut(owner, id).ok_or_else(not_found)?;
        if told.is_some_and(|told| webhook.replay(told, now)) {
            return Ok(Answer::json(&json!({ "status": 200 })));
        }
        Err(Refusal::not_found("Webhook log not found"))
    }
}

fn switch(order: &mut Order<'_>, id: &str, state: WebhookState) -> Result<Answer, Refusal> {
    let owner = order.caller()?.may_act(order.world)?;
    let id = find(order.world, owner, id)?.id;
    change(order, owner, id, |webhook| webhook.state = state)
}

fn change(
    order: &mut Order<'_>,
    owner: UserIx,
    id: ObjectId,
    act: impl FnOnce(&mut Webhook),
) -> Result<Answer, Refusal> {
    act(order.world.webhook_mut(owner, id).ok_or_else(not_found)?);
    find(order.world, owner, &id.to_string()).map(|webhook| enclosed(order.world, webhook))
}

/// What is to be watched, which the caller must be able to see.
fn watched(
    caller: &Caller<'_>,
    world: &World,
    items: &[WebhookWatched],
) -> Result<Vec<Watched>, Refusal> {
    if items.is_empty() {
        return Err(Refusal::invalid("Too small: expected array to have >=1 items", "watched"));
    }
    let one = |(index, item): (usize, &WebhookWatched)| {
        let repo = |kind| caller.repo(world, kind, &item.name).ok().map(Watched::Repo);
        let found = match &item.watched_type {
            WebhookWatchedType::Model => repo(RepoType::Model),
            WebhookWatchedType::Dataset => repo(RepoType::Dataset),
            WebhookWatchedType::Space => repo(RepoType::Space),
            WebhookWatchedType::Kernel => repo(RepoType::Kernel),
            // The world has none.
            WebhookWatchedType::Bucket => None,
            WebhookWatchedType::User => world
                .account(&item.name)
                .filter(|account| matches!(account, Account::User(_)))
                .map(Watched::Account),
            WebhookWatchedType::Organization => world
                .account(&item.name)
                .filter(|account| matches!(account, Account::Org(_)))
                .map(Watched::Account),
            _ => {
                let place = format!("watched[{index}].type");
                return Err(Refusal::invalid("Invalid option", &place));
            }
        };
        found.ok_or_else(|| {
            let problem = format!("{} {} not found", item.watched_type, item.name);
            Refusal::invalid(&problem, &format!("watched[{index}].name"))
        })
    };
    items.iter().enumerate().map(one).collect()
}

fn targets(
    url: &Option<String>,
    job: &Option<Map<String, Value>>,
    source: &Option<String>,
) -> Result<Vec<Target>, Refusal> {
    if let Some(url) = url
        && !url::Url::parse(url).is_ok_and(|url| url.has_host())
    {
        return Err(Refusal::invalid("Invalid URL", "url"));
    }
    let url = url.clone().map(Target::Url);
    let job = job.clone().map(Target::Job);
    Ok(url.into_iter().chain(job).chain(source.clone().map(Target::JobSource)).collect())
}

fn domains(words: Option<&[WebhookDomain]>) -> Result<Option<Domains>, Refusal> {
    let Some(words) = words else { return Ok(None) };
    if words.is_empty() {
        return Err(Refusal::invalid("Too small: expected array to have >=1 items", "domains"));
    }
    let mut domains = Domains { repo: false, discussion: false };
    for (index, word) in words.iter().enumerate() {
        match word {
            WebhookDomain::Repo => domains.repo = true,
            WebhookDomain::Discussion => domains.discussion = true,
            _ => {
                let problem = "Invalid option: expected one of \"repo\"|\"discussion\"";
                return Err(Refusal::invalid(problem, &format!("domains[{index}]")));
            }
        }
    }
    Ok(Some(domains))
}

fn secret(secret: Option<&Secret>) -> Result<Option<Box<str>>, Refusal> {
    let Some(secret) = secret else { return Ok(None) };
    if !secret.expose().bytes().all(|byte| (0x20..0x80).contains(&byte)) {
        let problem = "Invalid string: must match pattern /^[\\x20-\\x7F]*$/";
        return Err(Refusal::invalid(problem, "secret"));
    }
    Ok(Some(secret.expose().into()))
}
