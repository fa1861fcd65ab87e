//! `members` and `member`: who was a member, now or at any time, and one person's history.
#![expect(clippy::doc_markdown, reason = "help is shown as it stands here")]

use hubfolk_license::mail::Mail;
use hubfolk_license::select::{Chosen, NoLicense, PassedOver, Select, Standing, Truth};
use hubfolk_license::views::{ChangeView, Member};
use hubfolk_license::when::{self, When};
use hubfolk_store::{EventFilter, Org, Store};

use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Exit, Stop, usage};
use crate::ledger;
use crate::names;
use crate::output::Row;

/// Arguments of `members`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --status or --all the list is who is listed now; a note counts the missing. A value that the
token could not see ends in `?`, and is named under `unknown` in JSON.

Examples:
  hubfolk members acme
  hubfolk members acme --as-of 2026-03-01 --role admin
  hubfolk members acme --as-of run:17 --format csv > then.csv
  hubfolk members acme --no-2fa --fields username,role,groups")]
pub(crate) struct Args {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// As it was then: a date (its end, UTC), a time, an age such as 2w, or run:17
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    as_of: Option<When>,
    /// Only this role: admin, write, contributor, read, no_access
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Only this license type: Admin, Write, Contributor, Read, "No access"
    #[arg(long, value_name = "TYPE")]
    license: Option<String>,
    /// Only external collaborators
    #[arg(long)]
    external: bool,
    /// Only those known to have no two-factor authentication
    #[arg(long = "no-2fa")]
    no_two_factor: bool,
    /// Only those whose verified e-mail address is at no domain that the settings of `hubfolk serve`
    /// allow
    #[arg(long)]
    outside_domains: bool,
    /// Only members of this resource group, by name or id
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Only those whose username, full name or e-mail contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only this status
    #[arg(long, value_name = "STATUS", conflicts_with = "all")]
    status: Option<StatusArg>,
    /// Everyone who ever was a member
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StatusArg {
    /// Listed
    Active,
    /// Absent from the last complete list, not yet taken for gone
    Missing,
    /// Gone
    Left,
}

impl Row for Member {
    const FIELDS: &'static [&'static str] = Member::FIELDS;
    const COLUMNS: &'static [&'static str] =
        &["username", "fullname", "role", "two_factor", "external", "groups", "email", "status"];
}

/// How a list of members ends before its end.
pub(super) enum Halt {
    /// `--limit`.
    Limit,
    /// A failure.
    Failed(anyhow::Error),
}

impl From<hubfolk_store::Error> for Halt {
    fn from(error: hubfolk_store::Error) -> Self {
        Self::Failed(error.into())
    }
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Member::shape())?;
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &args.org, context)?;
    let view = ledger::view(&mut store, &org, args.as_of, context)?;
    let mut chosen = args
        .select(allowed_domains(&mut store, &org, args)?)
        .checked(&view.licenses)
        .map_err(|no| no_license(&no))?;
    let mut rows = context.output.list(&Member::shape())?;
    let ended = store.members(org.id, view.as_of, chosen.wants_left(), |listed| {
        let member = Member::new(listed, &view.run, &view.licenses);
        if !chosen.takes(&member) {
            return Ok(());
        }
        match rows.push(&member).map_err(Halt::Failed)? {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(Halt::Limit),
        }
    });
    let whole = match ended {
        Ok(()) => true,
        Err(Halt::Limit) => false,
        Err(Halt::Failed(error)) => return Err(error),
    };
    rows.finish()?;
    if whole {
        tell(&chosen, context);
    }
    Ok(Exit::Done)
}

/// The e-mail domains that the settings allow, when they are asked about.
fn allowed_domains(store: &mut Store, org: &Org, args: &Args) -> anyhow::Result<Vec<String>> {
    if !args.outside_domains {
        return Ok(Vec::new());
    }
    let domains = store.org_setting(org.id)?.map(|setting| setting.domains).unwrap_or_default();
    if domains.is_empty() {
        let none = format!("no e-mail domains are set for `{}`, so nobody is outside", org.slug);
        return Err(usage(none)
            .hint("set them on its Settings page: `hubfolk serve`, then Allowed e-mail domains")
            .into());
    }
    Ok(domains)
}

fn no_license(no: &NoLicense) -> Stop {
    usage(format!("there is no license type `{}`", no.asked.escape_debug()))
        .hint(format!("choose from: {}", no.known.join(", ")))
}

impl Args {
    fn select(&self, domains: Vec<String>) -> Select {
        let status = match self.status {
            None => self.all.then_some(Standing::All),
            Some(StatusArg::Active) => Some(Standing::Active),
            Some(StatusArg::Missing) => Some(Standing::Missing),
            Some(StatusArg::Left) => Some(Standing::Left),
        };
        Select {
            role: self.role.clone(),
            license: self.license.clone(),
            two_factor: self.no_two_factor.then_some(Truth::No),
            external: self.external.then_some(Truth::Yes),
            pro: None,
            group: self.group.clone(),
            search: self.search.clone(),
            status,
            mail: self.outside_domains.then_some(Mail::Outside),
            domains,
        }
    }
}

/// What the rows left out, said on stderr.
fn tell(chosen: &Chosen, context: &Context) {
    if chosen.missing() > 0 {
        context.note(&format!(
            "{} more missing since the last complete sync: add --status missing",
            chosen.missing()
        ));
    }
    for PassedOver { what, members, .. } in chosen.passed_over() {
        context.note(&format!(
            "{what} is unknown for {members} members: the token of the last sync could not see it"
        ));
    }
}

/// Arguments of `member`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Finds people by their present or former username, e-mail address or id.

Examples:
  hubfolk member acme ada
  hubfolk member acme ada@acme.com --format ndjson")]
pub(crate) struct OneArgs {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// Username (also a former one), e-mail address or id
    name: String,
}

pub(super) fn run_one(args: &OneArgs, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&ChangeView::shape())?;
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &args.org, context)?;
    let people = store.find_member(org.id, &args.name)?;
    if people.is_empty() {
        return Err(Stop::new(
            Exit::NotFound,
            "not_found",
            format!("`{}` was never a member of `{}`", args.name.escape_debug(), org.slug),
        )
        .hint(format!(
            "`hubfolk members {} --all --search {}` looks for parts of names",
            org.slug,
            quoted(&args.name)
        ))
        .into());
    }
    if people.len() > 1 {
        context.note(&format!(
            "`{}` was the name of {} different people: {}",
            args.name,
            people.len(),
            people.join(", ")
        ));
    }
    timeline(&mut store, org.id, people, context)?;
    Ok(Exit::Done)
}

fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.@".contains(c));
    if plain && !text.is_empty() {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn timeline(
    store: &mut Store,
    org: i64,
    people: Vec<String>,
    context: &Context,
) -> anyhow::Result<()> {
    let mut events = Vec::new();
    for id in people {
        events.extend(
            store.events(org, &EventFilter { user_id: Some(id), ..EventFilter::default() })?,
        );
    }
    events.sort_by_key(|event| event.seq);
    let mut rows = context.output.list(&ChangeView::shape())?;
    for event in events {
        if rows.push(&ChangeView::from(event))?.is_break() {
            break;
        }
    }
    rows.finish()
}
