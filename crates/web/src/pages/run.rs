//! One sync: what it saw, how it ended, who would leave.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hubfolk_license::views::RunView;
use hubfolk_store::{Field, Fields};

use super::parts::{Pager, Person, address};
use super::runs::{changed_url, took};
use super::visit::Visit;
use crate::access::Role;
use crate::app::App;
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::runs::{GetRun, RunPage};
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/runs/{run}", get(show_page))
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunHtml {
    shell: Shell,
    base: String,
    number: i64,
    class: &'static str,
    published: bool,
    started: String,
    took: String,
    run: RunView,
    page: RunPage,
    /// What, how many, and the changes behind it.
    tiles: [(&'static str, i64, String); 4],
    /// A field, its class, and whether it was seen.
    coverage: Vec<(&'static str, &'static str, &'static str)>,
    leavers: Vec<(Person, String)>,
    pager: Pager,
}

async fn show_page(visit: Visit<GetRun>) -> Result<Response, Problem> {
    let page = visit.show(Section::Runs, |desk, shell, asked| {
        let page = asked.clone().ask(desk)?;
        Ok(RunHtml::new(shell, asked, page))
    });
    page.await
}

/// What else a token may read besides the list of members.
const SOURCES: [&str; 3] = ["audit_log", "resource_groups", "service_accounts"];

impl RunHtml {
    fn new(shell: Shell, asked: &GetRun, page: RunPage) -> Self {
        let org = asked.org.as_str();
        let base = org_url(org, "");
        let number = asked.run;
        let run = page.run.clone();
        let changes = |kinds: &str| format!("{base}/changes?run={number}{kinds}");
        let here = format!("{base}/runs/{number}");
        let to = |cursor: Option<String>| address(&here, &GetRun { cursor, ..asked.clone() });
        let seen = |yes: bool, lost: bool| match (yes, lost) {
            (true, _) => ("good", "seen"),
            (false, true) => ("bad", "lost since the run before"),
            (false, false) => ("dim", "not seen"),
        };
        let fields = Fields::COVERAGE.iter().map(Field::name).map(|name| {
            let (class, word) =
                seen(run.coverage.contains(&name), page.coverage_lost.contains(&name));
            (show::field(name), class, word)
        });
        let sources = SOURCES.into_iter().map(|name| {
            let (class, word) = seen(run.sources.iter().any(|source| source == name), false);
            (show::field(name), class, word)
        });
        let coverage = fields.chain(sources).collect();
        let leavers = run
            .would_leave
            .iter()
            .map(|one| (Person::new(org, &one.id, &one.username, None), show::maybe(&one.role)));
        Self {
            number,
            class: show::run_state(run.state),
            published: run.state == "published",
            started: run.started.clone().unwrap_or_default(),
            took: took(&run),
            tiles: [
                (
                    "joined or came back",
                    run.joined + run.returned,
                    changes("&kind=member.joined&kind=member.returned"),
                ),
                ("left", run.left, changes("&kind=member.left")),
                ("missing", run.missing, changes("&kind=member.missing")),
                ("changed", run.changed, changed_url(org, page.base_run, number)),
            ],
            coverage,
            leavers: leavers.collect(),
            pager: Pager {
                first: asked.cursor.as_ref().map(|_| to(None)),
                previous: None,
                next: page.next.clone().map(|cursor| to(Some(cursor))),
            },
            base,
            run,
            page,
            shell,
        }
    }
}
