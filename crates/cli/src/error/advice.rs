//! What an error of a library means for the person at the keyboard.

use std::error::Error as StdError;
use std::fmt;

use super::Exit;

/// Kind, exit code and next step for one error.
#[derive(Debug)]
pub(crate) struct Advice {
    pub(crate) exit: Exit,
    pub(crate) kind: &'static str,
    pub(crate) hint: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl Default for Advice {
    fn default() -> Self {
        Self {
            exit: Exit::Failed,
            kind: "other",
            hint: None,
            operation: None,
            status: None,
            code: None,
            request_id: None,
        }
    }
}

/// A refusal of the Hub with a next step that knows what was asked for.
#[derive(Debug)]
pub(crate) struct Advised {
    pub(crate) hint: String,
    pub(crate) error: hubfolk::Error,
}

impl fmt::Display for Advised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl StdError for Advised {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

impl Advice {
    /// Recognises an error of one of our libraries.
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(Advised { hint, error }) = error.downcast_ref() {
            return Some(Self { hint: Some(hint.clone()), ..Self::of_hub(error) });
        }
        if let Some(error) = error.downcast_ref::<hubfolk::Error>() {
            return Some(Self::of_hub(error));
        }
        if let Some(error) = error.downcast_ref::<hubfolk_store::Error>() {
            return Some(Self::of_store(error));
        }
        if let Some(hubfolk_license::Error::Store(error)) = error.downcast_ref() {
            return Some(Self::of_store(error));
        }
        error.downcast_ref::<std::io::Error>().map(Self::of_io)
    }

    fn of_hub(error: &hubfolk::Error) -> Self {
        use hubfolk::{Error, PagingProblem};

        let status = error.status().map(|status| status.as_u16());
        let (exit, kind) = match error {
            Error::Argument(wrong) if is_no_member(wrong) => (Exit::NotFound, "not_found"),
            Error::Config(_) | Error::Argument(_) => (Exit::Usage, "usage"),
            Error::Api(api) if api.is_not_offered() => (Exit::NotAllowed, "not_offered"),
            Error::Api(api) => of_status(api),
            Error::RateLimited(_) => (Exit::Failed, "rate_limited"),
            Error::Decode(_) => (Exit::Failed, "decode"),
            Error::Paging(paging) => match paging.problem {
                PagingProblem::ForeignNext { .. } => (Exit::Failed, "foreign_next"),
                PagingProblem::RepeatedNext => (Exit::Failed, "repeated_next"),
                _ => (Exit::Failed, "cap"),
            },
            Error::TooLarge(_) => (Exit::Failed, "cap"),
            Error::Redirect(_) => (Exit::Failed, "redirect"),
            _ if error.is_timeout() => (Exit::Failed, "timeout"),
            _ => (Exit::Failed, "connection"),
        };
        let gated = error.is_gated().then(|| {
            "the repository is gated: open its page in a browser, ask for access, and wait to be let in".to_owned()
        });
        let closed = error
            .as_api()
            .is_some_and(|api| api.closed.is_some())
            .then(|| "no token can do this; do it on the page of the Hub in a browser".to_owned());
        let setting = matches!(error, Error::Config(config) if config.problem.contains("insecure"))
            .then(|| "use https, or --allow-http where nobody can listen in".to_owned());
        Self {
            exit,
            kind,
            hint: governance_hint(error)
                .or(gated)
                .or(closed)
                .or(setting)
                .or_else(|| status_hint(status.map(i64::from), kind)),
            operation: error.operation().map(str::to_owned),
            status,
            code: error.as_api().and_then(|api| api.code.clone()),
            request_id: error.request_id().map(str::to_owned),
        }
    }

    fn of_store(error: &hubfolk_store::Error) -> Self {
        use hubfolk_store::Error;

        let (exit, kind, hint) = match error {
            Error::Url { .. } => {
                (Exit::Usage, "usage", Some("for example --db sqlite:/srv/ledger.db"))
            }
            Error::Foreign { .. } | Error::Corrupt { .. } | Error::Newer { .. } => {
                (Exit::Usage, "database", Some("it was left as it is; --db names another ledger"))
            }
            Error::RunState { .. } => {
                (Exit::Usage, "usage", Some("`hubfolk sync runs ORG` lists the runs"))
            }
            Error::LeaseLost => (
                Exit::Busy,
                "busy",
                Some("another process syncs it; look with `hubfolk sync runs ORG`"),
            ),
            Error::Open { .. } => (
                Exit::Failed,
                "database",
                Some("check the address of the ledger, the server and the permissions"),
            ),
            _ => (
                Exit::Failed,
                "database",
                Some("check the disk and the permissions of the ledger; it is as it was before"),
            ),
        };
        Self { exit, kind, hint: hint.map(str::to_owned), ..Self::default() }
    }

    fn of_io(error: &std::io::Error) -> Self {
        let hint = match error.kind() {
            std::io::ErrorKind::StorageFull => Some("make room on the disk and run it again"),
            std::io::ErrorKind::PermissionDenied => {
                Some("check the owner and the permissions of the file and its folder")
            }
            _ => None,
        };
        Self { kind: "io", hint: hint.map(str::to_owned), ..Self::default() }
    }
}

/// Whether a member was looked for in vain.
fn is_no_member(wrong: &hubfolk::Argument) -> bool {
    matches!(wrong.source.downcast_ref(), Some(hubfolk::MemberProblem::NotAMember { .. }))
}

/// The next step where a member cannot be changed, or an operation may not exist.
fn governance_hint(error: &hubfolk::Error) -> Option<String> {
    use hubfolk::{Error, MemberProblem};

    let hint = match error {
        Error::Api(api) if api.is_not_offered() => {
            "the Hub does not offer this to programs: do it on the members page of the \
             organization's settings"
        }
        Error::Argument(wrong) => match wrong.source.downcast_ref::<MemberProblem>()? {
            MemberProblem::NotAMember { organization, .. } => {
                return Some(format!("`hubfolk orgs members {organization}` lists the members"));
            }
            _ => {
                "an administrator of an organization with a plan sees the groups; to set the role \
                 all the same, give every group the member shall be in: --only-groups --group ..."
            }
        },
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Exit code and kind of a refusal.
fn of_status(api: &hubfolk::ApiError) -> (Exit, &'static str) {
    match api.status.as_u16() {
        _ if api.is_gated() => (Exit::NotAllowed, "gated"),
        401 => (Exit::NotAllowed, "auth"),
        402 => (Exit::NotAllowed, "plan"),
        403 => (Exit::NotAllowed, "forbidden"),
        404 | 410 => (Exit::NotFound, "not_found"),
        // This is how the Hub says that the organization is a user.
        400 if api.operation == "list_organization_members" => (Exit::NotFound, "not_found"),
        400 | 422 => (Exit::Failed, "invalid"),
        409 => (Exit::Failed, "conflict"),
        429 => (Exit::Failed, "rate_limited"),
        _ => (Exit::Failed, "http"),
    }
}

/// The kind of a failed run as a constant.
pub(crate) fn run_kind(kind: &str) -> &'static str {
    const KINDS: [&str; 12] = [
        "http",
        "timeout",
        "connection",
        "decode",
        "foreign_next",
        "repeated_next",
        "cap",
        "auth",
        "rate_limited",
        "moved",
        "identity",
        "interrupted",
    ];
    KINDS.into_iter().find(|known| *known == kind).unwrap_or("other")
}

/// The next step after a refusal or failure, by status and kind.
pub(crate) fn status_hint(status: Option<i64>, kind: &str) -> Option<String> {
    let hint = match (status, kind) {
        (Some(400 | 422), _) => {
            "the Hub refused what was sent: the message names the field; --dry-run shows the exact \
             request without sending it"
        }
        (Some(409), _) => {
            "it exists already, or changed meanwhile: look at it first, then try again with what it \
             is now"
        }
        (Some(401), _) | (None, "auth") => {
            "check the token: `hubfolk auth status` shows where it comes from; it may be mistyped, \
             revoked or expired, and `hubfolk auth login` stores another"
        }
        (Some(402), _) => {
            "the organization's plan does not include this; it needs Team or Enterprise"
        }
        (Some(403), _) => {
            "the token is valid but may not do this: check its scopes (`hubfolk auth status`), that you are a \
             member, and whether it takes an administrator"
        }
        (Some(404), _) => {
            "check the spelling; what is private looks the same as what does not exist, so check the \
             token's access too (`hubfolk whoami`)"
        }
        (Some(429), _) | (_, "rate_limited") => {
            "the Hub limits requests: wait some minutes, or log in for a higher limit"
        }
        (_, "timeout") => "the Hub took too long: try again, or allow more with --timeout SECONDS",
        (_, "connection") => {
            "check the network and the address of the Hub (--endpoint, HF_ENDPOINT)"
        }
        (_, "cap") => {
            "the list is larger than allowed: raise --max-pages or --max-page-size if that is right"
        }
        (Some(500..), _) => "the Hub has trouble of its own: try again in some minutes",
        _ => return None,
    };
    Some(hint.to_owned())
}
