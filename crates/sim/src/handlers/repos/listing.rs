//! Lists of repos: by author, by search, and the caller's own.

use std::collections::BTreeMap;

use hubfolk_api::repos::{
    Direction, ListDatasets, ListKernels, ListModels, ListRepos, ListSpaces, ListUserRepos,
    ListedType, OwnRepoSort, RepoSort,
};
use serde::Serialize;

use super::super::{Ask, Behaviour, Show, repo_type};
use super::info;
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::paging::{CursorForm, Order, PageAsk, PageSizes, cut};
use crate::visibility::RepoAccess;
use crate::world::{Gated, Repo, RepoIx, RepoType};

/// Clients send any limit and cut the list themselves, so none is refused.
const PAGES: PageSizes =
    PageSizes { least: 1, most: u32::MAX as i64, default: 1000, cursor: CursorForm::Dotted };

/// A page is never longer than this, whatever is asked.
const LONGEST_PAGE: usize = 1000;

/// What a list shows of each repo unless it is told otherwise.
const SHORT: [&str; 9] = [
    "author",
    "private",
    "tags",
    "pipeline_tag",
    "downloads",
    "likes",
    "createdAt",
    "lastModified",
    "sdk",
];

impl Show<ListModels> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGES);

    fn show(ask: &Ask<'_>, request: &ListModels) -> Result<Answer, Refusal> {
        list(ask, request)
    }
}

impl Show<ListDatasets> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGES);

    fn show(ask: &Ask<'_>, request: &ListDatasets) -> Result<Answer, Refusal> {
        list(ask, request)
    }
}

impl Show<ListSpaces> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGES);

    fn show(ask: &Ask<'_>, request: &ListSpaces) -> Result<Answer, Refusal> {
        list(ask, request)
    }
}

impl Show<ListKernels> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGES);

    fn show(ask: &Ask<'_>, request: &ListKernels) -> Result<Answer, Refusal> {
        list(ask, request)
    }
}

/// What the caller may see, sorted; of an author that nobody has, nothing.
fn list<K: ListedType>(ask: &Ask<'_>, request: &ListRepos<K>) -> Result<Answer, Refusal> {
    let kind = repo_type(&K::TYPE)?;
    if !request.expand.is_empty() && (request.full.is_some() || request.card_data.is_some()) {
        return Err(Refusal::bad_request("✖ `expand` and `full` exclude each other"));
    }
    let sort = match request.sort.clone().unwrap_or(RepoSort::TrendingScore) {
        RepoSort::Other(_) => return Err(Refusal::invalid("Invalid option", "sort")),
        sort => sort,
    };
    let text = request.search.as_deref().unwrap_or_default().to_lowercase();
    let wanted = |repo: &Repo| {
        let gated = repo.gated != Gated::No;
        repo.kind == kind
            && repo.id.to_lowercase().contains(&text)
            && request.filter.iter().all(|tag| repo.tags.contains(tag))
            && request.gated.is_none_or(|wanted| wanted == gated)
            && ask.caller.repo_access(ask.world, repo) > RepoAccess::None
    };
    let indexes: Vec<RepoIx> = match &request.author {
        Some(author) => ask.world.repo_indexes_of(author).to_vec(),
        None => ask.world.all_repos().map(|(index, _)| index).collect(),
    };
    let sorted: BTreeMap<ObjectId, RepoIx> = indexes
        .into_iter()
        .map(|index| (index, ask.world.repo(index)))
        .filter(|(_, repo)| wanted(repo))
        .map(|(index, repo)| (key(&sort, index, repo), index))
        .collect();
    let page = cut(&sorted, Order::Descending, within(ask.page), |_, _| true);
    Ok(ask.paged(&page, CursorForm::Dotted, |_, &index| {
        let repo = ask.world.repo(index);
        if request.full == Some(true) || !request.expand.is_empty() {
            return info::render(ask.world, repo, &request.expand);
        }
        let mut short: Vec<String> = SHORT.map(str::to_owned).to_vec();
        if request.card_data == Some(true) {
            short.push("cardData".to_owned());
        }
        info::render(ask.world, repo, &short)
    }))
}

fn within(page: PageAsk) -> PageAsk {
    PageAsk { size: page.size.min(LONGEST_PAGE), ..page }
}

/// Sorts by the value, then by age; what a cursor names stays in its place while others move.
fn key(sort: &RepoSort, index: RepoIx, repo: &Repo) -> ObjectId {
    let seconds = |at: jiff::Timestamp| u32::try_from(at.as_second()).unwrap_or(0);
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let value = match sort {
        RepoSort::LastModified => seconds(repo.last_modified),
        RepoSort::CreatedAt => seconds(repo.created_at),
        RepoSort::Downloads => number(repo.downloads),
        RepoSort::Likes => number(repo.like_count()),
        _ => 0,
    };
    ObjectId::from_parts(value, index.number())
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::handlers) struct Own<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: RepoType,
    updated_at: String,
    visibility: &'static str,
    storage: u64,
    storage_percent: f64,
}

impl<'a> Own<'a> {
    /// A repo whose owner stores `total` bytes in all.
    pub(in crate::handlers) fn of(repo: &'a Repo, total: u64) -> Self {
        let storage = storage(repo);
        let share = if total == 0 { 0.0 } else { storage as f64 / total as f64 };
        Self {
            id: &repo.id,
            kind: repo.kind,
            updated_at: wire_date(repo.last_modified),
            visibility: match (repo.private, repo.settings.protected) {
                (true, _) => "private",
                (false, true) => "protected",
                (false, false) => "public",
            },
            storage,
            storage_percent: (share * 10_000.0).round() / 100.0,
        }
    }
}

impl Show<ListUserRepos> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGES);

    fn show(ask: &Ask<'_>, request: &ListUserRepos) -> Result<Answer, Refusal> {
        let user = ask.world.user(ask.caller.logged_in()?);
        let kind = request.repo_type.as_ref().map(repo_type).transpose();
        // Buckets are a type of their own here, of which the world has none.
        let kind = kind.map_err(|_| Refusal::invalid("Invalid option", "type"));
        let kind = match &request.repo_type {
            Some(hubfolk_api::repos::RepoType::Bucket) => return Ok(Answer::json(&[(); 0])),
            _ => kind?,
        };
        let by_storage = match request.sort.as_ref().unwrap_or(&OwnRepoSort::Storage) {
            OwnRepoSort::Storage => true,
            OwnRepoSort::UpdatedAt => false,
            _ => return Err(Refusal::invalid("Invalid option", "sort")),
        };
        let order = match request.direction.as_ref().unwrap_or(&Direction::Descending) {
            Direction::Descending => Order::Descending,
            Direction::Ascending => Order::Ascending,
            _ => return Err(Refusal::invalid("Invalid option", "direction")),
        };
        let all = ask.world.repo_indexes_of(&user.name);
        let total: u64 = all.iter().map(|&index| storage(ask.world.repo(index))).sum();
        let text = request.search.as_deref().unwrap_or_default().to_lowercase();
        let sorted: BTreeMap<ObjectId, RepoIx> = all
            .iter()
            .map(|&index| (index, ask.world.repo(index)))
            .filter(|(_, repo)| kind.is_none_or(|kind| kind == repo.kind))
            .filter(|(_, repo)| repo.id.to_lowercase().contains(&text))
            .map(|(index, repo)| {
                // Whole mebibytes are exact enough to sort by.
                let value = match by_storage {
                    true => u32::try_from(storage(repo) >> 20).unwrap_or(u32::MAX),
                    false => u32::try_from(repo.last_modified.as_second()).unwrap_or(0),
                };
                (ObjectId::from_parts(value, index.number()), index)
            })
            .collect();
        let page = cut(&sorted, order, within(ask.page), |_, _| true);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, &index| Own::of(ask.world.repo(index), total)))
    }
}

/// Bytes that a repo takes; a world file may say so.
pub(in crate::handlers) fn storage(repo: &Repo) -> u64 {
    repo.extra.get("usedStorage").and_then(serde_json::Value::as_u64).unwrap_or(0)
}
