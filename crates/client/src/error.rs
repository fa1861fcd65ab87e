//! What can go wrong, by what the caller can do about it.

use std::{error::Error as StdError, fmt, time::Duration};

use http::StatusCode;
use hubfolk_api::problem::Problem;

type Source = Box<dyn StdError + Send + Sync>;

/// Why an operation did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client cannot be built like this.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The arguments are wrong; nothing was sent.
    #[error(transparent)]
    Argument(Box<Argument>),
    /// No whole answer came; trying again later may help.
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// The Hub answered that it will not do it.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The Hub's rate limit lasts longer than the client may wait.
    #[error(transparent)]
    RateLimited(Box<RateLimited>),
    /// The answer is not what the operation answers.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// The pages of a list lead astray.
    #[error(transparent)]
    Paging(Box<PagingError>),
    /// The answer is larger than the client takes.
    #[error(transparent)]
    TooLarge(Box<TooLarge>),
    /// The Hub sent the client elsewhere, where the token must not go.
    #[error(transparent)]
    Redirect(Box<RedirectError>),
}

impl Error {
    /// Name of the operation, unless the client could not even be built.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        match self {
            Self::Config(_) => None,
            Self::Argument(e) => Some(e.operation),
            Self::Transport(e) => Some(e.operation),
            Self::Api(e) => Some(e.operation),
            Self::RateLimited(e) => Some(e.operation),
            Self::Decode(e) => Some(e.operation),
            Self::Paging(e) => Some(e.operation),
            Self::TooLarge(e) => Some(e.operation),
            Self::Redirect(e) => Some(e.operation),
        }
    }

    /// Page of the list on which it happened, from 1.
    #[must_use]
    pub fn page(&self) -> Option<u64> {
        match self {
            Self::Config(_) | Self::Argument(_) => None,
            Self::Transport(e) => e.page,
            Self::Api(e) => e.page,
            Self::RateLimited(e) => e.page,
            Self::Decode(e) => e.page,
            Self::Paging(e) => Some(e.page),
            Self::TooLarge(e) => e.page,
            Self::Redirect(e) => e.page,
        }
    }

    /// How many requests were sent before it was given up.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Config(_) | Self::Argument(_) => 0,
            Self::Transport(e) => e.attempts,
            Self::Api(e) => e.attempts,
            Self::RateLimited(e) => e.attempts,
            Self::Decode(_) | Self::Paging(_) | Self::TooLarge(_) | Self::Redirect(_) => 1,
        }
    }

    /// The Hub's refusal, if it is one.
    #[must_use]
    pub fn as_api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// HTTP status of the Hub's refusal.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::RateLimited(_) => Some(StatusCode::TOO_MANY_REQUESTS),
            other => other.as_api().map(|api| api.status),
        }
    }

    /// The id by which the Hub's operators find the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(e) => e.request_id.as_deref(),
            Self::RateLimited(e) => e.request_id.as_deref(),
            Self::Decode(e) => e.request_id.as_deref(),
            _ => None,
        }
    }

    /// The thing does not exist, or the caller may not know that it does.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.as_api().is_some_and(ApiError::is_not_found)
    }

    /// The files are only for those who asked and were let in.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.as_api().is_some_and(ApiError::is_gated)
    }

    /// The token is missing, wrong or expired.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.as_api().is_some_and(ApiError::is_auth)
    }

    /// The Hub did not answer in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(e) if e.problem == TransportProblem::Timeout)
    }

    /// Marks on which page of a list it happened.
    pub(crate) fn on_page(mut self, number: u64) -> Self {
        match &mut self {
            Self::Transport(e) => e.page = Some(number),
            Self::Api(e) => e.page = Some(number),
            Self::RateLimited(e) => e.page = Some(number),
            Self::Decode(e) => e.page = Some(number),
            Self::TooLarge(e) => e.page = Some(number),
            Self::Redirect(e) => e.page = Some(number),
            Self::Config(_) | Self::Argument(_) | Self::Paging(_) => {}
        }
        self
    }
}

/// A setting that a client cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {problem}")]
#[non_exhaustive]
pub struct ConfigError {
    /// Which setting.
    pub setting: &'static str,
    /// What is wrong and what would be right; never the token.
    pub problem: String,
}

impl ConfigError {
    pub(crate) fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self { setting, problem: problem.into() }
    }
}

/// Arguments with which an operation cannot be sent; the source says which and why.
#[derive(Debug, thiserror::Error)]
#[error("`{operation}` was not sent")]
#[non_exhaustive]
pub struct Argument {
    /// Name of the operation.
    pub operation: &'static str,
    /// What is wrong.
    #[source]
    pub source: Source,
}

/// The operation may be one that the Hub does not offer, and nobody allowed to try it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is experimental, {known_from}; a client tries it only when told to")]
#[non_exhaustive]
pub struct Experimental {
    /// Where the operation is known from.
    pub known_from: &'static str,
}

/// Why a member cannot be changed without losing something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemberProblem {
    /// The list of members does not have this user.
    #[error("`{username}` is not listed as a member of `{organization}`")]
    NotAMember {
        /// The organization.
        organization: String,
        /// The user.
        username: String,
    },
    /// The resource groups are not shown, and a change would take the member out of all of them.
    #[error(
        "the resource groups of `{username}` in `{organization}` are not shown to this caller, and \
         a new role without them would take the member out of every group"
    )]
    GroupsHidden {
        /// The organization.
        organization: String,
        /// The member.
        username: String,
    },
}

/// How the connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportProblem {
    /// No connection could be made.
    Connect,
    /// The Hub took too long.
    Timeout,
    /// The connection broke before the whole answer was there.
    Broken,
}

/// No whole answer came.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page of a list, from 1.
    pub page: Option<u64>,
    /// How often it was tried.
    pub attempts: u32,
    /// How it failed the last time.
    pub problem: TransportProblem,
    /// Whether a write may have happened all the same.
    pub may_have_acted: bool,
    /// What the connection reported.
    pub source: Option<Source>,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            TransportProblem::Connect => "the Hub cannot be reached",
            TransportProblem::Timeout => "the Hub did not answer in time",
            TransportProblem::Broken => "the connection broke before the whole answer was there",
        };
        write!(f, "`{}`: {what}", self.operation)?;
        match self.attempts {
            0 | 1 => {}
            attempts => write!(f, ", {attempts} times")?,
        }
        if self.may_have_acted {
            f.write_str("; it may have happened all the same, look before you try again")?;
        }
        Ok(())
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The Hub's refusal of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page of a list, from 1.
    pub page: Option<u64>,
    /// How many requests were sent.
    pub attempts: u32,
    /// HTTP status.
    pub status: StatusCode,
    /// The Hub's machine code, which only a few refusals have.
    pub code: Option<String>,
    /// What the Hub says, for people.
    pub message: Option<String>,
    /// The id by which the Hub's operators find the request.
    pub request_id: Option<String>,
    /// Since when and why the Hub lets no program do this.
    pub closed: Option<&'static str>,
    /// Where the operation is known from, when it may be one that the Hub does not offer.
    pub experimental: Option<&'static str>,
}

impl ApiError {
    /// The operation is an experimental one, and the answer is what an operation gets that is not
    /// there: 403, 404, 405 or 410.
    #[must_use]
    pub fn is_not_offered(&self) -> bool {
        self.experimental.is_some() && matches!(self.status.as_u16(), 403 | 404 | 405 | 410)
    }

    fn problem(&self) -> Problem {
        let mut problem = Problem::new(self.status);
        problem.code.clone_from(&self.code);
        problem.message.clone_from(&self.message);
        problem
    }

    /// The thing does not exist, or the caller may not know that it does.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.problem().is_not_found()
    }

    /// The files are only for those who asked and were let in.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.problem().is_gated()
    }

    /// The token is missing, wrong or expired.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.problem().is_auth()
    }

    /// The token is valid but may not do this.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.problem().is_forbidden()
    }

    /// The organization does not pay for this.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        self.problem().is_plan()
    }

    /// The Hub found the arguments wrong.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.problem().is_invalid()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: the Hub answered {}", self.operation, self.status)?;
        if let Some(message) = &self.message {
            write!(f, ": {}", message.trim_end_matches('.'))?;
        }
        if let Some(closed) = self.closed {
            write!(f, "; {closed}")?;
        }
        if let Some(source) = self.experimental.filter(|_| self.is_not_offered()) {
            write!(f, "; the Hub does not offer this, or not to this caller: it is {source}")?;
        }
        Ok(())
    }
}

impl StdError for ApiError {}

/// The Hub's rate limit lasts longer than the client may wait.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{operation}`: the Hub's rate limit is used up for another {} s", retry_after.as_secs())]
#[non_exhaustive]
pub struct RateLimited {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page of a list, from 1.
    pub page: Option<u64>,
    /// How many requests were sent.
    pub attempts: u32,
    /// How long the Hub wants to be left alone.
    pub retry_after: Duration,
    /// How long this request has waited already.
    pub waited: Duration,
    /// The id by which the Hub's operators find the request.
    pub request_id: Option<String>,
}

/// An answer that is not what the operation answers.
#[derive(Debug, thiserror::Error)]
#[error("`{operation}`: the answer cannot be read{}", place(path, content_type.as_deref()))]
#[non_exhaustive]
pub struct DecodeError {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page of a list, from 1.
    pub page: Option<u64>,
    /// Where in the answer, such as `[3].role`; `.` for all of it.
    pub path: String,
    /// What the answer calls itself, when that is not JSON.
    pub content_type: Option<String>,
    /// The id by which the Hub's operators find the request.
    pub request_id: Option<String>,
    /// What the reader found.
    #[source]
    pub source: serde_json::Error,
}

fn place(path: &str, content_type: Option<&str>) -> String {
    let at = if path == "." { String::new() } else { format!(" at `{path}`") };
    content_type.map_or_else(|| at.clone(), |kind| format!("{at} (it is {kind})"))
}

/// How the pages of a list lead astray.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagingProblem {
    /// The next page would be on another origin, where the token must not go.
    ForeignNext {
        /// That origin.
        origin: String,
    },
    /// The next page is one that was already read.
    RepeatedNext,
    /// The list has more pages than the client reads.
    TooManyPages {
        /// How many it reads.
        limit: u64,
    },
}

/// The pages of a list lead astray.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagingError {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page that leads astray, from 1.
    pub page: u64,
    /// How.
    pub problem: PagingProblem,
}

impl fmt::Display for PagingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, page, problem } = self;
        write!(f, "`{operation}`: page {page} ")?;
        match problem {
            PagingProblem::ForeignNext { origin } => {
                write!(f, "names a next page on another origin, {origin}, which is not followed")
            }
            PagingProblem::RepeatedNext => f.write_str("names a next page that was already read"),
            PagingProblem::TooManyPages { limit } => {
                write!(f, "is the last that is read, and there are more than {limit}")
            }
        }
    }
}

impl StdError for PagingError {}

/// An answer larger than the client takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{operation}`: the answer is larger than {limit} bytes")]
#[non_exhaustive]
pub struct TooLarge {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page of a list, from 1.
    pub page: Option<u64>,
    /// Most bytes that are taken.
    pub limit: u64,
}

/// A redirect that is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{operation}`: the Hub answered {status} and {problem}")]
#[non_exhaustive]
pub struct RedirectError {
    /// Name of the operation.
    pub operation: &'static str,
    /// Page of a list, from 1.
    pub page: Option<u64>,
    /// HTTP status of the redirect.
    pub status: StatusCode,
    /// Where it leads and why it is not followed.
    pub problem: String,
}
