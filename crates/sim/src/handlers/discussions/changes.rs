//! Discussions and pull requests: begun, directed, merged, deleted.

use hubfolk_api::discussions::{
    ChangeDiscussionStatus, CreateDiscussion, DeleteDiscussion, DeletePullRequestRef,
    DiscussionStatus as Wire, MergePullRequest, PinDiscussion, RenameDiscussion,
};
use hubfolk_api::repos::RepoType;
use serde_json::{Map, Value, json};

use super::comments::{comment, told};
use super::{changes_of, discussion, page, pull};
use crate::answer::{Answer, Refusal};
use crate::handlers::{Ask, Behaviour, Change, Order};
use crate::id::ObjectId;
use crate::visibility::{RepoAccess, directs};
use crate::world::{
    Account, Discussion, DiscussionStatus, EventData, Happened, NewDiscussion, RepoIx, UserIx,
    World,
};

/// A discussion that somebody wants to change, and who.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) repo: RepoIx,
    pub(super) num: u64,
    pub(super) user: UserIx,
}

impl Found {
    /// The discussion, if the caller sees it and the token may write in discussions.
    pub(super) fn of(
        order: &Order<'_>,
        repo_type: &RepoType,
        repo: &str,
        num: u64,
    ) -> Result<Self, Refusal> {
        let caller = order.caller()?;
        let (repo, _) = discussion(order.world, &caller, repo_type, repo, num)?;
        let user = caller.may_discuss(order.world.repo(repo))?;
        Ok(Self { repo, num, user })
    }

    fn discussion<'w>(&self, world: &'w World) -> &'w Discussion {
        world.discussion(self.repo, self.num).expect("it was found and nobody deletes it meanwhile")
    }

    /// Refuses everybody but the author and those who direct the repo.
    fn by_author_or_director(&self, world: &World) -> Result<(), Refusal> {
        let own = self.discussion(world).author == Some(Account::User(self.user));
        if own { Ok(()) } else { self.by_director(world) }
    }

    /// Refuses everybody but those who direct the repo.
    fn by_director(&self, world: &World) -> Result<(), Refusal> {
        match directs(world, world.repo(self.repo), self.user) {
            true => Ok(()),
            false => Err(Refusal::read_only()),
        }
    }
}

/// Refuses a title that the Hub's validator refuses; it counts in units of UTF-16.
fn check_title(title: &str) -> Result<(), Refusal> {
    match title.trim().encode_utf16().count() {
        0..3 => Err(Refusal::invalid("Too small: expected string to have >=3 characters", "title")),
        3..=200 => Ok(()),
        _ => Err(Refusal::invalid("Too big: expected string to have <=200 characters", "title")),
    }
}

/// Refuses a text that the Hub's validator refuses.
pub(super) fn check_text(text: &str, field: &str) -> Result<(), Refusal> {
    match text.encode_utf16().count() {
        0 => Err(Refusal::invalid("Too small: expected string to have >=1 characters", field)),
        1..=65_536 => Ok(()),
        _ => Err(Refusal::invalid("Too big: expected string to have <=65536 characters", field)),
    }
}

/// Refuses those who may not go on in a locked discussion.
pub(super) fn open_to(world: &World, found: &Found) -> Result<(), Refusal> {
    if found.discussion(world).locked && found.by_director(world).is_err() {
        return Err(Refusal::forbidden("This discussion has been locked".to_owned()));
    }
    Ok(())
}

/// An event as the details show it to the caller.
pub(super) fn shown(
    order: &Order<'_>,
    found: &Found,
    event: ObjectId,
    key: &'static str,
) -> Result<Answer, Refusal> {
    let ask = Ask::after_a_change(order.world, order.caller()?, order.now);
    let event = found.discussion(order.world).event(event).expect("it was just made or changed");
    let view = ask.event(order.world.repo(found.repo), event);
    Ok(Answer::json(&[(key, view)].into_iter().collect::<std::collections::BTreeMap<_, _>>()))
}

/// Adds an event of the caller and tells those who want to know.
fn happened(order: &mut Order<'_>, found: &Found, what: EventData) -> ObjectId {
    let author = Account::User(found.user);
    let event = order.world.happened(found.repo, found.num, author, order.now, what);
    order.world.tell(found.repo, found.num, event, "");
    event
}

/// Tells the webhooks of the repo what happened in a discussion.
pub(super) fn tell_webhooks(
    order: &mut Order<'_>,
    found: &Found,
    action: &'static str,
    scope: &'static str,
    event: Option<ObjectId>,
) {
    let (repo, one) = (order.world.repo(found.repo), found.discussion(order.world));
    let web = page(repo, one.num);
    let api = web.replacen("https://huggingface.co/", "https://huggingface.co/api/", 1);
    let api = match repo.kind.page_prefix() {
        "" => api.replacen("/api/", "/api/models/", 1),
        _ => api,
    };
    let mut about = json!({
        "id": one.id,
        "title": one.title,
        "url": { "web": web, "api": api },
        "status": one.status,
        "num": one.num,
        "isPullRequest": one.pull.is_some(),
    });
    if let Some(Account::User(user)) = one.author {
        about["author"] = json!({ "id": order.world.user(user).id });
    }
    if let Some(pull) = &one.pull {
        let mut changes = changes_of(pull);
        if let Some(changes) = changes.as_object_mut() {
            changes.remove("cachedStorageEstimate");
        }
        about["changes"] = changes;
    }
    let mut more = Map::from_iter([("discussion".to_owned(), about)]);
    if let Some(comment) = event.and_then(|event| told(order, found, event, &web)) {
        more.insert("comment".to_owned(), comment);
    }
    let happened = Happened { more, ..Happened::new(found.repo, action, scope) };
    order.world.tell_webhooks(&happened, order.now);
}

impl Change<CreateDiscussion> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateDiscussion) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let repo = super::repo(order.world, &caller, &request.repo_type, &request.repo)?;
        let user = caller.may_discuss(order.world.repo(repo))?;
        check_title(&request.title)?;
        check_text(&request.description, "description")?;
        let name = order.world.user(user).name.to_string();
        let mut new = NewDiscussion::new(name, request.title.trim(), request.description.clone());
        new.is_pull_request = request.pull_request == Some(true);
        let num = order.world.insert_discussion(repo, Account::User(user), &new, order.now);
        let found = Found { repo, num, user };
        let first = found.discussion(order.world).events[0].id;
        order.world.tell(repo, num, first, &request.description);
        tell_webhooks(order, &found, "create", "discussion", Some(first));
        let mut answer = Map::new();
        answer.insert("num".to_owned(), json!(num));
        answer.insert("pullRequest".to_owned(), json!(new.is_pull_request));
        answer.insert("url".to_owned(), json!(page(order.world.repo(repo), num)));
        if new.is_pull_request {
            answer.insert("references".to_owned(), json!({ "base": "refs/heads/main" }));
        }
        Ok(Answer::json(&Value::Object(answer)))
    }
}

impl Change<ChangeDiscussionStatus> for Behaviour {
    /// Setting the status that it has is no error and adds an event like any other.
    fn change(order: &mut Order<'_>, request: &ChangeDiscussionStatus) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        let status = match request.status {
            Wire::Open => DiscussionStatus::Open,
            Wire::Closed => DiscussionStatus::Closed,
            _ => {
                let problem = "Invalid option: expected one of \"open\"|\"closed\"";
                return Err(Refusal::invalid(problem, "status"));
            }
        };
        found.by_author_or_director(order.world)?;
        if found.discussion(order.world).status == DiscussionStatus::Merged {
            return Err(Refusal::bad_request("This pull request has been merged"));
        }
        if let Some(text) = said(request.comment.as_deref())? {
            comment(order, &found, text);
        }
        set_status(order, &found, status);
        let event = happened(order, &found, EventData::Status { status, reason: None });
        tell_webhooks(order, &found, "update", "discussion", None);
        shown(order, &found, event, "newStatus")
    }
}

/// The comment that comes with a change; an empty one is none.
fn said(comment: Option<&str>) -> Result<Option<&str>, Refusal> {
    match comment.filter(|text| !text.trim().is_empty()) {
        Some(text) => check_text(text, "comment").map(|()| Some(text)),
        None => Ok(None),
    }
}

fn set_status(order: &mut Order<'_>, found: &Found, status: DiscussionStatus) {
    if let Some(one) = order.world.discussion_mut(found.repo, found.num) {
        one.status = status;
    }
}

impl Change<RenameDiscussion> for Behaviour {
    fn change(order: &mut Order<'_>, request: &RenameDiscussion) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        check_title(&request.title)?;
        found.by_author_or_director(order.world)?;
        let to = request.title.trim().to_owned();
        let one = order.world.discussion_mut(found.repo, found.num).expect("it was found above");
        let from = std::mem::replace(&mut one.title, to.clone());
        let event = happened(order, &found, EventData::Title { from, to });
        tell_webhooks(order, &found, "update", "discussion", None);
        shown(order, &found, event, "newTitle")
    }
}

impl Change<MergePullRequest> for Behaviour {
    fn change(order: &mut Order<'_>, request: &MergePullRequest) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        let access = order.caller()?.repo_access(order.world, order.world.repo(found.repo));
        if access < RepoAccess::Write {
            return Err(Refusal::read_only());
        }
        let one = found.discussion(order.world);
        let in_the_way = match (pull(one)?, one.status) {
            (_, DiscussionStatus::Draft) => Some("This pull request is a draft; publish it first"),
            (_, DiscussionStatus::Closed) => Some("This pull request is closed; reopen it first"),
            (_, DiscussionStatus::Merged) => Some("This pull request has been merged already"),
            (pull, _) if pull.ref_deleted => Some("The ref of this pull request was deleted"),
            (pull, _) if !pull.conflicts.is_empty() => Some("This pull request has conflicts"),
            _ => None,
        };
        if let Some(message) = in_the_way {
            return Err(Refusal::bad_request(message));
        }
        if let Some(text) = said(request.comment.as_deref())? {
            comment(order, &found, text);
        }
        order.world.merge_pull(found.repo, found.num, order.now);
        let merged = EventData::Status { status: DiscussionStatus::Merged, reason: None };
        happened(order, &found, merged);
        tell_webhooks(order, &found, "update", "discussion", None);
        let content = Happened::new(found.repo, "update", "repo.content");
        order.world.tell_webhooks(&content, order.now);
        Ok(Answer::text("OK"))
    }
}

impl Change<PinDiscussion> for Behaviour {
    /// Pinning what is pinned changes nothing.
    fn change(order: &mut Order<'_>, request: &PinDiscussion) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        found.by_director(order.world)?;
        let one = order.world.discussion_mut(found.repo, found.num).expect("it was found above");
        if std::mem::replace(&mut one.pinned, request.pinned) != request.pinned {
            happened(order, &found, EventData::Pinned(request.pinned));
            tell_webhooks(order, &found, "update", "discussion", None);
        }
        Ok(Answer::text("OK"))
    }
}

impl Change<DeleteDiscussion> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteDiscussion) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        found.by_director(order.world)?;
        tell_webhooks(order, &found, "delete", "discussion", None);
        order.world.delete_discussion(found.repo, found.num);
        Ok(Answer::text("OK"))
    }
}

impl Change<DeletePullRequestRef> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeletePullRequestRef) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        found.by_author_or_director(order.world)?;
        let one = found.discussion(order.world);
        if pull(one)?.ref_deleted {
            return Err(Refusal::not_found("The ref of this pull request was deleted already"));
        }
        if !one.status.is_closed() {
            let message = "Only the ref of a closed or merged pull request can be deleted";
            return Err(Refusal::bad_request(message));
        }
        let one = order.world.discussion_mut(found.repo, found.num).expect("it was found above");
        if let Some(pull) = &mut one.pull {
            pull.ref_deleted = true;
        }
        happened(order, &found, EventData::RefDeleted);
        Ok(Answer::text("OK"))
    }
}
