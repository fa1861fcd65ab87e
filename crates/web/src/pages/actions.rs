//! What an approver does about an organization: sync now, decide on a quarantined run.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use http::StatusCode;
use hubfolk_license::views::RunView;
use hubfolk_store::{Org, Store};
use serde_json::json;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::layout::org_url;
use crate::log::Deed;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/sync", post(sync))
        .route("/orgs/{org}/runs/{run}/approve", post(approve))
        .route("/orgs/{org}/runs/{run}/reject", post(reject))
}

/// The organization, for somebody who may decide about it.
async fn org(app: &App, caller: &Caller, name: &str) -> Result<Org, Problem> {
    let name = name.to_owned();
    app.read(caller, Role::Approver, move |desk| desk.org(&name)).await
}

async fn sync(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Redirect, Problem> {
    let org = org(&app, &caller, &name).await?;
    let (id, now) = (org.id, app.now());
    let kept = app.look(move |store| Ok(store.org_setting(id)?)).await?;
    if kept.is_none() {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "not_kept",
            "the service does not keep this organization, so it has no token to sync it with",
        )
        .hint("an admin says on its Settings page where a token is"));
    }
    app.write(move |store| Deed::of(&caller, now, "sync.asked").org(id).on(org.slug).write(store))
        .await?;
    app.scheduler().ask(id);
    Ok(Redirect::to(&org_url(&name, "/runs")))
}

async fn approve(
    State(app): State<App>,
    caller: Caller,
    Path((name, run)): Path<(String, i64)>,
) -> Result<Redirect, Problem> {
    let org = org(&app, &caller, &name).await?;
    let now = app.now();
    let decide = move |store: &mut Store| {
        let before = store.run(org.id, run)?.map(|run| run.state.name());
        let view = hubfolk_license::approve(store, &org, run, now)?;
        if view.state == "busy" {
            return Err(busy());
        }
        // Approving twice is doing it once, and is written down once.
        if before == Some(view.state) {
            return Ok(());
        }
        decided(store, &caller, now, "run.approved", &org, &view)
    };
    app.write(decide).await.map_err(|problem| unknown_run(problem, run))?;
    Ok(Redirect::to(&org_url(&name, &format!("/runs/{run}"))))
}

async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path((name, run)): Path<(String, i64)>,
) -> Result<Redirect, Problem> {
    let org = org(&app, &caller, &name).await?;
    let now = app.now();
    let decide = move |store: &mut Store| {
        let view = hubfolk_license::reject(store, &org, run, now)?;
        decided(store, &caller, now, "run.rejected", &org, &view)
    };
    app.write(decide).await.map_err(|problem| unknown_run(problem, run))?;
    Ok(Redirect::to(&org_url(&name, &format!("/runs/{run}"))))
}

fn decided(
    store: &mut Store,
    caller: &Caller,
    now: jiff::Timestamp,
    kind: &'static str,
    org: &Org,
    view: &RunView,
) -> Result<(), Problem> {
    let run = view.run.unwrap_or_default();
    Deed::of(caller, now, kind)
        .org(org.id)
        .on(format!("{} run {run}", org.slug))
        .detail(json!({ "run": run, "left": view.left }))
        .write(store)
}

fn busy() -> Problem {
    Problem::new(StatusCode::CONFLICT, "busy", "a sync of this organization runs now")
        .hint("wait until it has ended, then look at the run again")
}

/// A run that is not there is told apart from one that cannot be decided on.
fn unknown_run(problem: Problem, run: i64) -> Problem {
    if problem.kind == "run_state" && problem.message.contains("is unknown") {
        return Problem::not_found(format!("there is no run {run} of this organization"));
    }
    problem
}
