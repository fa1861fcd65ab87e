//! The lists of people that the Hub keeps, by what connects them.

use serde_json::{Value, json};

use crate::{failure::Failure, repair::excerpt};

/// What connects people to an account or a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Followers,
    Following,
    Members,
    Likers,
}

impl Relation {
    pub(super) fn named(name: &str) -> Result<Self, Failure> {
        match name.trim().to_ascii_lowercase().as_str() {
            "followers" | "follower" => Ok(Self::Followers),
            "following" | "follows" => Ok(Self::Following),
            "members" | "member" => Ok(Self::Members),
            "likers" | "liker" => Ok(Self::Likers),
            other => {
                Err(Failure::invalid(format!("there is no relation `{}`", excerpt(other, 40)))
                    .hint("followers, following, members or likers"))
            }
        }
    }

    /// What a list of them shows.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Members => &["user", "fullname", "role"],
            _ => &["user", "fullname"],
        }
    }
}

/// A list of people.
pub(super) struct Set {
    pub(super) relation: Relation,
    pub(super) operation: &'static str,
    pub(super) arguments: Value,
}

impl Set {
    pub(super) fn of(relation: Relation, name: &str) -> Self {
        let (operation, arguments) = match relation {
            Relation::Followers => ("list_user_followers", json!({ "username": name })),
            Relation::Following => ("list_user_following", json!({ "username": name })),
            Relation::Members | Relation::Likers => {
                ("list_organization_members", json!({ "organization": name }))
            }
        };
        Self { relation, operation, arguments }
    }

    pub(super) fn followers_of_organization(name: &str) -> Self {
        Self {
            relation: Relation::Followers,
            operation: "list_organization_followers",
            arguments: json!({ "organization": name }),
        }
    }

    pub(super) fn likers(kind: &str, repo: &str) -> Self {
        Self {
            relation: Relation::Likers,
            operation: "list_repo_likers",
            arguments: json!({ "type": kind, "repo": repo }),
        }
    }
}
