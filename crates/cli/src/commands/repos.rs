//! `repos`: likers, unlike, access check.

use clap::{Subcommand, ValueEnum};
use hubfolk_api::auth_check::{AuthCheck, AuthCheckWrite};
use hubfolk_api::likes::{ListRepoLikers, UnlikeRepo};
use hubfolk_api::repos::RepoType;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::facts::PUBLIC_USER;
use crate::names::{self, RepoName};
use crate::output::Row;

use super::hub;

/// Arguments of `repos`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hubfolk repos likers openai-community/gpt2 --limit 10
  hubfolk repos check acme/private-model --write
  hubfolk repos unlike acme/corpus --type dataset")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List who likes a repository
    Likers(Repo),
    /// Take your like back
    Unlike(Repo),
    /// Ask whether your token may read a repository, or write to it
    Check {
        #[command(flatten)]
        repo: Repo,
        /// Ask for write access
        #[arg(long)]
        write: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Repo {
    /// The repository: owner/name, or datasets/owner/name, spaces/owner/name
    #[arg(value_name = "REPO", value_parser = names::repo)]
    repo: RepoName,
    /// Its type [default: model]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Model,
    Dataset,
    Space,
    Kernel,
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

impl Repo {
    /// The type said by the option or by the folder; both have to agree.
    fn resolve(self) -> Result<(RepoType, String), Stop> {
        let folder = self.repo.folder.map(|folder| match folder {
            "datasets" => Kind::Dataset,
            "spaces" => Kind::Space,
            "kernels" => Kind::Kernel,
            _ => Kind::Model,
        });
        if let (Some(kind), Some(folder)) = (self.kind, folder)
            && kind != folder
        {
            return Err(usage(format!("--type and the folder of `{}` disagree", self.repo.id))
                .hint("leave one of them out"));
        }
        let kind = match self.kind.or(folder).unwrap_or(Kind::Model) {
            Kind::Model => RepoType::Model,
            Kind::Dataset => RepoType::Dataset,
            Kind::Space => RepoType::Space,
            Kind::Kernel => RepoType::Kernel,
        };
        Ok((kind, self.repo.id))
    }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
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
