//! `groups`: resource groups of an organization, and who is in them.

mod changes;

use clap::Subcommand;
use futures_util::TryStreamExt;
use hubfolk_api::resource_groups::{GetResourceGroup, ListResourceGroups, ResourceGroup};

use self::changes::{Add, AutoJoinArgs, Create, Delete, Remove, SetRole, Update};
use super::hub;
use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::facts::{RESOURCE_GROUP, RESOURCE_GROUP_PAGE};
use crate::names;

/// Arguments of `groups`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A group goes by its id or, where it is the only one, by its name. A repository in a group is closed
to the organization's other members. `hubfolk orgs set-role` changes a member's groups all at once.

Examples:
  hubfolk groups list acme
  hubfolk groups show acme research
  hubfolk groups create acme research --description \"Before release\" --user ada=write
  hubfolk groups add acme research bob=read cleo=read
  hubfolk groups set-role acme research bob write
  hubfolk groups auto-join acme research --role read
  hubfolk groups delete acme research")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the groups that your token may see
    List(Org),
    /// Show a group with its users and repositories
    Show(Group),
    /// Make a group
    Create(Create),
    /// Change name, description or spending limit
    Update(Update),
    /// Delete a group; its users lose the access it gave
    Delete(Delete),
    /// Set whether new members of the organization join by themselves
    AutoJoin(AutoJoinArgs),
    /// Add members of the organization
    Add(Add),
    /// Change the role of a user in the group
    SetRole(SetRole),
    /// Take a user out of the group
    Remove(Remove),
}

/// The organization that a command is about.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Org {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    pub(super) org: String,
}

/// The group that a command is about.
#[derive(Debug, Clone, clap::Args)]
struct Group {
    #[command(flatten)]
    org: Org,
    /// The group, by id or name
    #[arg(value_name = "GROUP")]
    group: String,
}

impl Group {
    /// Organization and id.
    fn resolve(self, context: &Context) -> anyhow::Result<(String, String)> {
        let id = resolve(context, &self.org.org, &self.group)?;
        Ok((self.org.org, id))
    }
}

/// The id of a group that is given by id or name.
pub(super) fn resolve(context: &Context, org: &str, group: &str) -> anyhow::Result<String> {
    if hubfolk_api::id::object_id("resource group id", group).is_ok() {
        return Ok(group.to_owned());
    }
    let hub = context.hub()?;
    let groups: Vec<ResourceGroup> = context
        .block_on(async { Ok(hub.list(ListResourceGroups::new(org)).try_collect().await?) })?;
    let named: Vec<&ResourceGroup> =
        groups.iter().filter(|known| known.name.as_deref() == Some(group)).collect();
    match named.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(Stop::new(
            Exit::NotFound,
            "not_found",
            format!("`{org}` has no resource group `{}` that you may see", group.escape_debug()),
        )
        .hint(format!("`hubfolk groups list {org}` shows them; the name is case-sensitive"))
        .into()),
        several => {
            let ids: Vec<&str> = several.iter().map(|group| group.id.as_str()).collect();
            Err(usage(format!("{} groups are called `{}`", ids.len(), group.escape_debug()))
                .hint(format!("give one of the ids: {}", ids.join(", ")))
                .into())
        }
    }
}

/// Reads a group, in a dry run too.
fn read(context: &Context, org: &str, id: &str) -> anyhow::Result<ResourceGroup> {
    let hub = context.hub()?;
    let request = GetResourceGroup::new(org, id);
    context.block_on(async { Ok(hub.send(request).await?) })
}

/// How a question names a group.
fn called(group: &ResourceGroup) -> String {
    group.name.clone().unwrap_or_else(|| group.id.clone())
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(Org { org }) => {
            let what = format!("resource groups of {org}");
            hub::list(context, &RESOURCE_GROUP, &what, ListResourceGroups::new(org), "")
        }
        Action::Show(group) => {
            let (org, id) = group.resolve(context)?;
            hub::show(context, &RESOURCE_GROUP_PAGE, GetResourceGroup::new(org, id), "")
        }
        Action::Create(args) => changes::create(args, context),
        Action::Update(args) => changes::update(args, context),
        Action::Delete(args) => changes::delete(args, context),
        Action::AutoJoin(args) => changes::auto_join(args, context),
        Action::Add(args) => changes::add(args, context),
        Action::SetRole(args) => changes::set_role(args, context),
        Action::Remove(args) => changes::remove(args, context),
    }
}
