//! One round of syncs, or rounds for ever.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use hubfolk_api::organizations::ListOrganizationMembers;
use hubfolk_api::whoami::GetWhoami;
use hubfolk_license::judge::Limits;
use hubfolk_license::views::{ErrorView, RunView};
use hubfolk_license::{Ledger, Progress as Step, Stop as StopSign, Stopper, SyncOptions, Syncer};

use crate::commands::hub;
use crate::context::{Caps, Context};
use crate::database::{self, Purpose};
use crate::error::{Exit, Stop, usage};
use crate::names;
use crate::output::{Format, Row, Rows};
use crate::progress::Progress;

use super::SyncArgs;

pub(super) fn run(args: SyncArgs, context: &Context) -> anyhow::Result<Exit> {
    let orgs = organizations(&args)?;
    if context.global.dry_run {
        return plan(&orgs, &args, context);
    }
    if args.every.is_some() && context.output.format == Format::Json {
        return Err(usage("--every never ends, so it cannot be one JSON document")
            .hint("use --format ndjson")
            .into());
    }
    let meter = Meter::new(&orgs, context);
    let hub = context.hub_capped(&Caps {
        experimental: false,
        max_wait: args.max_wait,
        max_attempts: args.max_attempts,
        max_pages: args.max_pages,
        max_page_bytes: u64::from(args.max_page_size) * 1024 * 1024,
        progress: Some(meter.bar.clone()),
        listener: None,
    })?;
    let address = database::address(context.global.db.as_deref())?;
    database::prepare(&address, Purpose::Write)?;
    tracing::info!(ledger = %address, organizations = orgs.len(), "beginning to sync");
    // Opened and closed here, outside the runtime: a PostgreSQL connection blocks.
    let ledger = Ledger::open(&address)?;
    let runtime = runtime(orgs.len())?;
    let (stopper, stop) = Stopper::new();
    let mut round = Round { hub, ledger: ledger.clone(), orgs, args, context, stop, meter };
    let result = runtime.block_on(round.until(stopper));
    drop(runtime);
    drop(round);
    result
}

/// One thread for one organization; more of them overlap reading and comparing.
fn runtime(orgs: usize) -> std::io::Result<tokio::runtime::Runtime> {
    if orgs == 1 {
        return tokio::runtime::Builder::new_current_thread().enable_all().build();
    }
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

/// The names given and those of the file, each once, in order.
fn organizations(args: &SyncArgs) -> anyhow::Result<Vec<String>> {
    let mut orgs: Vec<String> = Vec::new();
    let listed = match &args.orgs_file {
        Some(path) => read_names(path)?,
        None => Vec::new(),
    };
    for org in args.orgs.iter().cloned().chain(listed) {
        if !orgs.iter().any(|known| known.to_lowercase() == org.to_lowercase()) {
            orgs.push(org);
        }
    }
    if orgs.is_empty() {
        return Err(usage("the file of organizations names none")
            .hint("one name a line, # begins a comment")
            .into());
    }
    Ok(orgs)
}

fn read_names(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|error| {
        usage(format!("cannot read the organizations from {}", path.display())).because(error)
    })?;
    let mut found = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let name = line.split('#').next().unwrap_or_default().trim();
        if name.is_empty() {
            continue;
        }
        found.push(names::organization(name).map_err(|rule| {
            usage(format!(
                "{} line {}: `{}` {rule}",
                path.display(),
                number + 1,
                name.escape_debug()
            ))
            .hint("one name a line, # begins a comment")
        })?);
    }
    Ok(found)
}

/// What a sync would ask for first; further pages follow the Hub's links.
fn plan(orgs: &[String], args: &SyncArgs, context: &Context) -> anyhow::Result<Exit> {
    let mut plan = Vec::new();
    if context.token()?.is_some() {
        plan.push(hub::planned(&GetWhoami::new())?);
    }
    for org in orgs {
        let request = ListOrganizationMembers::builder(org.as_str()).limit(args.page_size).build();
        plan.push(hub::planned(&request)?);
    }
    hub::print_plan(context, &plan)?;
    Ok(Exit::Done)
}

struct Round<'a> {
    hub: hubfolk::Hub,
    ledger: Ledger,
    orgs: Vec<String>,
    args: SyncArgs,
    context: &'a Context,
    stop: StopSign,
    meter: Meter,
}

impl Round<'_> {
    /// Goes round until done, or until Ctrl-C; runs in progress are recorded before it ends.
    async fn until(&mut self, stopper: Stopper) -> anyhow::Result<Exit> {
        let listen = tokio::spawn(async move {
            interrupted().await;
            stopper.stop();
            // Whoever presses it twice does not want to wait for the record.
            interrupted().await;
            std::process::exit(Exit::Interrupted as i32);
        });
        let result = self.rounds().await;
        listen.abort();
        result
    }

    async fn rounds(&mut self) -> anyhow::Result<Exit> {
        let Some(every) = self.args.every else {
            return self.once("manual").await;
        };
        loop {
            let began = tokio::time::Instant::now();
            let exit = self.once("schedule").await?;
            if exit == Exit::Interrupted {
                return Ok(exit);
            }
            tokio::select! {
                () = tokio::time::sleep_until(began + every) => {}
                () = self.stop.stopped() => return Ok(Exit::Interrupted),
            }
        }
    }

    /// Syncs every organization once.
    async fn once(&mut self, trigger: &str) -> anyhow::Result<Exit> {
        let args = &self.args;
        let meter = self.meter.clone();
        meter.begin();
        let told = meter.clone();
        let syncer = Syncer::new(self.hub.clone(), self.ledger.clone())
            .options(SyncOptions {
                lease: Duration::from_secs(args.lease),
                limits: Limits {
                    leavers: args.leavers,
                    leavers_percent: args.leavers_percent,
                    absences: args.left_after,
                },
                page_size: args.page_size,
                trigger: trigger.to_owned(),
            })
            .progress(move |step| told.tell(step))
            .stop(self.stop.clone());
        let mut rows = self.context.output.list(&RunView::shape())?;
        let streams = self.context.output.format == Format::Ndjson;
        let mut ended: HashMap<String, RunView> = HashMap::new();
        let mut outcomes = std::pin::pin!(
            Arc::new(syncer).sync_all(self.orgs.clone(), usize::from(args.concurrency))
        );
        while let Some((org, outcome)) = outcomes.next().await {
            let view = outcome?;
            tracing::info!(
                org,
                run = view.run,
                state = view.state,
                requests = view.requests,
                "ended"
            );
            if streams {
                let _ = meter.aside(|| rows.push(&view))?;
            }
            ended.insert(org, view);
        }
        meter.end();
        self.report(rows, &ended, streams)
    }

    /// Prints the rows in the order asked for, explains what went wrong, and finds the exit code.
    fn report(
        &self,
        mut rows: Rows,
        ended: &HashMap<String, RunView>,
        streamed: bool,
    ) -> anyhow::Result<Exit> {
        let mut exit = Exit::Done;
        let mut worst: Option<(Exit, Stop)> = None;
        for org in &self.orgs {
            let begun = ended.get(org);
            // Asked for, but Ctrl-C came first: it still has its object.
            let never =
                begun.is_none().then(|| RunView::not_begun(org, "failed", Some(not_begun())));
            let Some(view) = begun.or(never.as_ref()) else { continue };
            if !streamed || begun.is_none() {
                let _ = rows.push(view)?;
            }
            let end = end_of(view);
            exit = exit.worse(end);
            let Some(stop) = explain(org, view, end) else { continue };
            if self.context.output.format.is_json() {
                if worst.as_ref().is_none_or(|(known, _)| known.worse(end) != *known) {
                    worst = Some((end, stop));
                }
            } else {
                self.context.report(&stop.into()).print(self.context.output.format);
            }
        }
        rows.finish()?;
        if let Some((_, stop)) = worst {
            self.context.report(&stop.into()).print(self.context.output.format);
        }
        Ok(if self.stop.is_stopped() { Exit::Interrupted } else { exit })
    }
}

fn not_begun() -> ErrorView {
    ErrorView {
        kind: "interrupted".to_owned(),
        page: None,
        status: None,
        message: "interrupted before it began".to_owned(),
    }
}

/// Ctrl-C, or the word of a service manager to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// How a run ends the process.
fn end_of(view: &RunView) -> Exit {
    match (view.state, &view.error) {
        ("published", _) => Exit::Done,
        ("quarantined", _) => Exit::Quarantined,
        ("busy", _) => Exit::Busy,
        (_, Some(error)) if error.kind == "interrupted" => Exit::Interrupted,
        (_, Some(ErrorView { status: Some(401..=403), .. })) => Exit::NotAllowed,
        (_, Some(ErrorView { status: Some(400 | 404), .. })) => Exit::NotFound,
        (_, Some(error)) if error.kind == "auth" => Exit::NotAllowed,
        _ => Exit::Failed,
    }
}

/// What a person has to know about a run that was not published.
fn explain(org: &str, view: &RunView, end: Exit) -> Option<Stop> {
    let stop = match end {
        Exit::Done => return None,
        Exit::Quarantined => {
            let run = view.run.unwrap_or_default();
            Stop::new(end, "quarantined", format!(
                "run {run} of `{org}` is quarantined: {} members would leave, nothing was published",
                view.would_leave.len()
            ))
            .hint(format!(
                "look at them with `hubfolk sync runs {org} --limit 1 --fields would_leave`, then \
                 `hubfolk sync approve {org} {run}` or `hubfolk sync reject {org} {run}`"
            ))
        }
        Exit::Busy => Stop::new(end, "busy", format!("`{org}` is being synced by another process"))
            .hint("wait for it to end, then run it again if it is still needed"),
        _ => failure(org, view, end),
    };
    Some(stop)
}

fn failure(org: &str, view: &RunView, end: Exit) -> Stop {
    let error = view.error.as_ref();
    let page = error
        .and_then(|error| error.page)
        .map_or_else(String::new, |page| format!(" on page {page}"));
    let why = error.map_or("the run did not end", |error| error.message.as_str());
    let kind = crate::error::run_kind(error.map_or("other", |error| error.kind.as_str()));
    let stop = Stop::new(end, kind, format!("the sync of `{org}` failed{page}: {why}"))
        .status(error.and_then(|error| error.status))
        .operation("list_organization_members");
    let hint = match (end, error.and_then(|error| error.status)) {
        (_, Some(400)) => format!(
            "a user's name in place of an organization's is refused like this: `hubfolk users show {org}`"
        ),
        (_, status) => match crate::error::status_hint(status, kind) {
            Some(hint) => hint,
            None => "the ledger is as it was; run it again".to_owned(),
        },
    };
    stop.hint(hint)
}

/// Progress over all organizations of a round.
#[derive(Clone)]
struct Meter {
    bar: Progress,
    several: bool,
}

impl Meter {
    fn new(orgs: &[String], context: &Context) -> Self {
        let visible = context.shows_progress();
        let bar = match orgs {
            [one] => Progress::counting(&format!("members of {one}"), visible),
            orgs => Progress::towards("organizations", orgs.len() as u64, visible),
        };
        Self { bar, several: orgs.len() > 1 }
    }

    fn begin(&self) {
        self.bar.begin();
    }

    fn tell(&self, step: Step) {
        match step {
            Step::Ended { .. } if self.several => self.bar.one(),
            Step::Page { org, pages, members } if self.several => {
                self.bar.say(format!("{org}: page {pages}, {members} members"));
            }
            Step::Page { pages, members, .. } => {
                self.bar.at(u64::try_from(members).unwrap_or_default());
                self.bar.say(format!("page {pages}"));
            }
            Step::Publishing { .. } => self.bar.say("writing"),
            _ => {}
        }
    }

    fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.aside(print)
    }

    fn end(&self) {
        self.bar.end();
    }
}
