//! Accepting, rejecting, resetting, granting: one person at a time or a hundred.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    AccessStatus, LONGEST_REASON, MOST_IN_A_BATCH, gated_repo, known_status, no_longer_than,
    one_person,
};
use crate::{
    endpoint::{Effect, Endpoint, Operation},
    id::Invalid,
    open::open_names,
    repos::RepoType,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<HandleAccessRequest>();
    visitor.call::<GrantAccess>();
    visitor.call::<BatchAccessRequests>();
}

/// The answer to a decision: an empty object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Handled {
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The answer to a grant: an empty object.
pub type Granted = Handled;

/// Decide a request for access: accept, reject, reset, or put it back to pending.
///
/// A request that has this status already, like one that is not there, is not found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct HandleAccessRequest {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// What shall become of the request: `accepted`, `rejected`, `pending` or `reset`.
    #[builder(start_fn)]
    pub status: AccessStatus,
    /// Name of the user who asked; excludes the ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Id of the user who asked, 24 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub user_id: Option<String>,
    /// Id of the request, 24 hexadecimal digits, where the repository does not share names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why the request is rejected, for the person who asked; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub rejection_reason: Option<String>,
    /// Why the request is reset, for the person who asked; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_reason: Option<String>,
}

impl HandleAccessRequest {
    /// This status for the request of this user.
    #[must_use]
    pub fn new(
        repo_type: RepoType,
        repo: impl Into<String>,
        user: impl Into<String>,
        status: AccessStatus,
    ) -> Self {
        Self::builder(repo_type, repo, status).user(user).build()
    }
}

impl Endpoint for HandleAccessRequest {
    const OPERATION: Operation = Operation::post(
        "handle_access_request",
        "/api/{type}s/{+repo}/user-access-request/handle",
        "Decide a request for access: accept, reject, reset, or put it back to pending",
    );
    type Response = Handled;

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)?;
        known_status(&self.status)?;
        let ids =
            [("user id", self.user_id.as_deref()), ("request id", self.request_id.as_deref())];
        one_person(self.user.as_deref(), &ids)?;
        reason("rejection reason", &self.rejection_reason, &self.status, &AccessStatus::Rejected)?;
        reason("reset reason", &self.reset_reason, &self.status, &AccessStatus::Reset)
    }
}

/// The Hub ignores a reason that does not belong to the decision; whoever wrote it meant something.
fn reason(
    field: &'static str,
    text: &Option<String>,
    status: &AccessStatus,
    fits: &AccessStatus,
) -> Result<(), Invalid> {
    let Some(text) = text else { return Ok(()) };
    if status != fits {
        let rule = format!("goes with the status `{fits}` only, not with `{status}`");
        return Err(Invalid::new(field, text, rule));
    }
    no_longer_than(field, text, LONGEST_REASON)
}

/// Let a user into a gated repository who has not asked, or has not been let in.
///
/// Somebody who has access already is an error (400).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GrantAccess {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Name of the user; excludes the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Id of the user, 24 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub user_id: Option<String>,
}

impl GrantAccess {
    /// Access to this repository for this user.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, user: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into(), user: Some(user.into()), user_id: None }
    }
}

impl Endpoint for GrantAccess {
    const OPERATION: Operation = Operation::post(
        "grant_access",
        "/api/{type}s/{+repo}/user-access-request/grant",
        "Let a user into a gated repository who has not asked, or has not been let in",
    );
    type Response = Granted;

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)?;
        one_person(self.user.as_deref(), &[("user id", self.user_id.as_deref())])
    }
}

/// One person of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchedRequest {
    /// Name of the user; excludes the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Id of the user, 24 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub user_id: Option<String>,
}

impl BatchedRequest {
    /// The request of this user.
    #[must_use]
    pub fn of(user: impl Into<String>) -> Self {
        Self { user: Some(user.into()), user_id: None }
    }
}

/// What came of one person of a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessOutcome {
    /// Name of the user, where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Id of the user, where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Whether the request has the status now, from before or from this batch.
    #[serde(default)]
    pub ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AccessProblem>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Why one person of a batch was left as they were.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessProblem {
    /// Nobody has this name or id.
    UserNotFound,
    /// The user has never asked.
    RequestNotFound,
    /// A reason added since; kept as it came.
    Other(String),
}

open_names!(AccessProblem {
    "user_not_found" => UserNotFound,
    "request_not_found" => RequestNotFound,
});

/// Give up to 100 requests for access to one repository the same status.
///
/// Each is answered for itself, in the order of the batch; one that has the status already is fine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct BatchAccessRequests {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// What shall become of the requests: `accepted`, `rejected`, `pending` or `reset`.
    #[builder(start_fn)]
    pub status: AccessStatus,
    /// Why they are rejected, for the people who asked; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub rejection_reason: Option<String>,
    /// Why they are reset, for the people who asked; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_reason: Option<String>,
    /// The people, 1 to 100.
    #[serde(default)]
    #[builder(default)]
    #[schemars(length(min = 1, max = 100))]
    pub requests: Vec<BatchedRequest>,
}

impl Endpoint for BatchAccessRequests {
    const OPERATION: Operation = Operation::post(
        "batch_access_requests",
        "/api/{type}s/{+repo}/user-access-request/batch",
        "Give up to 100 requests for access to one repository the same status",
    )
    .effect(Effect::Idempotent);
    type Response = Vec<AccessOutcome>;

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)?;
        known_status(&self.status)?;
        reason("rejection reason", &self.rejection_reason, &self.status, &AccessStatus::Rejected)?;
        reason("reset reason", &self.reset_reason, &self.status, &AccessStatus::Reset)?;
        let count = self.requests.len();
        if !(1..=MOST_IN_A_BATCH).contains(&count) {
            let rule = "is no size of a batch: send 1 to 100 people at a time";
            return Err(Invalid::new("requests", count.to_string(), rule));
        }
        self.requests.iter().try_for_each(|one| {
            one_person(one.user.as_deref(), &[("user id", one.user_id.as_deref())])
        })
    }
}
