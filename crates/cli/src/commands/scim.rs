//! `scim`: what an organization's identity provider has set up.

use std::pin::pin;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use futures_util::TryStreamExt;
use hubfolk_api::id;
use hubfolk_api::scim::{
    CreateScimGroup, CreateScimUser, DeleteScimGroup, GetScimGroup, GetScimSchema,
    GetScimServiceProviderConfig, GetScimUser, ListScimGroups, ListScimResourceTypes,
    ListScimSchemas, ListScimUsers, RemoveScimUser, ReplaceScimGroup, ReplaceScimUser,
    ScimAttribute, ScimGroup, ScimGroupChange, ScimMember, ScimNewEmail, ScimNewName, ScimTree,
    ScimUserChange, UpdateScimGroup, UpdateScimUser,
};

use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::facts::{Kind, SCIM_GROUP, SCIM_USER};
use crate::names;

use super::{api, hub};

/// What to check when the Hub refuses.
const TOKEN: &str = "SCIM wants a token of its own: an administrator makes one in the settings of \
                     the organization, under Single Sign-On; the token of a person is refused";

/// Arguments of `scim`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
SCIM has a token of its own, which an administrator makes in the settings of the organization. The
token of a person is refused here, and the SCIM token everywhere else: give it with --token-file or
HF_TOKEN. --tree managed is for organizations that own their members' accounts, basic for those whose
members bring their own.

Deactivating takes all access away and can be taken back. Deleting a managed user would delete the
person's account for good, with everything in it; hubfolk cannot do that, on purpose.

Examples:
  hubfolk scim users list acme --token-file scim.token
  hubfolk scim users deactivate acme bob
  hubfolk scim groups list acme --tree basic
  hubfolk scim groups add acme research bob cleo")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// People: list, show, let in, keep out
    #[command(subcommand)]
    Users(Users),
    /// Groups: list, show, fill, empty
    #[command(subcommand)]
    Groups(Groups),
    /// What the SCIM server says about itself (managed tree)
    Server {
        #[command(flatten)]
        organization: Organization,
        /// What to print [default: config]
        #[arg(value_name = "WHAT")]
        what: Option<Server>,
        /// Only this schema, as in urn:ietf:params:scim:schemas:core:2.0:User
        #[arg(long, value_name = "URN", conflicts_with = "what")]
        schema: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Server {
    Config,
    ResourceTypes,
    Schemas,
}

/// The organization alone.
#[derive(Debug, Clone, clap::Args)]
struct Organization {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    organization: String,
}

/// Where the users and groups are.
#[derive(Debug, Clone, clap::Args)]
struct Place {
    #[command(flatten)]
    organization: Organization,
    /// Which of the Hub's two SCIM trees
    #[arg(long, value_name = "TREE", default_value = "managed")]
    tree: Tree,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tree {
    /// The organization owns the accounts
    Managed,
    /// People bring their own accounts
    Basic,
}

impl Place {
    fn organization(&self) -> &str {
        &self.organization.organization
    }

    fn tree(&self) -> ScimTree {
        match self.tree {
            Tree::Managed => ScimTree::Managed,
            Tree::Basic => ScimTree::Basic,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Users {
    /// List the users that the identity provider has set up, active or not
    List {
        #[command(flatten)]
        place: Place,
        /// Only what fits, as in 'externalId eq \"okta|ada\"'; also id, userName, emails
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
    },
    /// Show a user
    Show(One),
    /// Let a user in
    Activate(One),
    /// Keep a user out; `activate` takes it back
    Deactivate(One),
    /// Add a user: an account in the managed tree, an invitation in the basic one
    Create {
        #[command(flatten)]
        place: Place,
        /// Name of the account
        #[arg(value_name = "USER")]
        name: String,
        /// Address
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Id at the identity provider
        #[arg(long, value_name = "ID")]
        external_id: String,
        /// First name; the managed tree needs it
        #[arg(long, value_name = "NAME", requires = "family_name")]
        given_name: Option<String>,
        /// Last name; the managed tree needs it
        #[arg(long, value_name = "NAME", requires = "given_name")]
        family_name: Option<String>,
    },
    /// Change what the identity provider knows of a managed user
    Update {
        #[command(flatten)]
        one: One,
        /// Another name of the account
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// Another address
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// Another id at the identity provider
        #[arg(long, value_name = "ID")]
        external_id: Option<String>,
        /// Another first name
        #[arg(long, value_name = "NAME")]
        given_name: Option<String>,
        /// Another last name
        #[arg(long, value_name = "NAME")]
        family_name: Option<String>,
    },
    /// Give a user of the basic tree another id at the identity provider, and let them in
    Link {
        #[command(flatten)]
        one: One,
        /// Id at the identity provider
        #[arg(value_name = "EXTERNAL_ID")]
        external_id: String,
    },
    /// Take a person out of an organization whose members bring their own accounts
    Remove {
        #[command(flatten)]
        organization: Organization,
        /// The user, by name or id
        #[arg(value_name = "USER")]
        user: String,
    },
}

/// One user.
#[derive(Debug, clap::Args)]
struct One {
    #[command(flatten)]
    place: Place,
    /// The user, by name or id
    #[arg(value_name = "USER")]
    user: String,
}

#[derive(Debug, Subcommand)]
enum Groups {
    /// List the groups that the identity provider has set up
    List {
        #[command(flatten)]
        place: Place,
        /// Leave the members out, which is faster for large groups
        #[arg(long)]
        without_members: bool,
    },
    /// Show a group
    Show(Team),
    /// Add users to a group
    Add(Filled),
    /// Take users out of a group
    Remove(Filled),
    /// Make a group
    Create(Filled),
    /// Make these users, and nobody else, the members of a group
    Set {
        #[command(flatten)]
        filled: Filled,
        /// Its name, which the Hub wants to be told again [default: as it is]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Give a group another name
    Rename {
        #[command(flatten)]
        team: Team,
        /// Its new name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Delete a group; its members stay in the organization
    Delete(Team),
}

/// One group.
#[derive(Debug, clap::Args)]
struct Team {
    #[command(flatten)]
    place: Place,
    /// The group, by name or id
    #[arg(value_name = "GROUP")]
    group: String,
}

/// A group and some users.
#[derive(Debug, clap::Args)]
struct Filled {
    #[command(flatten)]
    team: Team,
    /// The users, by name or id
    #[arg(value_name = "USER")]
    users: Vec<String>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let done = match args.what {
        What::Users(users) => run_users(users, context),
        What::Groups(groups) => run_groups(groups, context),
        What::Server { organization, what, schema } => {
            server(organization.organization, what, schema, context)
        }
    };
    done.map_err(refused)
}

/// What the Hub says to a person's token does not tell that it is the wrong kind.
fn refused(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<hubfolk::Error>() {
        Ok(error) if error.status().is_some_and(|status| status.as_u16() == 401) => {
            crate::error::Advised { hint: TOKEN.to_owned(), error }.into()
        }
        Ok(error) => error.into(),
        Err(other) => other,
    }
}

/// The ids of users that were given by name or id; those given by id are not looked up.
fn user_ids(place: &Place, names: &[String], context: &Context) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        ids.push(if id::object_id("SCIM user id", name).is_ok() {
            name.clone()
        } else {
            id::user_name(name).map_err(|invalid| usage(invalid.to_string()))?;
            let found = ListScimUsers::named(place.organization(), place.tree(), name);
            let hub = context.hub()?;
            let user = context.block_on(async {
                let mut found = pin!(hub.list(found));
                Ok(found.try_next().await?)
            })?;
            user.ok_or_else(|| absent("user", name, "users"))?.id
        });
    }
    Ok(ids)
}

fn user_id(one: &One, context: &Context) -> anyhow::Result<String> {
    let ids = user_ids(&one.place, std::slice::from_ref(&one.user), context)?;
    ids.into_iter().next().context("one name was asked for")
}

/// The group of this name or id, as the identity provider sees it.
fn group(team: &Team, context: &Context) -> anyhow::Result<String> {
    if id::object_id("SCIM group id", &team.group).is_ok() {
        return Ok(team.group.clone());
    }
    let found = ListScimGroups::named(team.place.organization(), team.place.tree(), &team.group);
    let hub = context.hub()?;
    let group: Option<ScimGroup> = context.block_on(async {
        let mut found = pin!(hub.list(found));
        Ok(found.try_next().await?)
    })?;
    Ok(group.ok_or_else(|| absent("group", &team.group, "groups"))?.id)
}

fn absent(what: &str, name: &str, list: &str) -> Stop {
    let message = format!("the identity provider has set up no {what} `{name}` in this tree");
    Stop::new(Exit::NotFound, "not_found", message)
        .hint(format!("`hubfolk scim {list} list ORG` shows all; is it in the other --tree?"))
}

fn print<E: hubfolk_api::Endpoint>(
    context: &Context,
    kind: &'static Kind,
    request: E,
) -> anyhow::Result<Exit> {
    hub::show(context, kind, request, "")
}

fn run_users(users: Users, context: &Context) -> anyhow::Result<Exit> {
    match users {
        Users::List { place, filter } => {
            let what = format!("SCIM users of {}", place.organization());
            let request = ListScimUsers::builder(place.organization(), place.tree())
                .maybe_filter(filter)
                .build();
            hub::list(context, &SCIM_USER, &what, request, "")
        }
        Users::Show(one) => {
            let id = user_id(&one, context)?;
            let place = &one.place;
            print(context, &SCIM_USER, GetScimUser::new(place.organization(), place.tree(), id))
        }
        Users::Activate(one) => change(&one, vec![ScimUserChange::active(true)], context),
        Users::Deactivate(one) => change(&one, vec![ScimUserChange::active(false)], context),
        Users::Create { place, name, email, external_id, given_name, family_name } => {
            let names = given_name.zip(family_name);
            let request = CreateScimUser::builder(
                place.organization(),
                place.tree(),
                name,
                [ScimNewEmail::from(email.as_str())],
                external_id,
            )
            .maybe_name(names.map(|(given, family)| ScimNewName::new(given, family)))
            .build();
            print(context, &SCIM_USER, request)
        }
        Users::Update { one, rename, email, external_id, given_name, family_name } => {
            let changes: Vec<ScimUserChange> = [
                (ScimAttribute::UserName, rename),
                (ScimAttribute::WorkEmail, email),
                (ScimAttribute::ExternalId, external_id),
                (ScimAttribute::GivenName, given_name),
                (ScimAttribute::FamilyName, family_name),
            ]
            .into_iter()
            .filter_map(|(path, value)| Some(ScimUserChange::replace(path, value?)))
            .collect();
            if changes.is_empty() {
                return Err(usage("there is nothing to change")
                    .hint("give at least one of --rename, --email, --external-id, --given-name")
                    .into());
            }
            change(&one, changes, context)
        }
        Users::Link { one, external_id } => {
            let id = user_id(&one, context)?;
            let place = &one.place;
            let request =
                ReplaceScimUser::builder(place.organization(), place.tree(), id, external_id);
            print(context, &SCIM_USER, request.build())
        }
        Users::Remove { organization, user } => {
            let place = Place { organization, tree: Tree::Basic };
            let one = One { place, user };
            let id = user_id(&one, context)?;
            let organization = one.place.organization();
            let question =
                format!("Take {} out of {organization} and withdraw the invitation?", one.user);
            let request = RemoveScimUser::new(organization, id);
            if hub::confirmed(context, &question, request)?.is_some() {
                context.note(&format!("{} is out of {organization}", one.user));
            }
            Ok(Exit::Done)
        }
    }
}

fn change(one: &One, changes: Vec<ScimUserChange>, context: &Context) -> anyhow::Result<Exit> {
    let id = user_id(one, context)?;
    let place = &one.place;
    let request = UpdateScimUser::new(place.organization(), place.tree(), id, changes);
    print(context, &SCIM_USER, request)
}

fn run_groups(groups: Groups, context: &Context) -> anyhow::Result<Exit> {
    match groups {
        Groups::List { place, without_members } => {
            let what = format!("SCIM groups of {}", place.organization());
            let excluded = without_members.then_some("members".into());
            let request = ListScimGroups::builder(place.organization(), place.tree())
                .maybe_excluded_attributes(excluded)
                .build();
            hub::list(context, &SCIM_GROUP, &what, request, "")
        }
        Groups::Show(team) => {
            let id = group(&team, context)?;
            let place = &team.place;
            print(context, &SCIM_GROUP, GetScimGroup::new(place.organization(), place.tree(), id))
        }
        Groups::Add(filled) => {
            let ids = user_ids(&filled.team.place, named(&filled)?, context)?;
            update(&filled.team, ScimGroupChange::add_members(ids), context)
        }
        Groups::Remove(filled) => {
            let ids = user_ids(&filled.team.place, named(&filled)?, context)?;
            update(&filled.team, ScimGroupChange::remove_members(ids), context)
        }
        Groups::Create(Filled { team, users }) => {
            let ids = user_ids(&team.place, &users, context)?;
            let members = ids.into_iter().map(ScimMember::from).collect();
            let place = &team.place;
            let request =
                CreateScimGroup::builder(place.organization(), place.tree(), team.group.as_str());
            print(context, &SCIM_GROUP, request.members(members).build())
        }
        Groups::Set { filled: Filled { team, users }, name } => {
            let id = group(&team, context)?;
            let place = &team.place;
            let name = match name {
                Some(name) => name,
                None => {
                    let hub = context.hub()?;
                    let old = GetScimGroup::new(place.organization(), place.tree(), &id);
                    let old = context.block_on(async { Ok(hub.send(old).await?) })?;
                    old.display_name.unwrap_or_else(|| team.group.clone())
                }
            };
            let ids = user_ids(place, &users, context)?;
            let members = ids.into_iter().map(ScimMember::from).collect();
            let request = ReplaceScimGroup::builder(place.organization(), place.tree(), id, name);
            print(context, &SCIM_GROUP, request.members(members).build())
        }
        Groups::Rename { team, name } => update(&team, ScimGroupChange::rename(name), context),
        Groups::Delete(team) => {
            let id = group(&team, context)?;
            let organization = team.place.organization();
            let question = format!(
                "Delete the SCIM group {} of {organization}? Its members stay in the organization \
                 but leave the resource group it fills.",
                team.group
            );
            let request = DeleteScimGroup::new(organization, team.place.tree(), id);
            if hub::confirmed(context, &question, request)?.is_some() {
                context.note(&format!("deleted the group {}", team.group));
            }
            Ok(Exit::Done)
        }
    }
}

fn named(filled: &Filled) -> Result<&[String], Stop> {
    if filled.users.is_empty() {
        return Err(usage("no user is given").hint("give one or more users, by name or id"));
    }
    Ok(&filled.users)
}

fn update(team: &Team, change: ScimGroupChange, context: &Context) -> anyhow::Result<Exit> {
    let id = group(team, context)?;
    let place = &team.place;
    let request = UpdateScimGroup::new(place.organization(), place.tree(), id, vec![change]);
    print(context, &SCIM_GROUP, request)
}

fn server(
    organization: String,
    what: Option<Server>,
    schema: Option<String>,
    context: &Context,
) -> anyhow::Result<Exit> {
    if let Some(schema) = schema {
        return api::print(context, GetScimSchema::new(organization, schema));
    }
    match what.unwrap_or(Server::Config) {
        Server::Config => api::print(context, GetScimServiceProviderConfig::new(organization)),
        Server::ResourceTypes => api::print(context, ListScimResourceTypes::new(organization)),
        Server::Schemas => api::print(context, ListScimSchemas::new(organization)),
    }
}
