//! Discussions and pull requests: one thread of events each, one sequence of numbers a repo.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Account, ChangeError, DiscussionStatus, LONG_AGO, RepoIx, RepoType, UserIx, World};
use crate::id::{IdKind, ObjectId};

/// The discussions and pull requests of a repo.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    /// The number that was given last; those of deleted discussions are not given again.
    last: u64,
    by_num: BTreeMap<u64, Discussion>,
}

#[derive(Debug)]
pub(crate) struct Discussion {
    pub(crate) id: ObjectId,
    pub(crate) num: u64,
    pub(crate) author: Option<Account>,
    pub(crate) title: String,
    pub(crate) status: DiscussionStatus,
    pub(crate) created_at: Timestamp,
    pub(crate) pinned: bool,
    pub(crate) locked: bool,
    pub(crate) is_report: bool,
    pub(crate) pull: Option<Pull>,
    pub(crate) events: Vec<Event>,
}

/// What only a pull request has.
#[derive(Debug, Default)]
pub(crate) struct Pull {
    pub(crate) diff: String,
    /// Its newest commit.
    pub(crate) head: String,
    /// The commit it began at.
    pub(crate) base: String,
    pub(crate) merge_commit: Option<String>,
    pub(crate) conflicts: Vec<String>,
    pub(crate) ref_deleted: bool,
}

#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: ObjectId,
    /// None when the account is unknown; a deleted one is noticed when it is shown.
    pub(crate) author: Option<Account>,
    pub(crate) at: Timestamp,
    pub(crate) what: EventData,
}

#[derive(Debug)]
pub(crate) enum EventData {
    Comment(Box<Comment>),
    Status { status: DiscussionStatus, reason: Option<String> },
    Commit { subject: String, oid: String, parents: Vec<String> },
    Title { from: String, to: String },
    Pinned(bool),
    Locked(bool),
    Report(Value),
    RefDeleted,
}

#[derive(Debug, Default)]
pub(crate) struct Comment {
    pub(crate) text: String,
    pub(crate) updated_at: Timestamp,
    pub(crate) edits: u32,
    pub(crate) hidden: bool,
    pub(crate) hidden_reason: Option<String>,
    pub(crate) reactions: Vec<(String, Vec<UserIx>)>,
}

/// What a discussion is begun with.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct NewDiscussion {
    /// Name of the user or organization that begins it.
    pub author: String,
    /// Title.
    pub title: String,
    /// First comment.
    pub text: String,
    /// Whether it is a pull request, which then is open.
    pub is_pull_request: bool,
    /// When it was begun; long ago when absent.
    pub created_at: Option<Timestamp>,
}

impl NewDiscussion {
    /// A discussion by somebody.
    #[must_use]
    pub fn new(
        author: impl Into<String>,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let (author, title, text) = (author.into(), title.into(), text.into());
        Self { author, title, text, ..Self::default() }
    }
}

impl Comment {
    pub(crate) fn new(text: impl Into<String>, at: Timestamp) -> Self {
        Self { text: text.into(), updated_at: at, ..Self::default() }
    }
}

impl Discussion {
    pub(crate) fn comments(&self) -> impl Iterator<Item = &Comment> {
        self.events.iter().filter_map(|event| match &event.what {
            EventData::Comment(comment) => Some(&**comment),
            _ => None,
        })
    }

    /// Everybody who began it or did something in it, each once and in order.
    pub(crate) fn participants(&self) -> Vec<Account> {
        let mut people: Vec<Account> = Vec::new();
        for account in self.author.into_iter().chain(self.events.iter().filter_map(|e| e.author)) {
            if !people.contains(&account) {
                people.push(account);
            }
        }
        people
    }

    pub(crate) fn event(&self, id: ObjectId) -> Option<&Event> {
        self.events.iter().find(|event| event.id == id)
    }

    /// The comment of this id, to change it.
    pub(crate) fn comment_mut(&mut self, id: ObjectId) -> Option<&mut Comment> {
        self.events.iter_mut().find(|event| event.id == id).and_then(|event| {
            match &mut event.what {
                EventData::Comment(comment) => Some(&mut **comment),
                _ => None,
            }
        })
    }

    /// When something last happened in it.
    pub(crate) fn active_at(&self) -> Timestamp {
        self.events.iter().map(|event| event.at).max().unwrap_or(self.created_at)
    }
}

impl World {
    /// Begins a discussion or an open pull request; its number.
    ///
    /// # Errors
    ///
    /// When there is no such repo or author.
    pub fn add_discussion(
        &mut self,
        kind: RepoType,
        repo: &str,
        new: &NewDiscussion,
    ) -> Result<u64, ChangeError> {
        let repo = self.repo_named(kind, repo)?;
        let author =
            self.account(&new.author).ok_or_else(|| ChangeError::NoSuchUser(new.author.clone()))?;
        let at = new.created_at.unwrap_or(LONG_AGO);
        let num = self.insert_discussion(repo, author, new, at);
        if new.is_pull_request {
            self.discussion_mut(repo, num).expect("it was just made").status =
                DiscussionStatus::Open;
        }
        Ok(num)
    }

    /// Adds a comment; its id.
    ///
    /// # Errors
    ///
    /// When there is no such repo, discussion or author.
    pub fn add_comment(
        &mut self,
        kind: RepoType,
        repo: &str,
        num: u64,
        author: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<ObjectId, ChangeError> {
        let index = self.repo_named(kind, repo)?;
        let author =
            self.account(author).ok_or_else(|| ChangeError::NoSuchUser(author.to_owned()))?;
        if self.discussion(index, num).is_none() {
            return Err(ChangeError::NoSuchDiscussion { repo: repo.to_owned(), num });
        }
        Ok(self.happened(index, num, author, at, EventData::comment(text, at)))
    }

    /// Begins a discussion, or a pull request as a draft.
    pub(crate) fn insert_discussion(
        &mut self,
        repo: RepoIx,
        author: Account,
        new: &NewDiscussion,
        at: Timestamp,
    ) -> u64 {
        let num = self.threads.entry(repo).or_default().last + 1;
        let id = self.next_id(IdKind::Discussion);
        let base = self.repo(repo).sha.clone();
        let pull = new.is_pull_request.then(|| Pull {
            diff: made_up_diff(id, num, &new.title),
            head: commit_id(id, "head"),
            base: base.clone(),
            ..Pull::default()
        });
        let commit = pull.as_ref().map(|pull| EventData::Commit {
            subject: new.title.clone(),
            oid: pull.head.clone(),
            parents: vec![base],
        });
        let is_draft = pull.is_some();
        self.place_discussion(
            repo,
            Discussion {
                id,
                num,
                author: Some(author),
                title: new.title.clone(),
                status: if is_draft { DiscussionStatus::Draft } else { DiscussionStatus::Open },
                created_at: at,
                pinned: false,
                locked: false,
                is_report: false,
                pull,
                events: Vec::new(),
            },
        );
        self.happened(repo, num, author, at, EventData::comment(&new.text, at));
        if let Some(commit) = commit {
            // Nothing can be pushed to a simulator, so the pull request comes with a commit.
            self.happened(repo, num, author, at, commit);
        }
        num
    }

    /// Puts a discussion that is whole into its repo.
    pub(super) fn place_discussion(&mut self, repo: RepoIx, discussion: Discussion) {
        if let Some(Account::User(user)) = discussion.author {
            self.begun_by.entry(user).or_default().insert((repo, discussion.num));
        }
        let threads = self.threads.entry(repo).or_default();
        threads.last = threads.last.max(discussion.num);
        threads.by_num.insert(discussion.num, discussion);
    }

    /// Adds an event to a discussion that is there; its id.
    pub(crate) fn happened(
        &mut self,
        repo: RepoIx,
        num: u64,
        author: Account,
        at: Timestamp,
        what: EventData,
    ) -> ObjectId {
        let id = self.next_id(IdKind::DiscussionEvent);
        let discussion = self.discussion_mut(repo, num).expect("the caller looked it up");
        discussion.events.push(Event { id, author: Some(author), at, what });
        id
    }

    pub(crate) fn discussion(&self, repo: RepoIx, num: u64) -> Option<&Discussion> {
        self.threads.get(&repo)?.by_num.get(&num)
    }

    pub(crate) fn discussion_mut(&mut self, repo: RepoIx, num: u64) -> Option<&mut Discussion> {
        self.threads.get_mut(&repo)?.by_num.get_mut(&num)
    }

    /// The commit that a revision of a repo names: a branch, a pull request, a commit itself.
    pub(crate) fn commit_of(&self, repo: RepoIx, revision: &str) -> Option<&str> {
        let now = &*self.repo(repo).sha;
        if ["HEAD", "main", "refs/heads/main", now].contains(&revision) {
            return Some(now);
        }
        if let Some(num) = revision.strip_prefix("refs/pr/") {
            let pull = self.discussion(repo, num.parse().ok()?)?.pull.as_ref()?;
            return (!pull.ref_deleted).then_some(&*pull.head);
        }
        let pulls = self.discussions_of(repo).filter_map(|one| one.pull.as_ref());
        let mut commits =
            pulls.flat_map(|pull| [Some(&pull.base), Some(&pull.head), pull.merge_commit.as_ref()]);
        commits.find(|commit| commit.is_some_and(|commit| commit == revision))?.map(|sha| &**sha)
    }

    /// All discussions and pull requests of a repo, newest first.
    pub(crate) fn discussions_of(&self, repo: RepoIx) -> impl Iterator<Item = &Discussion> {
        self.threads.get(&repo).into_iter().flat_map(|threads| threads.by_num.values().rev())
    }

    /// How many discussions and pull requests of public repos somebody began.
    pub(crate) fn public_discussions_of(&self, user: UserIx) -> u64 {
        let begun = self.begun_by.get(&user).into_iter().flatten();
        begun.filter(|(repo, _)| !self.repo(*repo).private).count() as u64
    }

    pub(crate) fn delete_discussion(&mut self, repo: RepoIx, num: u64) {
        let Some(threads) = self.threads.get_mut(&repo) else { return };
        let Some(gone) = threads.by_num.remove(&num) else { return };
        self.forget(repo, &gone);
    }

    /// Forgets everything that was said in a repo that is gone.
    pub(super) fn delete_discussions(&mut self, repo: RepoIx) {
        let threads = self.threads.remove(&repo).unwrap_or_default();
        for gone in threads.by_num.values() {
            self.forget(repo, gone);
        }
    }

    fn forget(&mut self, repo: RepoIx, gone: &Discussion) {
        if let Some(Account::User(user)) = gone.author
            && let Some(begun) = self.begun_by.get_mut(&user)
        {
            begun.remove(&(repo, gone.num));
        }
        self.forget_notifications_of(gone.id);
    }

    /// Merges a pull request: the repo's main branch is the merge commit from now on.
    pub(crate) fn merge_pull(&mut self, repo: RepoIx, num: u64, at: Timestamp) {
        let Some(discussion) = self.discussion_mut(repo, num) else { return };
        let merged = commit_id(discussion.id, "merge");
        discussion.status = DiscussionStatus::Merged;
        if let Some(pull) = &mut discussion.pull {
            pull.merge_commit = Some(merged.clone());
        }
        let repo = self.repo_mut(repo);
        repo.sha = merged;
        repo.last_modified = at;
    }

    /// Whether an account is still there.
    pub(crate) fn exists(&self, account: Account) -> bool {
        match account {
            Account::User(user) => self.users_by_id.contains_key(&self.user(user).id),
            Account::Org(_) => true,
        }
    }

    /// The name of an account.
    pub(crate) fn name_of(&self, account: Account) -> &str {
        match account {
            Account::User(user) => &self.user(user).name,
            Account::Org(org) => &self.org(org).name,
        }
    }
}

impl EventData {
    pub(crate) fn comment(text: &str, at: Timestamp) -> Self {
        Self::Comment(Box::new(Comment::new(text, at)))
    }
}

/// A commit id that is the same every time: 40 hexadecimal digits.
pub(super) fn commit_id(id: ObjectId, purpose: &str) -> String {
    let mut chance = crate::chance::Chance::stream(0, &format!("{id} {purpose}"));
    let digits = format!("{:016x}{:016x}{:016x}", chance.next(), chance.next(), chance.next());
    digits[..40].to_owned()
}

/// A small change of the README that is the same every time, for pull requests without one.
pub(super) fn made_up_diff(id: ObjectId, num: u64, title: &str) -> String {
    let (old, new) = (&commit_id(id, "before")[..7], &commit_id(id, "after")[..7]);
    format!(
        "diff --git a/README.md b/README.md\nindex {old}..{new} 100644\n--- a/README.md\n\
         +++ b/README.md\n@@ -1,3 +1,3 @@\n ---\n-license: unknown\n+license: apache-2.0 # {num}: \
         {title}\n ---\n"
    )
}
