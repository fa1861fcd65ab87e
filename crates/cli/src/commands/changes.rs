//! `changes`: what happened in an organization, oldest first.

use hubfolk_license::views::ChangeView;
use hubfolk_license::when::{self, Point, When};
use hubfolk_store::{EventFilter, EventKind};

use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Exit, usage};
use crate::ledger;
use crate::names;
use crate::output::Row;

/// Arguments of `changes`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Facts that became visible for the first time (member.learned) are no change of the person and are
shown with --all only.

Examples:
  hubfolk changes acme --since 1w
  hubfolk changes acme --since run:17 --format ndjson
  hubfolk changes acme --since 2026-03-01 --fields at,kind,member,old,new")]
pub(crate) struct Args {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// Since then: a date (its beginning, UTC), a time, an age such as 1w, or after run:17
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<When>,
    /// Also what became known for the first time
    #[arg(long)]
    all: bool,
}

impl Row for ChangeView {
    const FIELDS: &'static [&'static str] =
        &["seq", "at", "run", "kind", "member", "group", "old", "new", "cause", "hash"];
    const COLUMNS: &'static [&'static str] =
        &["at", "run", "kind", "member", "group", "old", "new", "cause"];
}

/// How many events are read at a time.
const PAGE: i64 = 2000;

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&ChangeView::shape())?;
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &args.org, context)?;
    let (since, after_run) =
        match args.since.map(|when| when.since(context.now())).transpose().map_err(usage)? {
            None => (None, 0),
            Some(Point::At(at)) => (Some(at.as_microsecond()), 0),
            Some(Point::Run(number)) => (None, ledger::published(&mut store, &org, number)?.run),
        };
    let mut rows = context.output.list(&ChangeView::shape())?;
    let mut filter = EventFilter { since, limit: Some(PAGE), ..EventFilter::default() };
    'pages: loop {
        let page = store.events(org.id, &filter)?;
        let Some(last) = page.last() else { break };
        filter.after = last.seq;
        for event in page {
            let shown = event.run > after_run && (args.all || event.kind != EventKind::Learned);
            if shown && rows.push(&ChangeView::from(event))?.is_break() {
                break 'pages;
            }
        }
    }
    if rows.count() == 0 && context.output.terminal {
        context.note("no changes");
    }
    rows.finish()?;
    Ok(Exit::Done)
}
