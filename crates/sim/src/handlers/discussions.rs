//! Discussions and pull requests: the list, the thread, the storage of a pull request.

mod changes;
mod comments;
mod view;

use std::cmp::Reverse;

use hubfolk_api::discussions::{
    DiscussionSort, DiscussionStatusFilter, DiscussionType, GetDiscussionDetails,
    GetPullRequestStorage, GetRepoDiscussions,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use self::view::{EventView, Poster, RepoName, TopReaction};
use super::{Ask, Behaviour, Show, repo_type};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::paging::{CursorForm, PageSizes};
use crate::visibility::Caller;
use crate::world::{Account, Discussion, DiscussionStatus, Plan, Pull, Repo, RepoIx, World};

/// The Hub cuts lists of discussions into pages of this size, whatever is asked for.
const PAGE: PageSizes = PageSizes { least: 50, most: 50, default: 50, cursor: CursorForm::Number };

/// The Hub takes names of this length where it looks for an author.
const AUTHOR_NAMES: std::ops::RangeInclusive<usize> = 2..=42;

/// The repo, if its discussions may be seen.
fn repo(
    world: &World,
    caller: &Caller<'_>,
    kind: &hubfolk_api::repos::RepoType,
    id: &str,
) -> Result<RepoIx, Refusal> {
    let index = caller.repo(world, repo_type(kind)?, id)?;
    if world.repo(index).settings.discussions_disabled {
        return Err(Refusal::forbidden("Discussions are disabled for this repo".to_owned()));
    }
    Ok(index)
}

/// A discussion that may be seen.
fn discussion<'w>(
    world: &'w World,
    caller: &Caller<'_>,
    kind: &hubfolk_api::repos::RepoType,
    id: &str,
    num: u64,
) -> Result<(RepoIx, &'w Discussion), Refusal> {
    let repo = repo(world, caller, kind, id)?;
    match world.discussion(repo, num) {
        Some(discussion) => Ok((repo, discussion)),
        None => Err(Refusal::not_found("Discussion not found")),
    }
}

/// What only pull requests have, or the answer to who takes a discussion for one.
fn pull(discussion: &Discussion) -> Result<&Pull, Refusal> {
    discussion.pull.as_ref().ok_or_else(|| Refusal::bad_request("This is not a pull request"))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    discussions: Vec<Entry<'a>>,
    count: usize,
    start: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_closed_discussions: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    num: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Poster<'a>>,
    repo: RepoName<'a>,
    title: &'a str,
    status: DiscussionStatus,
    created_at: String,
    is_pull_request: bool,
    num_comments: usize,
    top_reactions: Vec<TopReaction<'a>>,
    num_reaction_users: usize,
    pinned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    repo_owner: Option<Owner<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Owner<'a> {
    name: &'a str,
    is_participating: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    is_discussion_author: bool,
}

impl Show<GetRepoDiscussions> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGE);

    fn show(ask: &Ask<'_>, request: &GetRepoDiscussions) -> Result<Answer, Refusal> {
        let index = repo(ask.world, &ask.caller, &request.repo_type, &request.repo)?;
        let repo = ask.world.repo(index);
        let mut found: Vec<&Discussion> =
            ask.world.discussions_of(index).filter(filter(ask.world, request)?).collect();
        let closed = found.iter().filter(|discussion| discussion.status.is_closed()).count();
        match request.status {
            None | Some(DiscussionStatusFilter::All) => {}
            Some(DiscussionStatusFilter::Open) => found.retain(|one| !one.status.is_closed()),
            Some(DiscussionStatusFilter::Closed) => found.retain(|one| one.status.is_closed()),
            Some(_) => return Err(option("\"all\"|\"open\"|\"closed\"", "status")),
        }
        match request.sort {
            None | Some(DiscussionSort::RecentlyCreated) => {}
            Some(DiscussionSort::Trending) => found.sort_by_key(|one| Reverse(one.active_at())),
            Some(DiscussionSort::Reactions) => {
                found.sort_by_key(|one| Reverse(view::reaction_users(one)));
            }
            Some(_) => {
                return Err(option("\"recently-created\"|\"trending\"|\"reactions\"", "sort"));
            }
        }
        let start = (ask.page.number as usize - 1).saturating_mul(ask.page.size);
        let shown = found.iter().skip(start).take(ask.page.size);
        Ok(Answer::json(&Page {
            discussions: shown.map(|one| entry(ask, repo, one)).collect(),
            count: found.len(),
            start,
            num_closed_discussions: (start == 0).then_some(closed),
        }))
    }
}

fn option(expected: &str, field: &str) -> Refusal {
    Refusal::invalid(&format!("Invalid option: expected one of {expected}"), field)
}

/// Which discussions a request is about, its status aside.
fn filter(
    world: &World,
    request: &GetRepoDiscussions,
) -> Result<impl Fn(&&Discussion) -> bool + use<>, Refusal> {
    let pulls = match request.discussion_type {
        None | Some(DiscussionType::All) => None,
        Some(DiscussionType::Discussion) => Some(false),
        Some(DiscussionType::PullRequest) => Some(true),
        Some(_) => return Err(option("\"all\"|\"discussion\"|\"pull_request\"", "type")),
    };
    let author = match request.author.as_deref() {
        Some(name) if !AUTHOR_NAMES.contains(&name.len()) => {
            return Err(Refusal::invalid("Invalid string: 2 to 42 characters", "author"));
        }
        // Nobody of that name has begun nothing, which is no error.
        Some(name) => Some(world.account(name)),
        None => None,
    };
    let words = request.search.as_deref().map(str::to_lowercase);
    Ok(move |one: &&Discussion| {
        pulls.is_none_or(|pulls| pulls == one.pull.is_some())
            && author.is_none_or(|author| author.is_some() && author == one.author)
            && words.as_ref().is_none_or(|words| one.title.to_lowercase().contains(words))
    })
}

fn entry<'a>(ask: &'a Ask<'_>, repo: &'a Repo, one: &'a Discussion) -> Entry<'a> {
    Entry {
        num: one.num,
        author: ask.poster_in_list(one.author),
        repo: view::repo_name(repo),
        title: &one.title,
        status: one.status,
        created_at: wire_date(one.created_at),
        is_pull_request: one.pull.is_some(),
        num_comments: one.comments().count(),
        top_reactions: view::top_reactions(one),
        num_reaction_users: view::reaction_users(one),
        pinned: one.pinned,
        repo_owner: owner(ask.world, repo, one),
    }
}

fn owner<'a>(world: &'a World, repo: &Repo, one: &Discussion) -> Option<Owner<'a>> {
    let owner = world.account(repo.owner()?)?;
    let is_participating = match owner {
        Account::Org(org) => one.participants().into_iter().any(|account| match account {
            Account::User(user) => world.org(org).shows(world.user(user).id),
            Account::Org(_) => account == owner,
        }),
        Account::User(_) => one.participants().contains(&owner),
    };
    Some(Owner {
        name: world.name_of(owner),
        is_participating,
        kind: match owner {
            Account::User(_) => "user",
            Account::Org(_) => "org",
        },
        is_discussion_author: one.author == Some(owner),
    })
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    num: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Poster<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<OwningOrg<'a>>,
    repo: RepoName<'a>,
    title: &'a str,
    status: DiscussionStatus,
    created_at: String,
    pinned: bool,
    locked: bool,
    collection: &'static str,
    is_pull_request: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_report: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files_with_conflicts: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
    events: Vec<EventView<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OwningOrg<'a> {
    avatar_url: &'a str,
    fullname: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    is_hf: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
}

impl Show<GetDiscussionDetails> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetDiscussionDetails) -> Result<Answer, Refusal> {
        let (kind, id) = (&request.repo_type, &request.repo);
        let (index, one) = discussion(ask.world, &ask.caller, kind, id, request.num)?;
        let repo = ask.world.repo(index);
        let org = match repo.owner().and_then(|owner| ask.world.account(owner)) {
            Some(Account::Org(org)) => {
                let org = ask.world.org(org);
                Some(OwningOrg {
                    avatar_url: &org.avatar_url,
                    fullname: &org.fullname,
                    name: &org.name,
                    kind: "org",
                    is_hf: false,
                    plan: org.plan,
                })
            }
            _ => None,
        };
        let pull = one.pull.as_ref();
        Ok(Answer::json(&Details {
            id: one.id,
            num: one.num,
            author: ask.poster(one.author),
            org,
            repo: view::repo_name(repo),
            title: &one.title,
            status: one.status,
            created_at: wire_date(one.created_at),
            pinned: one.pinned,
            locked: one.locked,
            collection: "discussions",
            is_pull_request: pull.is_some(),
            is_report: pull.is_none().then_some(one.is_report),
            changes: pull.map(changes_of),
            files_with_conflicts: pull.map(|pull| &*pull.conflicts),
            diff_url: pull.map(|_| format!("{}/files.diff", page(repo, one.num))),
            diff: pull.filter(|_| request.diff).map(|pull| &*pull.diff),
            events: one.events.iter().map(|event| ask.event(repo, event)).collect(),
        }))
    }
}

/// The address of a discussion's page.
fn page(repo: &Repo, num: u64) -> String {
    format!("{}/discussions/{num}", crate::world::web_address(repo))
}

fn changes_of(pull: &Pull) -> Value {
    let mut changes = Map::new();
    changes.insert("base".to_owned(), json!("refs/heads/main"));
    if let Some(merged) = &pull.merge_commit {
        changes.insert("mergeCommitId".to_owned(), json!(merged));
    }
    if pull.ref_deleted {
        changes.insert("refDeleted".to_owned(), json!(true));
    }
    let estimate = json!({ "size": storage(pull), "baseSha": pull.base });
    changes.insert("cachedStorageEstimate".to_owned(), estimate);
    Value::Object(changes)
}

/// The bytes of the lines that a pull request adds.
fn storage(pull: &Pull) -> usize {
    let added = |line: &&str| line.starts_with('+') && !line.starts_with("+++");
    if pull.ref_deleted { 0 } else { pull.diff.lines().filter(added).map(str::len).sum() }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    estimated_storage: usize,
    ref_deleted: bool,
}

impl Show<GetPullRequestStorage> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetPullRequestStorage) -> Result<Answer, Refusal> {
        let (kind, id) = (&request.repo_type, &request.repo);
        let (_, one) = discussion(ask.world, &ask.caller, kind, id, request.num)?;
        let pull = pull(one)?;
        let answer = Storage { estimated_storage: storage(pull), ref_deleted: pull.ref_deleted };
        Ok(Answer::json(&answer))
    }
}
