//! What a person or an organization did lately, which the Hub has no call for.
//!
//! It is put together from lists that come newest first: likes, repositories by creation and by
//! last change, and discussions. They are read page by page, only as far as the answer needs, and
//! merged by time. What cannot be seen from any list (comments, changes of settings, likes of
//! private repositories) is not in it; of an organization's discussions, those of its ten models,
//! ten datasets and ten Spaces that changed last are read.

use futures_util::{StreamExt, TryStreamExt, stream};
use hubfolk_api::repos::RepoId;
use jiff::Timestamp;

use self::sources::Feed;
use crate::{error::Error, hub::Hub};

mod sources;

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
    /// Why it could not be read: discussions that are off, or not for this caller.
    pub problem: Option<String>,
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

/// Activity as it is read, the newest first.
pub struct ActivityReader {
    hub: Hub,
    feeds: Vec<Feed>,
    query: ActivityQuery,
    /// The organization whose repositories still have to be found to read their discussions.
    to_explore: Option<String>,
    begun: bool,
    given: usize,
}

impl std::fmt::Debug for ActivityReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActivityReader").field("query", &self.query).finish_non_exhaustive()
    }
}

impl ActivityReader {
    /// What a user did: likes and repositories, or everything in one repository that is theirs or
    /// that they discuss.
    #[must_use]
    pub fn of_user(hub: &Hub, name: &str, query: ActivityQuery) -> Self {
        let feeds = match &query.repo {
            Some(repo) => {
                let mut feeds = vec![sources::discussions(hub, repo, Some(name), true)];
                feeds.extend(sources::one_repository(hub, name, repo));
                feeds
            }
            None => {
                let mut feeds = vec![sources::likes(hub, name, &query)];
                feeds.extend(sources::repositories(hub, name, &query));
                feeds
            }
        };
        Self { hub: hub.clone(), feeds, query, to_explore: None, begun: false, given: 0 }
    }

    /// What happened in an organization: its repositories and their discussions.
    #[must_use]
    pub fn of_organization(hub: &Hub, name: &str, query: ActivityQuery) -> Self {
        let (feeds, to_explore) = match &query.repo {
            Some(repo) => {
                let mut feeds = vec![sources::discussions(hub, repo, None, true)];
                feeds.extend(sources::one_repository(hub, name, repo));
                (feeds, None)
            }
            None => (sources::repositories(hub, name, &query), Some(name.to_owned())),
        };
        Self { hub: hub.clone(), feeds, query, to_explore, begun: false, given: 0 }
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
            self.begin().await?;
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

    /// Reads the first event of every list.
    async fn begin(&mut self) -> Result<(), Error> {
        if let Some(organization) = self.to_explore.take() {
            for repo in sources::last_changed(&self.hub, &organization).await? {
                self.feeds.push(sources::discussions(&self.hub, &repo, None, false));
            }
        }
        let since = self.query.since;
        let feeds = std::mem::take(&mut self.feeds);
        self.feeds = stream::iter(feeds)
            .map(|mut feed| async move { feed.advance(since).await.map(|()| feed) })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(())
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
