//! `serve`: the always-on service with its dashboard.
#![expect(clippy::doc_markdown, reason = "help is shown as it stands here")]

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use hubfolk_license::clock::SystemClock;
use hubfolk_store::{DatabaseUrl, Store};
use hubfolk_web::{App, Config, Listen, Listening, Place};

use crate::context::Context;
use crate::database::{self, Purpose};
use crate::error::{Exit, Stop, usage};
use crate::state;
use crate::token::Process;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One process with the dashboard, the JSON API under /api (described at /api/openapi.json), the scheduler
and /healthz, /readyz, /metrics. It listens on this machine only, and prints a link that signs you in
once. Ctrl-C or SIGTERM ends it after what has begun.

Examples:
  hubfolk serve
  hubfolk serve --listen 127.0.0.1:9000 --db postgres://me@db.example/ledger
  hubfolk serve link                         another link for a service that runs")]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serving: Serving,
}

/// Where the service is reached.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Serving {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a link that signs in once, for a service that runs
    Link {
        /// The address that the service printed
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8787")]
        url: String,
    },
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let address = database::address(context.global.db.as_deref())?;
    match args.command {
        None => serve(&args.serving, address, context),
        Some(Command::Link { url }) => link(&url, &address, context),
    }
}

fn link(url: &str, address: &DatabaseUrl, context: &Context) -> anyhow::Result<Exit> {
    database::prepare(address, Purpose::Read)?;
    let mut store = Store::open(address)?;
    let secret = hubfolk_web::new_link(&mut store, context.now())?;
    let link = hubfolk_web::sign_in_url(url.trim_end_matches('/'), &secret);
    context.output.bytes(format!("{link}\n").as_bytes())?;
    Ok(Exit::Done)
}

/// Serves a ledger until the process is told to stop.
pub(crate) fn serve(
    serving: &Serving,
    address: DatabaseUrl,
    context: &Context,
) -> anyhow::Result<Exit> {
    check(serving)?;
    database::prepare(&address, Purpose::Write)?;
    // The service itself makes no ledger: one that is moved away must not be replaced by an empty one.
    drop(Store::open(&address)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        let listen = Listen { address: serving.listen, tls: None, proxies: Vec::new() };
        let listening = Listening::bind(listen).await.map_err(|error| {
            Stop::new(Exit::Failed, "io", error.to_string())
                .because(
                    std::error::Error::source(&error).map_or_else(String::new, ToString::to_string),
                )
                .hint("choose another address, or --listen 127.0.0.1:0 for a free port")
        })?;
        let config = Config {
            state: state_folder(&address)?,
            gate: state::folder()?,
            clock: Arc::new(SystemClock),
            place: place(listening.address()),
            database: address,
        };
        let (app, link) = tokio::task::spawn_blocking(move || {
            let app = App::open(config)?;
            let link = app.sign_in_link()?;
            Ok::<_, hubfolk_store::Error>((app, link))
        })
        .await??;
        let text = format!("Dashboard at {}\nSign in once with {link}\n", app.url());
        context.output.bytes(text.as_bytes())?;
        context.note("Ctrl-C stops it");
        listening.serve(app.router(), stop).await;
        Ok(Exit::Done)
    })
}

/// Where the service keeps pasted tokens: beside a ledger in a file, else in the data folder.
fn state_folder(address: &DatabaseUrl) -> Result<PathBuf, Stop> {
    match address {
        DatabaseUrl::Sqlite(path) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".service");
            Ok(PathBuf::from(name))
        }
        DatabaseUrl::Postgres(_) => Ok(database::data_folder(&Process)?.join("service")),
    }
}

/// How browsers know a service on this machine.
fn place(address: SocketAddr) -> Place {
    let hosts = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    Place { url: format!("http://{address}"), hosts, https: false, loopback: is_here(address.ip()) }
}

fn is_here(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Ends with Ctrl-C or a polite end by the system.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Refuses what may not be listened on.
fn check(serving: &Serving) -> Result<(), Stop> {
    if is_here(serving.listen.ip()) {
        return Ok(());
    }
    Err(usage(format!("{} can be reached from other machines", serving.listen))
        .hint("listen on this machine: --listen 127.0.0.1:8787"))
}
