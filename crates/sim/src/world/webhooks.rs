//! Webhooks and the log of what they told.
//!
//! The simulator sends nothing anywhere: what would be sent is kept, so that it can be looked at
//! and replayed.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{Account, ChangeError, Repo, RepoIx, RepoType, UserIx, World};
use crate::id::{IdKind, ObjectId};

/// The Hub tells so much of one webhook in a day.
const MOST_A_DAY: usize = 1_000;

#[derive(Debug)]
pub(crate) struct Webhook {
    pub(crate) id: ObjectId,
    pub(crate) owner: UserIx,
    pub(crate) target: Target,
    pub(crate) watched: Vec<Watched>,
    pub(crate) domains: Domains,
    pub(crate) secret: Option<Box<str>>,
    pub(crate) state: WebhookState,
    pub(crate) last_trigger_at: Option<Timestamp>,
    deliveries: VecDeque<Delivery>,
}

/// What a webhook does.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Url(String),
    Job(Map<String, Value>),
    JobSource(String),
}

/// What a webhook watches; it stays so through renames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watched {
    Repo(RepoIx),
    Account(Account),
}

/// What a webhook tells about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Domains {
    pub(crate) repo: bool,
    pub(crate) discussion: bool,
}

/// Whether a webhook is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum WebhookState {
    #[default]
    Enabled,
    Disabled,
    SuspendedAfterFailure,
}

/// Something that a webhook has told, or would have if the simulator sent anything.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// What a replay names.
    pub id: ObjectId,
    /// When it happened.
    pub at: Timestamp,
    /// The JSON that the Hub would send.
    pub payload: Value,
    /// How often it was told: once, and once more for every replay.
    pub times: u32,
}

/// Something that happened in a repo.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) repo: RepoIx,
    /// `create`, `update`, `delete` or `move`.
    pub(crate) action: &'static str,
    /// `repo`, `repo.content`, `repo.config`, `discussion` or `discussion.comment`.
    pub(crate) scope: &'static str,
    /// What stands in the payload besides event, repo and webhook.
    pub(crate) more: Map<String, Value>,
}

impl Happened {
    pub(crate) fn new(repo: RepoIx, action: &'static str, scope: &'static str) -> Self {
        Self { repo, action, scope, more: Map::new() }
    }
}

/// What a webhook is made with.
#[derive(Debug)]
pub(crate) struct NewWebhook {
    pub(crate) id: Option<ObjectId>,
    pub(crate) owner: UserIx,
    pub(crate) target: Target,
    pub(crate) watched: Vec<Watched>,
    pub(crate) domains: Domains,
    pub(crate) secret: Option<Box<str>>,
    pub(crate) state: WebhookState,
}

impl World {
    /// What a user's webhook has told, the oldest first.
    ///
    /// # Errors
    ///
    /// When no webhook has this id.
    pub fn deliveries(&self, webhook: ObjectId) -> Result<Vec<Delivery>, ChangeError> {
        let found = self.webhooks.iter().find(|one| one.id == webhook);
        let found = found.ok_or_else(|| ChangeError::NoSuchWebhook(webhook.to_string()))?;
        Ok(found.deliveries.iter().cloned().collect())
    }

    pub(crate) fn insert_webhook(&mut self, new: NewWebhook) -> ObjectId {
        let id = new.id.unwrap_or_else(|| self.next_id(IdKind::Webhook));
        self.webhooks.push(Webhook {
            id,
            owner: new.owner,
            target: new.target,
            watched: new.watched,
            domains: new.domains,
            secret: new.secret,
            state: new.state,
            last_trigger_at: None,
            deliveries: VecDeque::new(),
        });
        id
    }

    pub(crate) fn webhooks_of(&self, owner: UserIx) -> impl Iterator<Item = &Webhook> {
        self.webhooks.iter().filter(move |webhook| webhook.owner == owner)
    }

    pub(crate) fn webhook_mut(&mut self, owner: UserIx, id: ObjectId) -> Option<&mut Webhook> {
        self.webhooks.iter_mut().find(|webhook| webhook.owner == owner && webhook.id == id)
    }

    pub(crate) fn remove_webhook(&mut self, owner: UserIx, id: ObjectId) -> bool {
        let before = self.webhooks.len();
        self.webhooks.retain(|webhook| webhook.owner != owner || webhook.id != id);
        self.webhooks.len() < before
    }

    pub(super) fn forget_webhooks(&mut self, owner: UserIx) {
        self.webhooks.retain(|webhook| webhook.owner != owner);
    }

    /// Notes what happened for every webhook that watches.
    pub(crate) fn tell_webhooks(&mut self, happened: &Happened, now: Timestamp) {
        if self.webhooks.is_empty() {
            return;
        }
        let repo = self.repo(happened.repo);
        let owner = repo.owner().and_then(|owner| self.account(owner));
        let about_discussions = happened.scope.starts_with("discussion");
        let told: Vec<usize> = (0..self.webhooks.len())
            .filter(|&index| {
                let webhook = &self.webhooks[index];
                let wanted = match about_discussions {
                    true => webhook.domains.discussion,
                    false => webhook.domains.repo,
                };
                let watches = webhook.watched.iter().any(|watched| match *watched {
                    Watched::Repo(watched) => watched == happened.repo,
                    Watched::Account(account) => owner == Some(account),
                });
                wanted
                    && watches
                    && webhook.state == WebhookState::Enabled
                    && crate::visibility::may_see(self, repo, webhook.owner)
                    && webhook.told_since(now - SignedDuration::from_hours(24)) < MOST_A_DAY
            })
            .collect();
        if told.is_empty() {
            return;
        }
        let payload = self.payload(happened);
        for index in told {
            let id = self.next_id(IdKind::Delivery);
            let webhook = &mut self.webhooks[index];
            let mut payload = payload.clone();
            payload.insert("webhook".to_owned(), json!({ "id": webhook.id, "version": 3 }));
            if webhook.deliveries.len() == MOST_A_DAY {
                webhook.deliveries.pop_front();
            }
            let payload = Value::Object(payload);
            webhook.deliveries.push_back(Delivery { id, at: now, payload, times: 1 });
            webhook.last_trigger_at = Some(now);
        }
    }

    fn payload(&self, happened: &Happened) -> Map<String, Value> {
        let repo = self.repo(happened.repo);
        let owner = repo.owner().and_then(|owner| self.id_of(owner));
        let mut payload = Map::new();
        payload.insert(
            "event".to_owned(),
            json!({ "action": happened.action, "scope": happened.scope }),
        );
        payload.insert(
            "repo".to_owned(),
            json!({
                "type": repo.kind, "name": repo.id, "id": repo.oid, "private": repo.private,
                "url": { "web": web_address(repo), "api": api_address(repo) },
                "owner": { "id": owner },
            }),
        );
        payload.extend(happened.more.clone());
        payload
    }
}

impl Webhook {
    fn told_since(&self, time: Timestamp) -> usize {
        self.deliveries.iter().rev().take_while(|told| told.at > time).count()
    }

    /// Tells something once more; false when it was never told.
    pub(crate) fn replay(&mut self, id: ObjectId, now: Timestamp) -> bool {
        let Some(told) = self.deliveries.iter_mut().find(|told| told.id == id) else {
            return false;
        };
        told.times += 1;
        self.last_trigger_at = Some(now);
        true
    }
}

/// The address of a repo's page.
pub(crate) fn web_address(repo: &Repo) -> String {
    format!("https://huggingface.co/{}{}", repo.kind.page_prefix(), repo.id)
}

fn api_address(repo: &Repo) -> String {
    let kind: RepoType = repo.kind;
    format!("https://huggingface.co/api/{}s/{}", kind.as_str(), repo.id)
}
