//! `orgs network`: who reaches an organization from where, and what its people reach.

use clap::{Subcommand, ValueEnum};
use hubfolk_api::organizations::{ContentRule, GetNetworkSecurity, UpdateNetworkSecurity};

use crate::commands::groups::Org;
use crate::commands::hub;
use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::NETWORK_SECURITY;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the rules
    Show(Org),
    /// Change rules; what is not given stays, a list that is given replaces the whole list
    #[command(after_help = "\
Examples:
  hubfolk orgs network set acme --network 192.0.2.0/24 --network 2001:db8::/32
  hubfolk orgs network set acme --require-login on
  hubfolk orgs network set acme --block space:* --allow model:acme")]
    Set(Box<Set>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Debug, clap::Args)]
struct Set {
    #[command(flatten)]
    org: Org,
    /// All networks of the organization, as in 192.0.2.0/24; repeatable
    #[arg(long, value_name = "CIDR", conflicts_with = "no_networks")]
    network: Vec<String>,
    /// The organization has no networks of its own
    #[arg(long)]
    no_networks: bool,
    /// Whoever comes from these networks must log in
    #[arg(long, value_name = "SWITCH")]
    require_login: Option<Switch>,
    /// The organization is reached from these networks only
    #[arg(long, value_name = "SWITCH")]
    only_from_networks: Option<Switch>,
    /// Higher rate limits in these networks
    #[arg(long, value_name = "SWITCH")]
    high_rate_limits: Option<Switch>,
    /// Pages of blocked repositories can be seen all the same
    #[arg(long, value_name = "SWITCH")]
    keep_metadata_visible: Option<Switch>,
    /// All that cannot be reached from these networks, as in space:* or model:eve/m; repeatable
    #[arg(long, value_name = "KIND:SCOPE", value_parser = rule, conflicts_with = "no_blocks")]
    block: Vec<ContentRule>,
    /// Nothing is blocked
    #[arg(long)]
    no_blocks: bool,
    /// All that can be reached although it is blocked; repeatable
    #[arg(long, value_name = "KIND:SCOPE", value_parser = rule, conflicts_with = "no_allows")]
    allow: Vec<ContentRule>,
    /// No exceptions from what is blocked
    #[arg(long)]
    no_allows: bool,
}

fn rule(text: &str) -> Result<ContentRule, String> {
    match text.split_once(':') {
        Some((kind, scope)) if !kind.is_empty() && !scope.is_empty() => {
            Ok(ContentRule::new(kind, scope))
        }
        _ => Err("give KIND:SCOPE, as in space:* or model:acme".to_owned()),
    }
}

/// The whole list: what was given, nothing, or no change.
fn list<T>(given: Vec<T>, none: bool) -> Option<Vec<T>> {
    if given.is_empty() && !none { None } else { Some(given) }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Show(Org { org }) => {
            hub::show(context, &NETWORK_SECURITY, GetNetworkSecurity::new(org), "")
        }
        Action::Set(args) => set(*args, context),
    }
}

fn set(args: Set, context: &Context) -> anyhow::Result<Exit> {
    let shape = NETWORK_SECURITY.shape();
    context.output.check(&shape)?;
    let on = |switch: Option<Switch>| switch.map(|switch| switch == Switch::On);
    let org = args.org.org;
    let request = UpdateNetworkSecurity::builder(&org)
        .maybe_enforce_auth(on(args.require_login))
        .maybe_enforce_ip_restriction(on(args.only_from_networks))
        .maybe_high_rate_limits(on(args.high_rate_limits))
        .maybe_keep_repos_metadata_visible(on(args.keep_metadata_visible))
        .maybe_ip_ranges(list(args.network, args.no_networks))
        .maybe_blocked_contents(list(args.block, args.no_blocks))
        .maybe_allowed_contents(list(args.allow, args.no_allows))
        .build();
    if request == UpdateNetworkSecurity::builder(&org).build() {
        return Err(usage("there is nothing to change")
            .hint("give --network, --require-login or another option")
            .into());
    }
    // Only these rules can lock people out, who asks among them.
    let locks = request.enforce_ip_restriction == Some(true) || request.ip_ranges.is_some();
    let answer = if locks {
        let question = format!(
            "Change the networks of {org}? Whoever is outside of them, you among them, may no \
             longer reach {org}."
        );
        hub::confirmed(context, &question, request)?
    } else {
        hub::call(context, request)?
    };
    if let Some(answer) = answer {
        context.output.one_shaped(&shape, &NETWORK_SECURITY.facts(&answer)?)?;
    }
    Ok(Exit::Done)
}
