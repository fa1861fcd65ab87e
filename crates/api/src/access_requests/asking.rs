//! The side of those who ask, and the report of all who did.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AccessStatus, gated_repo};
use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation, Paged},
    id::Invalid,
    repos::RepoType,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<AskAccess>();
    visitor.call::<CancelOwnAccessRequest>();
    visitor.list::<GetUserAccessReport>();
}

/// Ask for access to a gated repository, with the answers to its form.
///
/// Asking again changes nothing, for somebody who was rejected too. This is a route of the web
/// site, so it answers with the way back to the repository's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AskAccess {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Answers to the form that the repository's card describes, by label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl AskAccess {
    /// A request for access to this repository, whose form asks nothing.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into(), fields: BTreeMap::new() }
    }

    /// The same request with an answer to one more question of the form.
    #[must_use]
    pub fn field(mut self, label: impl Into<String>, answer: impl Into<String>) -> Self {
        self.fields.insert(label.into(), answer.into());
        self
    }
}

impl Endpoint for AskAccess {
    const OPERATION: Operation = Operation::post(
        "ask_access",
        "/{~type}/{+repo}/ask-access",
        "Ask for access to a gated repository, with the answers to its form",
    )
    .effect(Effect::Idempotent)
    .body_field("fields")
    .answer(Answer::Page);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)
    }
}

/// The answer to a request that was withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Withdrawn {
    /// Whether it was.
    #[serde(default)]
    pub ok: bool,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Withdraw the caller's own pending request for access.
///
/// Without a pending request this is not found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CancelOwnAccessRequest {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl CancelOwnAccessRequest {
    /// No more request of the caller for this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for CancelOwnAccessRequest {
    const OPERATION: Operation = Operation::post(
        "cancel_own_access_request",
        "/api/{type}s/{+repo}/user-access-request/cancel",
        "Withdraw the caller's own pending request for access",
    );
    type Response = Withdrawn;

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)
    }
}

/// Somebody in the report of a gated repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessReportEntry {
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Name of the account (`user` on the wire); absent where the repository does not share names.
    #[serde(rename = "user", skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Address; absent for users who were let in without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// When it was asked, ISO 8601 in UTC.
    pub time: String,
    /// When it was decided, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<String>,
    /// What became of the request.
    pub status: AccessStatus,
    /// Who accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<AccessReporter>,
    /// Fields that this version does not know, such as the answers to the form.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Who let somebody in, as the report has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct AccessReporter {
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user", skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Get the report of everybody who asked for access to a gated repository.
///
/// Needs write access. The Hub answers with one file of all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetUserAccessReport {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl GetUserAccessReport {
    /// The report of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for GetUserAccessReport {
    const OPERATION: Operation = Operation::get(
        "get_user_access_report",
        "/{~type}/{+repo}/user-access-report",
        "Get the report of everybody who asked for access to a gated repository",
    )
    .large();
    type Response = Vec<AccessReportEntry>;

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)
    }
}

impl Paged for GetUserAccessReport {
    type Item = AccessReportEntry;
}
