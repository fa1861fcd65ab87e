//! What went wrong, for a person on a page and for a program of the API.

use std::error::Error as StdError;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use hubfolk_license::chain;
use serde::Serialize;

use crate::access::Role;

/// Why a request was not done.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// The HTTP status.
    #[serde(skip)]
    pub status: StatusCode,
    /// What kind it is, for programs: `not_found`, `filter`, `database`, ...
    pub kind: &'static str,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Box<str>>,
    /// The filter or field that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What may stand there instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Seconds after which it may be tried again.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem with this status, kind and message.
    #[must_use]
    pub fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            message: message.into(),
            hint: None,
            field: None,
            allowed: Vec::new(),
            retry_after: None,
        }
    }

    /// The same problem with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into().into_boxed_str());
        self
    }

    /// A filter or field that cannot be used, and what can.
    #[must_use]
    pub fn filter(field: &str, message: impl Into<String>, allowed: Vec<String>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "filter", message);
        problem.field = Some(field.to_owned());
        problem.allowed = allowed;
        problem
    }

    /// Something that is not there, or that this caller may not know of: both look the same.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "nobody is signed in")
            .hint("sign in; a program sends `Authorization: Bearer` and a token made on the Sessions page")
    }

    /// The caller may not do this.
    #[must_use]
    pub fn role(least: Role) -> Self {
        let message = format!("this takes the role {}", least.name());
        Self::new(StatusCode::FORBIDDEN, "role", message)
            .hint("ask an admin of this service for the role")
    }

    /// Something that should not happen; the details go to the log.
    #[must_use]
    pub fn internal(error: &(dyn StdError + 'static)) -> Self {
        tracing::error!(error = chain(error), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "this went wrong inside the service",
        )
        .hint("the log of the service says what it was")
    }

    /// The database is out of reach.
    #[must_use]
    pub fn database(error: &(dyn StdError + 'static)) -> Self {
        tracing::warn!(error = chain(error), "the database is out of reach");
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "database",
            "the database is out of reach, so nothing can be shown or changed now",
        )
        .hint("nothing is lost: the service looks for it again with every request");
        problem.retry_after = Some(5);
        problem
    }
}

impl From<hubfolk_store::Error> for Problem {
    fn from(error: hubfolk_store::Error) -> Self {
        use hubfolk_store::Error;
        match &error {
            Error::RunState { .. } => {
                Self::new(StatusCode::CONFLICT, "run_state", error.to_string())
            }
            Error::LeaseLost => Self::new(StatusCode::CONFLICT, "busy", error.to_string()),
            error if error.is_outage() => Self::database(error),
            error => Self::internal(error),
        }
    }
}

impl From<hubfolk_license::Error> for Problem {
    fn from(error: hubfolk_license::Error) -> Self {
        match error {
            hubfolk_license::Error::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    /// An answer without a body: `render_problems` gives it the form that was asked for.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Box::new(self));
        response
    }
}
