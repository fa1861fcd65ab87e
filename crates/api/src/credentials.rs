//! Tokens that leaked: whoever finds one can have it made invalid.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation},
    id::Invalid,
    secret::Secret,
    table::Visitor,
};

/// Most tokens in one report.
const MOST: usize = 1_000;

/// Most characters of one of them.
const LONGEST: usize = 200;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<ReportLeakedCredentials>();
}

/// Make leaked tokens invalid everywhere, whoever they belong to.
///
/// Knowing a token is the only proof that is asked for, so no token of the caller is sent. The Hub
/// writes to the owners, and answers the same whether a token was valid or never existed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ReportLeakedCredentials {
    /// The tokens, 1 to 1,000.
    #[schemars(length(min = 1, max = 1_000))]
    pub credentials: Vec<Secret>,
}

impl ReportLeakedCredentials {
    /// Most tokens in one report.
    pub const MOST: usize = MOST;

    /// These tokens have leaked.
    #[must_use]
    pub fn new<S: Into<Secret>>(credentials: impl IntoIterator<Item = S>) -> Self {
        Self { credentials: credentials.into_iter().map(Into::into).collect() }
    }
}

impl Endpoint for ReportLeakedCredentials {
    const OPERATION: Operation = Operation::post(
        "report_leaked_credentials",
        "/api/credentials/revoke",
        "Make leaked tokens invalid everywhere, whoever they belong to",
    )
    .effect(Effect::Destructive)
    .answer(Answer::Ignored)
    .anonymous();
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        // The values are named by their number: they must not end up in a message.
        let count = self.credentials.len();
        if !(1..=MOST).contains(&count) {
            let rule = "is not how many tokens one report can hold; give 1 to 1000";
            return Err(Invalid::new("number of credentials", count.to_string(), rule));
        }
        let wrong = self.credentials.iter().position(|token| {
            let length = token.expose().chars().count();
            length == 0 || length > LONGEST
        });
        match wrong {
            None => Ok(()),
            Some(index) => Err(Invalid::new(
                "credential number",
                (index + 1).to_string(),
                "does not have 1 to 200 characters, so it is no token; a token is like `hf_...`",
            )),
        }
    }
}
