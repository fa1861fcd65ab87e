//! `sync`: read organizations into the ledger; look at runs, approve and reject them.

mod review;
mod run;

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use hubfolk_license::views::RunView;
use hubfolk_license::when;

use crate::context::Context;
use crate::error::{Exit, usage};
use crate::names;
use crate::output::Row;

/// Arguments of `sync`.
#[derive(Debug, clap::Args)]
#[command(
    subcommand_negates_reqs = true,
    after_help = "\
A sync reads the whole list or concludes nothing: any failed page leaves the ledger as it was. More
than five and more than 10 % of the members gone at once publishes nothing until a person approves.

Examples:
  hubfolk sync acme
  hubfolk sync acme other-org --concurrency 4 --format json
  hubfolk sync --orgs-file orgs.txt --every 6h
  hubfolk sync runs acme
  hubfolk sync approve acme 26"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    sync: SyncArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List an organization's runs, newest first
    Runs {
        /// Name of the organization
        #[arg(value_name = "ORG", value_parser = names::organization)]
        org: String,
    },
    /// Publish a quarantined run: those it lacks have left
    Approve(Decision),
    /// Reject a quarantined run: nothing of it is concluded
    Reject(Decision),
}

#[derive(Debug, clap::Args)]
struct Decision {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// Number of the run
    #[arg(value_name = "RUN", value_parser = run_number)]
    run: i64,
}

fn run_number(text: &str) -> Result<i64, String> {
    let number =
        text.strip_prefix("run:").unwrap_or(text).parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        "a run has a number such as 26; `hubfolk sync runs ORG` lists them".to_owned()
    })
}

#[derive(Debug, clap::Args)]
struct SyncArgs {
    /// Names of organizations
    #[arg(value_name = "ORG", value_parser = names::organization, required_unless_present = "orgs_file")]
    orgs: Vec<String>,
    /// Read names from a file, one a line, # begins a comment; - is stdin
    #[arg(long, value_name = "FILE")]
    orgs_file: Option<PathBuf>,
    /// Go on for ever, beginning anew after so long
    #[arg(long, value_name = "DURATION", value_parser = when::duration)]
    every: Option<Duration>,
    /// How many organizations at a time
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Longest wait for rate limits in all, per organization
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = when::duration)]
    max_wait: Duration,
    /// How often a request is tried
    #[arg(long, value_name = "N", default_value = "6", value_parser = clap::value_parser!(u32).range(1..=100))]
    max_attempts: u32,
    /// Most pages of one list
    #[arg(long, value_name = "N", default_value = "10000", value_parser = clap::value_parser!(u32).range(1..))]
    max_pages: u32,
    /// Largest page, in MiB
    #[arg(long, value_name = "MIB", default_value = "32", value_parser = clap::value_parser!(u32).range(1..=4096))]
    max_page_size: u32,
    /// Members a page, 10 to 10,000
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u32).range(10..=10_000))]
    page_size: u32,
    /// How long this process holds an organization without a sign of life, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(5..=86_400))]
    lease: u64,
    /// Complete lists in a row without someone until they have left
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(i64).range(1..=1000))]
    left_after: i64,
    /// Quarantine when more than this many percent are gone (and more than --leavers)
    #[arg(long, value_name = "PERCENT", default_value = "10", value_parser = clap::value_parser!(u64).range(0..=100))]
    leavers_percent: u64,
    /// Quarantine when more than this many are gone (and more than --leavers-percent)
    #[arg(long, value_name = "N", default_value = "5")]
    leavers: u64,
}

impl Row for RunView {
    const FIELDS: &'static [&'static str] = &[
        "org",
        "org_id",
        "run",
        "state",
        "complete",
        "started",
        "finished",
        "pages",
        "members",
        "joined",
        "missing",
        "left",
        "returned",
        "changed",
        "unchanged",
        "duplicates",
        "requests",
        "waited_ms",
        "clock_skew_ms",
        "coverage",
        "sources",
        "digest",
        "error",
        "would_leave",
        "interrupted_run",
    ];
    const COLUMNS: &'static [&'static str] = &[
        "org", "run", "state", "complete", "started", "members", "joined", "missing", "left",
        "changed",
    ];
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&RunView::shape())?;
    if args.action.is_some()
        && (!args.sync.orgs.is_empty()
            || args.sync.orgs_file.is_some()
            || args.sync.every.is_some())
    {
        return Err(usage("a sync and a look at runs are two commands")
            .hint("`hubfolk sync runs ORG`, or `hubfolk sync ORG`")
            .into());
    }
    match args.action {
        None => run::run(args.sync, context),
        Some(Action::Runs { org }) => review::runs(&org, context),
        Some(Action::Approve(decision)) => review::approve(&decision, context),
        Some(Action::Reject(decision)) => review::reject(&decision, context),
    }
}
