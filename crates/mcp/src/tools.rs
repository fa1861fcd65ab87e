//! The tools: what each is called, what it takes, and what a model is told about it.
//!
//! Every word here is paid for with each request of every agent, so each tool says what it does in
//! one line and its parameters speak by their names. A test counts the tokens.

mod access;
mod collections;
mod discussions;
mod ledger;
mod members;
mod operations;
mod people;
pub mod profiles;
mod relations;
pub mod table;

use hubfolk_api::Effect;
use serde_json::{Map, Value, json};

use crate::{
    failure::{Code, Failure},
    operations::{Arguments, Kind},
    repair,
};

/// One tool.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// The set it belongs to.
    pub set: Toolset,
    /// The gravest that it does.
    pub effect: Effect,
    /// What it does, in one line.
    pub about: &'static str,
    /// What it takes.
    pub params: &'static [Param],
    /// What does it.
    pub(crate) run: Run,
}

/// Which code does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    Request,
    Profile,
    People,
    Likes,
    Discussions,
    Discussion,
    WriteDiscussion,
    AccessRequests,
    AnswerAccess,
    Collections,
    EditCollection,
    ManageMember,
    Ledger,
    Sync,
    FindOperation,
    CallOperation,
}

/// What belongs together and is offered or left out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Toolset {
    /// Users, organizations and how they are connected.
    People,
    /// Discussions and pull requests.
    Discussions,
    /// Requests for access to gated repositories.
    Access,
    /// Collections.
    Collections,
    /// Members and their roles, on the Hub.
    Members,
    /// Members and their history, from the ledger.
    Ledger,
    /// Requests by path.
    Raw,
    /// Any operation of the table by name.
    Operations,
}

impl Toolset {
    /// Every set.
    pub const ALL: [Self; 8] = [
        Self::People,
        Self::Discussions,
        Self::Access,
        Self::Collections,
        Self::Members,
        Self::Ledger,
        Self::Raw,
        Self::Operations,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Discussions => "discussions",
            Self::Access => "access",
            Self::Collections => "collections",
            Self::Members => "members",
            Self::Ledger => "ledger",
            Self::Raw => "raw",
            Self::Operations => "operations",
        }
    }
}

/// One parameter of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The only values it takes; empty for any.
    pub choices: &'static [&'static str],
    /// What its name does not say.
    pub about: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

impl Param {
    /// A parameter that may be given.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, choices: &[], about: "", required: false }
    }

    /// A text that may be given.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Kind::Text)
    }

    /// One of a few words.
    #[must_use]
    pub const fn one_of(name: &'static str, choices: &'static [&'static str]) -> Self {
        Self { choices, ..Self::new(name, Kind::Text) }
    }

    /// The same, which must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same with what its name does not say.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    fn schema(&self) -> Value {
        let mut schema = Map::new();
        if self.kind != Kind::Any {
            schema.insert("type".to_owned(), self.kind.name().into());
        }
        if !self.choices.is_empty() {
            schema.insert("enum".to_owned(), json!(self.choices));
        }
        if !self.about.is_empty() {
            schema.insert("description".to_owned(), self.about.into());
        }
        Value::Object(schema)
    }
}

/// What every tool that answers with a list takes besides its own.
pub(crate) const FIELDS: Param = Param::new("fields", Kind::List);
pub(crate) const FORMAT: Param = Param::one_of("format", &["csv", "markdown", "json"]);
pub(crate) const LIMIT: Param = Param::new("limit", Kind::Integer);
pub(crate) const CURSOR: Param = Param::text("cursor");
pub(crate) const MAX_TOKENS: Param = Param::new("max_tokens", Kind::Integer);
/// What every tool that writes takes besides its own.
pub(crate) const DRY_RUN: Param = Param::new("dry_run", Kind::Boolean);

/// Parameters that are understood everywhere and shown only where they earn their tokens.
const UNDERSTOOD: [Param; 5] = [FIELDS, FORMAT, LIMIT, CURSOR, MAX_TOKENS];

impl Tool {
    /// What it takes, as JSON schema.
    #[must_use]
    pub fn schema(&self) -> Map<String, Value> {
        let properties: Map<String, Value> =
            self.params.iter().map(|param| (param.name.to_owned(), param.schema())).collect();
        let required: Vec<&str> =
            self.params.iter().filter(|param| param.required).map(|param| param.name).collect();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema
    }

    /// The arguments with each value in the type that its parameter takes.
    ///
    /// # Errors
    ///
    /// Unknown or missing parameters, values that cannot be read as what is asked for.
    pub fn accept(&self, given: Arguments) -> Result<Arguments, Failure> {
        let mut accepted = Arguments::new();
        for (name, value) in given {
            let Some(param) = self.param(&name) else {
                return Err(self.unknown(&name));
            };
            let value = repair::value(value);
            if value.is_null() {
                continue;
            }
            let fitted = repair::fit(value, &[param.kind]).map_err(|value| {
                let value = repair::excerpt(&value.to_string(), 40);
                Failure::invalid(format!("`{name}` takes {}, not {value}", param.kind.name()))
            })?;
            // The request by path refuses in the words of the tool it stands in for.
            let fitted = if self.run == Run::Request { fitted } else { choice(param, fitted)? };
            accepted.insert(param.name.to_owned(), fitted);
        }
        match self.params.iter().find(|param| param.required && !accepted.contains_key(param.name))
        {
            Some(missing) => {
                Err(Failure::invalid(format!("{} needs `{}`", self.name, missing.name))
                    .hint(format!("it takes {}", self.listed())))
            }
            None => Ok(accepted),
        }
    }

    fn param(&self, name: &str) -> Option<&Param> {
        let known = |param: &&Param| param.name == name;
        self.params
            .iter()
            .find(known)
            .or_else(|| self.takes_presentation().then(|| UNDERSTOOD.iter().find(known)).flatten())
    }

    /// Whether it answers with a list or an object that can be shown in several ways.
    fn takes_presentation(&self) -> bool {
        (self.effect.is_read() || self.run == Run::CallOperation) && self.run != Run::Request
    }

    fn unknown(&self, name: &str) -> Failure {
        let given = repair::excerpt(name, 40);
        Failure::invalid(format!("{} has no parameter `{given}`", self.name))
            .hint(format!("it takes {}", self.listed()))
            .meant(&given, self.params.iter().map(|param| param.name))
    }

    fn listed(&self) -> String {
        let names = self.params.iter().map(|param| {
            if param.required { format!("{}*", param.name) } else { param.name.to_owned() }
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The value as one of the words the parameter takes.
fn choice(param: &Param, value: Value) -> Result<Value, Failure> {
    let Some(text) = value.as_str() else { return Ok(value) };
    if param.choices.is_empty() {
        return Ok(value);
    }
    let plain = |text: &str| text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    let given = plain(text);
    let known = param.choices.iter().find(|choice| plain(choice) == given);
    // `pr` is what agent cards have taught for years.
    let meant = match given.as_str() {
        "pr" | "prs" | "pull_requests" => param.choices.iter().find(|c| **c == "pull_request"),
        "md" => param.choices.iter().find(|c| **c == "markdown"),
        "discussions" => param.choices.iter().find(|c| **c == "discussion"),
        _ => None,
    };
    match known.or(meant) {
        Some(choice) => Ok((*choice).into()),
        None => {
            let given = repair::excerpt(text, 40);
            Err(Failure::new(
                Code::InvalidArguments,
                format!(
                    "`{}` cannot be `{given}`; it takes {}",
                    param.name,
                    param.choices.join(", ")
                ),
            )
            .meant(&given, param.choices.iter().copied()))
        }
    }
}
