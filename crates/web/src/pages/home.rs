//! The address itself: leads to where most want to go.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::get;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::layout::org_url;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(lead))
}

async fn lead(State(app): State<App>, caller: Caller) -> Result<Redirect, Problem> {
    let orgs = app.read(&caller, Role::Viewer, |desk| desk.orgs()).await?;
    Ok(Redirect::to(&match orgs.as_slice() {
        [] if caller.access.everywhere == Some(Role::Admin) => "/setup".to_owned(),
        [(only, _)] => org_url(only, ""),
        _ => "/orgs".to_owned(),
    }))
}
