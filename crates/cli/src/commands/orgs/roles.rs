//! `orgs set-role`, `invite`, `remove`: what members may do, and who is one.

use hubfolk_api::Endpoint;
use hubfolk_api::organizations::{
    ChangeOrganizationMemberRole, InviteOrganizationMember, RemoveOrganizationMember,
    ResourceGroupRole,
};
use serde::Serialize;

use crate::commands::role::{RoleWord, WithRole, with_role};
use crate::commands::{groups, hub};
use crate::context::{Caps, Context};
use crate::error::{Exit, usage};
use crate::names;
use crate::output::Row;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The Hub sets role and groups together and takes whoever it sets a role for out of every group that is
not named. So the groups of today are read first and kept, unless --only-groups says otherwise.

Examples:
  hubfolk orgs set-role acme ada write
  hubfolk orgs set-role acme ada read --group research=write
  hubfolk orgs set-role acme ada read --only-groups --group research=read
  hubfolk orgs set-role acme ada write --dry-run")]
pub(super) struct SetRole {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// Name of the member
    #[arg(value_name = "USER", value_parser = names::user)]
    user: String,
    /// Role in the organization
    #[arg(value_name = "ROLE")]
    role: RoleWord,
    /// Also put the member into this group, by id or name, or change the role there; repeatable
    #[arg(long = "group", value_name = "GROUP=ROLE", value_parser = with_role)]
    groups: Vec<WithRole>,
    /// Keep the other groups of the member, which is what happens anyway
    #[arg(long, conflicts_with = "only_groups")]
    keep_groups: bool,
    /// Leave every group that is not given with --group
    #[arg(long)]
    only_groups: bool,
}

/// What a change of a role prints.
#[derive(Debug, Serialize)]
struct Changed {
    organization: String,
    username: String,
    role: String,
    groups: Vec<ResourceGroupRole>,
}

impl Row for Changed {
    const FIELDS: &'static [&'static str] = &["organization", "username", "role", "groups"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

pub(super) fn set_role(args: SetRole, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Changed::shape())?;
    let mut wanted: Vec<ResourceGroupRole> = Vec::new();
    for group in args.groups {
        let id = groups::resolve(context, &args.org, &group.name)?;
        wanted.push(ResourceGroupRole::new(id, group.role));
    }
    let member = context.hub()?.organization(&args.org).member(&args.user);
    let (mut change, mut left) = if args.only_groups {
        let groups = context.block_on(async { Ok(member.groups().await?) })?;
        let left = groups.len() - groups.iter().filter(|own| is_in(&wanted, own)).count();
        let change =
            ChangeOrganizationMemberRole::new(&args.org, &args.user, args.role, Vec::new());
        (change, left)
    } else {
        let change = context.block_on(async { Ok(member.role_change(args.role).await?) })?;
        (change, 0)
    };
    change.resource_groups.retain(|own| !is_in(&wanted, own));
    change.resource_groups.extend(wanted);
    if context.global.dry_run {
        left = 0;
    }
    let row = Changed {
        organization: args.org,
        username: change.username.clone(),
        role: change.role.to_string(),
        groups: change.resource_groups.clone(),
    };
    let done = if left == 0 {
        hub::call(context, change)?
    } else {
        let question = format!(
            "Set the role of {} to {} and take {} out of {left} resource groups?",
            row.username, row.role, row.username
        );
        hub::confirmed(context, &question, change)?
    };
    if done.is_some() {
        context.output.one(&row)?;
    }
    Ok(Exit::Done)
}

fn is_in(groups: &[ResourceGroupRole], one: &ResourceGroupRole) -> bool {
    groups.iter().any(|group| group.id == one.id)
}

/// Says that the operation may be one that the Hub does not have.
#[derive(Debug, clap::Args)]
struct Experimental {
    /// Try it, although nobody can say whether the Hub offers it
    #[arg(long)]
    experimental: bool,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("whom").required(true))]
pub(super) struct Invite {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// Name of the user
    #[arg(value_name = "USER", value_parser = names::user, group = "whom")]
    user: Option<String>,
    /// Write to this address in place of a user
    #[arg(long, value_name = "ADDRESS", group = "whom")]
    email: Option<String>,
    /// Role the person gets
    #[arg(long, value_name = "ROLE", default_value = "read")]
    role: RoleWord,
    #[command(flatten)]
    experimental: Experimental,
}

pub(super) fn invite(args: Invite, context: &Context) -> anyhow::Result<Exit> {
    let request = match (args.user, args.email) {
        (Some(user), _) => InviteOrganizationMember::user(args.org, user, args.role),
        (None, email) => {
            InviteOrganizationMember::email(args.org, email.unwrap_or_default(), args.role)
        }
    };
    hub::planned(&request)?;
    attempt(context, args.experimental.experimental, request, "invited")
}

#[derive(Debug, clap::Args)]
pub(super) struct Remove {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// Name of the member
    #[arg(value_name = "USER", value_parser = names::user)]
    user: String,
    #[command(flatten)]
    experimental: Experimental,
}

pub(super) fn remove(args: Remove, context: &Context) -> anyhow::Result<Exit> {
    let question = format!(
        "Remove {} from {}? {} loses all access that came with the membership, and comes back only \
         by a new invitation.",
        args.user, args.org, args.user
    );
    let request = RemoveOrganizationMember::new(args.org, args.user);
    if args.experimental.experimental && !context.global.dry_run {
        hub::planned(&request)?;
        context.confirm(&question)?;
    }
    attempt(context, args.experimental.experimental, request, "removed")
}

/// Does what the Hub may not offer, if somebody said so.
fn attempt<E: Endpoint>(
    context: &Context,
    allowed: bool,
    request: E,
    done: &str,
) -> anyhow::Result<Exit> {
    if context.global.dry_run {
        hub::dry_run(context, &request)?;
        return Ok(Exit::Done);
    }
    if !allowed {
        let known_from = E::OPERATION.experimental.unwrap_or_default();
        return Err(usage(format!("this is experimental: it is {known_from}"))
            .hint("add --experimental to try it, or do it on the members page of the organization")
            .into());
    }
    let hub = context.hub_capped(&Caps { experimental: true, ..Caps::default() })?;
    context.block_on(async { Ok(hub.send(request).await?) })?;
    context.note(done);
    Ok(Exit::Done)
}
