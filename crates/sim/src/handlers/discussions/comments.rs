//! Comments: written, changed, hidden.

use http::StatusCode;
use hubfolk_api::discussions::{CommentDiscussion, EditDiscussionComment, HideDiscussionComment};
use hubfolk_api::repos::RepoType;
use serde_json::json;

use super::changes::{Found, check_text, open_to, shown, tell_webhooks};
use crate::answer::{Answer, Refusal};
use crate::handlers::{Behaviour, Change, Order};
use crate::id::ObjectId;
use crate::visibility::directs;
use crate::world::{Account, EventData};

impl Change<CommentDiscussion> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CommentDiscussion) -> Result<Answer, Refusal> {
        let found = Found::of(order, &request.repo_type, &request.repo, request.num)?;
        check_text(&request.comment, "comment")?;
        open_to(order.world, &found)?;
        let event = comment(order, &found, &request.comment);
        Ok(shown(order, &found, event, "newMessage")?.status(StatusCode::CREATED))
    }
}

/// Adds a comment of the caller and tells those who want to know.
pub(super) fn comment(order: &mut Order<'_>, found: &Found, text: &str) -> ObjectId {
    let what = EventData::comment(text, order.now);
    let author = Account::User(found.user);
    let event = order.world.happened(found.repo, found.num, author, order.now, what);
    order.world.tell(found.repo, found.num, event, text);
    tell_webhooks(order, found, "create", "discussion.comment", Some(event));
    event
}

/// A comment that the caller wants to change, with who wrote it.
fn written(
    order: &Order<'_>,
    repo_type: &RepoType,
    repo: &str,
    num: u64,
    id: &str,
) -> Result<(Found, ObjectId, bool), Refusal> {
    let found = Found::of(order, repo_type, repo, num)?;
    let missing = || Refusal::not_found("Comment not found");
    let id: ObjectId = id.parse().map_err(|_| missing())?;
    let event = order.world.discussion(found.repo, num).and_then(|one| one.event(id));
    match event {
        Some(event) if matches!(event.what, EventData::Comment(_)) => {
            let own = event.author == Some(Account::User(found.user));
            Ok((found, id, own))
        }
        _ => Err(missing()),
    }
}

impl Change<EditDiscussionComment> for Behaviour {
    fn change(order: &mut Order<'_>, request: &EditDiscussionComment) -> Result<Answer, Refusal> {
        let (kind, id) = (&request.repo_type, &request.comment_id);
        let (found, id, own) = written(order, kind, &request.repo, request.num, id)?;
        check_text(&request.content, "content")?;
        if !own {
            let message = "Only the author of a comment can edit it";
            return Err(Refusal::forbidden(message.to_owned()));
        }
        let now = order.now;
        let comment = order
            .world
            .discussion_mut(found.repo, found.num)
            .and_then(|one| one.comment_mut(id))
            .expect("it was found above");
        if comment.hidden {
            return Err(Refusal::bad_request("This comment has been hidden"));
        }
        request.content.clone_into(&mut comment.text);
        comment.edits += 1;
        comment.updated_at = now;
        tell_webhooks(order, &found, "update", "discussion.comment", Some(id));
        shown(order, &found, id, "updatedComment")
    }
}

impl Change<HideDiscussionComment> for Behaviour {
    /// Hiding what is hidden changes nothing.
    fn change(order: &mut Order<'_>, request: &HideDiscussionComment) -> Result<Answer, Refusal> {
        let (kind, id) = (&request.repo_type, &request.comment_id);
        let (found, id, own) = written(order, kind, &request.repo, request.num, id)?;
        if !own && !directs(order.world, order.world.repo(found.repo), found.user) {
            let message = "Only the author of a comment and who may write to the repo can hide it";
            return Err(Refusal::forbidden(message.to_owned()));
        }
        let now = order.now;
        let comment = order
            .world
            .discussion_mut(found.repo, found.num)
            .and_then(|one| one.comment_mut(id))
            .expect("it was found above");
        if !comment.hidden {
            comment.hidden = true;
            // The text is gone for good, as on the Hub.
            comment.text = String::new();
            comment.reactions.clear();
            comment.updated_at = now;
            tell_webhooks(order, &found, "update", "discussion.comment", Some(id));
        }
        shown(order, &found, id, "updatedComment")
    }
}

/// What a webhook is told of a comment.
pub(super) fn told(
    order: &Order<'_>,
    found: &Found,
    event: ObjectId,
    page: &str,
) -> Option<serde_json::Value> {
    let event = order.world.discussion(found.repo, found.num)?.event(event)?;
    let EventData::Comment(comment) = &event.what else { return None };
    let mut told = json!({
        "id": event.id,
        "hidden": comment.hidden,
        "url": { "web": format!("{page}#{}", event.id) },
    });
    if let Some(Account::User(user)) = event.author {
        told["author"] = json!({ "id": order.world.user(user).id });
    }
    if !comment.hidden {
        told["content"] = json!(comment.text);
    }
    Some(told)
}
