//! `webhooks`: whom the Hub tells when something happens.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use hubfolk_api::id;
use hubfolk_api::webhooks::{
    CreateWebhook, DeleteWebhook, DisableWebhook, EnableWebhook, GetWebhook, ListWebhooks,
    ReplayWebhook, Secret, UpdateWebhook, Webhook, WebhookAnswer, WebhookDomain, WebhookWatched,
};
use serde::Serialize;

use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::WEBHOOK;
use crate::output::Row;
use crate::token::{Environment, Process};

use super::hub;

/// Arguments of `webhooks`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is watched is written TYPE:NAME, as in model:acme/m, dataset:acme/d, org:acme, user:ada.
A secret comes from a file, standard input or an environment variable, never from an argument, which
everybody on the machine could read. The Hub does not show it again.

Examples:
  hubfolk webhooks list
  hubfolk webhooks create --url https://acme.example/hook --watch org:acme --secret-file hook.secret
  hubfolk webhooks update 6390e855e30d9209411de93b --watch org:acme --watch model:acme/m
  hubfolk webhooks disable 6390e855e30d9209411de93b
  hubfolk webhooks delete 6390e855e30d9209411de93b")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List your webhooks
    List {
        /// Open their page in the browser
        #[arg(long)]
        web: bool,
    },
    /// Show a webhook
    Show(Id),
    /// Create a webhook that calls an address or starts a job
    Create(Create),
    /// Change a webhook; what is not given stays
    Update(Update),
    /// Delete a webhook
    Delete(Id),
    /// Switch a webhook on
    Enable(Id),
    /// Switch a webhook off
    Disable(Id),
    /// Send something that a webhook has told before once more
    Replay {
        #[command(flatten)]
        id: Id,
        /// Id of what was told, from the webhook's page on the site
        #[arg(value_name = "LOG")]
        log: String,
    },
}

#[derive(Debug, clap::Args)]
struct Id {
    /// Id of the webhook, 24 hexadecimal digits
    #[arg(value_name = "ID", value_parser = webhook_id)]
    id: String,
}

fn webhook_id(text: &str) -> Result<String, String> {
    id::object_id("webhook id", text).map(|()| text.to_owned()).map_err(|invalid| invalid.rule)
}

#[derive(Debug, clap::Args)]
struct Create {
    /// What to watch, as in model:acme/m or org:acme; repeatable
    #[arg(long, value_name = "TYPE:NAME", value_parser = watched, required = true)]
    watch: Vec<WebhookWatched>,
    #[command(flatten)]
    target: Target,
    /// What to tell [default: both]; repeatable
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<Domain>,
    #[command(flatten)]
    secret: SecretArgs,
}

#[derive(Debug, clap::Args)]
struct Update {
    #[command(flatten)]
    id: Id,
    /// What to watch from now on, all of it; repeatable
    #[arg(long, value_name = "TYPE:NAME", value_parser = watched)]
    watch: Vec<WebhookWatched>,
    #[command(flatten)]
    target: Target,
    /// What to tell from now on; repeatable
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<Domain>,
    #[command(flatten)]
    secret: SecretArgs,
}

/// What the webhook does.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Target {
    /// Address to call
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Id of a job to start again
    #[arg(long, value_name = "ID")]
    job: Option<String>,
    /// File with the job to start, as the Hub's jobs describe it in JSON
    #[arg(long, value_name = "FILE")]
    job_file: Option<PathBuf>,
}

/// Where a secret is, so that nobody can read it over our shoulder.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct SecretArgs {
    /// Read the secret from a file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Read the secret from an environment variable
    #[arg(long, value_name = "VARIABLE")]
    secret_env: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Domain {
    Repo,
    Discussion,
}

impl Domain {
    fn wire(all: &[Self]) -> Vec<WebhookDomain> {
        all.iter()
            .map(|domain| match domain {
                Self::Repo => WebhookDomain::Repo,
                Self::Discussion => WebhookDomain::Discussion,
            })
            .collect()
    }
}

fn watched(text: &str) -> Result<WebhookWatched, String> {
    let (kind, name) = text
        .split_once(':')
        .ok_or("give TYPE:NAME, as in model:acme/m, org:acme or user:ada".to_owned())?;
    let watched = WebhookWatched::new(kind.into(), name);
    watched.check().map(|()| watched).map_err(|invalid| invalid.rule)
}

impl SecretArgs {
    fn read(&self) -> anyhow::Result<Option<Secret>> {
        let text = match (&self.secret_file, &self.secret_env) {
            (Some(file), _) if file.as_os_str() == "-" => std::io::read_to_string(std::io::stdin())
                .context("standard input cannot be read as text")?,
            (Some(file), _) => std::fs::read_to_string(file).map_err(|error| {
                usage(format!("{} cannot be read as text", file.display())).because(error)
            })?,
            (None, Some(name)) => Process.text(name).ok_or_else(|| {
                usage(format!("the environment has no variable `{name}`"))
                    .hint("set it, or give the secret with --secret-file FILE")
            })?,
            (None, None) => return Ok(None),
        };
        // Editors and `echo` end a file with a line break that nobody means.
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(usage("the secret is empty, so nothing was sent").into());
        }
        Ok(Some(Secret::new(text)))
    }
}

/// What `webhooks delete` and `webhooks replay` print.
#[derive(Debug, Serialize)]
struct Outcome {
    webhook: String,
    result: &'static str,
    /// What the address answered to a replay.
    status: Option<u16>,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] = &["webhook", "result", "status"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List { web: true } => {
            context.open_web("/settings/webhooks")?;
            Ok(Exit::Done)
        }
        Action::List { web: false } => {
            hub::list(context, &WEBHOOK, "webhooks", ListWebhooks::new(), "")
        }
        Action::Show(Id { id }) => answer(context, GetWebhook::new(id)),
        Action::Create(create) => {
            let domains = match create.domain.as_slice() {
                [] => WebhookDomain::all(),
                some => Domain::wire(some),
            };
            let request = CreateWebhook::builder(create.watch)
                .maybe_job(create.target.job()?)
                .maybe_url(create.target.url)
                .maybe_job_source_id(create.target.job)
                .domains(domains)
                .maybe_secret(create.secret.read()?)
                .build();
            answer(context, request)
        }
        Action::Update(update) => {
            let request = UpdateWebhook::builder(update.id.id)
                .maybe_watched((!update.watch.is_empty()).then_some(update.watch))
                .maybe_job(update.target.job()?)
                .maybe_url(update.target.url)
                .maybe_job_source_id(update.target.job)
                .maybe_domains((!update.domain.is_empty()).then(|| Domain::wire(&update.domain)))
                .maybe_secret(update.secret.read()?)
                .build();
            if request == UpdateWebhook::builder(request.webhook_id.clone()).build() {
                return Err(usage("there is nothing to change, so nothing was sent")
                    .hint("give --url, --watch, --domain or --secret-file")
                    .into());
            }
            answer(context, request)
        }
        Action::Delete(Id { id }) => {
            context.output.check(&Outcome::shape())?;
            let question = format!("Delete the webhook {id}?");
            if hub::confirmed(context, &question, DeleteWebhook::new(&id))?.is_some() {
                context.output.one(&Outcome { webhook: id, result: "deleted", status: None })?;
            }
            Ok(Exit::Done)
        }
        Action::Enable(Id { id }) => answer(context, EnableWebhook::new(id)),
        Action::Disable(Id { id }) => answer(context, DisableWebhook::new(id)),
        Action::Replay { id: Id { id }, log } => {
            context.output.check(&Outcome::shape())?;
            if let Some(replayed) = hub::call(context, ReplayWebhook::new(&id, log))? {
                let status = replayed.status;
                context.output.one(&Outcome { webhook: id, result: "replayed", status })?;
            }
            Ok(Exit::Done)
        }
    }
}

impl Target {
    fn job(&self) -> anyhow::Result<Option<serde_json::Map<String, serde_json::Value>>> {
        let Some(file) = &self.job_file else { return Ok(None) };
        let text = std::fs::read_to_string(file).map_err(|error| {
            usage(format!("{} cannot be read as text", file.display())).because(error)
        })?;
        let job = serde_json::from_str(&text).map_err(|error| {
            usage(format!("{} holds no JSON object", file.display())).because(error)
        })?;
        Ok(Some(job))
    }
}

/// Calls an operation that answers with a webhook, and prints it.
fn answer<E: hubfolk_api::Endpoint<Response = WebhookAnswer>>(
    context: &Context,
    request: E,
) -> anyhow::Result<Exit> {
    context.output.check(&WEBHOOK.shape())?;
    if let Some(WebhookAnswer { webhook, .. }) = hub::call(context, request)? {
        print(context, &webhook)?;
    }
    Ok(Exit::Done)
}

fn print(context: &Context, webhook: &Webhook) -> anyhow::Result<()> {
    context.output.one_shaped(&WEBHOOK.shape(), &WEBHOOK.facts(webhook)?)
}
