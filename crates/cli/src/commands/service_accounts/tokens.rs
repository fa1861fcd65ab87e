//! `service-accounts tokens`: what programs log in with.

use std::path::PathBuf;

use clap::Subcommand;
use hubfolk_api::Endpoint;
use hubfolk_api::organizations::RevokeOrganizationTokenById;
use hubfolk_api::service_accounts::{
    CreateServiceAccountToken, CreatedServiceAccountToken, DeleteServiceAccountToken,
    RotateServiceAccountToken, ServiceAccountToken, TokenPermission, UpdateServiceAccountToken,
};
use serde::Serialize;

use super::{Account, read};
use crate::commands::hub;
use crate::commands::secret::SecretFile;
use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::facts::SERVICE_ACCOUNT_TOKEN;
use crate::output::Row;

/// Arguments of `service-accounts tokens`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Permissions: repo.content.read, repo.write, org.read, org.write, collection.read, collection.write,
resourceGroup.write, job.write, inference.serverless.write, inference.endpoints.infer.write,
inference.endpoints.write, org.serviceAccounts.read, org.serviceAccounts.write")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what is known of the tokens; never the tokens themselves
    List(Account),
    /// Make a token, which is seen this one time
    Create {
        #[command(flatten)]
        account: Account,
        /// Name to show, 1 to 100 characters [default: API Token]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        rights: Rights,
        #[command(flatten)]
        place: Place,
    },
    /// Change name or permissions; what is not given stays
    Update {
        #[command(flatten)]
        token: Token,
        /// Name to show, 1 to 100 characters
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        rights: Rights,
    },
    /// Replace a token by a new one, which is seen this one time; the old one stops working
    Rotate {
        #[command(flatten)]
        token: Token,
        #[command(flatten)]
        place: Place,
    },
    /// Delete a token; it stops working
    Delete(Token),
}

#[derive(Debug, clap::Args)]
struct Token {
    #[command(flatten)]
    account: Account,
    /// The token by its id, never the token itself
    #[arg(value_name = "TOKEN_ID")]
    token: String,
}

/// What a token may do.
#[derive(Debug, clap::Args)]
struct Rights {
    /// What it may do in the whole organization; repeatable
    #[arg(long = "permission", value_name = "PERMISSION", value_delimiter = ',')]
    permissions: Vec<String>,
    /// A repository with permissions of its own, by its object id; repeatable
    #[arg(long = "repo-id", value_name = "ID")]
    repo_ids: Vec<String>,
    /// What it may do with these repositories: repo.content.read, repo.write
    #[arg(long = "repo-permission", value_name = "PERMISSION", value_delimiter = ',')]
    repo_permissions: Vec<String>,
    /// Inference endpoints it reaches, as in gpt2-*; repeatable
    #[arg(long = "endpoint-pattern", value_name = "PATTERN")]
    endpoint_patterns: Vec<String>,
}

fn words(permissions: &[String]) -> Vec<TokenPermission> {
    permissions.iter().map(|word| TokenPermission::from(word.as_str())).collect()
}

/// Where a new token goes.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Place {
    /// Write the token into a new file that only you can read
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Show the token among the results
    #[arg(long)]
    show: bool,
}

/// Refuses a token where its id is meant, without repeating it, before anything is asked.
fn checked(token: &Token) -> Result<(), Stop> {
    RevokeOrganizationTokenById::new("any", &token.token)
        .validate()
        .map_err(|error| usage(error.to_string()))
}

/// A new token as it is printed.
#[derive(Debug, Serialize)]
struct Made {
    id: Option<String>,
    display_name: Option<String>,
    created_at: Option<String>,
    permissions: Option<Vec<TokenPermission>>,
    last4: Option<String>,
    file: Option<String>,
    /// Only where it was asked for.
    token: Option<String>,
}

impl Row for Made {
    const FIELDS: &'static [&'static str] =
        &["id", "display_name", "created_at", "permissions", "last4", "file", "token"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

/// Makes a token and brings it where it shall be.
fn make<E>(
    context: &Context,
    place: &Place,
    question: Option<&str>,
    request: E,
) -> anyhow::Result<Exit>
where
    E: Endpoint<Response = CreatedServiceAccountToken>,
{
    context.output.check(&Made::shape())?;
    if context.global.dry_run {
        hub::dry_run(context, &request)?;
        return Ok(Exit::Done);
    }
    hub::planned(&request)?;
    if let Some(question) = question {
        context.confirm(question)?;
    }
    // Before the token is made: it cannot be shown twice.
    let file = place.out.as_deref().map(SecretFile::create).transpose()?;
    let Some(made) = hub::call(context, request)? else { return Ok(Exit::Done) };
    if let Some(file) = file {
        file.keep(&made.token)?;
    }
    let info: Option<ServiceAccountToken> = made.token_info;
    let row = Made {
        id: info.as_ref().map(|info| info.id.clone()),
        display_name: info.as_ref().and_then(|info| info.display_name.clone()),
        created_at: info.as_ref().and_then(|info| info.created_at.clone()),
        permissions: info.as_ref().and_then(|info| info.permissions.clone()),
        last4: info.and_then(|info| info.last4),
        file: place.out.as_ref().map(|path| path.display().to_string()),
        token: place.show.then(|| made.token.expose().to_owned()),
    };
    context.output.one(&row)?;
    context.note("the Hub does not show this token again");
    Ok(Exit::Done)
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(account) => {
            let shape = SERVICE_ACCOUNT_TOKEN.shape();
            context.output.check(&shape)?;
            let (org, id) = account.resolve(context)?;
            if context.global.dry_run {
                let request = hubfolk_api::service_accounts::GetServiceAccount::new(org, id);
                hub::dry_run(context, &request)?;
                return Ok(Exit::Done);
            }
            let mut rows = context.output.list(&shape)?;
            for token in read(context, &org, &id)?.access_tokens.iter().flatten() {
                if rows.push(&SERVICE_ACCOUNT_TOKEN.facts(token)?)?.is_break() {
                    break;
                }
            }
            rows.finish()?;
            Ok(Exit::Done)
        }
        Action::Create { account, name, rights, place } => {
            if rights.permissions.is_empty() && rights.repo_permissions.is_empty() {
                return Err(usage("the token would be allowed nothing")
                    .hint("give --permission, as in --permission repo.content.read")
                    .into());
            }
            let (org, id) = account.resolve(context)?;
            let request = CreateServiceAccountToken::builder(org, id)
                .maybe_display_name(name)
                .permissions(words(&rights.permissions))
                .repo_ids(rights.repo_ids)
                .repo_permissions(words(&rights.repo_permissions))
                .endpoint_patterns(rights.endpoint_patterns)
                .build();
            make(context, &place, None, request)
        }
        Action::Update { token, name, rights } => {
            checked(&token)?;
            let given = |list: &[String]| !list.is_empty();
            let nothing = name.is_none()
                && !given(&rights.permissions)
                && !given(&rights.repo_ids)
                && !given(&rights.repo_permissions)
                && !given(&rights.endpoint_patterns);
            if nothing {
                return Err(usage("there is nothing to change")
                    .hint("give --name, --permission or another option")
                    .into());
            }
            let (org, id) = token.account.resolve(context)?;
            let some = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
            let request = UpdateServiceAccountToken::builder(org, id, token.token)
                .maybe_display_name(name)
                .maybe_permissions(Some(words(&rights.permissions)).filter(|list| !list.is_empty()))
                .maybe_repo_ids(some(rights.repo_ids))
                .maybe_repo_permissions(
                    Some(words(&rights.repo_permissions)).filter(|list| !list.is_empty()),
                )
                .maybe_endpoint_patterns(some(rights.endpoint_patterns))
                .build();
            hub::show(context, &SERVICE_ACCOUNT_TOKEN, request, "")
        }
        Action::Rotate { token, place } => {
            checked(&token)?;
            let (org, id) = token.account.resolve(context)?;
            let question = format!(
                "Replace the token {} of {org}? The old one stops working at once, wherever it is \
                 used.",
                token.token
            );
            let request = RotateServiceAccountToken::new(org, id, token.token);
            make(context, &place, Some(&question), request)
        }
        Action::Delete(token) => {
            checked(&token)?;
            let (org, id) = token.account.resolve(context)?;
            let question = format!(
                "Delete the token {} of {org}? It stops working at once, wherever it is used.",
                token.token
            );
            let request = DeleteServiceAccountToken::new(org, id, token.token);
            if hub::confirmed(context, &question, request)?.is_some() {
                context.note("deleted");
            }
            Ok(Exit::Done)
        }
    }
}
