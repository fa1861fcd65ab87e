//! What may go wrong on purpose, and when.

mod effects;
mod form;
mod matching;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub(crate) use self::effects::apply;
pub(crate) use self::matching::{Circumstances, FaultBook, Happening};
use crate::world::{Problem, WorldError};

/// One thing that goes wrong with one answer.
///
/// In a file a fault is its name in snake case, alone (`"reset_before"`) or with its settings
/// (`{"latency": {"ms": 50}}`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The answer comes late.
    Latency {
        /// By this many milliseconds.
        ms: u64,
        /// And up to this many more, drawn from the seed.
        jitter_ms: u64,
    },
    /// An error answer in place of the real one; nothing is done.
    Status {
        /// Any status; 408, 429, 500, 502, 503 and 504 are what the Hub has been seen to send.
        code: u16,
        /// Seconds for a `Retry-After` header.
        retry_after: Option<u64>,
        /// Seconds for a `RateLimit` header that says nothing is left (for 429).
        reset: Option<u32>,
        /// The message; the status' own words when absent.
        message: Option<String>,
    },
    /// The connection is reset before a byte of the answer is sent. Nothing is done.
    ResetBefore,
    /// The connection is reset inside the body. What was asked for is done.
    ResetInside {
        /// After this many bytes of the body; half of it when absent.
        after_bytes: Option<usize>,
    },
    /// The connection is closed inside the body, short of `Content-Length`.
    TruncatedBody {
        /// After this many bytes of the body; half of it when absent.
        after_bytes: Option<usize>,
    },
    /// The body is cut, with a `Content-Length` that agrees.
    TruncatedJson,
    /// The body has the right length and is not JSON.
    InvalidJson,
    /// A page of HTML in place of JSON, as from a proxy in between.
    WrongContentType {
        /// `text/html; charset=utf-8` when absent.
        content_type: Option<String>,
        /// The page; a short HTML document when absent.
        body: Option<String>,
    },
    /// The body comes in small pieces with pauses.
    SlowDrip {
        /// Bytes in a piece.
        bytes: usize,
        /// Milliseconds between pieces.
        every_ms: u64,
    },
    /// `Link` leads to another server.
    ForeignLink {
        /// Origin of that server.
        to: String,
    },
    /// `Link` leads back to the page that carries it.
    CyclingLink,
    /// An empty page that has a next one; nobody is lost.
    EmptyPage,
    /// A page of only so many items that has a next one; nobody is lost.
    ShortPage {
        /// Items on the page.
        items: usize,
    },
    /// The last item of this page comes again on the next one; of the last page, on itself.
    DuplicateItem,
    /// New members join just before this page is made, before and behind it in the list.
    MembersJoin {
        /// How many.
        count: usize,
    },
    /// Members leave just before this page is made, by turns the first and the last of the list,
    /// but never the caller.
    MembersLeave {
        /// How many.
        count: usize,
    },
    /// The caller gets another role in the organization from here on.
    CoverageLoss {
        /// The new role; `none` ends the membership.
        role: String,
    },
    /// A member gets another username from here on.
    RenameUser {
        /// Who; the last member of the list when absent.
        user: Option<String>,
        /// The new name; the old one with `-renamed` when absent.
        to: Option<String>,
    },
    /// A member's account is deleted and somebody else joins under the same username.
    ReuseName {
        /// Who; the last member of the list when absent.
        user: Option<String>,
    },
    /// `Date` is off by this much.
    ClockSkew {
        /// Seconds ahead; negative is behind.
        seconds: i64,
    },
    /// The answer carries advice in `X-HF-Warning`.
    Advice {
        /// What it is about.
        topic: String,
        /// The Hub's words.
        message: String,
    },
}

/// A fault and the requests it happens to.
///
/// All conditions must hold; without any, it happens to every request.
///
/// ```
/// use hubfolk_sim::{Fault, FaultRule};
///
/// let rule = FaultRule::new(Fault::status(503)).operation("list_organization_members").page(2);
/// # let _ = rule;
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// Name of the operation, as in the operation table.
    #[serde(default)]
    pub operation: Option<String>,
    /// The account or repo in the path, to tell one organization's list from another's.
    #[serde(default)]
    pub target: Option<String>,
    /// Page of a list, counted from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// Only the n-th request that the conditions above hold for, counted from 1.
    #[serde(default)]
    pub call: Option<u64>,
    /// Chance of happening, 0 to 1, drawn from the seed.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Happens at most this often.
    #[serde(default)]
    pub times: Option<u64>,
    /// What happens.
    pub fault: Fault,
}

/// Faults and the seed of their chances: the content of a fault file.
///
/// ```
/// let faults = hubfolk_sim::Faults::from_json(
///     r#"{"seed": 7, "rules": [{"operation": "whoami", "call": 1, "fault": "reset_before"},
///                              {"probability": 0.1, "fault": {"latency": {"ms": 20}}}]}"#,
/// ).unwrap();
/// assert_eq!(faults.rules.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Faults {
    /// The same seed and the same requests give the same faults.
    pub seed: u64,
    /// Every rule whose conditions hold takes effect, in this order.
    pub rules: Vec<FaultRule>,
}

impl Faults {
    /// These rules with seed 0.
    #[must_use]
    pub fn new(rules: Vec<FaultRule>) -> Self {
        Self { seed: 0, rules }
    }

    /// Reads the text of a fault file.
    ///
    /// # Errors
    ///
    /// Names the place of an unknown key, an unknown operation or a number out of its range.
    pub fn from_json(text: &str) -> Result<Self, WorldError> {
        let faults: Self =
            crate::world::read_json(text).map_err(|problem| WorldError::new(vec![problem]))?;
        let problems = faults.problems();
        if problems.is_empty() { Ok(faults) } else { Err(WorldError::new(problems)) }
    }

    /// Reads a fault file.
    ///
    /// # Errors
    ///
    /// As [`Faults::from_json`], and when the file cannot be read.
    pub fn from_file(path: &Path) -> Result<Self, WorldError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| WorldError::unreadable(path.display().to_string(), cause))?;
        Self::from_json(&text)
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |place: String, message: String| problems.push(Problem { place, message });
        for (index, rule) in self.rules.iter().enumerate() {
            let place = format!("rules[{index}]");
            if let Some(name) = &rule.operation
                && !crate::routes::knows_operation(name)
            {
                let known = crate::routes::operation_names().join(", ");
                add(
                    format!("{place}.operation"),
                    format!("there is no operation `{name}`; known are {known}"),
                );
            }
            if rule.page == Some(0) || rule.call == Some(0) {
                let message = "`page` and `call` count from 1".to_owned();
                add(place.clone(), message);
            }
            if rule.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
                add(format!("{place}.probability"), "a probability is 0 to 1".to_owned());
            }
            match &rule.fault {
                Fault::Status { code, .. } if !(400..=599).contains(code) => {
                    add(format!("{place}.fault"), "an error status is 400 to 599".to_owned());
                }
                Fault::SlowDrip { bytes: 0, .. } => {
                    add(format!("{place}.fault"), "a drip has at least 1 byte".to_owned());
                }
                _ => {}
            }
        }
        problems
    }
}

impl FaultRule {
    /// A fault that happens to every request until conditions are added.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self {
            operation: None,
            target: None,
            page: None,
            call: None,
            probability: None,
            times: None,
            fault,
        }
    }

    /// Only to this operation.
    #[must_use]
    pub fn operation(mut self, name: &str) -> Self {
        self.operation = Some(name.to_owned());
        self
    }

    /// Only to requests about this account or repo.
    #[must_use]
    pub fn target(mut self, name: &str) -> Self {
        self.target = Some(name.to_owned());
        self
    }

    /// Only to this page of a list, counted from 1.
    #[must_use]
    pub fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// Only to the n-th request that the other conditions hold for.
    #[must_use]
    pub fn call(mut self, call: u64) -> Self {
        self.call = Some(call);
        self
    }

    /// Only by this chance.
    #[must_use]
    pub fn probability(mut self, chance: f64) -> Self {
        self.probability = Some(chance);
        self
    }

    /// At most this often.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}

impl Fault {
    /// An error status with nothing special about it.
    #[must_use]
    pub fn status(code: u16) -> Self {
        Self::Status { code, retry_after: None, reset: None, message: None }
    }

    /// A 429 that says in its headers when to come back.
    #[must_use]
    pub fn rate_limited(seconds: u32) -> Self {
        let retry_after = Some(u64::from(seconds));
        Self::Status { code: 429, retry_after, reset: Some(seconds), message: None }
    }

    /// A delay without jitter.
    #[must_use]
    pub fn latency(ms: u64) -> Self {
        Self::Latency { ms, jitter_ms: 0 }
    }

    /// The name of the fault in a fault file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Latency { .. } => "latency",
            Self::Status { .. } => "status",
            Self::ResetBefore => "reset_before",
            Self::ResetInside { .. } => "reset_inside",
            Self::TruncatedBody { .. } => "truncated_body",
            Self::TruncatedJson => "truncated_json",
            Self::InvalidJson => "invalid_json",
            Self::WrongContentType { .. } => "wrong_content_type",
            Self::SlowDrip { .. } => "slow_drip",
            Self::ForeignLink { .. } => "foreign_link",
            Self::CyclingLink => "cycling_link",
            Self::EmptyPage => "empty_page",
            Self::ShortPage { .. } => "short_page",
            Self::DuplicateItem => "duplicate_item",
            Self::MembersJoin { .. } => "members_join",
            Self::MembersLeave { .. } => "members_leave",
            Self::CoverageLoss { .. } => "coverage_loss",
            Self::RenameUser { .. } => "rename_user",
            Self::ReuseName { .. } => "reuse_name",
            Self::ClockSkew { .. } => "clock_skew",
            Self::Advice { .. } => "advice",
        }
    }
}
