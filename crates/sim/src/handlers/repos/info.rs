//! The keys of a repo's info, by type and in the Hub's order.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::clock::wire_date;
use crate::world::{Account, Repo, RepoType, World};

/// Key and value pairs in the order they are sent.
#[derive(Debug)]
pub(super) struct Info(Vec<(String, Value)>);

impl Info {
    /// The same of another commit than the newest of the main branch.
    pub(super) fn at(mut self, commit: &str) -> Self {
        if let Some((_, sha)) = self.0.iter_mut().find(|(key, _)| key == "sha") {
            *sha = json!(commit);
        }
        self
    }
}

impl Serialize for Info {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Keys that are sent only when they are asked for with `expand`.
const ON_DEMAND: [&str; 2] = ["downloadsAllTime", "trendingScore"];

/// What the Hub says about a repo; with `expand`, `_id`, `id` and those keys only.
pub(super) fn render(world: &World, repo: &Repo, expand: &[String]) -> Info {
    let mut all = everything(world, repo);
    for (key, value) in &repo.extra {
        match all.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value.clone(),
            None => all.push((key.clone(), value.clone())),
        }
    }
    if expand.is_empty() {
        all.retain(|(key, _)| !ON_DEMAND.contains(&key.as_str()) || repo.extra.contains_key(key));
    } else {
        all.retain(|(key, _)| {
            matches!(key.as_str(), "_id" | "id") || expand.iter().any(|wanted| wanted == key)
        });
    }
    Info(all)
}

fn everything(world: &World, repo: &Repo) -> Vec<(String, Value)> {
    let kind = repo.kind;
    let is = |kinds: &[RepoType]| kinds.contains(&kind);
    let (model, dataset, space) = (RepoType::Model, RepoType::Dataset, RepoType::Space);
    let siblings: Vec<Value> =
        repo.siblings.iter().map(|name| json!({ "rfilename": name })).collect();
    let mut keys: Vec<(&str, Value)> =
        vec![("_id", json!(repo.oid)), ("id", json!(repo.id)), ("private", json!(repo.private))];
    if let Some(tag) = &repo.pipeline_tag {
        keys.push(("pipeline_tag", json!(tag)));
    }
    keys.push(("tags", json!(repo.tags)));
    if !is(&[space]) {
        keys.push(("downloads", json!(repo.downloads)));
        keys.push(("downloadsAllTime", json!(repo.downloads)));
    }
    keys.push(("likes", json!(repo.like_count())));
    keys.push(("trendingScore", json!(0)));
    if is(&[model]) {
        keys.push(("modelId", json!(repo.id)));
    }
    if let Some(owner) = repo.owner() {
        keys.push(("author", json!(owner)));
    }
    keys.push(("sha", json!(repo.sha)));
    keys.push(("lastModified", json!(wire_date(repo.last_modified))));
    if !is(&[space]) {
        keys.push(("gated", json!(repo.gated)));
    }
    keys.push(("disabled", json!(false)));
    if is(&[model]) {
        keys.push(("model-index", Value::Null));
        keys.push(("config", json!({})));
    }
    if is(&[dataset]) {
        keys.push(("description", json!("")));
    }
    keys.push(("cardData", json!({})));
    if is(&[space]) {
        let host = repo.id.replace(['/', '.', '_'], "-").to_lowercase();
        keys.push(("sdk", json!(repo.sdk)));
        keys.push(("subdomain", json!(host)));
        keys.push(("host", json!(format!("https://{host}.hf.space"))));
        keys.push(("runtime", json!({ "stage": "RUNNING" })));
        keys.push(("models", json!([])));
        keys.push(("datasets", json!([])));
    }
    keys.push(("siblings", json!(siblings)));
    if is(&[model]) {
        keys.push(("spaces", json!([])));
    }
    keys.push(("createdAt", json!(wire_date(repo.created_at))));
    keys.push(("usedStorage", json!(0)));
    if let Some(group) = repo.group {
        keys.push(("resourceGroup", resource_group(world, repo, group)));
    }
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn resource_group(world: &World, repo: &Repo, group: crate::id::ObjectId) -> Value {
    match repo.owner().and_then(|owner| world.account(owner)) {
        Some(Account::Org(org)) => match world.org(org).group(group) {
            Some(found) => {
                json!({ "id": group, "name": found.name, "numUsers": found.users.len() })
            }
            None => Value::Null,
        },
        _ => Value::Null,
    }
}
