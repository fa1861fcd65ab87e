//! `serve user`: local accounts of the service.

use std::io::{IsTerminal, Read};

use hubfolk_license::views::time;
use hubfolk_store::{Account, AccountKind, DatabaseUrl, Store};
use hubfolk_web::access::Role;
use hubfolk_web::accounts::{self, Wanted};
use hubfolk_web::password;
use serde::Serialize;

use crate::context::Context;
use crate::database::{self, Purpose};
use crate::error::{Exit, Stop, usage};
use crate::output::Row;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add an account, or give one a new password and role; the password is asked for, or read from
    /// standard input
    Add {
        /// Its name
        name: String,
        /// What it may do: viewer looks, approver decides, admin changes settings
        #[arg(long, default_value = "viewer", value_parser = role)]
        role: Role,
        /// Only in this organization; can be given more than once
        #[arg(long, value_name = "ORG")]
        org: Vec<String>,
    },
    /// List the accounts
    List,
    /// Remove an account; its sessions end, its tokens are revoked
    Remove {
        /// Its name
        name: String,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "one of viewer, approver, admin".to_owned())
}

#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    kind: &'static str,
    role: Option<String>,
    orgs: Vec<String>,
    last_signed_in: Option<String>,
}

impl Row for Listed {
    const FIELDS: &'static [&'static str] = &["name", "kind", "role", "orgs", "last_signed_in"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

pub(super) fn run(
    command: Command,
    address: &DatabaseUrl,
    context: &Context,
) -> anyhow::Result<Exit> {
    match command {
        Command::Add { name, role, org } => add(&name, role, &org, address, context),
        Command::List => list(address, context),
        Command::Remove { name } => remove(&name, address, context),
    }
}

fn add(
    name: &str,
    role: Role,
    orgs: &[String],
    address: &DatabaseUrl,
    context: &Context,
) -> anyhow::Result<Exit> {
    if let Some(why) = accounts::objection(name) {
        return Err(usage(format!("the name {name:?} does not do: {why}")).into());
    }
    database::prepare(address, Purpose::Write)?;
    let mut store = Store::open(address)?;
    let mut ids = Vec::new();
    for org in orgs {
        ids.push(crate::ledger::organization(&mut store, org, context)?.id);
    }
    let password = ask(name)?;
    if let Some(why) = password::objection(&password, name) {
        return Err(usage(why).into());
    }
    if context.global.dry_run {
        context.note(&format!("would save the account {name} as {}", role.name()));
        return Ok(Exit::Done);
    }
    let password = password::hash(&password)
        .map_err(|error| Stop::new(Exit::Failed, "other", error.to_string()))?;
    let wanted = Wanted { name: name.to_owned(), password, role, orgs: ids };
    accounts::save(&mut store, wanted, "command line", context.now())
        .map_err(|problem| Stop::new(Exit::Failed, "database", problem.message))?;
    context.note(&format!("saved the account {name} as {}", role.name()));
    Ok(Exit::Done)
}

/// Twice on a terminal; once, from a pipe.
fn ask(name: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut text = String::new();
        std::io::stdin().take(64 * 1024).read_to_string(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    let prompt = format!("Password for {name}:");
    match inquire::Password::new(&prompt).prompt() {
        Ok(password) => Ok(password),
        Err(inquire::InquireError::OperationCanceled) => Err(Stop::declined().into()),
        Err(inquire::InquireError::OperationInterrupted) => Err(Stop::interrupted().into()),
        Err(error) => Err(error.into()),
    }
}

fn list(address: &DatabaseUrl, context: &Context) -> anyhow::Result<Exit> {
    database::prepare(address, Purpose::Read)?;
    let mut store = Store::open(address)?;
    let mut rows = context.output.list(&Listed::shape())?;
    for account in store.accounts()? {
        let Account { kind, name, role, orgs, seen_at, .. } = account;
        let kind = match kind {
            AccountKind::Local => "local",
            AccountKind::Hub => "hub",
        };
        let mut within = Vec::new();
        for grant in orgs {
            let org = store.org(grant.org)?.map_or_else(String::new, |org| org.slug);
            within.push(format!("{org}: {}", grant.role));
        }
        let listed = Listed { name, kind, role, orgs: within, last_signed_in: seen_at.map(time) };
        if rows.push(&listed)?.is_break() {
            break;
        }
    }
    rows.finish()?;
    Ok(Exit::Done)
}

fn remove(name: &str, address: &DatabaseUrl, context: &Context) -> anyhow::Result<Exit> {
    database::prepare(address, Purpose::Read)?;
    let mut store = Store::open(address)?;
    let account = store.account_by_key(AccountKind::Local, &name.to_lowercase())?;
    let account = account.ok_or_else(|| {
        Stop::new(Exit::NotFound, "not_found", format!("there is no account {name:?}"))
            .hint("`hubfolk serve user list` lists them")
    })?;
    context.confirm(&format!("Remove the account {}?", account.name))?;
    accounts::remove(&mut store, &account, "command line", context.now())
        .map_err(|problem| Stop::new(Exit::Failed, "database", problem.message))?;
    Ok(Exit::Done)
}
