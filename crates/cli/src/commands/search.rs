//! `search`: people, organizations and what they make, by name.

use clap::ValueEnum;
use hubfolk_api::quicksearch::{Found, QuickSearch, SearchType};
use serde::Serialize;

use crate::context::Context;
use crate::error::Exit;
use crate::names;
use crate::output::Row;

use super::hub;

/// Most results of one type that the Hub gives.
const MOST: u32 = 20;

/// Arguments of `search`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The Hub's quick search: at most 20 results of each type. It is the only public search for people.

Examples:
  hubfolk search ada --type user
  hubfolk search tide --type model --type dataset --owner meridian-labs
  hubfolk search acme --format json")]
pub(crate) struct Args {
    /// What to search for
    #[arg(value_name = "TEXT")]
    text: String,
    /// Only this type; repeatable
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<Type>,
    /// Only what belongs to this user or organization
    #[arg(long, value_name = "NAME", value_parser = names::user)]
    owner: Option<String>,
    /// A name or id to leave out; repeatable
    #[arg(long, value_name = "NAME")]
    exclude: Vec<String>,
    /// With people who are invited and have not joined yet
    #[arg(long)]
    invitees: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Type {
    User,
    Org,
    Model,
    Dataset,
    Space,
    Kernel,
    Bucket,
    Paper,
    Collection,
}

impl Type {
    fn wire(self) -> SearchType {
        match self {
            Self::User => SearchType::User,
            Self::Org => SearchType::Organization,
            Self::Model => SearchType::Model,
            Self::Dataset => SearchType::Dataset,
            Self::Space => SearchType::Space,
            Self::Kernel => SearchType::Kernel,
            Self::Bucket => SearchType::Bucket,
            Self::Paper => SearchType::Paper,
            Self::Collection => SearchType::Collection,
        }
    }
}

/// One thing that was found.
#[derive(Debug, Serialize)]
struct Hit {
    #[serde(rename = "type")]
    found_type: &'static str,
    name: String,
    title: Option<String>,
    id: Option<String>,
    private: Option<bool>,
}

impl Row for Hit {
    const FIELDS: &'static [&'static str] = &["type", "name", "title", "id", "private"];
    const COLUMNS: &'static [&'static str] = &["type", "name", "title"];
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Hit::shape())?;
    let limit =
        context.global.limit.map_or(MOST, |limit| u32::try_from(limit).unwrap_or(MOST).min(MOST));
    let request = QuickSearch::builder(args.text)
        .types(args.types.into_iter().map(Type::wire).collect::<Vec<_>>())
        .limit(limit)
        .maybe_namespace(args.owner)
        .exclude(args.exclude)
        .maybe_include_invitees(args.invitees.then_some(true))
        .build();
    let Some(found) = hub::call(context, request)? else { return Ok(Exit::Done) };
    let mut rows = context.output.list(&Hit::shape())?;
    for row in results(found) {
        if rows.push(&row)?.is_break() {
            break;
        }
    }
    if rows.count() == 0 && context.output.terminal {
        context.note("nothing to show");
    }
    rows.finish()?;
    Ok(Exit::Done)
}

/// People first: they are what no other search finds.
fn results(found: Found) -> Vec<Hit> {
    let mut results = Vec::new();
    results.extend(found.users.into_iter().map(|user| Hit {
        found_type: "user",
        name: user.username,
        title: user.fullname,
        id: Some(user.id),
        private: None,
    }));
    results.extend(found.orgs.into_iter().map(|org| Hit {
        found_type: "org",
        name: org.name,
        title: org.fullname,
        id: Some(org.id),
        private: None,
    }));
    for (found_type, repos) in [
        ("model", found.models),
        ("dataset", found.datasets),
        ("space", found.spaces),
        ("kernel", found.kernels),
        ("bucket", found.buckets),
        ("paper", found.papers),
    ] {
        results.extend(repos.into_iter().map(|repo| Hit {
            found_type,
            name: repo.id,
            title: None,
            id: None,
            private: repo.private,
        }));
    }
    results.extend(found.collections.into_iter().map(|collection| Hit {
        found_type: "collection",
        name: collection.id.clone(),
        title: collection.title,
        id: Some(collection.id),
        private: None,
    }));
    results
}
