//! A server over a fresh demo world, and a person behind it who says yes.

use std::sync::{Arc, LazyLock};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hubfolk::Hub;
use hubfolk_license::clock::SystemClock;
use hubfolk_mcp::call::{Elicit, Halt, Server, Settings, Way as Asking};
use hubfolk_mcp::callers::Caller;
use hubfolk_mcp::confirm::{Answer, LASTS, Pending};
use hubfolk_mcp::dispatch::Incoming;
use hubfolk_mcp::taint::Care;
use hubfolk_mcp::tools::profiles::{Choice, Profile, Wish};
use hubfolk_sim::{DEMO_ADMIN_TOKEN, RateLimits, Running, Sim, World};
use serde_json::{Value, json};
use tempfile::TempDir;
use tiktoken_rs::CoreBPE;

use crate::question::Way;
use crate::read::Output;
use crate::truth::Truth;

static O200K: LazyLock<CoreBPE> = LazyLock::new(|| tiktoken_rs::o200k_base().unwrap());

pub(crate) fn tokens(text: &str) -> usize {
    O200K.encode_ordinary(text).len()
}

/// The sets of tools that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tools {
    Core,
    Lean,
    Request,
}

pub(crate) const TOOLS: [Tools; 3] = [Tools::Core, Tools::Lean, Tools::Request];

impl Tools {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Lean => "lean",
            Self::Request => "hf_api_request",
        }
    }

    fn choice(self) -> Choice {
        let wish = match self {
            Self::Core => Wish { profile: Some(Profile::Core), ..Wish::default() },
            Self::Lean => Wish { profile: Some(Profile::Lean), ..Wish::default() },
            Self::Request => Wish { tools: vec!["hf_api_request".to_owned()], ..Wish::default() },
        };
        Choice::of(&wish).unwrap()
    }

    /// What the definitions cost with every request.
    pub(crate) fn tokens(self) -> usize {
        let tools: Vec<Value> = self
            .choice()
            .tools()
            .map(|tool| json!({"name": tool.name, "description": tool.about, "inputSchema": tool.schema()}))
            .collect();
        tokens(&Value::from(tools).to_string())
    }
}

/// What an answer took: arguments written and answers read.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) calls: usize,
    pub(crate) tokens: usize,
}

impl Cost {
    pub(crate) fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.tokens += other.tokens;
    }
}

pub(crate) struct Scene {
    sim: Running,
    server: Server,
    choice: Choice,
    caller: Arc<Caller>,
    pub(crate) cost: Cost,
    _state: TempDir,
}

struct SaysYes;

impl Elicit for SaysYes {
    fn ask(&self, _: &Pending) -> BoxFuture<'_, Option<Answer>> {
        std::future::ready(Some(Answer::Yes)).boxed()
    }
}

impl Scene {
    pub(crate) fn new(tools: Tools) -> Self {
        let sim = Sim::builder().world(World::demo(1, 60)).rate_limits(RateLimits::Unlimited);
        // On a thread of its own: the bare requests for the truth block this one.
        let sim = sim.start_on_thread().unwrap();
        let hub =
            Hub::builder().endpoint(sim.url()).token(DEMO_ADMIN_TOKEN.to_owned()).build().unwrap();
        let state = tempfile::tempdir().unwrap();
        let choice = tools.choice();
        let server = Server::new(Settings {
            hub: hub.clone(),
            choice: choice.clone(),
            care: Care::default(),
            state: Some(state.path().to_owned()),
            audit: None,
            max_results: 20,
            ledger: None,
            answer_within: LASTS,
            clock: Arc::new(SystemClock),
        });
        let caller = Arc::new(Caller::owner(hub));
        Self { sim, server: server.unwrap(), choice, caller, cost: Cost::default(), _state: state }
    }

    pub(crate) fn truth(&self) -> Truth {
        Truth::new(self.sim.address())
    }

    /// Makes the calls of a way, each with what the one before it found.
    pub(crate) async fn follow(&mut self, way: &Way) -> Result<Vec<String>, String> {
        let mut found: Vec<String> = Vec::new();
        for (index, step) in way.steps.iter().enumerate() {
            let before = std::mem::take(&mut found);
            let arguments = with(&step.arguments, before.first().map_or("", String::as_str));
            let output = self.whole(step.tool, arguments).await?;
            let read = (step.read)(&output);
            found = if index == 0 { read } else { way.merge.of(before, read) };
        }
        Ok(found)
    }

    /// One call, and the calls that its answer needs to be whole.
    async fn whole(&mut self, tool: &'static str, mut arguments: Value) -> Result<Output, String> {
        let mut output = Output::default();
        for _ in 0..50 {
            let text = self.call(tool, &arguments).await?;
            match output.take(&text) {
                None => return Ok(output),
                Some((name, place)) => arguments[name] = place,
            }
        }
        Err("no end after 50 calls".to_owned())
    }

    async fn call(&mut self, tool: &str, arguments: &Value) -> Result<String, String> {
        let incoming = Incoming {
            caller: Arc::clone(&self.caller),
            choice: &self.choice,
            care: Care::default(),
            way: Asking::Elicit(Box::new(SaysYes)),
            trace: None,
        };
        let given = arguments.as_object().unwrap().clone();
        self.cost.calls += 1;
        self.cost.tokens += tokens(&arguments.to_string());
        match self.server.call(tool, given, incoming).await {
            Ok(text) => {
                self.cost.tokens += tokens(&text);
                Ok(text)
            }
            Err(Halt::Failure(failure)) => Err(failure.to_json().to_string()),
            Err(Halt::Ask(pending)) => Err(format!("asked: {}", pending.summary)),
        }
    }
}

/// The arguments with what was found before in the place of `{}`.
fn with(arguments: &Value, found: &str) -> Value {
    match arguments {
        Value::String(text) => match (text.as_str(), found.parse::<u64>()) {
            ("{}", Ok(number)) => number.into(),
            _ => text.replace("{}", found).into(),
        },
        Value::Array(items) => items.iter().map(|item| with(item, found)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), with(value, found))).collect()
        }
        other => other.clone(),
    }
}
