//! Why a world does not change as it is told.

use super::{NameProblem, RepoType};

/// Why a change to the world was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// Nobody has this name.
    #[error("there is no user `{0}` in this world")]
    NoSuchUser(String),
    /// No organization has this name.
    #[error("there is no organization `{0}` in this world")]
    NoSuchOrg(String),
    /// The user is not in that organization.
    #[error("`{user}` is not a member of `{org}`")]
    NotAMember {
        /// The organization.
        org: String,
        /// The user.
        user: String,
    },
    /// The organization has no such resource group.
    #[error("`{org}` has no resource group `{group}`")]
    NoSuchGroup {
        /// The organization.
        org: String,
        /// The group's name or id.
        group: String,
    },
    /// No repo has this id.
    #[error("there is no {} `{id}` in this world", kind.as_str())]
    NoSuchRepo {
        /// Its kind.
        kind: RepoType,
        /// Its id.
        id: String,
    },
    /// No collection has this id.
    #[error("there is no collection `{0}` in this world")]
    NoSuchCollection(String),
    /// The repo has no discussion of this number.
    #[error("`{repo}` has no discussion {num}")]
    NoSuchDiscussion {
        /// The repo.
        repo: String,
        /// The number.
        num: u64,
    },
    /// No webhook has this id.
    #[error("there is no webhook `{0}` in this world")]
    NoSuchWebhook(String),
    /// Somebody has this name or id already.
    #[error("`{0}` is taken")]
    Taken(String),
    /// The name does not fit into an address.
    #[error("`{name}` cannot be an account name: {problem}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: NameProblem,
    },
}
