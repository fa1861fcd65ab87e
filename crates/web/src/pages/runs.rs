//! Runs: the syncs that were tried.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hubfolk_license::views::RunView;
use hubfolk_store::RunState;

use super::parts::{Pager, address};
use super::visit::Visit;
use crate::access::Role;
use crate::app::App;
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::runs::{ListRuns, RunItem, RunsPage};
use crate::questions::words::{Named, Word};
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/runs", get(show_page))
}

#[derive(Template)]
#[template(path = "runs.html")]
struct RunsHtml {
    shell: Shell,
    org_base: String,
    base: String,
    /// Why the schedule waits.
    waiting: Option<String>,
    /// Name, address, whether it is this one.
    tabs: Vec<(&'static str, String, bool)>,
    filtered: bool,
    total: i64,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    run: i64,
    url: String,
    state: &'static str,
    class: &'static str,
    partial: bool,
    /// Of other runs only what they read is known: they changed nothing.
    published: bool,
    /// How many would leave, of a run that was held back.
    gone: i64,
    waits: bool,
    started: String,
    took: String,
    members: i64,
    members_url: String,
    /// Joined, left, missing, changed, each with the changes behind it.
    counts: [(i64, String); 4],
    pages: i64,
    waited: String,
    error: String,
}

async fn show_page(visit: Visit<ListRuns>) -> Result<Response, Problem> {
    let page = visit.show(Section::Runs, |desk, shell, asked| {
        let row = desk.org(&asked.org)?;
        let turn = desk.store().turn(row.id)?;
        let waiting = turn.and_then(|turn| {
            let why = turn.waiting?;
            // Without a schedule nothing tries it again by itself.
            let next = match turn.next_at {
                i64::MAX => "It is tried again when somebody asks for it.".to_owned(),
                at => format!("Next try {} UTC.", show::minute(&hubfolk_license::views::time(at))),
            };
            Some(format!("{} {next}", show::room(&why)))
        });
        let page = asked.clone().ask(desk)?;
        Ok(RunsHtml::new(shell, asked, waiting, page))
    });
    page.await
}

/// How long a run took, in seconds and parts.
pub(super) fn took(run: &RunView) -> String {
    let time = |text: &Option<String>| text.as_deref()?.parse::<jiff::Timestamp>().ok();
    match (time(&run.started), time(&run.finished)) {
        (Some(from), Some(to)) => {
            show::milliseconds((to.as_microsecond() - from.as_microsecond()) / 1000)
        }
        _ => "–".to_owned(),
    }
}

/// Who changed with a run.
pub(super) fn changed_url(org: &str, base: i64, run: i64) -> String {
    let page = org_url(org, "/changes/difference");
    format!("{page}?from=run:{}&to=run:{run}&kind=changed", if base > 0 { base } else { run })
}

impl RunsHtml {
    fn new(shell: Shell, asked: &ListRuns, waiting: Option<String>, page: RunsPage) -> Self {
        let org = asked.org.as_str();
        let base = org_url(org, "/runs");
        let to = |cursor: Option<String>| address(&base, &ListRuns { cursor, ..asked.clone() });
        let tab = |name, state: Option<RunState>| {
            let question = ListRuns { state: state.map(Named), cursor: None, ..asked.clone() };
            (name, address(&base, &question), asked.state == state.map(Named))
        };
        let mut tabs = vec![tab("all", None)];
        tabs.extend(RunState::ALL.into_iter().map(|state| tab(state.word(), Some(state))));
        Self {
            org_base: org_url(org, ""),
            waiting,
            tabs,
            filtered: asked.state.is_some(),
            total: page.total,
            rows: page.items.iter().map(|run| Row::new(org, run)).collect(),
            pager: Pager {
                first: asked.cursor.as_ref().map(|_| to(None)),
                previous: None,
                next: page.next.map(|cursor| to(Some(cursor))),
            },
            base,
            shell,
        }
    }
}

impl Row {
    fn new(org: &str, item: &RunItem) -> Self {
        let run = &item.run;
        let number = run.run.unwrap_or(0);
        let published = run.state == "published";
        let changes = |kinds: &str| {
            let base = org_url(org, "/changes");
            format!("{base}?run={number}{kinds}")
        };
        let here = org_url(org, &format!("/runs/{number}"));
        Self {
            run: number,
            state: run.state,
            class: show::run_state(run.state),
            partial: published && !run.complete,
            published,
            gone: if published { 0 } else { run.missing },
            waits: run.state == "quarantined",
            started: run.started.clone().unwrap_or_default(),
            took: took(run),
            members: run.members,
            members_url: if published {
                format!("{}?as_of=run:{number}", org_url(org, "/members"))
            } else {
                here.clone()
            },
            counts: [
                (run.joined + run.returned, changes("&kind=member.joined&kind=member.returned")),
                (run.left, changes("&kind=member.left")),
                (run.missing, changes("&kind=member.missing")),
                (run.changed, changed_url(org, item.base_run, number)),
            ],
            pages: run.pages,
            waited: if run.waited_ms == 0 {
                "–".to_owned()
            } else {
                show::milliseconds(run.waited_ms)
            },
            error: run
                .error
                .as_ref()
                .map(|error| show::sentence(&error.message))
                .unwrap_or_default(),
            url: here,
        }
    }
}
