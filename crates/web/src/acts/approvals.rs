//! What agents ask before they change something, and wait for.

use std::sync::Arc;

use http::{Method, StatusCode};
use hubfolk_license::clock::Clock;
use hubfolk_mcp::confirm::{Gate, Question, Refused};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Act;
use crate::access::{Caller, Role};
use crate::app::App;
use crate::problem::Problem;

/// What agents ask and nobody has answered yet. A person answers on the page Approvals or with
/// `hubfolk approve`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ListApprovals {}

/// A question that waits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Waiting {
    /// What a person types to answer it.
    pub code: String,
    /// Who would act.
    pub who: String,
    /// What would be done.
    pub what: String,
    /// The agent's tool.
    pub tool: String,
    /// What it would be done to.
    pub target: String,
    /// Exactly what would be sent.
    pub requests: Vec<WaitingRequest>,
    /// When it was asked.
    pub asked: String,
    /// Until when it can be answered.
    pub expires: String,
}

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WaitingRequest {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its body; null for none.
    pub body: Value,
}

impl Waiting {
    fn new(question: Question) -> Self {
        let requests = question.shown.requests.into_iter().map(|request| WaitingRequest {
            method: request.method,
            path: request.path,
            body: request.body,
        });
        let time = |at: Timestamp| hubfolk_license::views::time(at.as_microsecond());
        Self {
            requests: requests.collect(),
            code: question.code,
            who: question.shown.who,
            what: question.shown.what,
            tool: question.tool,
            target: question.target,
            asked: time(question.asked),
            expires: time(question.expires),
        }
    }
}

impl Act for ListApprovals {
    const NAME: &'static str = "list_approvals";
    const PATH: &'static str = "/api/approvals";
    const SUMMARY: &'static str = "List what agents ask and nobody has answered yet";
    const METHOD: Method = Method::GET;
    type Answer = Vec<Waiting>;

    async fn act(self, app: App, caller: Caller) -> Result<Vec<Waiting>, Problem> {
        caller.needs_everywhere(Role::Approver)?;
        let waiting = with_gate(&app, Gate::waiting).await?;
        Ok(waiting.into_iter().map(Waiting::new).collect())
    }
}

/// Works on the gate, on a thread that may block.
pub(crate) async fn with_gate<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Gate) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Problem> {
    struct Shared(App);
    impl Clock for Shared {
        fn now(&self) -> Timestamp {
            self.0.now()
        }
    }
    let app = app.clone();
    let task = tokio::task::spawn_blocking(move || {
        let folder = app.config().gate.clone();
        let gate = Gate::open(&folder, Arc::new(Shared(app))).map_err(Refused::from)?;
        work(&gate)
    });
    match task.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(refused)) => Err(problem(refused)),
        Err(error) => Err(Problem::internal(&error)),
    }
}

fn problem(refused: Refused) -> Problem {
    match refused {
        Refused::NotThis => Problem::not_found("there is no such question"),
        Refused::Expired | Refused::Spent => {
            Problem::new(StatusCode::CONFLICT, "answered", refused.to_string())
                .hint("the agent may ask anew")
        }
        refused => Problem::internal(&refused),
    }
}
