//! `access`: who asks for access to a gated repository, and what becomes of it.

mod batch;

use clap::{Subcommand, ValueEnum};
use hubfolk_api::access_requests::{
    AccessStatus, AskAccess, CancelOwnAccessRequest, GetUserAccessReport, GrantAccess,
    HandleAccessRequest, ListAccessRequests,
};
use hubfolk_api::repos::RepoType;
use serde::Serialize;

use self::batch::Batch;
use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::{ACCESS_REPORT, ACCESS_REQUEST};
use crate::names;
use crate::output::Row;
use hubfolk_license::when::{self, Point, When};

use super::hub;
use super::target::{RepoArgs, web_path};

/// Arguments of `access`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Deciding needs write access to the repository. `cancel` puts a decision back to waiting, `reset` takes
the request itself back so that the person may ask again, `grant` lets somebody in who never asked.

Examples:
  hubfolk access list acme/m
  hubfolk access list acme/m --status accepted --search ada --format csv
  hubfolk access accept acme/m ada
  hubfolk access reject acme/m mallory --reason \"Please ask with the address of your institute\"
  hubfolk access batch acme/m --file requests.csv
  hubfolk access report datasets/acme/corpus --format csv > report.csv
  hubfolk access ask acme/m --answer Country=Kenya --answer \"I agree=on\"")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the requests that have one status, the newest first
    List(List),
    /// Let somebody in who has asked
    Accept(Person),
    /// Turn somebody away
    Reject(Reasoned),
    /// Take a decision back: the request waits again
    Cancel(Person),
    /// Take a request back, so that the person may ask again
    Reset(Reasoned),
    /// Let somebody in who has not asked
    Grant(Person),
    /// Decide about hundreds from a CSV file; it can be run again safely
    Batch(Batch),
    /// List everybody who ever asked, with what became of it
    Report(RepoArgs),
    /// Ask for access as yourself
    Ask(Ask),
    /// Withdraw your own request while it waits
    Withdraw(RepoArgs),
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    repo: RepoArgs,
    /// Which requests
    #[arg(long, value_name = "STATUS", default_value = "pending")]
    status: Status,
    /// Only of users whose name begins with this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only requests made after this: a date, a time, or an age such as 2w
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    after: Option<When>,
    /// Only requests made before this
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    before: Option<When>,
    /// Open the repository's settings in the browser
    #[arg(long)]
    web: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Status {
    Pending,
    Accepted,
    Rejected,
    Reset,
}

impl Status {
    fn wire(self) -> AccessStatus {
        match self {
            Self::Pending => AccessStatus::Pending,
            Self::Accepted => AccessStatus::Accepted,
            Self::Rejected => AccessStatus::Rejected,
            Self::Reset => AccessStatus::Reset,
        }
    }
}

/// Somebody and the repository they asked for.
#[derive(Debug, clap::Args)]
struct Person {
    #[command(flatten)]
    repo: RepoArgs,
    /// Name of the user
    #[arg(value_name = "USER", value_parser = names::user)]
    user: String,
}

#[derive(Debug, clap::Args)]
struct Reasoned {
    #[command(flatten)]
    person: Person,
    /// Why, for the person who asked; at most 200 characters
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Ask {
    #[command(flatten)]
    repo: RepoArgs,
    /// An answer to the repository's form; repeatable
    #[arg(long = "answer", value_name = "LABEL=ANSWER", value_parser = answer)]
    answers: Vec<(String, String)>,
    /// Open the repository's page, which has the form, in the browser
    #[arg(long)]
    web: bool,
}

fn answer(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((label, answer)) if !label.trim().is_empty() => {
            Ok((label.trim().to_owned(), answer.to_owned()))
        }
        _ => Err("give LABEL=ANSWER, as in Country=Kenya".to_owned()),
    }
}

/// What a decision prints.
#[derive(Debug, Serialize)]
struct Outcome {
    repo: String,
    #[serde(rename = "type")]
    repo_type: String,
    user: Option<String>,
    result: &'static str,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] = &["repo", "type", "user", "result"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

/// A decision about to be sent, with what to print when the Hub took it.
struct Decision {
    kind: RepoType,
    repo: String,
    user: Option<String>,
    result: &'static str,
}

impl Decision {
    fn send<E: hubfolk_api::Endpoint>(self, context: &Context, request: E) -> anyhow::Result<Exit> {
        context.output.check(&Outcome::shape())?;
        if hub::call(context, request)?.is_some() {
            context.output.one(&Outcome {
                repo: self.repo,
                repo_type: self.kind.to_string(),
                user: self.user,
                result: self.result,
            })?;
        }
        Ok(Exit::Done)
    }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(list) => list_requests(list, context),
        Action::Accept(person) => handle(person, AccessStatus::Accepted, None, "accepted", context),
        Action::Reject(Reasoned { person, reason }) => {
            handle(person, AccessStatus::Rejected, reason, "rejected", context)
        }
        Action::Cancel(person) => handle(person, AccessStatus::Pending, None, "pending", context),
        Action::Reset(Reasoned { person, reason }) => {
            handle(person, AccessStatus::Reset, reason, "reset", context)
        }
        Action::Grant(Person { repo, user }) => {
            let (kind, repo) = repo.resolve()?;
            let request = GrantAccess::new(kind.clone(), &repo, &user);
            Decision { kind, repo, user: Some(user), result: "granted" }.send(context, request)
        }
        Action::Batch(batch) => batch::run(&batch, context),
        Action::Report(repo) => {
            let (kind, id) = repo.resolve()?;
            let what = format!("requests for {id}");
            hub::list(context, &ACCESS_REPORT, &what, GetUserAccessReport::new(kind, id), "")
        }
        Action::Ask(ask) => {
            let (kind, repo) = ask.repo.resolve()?;
            if ask.web {
                context.open_web(&web_path(&kind, &repo))?;
                return Ok(Exit::Done);
            }
            let request = AskAccess::new(kind.clone(), &repo);
            let request =
                ask.answers.into_iter().fold(request, |ask, (label, text)| ask.field(label, text));
            Decision { kind, repo, user: None, result: "asked" }.send(context, request)
        }
        Action::Withdraw(repo) => {
            let (kind, repo) = repo.resolve()?;
            let request = CancelOwnAccessRequest::new(kind.clone(), &repo);
            Decision { kind, repo, user: None, result: "withdrawn" }.send(context, request)
        }
    }
}

fn handle(
    person: Person,
    status: AccessStatus,
    reason: Option<String>,
    result: &'static str,
    context: &Context,
) -> anyhow::Result<Exit> {
    let (kind, repo) = person.repo.resolve()?;
    let rejects = status == AccessStatus::Rejected;
    let (rejection, reset) = if rejects { (reason, None) } else { (None, reason) };
    let request = HandleAccessRequest::builder(kind.clone(), &repo, status)
        .user(&person.user)
        .maybe_rejection_reason(rejection)
        .maybe_reset_reason(reset)
        .build();
    Decision { kind, repo, user: Some(person.user), result }.send(context, request)
}

fn list_requests(list: List, context: &Context) -> anyhow::Result<Exit> {
    let (kind, id) = list.repo.resolve()?;
    if list.web {
        context.open_web(&format!("{}/settings", web_path(&kind, &id)))?;
        return Ok(Exit::Done);
    }
    let what = format!("requests for {id}");
    let request = ListAccessRequests::builder(kind, id, list.status.wire())
        .maybe_after(instant(list.after, "--after", context)?)
        .maybe_before(instant(list.before, "--before", context)?)
        .maybe_q(list.search)
        .build();
    hub::list(context, &ACCESS_REQUEST, &what, request, "")
}

fn instant(when: Option<When>, option: &str, context: &Context) -> anyhow::Result<Option<String>> {
    match when.map(|when| when.since(context.now())).transpose().map_err(usage)? {
        None => Ok(None),
        Some(Point::At(at)) => Ok(Some(at.to_string())),
        Some(Point::Run(_)) => {
            Err(usage(format!("{option} takes a date, a time or an age; runs are of the ledger"))
                .into())
        }
    }
}
