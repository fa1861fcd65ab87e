//! The lists that activity is read from.

use std::future;

use futures_util::{Stream, StreamExt, TryStreamExt, stream, stream::BoxStream};
use hubfolk_api::{
    Endpoint, Paged,
    discussions::GetRepoDiscussions,
    repos::{
        Datasets, GetRepoInfo, Kernels, ListRepos, ListedType, Models, RepoId, RepoSort, Spaces,
    },
    users::ListLikedRepos,
    wire,
};
use jiff::Timestamp;

use super::{Activity, ActivityKind, ActivityQuery, ActivitySource};
use crate::{error::Error, hub::Hub};

/// Repositories of each type whose discussions are read for an organization.
const EXPLORED: u32 = 10;

/// A list with its next event.
pub(super) struct Feed {
    pub(super) source: ActivitySource,
    pub(super) head: Option<Activity>,
    events: BoxStream<'static, Result<Activity, Error>>,
    /// Whether a refusal of this list is a refusal of the whole.
    needed: bool,
}

impl Feed {
    fn new<E: Endpoint>(
        name: impl Into<String>,
        request: &E,
        events: impl Stream<Item = Result<Activity, Error>> + Send + 'static,
    ) -> Self {
        // What cannot be encoded fails with its reason when the list is read.
        let path = wire::encode(request).map(|request| request.uri().to_string());
        let source = ActivitySource {
            name: name.into(),
            operation: E::OPERATION.name,
            path: path.unwrap_or_default(),
            events: 0,
            exhausted: false,
            problem: None,
        };
        Self { source, head: None, events: events.boxed(), needed: true }
    }

    /// The events that `event` makes of a list's items.
    fn listed<E: Paged>(
        hub: &Hub,
        name: impl Into<String>,
        request: &E,
        event: impl Fn(E::Item) -> Option<Activity> + Send + 'static,
    ) -> Self {
        let items = hub.list(request.clone());
        let events = items.try_filter_map(move |item| future::ready(Ok(event(item))));
        Self::new(name, request, events)
    }

    /// Reads the next event, unless it is too old.
    pub(super) async fn advance(&mut self, since: Option<Timestamp>) -> Result<(), Error> {
        let next = match self.events.try_next().await {
            Err(Error::Api(problem))
                if !self.needed && (problem.is_forbidden() || problem.is_not_found()) =>
            {
                self.source.problem = Some(problem.to_string());
                None
            }
            next => next?,
        };
        // Lists come newest first, so everything behind is too old as well.
        self.head = next.filter(|event| since.is_none_or(|since| event.at >= since));
        self.source.exhausted = self.head.is_none();
        Ok(())
    }
}

pub(super) fn likes(hub: &Hub, name: &str, query: &ActivityQuery) -> Feed {
    let actor = name.to_owned();
    let request = ListLikedRepos::builder(name).limit(query.page()).build();
    Feed::listed(hub, "likes of public repositories", &request, move |like| {
        let at = time(like.created_at.as_deref())?;
        Some(event(at, ActivityKind::Liked, like.repo, Some(actor.clone())))
    })
}

/// Two lists a type: what was created, and what was changed last.
pub(super) fn repositories(hub: &Hub, owner: &str, query: &ActivityQuery) -> Vec<Feed> {
    vec![
        created::<Models>(hub, owner, query, "models"),
        changed::<Models>(hub, owner, query, "models"),
        created::<Datasets>(hub, owner, query, "datasets"),
        changed::<Datasets>(hub, owner, query, "datasets"),
        created::<Spaces>(hub, owner, query, "Spaces"),
        changed::<Spaces>(hub, owner, query, "Spaces"),
        // The Hub does not sort kernels by creation.
        changed::<Kernels>(hub, owner, query, "kernels"),
    ]
}

fn created<K: ListedType>(hub: &Hub, owner: &str, query: &ActivityQuery, what: &str) -> Feed {
    let request = list::<K>(owner, query.page(), RepoSort::CreatedAt);
    Feed::listed(hub, format!("{what} by creation"), &request, |repo| {
        let at = time(repo.created_at.as_deref())?;
        Some(event(at, ActivityKind::CreatedRepo, RepoId::new(K::TYPE, repo.id), None))
    })
}

fn changed<K: ListedType>(hub: &Hub, owner: &str, query: &ActivityQuery, what: &str) -> Feed {
    let request = list::<K>(owner, query.page(), RepoSort::LastModified);
    Feed::listed(hub, format!("{what} by last change"), &request, |repo| {
        let at = time(repo.last_modified.as_deref())?;
        // What was never changed since stands in the other list.
        let changed = time(repo.created_at.as_deref()).is_none_or(|made| made < at);
        let repo = RepoId::new(K::TYPE, repo.id);
        changed.then(|| event(at, ActivityKind::UpdatedRepo, repo, None))
    })
}

fn list<K: ListedType>(owner: &str, page: u32, sort: RepoSort) -> ListRepos<K> {
    ListRepos::<K>::builder()
        .author(owner)
        .sort(sort)
        .limit(page)
        .expand(vec!["createdAt".to_owned(), "lastModified".to_owned()])
        .build()
}

/// Creation and last change of one repository, where it belongs to this account.
pub(super) fn one_repository(hub: &Hub, owner: &str, repo: &RepoId) -> Option<Feed> {
    let (its_owner, _) = repo.name.split_once('/')?;
    if !its_owner.eq_ignore_ascii_case(owner) {
        return None;
    }
    let request = GetRepoInfo::builder(repo.repo_type.clone(), &repo.name)
        .expand(vec!["createdAt".to_owned(), "lastModified".to_owned()])
        .build();
    let (hub, asked, repo) = (hub.clone(), request.clone(), repo.clone());
    let events = stream::once(async move {
        let info = hub.send(asked).await?;
        let made = time(info.created_at.as_deref());
        let changed = time(info.last_modified.as_deref()).filter(|at| made.is_none_or(|m| m < *at));
        let changed = changed.map(|at| event(at, ActivityKind::UpdatedRepo, repo.clone(), None));
        let made = made.map(|at| event(at, ActivityKind::CreatedRepo, repo.clone(), None));
        Ok::<_, Error>(stream::iter(changed.into_iter().chain(made).map(Ok)))
    });
    Some(Feed::new("the repository", &request, events.try_flatten()))
}

/// Discussions and pull requests of a repository, of one person or of all.
pub(super) fn discussions(hub: &Hub, repo: &RepoId, author: Option<&str>, needed: bool) -> Feed {
    let request = GetRepoDiscussions::builder(repo.repo_type.clone(), &repo.name)
        .maybe_author(author)
        .build();
    let of = repo.clone();
    let begun = hub.list(request.clone()).try_filter_map(move |discussion| {
        let event = time(discussion.created_at.as_deref()).map(|at| Dated {
            pinned: discussion.pinned == Some(true),
            activity: Activity {
                at,
                kind: match discussion.is_pull_request {
                    true => ActivityKind::OpenedPullRequest,
                    false => ActivityKind::OpenedDiscussion,
                },
                repo: of.clone(),
                actor: discussion.author.map(|author| author.username),
                title: Some(discussion.title),
                num: Some(discussion.num),
            },
        });
        future::ready(Ok(event))
    });
    let mut feed = Feed::new(format!("discussions of {}", repo.name), &request, in_order(begun));
    feed.needed = needed;
    feed
}

/// The repositories of an organization that changed last, ten of each type.
pub(super) async fn last_changed(hub: &Hub, organization: &str) -> Result<Vec<RepoId>, Error> {
    let mut repos = first::<Models>(hub, organization).await?;
    repos.extend(first::<Datasets>(hub, organization).await?);
    repos.extend(first::<Spaces>(hub, organization).await?);
    Ok(repos)
}

async fn first<K: ListedType>(hub: &Hub, owner: &str) -> Result<Vec<RepoId>, Error> {
    // One page is all that is wanted, so no list is read on.
    let page = hub.send(list::<K>(owner, EXPLORED, RepoSort::LastModified)).await?;
    let newest = page.into_iter().take(EXPLORED as usize);
    Ok(newest.map(|repo| RepoId::new(K::TYPE, repo.id)).collect())
}

/// An event of a list in which pinned ones stand before newer ones.
struct Dated {
    activity: Activity,
    pinned: bool,
}

/// Puts what is pinned to the top of a list back into its place in time.
fn in_order(
    events: impl Stream<Item = Result<Dated, Error>> + Send + 'static,
) -> impl Stream<Item = Result<Activity, Error>> + Send + 'static {
    struct State<S> {
        events: S,
        held: Vec<Activity>,
        next: Option<Activity>,
    }
    let state = State { events: Box::pin(events.fuse()), held: Vec::new(), next: None };
    stream::try_unfold(state, async |mut state| {
        while state.next.is_none() {
            match state.events.try_next().await? {
                Some(Dated { activity, pinned: true }) => state.held.push(activity),
                Some(Dated { activity, pinned: false }) => state.next = Some(activity),
                None => break,
            }
        }
        let newest = (0..state.held.len()).max_by_key(|&index| state.held[index].at);
        let event = match (newest, &state.next) {
            (Some(index), Some(next)) if state.held[index].at > next.at => {
                Some(state.held.swap_remove(index))
            }
            (_, Some(_)) => state.next.take(),
            (Some(index), None) => Some(state.held.swap_remove(index)),
            (None, None) => None,
        };
        Ok(event.map(|event| (event, state)))
    })
}

fn event(at: Timestamp, kind: ActivityKind, repo: RepoId, actor: Option<String>) -> Activity {
    Activity { at, kind, repo, actor, title: None, num: None }
}

/// What has no time has no place in the order.
fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}
