//! Gated repositories: who asks for access, and what becomes of it.
//!
//! A request is pending until somebody who may write to the repository decides. Whoever has a
//! repository with `auto` gating decides nothing: asking is enough.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    account::PublicUser,
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    open::open_names,
    repos::{self, RepoType},
    table::Visitor,
};

pub use self::{
    asking::{
        AccessReportEntry, AccessReporter, AskAccess, CancelOwnAccessRequest, GetUserAccessReport,
        Withdrawn,
    },
    deciding::{
        AccessOutcome, AccessProblem, BatchAccessRequests, BatchedRequest, GrantAccess, Granted,
        HandleAccessRequest, Handled,
    },
};

mod asking;
mod deciding;

/// Most requests that one batch decides.
pub const MOST_IN_A_BATCH: usize = 100;

/// Longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// Longest text to search for.
const LONGEST_SEARCH: usize = 250;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListAccessRequests>();
    deciding::visit(visitor);
    asking::visit(visitor);
}

/// What became of a request for access.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessStatus {
    /// Waits for a decision.
    Pending,
    /// Has access.
    Accepted,
    /// Was turned away; asking again changes nothing.
    Rejected,
    /// Was taken back; the person may ask again.
    Reset,
    /// A status added since; kept as it came.
    Other(String),
}

open_names!(AccessStatus {
    "pending" => Pending,
    "accepted" => Accepted,
    "rejected" => Rejected,
    "reset" => Reset,
});

/// Somebody's request for access to a gated repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccessRequest {
    /// Id of the request; the Hub says it since late 2026.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Who asks; absent where the repository does not share names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Requester>,
    /// What the person wrote into the form of the repository, by label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Map<String, Value>>,
    /// When it was asked, ISO 8601 in UTC.
    pub timestamp: String,
    /// When it was decided, ISO 8601 in UTC; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<String>,
    /// What became of it.
    pub status: AccessStatus,
    /// Who accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<PublicUser>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl AccessRequest {
    /// A request of which only time and status are known.
    #[must_use]
    pub fn new(timestamp: impl Into<String>, status: AccessStatus) -> Self {
        Self {
            request_id: None,
            user: None,
            fields: None,
            timestamp: timestamp.into(),
            reviewed_at: None,
            status,
            granted_by: None,
            extra: Map::new(),
        }
    }
}

/// Somebody who asks for access.
///
/// The Hub may add what a profile says (`numFollowers`, `orgs`, ...); it is in `extra`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Requester {
    /// Id that stays through renames.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Whether the user pays for PRO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Address; absent for users who were let in without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Verified organizations that the user belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_org_names: Option<Vec<String>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Requester {
    /// Somebody of whom only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            username: username.into(),
            fullname: None,
            avatar_url: None,
            is_pro: None,
            email: None,
            verified_org_names: None,
            extra: Map::new(),
        }
    }
}

/// List the requests for access to a gated repository that have one status.
///
/// Needs write access. A repository that is not gated any more keeps its lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListAccessRequests {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// `pending`, `accepted`, `rejected` or `reset`.
    #[builder(start_fn)]
    pub status: AccessStatus,
    /// Requests a page, 10 to 1,000; 1,000 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 1_000))]
    pub limit: Option<u32>,
    /// Only requests made after this time, as in `2026-10-06T00:00:00Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub after: Option<String>,
    /// Only requests made before this time, as in `2026-10-06T00:00:00Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub before: Option<String>,
    /// Only of users whose name begins with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Where to go on; the Hub makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl ListAccessRequests {
    /// The requests of this repository that have this status.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, status: AccessStatus) -> Self {
        Self::builder(repo_type, repo, status).build()
    }
}

impl Endpoint for ListAccessRequests {
    const OPERATION: Operation = Operation::get(
        "list_access_requests",
        "/api/{type}s/{+repo}/user-access-request/{status}",
        "List the requests for access to a gated repository that have one status",
    );
    type Response = Vec<AccessRequest>;

    fn validate(&self) -> Result<(), Invalid> {
        gated_repo(&self.repo_type, &self.repo)?;
        known_status(&self.status)?;
        if let Some(limit) = self.limit
            && !(10..=1000).contains(&limit)
        {
            let rule = "is out of bounds: a page has 10 to 1,000 requests, as in `limit=100`";
            return Err(Invalid::new("limit", limit.to_string(), rule));
        }
        for (field, time) in [("after", &self.after), ("before", &self.before)] {
            if let Some(time) = time
                && !is_utc_time(time)
            {
                let rule = "is no time in UTC, as in `2026-10-06T00:00:00Z`";
                return Err(Invalid::new(field, time, rule));
            }
        }
        match &self.q {
            Some(q) => no_longer_than("q", q, LONGEST_SEARCH),
            None => Ok(()),
        }
    }
}

impl Paged for ListAccessRequests {
    type Item = AccessRequest;
}

/// Repositories whose access can be gated.
fn gated_repo(repo_type: &RepoType, repo: &str) -> Result<(), Invalid> {
    repos::with_page(repo_type)?;
    id::repo_id(repo)
}

fn known_status(status: &AccessStatus) -> Result<(), Invalid> {
    match status {
        AccessStatus::Other(other) => {
            let rule = "is none of `pending`, `accepted`, `rejected` and `reset`";
            Err(Invalid::new("status", other, rule))
        }
        _ => Ok(()),
    }
}

fn no_longer_than(field: &'static str, text: &str, most: usize) -> Result<(), Invalid> {
    let length = text.chars().count();
    if length <= most {
        return Ok(());
    }
    let shown: String = text.chars().take(40).collect();
    let rule = format!("goes on for {length} characters; at most {most} are allowed");
    Err(Invalid::new(field, format!("{shown}..."), rule))
}

/// A decision about one person names the person exactly once.
fn one_person(user: Option<&str>, other: &[(&'static str, Option<&str>)]) -> Result<(), Invalid> {
    if let Some(user) = user {
        id::user_name(user)?;
    }
    for (field, id) in other {
        if let Some(id) = id {
            id::object_id(field, id)?;
        }
    }
    let given = other.iter().filter(|(_, id)| id.is_some()).count() + usize::from(user.is_some());
    if given == 1 {
        return Ok(());
    }
    let rule = "must be given once: a name, as in `user=ada`, or an id in its place";
    Err(Invalid::new("user", user.unwrap_or_default(), rule))
}

fn is_utc_time(text: &str) -> bool {
    let shape: String =
        text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).take(19).collect();
    let rest = text.get(19..).unwrap_or_default();
    let fraction = rest.strip_suffix('Z').unwrap_or("?");
    let is_fraction = fraction.is_empty()
        || fraction.strip_prefix('.').is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
    shape == "9999-99-99T99:99:99" && is_fraction
}
