//! Webhooks, from a world file.

use super::Loader;
use crate::id::IdKind;
use crate::world::file::{
    Disabled, RepoType, WatchedEntry, WatchedKind, WebhookDomain, WebhookEntry,
};
use crate::world::{Domains, NewWebhook, Target, Watched, WebhookState};

impl Loader {
    pub(super) fn webhook(&mut self, place: &str, entry: WebhookEntry) {
        let id = self.id(format!("{place}._id"), entry.id, IdKind::Webhook);
        let owner = self.checks.user(&self.world, format!("{place}.user"), &entry.user);
        let mut watched = Vec::new();
        for (index, item) in entry.watched.iter().enumerate() {
            watched.extend(self.watched(format!("{place}.watched[{index}].name"), item));
        }
        if entry.watched.is_empty() {
            let message = "a webhook watches something: add a repo, a user or an organization";
            self.checks.add(format!("{place}.watched"), message.to_owned());
        }
        let url = entry.url.map(Target::Url);
        let job = entry.job.map(Target::Job);
        let source = entry.job_source_id.map(Target::JobSource);
        let targets: Vec<Target> = url.into_iter().chain(job).chain(source).collect();
        let Ok([target]) = <[Target; 1]>::try_from(targets) else {
            let message = "a webhook has exactly one of `url`, `job` and `jobSourceId`";
            self.checks.add(place.to_owned(), message.to_owned());
            return;
        };
        let Some(owner) = owner else { return };
        self.world.insert_webhook(NewWebhook {
            id: Some(id),
            owner,
            target,
            watched,
            domains: Domains {
                repo: entry.domains.contains(&WebhookDomain::Repo),
                discussion: entry.domains.contains(&WebhookDomain::Discussion),
            },
            secret: entry.secret.map(String::into_boxed_str),
            state: match entry.disabled {
                Disabled::Plain(false) => WebhookState::Enabled,
                Disabled::Plain(true) => WebhookState::Disabled,
                Disabled::Because(_) => WebhookState::SuspendedAfterFailure,
            },
        });
    }

    fn watched(&mut self, place: String, item: &WatchedEntry) -> Option<Watched> {
        let kind = match item.kind {
            WatchedKind::Model => RepoType::Model,
            WatchedKind::Dataset => RepoType::Dataset,
            WatchedKind::Space => RepoType::Space,
            WatchedKind::Kernel => RepoType::Kernel,
            WatchedKind::User | WatchedKind::Org => {
                let account = self.checks.account(&self.world, place, &item.name)?;
                return Some(Watched::Account(account));
            }
        };
        self.checks.repo(&self.world, place, kind, &item.name).map(Watched::Repo)
    }
}
