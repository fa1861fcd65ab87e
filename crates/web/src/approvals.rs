//! What agents ask before they change something: the same questions as `hubfolk approve` answers.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use hubfolk_mcp::confirm::Answer;
use serde_json::json;

use crate::access::{Caller, Role};
use crate::acts::{Act, ListApprovals, Waiting, with_gate};
use crate::app::App;
use crate::form::Form;
use crate::layout::{self, Section, Shell};
use crate::log::Deed;
use crate::problem::Problem;
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/approvals", get(show_page)).route("/approvals/{code}", post(answer))
}

/// A request as the page shows it.
struct Shown {
    question: Waiting,
    asked: String,
    expires: String,
    requests: Vec<(String, String)>,
}

impl Shown {
    fn new(question: Waiting) -> Self {
        let sent = question.requests.iter().map(|request| {
            let body = match &request.body {
                serde_json::Value::Null => String::new(),
                body => serde_json::to_string_pretty(body).unwrap_or_else(|_| body.to_string()),
            };
            (format!("{} {}", request.method, request.path), body)
        });
        Self {
            requests: sent.collect(),
            asked: show::minute(&question.asked).into_owned(),
            expires: show::minute(&question.expires).into_owned(),
            question,
        }
    }
}

#[derive(Template)]
#[template(path = "approvals.html")]
struct ApprovalsPage {
    shell: Shell,
    waiting: Vec<Shown>,
}

async fn show_page(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let waiting = ListApprovals {}.act(app.clone(), caller.clone()).await?;
    let waiting = waiting.into_iter().map(Shown::new).collect();
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
