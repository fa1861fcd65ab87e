//! Questions about sets of people, which no single call of the Hub answers.
//!
//! Who of an organization also follows somebody, likes a repository or belongs to another
//! organization; which organizations the likers of a repository come from. An [`Inquiry`] finds the
//! plan with the fewest requests, asks with bounded concurrency within the one rate limit of the
//! client, and can be stopped at any time and gone on with later.
//!
//! What could not be read is never a no: such a person is [`Verdict::Unknown`], with the reason.
//!
//! ```
//! # let sim = hubfolk_sim::Sim::builder()
//! #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
//! # let endpoint = sim.url();
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use hubfolk::{Hub, api::repos::RepoType, questions::{Question, Relation, Verdict}};
//!
//! let hub = Hub::builder().endpoint(endpoint).build()?;
//! let likes = Relation::likes(RepoType::Model, "meridian-labs/tide-base");
//! let answer = hub.ask(Question::members("meridian-labs", likes)).await?;
//! let fans = answer.people.iter().filter(|person| person.verdict == Verdict::Yes);
//! println!("{} of {} members like it", fans.count(), answer.people.len());
//! assert_eq!(answer.requests, 2, "the members, and the likers read once");
//! # Ok::<(), hubfolk::Error>(())
//! # }).unwrap();
//! ```

mod conclude;
mod discussions;
mod fan_out;
mod inquiry;
mod plan;

use std::fmt;

use hubfolk_api::{
    id::{self, Invalid},
    repos::{RepoId, RepoType},
};
use serde::{Deserialize, Serialize};

pub use self::inquiry::{Inquiry, Progress};

/// How many people are asked about at the same time, unless told otherwise.
pub const CONCURRENCY: usize = 8;

/// A question about a set of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Question {
    /// Which members of an organization have this relation to something.
    Members {
        /// Name of the organization.
        organization: String,
        /// To what, and how.
        relation: Relation,
    },
    /// Which organizations the likers of a repository belong to, as far as their profiles show it.
    Likers {
        /// The repository.
        repo: RepoId,
    },
}

/// How people can be related to something on the Hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Relation {
    /// They follow a user or an organization.
    Follows {
        /// Name of the user or organization.
        account: String,
    },
    /// They like a repository.
    Likes {
        /// The repository.
        repo: RepoId,
    },
    /// They are members of another organization too.
    BelongsTo {
        /// Name of the organization.
        organization: String,
    },
    /// They began a discussion or pull request in a repository.
    Discusses {
        /// The repository.
        repo: RepoId,
        /// Or wrote a comment in one, which takes a request for each that has comments.
        comments: bool,
    },
}

impl Relation {
    /// They follow this user or organization.
    #[must_use]
    pub fn follows(account: impl Into<String>) -> Self {
        Self::Follows { account: account.into() }
    }

    /// They like this repository.
    #[must_use]
    pub fn likes(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self::Likes { repo: RepoId::new(repo_type, repo) }
    }

    /// They are members of this organization.
    #[must_use]
    pub fn belongs_to(organization: impl Into<String>) -> Self {
        Self::BelongsTo { organization: organization.into() }
    }

    /// They began a discussion or pull request in this repository.
    #[must_use]
    pub fn begins_discussions(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self::Discusses { repo: RepoId::new(repo_type, repo), comments: false }
    }

    /// They began or commented a discussion or pull request in this repository.
    #[must_use]
    pub fn discusses(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self::Discusses { repo: RepoId::new(repo_type, repo), comments: true }
    }
}

impl Question {
    /// Which members of this organization have this relation.
    #[must_use]
    pub fn members(organization: impl Into<String>, relation: Relation) -> Self {
        Self::Members { organization: organization.into(), relation }
    }

    /// Which organizations the likers of this repository belong to.
    #[must_use]
    pub fn likers(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self::Likers { repo: RepoId::new(repo_type, repo) }
    }

    /// Finds names that the Hub would surely refuse.
    ///
    /// # Errors
    ///
    /// The first wrong name with what is wrong with it.
    pub fn validate(&self) -> Result<(), Invalid> {
        match self {
            Self::Likers { repo } => id::repo_id(&repo.name),
            Self::Members { organization, relation } => {
                id::organization_name(organization)?;
                match relation {
                    Relation::Follows { account } => id::user_name(account),
                    Relation::Likes { repo } | Relation::Discusses { repo, .. } => {
                        id::repo_id(&repo.name)
                    }
                    Relation::BelongsTo { organization } => id::organization_name(organization),
                }
            }
        }
    }
}

/// `models/acme/m`: the folder of its type and its id.
fn shown(repo: &RepoId) -> String {
    format!("{}s/{}", repo.repo_type, repo.name)
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Follows { account } => write!(f, "follow {account}"),
            Self::Likes { repo } => write!(f, "like {}", shown(repo)),
            Self::BelongsTo { organization } => write!(f, "belong to {organization}"),
            Self::Discusses { repo, comments: true } => write!(f, "discuss {}", shown(repo)),
            Self::Discusses { repo, comments: false } => {
                write!(f, "begin discussions of {}", shown(repo))
            }
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members { organization, relation } => {
                write!(f, "members of {organization} who {relation}")
            }
            Self::Likers { repo } => {
                write!(f, "organizations of those who like {}", shown(repo))
            }
        }
    }
}

/// Whether somebody has the relation that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It was seen.
    Yes,
    /// Everything that could show it was read, and does not.
    No,
    /// Something that could show it was not read.
    Unknown,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        })
    }
}

/// What was found out about one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Name of the account.
    pub username: String,
    /// Id that stays through renames, where the list had it.
    pub id: Option<String>,
    /// Name to show, where the list had it.
    pub fullname: Option<String>,
    /// The answer.
    pub verdict: Verdict,
    /// Why it is unknown.
    pub reason: Option<String>,
    /// For the likers of a repository: the organizations that the person's profile shows.
    pub organizations: Vec<String>,
}

/// An organization with those who belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Share {
    /// Name of the organization.
    pub organization: String,
    /// Name to show.
    pub fullname: Option<String>,
    /// Names of the people.
    pub people: Vec<String>,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// How it was found out, in words.
    pub plan: String,
    /// How many requests it took, repeated ones and earlier runs included.
    pub requests: u64,
    /// Everybody, in the order of the Hub's list.
    pub people: Vec<Finding>,
    /// Entries of the list of people that could not be read, so that nobody knows who they are.
    pub unreadable: u64,
    /// For the likers of a repository: the organizations, the one with most people first.
    pub organizations: Vec<Share>,
}

impl Answer {
    /// How many people have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.people.iter().filter(|person| person.verdict == verdict).count()
    }

    /// Whether everybody was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unreadable == 0 && self.count(Verdict::Unknown) == 0
    }
}
