//! What `groups` changes.

use clap::{Args, ValueEnum};
use hubfolk_api::resource_groups::{
    AddResourceGroupUsers, AutoJoin, AutoJoinScope, ChangeResourceGroupUserRole,
    CreateResourceGroup, DeleteResourceGroup, GroupRepository, GroupUser, RemoveResourceGroupUser,
    SpendLimits, UpdateResourceGroup, UpdateResourceGroupSettings,
};

use super::{Group, Org, called, read};
use crate::commands::hub;
use crate::commands::role::{RoleWord, WithRole, with_role};
use crate::commands::target::resolve_kind;
use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::RESOURCE_GROUP_PAGE;
use crate::names::{self, RepoName};

#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    org: Org,
    /// Name of the group, 1 to 200 characters
    #[arg(value_name = "NAME")]
    name: String,
    /// What it is for, at most 500 characters
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A member who is in it from the start; repeatable
    #[arg(long, value_name = "USER=ROLE", value_parser = with_role)]
    user: Vec<WithRole>,
    /// A repository that is in it from the start, as in acme/m or datasets/acme/d; repeatable
    #[arg(long, value_name = "REPO", value_parser = names::repo)]
    repo: Vec<RepoName>,
    /// New members of the organization join with this role
    #[arg(long, value_name = "ROLE")]
    auto_join: Option<RoleWord>,
}

#[derive(Debug, Args)]
pub(super) struct Update {
    #[command(flatten)]
    group: Group,
    /// Name of the group, 1 to 200 characters
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it is for, at most 500 characters
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Most it may spend in a month, in cents
    #[arg(long, value_name = "CENTS", conflicts_with = "no_spend_limit")]
    spend_limit: Option<u64>,
    /// It may spend without limit
    #[arg(long)]
    no_spend_limit: bool,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    #[command(flatten)]
    group: Group,
}

#[derive(Debug, Args)]
pub(super) struct AutoJoinArgs {
    #[command(flatten)]
    group: Group,
    /// They join with this role
    #[arg(long, value_name = "ROLE", required_unless_present = "off")]
    role: Option<RoleWord>,
    /// Which of them
    #[arg(long, value_name = "WHO", default_value = "all", conflicts_with = "off")]
    scope: Scope,
    /// They do not join by themselves
    #[arg(long, conflicts_with = "role")]
    off: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Scope {
    /// All of them
    All,
    /// Those who have at least the read role
    ReadPlus,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    group: Group,
    /// Who, with which role
    #[arg(value_name = "USER=ROLE", required = true, value_parser = with_role)]
    users: Vec<WithRole>,
}

#[derive(Debug, Args)]
pub(super) struct SetRole {
    #[command(flatten)]
    user: User,
    /// Role in the group
    #[arg(value_name = "ROLE")]
    role: RoleWord,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    user: User,
}

#[derive(Debug, Args)]
struct User {
    #[command(flatten)]
    group: Group,
    /// Name of the user
    #[arg(value_name = "USER", value_parser = names::user)]
    user: String,
}

fn users(wanted: Vec<WithRole>) -> Vec<GroupUser> {
    wanted.into_iter().map(|user| GroupUser::new(user.name, user.role)).collect()
}

pub(super) fn create(args: Create, context: &Context) -> anyhow::Result<Exit> {
    let repos: Result<Vec<GroupRepository>, _> = args
        .repo
        .iter()
        .map(|repo| Ok(GroupRepository::new(resolve_kind(repo, None)?, &repo.id)))
        .collect::<Result<_, crate::error::Stop>>();
    let request = CreateResourceGroup::builder(args.org.org, args.name)
        .maybe_description(args.description)
        .users(users(args.user))
        .repos(repos?)
        .maybe_auto_join(args.auto_join.map(AutoJoin::on))
        .build();
    hub::show(context, &RESOURCE_GROUP_PAGE, request, "")
}

pub(super) fn update(args: Update, context: &Context) -> anyhow::Result<Exit> {
    let limits = match (args.spend_limit, args.no_spend_limit) {
        (Some(cents), _) => Some(SpendLimits::total(Some(cents))),
        (None, true) => Some(SpendLimits::total(None)),
        (None, false) => None,
    };
    if args.name.is_none() && args.description.is_none() && limits.is_none() {
        return Err(usage("there is nothing to change")
            .hint("give --name, --description, --spend-limit or --no-spend-limit")
            .into());
    }
    let (org, id) = args.group.resolve(context)?;
    let request = UpdateResourceGroup::builder(org, id)
        .maybe_name(args.name)
        .maybe_description(args.description)
        .maybe_spend_limits(limits)
        .build();
    hub::show(context, &RESOURCE_GROUP_PAGE, request, "")
}

pub(super) fn delete(args: Delete, context: &Context) -> anyhow::Result<Exit> {
    let (org, id) = args.group.resolve(context)?;
    let question = match context.global.dry_run {
        true => String::new(),
        false => {
            let group = read(context, &org, &id)?;
            let users = group.users.as_ref().map_or(0, Vec::len);
            let things = group.resources.as_ref().map_or(0, Vec::len);
            format!(
                "Delete the resource group {} of {org}? Its {users} users lose the access it gave, \
                 and its {things} repositories open to all members of {org} by their roles.",
                called(&group)
            )
        }
    };
    if hub::confirmed(context, &question, DeleteResourceGroup::new(org, id))?.is_some() {
        context.note("deleted");
    }
    Ok(Exit::Done)
}

pub(super) fn auto_join(args: AutoJoinArgs, context: &Context) -> anyhow::Result<Exit> {
    let (org, id) = args.group.resolve(context)?;
    let auto_join = match args.role {
        Some(role) => AutoJoin::on(role).scope(match args.scope {
            Scope::All => AutoJoinScope::All,
            Scope::ReadPlus => AutoJoinScope::ReadPlus,
        }),
        None => AutoJoin::off(),
    };
    let request = UpdateResourceGroupSettings::new(org, id, auto_join);
    hub::show(context, &RESOURCE_GROUP_PAGE, request, "")
}

pub(super) fn add(args: Add, context: &Context) -> anyhow::Result<Exit> {
    let (org, id) = args.group.resolve(context)?;
    let request = AddResourceGroupUsers::new(org, id, users(args.users));
    hub::show(context, &RESOURCE_GROUP_PAGE, request, "")
}

pub(super) fn set_role(args: SetRole, context: &Context) -> anyhow::Result<Exit> {
    let (org, id) = args.user.group.resolve(context)?;
    let request = ChangeResourceGroupUserRole::new(org, id, args.user.user, args.role);
    hub::show(context, &RESOURCE_GROUP_PAGE, request, "")
}

pub(super) fn remove(args: Remove, context: &Context) -> anyhow::Result<Exit> {
    let user = args.user.user;
    let group = args.user.group.group.clone();
    let (org, id) = args.user.group.resolve(context)?;
    context.output.check(&RESOURCE_GROUP_PAGE.shape())?;
    let question = format!(
        "Take {user} out of the resource group {group} of {org}? {user} loses the access it gave."
    );
    let request = RemoveResourceGroupUser::new(org, id, user);
    if let Some(group) = hub::confirmed(context, &question, request)? {
        let kind = &RESOURCE_GROUP_PAGE;
        context.output.one_shaped(&kind.shape(), &kind.facts(&group)?)?;
    }
    Ok(Exit::Done)
}
