//! `repos list` and `repos mine`: repositories by owner.

use std::pin::pin;

use clap::ValueEnum;
use futures_util::{Stream, StreamExt};
use hubfolk::Hub;
use hubfolk_api::repos::{
    Datasets, Direction, Kernels, ListRepos, ListUserRepos, ListedType, Models, OwnRepoSort,
    RepoInfo, RepoSort, RepoType, Spaces,
};
use serde_json::Value;

use crate::context::{Caps, Context};
use crate::error::Exit;
use crate::facts::{OWN_REPO, REPO};
use crate::names;
use crate::output::Rows;
use crate::progress::Progress;

use super::super::hub;
use super::super::target::RepoKind;

/// Most repositories that are asked for at once.
const PAGE: u64 = 1000;

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// User or organization
    #[arg(value_name = "OWNER", value_parser = names::user)]
    owner: String,
    /// Only this type [default: models, datasets, Spaces and kernels, in this order]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<RepoKind>,
    /// Only those whose name has this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// What comes first [default: last-modified]
    #[arg(long, value_name = "ORDER", default_value = "last-modified", hide_default_value = true)]
    sort: Sort,
    /// Only those with a gate
    #[arg(long)]
    gated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    LastModified,
    CreatedAt,
    Trending,
    Downloads,
    Likes,
}

impl Sort {
    fn wire(self) -> RepoSort {
        match self {
            Self::LastModified => RepoSort::LastModified,
            Self::CreatedAt => RepoSort::CreatedAt,
            Self::Trending => RepoSort::TrendingScore,
            Self::Downloads => RepoSort::Downloads,
            Self::Likes => RepoSort::Likes,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Mine {
    /// Only this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<RepoKind>,
    /// Only those whose name has this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// What comes first: the largest, or the last changed [default: storage]
    #[arg(long, value_name = "ORDER")]
    sort: Option<OwnSort>,
    /// The other end first
    #[arg(long)]
    reverse: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OwnSort {
    Storage,
    UpdatedAt,
}

pub(super) fn mine(mine: Mine, context: &Context) -> anyhow::Result<Exit> {
    let request = ListUserRepos::builder()
        .maybe_repo_type(mine.kind.map(RepoKind::wire))
        .maybe_search(mine.search)
        .maybe_sort(mine.sort.map(|sort| match sort {
            OwnSort::Storage => OwnRepoSort::Storage,
            OwnSort::UpdatedAt => OwnRepoSort::UpdatedAt,
        }))
        .maybe_direction(mine.reverse.then_some(Direction::Ascending))
        .build();
    hub::list(context, &OWN_REPO, "repositories", request, "")
}

/// A list of one type with the name of the type.
type Listed = (RepoType, std::pin::Pin<Box<dyn Stream<Item = Result<RepoInfo, hubfolk::Error>>>>);

pub(super) fn list(list: &List, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&REPO.shape())?;
    let wanted = |kind| list.kind.is_none_or(|wanted| wanted == kind);
    if context.global.dry_run {
        let mut plan = Vec::new();
        if wanted(RepoKind::Model) {
            plan.push(hub::planned(&list.request::<Models>(context))?);
        }
        if wanted(RepoKind::Dataset) {
            plan.push(hub::planned(&list.request::<Datasets>(context))?);
        }
        if wanted(RepoKind::Space) {
            plan.push(hub::planned(&list.request::<Spaces>(context))?);
        }
        if wanted(RepoKind::Kernel) {
            plan.push(hub::planned(&list.request::<Kernels>(context))?);
        }
        hub::print_plan(context, &plan)?;
        return Ok(Exit::Done);
    }
    let what = format!("repositories of {}", list.owner);
    let progress = Progress::counting(&what, context.shows_progress());
    let hub = context.hub_capped(&Caps { progress: Some(progress.clone()), ..Caps::default() })?;
    let mut all: Vec<Listed> = Vec::new();
    if wanted(RepoKind::Model) {
        all.push(list.of::<Models>(&hub, context));
    }
    if wanted(RepoKind::Dataset) {
        all.push(list.of::<Datasets>(&hub, context));
    }
    if wanted(RepoKind::Space) {
        all.push(list.of::<Spaces>(&hub, context));
    }
    if wanted(RepoKind::Kernel) {
        all.push(list.of::<Kernels>(&hub, context));
    }
    let mut rows = context.output.list(&REPO.shape())?;
    let result = context.block_on(print(all, &mut rows, &progress, context));
    progress.end();
    result?;
    if rows.count() == 0 && context.output.terminal {
        context.note("nothing to show");
    }
    rows.finish()?;
    Ok(Exit::Done)
}

async fn print(
    all: Vec<Listed>,
    rows: &mut Rows,
    progress: &Progress,
    context: &Context,
) -> anyhow::Result<()> {
    for (kind, repos) in all {
        let mut repos = pin!(repos);
        while let Some(repo) = repos.next().await {
            // A list does not say its type, and here several follow each other.
            let mut repo = serde_json::to_value(repo?)?;
            repo["type"] = Value::String(kind.as_str().to_owned());
            let row = REPO.facts(&repo)?;
            progress.one();
            let flow = if context.output.terminal {
                progress.aside(|| rows.push(&row))
            } else {
                rows.push(&row)
            };
            if flow?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl List {
    fn request<K: ListedType>(&self, context: &Context) -> ListRepos<K> {
        let limit = context.global.limit.map_or(PAGE, |limit| limit.min(PAGE));
        let fields = ["author", "private", "likes", "createdAt", "lastModified", "tags"];
        let more: &[&str] = match K::TYPE {
            RepoType::Space => &["sdk"],
            _ => &["gated", "downloads"],
        };
        ListRepos::<K>::builder()
            .author(&self.owner)
            .maybe_search(self.search.clone())
            .maybe_gated(self.gated.then_some(true))
            .sort(self.sort.wire())
            .maybe_limit(u32::try_from(limit).ok())
            .expand(fields.iter().chain(more).map(|field| (*field).to_owned()).collect::<Vec<_>>())
            .build()
    }

    fn of<K: ListedType>(&self, hub: &Hub, context: &Context) -> Listed {
        (K::TYPE, Box::pin(hub.list(self.request::<K>(context))))
    }
}
