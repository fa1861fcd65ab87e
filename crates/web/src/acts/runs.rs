//! Sync now, and the word on a run that waits.

use http::StatusCode;
use hubfolk_license::views::RunView;
use hubfolk_store::{Org, Store};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Act;
use crate::access::{Caller, Role};
use crate::app::App;
use crate::log::Deed;
use crate::problem::Problem;

/// Has an organization synced as soon as there is room.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SyncNow {
    /// Name of the organization.
    pub org: String,
}

/// A sync that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SyncAsked {
    /// Name of the organization.
    pub org: String,
    /// The last run before; a later one is the one asked for. 0 before the first.
    pub after_run: i64,
}

impl Act for SyncNow {
    const NAME: &'static str = "sync_organization";
    const PATH: &'static str = "/api/orgs/{org}/sync";
    const SUMMARY: &'static str = "Have an organization synced now";
    const STATUS: StatusCode = StatusCode::ACCEPTED;
    type Answer = SyncAsked;

    async fn act(self, app: App, caller: Caller) -> Result<SyncAsked, Problem> {
        let org = org(&app, &caller, &self.org).await?;
        let (id, now) = (org.id, app.now());
        let asked = app.look(move |store| {
            let last = store.runs(id, 1)?.first().map_or(0, |run| run.run);
            Ok((store.org_setting(id)?.is_some(), last))
        });
        let (kept, after_run) = asked.await?;
        if !kept {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "not_kept",
                "the service does not keep this organization, so it has no token to sync it with",
            )
            .hint("an admin says on its Settings page where a token is"));
        }
        app.write(move |store| {
            Deed::of(&caller, now, "sync.asked").org(id).on(org.slug).write(store)
        })
        .await?;
        app.scheduler().ask(id);
        Ok(SyncAsked { org: self.org, after_run })
    }
}

/// Approves a quarantined run: those whom it lacked have left.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ApproveRun {
    /// Name of the organization.
    pub org: String,
    /// The run's number.
    pub run: i64,
}

impl Act for ApproveRun {
    const NAME: &'static str = "approve_run";
    const PATH: &'static str = "/api/orgs/{org}/runs/{run}/approve";
    const SUMMARY: &'static str = "Approve a quarantined run: those whom it lacked have left";
    type Answer = RunView;

    async fn act(self, app: App, caller: Caller) -> Result<RunView, Problem> {
        let (org, run) = (org(&app, &caller, &self.org).await?, self.run);
        let now = app.now();
        let decide = move |store: &mut Store| {
            let before = store.run(org.id, run)?.map(|run| run.state.name());
            let view = hubfolk_license::approve(store, &org, run, now)?;
            if view.state == "busy" {
                return Err(busy());
            }
            // Approving twice is doing it once, and is written down once.
            if before != Some(view.state) {
                decided(store, &caller, now, "run.approved", &org, &view)?;
            }
            Ok(view)
        };
        app.write(decide).await.map_err(|problem| unknown_run(problem, run))
    }
}

/// Rejects a quarantined run: nothing of it is concluded.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RejectRun {
    /// Name of the organization.
    pub org: String,
    /// The run's number.
    pub run: i64,
}

impl Act for RejectRun {
    const NAME: &'static str = "reject_run";
    const PATH: &'static str = "/api/orgs/{org}/runs/{run}/reject";
    const SUMMARY: &'static str = "Reject a quarantined run: nothing of it is concluded";
    type Answer = RunView;

    async fn act(self, app: App, caller: Caller) -> Result<RunView, Problem> {
        let (org, run) = (org(&app, &caller, &self.org).await?, self.run);
        let now = app.now();
        let decide = move |store: &mut Store| {
            let view = hubfolk_license::reject(store, &org, run, now)?;
            decided(store, &caller, now, "run.rejected", &org, &view)?;
            Ok(view)
        };
        app.write(decide).await.map_err(|problem| unknown_run(problem, run))
    }
}

/// The organization, for somebody who may decide about it.
async fn org(app: &App, caller: &Caller, name: &str) -> Result<Org, Problem> {
    let name = name.to_owned();
    app.read(caller, Role::Approver, move |desk| desk.org(&name)).await
}

fn decided(
    store: &mut Store,
    caller: &Caller,
    now: Timestamp,
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
