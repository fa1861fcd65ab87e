//! Tokens that somebody found.

use http::StatusCode;
use hubfolk_api::credentials::ReportLeakedCredentials;

use super::{Behaviour, Change, Order};
use crate::answer::{Answer, Refusal};

impl Change<ReportLeakedCredentials> for Behaviour {
    /// The answer is the same whether a token was valid or not, so that nobody learns which are.
    fn change(order: &mut Order<'_>, request: &ReportLeakedCredentials) -> Result<Answer, Refusal> {
        let count = request.credentials.len();
        if count == 0 {
            let problem = "Too small: expected array to have >=1 items";
            return Err(Refusal::invalid(problem, "credentials"));
        }
        if count > ReportLeakedCredentials::MOST {
            let problem = "Too big: expected array to have <=1000 items";
            return Err(Refusal::invalid(problem, "credentials"));
        }
        for token in &request.credentials {
            order.world.revoke_token(token.expose());
        }
        Ok(Answer::text("").status(StatusCode::ACCEPTED))
    }
}
