//! The commands, one file each.

pub(crate) mod access;
mod activity;
pub(crate) mod api;
pub(crate) mod approve;
pub(crate) mod ask;
pub(crate) mod audit_log;
pub(crate) mod auth;
mod body;
pub(crate) mod cards;
pub(crate) mod changes;
pub(crate) mod collections;
pub(crate) mod contract;
pub(crate) mod demo;
pub(crate) mod discussions;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod groups;
mod hub;
pub(crate) mod mcp;
pub(crate) mod members;
pub(crate) mod notifications;
pub(crate) mod orgs;
pub(crate) mod repos;
mod role;
pub(crate) mod scim;
pub(crate) mod search;
mod secret;
pub(crate) mod serve;
pub(crate) mod service_accounts;
pub(crate) mod sim;
pub(crate) mod sync;
mod target;
pub(crate) mod tokens;
pub(crate) mod usage;
pub(crate) mod users;
pub(crate) mod verify;
pub(crate) mod webhooks;
mod whoami;

use crate::args::Command;
use crate::context::Context;
use crate::error::Exit;

/// Does what was asked.
pub(crate) fn run(command: Command, context: &Context) -> anyhow::Result<Exit> {
    match command {
        Command::Demo(args) => demo::run(&args, context),
        Command::Sync(args) => sync::run(args, context),
        Command::Members(args) => members::run(&args, context),
        Command::Member(args) => members::run_one(&args, context),
        Command::Changes(args) => changes::run(&args, context),
        Command::Export(args) => export::run(&args, context),
        Command::Verify(args) => verify::run(&args, context),
        Command::Whoami => whoami::run(context),
        Command::Auth(args) => auth::run(args, context),
        Command::Users(args) => users::run(args, context),
        Command::Orgs(args) => orgs::run(args, context),
        Command::Repos(args) => repos::run(args, context),
        Command::Access(args) => access::run(args, context),
        Command::Search(args) => search::run(args, context),
        Command::Webhooks(args) => webhooks::run(args, context),
        Command::Collections(args) => collections::run(args, context),
        Command::Ask(args) => ask::run(args, context),
        Command::Groups(args) => groups::run(args, context),
        Command::ServiceAccounts(args) => service_accounts::run(args, context),
        Command::AuditLog(args) => audit_log::run(args, context),
        Command::Tokens(args) => tokens::run(args, context),
        Command::Api(args) => api::run(args, context),
        Command::Mcp(args) => mcp::run(args, context),
        Command::Approve(args) => approve::run(&args, context),
        Command::Cards(args) => cards::run(&args, context),
        Command::Discussions(args) => discussions::run(args, context),
        Command::Notifications(args) => notifications::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Scim(args) => scim::run(args, context),
        Command::Usage(args) => usage::run(args, context),
        Command::Doctor(args) => doctor::run(&args, context),
        Command::Contract(args) => contract::run(&args, context),
        Command::Sim(args) => sim::run(&args, context),
        Command::Completions(args) => generate::completions(&args, context),
        Command::Man(args) => generate::man(args, context),
    }
}
