//! The API: one route for each question.

use axum::extract::{RawPathParams, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderValue, header};
use serde_json::Value;

use super::{Question, Visitor, link, parse};
use crate::access::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::questions;

/// The routes of all questions.
pub(crate) fn routes() -> Router<App> {
    let mut routes = Routes(Router::new());
    questions::visit(&mut routes);
    routes.0
}

struct Routes(Router<App>);

impl Visitor for Routes {
    fn question<Q: Question>(&mut self) {
        self.0 = std::mem::take(&mut self.0).route(Q::PATH, get(answer::<Q>));
    }
}

async fn answer<Q: Question>(
    State(app): State<App>,
    caller: Caller,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let path: Vec<(&str, &str)> = path.iter().collect();
    let question: Q = parse(&path, query.as_deref())?;
    let answer = app.ask(&caller, question.clone()).await?;
    let next = Q::next(&answer).and_then(|cursor| next_page(question, cursor));
    let mut response = Json(answer).into_response();
    if let Some(next) = next {
        response.headers_mut().insert(header::LINK, next);
    }
    Ok(response)
}

/// The `Link` to the page after this one.
fn next_page<Q: Question>(question: Q, cursor: &str) -> Option<HeaderValue> {
    let mut fields = serde_json::to_value(question).ok()?;
    *fields.get_mut("cursor")? = Value::from(cursor);
    let next: Q = serde_json::from_value(fields).ok()?;
    HeaderValue::from_str(&format!("<{}>; rel=\"next\"", link(&next))).ok()
}
