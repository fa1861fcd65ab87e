//! Whether the service lives, and whether it can answer.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::Problem;

/// `GET /healthz`: the process answers. A database that is away is no reason to restart it.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: questions can be answered.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    match app.look(|store| Ok(store.check()?)).await {
        Ok(()) => "ready\n".into_response(),
        Err(problem) => Problem::into_response(problem),
    }
}
