//! Discussions and pull requests of repositories.
//!
//! Both share one sequence of numbers in a repository, one list and one thread of events.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    open::open_names,
    repos::{self, RepoType},
    table::Visitor,
};

pub use self::{
    changes::{
        ChangeDiscussionStatus, CreateDiscussion, CreatedDiscussion, DeleteDiscussion,
        DeletePullRequestRef, MergePullRequest, NewStatus, NewTitle, PinDiscussion,
        PullRequestReferences, RenameDiscussion,
    },
    comments::{
        CommentDiscussion, EditDiscussionComment, HideDiscussionComment, NewMessage, UpdatedComment,
    },
    details::{Conflicts, DiscussionDetails, PullRequestChanges, PullRequestStorage},
    event::{
        Comment, CommentReaction, CommentVersion, Commit, DiscussionEvent, EventContent,
        HiddenReason, LockingChange, PinningChange, ReportStatusChange, StatusChange, TitleChange,
    },
    summary::{Discussion, DiscussionPage, RepoOwner, TopReaction},
};

mod changes;
mod comments;
mod details;
mod event;
mod summary;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<GetRepoDiscussions>();
    visitor.call::<GetDiscussionDetails>();
    visitor.call::<GetPullRequestStorage>();
    changes::visit(visitor);
    comments::visit(visitor);
}

/// How far a discussion or pull request is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscussionStatus {
    /// A pull request that is not yet offered for review.
    Draft,
    /// It goes on.
    Open,
    /// It is over; a pull request was not taken.
    Closed,
    /// A pull request that was taken.
    Merged,
    /// A status added since; kept as it came.
    Other(String),
}

open_names!(DiscussionStatus {
    "draft" => Draft,
    "open" => Open,
    "closed" => Closed,
    "merged" => Merged,
});

/// Whether a list holds discussions, pull requests or both.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscussionType {
    /// Both.
    All,
    /// Discussions alone.
    Discussion,
    /// Pull requests alone.
    PullRequest,
    /// A word added since.
    Other(String),
}

open_names!(DiscussionType {
    "all" => All,
    "discussion" => Discussion,
    "pull_request" => PullRequest,
});

/// Which statuses a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscussionStatusFilter {
    /// Every status.
    All,
    /// Open ones and drafts.
    Open,
    /// Closed and merged ones.
    Closed,
    /// A word added since.
    Other(String),
}

open_names!(DiscussionStatusFilter { "all" => All, "open" => Open, "closed" => Closed });

/// What comes first in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscussionSort {
    /// The newest.
    RecentlyCreated,
    /// What is talked about now.
    Trending,
    /// What most people reacted to.
    Reactions,
    /// An order added since.
    Other(String),
}

open_names!(DiscussionSort {
    "recently-created" => RecentlyCreated,
    "trending" => Trending,
    "reactions" => Reactions,
});

/// List the discussions and pull requests of a repository.
///
/// 50 a page, newest first. Drafts count as open, merged pull requests as closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetRepoDiscussions {
    /// Type of the repository.
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// Number of the page, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<u64>,
    /// Discussions, pull requests (`pull_request`) or both; both when absent.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub discussion_type: Option<DiscussionType>,
    /// `all`, `open` or `closed`; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DiscussionStatusFilter>,
    /// Only those that this account began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 42), regex(pattern = id::ACCOUNT_NAME))]
    pub author: Option<String>,
    /// Only those with this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// What comes first; the newest when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<DiscussionSort>,
}

impl GetRepoDiscussions {
    /// All discussions and pull requests of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self::builder(repo_type, repo).build()
    }
}

impl Endpoint for GetRepoDiscussions {
    const OPERATION: Operation = Operation::get(
        "get_repo_discussions",
        "/api/{repoType}s/{+repo}/discussions",
        "List the discussions and pull requests of a repository",
    );
    type Response = DiscussionPage;

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)?;
        if let Some(author) = &self.author {
            id::user_name(author)?;
            if !(2..=42).contains(&author.len()) {
                return Err(Invalid::new(
                    "author",
                    author,
                    "is no name; names have 2 to 42 characters, as in `ada`",
                ));
            }
        }
        let known = "is none of `all`, `discussion` and `pull_request`";
        if let Some(DiscussionType::Other(other)) = &self.discussion_type {
            return Err(Invalid::new("type of discussion", other, known));
        }
        if let Some(DiscussionStatusFilter::Other(other)) = &self.status {
            let rule = "is none of `all`, `open` (drafts too) and `closed` (merged ones too)";
            return Err(Invalid::new("status", other, rule));
        }
        if let Some(DiscussionSort::Other(other)) = &self.sort {
            let rule = "is none of `recently-created`, `trending` and `reactions`";
            return Err(Invalid::new("order", other, rule));
        }
        Ok(())
    }
}

impl Paged for GetRepoDiscussions {
    type Item = Discussion;
    const ITEMS: Option<&'static str> = Some("discussions");

    fn next_page(&self, received: usize, envelope: &Map<String, Value>) -> Option<Self> {
        let number = |key: &str| envelope.get(key).and_then(Value::as_u64);
        let shown = number("start")?.saturating_add(received as u64);
        (received > 0 && shown < number("count")?)
            .then(|| Self { p: Some(self.p.unwrap_or(0) + 1), ..self.clone() })
    }
}

/// Get a discussion or pull request with all its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetDiscussionDetails {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the discussion or pull request, from 1.
    pub num: u64,
    /// With the changes of a pull request as a unified diff.
    #[serde(default, skip_serializing_if = "is_false", with = "flag")]
    #[schemars(with = "bool")]
    pub diff: bool,
}

impl GetDiscussionDetails {
    /// The discussion or pull request of this number, without the diff.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64) -> Self {
        Self { repo_type, repo: repo.into(), num, diff: false }
    }

    /// The same with the changes of a pull request.
    #[must_use]
    pub fn with_diff(self) -> Self {
        Self { diff: true, ..self }
    }
}

impl Endpoint for GetDiscussionDetails {
    const OPERATION: Operation = Operation::get(
        "get_discussion_details",
        "/api/{repoType}s/{+repo}/discussions/{num}",
        "Get a discussion or pull request with all its events",
    );
    type Response = DiscussionDetails;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)
    }
}

/// Get how much storage a pull request takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetPullRequestStorage {
    /// Type of the repository.
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Number of the pull request, from 1.
    pub num: u64,
}

impl GetPullRequestStorage {
    /// The storage of this pull request.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, num: u64) -> Self {
        Self { repo_type, repo: repo.into(), num }
    }
}

impl Endpoint for GetPullRequestStorage {
    const OPERATION: Operation = Operation::get(
        "get_pull_request_storage",
        "/api/{repoType}s/{+repo}/discussions/{num}/storage",
        "Get how much storage a pull request takes",
    );
    type Response = PullRequestStorage;

    fn validate(&self) -> Result<(), Invalid> {
        numbered(&self.repo_type, &self.repo, self.num)
    }
}

/// Checks what every operation on one discussion has.
fn numbered(repo_type: &RepoType, repo: &str, num: u64) -> Result<(), Invalid> {
    repos::with_page(repo_type)?;
    id::repo_id(repo)?;
    if num == 0 {
        let rule = "is no discussion; numbers begin with 1, as in 7";
        return Err(Invalid::new("number", "0", rule));
    }
    Ok(())
}

/// Lengths as the Hub counts them: in units of UTF-16.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Checks the title of a discussion.
fn title(title: &str) -> Result<(), Invalid> {
    let rule = "titles have 3 to 200 characters, as in \"Add a license\"";
    match length(title.trim()) {
        0 => Err(Invalid::new("title", title, format_args!("is empty; {rule}"))),
        1..3 => Err(Invalid::new("title", title, format_args!("is too short; {rule}"))),
        3..=200 => Ok(()),
        long => {
            Err(Invalid::new("title", cut(title), format_args!("has {long} characters; {rule}")))
        }
    }
}

/// Checks a text that somebody wrote.
fn text(field: &'static str, text: &str) -> Result<(), Invalid> {
    let rule = "texts have 1 to 65536 characters of Markdown, as in \"Works for me\"";
    match length(text) {
        _ if text.trim().is_empty() => {
            Err(Invalid::new(field, text, format_args!("is empty; {rule}")))
        }
        1..=65_536 => Ok(()),
        long => Err(Invalid::new(field, cut(text), format_args!("has {long} characters; {rule}"))),
    }
}

/// Enough of a long text to know it again.
fn cut(text: &str) -> String {
    text.chars().take(40).chain(['…']).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(yes: &bool) -> bool {
    !yes
}

/// A switch that the Hub takes as `1`.
mod flag {
    use std::fmt;

    use super::{Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn serialize<S: Serializer>(yes: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(u8::from(*yes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
        struct FlagVisitor;

        impl de::Visitor<'_> for FlagVisitor {
            type Value = bool;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`1`, or nothing at all")
            }

            fn visit_bool<E: de::Error>(self, yes: bool) -> Result<bool, E> {
                Ok(yes)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<bool, E> {
                Ok(number != 0)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
                Ok(!matches!(text, "" | "0" | "false"))
            }
        }

        from.deserialize_any(FlagVisitor)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::{GetRepoDiscussions, text, title};
    use crate::{Paged, repos::RepoType};

    #[test]
    fn a_page_follows_while_the_count_is_not_reached() {
        let list = GetRepoDiscussions::builder(RepoType::Model, "acme/m").search("x").build();
        let envelope =
            |start: u64| json!({"count": 125, "start": start}).as_object().cloned().unwrap();
        let second = list.next_page(50, &envelope(0)).unwrap();
        assert_eq!((second.p, second.search.as_deref()), (Some(1), Some("x")));
        assert_eq!(second.next_page(50, &envelope(50)).unwrap().p, Some(2));
        assert_eq!(second.next_page(25, &envelope(100)), None);
        assert_eq!(second.next_page(0, &envelope(100)), None, "an empty page ends it");
        assert_eq!(list.next_page(50, &json!({}).as_object().cloned().unwrap()), None);
    }

    #[test]
    fn titles_and_texts_are_counted_as_the_hub_counts() {
        title("Abc").unwrap();
        title(&"🤗".repeat(100)).unwrap();
        let message = |text: &str| title(text).unwrap_err().to_string();
        assert!(message("  ").contains("is empty"));
        assert!(message("ab").contains("too short") && message("ab").contains("Add a license"));
        assert!(message(&"🤗".repeat(101)).contains("has 202 characters"));
        assert!(message(&"a".repeat(201)).len() < 200, "a long title is not repeated whole");
        text("comment", "x").unwrap();
        assert!(text("comment", " \n").is_err());
        assert!(text("comment", &"x".repeat(65_537)).is_err());
    }
}
