//! `orgs`: profiles, members and followers as the Hub shows them now.

use clap::Subcommand;
use hubfolk::activity::ActivityReader;
use hubfolk_api::organizations::{
    GetOrganizationOverview, ListOrganizationFollowers, ListOrganizationMembers,
};

use crate::context::Context;
use crate::error::Exit;
use crate::facts::{MEMBER, ORGANIZATION, PUBLIC_USER};
use crate::names;

use super::{activity, hub};

/// Arguments of `orgs`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What the Hub shows right now; `hubfolk members` asks the ledger, which also knows the past.

Examples:
  hubfolk orgs show acme
  hubfolk orgs members acme --search ada
  hubfolk orgs followers acme --format ndjson | wc -l")]
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
    }
}
