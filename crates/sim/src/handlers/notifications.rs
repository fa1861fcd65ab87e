//! Notifications of the caller, and what the caller watches and wants to hear.

use hubfolk_api::notifications::{
    DeleteNotifications, ListNotifications, MarkNotificationsAsRead, Mention, NotificationFilter,
    ReadStatus, UpdateNotificationSettings, UpdateWatchSettings, WatchTarget, WatchTargetType,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{Ask, Behaviour, Change, Order, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::paging::{CursorForm, PageSizes};
use crate::visibility::may_see;
use crate::world::{Account, Discussion, DiscussionStatus, Note, RepoType, UserIx, World};

/// The Hub does not say how many stand on a page; this is our reading.
const PAGE: PageSizes = PageSizes { least: 25, most: 25, default: 25, cursor: CursorForm::Number };

#[derive(Debug, Serialize)]
struct Page<'a> {
    notifications: Vec<View<'a>>,
    count: Count,
    start: usize,
}

#[derive(Debug, Serialize)]
struct Count {
    view: usize,
    unread: usize,
    all: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    updated_at: String,
    read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    discussion_event_id: Option<ObjectId>,
    repo: RepoName<'a>,
    discussion: About<'a>,
}

#[derive(Debug, Serialize)]
struct RepoName<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: RepoType,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct About<'a> {
    num: u64,
    title: &'a str,
    status: DiscussionStatus,
    id: ObjectId,
    is_pull_request: bool,
    participating: Vec<Participant<'a>>,
}

#[derive(Debug, Serialize)]
struct Participant<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar: &'a str,
    user: &'a str,
}

/// A user's notifications with what they are about, the newest first; what the user may no longer
/// see is left out.
fn notes(world: &World, user: UserIx) -> Vec<(ObjectId, &Note, &Discussion)> {
    let inbox = world.inbox(user).into_iter().flat_map(|inbox| &inbox.notes);
    let mut notes: Vec<_> = inbox
        .filter(|(_, note)| may_see(world, world.repo(note.repo), user))
        .filter_map(|(id, note)| Some((*id, note, world.discussion(note.repo, note.num)?)))
        .collect();
    notes.sort_by_key(|(id, note, _)| std::cmp::Reverse((note.updated_at, *id)));
    notes
}

/// Which notifications a filter means.
struct Wanted<'a> {
    filter: &'a NotificationFilter,
    until: Option<Timestamp>,
    user: UserIx,
}

impl<'a> Wanted<'a> {
    fn new(filter: &'a NotificationFilter, user: UserIx) -> Result<Self, Refusal> {
        let option = |expected: &str, field: &str| {
            Refusal::invalid(&format!("Invalid option: expected one of {expected}"), field)
        };
        if let Some(ReadStatus::Other(_)) = filter.read_status {
            return Err(option("\"all\"|\"unread\"", "readStatus"));
        }
        if let Some(Mention::Other(_)) = filter.mention {
            return Err(option("\"all\"|\"participating\"|\"mentions\"", "mention"));
        }
        let until = match filter.last_update.as_deref().map(str::parse) {
            None => None,
            Some(Ok(time)) => Some(time),
            Some(Err(_)) => return Err(Refusal::invalid("Invalid ISO datetime", "lastUpdate")),
        };
        Ok(Self { filter, until, user })
    }

    fn holds(&self, world: &World, note: &Note, about: &Discussion) -> bool {
        let (filter, repo) = (self.filter, world.repo(note.repo));
        // The simulator tells of discussions in repos alone.
        let elsewhere = filter.post_author.is_some()
            || filter.paper_id.is_some()
            || filter.article_id.is_some();
        let kind = filter.repo_type.as_ref().is_none_or(|kind| kind.as_str() == repo.kind.as_str());
        let name = filter.repo_name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&repo.id));
        let mention = match filter.mention {
            Some(Mention::Mentions) => note.mentioned,
            Some(Mention::Participating) => {
                note.mentioned || about.participants().contains(&Account::User(self.user))
            }
            _ => true,
        };
        !elsewhere
            && kind
            && name
            && mention
            && (filter.read_status != Some(ReadStatus::Unread) || !note.read)
            && self.until.is_none_or(|until| note.updated_at <= until)
    }
}

impl Show<ListNotifications> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PAGE);

    fn show(ask: &Ask<'_>, request: &ListNotifications) -> Result<Answer, Refusal> {
        let user = ask.caller.logged_in()?;
        let wanted = Wanted::new(&request.filter, user)?;
        let mut notes = notes(ask.world, user);
        let unread = notes.iter().filter(|(_, note, _)| !note.read).count();
        let all = notes.len();
        notes.retain(|(_, note, about)| wanted.holds(ask.world, note, about));
        let start = (ask.page.number as usize - 1).saturating_mul(ask.page.size);
        let shown = notes.iter().skip(start).take(ask.page.size);
        Ok(Answer::json(&Page {
            notifications: shown.map(|(id, note, about)| view(ask, *id, note, about)).collect(),
            count: Count { view: notes.len(), unread, all },
            start,
        }))
    }
}

fn view<'a>(ask: &'a Ask<'_>, id: ObjectId, note: &Note, about: &'a Discussion) -> View<'a> {
    let repo = ask.world.repo(note.repo);
    let people = about.participants().into_iter().filter_map(|account| match account {
        Account::User(user) if ask.world.exists(account) => Some(ask.world.user(user)),
        _ => None,
    });
    View {
        kind: "repo",
        updated_at: wire_date(note.updated_at),
        read: note.read,
        discussion_event_id: note.event,
        repo: RepoName { name: &repo.id, kind: repo.kind },
        discussion: About {
            num: about.num,
            title: &about.title,
            status: about.status,
            id,
            is_pull_request: about.pull.is_some(),
            participating: people
                .map(|user| Participant { id: user.id, avatar: &user.avatar_url, user: &user.name })
                .collect(),
        },
    }
}

/// The notifications that a change is about: those named, or all of a filter.
fn meant(
    world: &World,
    user: UserIx,
    filter: &NotificationFilter,
    ids: Option<&[String]>,
    all: Option<bool>,
) -> Result<Vec<ObjectId>, Refusal> {
    let wanted = Wanted::new(filter, user)?;
    let named: Vec<ObjectId> = ids
        .unwrap_or_default()
        .iter()
        .map(|id| id.parse().map_err(|_| Refusal::invalid("Invalid string", "discussionIds")))
        .collect::<Result<_, _>>()?;
    if named.is_empty() && all != Some(true) {
        let problem = "Invalid input: name discussions or apply to all";
        return Err(Refusal::invalid(problem, "discussionIds"));
    }
    let held = notes(world, user).into_iter().filter(|(id, note, about)| {
        if all == Some(true) { wanted.holds(world, note, about) } else { named.contains(id) }
    });
    Ok(held.map(|(id, ..)| id).collect())
}

impl Change<MarkNotificationsAsRead> for Behaviour {
    fn change(order: &mut Order<'_>, request: &MarkNotificationsAsRead) -> Result<Answer, Refusal> {
        let user = order.caller()?.may_change_settings(order.world)?;
        let ids = request.discussion_ids.as_deref();
        let ids = meant(order.world, user, &request.filter, ids, request.apply_to_all)?;
        let inbox = order.world.inbox_mut(user);
        for id in ids {
            if let Some(note) = inbox.notes.get_mut(&id) {
                note.read = request.read != Some(false);
            }
        }
        Ok(Answer::text("OK"))
    }
}

impl Change<DeleteNotifications> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteNotifications) -> Result<Answer, Refusal> {
        let user = order.caller()?.may_change_settings(order.world)?;
        let ids = request.discussion_ids.as_deref();
        let ids = meant(order.world, user, &request.filter, ids, request.apply_to_all)?;
        let inbox = order.world.inbox_mut(user);
        inbox.notes.retain(|id, _| !ids.contains(id));
        Ok(Answer::text("OK"))
    }
}

impl Change<UpdateWatchSettings> for Behaviour {
    /// All of it or nothing.
    fn change(order: &mut Order<'_>, request: &UpdateWatchSettings) -> Result<Answer, Refusal> {
        let user = order.caller()?.may_change_settings(order.world)?;
        let find = |watched: &WatchTarget| find(order.world, user, watched);
        let add = request.add.iter().flatten().map(find).collect::<Result<Vec<_>, _>>()?;
        let delete = request.delete.iter().flatten().map(find).collect::<Result<Vec<_>, _>>()?;
        for id in add {
            order.world.watch(user, id, true);
        }
        for id in delete {
            order.world.watch(user, id, false);
        }
        Ok(Answer::text("OK"))
    }
}

/// The id of something that the caller may see.
fn find(world: &World, user: UserIx, watched: &WatchTarget) -> Result<ObjectId, Refusal> {
    let id: ObjectId = watched.id.parse().map_err(|_| Refusal::invalid("Invalid string", "id"))?;
    let there = match watched.target_type {
        WatchTargetType::User => world.user_with_id(id).is_some(),
        WatchTargetType::Org => world.has_organization(id),
        WatchTargetType::Repo => {
            world.all_repos().any(|(_, repo)| repo.oid == id && may_see(world, repo, user))
        }
        _ => {
            let problem = "Invalid option: expected one of \"org\"|\"user\"|\"repo\"";
            return Err(Refusal::invalid(problem, "type"));
        }
    };
    if there { Ok(id) } else { Err(Refusal::not_found("There is nothing to watch by this id")) }
}

impl Change<UpdateNotificationSettings> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &UpdateNotificationSettings,
    ) -> Result<Answer, Refusal> {
        let user = order.caller()?.may_change_settings(order.world)?;
        order.world.switch_notifications(user, request.notifications.switched());
        Ok(Answer::text("OK"))
    }
}
