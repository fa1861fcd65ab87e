//! `repos settings`, `repos group` and `repos copy`: what a repository is set to.

use clap::ValueEnum;
use hubfolk_api::id;
use hubfolk_api::repos::{
    DiscussionsSorting, DuplicateRepo, Gated, GetRepoResourceGroup, NotificationsMode,
    SetRepoResourceGroup, UpdateRepoSettings, Visibility,
};

use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::REPO_GROUP;
use crate::names::{self, RepoName};
use crate::output::Row;

use super::super::hub;
use super::super::target::{RepoArgs, web_path};
use super::Outcome;

#[derive(Debug, clap::Args)]
pub(super) struct Settings {
    #[command(flatten)]
    repo: RepoArgs,
    /// Who may see it; protected is for Spaces, whose files stay private
    #[arg(long, value_name = "WHO")]
    visibility: Option<Who>,
    /// Whether people must ask for access: whoever asks gets it (auto), or somebody decides
    #[arg(long, value_name = "GATE")]
    gated: Option<Gate>,
    /// Whether members of the owning organization must ask too
    #[arg(long, value_name = "TRUE|FALSE")]
    gate_members: Option<bool>,
    /// Address that hears of requests for access
    #[arg(long, value_name = "EMAIL")]
    notify: Option<String>,
    /// How it hears of them
    #[arg(long, value_name = "MODE")]
    notify_mode: Option<Mode>,
    /// Whether discussions and pull requests are possible
    #[arg(long, value_name = "TRUE|FALSE")]
    discussions: Option<bool>,
    /// Which discussions come first
    #[arg(long, value_name = "ORDER")]
    sort_discussions: Option<Sorting>,
    /// Open the settings in the browser
    #[arg(long)]
    web: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Who {
    Public,
    Private,
    Protected,
}

impl Who {
    fn wire(self) -> Visibility {
        match self {
            Self::Public => Visibility::Public,
            Self::Private => Visibility::Private,
            Self::Protected => Visibility::Protected,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gate {
    /// Nobody needs to ask
    No,
    /// Whoever asks gets access
    Auto,
    /// Somebody decides
    Manual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Bulk,
    RealTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sorting {
    RecentlyCreated,
    Trending,
    Reactions,
}

pub(super) fn settings(args: Settings, context: &Context) -> anyhow::Result<Exit> {
    let (kind, id) = args.repo.resolve()?;
    if args.web {
        context.open_web(&format!("{}/settings", web_path(&kind, &id)))?;
        return Ok(Exit::Done);
    }
    let nothing = UpdateRepoSettings::builder(kind.clone(), &id).build();
    let request = UpdateRepoSettings::builder(kind.clone(), &id)
        .maybe_visibility(args.visibility.map(Who::wire))
        .maybe_gated(args.gated.map(|gate| match gate {
            Gate::No => Gated::No,
            Gate::Auto => Gated::Auto,
            Gate::Manual => Gated::Manual,
        }))
        .maybe_org_members_gated(args.gate_members)
        .maybe_gated_notifications_email(args.notify)
        .maybe_gated_notifications_mode(args.notify_mode.map(|mode| match mode {
            Mode::Bulk => NotificationsMode::Bulk,
            Mode::RealTime => NotificationsMode::RealTime,
        }))
        .maybe_discussions_disabled(args.discussions.map(|on| !on))
        .maybe_discussions_sorting(args.sort_discussions.map(|sorting| match sorting {
            Sorting::RecentlyCreated => DiscussionsSorting::RecentlyCreated,
            Sorting::Trending => DiscussionsSorting::Trending,
            Sorting::Reactions => DiscussionsSorting::Reactions,
        }))
        .build();
    if request == nothing {
        return Err(usage("there is nothing to change, so nothing was sent")
            .hint("name a setting, as in --gated manual; the Hub shows them on the web only: --web")
            .into());
    }
    context.output.check(&Outcome::shape())?;
    if hub::call(context, request)?.is_some() {
        context.output.one(&Outcome { repo: id, repo_type: kind.to_string(), result: "saved" })?;
    }
    Ok(Exit::Done)
}

#[derive(Debug, clap::Args)]
pub(super) struct Group {
    #[command(flatten)]
    repo: RepoArgs,
    /// Put it into this group, by id
    #[arg(long, value_name = "ID", conflicts_with = "clear", value_parser = group_id)]
    set: Option<String>,
    /// Take it out of its group
    #[arg(long)]
    clear: bool,
}

fn group_id(text: &str) -> Result<String, String> {
    id::object_id("resource group id", text).map(|()| text.to_owned()).map_err(|bad| bad.rule)
}

pub(super) fn group(args: Group, context: &Context) -> anyhow::Result<Exit> {
    let (kind, id) = args.repo.resolve()?;
    if args.set.is_none() && !args.clear {
        context.output.check(&REPO_GROUP.shape())?;
        let asked = hub::call(context, GetRepoResourceGroup::new(kind, &id))?;
        match asked {
            Some(Some(group)) => {
                context.output.one_shaped(&REPO_GROUP.shape(), &REPO_GROUP.facts(&group)?)?;
            }
            Some(None) => context.note(&format!("{id} is in no resource group")),
            None => {}
        }
        return Ok(Exit::Done);
    }
    context.output.check(&Outcome::shape())?;
    let result = if args.clear { "in no group" } else { "grouped" };
    if hub::call(context, SetRepoResourceGroup::new(kind.clone(), &id, args.set))?.is_some() {
        context.output.one(&Outcome { repo: id, repo_type: kind.to_string(), result })?;
    }
    Ok(Exit::Done)
}

#[derive(Debug, clap::Args)]
pub(super) struct Copy {
    #[command(flatten)]
    repo: RepoArgs,
    /// Id of the copy, owner/name
    #[arg(value_name = "TO", value_parser = names::repo)]
    to: RepoName,
    /// Who may see the copy [default: as the original]
    #[arg(long, value_name = "WHO")]
    visibility: Option<Who>,
    /// Resource group of the copy, by id
    #[arg(long, value_name = "ID", value_parser = group_id)]
    group: Option<String>,
}

pub(super) fn copy(args: Copy, context: &Context) -> anyhow::Result<Exit> {
    let (kind, id) = args.repo.resolve()?;
    let request = DuplicateRepo::builder(kind.clone(), id, &args.to.id)
        .maybe_visibility(args.visibility.map(Who::wire))
        .maybe_resource_group_id(args.group)
        .build();
    context.output.check(&Outcome::shape())?;
    if hub::call(context, request)?.is_some() {
        let repo_type = kind.to_string();
        context.output.one(&Outcome { repo: args.to.id, repo_type, result: "copied" })?;
    }
    Ok(Exit::Done)
}
