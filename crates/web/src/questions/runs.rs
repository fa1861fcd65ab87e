//! The syncs that were tried, and one of them.

use hubfolk_license::views::RunView;
use hubfolk_store::{RunState, RunsAsked};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::rows;
use super::words::Named;
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, place};

/// The syncs of an organization, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListRuns {
    /// Name of the organization.
    pub org: String,
    /// Only those in this state.
    pub state: Option<Named<RunState>>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 500; 50 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A sync in the list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunItem {
    /// The sync. Who would leave is told of each alone.
    #[serde(flatten)]
    pub run: RunView,
    /// What started it.
    pub trigger: String,
    /// The published run that it was compared with, 0 for none.
    pub base_run: i64,
}

/// A page of syncs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunsPage {
    /// The syncs, newest first.
    pub items: Vec<RunItem>,
    /// How many there are on all pages.
    pub total: i64,
    /// The cursor of the next page.
    pub next: Option<String>,
}

impl Question for ListRuns {
    const NAME: &'static str = "list_runs";
    const PATH: &'static str = "/api/orgs/{org}/runs";
    const SUMMARY: &'static str = "List the syncs of an organization, newest first";
    type Answer = RunsPage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<RunsPage, Problem> {
        let org = desk.org(&self.org)?;
        let limit = rows(self.limit, 50)?;
        let asked = RunsAsked {
            state: self.state.map(|state| state.0),
            before: self.cursor.as_deref().map(place::<i64>).transpose()?,
            limit: i64::try_from(limit + 1).expect("a small number"),
        };
        let (mut runs, total) = desk.store().runs_page(org.id, &asked)?;
        let more = runs.len() > limit;
        runs.truncate(limit);
        Ok(RunsPage {
            next: runs.last().filter(|_| more).map(|run| cursor(&run.run)),
            items: runs
                .iter()
                .map(|run| RunItem {
                    run: RunView::new(&org, run, Vec::new()),
                    trigger: run.trigger.clone(),
                    base_run: run.base_run,
                })
                .collect(),
            total,
        })
    }

    fn next(answer: &RunsPage) -> Option<&str> {
        answer.next.as_deref()
    }
}

/// One sync: what it saw, how it ended, and who would leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GetRun {
    /// Name of the organization.
    pub org: String,
    /// The run's number.
    pub run: i64,
    /// Where to go on among those who would leave: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many of them, up to 500; 100 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A sync.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunPage {
    /// The sync, with a page of those who would leave if it were approved.
    pub run: RunView,
    /// What started it.
    pub trigger: String,
    /// The published run that it was compared with, 0 for none.
    pub base_run: i64,
    /// Fields that the run before saw and this one did not.
    pub coverage_lost: Vec<&'static str>,
    /// How many would leave.
    pub would_leave_total: i64,
    /// How many changes it made.
    pub changes: i64,
    /// The cursor of the next page of those who would leave.
    pub next: Option<String>,
}

impl Question for GetRun {
    const NAME: &'static str = "get_run";
    const PATH: &'static str = "/api/orgs/{org}/runs/{run}";
    const SUMMARY: &'static str = "Get one sync, and who would leave if it were approved";
    type Answer = RunPage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<RunPage, Problem> {
        let org = desk.org(&self.org)?;
        let limit = rows(self.limit, 100)?;
        let after = self.cursor.as_deref().map(place::<String>).transpose()?.unwrap_or_default();
        let store = desk.store();
        let run = store.run(org.id, self.run)?.ok_or_else(|| {
            Problem::not_found(format!("there is no run {} of this organization", self.run))
                .hint("the page Runs lists those there are")
        })?;
        let (leavers, would_leave_total) = match run.state {
            RunState::Quarantined => {
                store.leavers(org.id, run.run, &after, i64::try_from(limit).unwrap_or(1))?
            }
            _ => (Vec::new(), 0),
        };
        let feed = hubfolk_store::Feed {
            first_run: Some(run.run),
            last_run: Some(run.run),
            limit: 0,
            ..hubfolk_store::Feed::default()
        };
        let changes = store.feed(org.id, &feed)?.total;
        let base = store.run(org.id, run.base_run)?;
        let lost = base.map(|base| base.coverage.without(run.coverage)).unwrap_or_default();
        let full = leavers.len() == limit;
        Ok(RunPage {
            next: leavers.last().filter(|_| full).map(|last| cursor(&last.user_id)),
            trigger: run.trigger.clone(),
            base_run: run.base_run,
            // A run that failed before it saw anything lost nothing.
            coverage_lost: if run.pages > 0 { lost.names() } else { Vec::new() },
            run: RunView::new(&org, &run, leavers),
            would_leave_total,
            changes,
        })
    }

    fn next(answer: &RunPage) -> Option<&str> {
        answer.next.as_deref()
    }
}
