//! `sim`: a Hub on this machine.

use std::net::SocketAddr;
use std::path::PathBuf;

use hubfolk_sim::{
    DEMO_ADMIN_TOKEN, DEMO_EXPIRED_TOKEN, DEMO_MEMBER_TOKEN, DEMO_OUTSIDER_TOKEN, Faults,
    RateLimits, Sim, World, WorldError,
};
use serde::Serialize;

use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::output::Row;

/// Arguments of `sim`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --world it serves the organization of the demo, the same for the same seed, and prints tokens
to try. Ctrl-C stops it.

Examples:
  hubfolk sim
  hubfolk sim --world world.json --listen 127.0.0.1:8080
  HF_ENDPOINT=http://127.0.0.1:8080 HF_TOKEN=hf_test_demo_admin hubfolk whoami")]
pub(crate) struct Args {
    /// The world: users, organizations, repositories and tokens as JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "members"])]
    world: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Which demo world
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// How many members the demo organization has
    #[arg(long, value_name = "N", default_value = "1200", value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    members: u32,
    /// What goes wrong, as JSON
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Requests per caller in 5 minutes, `hub` for the Hub's own quotas, `off` for none
    #[arg(long, value_name = "N", default_value = "hub", value_parser = rate_limit)]
    rate_limit: RateLimits,
}

fn rate_limit(text: &str) -> Result<RateLimits, String> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
    match text {
        "hub" => Ok(RateLimits::Hub),
        "off" => Ok(RateLimits::Unlimited),
        text => {
            let (quota, window) = text.split_once('/').unwrap_or((text, "300"));
            match (number(quota), number(window)) {
                (Some(quota), Some(window)) => Ok(RateLimits::Fixed { quota, window }),
                _ => Err("give hub, off, a number of requests, or REQUESTS/SECONDS".to_owned()),
            }
        }
    }
}

/// What `sim` says about itself.
#[derive(Debug, Serialize)]
struct Serving {
    url: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Serialize)]
struct Token {
    token: String,
    what: String,
}

impl Row for Serving {
    const FIELDS: &'static [&'static str] = &["url", "tokens"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Serving::shape())?;
    let faults = match &args.faults {
        Some(path) => Faults::from_file(path).map_err(|error| refuse("faults", path, error))?,
        None => Faults::default(),
    };
    let (world, tokens) = match &args.world {
        // The tokens of a person's own file are theirs to know, and not to be printed.
        Some(path) => {
            (World::from_file(path).map_err(|error| refuse("world", path, error))?, Vec::new())
        }
        None => demo(args),
    };
    context.block_on(async {
        let builder = Sim::builder()
            .world(world)
            .faults(faults)
            .rate_limits(args.rate_limit)
            .bind(args.listen);
        let hub = builder.start().await.map_err(|error| {
            Stop::new(Exit::Failed, "io", format!("cannot listen on {}", args.listen))
                .because(error)
                .hint("choose another address, or --listen 127.0.0.1:0 for a free port")
        })?;
        say(&Serving { url: hub.url(), tokens }, context)?;
        hub.wait().await;
        Ok(Exit::Done)
    })
}

fn say(serving: &Serving, context: &Context) -> anyhow::Result<()> {
    if context.output.format.is_json() {
        return context.output.one(serving);
    }
    let mut text = format!("Hub at {}\n", serving.url);
    for token in &serving.tokens {
        text.push_str(&format!("  HF_TOKEN={:<24} {}\n", token.token, token.what));
    }
    context.output.bytes(text.as_bytes())?;
    context.note(&format!("use it with HF_ENDPOINT={}; Ctrl-C stops it", serving.url));
    Ok(())
}

fn refuse(what: &str, path: &std::path::Path, error: WorldError) -> Stop {
    usage(format!("the {what} file {} cannot be used", path.display()))
        .because(error)
        .hint("repair the places named and start it again")
}

fn demo(args: &Args) -> (World, Vec<Token>) {
    let world = World::demo(args.seed, args.members as usize);
    let token = |token: &str, what: &str| Token { token: token.to_owned(), what: what.to_owned() };
    let tokens = vec![
        token(DEMO_ADMIN_TOKEN, "an administrator of meridian-labs"),
        token(DEMO_MEMBER_TOKEN, "a member, who sees no e-mail and no two-factor state"),
        token(DEMO_OUTSIDER_TOKEN, "somebody from outside"),
        token(DEMO_EXPIRED_TOKEN, "expired"),
    ];
    (world, tokens)
}
