//! What an operation of the Hub is: a serializable value with a constant description.

use std::fmt;

use http::Method;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{id::Invalid, template};

/// What a call does to the Hub.
///
/// Set once per operation, it decides what may be repeated after a failure, what a person is asked
/// to confirm, and which token scope is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something, but doing it twice is the same as doing it once.
    Idempotent,
    /// Changes something; doing it twice may do it twice.
    Write,
    /// Destroys something that cannot be brought back.
    Destructive,
}

impl Effect {
    /// Whether a request whose fate is unknown may be sent again.
    #[must_use]
    pub fn may_repeat(self) -> bool {
        matches!(self, Self::Read | Self::Idempotent)
    }

    /// Whether the Hub is the same afterwards.
    #[must_use]
    pub fn is_read(self) -> bool {
        self == Self::Read
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Idempotent => "idempotent",
            Self::Write => "write",
            Self::Destructive => "destructive",
        })
    }
}

/// Where the fields go that are not part of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload {
    /// The query string.
    Query,
    /// A JSON object in the body.
    Json,
    /// A form in the body (`application/x-www-form-urlencoded`).
    Form,
}

/// What the body of a successful answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// JSON of the operation's [`Endpoint::Response`].
    Json,
    /// Plain text; the response is a string.
    Text,
    /// Nothing that means anything; the response is `()`.
    Ignored,
    /// A redirect (303) back to the page that was acted on, which is the success; it is not
    /// followed and the response is `()`.
    Page,
}

/// The constant description of one operation of the Hub.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Operation {
    /// Unique name, verb first; the Python client's name where it has one.
    pub name: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path template.
    ///
    /// `{x}` is one escaped segment, `{+x}` one or two segments with the slash kept (`gpt2`,
    /// `owner/name`), `{~x}` the folder of a repository type's web pages (`datasets`, and nothing
    /// for models), and a part in square brackets stands only when its fields are given.
    pub path: &'static str,
    /// What the call does to the Hub.
    pub effect: Effect,
    /// One sentence without a full stop.
    pub summary: &'static str,
    /// Where the fields go that the path does not name.
    pub payload: Payload,
    /// What a successful answer holds.
    pub answer: Answer,
    /// The answer is one document that may be far larger than a page of a list.
    pub large: bool,
    /// Since when and why the Hub no longer lets programs do this.
    pub closed: Option<&'static str>,
    /// Where the operation is known from, when that is too little to rely on.
    ///
    /// Clients send it only when told to try what may not be there.
    pub experimental: Option<&'static str>,
    /// Fields that go to the query although the others go to the body.
    pub query_fields: &'static [&'static str],
    /// The one field whose value is the whole JSON body.
    pub body_field: Option<&'static str>,
    /// The Hub wants no token here, so none is sent.
    pub anonymous: bool,
    /// From where it is known, when the Hub's own document does not have it.
    pub undocumented: Option<&'static str>,
}

impl Operation {
    /// An operation that reads; its fields go to the path and the query.
    #[must_use]
    pub const fn get(name: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(name, Method::GET, path, Effect::Read, summary, Payload::Query)
    }

    /// An operation that sends a JSON object with `POST`.
    #[must_use]
    pub const fn post(name: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(name, Method::POST, path, Effect::Write, summary, Payload::Json)
    }

    /// An operation that sets something with `PUT`.
    #[must_use]
    pub const fn put(name: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(name, Method::PUT, path, Effect::Idempotent, summary, Payload::Json)
    }

    /// An operation that changes something with `PATCH`.
    #[must_use]
    pub const fn patch(name: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(name, Method::PATCH, path, Effect::Idempotent, summary, Payload::Json)
    }

    /// An operation that removes something with `DELETE`; its fields go to the path and the query.
    #[must_use]
    pub const fn delete(name: &'static str, path: &'static str, summary: &'static str) -> Self {
        Self::new(name, Method::DELETE, path, Effect::Destructive, summary, Payload::Query)
    }

    const fn new(
        name: &'static str,
        method: Method,
        path: &'static str,
        effect: Effect,
        summary: &'static str,
        payload: Payload,
    ) -> Self {
        Self {
            name,
            method,
            path,
            effect,
            summary,
            payload,
            answer: Answer::Json,
            large: false,
            closed: None,
            experimental: None,
            query_fields: &[],
            body_field: None,
            anonymous: false,
            undocumented: None,
        }
    }

    /// The same operation with another effect than its method suggests.
    #[must_use]
    pub const fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// The same operation with its fields in another place than its method suggests.
    #[must_use]
    pub const fn payload(mut self, payload: Payload) -> Self {
        self.payload = payload;
        self
    }

    /// The same operation with another answer than JSON.
    #[must_use]
    pub const fn answer(mut self, answer: Answer) -> Self {
        self.answer = answer;
        self
    }

    /// The same operation with an answer that may be very large.
    #[must_use]
    pub const fn large(mut self) -> Self {
        self.large = true;
        self
    }

    /// The same operation, which the Hub no longer lets programs do.
    #[must_use]
    pub const fn closed(mut self, why: &'static str) -> Self {
        self.closed = Some(why);
        self
    }

    /// The same operation, of which nobody can say whether the Hub offers it.
    #[must_use]
    pub const fn experimental(mut self, known_from: &'static str) -> Self {
        self.experimental = Some(known_from);
        self
    }

    /// The same operation with these fields in the query and the others in the body.
    #[must_use]
    pub const fn query_fields(mut self, fields: &'static [&'static str]) -> Self {
        self.query_fields = fields;
        self
    }

    /// The same operation whose body is the value of one field, such as an array.
    #[must_use]
    pub const fn body_field(mut self, field: &'static str) -> Self {
        self.body_field = Some(field);
        self
    }

    /// The same operation, which is done without a token.
    #[must_use]
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// The same operation, which the Hub's own document does not have, and from where it is known.
    #[must_use]
    pub const fn undocumented(mut self, source: &'static str) -> Self {
        self.undocumented = Some(source);
        self
    }

    /// Whether the path (escaped, without the query) is one of this operation.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        template::match_path(self.path, path).is_some()
    }

    /// The fields that the path (escaped, without the query) gives, if it is one of this operation.
    #[must_use]
    pub fn path_values(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        template::match_path(self.path, path)
    }

    /// Names of the fields that the path takes, in order.
    #[must_use]
    pub fn path_fields(&self) -> Vec<&'static str> {
        template::fields(self.path)
    }

    /// How much of the path is fixed text; of several operations that match, the highest is meant.
    #[must_use]
    pub fn specificity(&self) -> usize {
        template::literal_len(self.path)
    }
}

/// A request to the Hub as a value: its fields are the arguments of one operation.
///
/// A field named in the path template goes to the path; the others go where
/// [`Operation::payload`] says.
pub trait Endpoint:
    Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static
{
    /// How the operation is called and how it travels.
    const OPERATION: Operation;

    /// What a successful answer decodes to.
    type Response: Serialize + DeserializeOwned + JsonSchema + Send + 'static;

    /// Finds arguments that the Hub would surely refuse, before anything is sent.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names the field, the value and the rule.
    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// An operation that answers with one page of items.
///
/// Most lists are an array and go on by a `Link: rel="next"` header; some stand in an envelope and
/// are asked for by number.
pub trait Paged: Endpoint {
    /// One element of the list.
    type Item: Serialize + DeserializeOwned + JsonSchema + Send + 'static;

    /// Under which key of the answer the items stand; without one the answer is the list.
    const ITEMS: Option<&'static str> = None;

    /// The request for the page after this answer, for lists in an envelope that have no `Link`.
    ///
    /// `received` counts the items of the page, `envelope` holds what stands beside them.
    fn next_page(&self, received: usize, envelope: &Map<String, Value>) -> Option<Self> {
        let _ = (received, envelope);
        None
    }
}
