//! What an item of a collection shows, by its type and with exactly the keys of that type.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{share_url, visible};
use crate::clock::wire_date;
use crate::handlers::Ask;
use crate::world::{Account, Item, Repo, RepoIx, RepoType, Thing};

/// Keys and values in the order they are sent.
#[derive(Debug)]
pub(super) struct Card(Vec<(&'static str, Value)>);

impl Serialize for Card {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Keys that a world may give a repo and that its card shows; the world may know more.
const MODEL_KEYS: [&str; 5] = [
    "availableInferenceProviders",
    "numParameters",
    "widgetOutputUrls",
    "isPreRelease",
    "authorData",
];
const DATASET_KEYS: [&str; 3] = ["datasetsServerInfo", "isBenchmark", "isTraces"];
const SPACE_KEYS: [&str; 16] = [
    "title",
    "emoji",
    "colorFrom",
    "colorTo",
    "pinned",
    "runtime",
    "disabled",
    "originRepo",
    "ai_short_description",
    "ai_category",
    "trendingScore",
    "shortDescription",
    "semanticRelevancyScore",
    "featured",
    "visibility",
    "authorData",
];

/// An item with everything the Hub shows of it.
pub(super) fn full(ask: &Ask<'_>, item: &Item, position: usize) -> Card {
    let mut keys: Vec<(&'static str, Value)> = vec![("_id", json!(item.id))];
    if let Some(text) = &item.note {
        keys.push(("note", json!({ "html": html(text), "text": text })));
    }
    if !item.gallery.is_empty() {
        keys.push(("gallery", json!(item.gallery)));
    }
    keys.push(("position", json!(position)));
    keys.push(("type", json!(kind(ask, item))));
    match &item.thing {
        Thing::Repo(repo) => self::repo(ask, *repo, &mut keys),
        Thing::Paper(id) => paper(ask, id, &mut keys),
        Thing::Collection(id) => collection(ask, *id, &mut keys),
        Thing::Bucket(id) => bucket(ask, id, &mut keys),
    }
    Card(keys)
}

/// An item with no more than what it is.
pub(super) fn bare(ask: &Ask<'_>, item: &Item, position: usize) -> Card {
    let Card(mut keys) = full(ask, item, position);
    keys.retain(|(key, _)| matches!(*key, "_id" | "note" | "position" | "type" | "id"));
    Card(keys)
}

fn kind(ask: &Ask<'_>, item: &Item) -> &'static str {
    match item.thing {
        Thing::Repo(repo) => ask.world.repo(repo).kind.as_str(),
        Thing::Paper(_) => "paper",
        Thing::Collection(_) => "collection",
        Thing::Bucket(_) => "bucket",
    }
}

/// A note as HTML: the Hub knows Markdown there, of which the simulator does the escaping only.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn repo(ask: &Ask<'_>, index: RepoIx, keys: &mut Vec<(&'static str, Value)>) {
    let repo = ask.world.repo(index);
    let owner = repo.owner().and_then(|owner| ask.world.account(owner));
    let liked = ask.caller.user().is_some_and(|user| ask.world.likes(user, index));
    keys.push(("id", json!(repo.id)));
    if let Some(owner) = repo.owner() {
        keys.push(("author", json!(owner)));
    }
    keys.push(("repoType", json!(repo.kind.as_str())));
    keys.push(("private", json!(repo.private)));
    keys.push(("likes", json!(repo.like_count())));
    keys.push(("isLikedByUser", json!(liked)));
    keys.push(("lastModified", json!(wire_date(repo.last_modified))));
    let shown: &[&'static str] = match repo.kind {
        RepoType::Model | RepoType::Kernel => {
            model(repo, keys);
            &MODEL_KEYS
        }
        RepoType::Dataset => {
            keys.push(("downloads", json!(repo.downloads)));
            keys.push(("gated", json!(repo.gated)));
            keys.push(("isBenchmark", json!(false)));
            keys.push(("isTraces", json!(false)));
            &DATASET_KEYS
        }
        RepoType::Space => {
            space(repo, keys);
            &SPACE_KEYS
        }
    };
    // Cards of datasets have no owner in them.
    if repo.kind != RepoType::Dataset
        && let Some(owner) = owner
    {
        keys.push(("authorData", json!(ask.author(owner))));
    }
    for key in shown {
        let Some(value) = repo.extra.get(*key) else { continue };
        match keys.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value.clone(),
            None => keys.push((key, value.clone())),
        }
    }
    if let (Some(id), Some(Account::Org(org))) = (repo.group, owner)
        && let Some(group) = ask.world.org(org).group(id)
    {
        let users = group.users.len();
        keys.push(("resourceGroup", json!({ "id": id, "name": group.name, "numUsers": users })));
    }
}

fn model(repo: &Repo, keys: &mut Vec<(&'static str, Value)>) {
    keys.push(("downloads", json!(repo.downloads)));
    keys.push(("gated", json!(repo.gated)));
    if let Some(tag) = &repo.pipeline_tag {
        keys.push(("pipeline_tag", json!(tag)));
    }
    keys.push(("availableInferenceProviders", json!([])));
}

fn space(repo: &Repo, keys: &mut Vec<(&'static str, Value)>) {
    let name = repo.id.rsplit('/').next().unwrap_or(&repo.id);
    let hardware = json!({ "current": null, "requested": null });
    let replicas = json!({ "current": 1, "requested": 1 });
    keys.push(("title", json!(name)));
    keys.push(("emoji", json!("🚀")));
    keys.push(("colorFrom", json!("blue")));
    keys.push(("colorTo", json!("blue")));
    keys.push(("createdAt", json!(wire_date(repo.created_at))));
    keys.push(("disabled", json!(false)));
    keys.push(("featured", json!(false)));
    keys.push(("pinned", json!(false)));
    keys.push((
        "runtime",
        json!({ "stage": "RUNNING", "hardware": hardware, "replicas": replicas }),
    ));
    if let Some(sdk) = &repo.sdk {
        keys.push(("sdk", json!(sdk)));
    }
    keys.push(("tags", json!(repo.tags)));
    keys.push(("trendingScore", json!(0)));
    keys.push(("visibility", json!(if repo.private { "private" } else { "public" })));
}

fn paper(ask: &Ask<'_>, id: &str, keys: &mut Vec<(&'static str, Value)>) {
    let Some(paper) = ask.world.paper(id) else { return };
    keys.push(("id", json!(paper.id)));
    keys.push(("title", json!(paper.title)));
    keys.push(("upvotes", json!(paper.upvotes)));
    keys.push(("publishedAt", json!(wire_date(paper.published_at))));
    if let Some(thumbnail) = &paper.thumbnail_url {
        keys.push(("thumbnailUrl", json!(thumbnail)));
    }
    keys.push(("isUpvotedByUser", json!(false)));
}

fn collection(ask: &Ask<'_>, id: crate::id::ObjectId, keys: &mut Vec<(&'static str, Value)>) {
    let Some(inner) = ask.world.collection(id) else { return };
    keys.push(("id", json!(inner.id)));
    keys.push(("slug", json!(ask.world.slug(inner))));
    keys.push(("title", json!(inner.title)));
    if !inner.description.is_empty() {
        keys.push(("description", json!(inner.description)));
    }
    keys.push(("lastUpdated", json!(wire_date(inner.last_updated))));
    keys.push(("owner", json!(ask.author(inner.owner))));
    keys.push(("theme", json!(inner.theme)));
    keys.push(("upvotes", json!(inner.upvotes)));
    keys.push(("isUpvotedByUser", json!(false)));
    keys.push(("shareUrl", json!(share_url(ask.world, inner))));
    keys.push(("numberItems", json!(visible(&ask.caller, ask.world, inner).count())));
}

fn bucket(ask: &Ask<'_>, id: &str, keys: &mut Vec<(&'static str, Value)>) {
    let Some(bucket) = ask.world.bucket(id) else { return };
    let owner = bucket.id.split_once('/').map_or("", |(owner, _)| owner);
    keys.push(("id", json!(bucket.id)));
    keys.push(("author", json!(owner)));
    keys.push(("repoType", json!("bucket")));
    keys.push(("private", json!(bucket.private)));
    keys.push(("createdAt", json!(wire_date(bucket.created_at))));
    keys.push(("updatedAt", json!(wire_date(bucket.updated_at))));
    keys.push(("size", json!(bucket.size)));
    keys.push(("totalFiles", json!(bucket.total_files)));
    keys.push(("cdnRegions", json!([])));
}
