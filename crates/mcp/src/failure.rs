//! What a model is told when something did not work: short, typed, with a next step.

use std::{fmt, time::Duration};

use serde_json::{Map, Value, json};

use crate::{repair::excerpt, text};

/// Longest message and hint, in letters; together they stay below 120 tokens.
const LONGEST_MESSAGE: usize = 180;
const LONGEST_HINT: usize = 120;

/// Longest part of a message that the Hub wrote, which may be anything.
const LONGEST_QUOTE: usize = 100;

/// Why a tool did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One of a few words that a program can tell apart.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// Names close to what was given.
    pub did_you_mean: Vec<String>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The arguments are wrong; nothing was sent.
    InvalidArguments,
    /// There is no such tool here.
    UnknownTool,
    /// The server was started to read only, or without this tool.
    NotAllowed,
    /// A person has to say yes first.
    ConfirmationNeeded,
    /// A person said no, or the yes is not valid.
    NotConfirmed,
    /// The token is missing, wrong or expired.
    Unauthorized,
    /// The token may not do this.
    Forbidden,
    /// The Hub knows nothing of that name, or may not say so.
    NotFound,
    /// Something stands in the way, such as a thing of the same name.
    Conflict,
    /// The Hub's rate limit is used up.
    RateLimited,
    /// The Hub found the request wrong.
    Refused,
    /// The Hub failed or answered nonsense.
    HubFailed,
    /// The Hub cannot be reached or did not answer in time.
    Unreachable,
    /// The answer is larger than is taken.
    TooLarge,
    /// A cursor that is none, or one of another call.
    InvalidCursor,
    /// Something went wrong here.
    Internal,
}

impl Code {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArguments => "invalid_arguments",
            Self::UnknownTool => "unknown_tool",
            Self::NotAllowed => "not_allowed",
            Self::ConfirmationNeeded => "confirmation_needed",
            Self::NotConfirmed => "not_confirmed",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::Refused => "refused",
            Self::HubFailed => "hub_failed",
            Self::Unreachable => "unreachable",
            Self::TooLarge => "too_large",
            Self::InvalidCursor => "invalid_cursor",
            Self::Internal => "internal",
        }
    }
}

impl Failure {
    /// A failure of this kind. Whatever was quoted in the message, no secret stays in it.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: text::safe(&message.into()).into_owned(),
            hint: None,
            did_you_mean: Vec::new(),
            retry_after: None,
        }
    }

    /// Wrong arguments; nothing was sent.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidArguments, message)
    }

    /// The same with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(text::safe(&hint.into()).into_owned());
        self
    }

    /// The same with the known names that are close to the one given.
    #[must_use]
    pub fn meant<'a>(mut self, given: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.did_you_mean = closest(given, known);
        self
    }

    /// As a model reads it, in at most 120 tokens.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), self.code.as_str().into());
        error.insert("message".to_owned(), excerpt(&self.message, LONGEST_MESSAGE).into());
        if let Some(hint) = &self.hint {
            error.insert("hint".to_owned(), excerpt(hint, LONGEST_HINT).into());
        }
        if !self.did_you_mean.is_empty() {
            error.insert("did_you_mean".to_owned(), json!(self.did_you_mean));
        }
        if let Some(after) = self.retry_after {
            error.insert("retry_after".to_owned(), after.as_secs().max(1).into());
        }
        json!({ "error": error })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<hubfolk::Error> for Failure {
    fn from(error: hubfolk::Error) -> Self {
        use hubfolk::Error;
        match &error {
            Error::Argument(argument) if argument.source.is::<hubfolk::Experimental>() => {
                Self::new(Code::NotAllowed, argument.source.to_string())
                    .hint("members are invited and removed on the Hub's website")
            }
            Error::Argument(argument) => Self::invalid(argument.source.to_string()),
            Error::RateLimited(limited) => {
                let mut failure = Self::new(Code::RateLimited, "the Hub's rate limit is used up")
                    .hint("wait, then repeat the call");
                failure.retry_after = Some(limited.retry_after);
                failure
            }
            Error::Api(api) => refused(api),
            Error::Transport(transport) => {
                let failure = Self::new(Code::Unreachable, error.to_string());
                if transport.may_have_acted {
                    failure.hint("it may have happened all the same: look before you repeat it")
                } else {
                    failure.hint("try again later")
                }
            }
            Error::TooLarge(_) => Self::new(Code::TooLarge, error.to_string())
                .hint("ask for less: a smaller limit, or one item"),
            Error::Decode(_) => Self::new(Code::HubFailed, "the Hub's answer cannot be read")
                .hint("it is no JSON of this operation; try again later"),
            Error::Redirect(redirect) => Self::new(
                Code::HubFailed,
                format!("the Hub answered {} and {}", redirect.status, redirect.problem),
            )
            .hint("it is not followed with the token; check the endpoint"),
            Error::Paging(_) => Self::new(Code::HubFailed, error.to_string())
                .hint("what was read so far is right; do not go on from here"),
            _ => Self::new(Code::Internal, error.to_string()),
        }
    }
}

fn refused(api: &hubfolk::ApiError) -> Failure {
    let (code, hint) = match api.status.as_u16() {
        401 => (Code::Unauthorized, "no valid token: it is missing, wrong or expired"),
        402 => (Code::Forbidden, "the organization's plan does not include this"),
        403 if api.is_gated() => (Code::Forbidden, "gated: access must be asked for and granted"),
        403 => (Code::Forbidden, "the token lacks the scope, or its owner the right"),
        404 => (Code::NotFound, "check the spelling; private things look absent to others"),
        409 => (Code::Conflict, "it exists already"),
        429 => (Code::RateLimited, "wait, then repeat the call"),
        400..=499 => (Code::Refused, "change the arguments"),
        _ => (Code::HubFailed, "the Hub has trouble; try again later"),
    };
    let message = match &api.message {
        Some(message) => {
            let message = excerpt(message, LONGEST_QUOTE);
            format!("the Hub answered {}: {message}", api.status.as_u16())
        }
        None => format!("the Hub answered {}", api.status),
    };
    Failure::new(code, message).hint(api.closed.unwrap_or(hint))
}

/// At most three of the known names that are close to what was given.
pub(crate) fn closest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let given: String = given.chars().take(80).collect::<String>().to_lowercase();
    let mut near: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&given, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.82)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
