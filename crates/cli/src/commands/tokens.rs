//! `tokens`: keeping tokens out of an organization, and ending tokens that somebody found.

use std::path::PathBuf;

use clap::Subcommand;
use hubfolk_api::credentials::ReportLeakedCredentials;
use hubfolk_api::organizations::{RevokeOrganizationToken, RevokeOrganizationTokenById};

use super::groups::Org;
use super::{hub, secret};
use crate::context::Context;
use crate::error::{Exit, usage};

/// Arguments of `tokens`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A token is never an argument, since arguments are seen by others: it is read from a file or from
standard input (`-`), one a line. Tokens of service accounts: `hubfolk service-accounts tokens`.

Examples:
  hubfolk tokens revoke acme --id 6ac4f4465de11a43eb34fb52
  hubfolk tokens revoke acme --file found.txt
  grep -ho 'hf_[A-Za-z0-9]*' *.py | hubfolk tokens report-leaked - --yes")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Keep a member's token out of an organization; outside it goes on working
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Revoke {
        #[command(flatten)]
        org: Org,
        /// The token by its id, which the audit log and the organization's settings show
        #[arg(long, value_name = "TOKEN_ID", group = "which")]
        id: Option<String>,
        /// A file with the token itself; `-` is standard input
        #[arg(long, value_name = "FILE", group = "which")]
        file: Option<PathBuf>,
    },
    /// Make tokens that somebody found invalid everywhere, whoever they belong to
    #[command(after_help = "\
Knowing a token is all the proof that the Hub wants, so yours is not sent. It writes to the owners,
and does not say which of the tokens were valid.")]
    ReportLeaked {
        /// A file with the tokens, one a line; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Revoke { org: Org { org }, id: Some(id), .. } => {
            let request = RevokeOrganizationTokenById::new(&org, &id);
            // First, because what looks like a token must not be repeated in a question.
            hub::planned(&request)?;
            revoke(context, &format!("the token {id}"), &org, request)
        }
        Action::Revoke { org: Org { org }, file, .. } => {
            let mut tokens = secret::read(&file.unwrap_or_else(|| "-".into()))?;
            let Some(token) = tokens.pop().filter(|_| tokens.is_empty()) else {
                return Err(usage("there is more than one token, and one is revoked at a time")
                    .hint("give a file with one line")
                    .into());
            };
            let request = RevokeOrganizationToken::new(&org, token);
            revoke(context, "this token", &org, request)
        }
        Action::ReportLeaked { file } => report(&file, context),
    }
}

fn revoke<E: hubfolk_api::Endpoint<Response = ()>>(
    context: &Context,
    which: &str,
    org: &str,
    request: E,
) -> anyhow::Result<Exit> {
    let question = format!(
        "Keep {which} out of {org}? Whoever uses it loses access to {org} at once and needs another \
         token."
    );
    if hub::confirmed(context, &question, request)?.is_some() {
        context.note("revoked; outside of the organization it goes on working");
    }
    Ok(Exit::Done)
}

fn report(file: &std::path::Path, context: &Context) -> anyhow::Result<Exit> {
    let tokens = secret::read(file)?;
    let requests: Vec<ReportLeakedCredentials> = tokens
        .chunks(ReportLeakedCredentials::MOST)
        .map(|part| ReportLeakedCredentials::new(part.iter().cloned()))
        .collect();
    let plan: Vec<hub::Sent> = requests.iter().map(hub::planned).collect::<anyhow::Result<_>>()?;
    if context.global.dry_run {
        hub::print_plan(context, &plan)?;
        return Ok(Exit::Done);
    }
    let count = tokens.len();
    let own = context.token().ok().flatten();
    let mine = own.is_some_and(|own| tokens.iter().any(|token| token.expose() == own.expose()));
    let warning = if mine { " Your own token is among them." } else { "" };
    context.confirm(&format!(
        "Make {count} {} invalid everywhere, for ever? Whatever uses them stops working, and the \
         Hub writes to their owners.{warning}",
        if count == 1 { "token" } else { "tokens" }
    ))?;
    for request in requests {
        hub::call(context, request)?;
    }
    context.note(&format!("reported {count}; the Hub does not say which of them were valid"));
    Ok(Exit::Done)
}
