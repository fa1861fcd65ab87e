//! What a person who types an address or a prompt's argument may mean.

use hubfolk::Hub;
use rmcp::model::{ArgumentInfo, CompletionInfo, Reference};
use serde_json::{Value, json};

use crate::operations;
use crate::resources::{DISCUSSION, ORGANIZATION, REPO_TYPES, USER};
use crate::text::clean_value;

/// Most suggestions for one argument.
const MOST: usize = 20;

/// What an argument can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Organization,
    RepoType,
    Repo,
    Discussion,
}

/// Suggestions for an argument; `given` looks up what was typed for the others. What cannot be had
/// from the Hub is not suggested, and is no error.
pub async fn complete(
    hub: &Hub,
    reference: &Reference,
    argument: &ArgumentInfo,
    given: &(dyn Fn(&str) -> Option<String> + Send + Sync),
) -> CompletionInfo {
    let typed = argument.value.trim();
    let mut values = match kind(reference, &argument.name) {
        None => Vec::new(),
        Some(Kind::RepoType) => REPO_TYPES
            .iter()
            .filter(|kind| kind.starts_with(typed))
            .map(|&k| k.to_owned())
            .collect(),
        Some(Kind::User) => search(hub, typed, "user", None, "users", "user").await,
        Some(Kind::Organization) => search(hub, typed, "org", None, "orgs", "name").await,
        Some(Kind::Repo) => {
            let (kind, id, prefix) = repo(typed, given("type").as_deref());
            let namespace = id.split_once('/').map(|(owner, _)| owner);
            let name = id.rsplit('/').next().unwrap_or(id);
            let found = search(hub, name, kind, namespace, &format!("{kind}s"), "id").await;
            found.into_iter().map(|id| format!("{prefix}{id}")).collect()
        }
        Some(Kind::Discussion) => {
            let repo_given = given("id").or_else(|| given("repo")).unwrap_or_default();
            let (kind, id, _) = repo(&repo_given, given("type").as_deref());
            discussions(hub, kind, id, typed).await
        }
    };
    let more = values.len() > MOST;
    values.truncate(MOST);
    CompletionInfo::with_pagination(values, None, more).expect("twenty are fewer than a hundred")
}

fn kind(reference: &Reference, argument: &str) -> Option<Kind> {
    let place = match reference {
        Reference::Resource(resource) => resource.uri.as_str(),
        Reference::Prompt(prompt) => prompt.name.as_str(),
        _ => return None,
    };
    match (place, argument) {
        (USER, "name") | ("summarise-user", "user") => Some(Kind::User),
        (ORGANIZATION, "name") => Some(Kind::Organization),
        (DISCUSSION, "type") => Some(Kind::RepoType),
        (DISCUSSION, "id") | ("triage-discussions" | "review-access-requests", "repo") => {
            Some(Kind::Repo)
        }
        (DISCUSSION, "n") => Some(Kind::Discussion),
        _ => None,
    }
}

/// Type, id, and what stands before the id in a repository as typed.
fn repo<'a>(typed: &'a str, kind: Option<&str>) -> (&'static str, &'a str, &'static str) {
    for (prefix, kind) in [("datasets/", "dataset"), ("spaces/", "space"), ("kernels/", "kernel")] {
        if let Some(id) = typed.strip_prefix(prefix) {
            return (kind, id, prefix);
        }
    }
    let known = kind.and_then(|kind| REPO_TYPES.into_iter().find(|known| *known == kind));
    (known.unwrap_or("model"), typed, "")
}

async fn search(
    hub: &Hub,
    typed: &str,
    kind: &str,
    namespace: Option<&str>,
    list: &str,
    field: &str,
) -> Vec<String> {
    if typed.is_empty() && namespace.is_none() {
        return Vec::new();
    }
    // The search wants words; within a namespace its name finds what is in it.
    let words = if typed.is_empty() { namespace.unwrap_or_default() } else { typed };
    let mut arguments = json!({ "q": words, "type": [kind], "limit": MOST });
    if let Some(namespace) = namespace {
        arguments["namespace"] = namespace.into();
    }
    let found = read(hub, "quicksearch", arguments).await;
    let items = found[list].as_array().into_iter().flatten();
    items.filter_map(|item| item[field].as_str()).map(str::to_owned).collect()
}

async fn discussions(hub: &Hub, kind: &str, repo: &str, typed: &str) -> Vec<String> {
    let found = read(hub, "get_repo_discussions", json!({ "repoType": kind, "repo": repo })).await;
    let items = found["discussions"].as_array().into_iter().flatten();
    let numbers = items.filter_map(|item| item["num"].as_u64()).map(|num| num.to_string());
    numbers.filter(|number| number.starts_with(typed)).collect()
}

async fn read(hub: &Hub, operation: &str, arguments: Value) -> Value {
    let Value::Object(arguments) = arguments else { return Value::Null };
    let Some(Ok(call)) = operations::find(operation).map(|entry| entry.call(arguments)) else {
        return Value::Null;
    };
    let answer = call.send(hub).await.ok().and_then(|answer| answer.json());
    let mut answer = answer.unwrap_or_default();
    clean_value(&mut answer);
    answer
}
