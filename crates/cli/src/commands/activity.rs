//! `users activity` and `orgs activity`: what happened lately, merged from lists.

use hubfolk::Hub;
use hubfolk::activity::{Activity, ActivityQuery, ActivityReader};
use hubfolk_api::repos::RepoId;
use jiff::Timestamp;
use serde::Serialize;

use crate::context::{Caps, Context};
use crate::error::{Exit, usage};
use crate::names::{self, RepoName};
use crate::output::Row;
use crate::progress::Progress;
use hubfolk_license::when::{self, Point, When};

use super::hub;
use super::target::resolve_kind;

/// How much activity is wanted; `--limit` counts events, 100 when it is absent.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Nothing before this: a date, a time, or an age such as 2w
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<When>,
    /// Only in this repository: owner/name, or datasets/owner/name, spaces/owner/name
    #[arg(long, value_name = "REPO", value_parser = names::repo)]
    repo: Option<RepoName>,
}

/// Something that happened.
#[derive(Debug, Serialize)]
struct Event {
    at: Timestamp,
    kind: &'static str,
    repo: String,
    #[serde(rename = "type")]
    repo_type: String,
    actor: Option<String>,
    num: Option<u64>,
    title: Option<String>,
}

impl Row for Event {
    const FIELDS: &'static [&'static str] =
        &["at", "kind", "repo", "type", "actor", "num", "title"];
    const COLUMNS: &'static [&'static str] = &["at", "kind", "type", "repo", "actor", "title"];
}

impl From<Activity> for Event {
    fn from(activity: Activity) -> Self {
        Self {
            at: activity.at,
            kind: activity.kind.as_str(),
            repo: activity.repo.name,
            repo_type: activity.repo.repo_type.to_string(),
            actor: activity.actor,
            num: activity.num,
            title: activity.title,
        }
    }
}

/// Prints activity as it is read, and then which lists it came from.
pub(super) fn run(
    wanted: Wanted,
    begin: impl FnOnce(&Hub, ActivityQuery) -> ActivityReader,
    if_absent: &str,
    context: &Context,
) -> anyhow::Result<Exit> {
    context.output.check(&Event::shape())?;
    let query = query(wanted, context)?;
    let progress = Progress::counting("activity", context.shows_progress());
    let hub = context.hub_capped(&Caps { progress: Some(progress.clone()), ..Caps::default() })?;
    let mut reader = begin(&hub, query);
    if context.global.dry_run {
        let plan: Vec<hub::Sent> =
            reader.sources().iter().map(|source| hub::planned_read(&source.path)).collect();
        hub::print_plan(context, &plan)?;
        return Ok(Exit::Done);
    }
    let mut rows = context.output.list(&Event::shape())?;
    let result = context.block_on(async {
        while let Some(activity) = reader.next().await? {
            let row = Event::from(activity);
            progress.one();
            let flow = if context.output.terminal {
                progress.aside(|| rows.push(&row))
            } else {
                rows.push(&row)
            };
            if flow?.is_break() {
                break;
            }
        }
        Ok(())
    });
    progress.end();
    result.map_err(|error| hub::advised(error, if_absent))?;
    rows.finish()?;
    let read: Vec<String> = reader
        .sources()
        .into_iter()
        .map(|source| {
            let more = match source.problem {
                Some(_) => ", not readable",
                None if source.exhausted => "",
                None => ", and goes on",
            };
            format!("{} ({}{more})", source.name, source.events)
        })
        .collect();
    context.note(&format!("the Hub has no list of activity; this was read: {}", read.join("; ")));
    Ok(Exit::Done)
}

fn query(wanted: Wanted, context: &Context) -> anyhow::Result<ActivityQuery> {
    let mut query = ActivityQuery::new();
    match wanted.since.map(|when| when.since(context.now())).transpose().map_err(usage)? {
        Some(Point::At(at)) => query = query.since(at),
        Some(Point::Run(_)) => {
            return Err(
                usage("--since takes a date, a time or an age; runs are of the ledger").into()
            );
        }
        None => {}
    }
    if let Some(limit) = context.global.limit {
        query = query.limit(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    if let Some(repo) = wanted.repo {
        let kind = resolve_kind(&repo, None)?;
        query = query.in_repo(RepoId::new(kind, repo.id));
    }
    Ok(query)
}
