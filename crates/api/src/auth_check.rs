//! Whether the caller may read or write a repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Answer, Endpoint, Operation},
    id::{self, Invalid},
    repos::{self, RepoType},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<AuthCheck>();
    visitor.call::<AuthCheckWrite>();
}

/// Check that the caller may read the files of a repository.
///
/// Answers `OK`, or fails with what stands in the way: not found, gated, not logged in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AuthCheck {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl AuthCheck {
    /// Read access to this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for AuthCheck {
    const OPERATION: Operation = Operation::get(
        "auth_check",
        "/api/{type}s/{+repo}/auth-check",
        "Check that the caller may read the files of a repository",
    )
    .answer(Answer::Text)
    .undocumented("the official clients call it");
    type Response = String;

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}

/// Check that the caller may write to a repository.
///
/// Answers `OK`, or fails with what stands in the way: not found, no permission, not logged in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AuthCheckWrite {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl AuthCheckWrite {
    /// Write access to this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for AuthCheckWrite {
    const OPERATION: Operation = Operation::get(
        "auth_check_write",
        "/api/{type}s/{+repo}/auth-check/write",
        "Check that the caller may write to a repository",
    )
    .answer(Answer::Text)
    .undocumented("recorded from the Hub");
    type Response = String;

    fn validate(&self) -> Result<(), Invalid> {
        repos::with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}
