//! Discussions, their events and their authors as the Hub shows them.

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::wire_date;
use crate::handlers::Ask;
use crate::id::ObjectId;
use crate::markdown::to_html;
use crate::world::{
    Account, Comment, Discussion, DiscussionStatus, Event, EventData, Plan, Repo, RepoType, UserIx,
};

/// What stands in place of a hidden comment.
const HIDDEN: &str = "This comment has been hidden";

/// Who did something; the keys that only some places have are absent in the others.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Poster<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar_url: &'a str,
    fullname: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_pro: Option<bool>,
    is_hf: bool,
    is_hf_admin: bool,
    is_mod: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follower_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_user_following: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_owner: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_org_member: Option<bool>,
}

#[derive(Debug, Serialize)]
pub(super) struct RepoName<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: RepoType,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventView<'a> {
    id: ObjectId,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Poster<'a>>,
    created_at: String,
    #[serde(rename = "type")]
    kind: &'static str,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Comment(Box<CommentView<'a>>),
    Status {
        status: DiscussionStatus,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    },
    Commit {
        subject: &'a str,
        oid: &'a str,
        parents: &'a [String],
    },
    Title {
        from: &'a str,
        to: &'a str,
    },
    Other(Value),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CommentView<'a> {
    edited: bool,
    hidden: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden_reason: Option<&'a str>,
    latest: Version<'a>,
    num_edits: u32,
    editors: Vec<&'a str>,
    editor_avatar_urls: Vec<&'a str>,
    reactions: Vec<Reaction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_report: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Version<'a> {
    raw: &'a str,
    html: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Poster<'a>>,
}

#[derive(Debug, Serialize)]
struct Reaction<'a> {
    reaction: &'a str,
    users: Vec<&'a str>,
    count: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct TopReaction<'a> {
    count: usize,
    reaction: &'a str,
}

/// The reactions that a list counts: those to the first comment.
pub(super) fn first_reactions(discussion: &Discussion) -> &[(String, Vec<UserIx>)] {
    discussion.comments().next().map_or(&[], |comment| &comment.reactions)
}

pub(super) fn top_reactions(discussion: &Discussion) -> Vec<TopReaction<'_>> {
    // In the order in which they were first given: a recorded list has a single rocket before two
    // flames.
    let all = first_reactions(discussion).iter();
    all.map(|(reaction, users)| TopReaction { count: users.len(), reaction }).collect()
}

/// How many people reacted, each counted once.
pub(super) fn reaction_users(discussion: &Discussion) -> usize {
    let mut users: Vec<UserIx> =
        first_reactions(discussion).iter().flat_map(|(_, users)| users.iter().copied()).collect();
    users.sort_unstable();
    users.dedup();
    users.len()
}

pub(super) fn repo_name(repo: &Repo) -> RepoName<'_> {
    RepoName { name: &repo.id, kind: repo.kind }
}

impl Ask<'_> {
    /// Who began something, for a list; absent when the account was deleted.
    pub(super) fn poster_in_list(&self, account: Option<Account>) -> Option<Poster<'_>> {
        let mut poster = self.poster(account)?;
        let followers = match account? {
            Account::User(user) => self.world.user(user).followers.len(),
            Account::Org(org) => self.world.org(org).followers.len(),
        };
        // Recorded: who is logged in is told of none, too.
        let known = self.caller.user().is_some();
        poster.follower_count = Some(followers).filter(|count| known || *count > 0);
        Some(poster)
    }

    /// Who did something; absent when the account was deleted.
    pub(super) fn poster(&self, account: Option<Account>) -> Option<Poster<'_>> {
        let account = account.filter(|account| self.world.exists(*account))?;
        let plain = |id, avatar_url, fullname, name, kind| Poster {
            id,
            avatar_url,
            fullname,
            name,
            kind,
            is_pro: None,
            is_hf: false,
            is_hf_admin: false,
            is_mod: false,
            plan: None,
            follower_count: None,
            is_user_following: self.is_following(account),
            is_owner: None,
            is_org_member: None,
        };
        Some(match account {
            Account::User(user) => {
                let user = self.world.user(user);
                Poster {
                    is_pro: Some(user.is_pro),
                    ..plain(user.id, &user.avatar_url, &user.fullname, &user.name, "user")
                }
            }
            Account::Org(org) => {
                let org = self.world.org(org);
                Poster {
                    plan: org.plan,
                    ..plain(org.id, &org.avatar_url, &org.fullname, &org.name, "org")
                }
            }
        })
    }

    /// Who did something in a repo, with what they are to its owner.
    fn poster_in(&self, repo: &Repo, account: Option<Account>) -> Option<Poster<'_>> {
        let mut poster = self.poster(account)?;
        let owner = repo.owner().and_then(|owner| self.world.account(owner));
        let is_member = match (owner, account?) {
            (Some(Account::Org(org)), Account::User(user)) => {
                let (org, id) = (self.world.org(org), self.world.user(user).id);
                org.shows(id) && self.caller.sees_members(self.world, org)
            }
            _ => false,
        };
        poster.is_owner = Some(owner == account);
        poster.is_org_member = Some(is_member);
        Some(poster)
    }

    pub(super) fn event<'a>(&'a self, repo: &Repo, event: &'a Event) -> EventView<'a> {
        let (kind, data) = match &event.what {
            EventData::Comment(comment) => {
                ("comment", Data::Comment(Box::new(self.comment(event, comment))))
            }
            EventData::Status { status, reason } => {
                ("status-change", Data::Status { status: *status, reason: reason.as_deref() })
            }
            EventData::Commit { subject, oid, parents } => {
                ("commit", Data::Commit { subject, oid, parents })
            }
            EventData::Title { from, to } => ("title-change", Data::Title { from, to }),
            EventData::Pinned(on) => ("pinning-change", Data::Other(json!({ "pinned": on }))),
            EventData::Locked(on) => ("locking-change", Data::Other(json!({ "locked": on }))),
            EventData::Report(report) => {
                ("report-status-change", Data::Other(json!({ "report": report })))
            }
            EventData::RefDeleted => ("ref-deleted", Data::Other(json!({}))),
        };
        EventView {
            id: event.id,
            author: self.poster_in(repo, event.author),
            created_at: wire_date(event.at),
            kind,
            data,
        }
    }

    fn comment<'a>(&'a self, event: &Event, comment: &'a Comment) -> CommentView<'a> {
        let latest = |raw, html| Version {
            raw,
            html,
            updated_at: wire_date(comment.updated_at),
            author: self.poster(event.author),
        };
        if comment.hidden {
            return CommentView {
                edited: true,
                hidden: true,
                hidden_by: Some(""),
                hidden_reason: comment.hidden_reason.as_deref(),
                latest: latest(HIDDEN, HIDDEN.to_owned()),
                num_edits: 0,
                editors: Vec::new(),
                editor_avatar_urls: Vec::new(),
                reactions: Vec::new(),
                is_report: None,
            };
        }
        let reaction = |(reaction, users): &'a (String, Vec<UserIx>)| Reaction {
            reaction,
            users: users.iter().map(|&user| &*self.world.user(user).name).collect(),
            count: users.len(),
        };
        // Only the author can change a comment, so there is one editor at most.
        let editor = self.poster(event.author);
        CommentView {
            edited: comment.edits > 0,
            hidden: false,
            hidden_by: None,
            hidden_reason: None,
            latest: latest(&comment.text, to_html(&comment.text)),
            num_edits: comment.edits,
            editors: editor.iter().map(|editor| editor.name).collect(),
            editor_avatar_urls: editor.iter().map(|editor| editor.avatar_url).collect(),
            reactions: comment.reactions.iter().map(reaction).collect(),
            is_report: Some(false),
        }
    }
}
