//! `mcp`: the Hub's people and community side as tools for an agent.

mod install;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use hubfolk_license::Ledger;
use hubfolk_license::clock::SystemClock;
use hubfolk_license::when;
use hubfolk_mcp::call::{OpenLedger, Server, Settings};
use hubfolk_mcp::confirm::LASTS;
use hubfolk_mcp::failure::{Code, Failure};
use hubfolk_mcp::ledger::Desk;
use hubfolk_mcp::taint::Care;
use hubfolk_mcp::tools::profiles::{Choice, Profile, Wish};
use jiff::SignedDuration;

use crate::context::{Caps, Context};
use crate::database::{self, Purpose};
use crate::error::{Exit, usage};
use crate::state;
use crate::token::{Environment, Process};

/// How long an agent's call waits for the Hub's rate limit before the model is told.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// How many results `hf_api_request` hands out unless `HF_MAX_RESULTS` says otherwise.
const MAX_RESULTS: usize = 20;

/// Arguments of `mcp`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --http it speaks over standard input and output and ends with its input. Changes that cannot be
undone ask a person: in the client's form, or with `hubfolk approve CODE` in a terminal.

Examples:
  hubfolk mcp
  hubfolk mcp --profile core --read-only
  hubfolk mcp --toolsets people,discussions --exclude-tools write_discussion
  hubfolk mcp --http 127.0.0.1:8765
  hubfolk mcp install --client claude-code")]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Serve streamable HTTP here in place of standard input and output
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
    /// Which tools to begin with
    #[arg(long, default_value = "all", value_parser = PossibleValuesParser::new(Profile::ALL.map(Profile::name)))]
    profile: String,
    /// These sets of tools in place of the profile's
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    toolsets: Vec<String>,
    /// These tools, besides the sets
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    tools: Vec<String>,
    /// Leave these tools or sets out
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    exclude_tools: Vec<String>,
    /// Change nothing on the Hub, whatever else is asked for
    #[arg(long)]
    read_only: bool,
    /// Leave out what strangers to a repository or organization wrote
    #[arg(long)]
    lockdown: bool,
    /// Ask a person before any change once strangers' words were read
    #[arg(long)]
    taint: bool,
    /// How long a person has to answer a question, 10m at most
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = when::duration)]
    answer_within: Duration,
    /// Write who called what here [default: audit.jsonl in the state folder]
    #[arg(long, value_name = "FILE")]
    audit_log: Option<PathBuf>,
    #[command(flatten)]
    serving: Serving,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Put hubfolk into the settings of a client, or take it out
    Install(install::Args),
}

/// Options of `mcp --http`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of --http")]
struct Serving {
    /// Also accept requests for this host name
    #[arg(long, value_name = "HOST", requires = "http")]
    allow_host: Vec<String>,
    /// Accept browsers' requests from this origin
    #[arg(long, value_name = "ORIGIN", requires = "http")]
    allow_origin: Vec<String>,
    /// Refuse requests without a token of their own
    #[arg(long, requires = "http")]
    require_token: bool,
    /// Let requests without a token act with this process's own (this machine only)
    #[arg(long, requires = "http", conflicts_with = "require_token")]
    share_token: bool,
    /// Most requests of one caller a minute
    #[arg(long, value_name = "N", requires = "http", default_value = "600", value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Most bytes of one request
    #[arg(long, value_name = "BYTES", requires = "http", default_value = "1048576", value_parser = clap::value_parser!(u32).range(1024..=16_777_216))]
    max_request: u32,
    /// The address that clients know this server by, where a proxy stands before it
    #[arg(long, value_name = "URL", requires = "http")]
    public_url: Option<String>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    if let Some(Command::Install(args)) = args.command {
        return install::run(args, context);
    }
    let wish = Wish {
        profile: Profile::named(&args.profile),
        toolsets: args.toolsets,
        tools: args.tools,
        exclude: args.exclude_tools,
        read_only: args.read_only,
    };
    let choice = Choice::of(&wish).map_err(|failure| usage(failure.to_string()))?;
    let state = state::folder()?;
    let caps =
        Caps { max_wait: LONGEST_WAIT, max_attempts: 3, max_pages: 1_000, ..Caps::default() };
    let own_token = match args.http {
        Some(address) => {
            if !address.ip().is_loopback() && args.serving.share_token {
                return Err(usage("--share-token would lend this machine's token to the network")
                    .hint("leave it out, or listen on 127.0.0.1")
                    .into());
            }
            args.serving.share_token
        }
        None => true,
    };
    let token = if own_token { context.token()? } else { None };
    let hub = context.hub_with(token.as_ref(), &caps)?;
    let audit = args.audit_log.unwrap_or_else(|| state.join("audit.jsonl"));
    let server = Server::new(Settings {
        hub,
        choice,
        care: Care { lockdown: args.lockdown, taint: args.taint },
        state: Some(state.clone()),
        audit: Some(audit),
        max_results: max_results(),
        ledger: Some(ledger(context)?),
        answer_within: SignedDuration::try_from(args.answer_within).unwrap_or(LASTS),
        clock: Arc::new(SystemClock),
    })
    .map_err(|error| {
        usage(format!("the state folder {} cannot be used", state.display()))
            .because(error)
            .hint("set HUBFOLK_STATE to a folder that only you can write")
    })?;
    let server = Arc::new(server);
    match args.http {
        None => context.block_on(async { Ok(hubfolk_mcp::stdio::serve(server).await?) })?,
        Some(address) => serve_http(address, args.serving, server, context)?,
    }
    Ok(Exit::Done)
}

/// The ledger, opened when a tool first needs it: most never do.
fn ledger(context: &Context) -> anyhow::Result<OpenLedger> {
    let address = database::address(context.global.db.as_deref())?;
    let endpoint = context.endpoint()?;
    Ok(OpenLedger::new(move |write| {
        // An agent is told that, not where: the address is its person's own.
        let (purpose, code, message) = if write {
            (Purpose::Write, Code::Internal, "the ledger cannot be written")
        } else {
            (Purpose::Read, Code::NotFound, "there is no ledger yet")
        };
        database::prepare(&address, purpose).map_err(|_| {
            Failure::new(code, message).hint("sync_members or `hubfolk sync ORG` makes a ledger")
        })?;
        let ledger = Ledger::open(&address).map_err(|_| {
            Failure::new(Code::Internal, "the ledger cannot be opened")
                .hint("`hubfolk members ORG` in a terminal says why")
        })?;
        Ok(Desk::new(ledger, endpoint.clone()))
    }))
}

/// `HF_MAX_RESULTS`, as the tool that this one stands in for reads it.
fn max_results() -> usize {
    let given = Process.text("HF_MAX_RESULTS").and_then(|text| text.trim().parse().ok());
    given.filter(|most| *most > 0).unwrap_or(MAX_RESULTS)
}

fn serve_http(
    address: SocketAddr,
    serving: Serving,
    server: Arc<Server>,
    context: &Context,
) -> anyhow::Result<()> {
    let options = hubfolk_mcp::http::Options {
        address,
        hosts: serving.allow_host,
        origins: serving.allow_origin,
        require_token: serving.require_token,
        share_token: serving.share_token,
        rate: serving.rate,
        max_request: serving.max_request as usize,
        public_url: serving.public_url,
        hub: context.endpoint()?,
    };
    context.block_on(async {
        let listening = hubfolk_mcp::http::bind(options, server).await?;
        context.note(&format!("serving {}", listening.url()));
        listening.serve().await;
        Ok(())
    })
}
