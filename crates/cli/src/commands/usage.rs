//! `usage`: what an organization or the caller uses and pays for.

use clap::ValueEnum;
use hubfolk_api::billing::{
    ComputeUsage, GetOrganizationUsage, GetOrganizationUsageByInferenceSession,
    GetOrganizationUsageByResourceGroup, GetOrganizationUsageV2, GetUsage,
    GetUsageByInferenceSession, GetUsageJobs, GetUsageV2, InferenceSessionUsage, MachineUsage,
    Usage,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Exit, usage};
use crate::names;
use crate::output::Row;
use hubfolk_license::when::{self, Point, When};

use super::{api, hub};

/// Arguments of `usage`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --from and --to it is the present billing period, or the one of --period. The two dates ask
another operation of the Hub, whose answer is printed as it comes.

Examples:
  hubfolk usage acme
  hubfolk usage acme --by resource-group --from 2026-01-01 --to 2026-03-31
  hubfolk usage acme --by inference --format csv
  hubfolk usage --mine --by jobs")]
pub(crate) struct Args {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization, required_unless_present = "mine")]
    organization: Option<String>,
    /// What you use yourself
    #[arg(long, conflicts_with = "organization")]
    mine: bool,
    /// A billing period, by its id
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "to", "by"])]
    period: Option<String>,
    /// Since when: a date, a time or `2w`
    #[arg(long, value_name = "WHEN", requires = "to", value_parser = when::parse)]
    from: Option<When>,
    /// Until when
    #[arg(long, value_name = "WHEN", requires = "from", value_parser = when::parse)]
    to: Option<When>,
    /// Month by month, for each of these
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Resource groups of the organization
    ResourceGroup,
    /// Sessions of inference by providers
    Inference,
    /// Your own jobs, in the present period
    Jobs,
}

/// Something that was used.
#[derive(Debug, Serialize)]
struct Item {
    category: String,
    label: Option<String>,
    product: String,
    name: Option<String>,
    quantity: Option<f64>,
    unit: Option<String>,
    cost_usd: Option<f64>,
    started: Option<String>,
    stopped: Option<String>,
    active: Option<bool>,
}

impl Row for Item {
    const FIELDS: &'static [&'static str] = &[
        "category", "label", "product", "name", "quantity", "unit", "cost_usd", "started",
        "stopped", "active",
    ];
    const COLUMNS: &'static [&'static str] =
        &["category", "label", "name", "quantity", "unit", "cost_usd", "active"];
}

/// What a resource group used in a month.
#[derive(Debug, Serialize)]
struct Group {
    month: String,
    id: Option<String>,
    group: Option<String>,
    private_gb: Option<f64>,
    public_gb: Option<f64>,
    requests: Option<f64>,
    inference_usd: Option<f64>,
    spaces_usd: Option<f64>,
    endpoints_usd: Option<f64>,
    jobs_usd: Option<f64>,
}

impl Row for Group {
    const FIELDS: &'static [&'static str] = &[
        "month",
        "id",
        "group",
        "private_gb",
        "public_gb",
        "requests",
        "inference_usd",
        "spaces_usd",
        "endpoints_usd",
        "jobs_usd",
    ];
    const COLUMNS: &'static [&'static str] = &[
        "month",
        "group",
        "private_gb",
        "public_gb",
        "inference_usd",
        "spaces_usd",
        "endpoints_usd",
        "jobs_usd",
    ];
}

/// What a session asked in a month.
#[derive(Debug, Serialize)]
struct Session {
    month: String,
    session: String,
    requests: Option<f64>,
    cost_usd: Option<f64>,
}

impl Row for Session {
    const FIELDS: &'static [&'static str] = &["month", "session", "requests", "cost_usd"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

/// What a job used.
#[derive(Debug, Serialize)]
struct Job {
    job: String,
    hardware: Option<String>,
    minutes: Option<f64>,
    cost_usd: Option<f64>,
    started: Option<String>,
    completed: Option<String>,
}

impl Row for Job {
    const FIELDS: &'static [&'static str] =
        &["job", "hardware", "minutes", "cost_usd", "started", "completed"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

fn micro(micro_usd: Option<f64>) -> Option<f64> {
    micro_usd.map(|micro| micro / 1_000_000.0)
}

fn cents(cents: Option<f64>) -> Option<f64> {
    cents.map(|cents| cents / 100.0)
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let from = args.from.map(|when| point(when.since(context.now()))).transpose()?;
    let to = args.to.map(|when| point(when.as_of(context.now()))).transpose()?;
    match (args.by, args.organization) {
        (None, organization) => match from.zip(to) {
            Some((from, to)) => between(organization, from, to, context),
            None => period(organization, args.period, context),
        },
        (Some(By::ResourceGroup), Some(organization)) => {
            let request = GetOrganizationUsageByResourceGroup::builder(organization)
                .maybe_start_date(from.map(date))
                .maybe_end_date(to.map(date))
                .build();
            resource_groups(request, context)
        }
        (Some(By::ResourceGroup), None) => Err(usage("only organizations have resource groups")
            .hint("give the organization in place of --mine")
            .into()),
        (Some(By::Inference), Some(organization)) => sessions(
            GetOrganizationUsageByInferenceSession::builder(organization)
                .maybe_start_date(from.map(date))
                .maybe_end_date(to.map(date))
                .build(),
            context,
        ),
        (Some(By::Inference), None) => sessions(
            GetUsageByInferenceSession::builder()
                .maybe_start_date(from.map(date))
                .maybe_end_date(to.map(date))
                .build(),
            context,
        ),
        (Some(By::Jobs), None) => jobs(context),
        (Some(By::Jobs), Some(_)) => Err(usage("the Hub tells the jobs of the caller only")
            .hint("give --mine in place of the organization")
            .into()),
    }
}

/// A point in time; the ledger's runs mean nothing to the Hub.
fn point(point: Result<Point, String>) -> anyhow::Result<Timestamp> {
    match point.map_err(usage)? {
        Point::At(at) => Ok(at),
        Point::Run(_) => Err(usage("a run of the ledger is no time of the Hub")
            .hint("give a date, a time or an age such as 2w")
            .into()),
    }
}

/// A time as the Hub's dates have it.
fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn rows<R: Row>(context: &Context, all: impl IntoIterator<Item = R>) -> anyhow::Result<Exit> {
    let mut rows = context.output.list(&R::shape())?;
    for row in all {
        if rows.push(&row)?.is_break() {
            break;
        }
    }
    rows.finish()?;
    Ok(Exit::Done)
}

fn period(
    organization: Option<String>,
    period: Option<String>,
    context: &Context,
) -> anyhow::Result<Exit> {
    context.output.check(&Item::shape())?;
    let answer = match organization {
        Some(name) => {
            hub::call(context, GetOrganizationUsage::builder(name).maybe_period_id(period).build())?
        }
        None => hub::call(context, GetUsage::builder().maybe_period_id(period).build())?,
    };
    let Some(usage) = answer else { return Ok(Exit::Done) };
    let about = summary(&usage);
    let items = usage.usage.into_iter().flat_map(|(category, items)| {
        items.into_iter().map(move |item| Item {
            category: category.clone(),
            label: item.label,
            product: item.product,
            name: item.product_pretty_name,
            quantity: item.quantity,
            unit: item.unit_label,
            cost_usd: micro(item.total_cost_micro_usd),
            started: item.started_at,
            stopped: item.stopped_at.flatten(),
            active: item.active,
        })
    });
    let done = rows(context, items)?;
    context.note(&about);
    Ok(done)
}

fn summary(usage: &Usage) -> String {
    let cost = usage.total_cost_micro_usd() / 1_000_000.0;
    match &usage.period {
        Some(period) => {
            let day = |date: &Option<String>| {
                date.as_deref().and_then(|date| date.get(..10)).unwrap_or("?").to_owned()
            };
            let (start, end) = (day(&period.period_start), day(&period.period_end));
            format!("{cost:.2} USD from {start} to {end}; the period is {}", period.id)
        }
        None => format!("{cost:.2} USD"),
    }
}

fn between(
    organization: Option<String>,
    from: Timestamp,
    to: Timestamp,
    context: &Context,
) -> anyhow::Result<Exit> {
    let seconds = |at: Timestamp| u64::try_from(at.as_second()).unwrap_or_default();
    let (start, end) = (seconds(from), seconds(to));
    match organization {
        Some(name) => api::print(context, GetOrganizationUsageV2::new(name, start, end)),
        None => api::print(context, GetUsageV2::new(start, end)),
    }
}

fn resource_groups(
    request: GetOrganizationUsageByResourceGroup,
    context: &Context,
) -> anyhow::Result<Exit> {
    context.output.check(&Group::shape())?;
    let Some(usage) = hub::call(context, request)? else { return Ok(Exit::Done) };
    let cost = |compute: Option<&ComputeUsage>,
                part: fn(&ComputeUsage) -> &Option<MachineUsage>| {
        cents(compute.and_then(|compute| part(compute).as_ref()?.cost_cents))
    };
    let groups = usage.periods.into_iter().flat_map(|month| {
        let period = month.period;
        month.resource_groups.into_iter().map(move |group| {
            let compute = group.compute.as_ref();
            Group {
                month: period.get(..7).unwrap_or(&period).to_owned(),
                private_gb: group.storage.as_ref().and_then(|storage| storage.private_gb),
                public_gb: group.storage.as_ref().and_then(|storage| storage.public_gb),
                requests: group.inference.as_ref().and_then(|used| used.request_count),
                inference_usd: cents(group.inference.as_ref().and_then(|used| used.cost_cents)),
                spaces_usd: cost(compute, |compute| &compute.spaces),
                endpoints_usd: cost(compute, |compute| &compute.endpoints),
                jobs_usd: cost(compute, |compute| &compute.jobs),
                id: group.id,
                group: group.name,
            }
        })
    });
    rows(context, groups)
}

fn sessions<E>(request: E, context: &Context) -> anyhow::Result<Exit>
where
    E: hubfolk_api::Endpoint<Response = InferenceSessionUsage>,
{
    context.output.check(&Session::shape())?;
    let Some(usage) = hub::call(context, request)? else { return Ok(Exit::Done) };
    let sessions = usage.periods.into_iter().flat_map(|month| {
        let period = month.period;
        month.sessions.into_iter().map(move |session| Session {
            month: period.get(..7).unwrap_or(&period).to_owned(),
            session: session.id,
            requests: session.request_count,
            cost_usd: cents(session.cost_cents),
        })
    });
    rows(context, sessions)
}

fn jobs(context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Job::shape())?;
    let Some(jobs) = hub::call(context, GetUsageJobs::new())? else { return Ok(Exit::Done) };
    let jobs = jobs.usage.job_details.into_iter().map(|job| Job {
        job: job.job_id,
        hardware: job.hardware_flavor,
        minutes: job.total_minutes,
        cost_usd: micro(job.total_cost_micro_usd),
        started: job.started_at,
        completed: job.completed_at,
    });
    rows(context, jobs)
}
