//! The words of the command line.
#![expect(clippy::doc_markdown, reason = "help is shown as it stands here")]

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use hubfolk_license::when;

use crate::commands::{
    access, api, approve, ask, audit_log, auth, cards, changes, collections, contract, demo,
    discussions, doctor, export, generate, groups, mcp, members, notifications, orgs, repos, scim,
    search, serve, service_accounts, sim, sync, tokens, usage, users, verify, webhooks,
};
use crate::output::Format;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// The people side of the Hugging Face Hub: users, organizations, and who is a member with which
/// access, since when, and what changed.
#[derive(Debug, Parser)]
#[command(
    name = "hubfolk",
    version,
    styles = STYLES,
    max_term_width = 100,
    after_help = "\
Begin with:
  hubfolk demo                     see it all on an invented organization, without an account
  hubfolk auth login               store a token where the Hub's own tools keep it
  hubfolk sync acme                read an organization's members into the ledger
  hubfolk members acme             who is a member now, with which access
  hubfolk changes acme --since 1w  what changed in the last week

Exit codes: 0 done, 1 findings or not confirmed, 2 wrong input (nothing was sent), 3 failed,
4 quarantined, 5 busy, 6 not found, 7 not allowed, 130 interrupted.",
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options every command understands.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The Hub to talk to [default: https://huggingface.co]
    #[arg(long, global = true, value_name = "URL", env = "HF_ENDPOINT", hide_env_values = true)]
    pub(crate) endpoint: Option<String>,
    /// Read the token from a file that nobody else can read
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The ledger: sqlite:PATH or postgres://USER@HOST/NAME [default: in your data folder]
    #[arg(long, global = true, value_name = "URL", env = "HUBFOLK_DB", hide_env_values = true)]
    pub(crate) db: Option<String>,
    /// How results look
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: Format,
    /// Only these fields, in this order
    #[arg(long, global = true, value_name = "A,B,C", value_delimiter = ',')]
    pub(crate) fields: Option<Vec<String>>,
    /// Stop after so many results
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// When to use colours (NO_COLOR is respected)
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log to stderr: -v what is done, -vv every request, -vvv everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Answer yes to every question
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// Show what would be sent or written, and do nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Longest wait for one request, in seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value = "60", value_parser = when::duration)]
    pub(crate) timeout: Duration,
    /// Allow plain http to a host other than this machine
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play half a year of an invented organization and show what the ledger knows
    Demo(demo::Args),
    /// Read organizations' members into the ledger; list, approve and reject runs
    Sync(sync::Args),
    /// List an organization's members from the ledger, now or at any time
    Members(members::Args),
    /// Show one member's whole history
    Member(members::OneArgs),
    /// List what changed in an organization
    Changes(changes::Args),
    /// Write the members with their evidence: run, coverage, digest
    Export(export::Args),
    /// Recompute the chain of events and the digests of runs
    Verify(verify::Args),
    /// Look at it: the always-on service with its dashboard, API and scheduler
    Serve(serve::Args),
    /// Show who the token belongs to
    Whoami,
    /// Log in and out, in the Hub's own token files
    Auth(auth::Args),
    /// Look at users: profile, followers, following, likes
    Users(users::Args),
    /// Look at organizations: profile, members, followers; change roles and network rules
    Orgs(orgs::Args),
    /// Look at repositories: whose they are, who likes them, how they are set
    Repos(repos::Args),
    /// Decide who gets access to a gated repository, or ask for it
    Access(access::Args),
    /// Find users, organizations, repositories, papers and collections by name
    Search(search::Args),
    /// Put collections together: list, create, fill, order, delete
    Collections(collections::Args),
    /// Have an address called, or a job started, when something happens
    Webhooks(webhooks::Args),
    /// Ask about many people at once: who of an organization likes this?
    Ask(ask::Args),
    /// Resource groups of an organization: who is in them, as what
    Groups(groups::Args),
    /// Accounts of an organization that are no person, and their tokens
    ServiceAccounts(service_accounts::Args),
    /// What happened in an organization, by whom
    AuditLog(audit_log::Args),
    /// Keep tokens out of an organization; end tokens that leaked
    Tokens(tokens::Args),
    /// Discuss: list, show, begin, comment, close, merge discussions and pull requests
    Discussions(discussions::Args),
    /// Read your notifications; choose what you watch and hear
    Notifications(notifications::Args),
    /// Call any operation of the Hub by its name
    Api(api::Args),
    /// Offer the Hub to an agent as tools (Model Context Protocol)
    Mcp(mcp::Args),
    /// Answer what an agent wants to change
    Approve(approve::Args),
    /// Write agent cards for fast-agent
    Cards(cards::Args),
    /// What an organization's identity provider has set up: users and groups
    Scim(scim::Args),
    /// What an organization, or you, use and pay for
    Usage(usage::Args),
    /// Check endpoint, token, limits and clock, and try every operation that only reads
    Doctor(doctor::Args),
    /// Compare the operations hubfolk knows with what the Hub says about itself
    Contract(contract::Args),
    /// Run a Hub on this machine, for tests and demonstrations
    Sim(sim::Args),
    /// Print completions for a shell
    Completions(generate::CompletionsArgs),
    /// Print the manual page, or write one page a command into a folder
    Man(generate::ManArgs),
}
