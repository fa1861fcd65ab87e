//! `service-accounts`: accounts of an organization that are no person, and their tokens.

mod tokens;

use clap::Subcommand;
use futures_util::TryStreamExt;
use hubfolk_api::service_accounts::{
    CreateServiceAccount, DeleteServiceAccount, GetServiceAccount, ListServiceAccounts,
    ServiceAccount,
};

use super::groups::Org;
use super::hub;
use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::facts::{SERVICE_ACCOUNT, SERVICE_ACCOUNT_PAGE};

/// Arguments of `service-accounts`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An account goes by its id, its username or, where it is the only one, the name it shows. A new token
is seen once: it is written to a new file that only you can read, or shown with --show.

Examples:
  hubfolk service-accounts list acme
  hubfolk service-accounts create acme \"Nightly builds\"
  hubfolk service-accounts tokens create acme acme-nightly-builds --permission repo.write --out builds.token
  hubfolk service-accounts tokens list acme acme-nightly-builds
  hubfolk service-accounts tokens rotate acme acme-nightly-builds TOKEN_ID --out builds.token
  hubfolk service-accounts delete acme acme-nightly-builds")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the accounts
    List(Org),
    /// Show an account with what is known of its tokens
    Show(Account),
    /// Make an account, which takes no seat
    Create {
        #[command(flatten)]
        org: Org,
        /// Name to show, 1 to 50 characters
        #[arg(value_name = "NAME")]
        name: String,
        /// What it is for, at most 500 characters
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Delete an account; its tokens stop working
    Delete(Account),
    /// List, make, change, rotate and delete the tokens of an account
    Tokens(tokens::Args),
}

/// The account that a command is about.
#[derive(Debug, Clone, clap::Args)]
struct Account {
    #[command(flatten)]
    org: Org,
    /// The account, by id, username or name
    #[arg(value_name = "ACCOUNT")]
    account: String,
}

impl Account {
    /// Organization and id.
    fn resolve(self, context: &Context) -> anyhow::Result<(String, String)> {
        let (org, wanted) = (self.org.org, self.account);
        if hubfolk_api::id::object_id("service account id", &wanted).is_ok() {
            return Ok((org, wanted));
        }
        let hub = context.hub()?;
        let list = ListServiceAccounts::new(&org);
        let accounts: Vec<ServiceAccount> =
            context.block_on(async { Ok(hub.list(list).try_collect().await?) })?;
        let named = accounts
            .iter()
            .find(|account| account.username.eq_ignore_ascii_case(&wanted))
            .map_or_else(
                || accounts.iter().filter(|known| known.display_name() == wanted).collect(),
                |account| vec![account],
            );
        match named.as_slice() {
            [one] => Ok((org, one.id.clone())),
            [] => Err(Stop::new(
                Exit::NotFound,
                "not_found",
                format!("`{org}` has no service account `{}`", wanted.escape_debug()),
            )
            .hint(format!("`hubfolk service-accounts list {org}` shows them"))
            .into()),
            several => {
                let names: Vec<&str> =
                    several.iter().map(|account| account.username.as_str()).collect();
                Err(usage(format!("{} accounts show this name", names.len()))
                    .hint(format!("give one of the usernames: {}", names.join(", ")))
                    .into())
            }
        }
    }
}

/// Reads an account, in a dry run too.
fn read(context: &Context, org: &str, id: &str) -> anyhow::Result<ServiceAccount> {
    let hub = context.hub()?;
    let request = GetServiceAccount::new(org, id);
    context.block_on(async { Ok(hub.send(request).await?) })
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(Org { org }) => {
            let what = format!("service accounts of {org}");
            hub::list(context, &SERVICE_ACCOUNT, &what, ListServiceAccounts::new(org), "")
        }
        Action::Show(account) => {
            let (org, id) = account.resolve(context)?;
            hub::show(context, &SERVICE_ACCOUNT_PAGE, GetServiceAccount::new(org, id), "")
        }
        Action::Create { org, name, description } => {
            let request =
                CreateServiceAccount::builder(org.org, name).maybe_description(description).build();
            hub::show(context, &SERVICE_ACCOUNT, request, "")
        }
        Action::Delete(account) => delete(account, context),
        Action::Tokens(args) => tokens::run(args, context),
    }
}

fn delete(account: Account, context: &Context) -> anyhow::Result<Exit> {
    let (org, id) = account.resolve(context)?;
    let question = match context.global.dry_run {
        true => String::new(),
        false => {
            let account = read(context, &org, &id)?;
            let tokens = account.access_tokens.as_ref().map_or(0, Vec::len);
            format!(
                "Delete the service account {} of {org}? Its {tokens} tokens stop working at once.",
                account.username
            )
        }
    };
    if hub::confirmed(context, &question, DeleteServiceAccount::new(org, id))?.is_some() {
        context.note("deleted");
    }
    Ok(Exit::Done)
}
