//! One question, one value.
//!
//! A question is a struct: its fields are the filters, a constant gives name, path and summary, its
//! answer is a type. From that one value fall out the route of the API, the reading of the query
//! string, the entry in the served OpenAPI document, and what a page shows.

mod desk;
mod route;
mod shape;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::access::Role;
use crate::problem::Problem;

pub use desk::{Desk, Names};
pub(crate) use route::routes;
pub(crate) use shape::shape;
pub use shape::{link, parse, query};

/// Something that can be asked of the ledger.
///
/// Fields named in the path are taken from there, the others from the query string: text, numbers,
/// `true` and `false`, words of an enum, and lists by repeating the name. An empty value is no
/// value, as browsers send it for fields left empty.
pub trait Question:
    DeserializeOwned + Serialize + JsonSchema + Clone + Send + Sync + 'static
{
    /// Unique name, verb first.
    const NAME: &'static str;
    /// Path of the API, `/api/orgs/{org}/members`.
    const PATH: &'static str;
    /// One sentence without a full stop.
    const SUMMARY: &'static str;
    /// Who may ask.
    const LEAST: Role = Role::Viewer;

    /// What it is answered with.
    type Answer: Serialize + JsonSchema + Send + 'static;

    /// Answers it; blocks on the database.
    ///
    /// # Errors
    ///
    /// Names, times and filters that fit nothing; a database that fails.
    fn ask(self, desk: &mut Desk<'_>) -> Result<Self::Answer, Problem>;

    /// The cursor of the page after this one, for questions that have a field `cursor`.
    fn next(answer: &Self::Answer) -> Option<&str> {
        let _ = answer;
        None
    }
}

/// Is shown every question once.
pub trait Visitor {
    /// A question.
    fn question<Q: Question>(&mut self);
}

/// A place in a list as text that is not to be read by anybody.
///
/// # Panics
///
/// When the place cannot be written as JSON: places are made of numbers and texts.
#[must_use]
pub fn cursor<T: Serialize>(place: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).expect("numbers and texts"))
}

/// The place that [`cursor`] wrote down.
///
/// # Errors
///
/// 400 for text that is no cursor of this list.
pub fn place<T: DeserializeOwned>(cursor: &str) -> Result<T, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| {
        let message = "this is no cursor of this list";
        Problem::filter("cursor", message, Vec::new())
            .hint("take the `next` of the page before, or leave the cursor out to begin anew")
    })
}

/// A 400 for a value that fits no rule.
#[must_use]
pub fn invalid(field: &str, message: impl fmt::Display) -> Problem {
    let mut problem = Problem::new(StatusCode::BAD_REQUEST, "value", message.to_string());
    problem.field = Some(field.to_owned());
    problem
}
