//! Discussions, pull requests and notifications of a world file.

use super::super::discussions::{commit_id, made_up_diff};
use super::super::file::{
    DiscussionEntry, DiscussionStatus, EventEntry, EventType, NotificationEntry,
};
use super::super::{
    Account, Comment, Discussion, Event, EventData, LONG_AGO, Note, Pull, RepoIx, UserIx,
};
use super::Loader;
use crate::id::IdKind;

impl Loader {
    pub(super) fn discussion(&mut self, place: &str, entry: DiscussionEntry) {
        let repo = self.checks.repo(&self.world, format!("{place}.id"), entry.kind, &entry.id);
        let author = self.poster(format!("{place}.author"), entry.author.as_deref());
        if entry.num == 0 {
            self.checks.add(format!("{place}.num"), "numbers begin with 1".to_owned());
        }
        let Some(repo) = repo else { return };
        if self.world.discussion(repo, entry.num).is_some() {
            let message = format!(
                "number {} of this repo stands further up; discussions and pull requests share one \
                 sequence",
                entry.num
            );
            self.checks.add(format!("{place}.num"), message);
            return;
        }
        let at = entry.created_at.unwrap_or(LONG_AGO);
        let id = self.id(format!("{place}._id"), entry.oid, IdKind::Discussion);
        let mut events = Vec::new();
        let begins = entry.events.first().is_some_and(|event| event.kind == EventType::Comment);
        if !entry.comment.is_empty() || !begins {
            let id = self.id(format!("{place}.comment"), None, IdKind::DiscussionEvent);
            events.push(Event { id, author, at, what: EventData::comment(&entry.comment, at) });
        }
        let mut left = DiscussionStatus::Open;
        for (index, event) in entry.events.into_iter().enumerate() {
            left = event.status.unwrap_or(left);
            let place = format!("{place}.events[{index}]");
            events.extend(self.event(&place, event, at));
        }
        let pull = entry.is_pull_request.then(|| {
            let merged = || Some(commit_id(id, "merge"));
            let head = events.iter().rev().find_map(|event| match &event.what {
                EventData::Commit { oid, .. } => Some(oid.clone()),
                _ => None,
            });
            Pull {
                diff: entry.diff.unwrap_or_else(|| made_up_diff(id, entry.num, &entry.title)),
                head: head.unwrap_or_else(|| commit_id(id, "head")),
                base: self.world.repo(repo).sha.clone(),
                merge_commit: match entry.status.unwrap_or(left) {
                    DiscussionStatus::Merged => entry.merge_commit_id.or_else(merged),
                    _ => None,
                },
                conflicts: entry.files_with_conflicts,
                ref_deleted: entry.ref_deleted,
            }
        });
        let discussion = Discussion {
            id,
            num: entry.num,
            author,
            title: entry.title,
            status: entry.status.unwrap_or(left),
            created_at: at,
            pinned: entry.pinned,
            locked: entry.locked,
            is_report: entry.is_report,
            pull,
            events,
        };
        self.world.place_discussion(repo, discussion);
    }

    fn event(&mut self, place: &str, entry: EventEntry, begun: jiff::Timestamp) -> Option<Event> {
        let author = self.poster(format!("{place}.author"), entry.author.as_deref());
        let id = self.id(format!("{place}.id"), entry.id, IdKind::DiscussionEvent);
        let at = entry.created_at.unwrap_or(begun);
        let what = match entry.kind {
            EventType::Comment => {
                let mut reactions = Vec::new();
                for (index, reaction) in entry.reactions.into_iter().enumerate() {
                    let users: Vec<UserIx> = reaction
                        .users
                        .iter()
                        .enumerate()
                        .filter_map(|(user, name)| {
                            let place = format!("{place}.reactions[{index}].users[{user}]");
                            self.checks.user(&self.world, place, name)
                        })
                        .collect();
                    reactions.push((reaction.reaction, users));
                }
                EventData::Comment(Box::new(Comment {
                    text: entry.text,
                    updated_at: entry.updated_at.unwrap_or(at),
                    edits: entry.num_edits,
                    hidden: entry.hidden,
                    hidden_reason: entry.hidden_reason,
                    reactions,
                }))
            }
            EventType::StatusChange => match entry.status {
                Some(status) => EventData::Status { status, reason: entry.reason },
                None => {
                    let message = "a change of status has no `status`; add one".to_owned();
                    self.checks.add(place.to_owned(), message);
                    return None;
                }
            },
            EventType::Commit => EventData::Commit {
                subject: entry.subject,
                oid: entry.oid.unwrap_or_else(|| commit_id(id, "commit")),
                parents: entry.parents.unwrap_or_else(|| vec![commit_id(id, "parent")]),
            },
            EventType::TitleChange => EventData::Title { from: entry.from, to: entry.to },
            EventType::PinningChange => EventData::Pinned(entry.pinned),
            EventType::LockingChange => EventData::Locked(entry.locked),
            EventType::ReportStatusChange => EventData::Report(entry.report.unwrap_or_default()),
            EventType::RefDeleted => EventData::RefDeleted,
        };
        Some(Event { id, author, at, what })
    }

    /// Nobody is somebody whose account was deleted.
    fn poster(&mut self, place: String, name: Option<&str>) -> Option<Account> {
        name.and_then(|name| self.checks.account(&self.world, place, name))
    }

    pub(super) fn notification(&mut self, place: &str, entry: &NotificationEntry) {
        let user = self.checks.user(&self.world, format!("{place}.user"), &entry.user);
        let repo = self.checks.repo(&self.world, format!("{place}.id"), entry.kind, &entry.id);
        let (Some(user), Some(repo)) = (user, repo) else { return };
        let Some((id, event, at)) = self.last_event(repo, entry.num) else {
            let message = format!(
                "there is no discussion {} of {}; add it to `discussions`",
                entry.num, entry.id
            );
            self.checks.add(format!("{place}.num"), message);
            return;
        };
        let note = Note {
            repo,
            num: entry.num,
            updated_at: entry.updated_at.unwrap_or(at),
            read: entry.read,
            event,
            mentioned: entry.mention,
        };
        self.world.inbox_mut(user).notes.insert(id, note);
    }

    fn last_event(
        &self,
        repo: RepoIx,
        num: u64,
    ) -> Option<(crate::id::ObjectId, Option<crate::id::ObjectId>, jiff::Timestamp)> {
        let discussion = self.world.discussion(repo, num)?;
        let last = discussion.events.last().map(|event| event.id);
        Some((discussion.id, last, discussion.active_at()))
    }
}
