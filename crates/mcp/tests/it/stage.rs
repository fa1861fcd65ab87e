//! A server of tools over a simulated or a scripted Hub.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use hubfolk_license::clock::SystemClock;
use hubfolk_mcp::{
    call::{Elicit, Halt, Server, Settings, Way},
    callers::Caller,
    confirm::{Answer, Pending},
    dispatch::Incoming,
    failure::Failure,
    taint::Care,
    tools::profiles::{Choice, Profile, Wish},
};
use hubfolk_sim::{DEMO_ADMIN_TOKEN, RateLimits, Running, Sim, World};
use serde_json::Value;

/// A server of tools and who calls it.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) caller: Arc<Caller>,
    pub(crate) choice: Choice,
    pub(crate) care: Care,
    state: Arc<tempfile::TempDir>,
}

/// The demo organization of 60 members.
pub(crate) fn demo() -> Running {
    let sim = Sim::builder().world(World::demo(1, 60)).rate_limits(RateLimits::Unlimited);
    sim.start_on_thread().unwrap()
}

impl Stage {
    /// All tools, as the demo's administrator.
    pub(crate) fn at(endpoint: &str) -> Self {
        Self::with(endpoint, Some(DEMO_ADMIN_TOKEN), &Wish::default())
    }

    /// The same in another process on the same state folder.
    pub(crate) fn sharing(other: &Self, endpoint: &str) -> Self {
        let state = Arc::clone(&other.state);
        Self::within(state, endpoint, Some(DEMO_ADMIN_TOKEN), &Wish::default())
    }

    pub(crate) fn with(endpoint: &str, token: Option<&str>, wish: &Wish) -> Self {
        Self::within(Arc::new(tempfile::tempdir().unwrap()), endpoint, token, wish)
    }

    fn within(
        state: Arc<tempfile::TempDir>,
        endpoint: &str,
        token: Option<&str>,
        wish: &Wish,
    ) -> Self {
        let hub = hubfolk::Hub::builder()
            .endpoint(endpoint)
            .maybe_token(token.map(|token| token.to_owned().into()))
            .max_attempts(2)
            .backoff(std::time::Duration::from_millis(1), std::time::Duration::from_millis(2))
            .max_rate_limit_wait(std::time::Duration::from_millis(50))
            .build()
            .unwrap();
        let mut wish = wish.clone();
        if wish.profile.is_none() && wish.tools.is_empty() && wish.toolsets.is_empty() {
            wish.toolsets = vec!["all".to_owned(), "operations".to_owned()];
        }
        let choice = Choice::of(&wish).unwrap();
        let server = Server::new(Settings {
            hub: hub.clone(),
            choice: choice.clone(),
            care: Care::default(),
            state: Some(state.path().to_owned()),
            audit: Some(state.path().join("audit.jsonl")),
            max_results: 20,
            ledger: None,
            answer_within: hubfolk_mcp::confirm::LASTS,
            clock: Arc::new(SystemClock),
        })
        .unwrap();
        let caller = Arc::new(Caller::owner(hub));
        Self { server, caller, choice, care: Care::default(), state }
    }

    /// All tools of the widest profile, for callers who bring their own tokens.
    pub(crate) fn anonymous(endpoint: &str) -> Self {
        Self::with(endpoint, None, &only(Profile::All))
    }

    /// Where the server writes what was called.
    pub(crate) fn audit(&self) -> std::path::PathBuf {
        self.state.path().join("audit.jsonl")
    }

    /// The server alone; its state folder stays until the process ends.
    pub(crate) fn into_server(self) -> Server {
        let Self { server, state, .. } = self;
        // Nobody else has it: it would be gone with the stage.
        if let Some(state) = Arc::into_inner(state) {
            let _ = state.keep();
        }
        server
    }

    /// Where confirmations are kept.
    pub(crate) fn state(&self) -> &std::path::Path {
        self.state.path()
    }

    /// Calls a tool; nobody is there to be asked.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<String, Failure> {
        self.call_by(tool, arguments, Way::OutOfBand).await
    }

    /// The same with somebody to ask who always answers this.
    pub(crate) async fn call_asking(
        &self,
        tool: &str,
        arguments: Value,
        answer: Answer,
    ) -> Result<String, Failure> {
        self.call_by(tool, arguments, Way::Elicit(Box::new(Says(answer)))).await
    }

    async fn call_by(&self, tool: &str, arguments: Value, way: Way) -> Result<String, Failure> {
        let incoming = Incoming {
            caller: Arc::clone(&self.caller),
            choice: &self.choice,
            care: self.care,
            way,
            trace: None,
        };
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        match self.server.call(tool, arguments, incoming).await {
            Ok(text) => Ok(text),
            Err(Halt::Failure(failure)) => Err(failure),
            Err(Halt::Ask(_)) => panic!("asks although nobody can answer"),
        }
    }

    /// The same, read as JSON.
    pub(crate) async fn json(&self, tool: &str, arguments: Value) -> Value {
        let text = self.call(tool, arguments).await.unwrap();
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
    }
}

/// A person with one answer to everything.
struct Says(Answer);

impl Elicit for Says {
    fn ask(&self, _: &Pending) -> BoxFuture<'_, Option<Answer>> {
        std::future::ready(Some(self.0)).boxed()
    }
}

/// The profile alone.
pub(crate) fn only(profile: Profile) -> Wish {
    Wish { profile: Some(profile), ..Wish::default() }
}
