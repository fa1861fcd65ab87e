//! What a person or an organization did lately, which the Hub has no call for.
//!
//! It is put together from lists that come newest first: likes, repositories by creation and by
//! last change, and discussions. They are read page by page, only as far as the answer needs, and
//! merged by time. What cannot be seen from any list (comments, changes of settings, likes of
//! private repositories) is not in it.

use std::future;

use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use hubfolk_api::{
    Paged,
    repos::{
        Datasets, Kernels, ListRepos, ListedType, Models, RepoId, RepoInfo, RepoSort, RepoType,
        Spaces,
    },
    users::ListLikedRepos,
    wire,
};
use jiff::Timestamp;

use crate::{error::Error, hub::Hub};

/// Lists that are begun at the same time.
const AT_ONCE: usize = 6;

/// Events that are collected unless told otherwise.
const DEFAULT_LIMIT: usize = 100;

/// Longest page that is asked for.
const LONGEST_PAGE: usize = 100;

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Activity {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ActivityKind,
    /// In which repository.
    pub repo: RepoId,
    /// Who, where the list says so.
    pub actor: Option<String>,
    /// Title of the discussion.
    pub title: Option<String>,
    /// Number of the discussion.
    pub num: Option<u64>,
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActivityKind {
    /// Liked a repository.
    Liked,
    /// Created a repository.
    CreatedRepo,
    /// Changed a repository last at this time; earlier changes are not known.
    UpdatedRepo,
    /// Opened a discussion.
    OpenedDiscussion,
    /// Opened a pull request.
    OpenedPullRequest,
}

impl ActivityKind {
    /// The word for people and programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Liked => "liked",
            Self::CreatedRepo => "created_repo",
            Self::UpdatedRepo => "updated_repo",
            Self::OpenedDiscussion => "opened_discussion",
            Self::OpenedPullRequest => "opened_pull_request",
        }
    }
}

/// How much activity is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivityQuery {
    /// Nothing before this time.
    pub since: Option<Timestamp>,
    /// At most so many events; 100 when absent.
    pub limit: Option<usize>,
    /// Only what happened in this repository.
    pub repo: Option<RepoId>,
}

impl ActivityQuery {
    /// The newest 100 events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing before this time.
    #[must_use]
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// At most so many events.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Only what happened in this repository.
    #[must_use]
    pub fn in_repo(mut self, repo: RepoId) -> Self {
        self.repo = Some(repo);
        self
    }

    fn page(&self) -> u32 {
        let page = self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, LONGEST_PAGE);
        u32::try_from(page).unwrap_or(u32::MAX)
    }
}

/// A list that was read for activity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivitySource {
    /// What it holds, as in "models by creation".
    pub name: String,
    /// The operation that lists it.
    pub operation: &'static str,
    /// Path and query of its first page.
    pub path: String,
    /// Events of it that are part of the answer.
    pub events: usize,
    /// Whether all of it was read, back to the time asked for.
    pub exhausted: bool,
}

/// Activity with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivityLog {
    /// What happened, the newest first.
    pub events: Vec<Activity>,
    /// The lists that were read; the Hub knows of more than they show.
    pub sources: Vec<ActivitySource>,
}

type Events = BoxStream<'static, Result<Activity, Error>>;

/// A list with its next event.
struct Feed {
    source: ActivitySource,
    events: Events,
    head: Option<Activity>,
}

impl Feed {
    /// The events that `event` makes of a list's items.
    fn new<E: Paged>(
        hub: &Hub,
        name: impl Into<String>,
        request: E,
        event: impl Fn(E::Item) -> Option<Activity> + Send + 'static,
    ) -> Self {
        // What cannot be encoded fails with its reason when the list is read.
        let path = wire::encode(&request).map(|request| request.uri().to_string());
        let source = ActivitySource {
            name: name.into(),
            operation: E::OPERATION.name,
            path: path.unwrap_or_default(),
            events: 0,
            exhausted: false,
        };
        let events = hub.list(request).try_filter_map(move |item| future::ready(Ok(event(item))));
        Self { source, events: events.boxed(), head: None }
    }

    /// Reads the next event, unless it is too old.
    async fn advance(&mut self, since: Option<Timestamp>) -> Result<(), Error> {
        self.head = match self.events.try_next().await? {
            Some(event) if since.is_none_or(|since| event.at >= since) => Some(event),
            // Lists come newest first, so everything behind is too old as well.
            _ => None,
        };
        self.source.exhausted = self.head.is_none();
        Ok(())
    }
}

/// Activity as it is read, the newest first.
pub struct ActivityReader {
    feeds: Vec<Feed>,
    query: ActivityQuery,
    begun: bool,
    given: usize,
}

impl std::fmt::Debug for ActivityReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActivityReader").field("query", &self.query).finish_non_exhaustive()
    }
}

impl ActivityReader {
    /// What a user did.
    #[must_use]
    pub fn of_user(hub: &Hub, name: &str, query: ActivityQuery) -> Self {
        let mut feeds = Vec::new();
        if query.repo.is_none() {
            feeds.push(likes(hub, name, &query));
        }
        feeds.extend(repositories(hub, name, &query));
        Self { feeds, query, begun: false, given: 0 }
    }

    /// What happened in an organization.
    #[must_use]
    pub fn of_organization(hub: &Hub, name: &str, query: ActivityQuery) -> Self {
        let feeds = repositories(hub, name, &query);
        Self { feeds, query, begun: false, given: 0 }
    }

    /// The next event; `None` when there is no older one, or as many as asked for were given.
    ///
    /// # Errors
    ///
    /// What reading a list may meet; there is nothing more after it.
    pub async fn next(&mut self) -> Result<Option<Activity>, Error> {
        if self.given >= self.query.limit.unwrap_or(DEFAULT_LIMIT) {
            return Ok(None);
        }
        if !self.begun {
            self.begun = true;
            let since = self.query.since;
            let feeds = std::mem::take(&mut self.feeds);
            self.feeds = stream::iter(feeds)
                .map(|mut feed| async move { feed.advance(since).await.map(|()| feed) })
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
        }
        let newest = self
            .feeds
            .iter_mut()
            .filter(|feed| feed.head.is_some())
            .max_by_key(|feed| feed.head.as_ref().map(|event| event.at));
        let Some(feed) = newest else { return Ok(None) };
        let event = feed.head.take();
        feed.source.events += 1;
        feed.advance(self.query.since).await?;
        self.given += 1;
        Ok(event)
    }

    /// The lists that are read, and how far.
    #[must_use]
    pub fn sources(&self) -> Vec<ActivitySource> {
        self.feeds.iter().map(|feed| feed.source.clone()).collect()
    }

    /// Reads to the end.
    ///
    /// # Errors
    ///
    /// As [`ActivityReader::next`].
    pub async fn collect(mut self) -> Result<ActivityLog, Error> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await? {
            events.push(event);
        }
        Ok(ActivityLog { events, sources: self.sources() })
    }
}

fn likes(hub: &Hub, name: &str, query: &ActivityQuery) -> Feed {
    let actor = name.to_owned();
    let request = ListLikedRepos::builder(name).limit(query.page()).build();
    Feed::new(hub, "likes of public repositories", request, move |like| {
        let at = time(like.created_at.as_deref())?;
        Some(event(at, ActivityKind::Liked, like.repo, Some(actor.clone())))
    })
}

/// Two lists a type: what was created, and what was changed last.
fn repositories(hub: &Hub, owner: &str, query: &ActivityQuery) -> Vec<Feed> {
    let mut feeds = Vec::new();
    both::<Models>(hub, owner, query, "models", &mut feeds);
    both::<Datasets>(hub, owner, query, "datasets", &mut feeds);
    both::<Spaces>(hub, owner, query, "Spaces", &mut feeds);
    // The Hub does not sort kernels by creation.
    if wanted(&RepoType::Kernel, query) {
        feeds.push(changed::<Kernels>(hub, owner, query, "kernels"));
    }
    feeds
}

fn wanted(kind: &RepoType, query: &ActivityQuery) -> bool {
    query.repo.as_ref().is_none_or(|repo| repo.repo_type == *kind)
}

fn both<K: ListedType>(
    hub: &Hub,
    owner: &str,
    query: &ActivityQuery,
    what: &str,
    feeds: &mut Vec<Feed>,
) {
    if !wanted(&K::TYPE, query) {
        return;
    }
    let only = query.repo.as_ref().map(|repo| repo.name.clone());
    let created = list::<K>(owner, query, RepoSort::CreatedAt);
    feeds.push(Feed::new(hub, format!("{what} by creation"), created, move |repo| {
        let at = time(repo.created_at.as_deref()).filter(|_| is_meant(&repo, only.as_deref()))?;
        Some(event(at, ActivityKind::CreatedRepo, RepoId::new(K::TYPE, repo.id), None))
    }));
    feeds.push(changed::<K>(hub, owner, query, what));
}

fn changed<K: ListedType>(hub: &Hub, owner: &str, query: &ActivityQuery, what: &str) -> Feed {
    let only = query.repo.as_ref().map(|repo| repo.name.clone());
    let request = list::<K>(owner, query, RepoSort::LastModified);
    Feed::new(hub, format!("{what} by last change"), request, move |repo| {
        let at =
            time(repo.last_modified.as_deref()).filter(|_| is_meant(&repo, only.as_deref()))?;
        // What was never changed since stands in the other list.
        let changed = time(repo.created_at.as_deref()).is_none_or(|made| made < at);
        let repo = RepoId::new(K::TYPE, repo.id);
        changed.then(|| event(at, ActivityKind::UpdatedRepo, repo, None))
    })
}

fn list<K: ListedType>(owner: &str, query: &ActivityQuery, sort: RepoSort) -> ListRepos<K> {
    ListRepos::<K>::builder()
        .author(owner)
        .sort(sort)
        .limit(query.page())
        .expand(vec!["createdAt".to_owned(), "lastModified".to_owned()])
        .build()
}

fn is_meant(repo: &RepoInfo, only: Option<&str>) -> bool {
    only.is_none_or(|only| repo.id.eq_ignore_ascii_case(only))
}

fn event(at: Timestamp, kind: ActivityKind, repo: RepoId, actor: Option<String>) -> Activity {
    Activity { at, kind, repo, actor, title: None, num: None }
}

/// What has no time has no place in the order.
fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}
