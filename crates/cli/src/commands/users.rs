//! `users`: profiles, followers, following, likes.

use clap::Subcommand;
use hubfolk::activity::ActivityReader;
use hubfolk_api::users::{GetUserOverview, ListLikedRepos, ListUserFollowers, ListUserFollowing};

use crate::context::Context;
use crate::error::Exit;
use crate::facts::{LIKE, PUBLIC_USER, USER};
use crate::names;

use super::{activity, hub};

/// Arguments of `users`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hubfolk users show julien-c
  hubfolk users followers ada --format csv > followers.csv
  hubfolk users likes ada --limit 20 --fields repo
  hubfolk users activity ada --since 2w")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show a user's profile and counters
    Show(Name),
    /// List who follows a user
    Followers(Name),
    /// List whom a user follows
    Following(Name),
    /// List the public repositories a user likes, newest first
    Likes(Name),
    /// List what a user did lately: likes, repositories created and changed
    Activity {
        #[command(flatten)]
        name: Name,
        #[command(flatten)]
        wanted: activity::Wanted,
    },
}

#[derive(Debug, clap::Args)]
struct Name {
    /// Name of the user
    #[arg(value_name = "USER", value_parser = names::user)]
    name: String,
}

/// What to try when there is no such user.
fn absent(name: &str) -> String {
    format!("check the spelling; if it is an organization: `hubfolk orgs show {name}`")
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Show(Name { name }) => {
            let hint = absent(&name);
            hub::show(context, &USER, GetUserOverview::new(name), &hint)
        }
        Action::Followers(Name { name }) => {
            let what = format!("followers of {name}");
            let hint = absent(&name);
            hub::list(context, &PUBLIC_USER, &what, ListUserFollowers::new(name), &hint)
        }
        Action::Following(Name { name }) => {
            let what = format!("followed by {name}");
            let hint = absent(&name);
            hub::list(context, &PUBLIC_USER, &what, ListUserFollowing::new(name), &hint)
        }
        Action::Activity { name: Name { name }, wanted } => {
            let hint = absent(&name);
            let begin = |hub: &_, query| ActivityReader::of_user(hub, &name, query);
            activity::run(wanted, begin, &hint, context)
        }
        Action::Likes(Name { name }) => {
            let what = format!("likes of {name}");
            let hint = absent(&name);
            hub::list(context, &LIKE, &what, ListLikedRepos::new(name), &hint)
        }
    }
}
