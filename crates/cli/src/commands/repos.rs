//! `repos`: whose they are, who likes them, who may open them, how they are set.

mod list;
mod settings;

use clap::Subcommand;
use hubfolk_api::auth_check::{AuthCheck, AuthCheckWrite};
use hubfolk_api::likes::{ListRepoLikers, UnlikeRepo};
use serde::Serialize;

use crate::context::Context;
use crate::error::Exit;
use crate::facts::PUBLIC_USER;
use crate::output::Row;

use super::hub;
use super::target::RepoArgs;

/// Arguments of `repos`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hubfolk repos list acme --type dataset --sort likes
  hubfolk repos mine --sort updated-at
  hubfolk repos settings acme/m --gated manual --notify access@acme.example
  hubfolk repos likers openai-community/gpt2 --limit 10
  hubfolk repos check acme/private-model --write
  hubfolk repos unlike acme/corpus --type dataset")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the repositories of a user or an organization
    List(list::List),
    /// List your own repositories with the space they take
    Mine(list::Mine),
    /// Change visibility, gate, notifications and discussions; what is not given stays
    Settings(Box<settings::Settings>),
    /// Show or set the resource group that an organization's repository belongs to
    Group(settings::Group),
    /// Copy a repository, with its files, to another name or owner
    Copy(settings::Copy),
    /// List who likes a repository
    Likers(RepoArgs),
    /// Take your like back
    Unlike(RepoArgs),
    /// Ask whether your token may read a repository, or write to it
    Check {
        #[command(flatten)]
        repo: RepoArgs,
        /// Ask for write access
        #[arg(long)]
        write: bool,
    },
}

/// What `repos check` and `repos unlike` print.
#[derive(Debug, Serialize)]
struct Outcome {
    repo: String,
    #[serde(rename = "type")]
    repo_type: String,
    result: &'static str,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] = &["repo", "type", "result"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(args) => list::list(&args, context),
        Action::Mine(mine) => list::mine(mine, context),
        Action::Settings(args) => settings::settings(*args, context),
        Action::Group(args) => settings::group(args, context),
        Action::Copy(args) => settings::copy(args, context),
        Action::Likers(repo) => {
            let (kind, id) = repo.resolve()?;
            let what = format!("likers of {id}");
            hub::list(context, &PUBLIC_USER, &what, ListRepoLikers::new(kind, id), "")
        }
        Action::Unlike(repo) => {
            let (kind, id) = repo.resolve()?;
            let outcome =
                Outcome { repo: id.clone(), repo_type: kind.to_string(), result: "unliked" };
            context.output.check(&Outcome::shape())?;
            if hub::call(context, UnlikeRepo::new(kind, id))?.is_some() {
                context.output.one(&outcome)?;
            }
            Ok(Exit::Done)
        }
        Action::Check { repo, write } => {
            let (kind, id) = repo.resolve()?;
            let result = if write { "write" } else { "read" };
            let outcome = Outcome { repo: id.clone(), repo_type: kind.to_string(), result };
            context.output.check(&Outcome::shape())?;
            let allowed = if write {
                hub::call(context, AuthCheckWrite::new(kind, id))?.is_some()
            } else {
                hub::call(context, AuthCheck::new(kind, id))?.is_some()
            };
            if allowed {
                context.output.one(&outcome)?;
            }
            Ok(Exit::Done)
        }
    }
}
