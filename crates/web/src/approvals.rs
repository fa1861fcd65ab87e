//! What agents ask before they change something: the same questions as `hubfolk approve` answers.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use hubfolk_license::clock::Clock;
use hubfolk_mcp::confirm::{Answer, Gate, Question, Refused};
use jiff::Timestamp;
use serde_json::json;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::form::Form;
use crate::layout::{self, Section, Shell};
use crate::log::Deed;
use crate::problem::Problem;
use crate::show::shown;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/approvals", get(show)).route("/approvals/{code}", post(answer))
}

struct Waiting {
    code: String,
    who: String,
    what: String,
    tool: String,
    target: String,
    asked: String,
    expires: String,
    requests: Vec<Sent>,
}

/// A request exactly as it would be sent.
struct Sent {
    line: String,
    body: String,
}

impl Waiting {
    fn new(question: Question) -> Self {
        let sent = question.shown.requests.into_iter().map(|request| Sent {
            line: format!("{} {}", request.method, request.path),
            body: match request.body {
                serde_json::Value::Null => String::new(),
                body => serde_json::to_string_pretty(&body).unwrap_or_else(|_| body.to_string()),
            },
        });
        Self {
            requests: sent.collect(),
            code: question.code,
            who: question.shown.who,
            what: question.shown.what,
            tool: question.tool,
            target: question.target,
            asked: shown(question.asked.as_microsecond()),
            expires: shown(question.expires.as_microsecond()),
        }
    }
}

#[derive(Template)]
#[template(path = "approvals.html")]
struct ApprovalsPage {
    shell: Shell,
    waiting: Vec<Waiting>,
}

/// Works on the gate, on a thread that may block.
async fn with_gate<T: Send + 'static>(
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

async fn show(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Approver)?;
    let waiting = with_gate(&app, Gate::waiting).await?;
    let waiting = waiting.into_iter().map(Waiting::new).collect();
    let page = app.read(&caller, Role::Approver, move |desk| {
        Ok(ApprovalsPage { shell: Shell::new(desk, Section::Approvals, None)?, waiting })
    });
    layout::page(&page.await?)
}

async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    form: Form,
) -> Result<Redirect, Problem> {
    caller.needs_everywhere(Role::Approver)?;
    let (answer, kind) = match form.get("answer") {
        "yes" => (Answer::Yes, "approval.given"),
        "no" => (Answer::No, "approval.declined"),
        _ => {
            let allowed = vec!["yes".to_owned(), "no".to_owned()];
            return Err(Problem::filter("answer", "the answer is yes or no", allowed));
        }
    };
    let now = app.now();
    let asked = {
        let code = code.clone();
        with_gate(&app, move |gate| gate.question(&code)).await?
    };
    let deed = Deed::of(&caller, now, kind).on(asked.code.clone()).detail(json!({
        "who": asked.shown.who,
        "what": asked.shown.what,
        "tool": asked.tool,
        "target": asked.target,
    }));
    // First written down, then said: a yes that nobody can trace is worse than one too many in the log.
    app.write(move |store| deed.write(store)).await?;
    with_gate(&app, move |gate| gate.answer(&code, answer)).await?;
    Ok(Redirect::to("/approvals"))
}
