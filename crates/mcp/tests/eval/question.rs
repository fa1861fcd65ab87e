//! A question, its right answer, and the calls that lead to it.

use serde_json::{Map, Value, json};

use crate::read::Read;
use crate::scene::Tools;
use crate::truth::Truth;

pub(crate) const ORG: &str = "meridian-labs";
pub(crate) const MODEL: &str = "meridian-labs/tide-base";
pub(crate) const GATED: &str = "meridian-labs/tide-large";

pub(crate) struct Question {
    pub(crate) ask: &'static str,
    pub(crate) right: Box<dyn Fn(&Truth) -> Vec<String>>,
    /// For what shall be changed: whether it was.
    pub(crate) done: Option<Box<dyn Fn(&Truth) -> bool>>,
    core: Option<Way>,
    lean: Option<Way>,
    request: Option<Way>,
}

impl Question {
    pub(crate) fn way(&self, tools: Tools) -> Option<&Way> {
        match tools {
            Tools::Core => self.core.as_ref(),
            Tools::Lean => self.lean.as_ref(),
            Tools::Request => self.request.as_ref(),
        }
    }
}

/// A question whose answer is read.
pub(crate) fn ask(
    ask: &'static str,
    right: impl Fn(&Truth) -> Vec<String> + 'static,
    core: impl Into<Option<Way>>,
    lean: impl Into<Option<Way>>,
    request: impl Into<Option<Way>>,
) -> Question {
    let (core, lean, request) = (core.into(), lean.into(), request.into());
    Question { ask, right: Box::new(right), done: None, core, lean, request }
}

/// A change, and whether the Hub is as it shall be afterwards.
pub(crate) fn change(
    what: &'static str,
    done: impl Fn(&Truth) -> bool + 'static,
    core: impl Into<Option<Way>>,
    lean: impl Into<Option<Way>>,
    request: impl Into<Option<Way>>,
) -> Question {
    Question { done: Some(Box::new(done)), ..ask(what, |_| Vec::new(), core, lean, request) }
}

/// How what a call found goes together with what was found before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Only the last counts.
    Last,
    /// Who is in both.
    And,
    /// Who was before and is not now.
    Minus,
}

impl Merge {
    pub(crate) fn of(self, before: Vec<String>, now: Vec<String>) -> Vec<String> {
        match self {
            Self::Last => now,
            Self::And => before.into_iter().filter(|found| now.contains(found)).collect(),
            Self::Minus => before.into_iter().filter(|found| !now.contains(found)).collect(),
        }
    }
}

pub(crate) struct Step {
    pub(crate) tool: &'static str,
    pub(crate) arguments: Value,
    pub(crate) read: Read,
}

/// A sequence of calls.
pub(crate) struct Way {
    pub(crate) steps: Vec<Step>,
    pub(crate) merge: Merge,
}

impl Way {
    /// The same and then another; `{}` in its arguments is what was found first.
    pub(crate) fn then(self, next: Self) -> Self {
        self.merged(next, Merge::Last)
    }

    pub(crate) fn and(self, next: Self) -> Self {
        self.merged(next, Merge::And)
    }

    pub(crate) fn minus(self, next: Self) -> Self {
        self.merged(next, Merge::Minus)
    }

    fn merged(mut self, next: Self, merge: Merge) -> Self {
        self.steps.extend(next.steps);
        Self { merge, ..self }
    }
}

/// One call of a tool.
pub(crate) fn tool(tool: &'static str, arguments: Value, read: Read) -> Way {
    Way { steps: vec![Step { tool, arguments, read }], merge: Merge::Last }
}

/// One operation of the table.
pub(crate) fn op(name: &str, arguments: Value, shown: Value, read: Read) -> Way {
    let mut all = Map::new();
    all.insert("name".to_owned(), name.into());
    all.insert("arguments".to_owned(), arguments);
    all.extend(shown.as_object().cloned().unwrap_or_default());
    tool("call_operation", Value::Object(all), read)
}

/// A path that is read.
pub(crate) fn get(endpoint: &str, params: Value, read: Read) -> Way {
    let arguments = json!({"endpoint": endpoint, "params": params, "max_results": 100});
    tool("hf_api_request", arguments, read)
}

/// A path that is written to.
pub(crate) fn post(endpoint: &str, body: Value, read: Read) -> Way {
    let arguments = json!({"endpoint": endpoint, "method": "POST", "json_body": body});
    tool("hf_api_request", arguments, read)
}
