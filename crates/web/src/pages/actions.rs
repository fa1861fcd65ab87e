//! What an approver does about an organization: sync now, decide on a quarantined run.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;

use crate::access::Caller;
use crate::acts::{Act, ApproveRun, RejectRun, SyncNow};
use crate::app::App;
use crate::layout::org_url;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/sync", post(sync))
        .route("/orgs/{org}/runs/{run}/approve", post(approve))
        .route("/orgs/{org}/runs/{run}/reject", post(reject))
}

async fn sync(
    State(app): State<App>,
    caller: Caller,
    Path(act): Path<SyncNow>,
) -> Result<Redirect, Problem> {
    let asked = act.act(app, caller).await?;
    Ok(Redirect::to(&org_url(&asked.org, "/runs")))
}

async fn approve(
    State(app): State<App>,
    caller: Caller,
    Path(act): Path<ApproveRun>,
) -> Result<Redirect, Problem> {
    let page = org_url(&act.org, &format!("/runs/{}", act.run));
    act.act(app, caller).await?;
    Ok(Redirect::to(&page))
}

async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(act): Path<RejectRun>,
) -> Result<Redirect, Problem> {
    let page = org_url(&act.org, &format!("/runs/{}", act.run));
    act.act(app, caller).await?;
    Ok(Redirect::to(&page))
}
