//! Who is told what happens in discussions: watching, taking part, being mentioned.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::{Account, RepoIx, UserIx, World};
use crate::id::ObjectId;
use crate::visibility::may_see;

/// The notifications of a user, and what the user wants to hear.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    /// One a discussion, by the discussion's id.
    pub(crate) notes: BTreeMap<ObjectId, Note>,
    /// Watched although it is neither the user's own nor of an organization of theirs.
    watched: BTreeSet<ObjectId>,
    /// Watched no more although it is.
    unwatched: BTreeSet<ObjectId>,
    /// Kinds of notification that were switched on or off.
    switches: HashMap<&'static str, bool>,
}

/// That something happened in a discussion.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) repo: RepoIx,
    pub(crate) num: u64,
    pub(crate) updated_at: Timestamp,
    pub(crate) read: bool,
    /// The event it is about.
    pub(crate) event: Option<ObjectId>,
    pub(crate) mentioned: bool,
}

impl Inbox {
    /// Whether a kind of notification is on, which all are until they are switched off.
    fn wants(&self, kind: &str) -> bool {
        self.switches.get(kind).copied().unwrap_or(true)
    }
}

impl World {
    pub(crate) fn inbox(&self, user: UserIx) -> Option<&Inbox> {
        self.inboxes.get(&user)
    }

    pub(crate) fn inbox_mut(&mut self, user: UserIx) -> &mut Inbox {
        self.inboxes.entry(user).or_default()
    }

    pub(crate) fn switch_notifications(
        &mut self,
        user: UserIx,
        switched: Vec<(&'static str, bool)>,
    ) {
        self.inbox_mut(user).switches.extend(switched);
    }

    /// Watches a repo, user or organization from now on, or no more.
    pub(crate) fn watch(&mut self, user: UserIx, what: ObjectId, on: bool) {
        let inbox = self.inbox_mut(user);
        if on {
            inbox.unwatched.remove(&what);
            inbox.watched.insert(what);
            self.watchers.entry(what).or_default().insert(user);
        } else {
            inbox.watched.remove(&what);
            inbox.unwatched.insert(what);
            if let Some(watchers) = self.watchers.get_mut(&what) {
                watchers.remove(&user);
            }
        }
    }

    /// Tells everybody who wants to know of an event in a discussion, but not who caused it.
    pub(crate) fn tell(&mut self, repo: RepoIx, num: u64, event: ObjectId, text: &str) {
        let Some(discussion) = self.discussion(repo, num) else { return };
        let (id, found) = (discussion.id, discussion.event(event));
        let Some((actor, at)) = found.map(|event| (event.author, event.at)) else { return };
        let mentioned: BTreeSet<UserIx> = self.mentioned_in(text).collect();
        let part = discussion.participants().into_iter().filter_map(person);
        let part: BTreeSet<UserIx> = part.chain(mentioned.iter().copied()).collect();
        let mut told = self.watchers_of(repo);
        told.extend(&part);
        told.retain(|&user| {
            let kind = match part.contains(&user) {
                true => "web_discussions_participating",
                false => "web_discussions_watched",
            };
            Some(Account::User(user)) != actor
                && self.exists(Account::User(user))
                && may_see(self, self.repo(repo), user)
                && self.inbox(user).is_none_or(|inbox| inbox.wants(kind))
        });
        for user in told {
            let is_mentioned = mentioned.contains(&user);
            let note = Note {
                repo,
                num,
                updated_at: at,
                read: false,
                event: Some(event),
                mentioned: is_mentioned,
            };
            let notes = &mut self.inbox_mut(user).notes;
            let before = notes.insert(id, note);
            if let (Some(before), Some(note)) = (before, notes.get_mut(&id)) {
                note.mentioned |= before.mentioned;
            }
        }
    }

    /// Those who watch the repo or its owner; owners and members do until they say otherwise.
    fn watchers_of(&self, repo: RepoIx) -> BTreeSet<UserIx> {
        let oid = self.repo(repo).oid;
        let owner = self.repo(repo).owner().and_then(|owner| self.account(owner));
        let mut told = BTreeSet::new();
        let owner_id = match owner {
            Some(Account::User(user)) => {
                told.insert(user);
                Some(self.user(user).id)
            }
            Some(Account::Org(org)) => {
                let org = self.org(org);
                told.extend(org.members.keys().filter_map(|id| self.user_with_id(*id)));
                Some(org.id)
            }
            None => None,
        };
        let watches =
            |user, id| self.inbox(user).is_none_or(|inbox: &Inbox| !inbox.unwatched.contains(&id));
        told.retain(|&user| owner_id.is_none_or(|owner| watches(user, owner)));
        for id in [Some(oid), owner_id].into_iter().flatten() {
            told.extend(self.watchers.get(&id).into_iter().flatten());
        }
        // What is said of the repo itself counts before what is said of its owner.
        told.retain(|&user| watches(user, oid));
        told
    }

    /// The users whose names stand in a text behind an `@`.
    fn mentioned_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = UserIx> + 'a {
        let begins = text.match_indices('@').filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            before.is_none_or(|before| !before.is_alphanumeric())
        });
        begins.filter_map(|(at, _)| {
            let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let rest = &text[at + 1..];
            let end = rest.find(|c| !name(c)).unwrap_or(rest.len());
            // A full stop ends the sentence and not the name.
            let named = rest[..end].trim_end_matches(['.', '-']);
            self.account(named).and_then(person)
        })
    }

    /// Drops what users were told about a discussion that is gone.
    pub(super) fn forget_notifications_of(&mut self, discussion: ObjectId) {
        for inbox in self.inboxes.values_mut() {
            inbox.notes.remove(&discussion);
        }
    }

    pub(super) fn forget_inbox(&mut self, user: UserIx) {
        self.inboxes.remove(&user);
        for watchers in self.watchers.values_mut() {
            watchers.remove(&user);
        }
    }
}

fn person(account: Account) -> Option<UserIx> {
    match account {
        Account::User(user) => Some(user),
        Account::Org(_) => None,
    }
}
