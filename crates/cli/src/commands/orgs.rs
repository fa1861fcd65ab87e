//! `orgs`: profiles, members and followers as the Hub shows them now, and how they are governed.

mod network;
mod roles;

use clap::Subcommand;
use hubfolk::activity::ActivityReader;
use hubfolk_api::organizations::{
    GetOrganizationOverview, ListOrganizationFollowers, ListOrganizationMembers,
    ListOrganizationRepositories,
};
use hubfolk_api::repos::{Direction, OwnRepoSort};

use crate::context::Context;
use crate::error::Exit;
use crate::facts::{MEMBER, ORGANIZATION, OWN_REPO, PUBLIC_USER};
use crate::names;

use super::target::RepoKind;
use super::{activity, hub};

/// Arguments of `orgs`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What the Hub shows right now; `hubfolk members` asks the ledger, which also knows the past.

Examples:
  hubfolk orgs show acme
  hubfolk orgs members acme --search ada
  hubfolk orgs followers acme --format ndjson | wc -l
  hubfolk orgs set-role acme ada write
  hubfolk orgs repositories acme --type dataset --limit 10
  hubfolk orgs network show acme")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show an organization's profile and counters
    Show(Name),
    /// List the members that your token may see, with what it may see of them
    Members {
        #[command(flatten)]
        name: Name,
        /// Only members whose name contains this
        #[arg(long)]
        search: Option<String>,
        /// Only the member with this address (in the organization's own domains)
        #[arg(long)]
        email: Option<String>,
        /// Members a page, 10 to 10,000
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=10_000))]
        page_size: Option<u32>,
    },
    /// List who follows an organization
    Followers(Name),
    /// List what happened lately: repositories created and changed
    Activity {
        #[command(flatten)]
        name: Name,
        #[command(flatten)]
        wanted: activity::Wanted,
    },
    /// List the repositories with the storage each takes
    Repositories {
        #[command(flatten)]
        name: Name,
        /// Only those whose name contains this
        #[arg(long)]
        search: Option<String>,
        /// Only those of this type
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<RepoKind>,
        /// By when they changed, in place of by storage
        #[arg(long)]
        by_date: bool,
        /// Smallest or oldest first
        #[arg(long)]
        ascending: bool,
    },
    /// Set a member's role and keep the resource groups
    SetRole(roles::SetRole),
    /// Invite somebody, where the Hub offers it
    Invite(roles::Invite),
    /// Remove a member, where the Hub offers it
    Remove(roles::Remove),
    /// Show and change the rules for networks and content
    Network(network::Args),
}

#[derive(Debug, clap::Args)]
struct Name {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    name: String,
}

/// What to try when there is no such organization.
fn absent(name: &str) -> String {
    format!("check the spelling; if it is a user: `hubfolk users show {name}`")
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Show(Name { name }) => {
            let hint = absent(&name);
            hub::show(context, &ORGANIZATION, GetOrganizationOverview::new(name), &hint)
        }
        Action::Members { name: Name { name }, search, email, page_size } => {
            let what = format!("members of {name}");
            let hint = absent(&name);
            let request = ListOrganizationMembers::builder(name)
                .maybe_search(search)
                .maybe_email(email)
                .maybe_limit(page_size)
                .build();
            hub::list(context, &MEMBER, &what, request, &hint)
        }
        Action::Activity { name: Name { name }, wanted } => {
            let hint = absent(&name);
            let begin = |hub: &_, query| ActivityReader::of_organization(hub, &name, query);
            activity::run(wanted, begin, &hint, context)
        }
        Action::Followers(Name { name }) => {
            let what = format!("followers of {name}");
            let hint = absent(&name);
            hub::list(context, &PUBLIC_USER, &what, ListOrganizationFollowers::new(name), &hint)
        }
        Action::Repositories { name: Name { name }, search, kind, by_date, ascending } => {
            let what = format!("repositories of {name}");
            let hint = absent(&name);
            let request = ListOrganizationRepositories::builder(name)
                .maybe_search(search)
                .maybe_repo_type(kind.map(RepoKind::wire))
                .maybe_sort(by_date.then_some(OwnRepoSort::UpdatedAt))
                .maybe_direction(ascending.then_some(Direction::Ascending))
                .build();
            hub::list(context, &OWN_REPO, &what, request, &hint)
        }
        Action::SetRole(args) => roles::set_role(args, context),
        Action::Invite(args) => roles::invite(args, context),
        Action::Remove(args) => roles::remove(args, context),
        Action::Network(args) => network::run(args, context),
    }
}
