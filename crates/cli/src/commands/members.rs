//! `members` and `member`: who was a member, now or at any time, and one person's history.
#![expect(clippy::doc_markdown, reason = "help is shown as it stands here")]

use hubfolk_license::views::{ChangeView, Member};
use hubfolk_license::when::{self, When};
use hubfolk_store::{EventFilter, Field, Status, Store};

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
    const FIELDS: &'static [&'static str] = &[
        "id",
        "username",
        "fullname",
        "email",
        "role",
        "license",
        "is_pro",
        "two_factor",
        "external",
        "groups",
        "status",
        "first_seen",
        "last_change",
        "left_at",
        "unknown",
        "as_of_run",
    ];
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

/// What the rows left out, said on stderr.
#[derive(Default)]
struct Aside {
    missing: u64,
    unknown_two_factor: u64,
    unknown_external: u64,
    unknown_groups: u64,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Member::shape())?;
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &args.org, context)?;
    let view = ledger::view(&mut store, &org, args.as_of, context)?;
    check_license(args, &view.licenses)?;
    let filter = Filter::new(args);
    let mut rows = context.output.list(&Member::shape())?;
    let mut aside = Aside::default();
    let left = args.all || args.status == Some(StatusArg::Left);
    let ended = store.members(org.id, view.as_of, left, |listed| {
        let status = listed.state.status;
        let member = Member::new(listed, &view.run, &view.licenses);
        if !filter.matches(&member, &mut aside) {
            return Ok(());
        }
        if !filter.wants(status) {
            aside.missing += u64::from(status == Status::Missing);
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
        aside.tell(args, context);
    }
    Ok(Exit::Done)
}

fn check_license(args: &Args, licenses: &hubfolk_license::roles::Licenses) -> Result<(), Stop> {
    let Some(asked) = &args.license else { return Ok(()) };
    let mut known: Vec<&str> = licenses.iter().map(|(_, license)| license).collect();
    known.sort_unstable();
    known.dedup();
    if known.iter().any(|license| same(license, asked)) {
        return Ok(());
    }
    Err(usage(format!("there is no license type `{}`", asked.escape_debug()))
        .hint(format!("choose from: {}", known.join(", "))))
}

struct Filter<'a> {
    args: &'a Args,
    search: Option<String>,
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

impl<'a> Filter<'a> {
    fn new(args: &'a Args) -> Self {
        Self { args, search: args.search.as_deref().map(str::to_lowercase) }
    }

    fn wants(&self, status: Status) -> bool {
        self.args.all
            || match self.args.status.unwrap_or(StatusArg::Active) {
                StatusArg::Active => status == Status::Active,
                StatusArg::Missing => status == Status::Missing,
                StatusArg::Left => status == Status::Left,
            }
    }

    /// Whether the facts fit; what is unknown fits no filter and is counted instead.
    fn matches(&self, member: &Member, aside: &mut Aside) -> bool {
        let args = self.args;
        let fits = |asked: &Option<String>, value: &Option<String>| {
            asked
                .as_ref()
                .is_none_or(|asked| value.as_ref().is_some_and(|value| same(asked, value)))
        };
        let found = |text: &str| {
            let within = |value: &str| value.to_lowercase().contains(text);
            within(&member.username)
                || member.fullname.as_deref().is_some_and(within)
                || member.email.as_deref().is_some_and(within)
        };
        if !fits(&args.role, &member.role)
            || !fits(&args.license, &member.license)
            || !self.search.as_deref().is_none_or(found)
        {
            return false;
        }
        let counted = self.wants_listed(member);
        if args.external && !member.knows(Field::External) {
            aside.unknown_external += counted;
            return false;
        }
        if args.no_two_factor && !member.knows(Field::TwoFactor) {
            aside.unknown_two_factor += counted;
            return false;
        }
        if args.group.is_some() && !member.knows(Field::Groups) {
            aside.unknown_groups += counted;
            return false;
        }
        let in_group =
            |asked: &String| member.groups.iter().any(|g| g.id == *asked || same(&g.name, asked));
        (!args.external || member.external == Some(true))
            && (!args.no_two_factor || member.two_factor == Some(false))
            && args.group.as_ref().is_none_or(in_group)
    }

    fn wants_listed(&self, member: &Member) -> u64 {
        u64::from(member.status == Status::Active.name())
    }
}

impl Aside {
    fn tell(&self, args: &Args, context: &Context) {
        if self.missing > 0 && args.status.is_none() {
            context.note(&format!(
                "{} more missing since the last complete sync: add --status missing",
                self.missing
            ));
        }
        for (count, what) in [
            (self.unknown_two_factor, "two-factor authentication"),
            (self.unknown_external, "external or not"),
            (self.unknown_groups, "which groups"),
        ] {
            if count > 0 {
                context.note(&format!(
                    "{what} is unknown for {count} members: the token of the last sync could not see it"
                ));
            }
        }
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
