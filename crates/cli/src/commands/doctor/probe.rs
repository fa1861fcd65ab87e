//! Does every operation that only reads, once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use hubfolk::Hub;
use hubfolk_api::table::{self, Visitor};
use hubfolk_api::{Answer, Effect, Endpoint, Paged, contract};
use serde_json::{Map, Value};

use crate::error::Exit;

use super::known::Known;

/// What an operation came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) operation: &'static str,
    /// `ok`, `drift`, `refused`, `skipped` or `failed`.
    pub(super) state: &'static str,
    pub(super) detail: String,
    pub(super) status: Option<u16>,
    pub(super) unknown: Vec<Strange>,
}

/// Something that the Hub sent and we have no name for.
#[derive(Debug)]
pub(super) struct Strange(contract::Unknown);

impl fmt::Display for Strange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.value {
            Some(value) => write!(f, "{}={value:?}", self.0.place),
            None => f.write_str(&self.0.place),
        }
    }
}

impl Outcome {
    fn new(operation: &'static str, state: &'static str, detail: impl Into<String>) -> Self {
        Self { operation, state, detail: detail.into(), status: None, unknown: Vec::new() }
    }

    pub(super) fn exit(&self) -> Exit {
        match self.state {
            "drift" => Exit::Findings,
            "failed" => Exit::Failed,
            _ => Exit::Done,
        }
    }
}

type Asked = Pin<Box<dyn Future<Output = (Outcome, Option<Value>)>>>;

/// One operation: what it needs, and how it is done.
struct Probe {
    name: &'static str,
    ask: fn(&Hub, &Known) -> Result<Asked, String>,
}

struct Probes(Vec<Probe>);

impl Visitor for Probes {
    fn call<E: Endpoint>(&mut self) {
        // The document of the Hub is `contract`'s, and is large.
        if E::OPERATION.effect == Effect::Read && E::OPERATION.name != "get_openapi_document" {
            self.0.push(Probe { name: E::OPERATION.name, ask: ask::<E> });
        }
    }

    fn list<E: Paged>(&mut self) {
        self.call::<E>();
    }
}

/// Does every operation that only reads; what needs the answer of another waits for it.
pub(super) async fn all(hub: &Hub, mut known: Known, mut done: impl FnMut()) -> Vec<Outcome> {
    let mut probes = Probes(Vec::new());
    table::visit(&mut probes);
    let mut outcomes: Vec<Option<Outcome>> = probes.0.iter().map(|_| None).collect();
    // Three steps: a repository, a discussion in it, what belongs to that.
    for _ in 0..3 {
        for (probe, outcome) in probes.0.iter().zip(&mut outcomes) {
            if outcome.is_some() {
                continue;
            }
            let Ok(asked) = (probe.ask)(hub, &known) else { continue };
            let (found, answer) = asked.await;
            if let Some(answer) = answer {
                known.learn(probe.name, &answer);
            }
            *outcome = Some(found);
            done();
        }
    }
    let missing = |probe: &Probe| match (probe.ask)(hub, &known) {
        Err(missing) => Outcome::new(probe.name, "skipped", missing),
        Ok(_) => Outcome::new(probe.name, "skipped", "what it is about came too late"),
    };
    probes
        .0
        .iter()
        .zip(outcomes)
        .map(|(probe, outcome)| outcome.unwrap_or_else(|| missing(probe)))
        .collect()
}

/// The request with what is known, or what is missing for it.
fn request<E: Endpoint>(known: &Known) -> Result<E, String> {
    let schema = schemars::schema_for!(E).to_value();
    let mut fields = Map::new();
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for name in &required {
        match known.value(name) {
            Some(value) => {
                fields.insert((*name).to_owned(), value.clone());
            }
            None => return Err(format!("nothing of yours to ask for: no `{name}`")),
        }
    }
    // A list of everybody's is asked for what is the caller's.
    for name in ["owner", "author"] {
        let field = &schema["properties"][name];
        if field.is_object() && !fields.contains_key(name) {
            let value = known.value(name).cloned();
            let list =
                field["type"].as_array().is_some_and(|kinds| kinds.contains(&"array".into()))
                    || field["type"] == "array";
            if let Some(value) = value {
                let value = if list { Value::Array(vec![value]) } else { value };
                fields.insert(name.to_owned(), value);
            }
        }
    }
    let request: E = serde_json::from_value(Value::Object(fields))
        .map_err(|error| format!("what is known does not fit: {error}"))?;
    request.validate().map_err(|invalid| invalid.to_string())?;
    Ok(request)
}

fn ask<E: Endpoint>(hub: &Hub, known: &Known) -> Result<Asked, String> {
    let request: E = request(known)?;
    let hub = hub.clone();
    Ok(Box::pin(async move {
        let operation = E::OPERATION.name;
        let answer = match hub.send(request).await {
            Ok(answer) => answer,
            Err(error) => return (refused(operation, &error), None),
        };
        let Ok(value) = serde_json::to_value(&answer) else {
            let detail = "the answer is no JSON";
            return (Outcome::new(operation, "failed", detail), None);
        };
        let mut outcome = Outcome::new(operation, "ok", size(&value));
        if E::OPERATION.answer == Answer::Json {
            outcome.unknown = contract::unknown::<E>(&value).into_iter().map(Strange).collect();
        }
        if !outcome.unknown.is_empty() {
            outcome.state = "drift";
        }
        (outcome, Some(value))
    }))
}

fn size(answer: &Value) -> String {
    match answer {
        Value::Array(items) => match items.len() {
            1 => "1 item".to_owned(),
            count => format!("{count} items"),
        },
        _ => String::new(),
    }
}

/// A refusal says what the token may not do; anything else is a failure of the Hub.
fn refused(operation: &'static str, error: &hubfolk::Error) -> Outcome {
    let status = error.status().map(|status| status.as_u16());
    let said = match error {
        hubfolk::Error::Api(api) => api.message.clone().unwrap_or_else(|| api.status.to_string()),
        other => other.to_string(),
    };
    let scim = operation.contains("scim");
    let (state, detail) = match (status, error) {
        (Some(401), _) if scim => ("skipped", "SCIM has a token of its own".to_owned()),
        (Some(401..=404), _) => ("refused", said),
        // The Hub understood the request otherwise than we meant it.
        (Some(400), _) => ("failed", said),
        (_, hubfolk::Error::Decode(_)) => {
            let source = std::error::Error::source(error);
            let why = source.map_or(String::new(), |why| format!(": {why}"));
            ("drift", format!("{said}{why}"))
        }
        _ => ("failed", said),
    };
    let mut outcome = Outcome::new(operation, state, detail);
    outcome.status = status;
    outcome
}
