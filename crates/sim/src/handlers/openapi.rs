//! What this server offers, as a document.

use std::sync::LazyLock;

use hubfolk_api::openapi::{self, GetOpenapiDocument};

use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};

impl Show<GetOpenapiDocument> for Behaviour {
    /// Made of the table that the routes are made of, so it cannot promise what is not served.
    fn show(_: &Ask<'_>, _: &GetOpenapiDocument) -> Result<Answer, Refusal> {
        static DOCUMENT: LazyLock<Answer> = LazyLock::new(|| Answer::json(&openapi::document()));
        Ok(DOCUMENT.clone())
    }
}
