//! `serve`: the always-on service with its dashboard.

mod listen;
mod lookup;
mod user;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use hubfolk_license::clock::{Clock, SystemClock};
use hubfolk_store::{DatabaseUrl, Store};
use hubfolk_web::{App, Config, Listen, Listening};

use crate::context::Context;
use crate::database::{self, Purpose};
use crate::error::{Exit, Stop};
use crate::state;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One process with the dashboard, the JSON API under /api (described at /api/openapi.json), the scheduler
and /healthz, /readyz, /metrics. It listens on this machine only, and prints a link that signs you in
once. Ctrl-C or SIGTERM ends it after what has begun. Listening elsewhere takes an admin account, and
TLS or a proxy that speaks it.

Examples:
  hubfolk serve
  hubfolk serve --listen 127.0.0.1:9000 --db postgres://me@db.example/ledger
  hubfolk serve user add ada --role admin    an account, asks for its password
  hubfolk serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem --public-url https://folk.example:8443
  hubfolk serve --listen 10.0.0.5:8787 --trusted-proxy 10.0.0.1 --public-url https://folk.example
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
    /// Speak TLS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM), in a file that nobody else can read
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Answer only what this proxy hands on; it speaks TLS to browsers and sets X-Forwarded-For
    #[arg(long, value_name = "IP")]
    pub(crate) trusted_proxy: Vec<IpAddr>,
    /// The address that browsers know the service by
    #[arg(long, value_name = "URL", value_parser = public_url)]
    pub(crate) public_url: Option<url::Url>,
}

/// An address with host and nothing behind it.
fn public_url(text: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(text).map_err(|error| error.to_string())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain { Ok(url) } else { Err("give scheme and host, as https://folk.example".to_owned()) }
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Keep local accounts
    #[command(subcommand)]
    User(user::Command),
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
        None => serve(&args.serving, address, Arc::new(SystemClock), context),
        Some(Command::User(command)) => user::run(command, &address, context),
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
    clock: Arc<dyn Clock>,
    context: &Context,
) -> anyhow::Result<Exit> {
    database::prepare(&address, Purpose::Write)?;
    // The service itself makes no ledger: one that is moved away must not be replaced by an empty one.
    let mut store = Store::open(&address)?;
    let any_admin =
        hubfolk_web::accounts::any_admin(&mut store).map_err(|p| anyhow::anyhow!(p.message))?;
    drop(store);
    listen::check(serving, any_admin)?;
    let tls = listen::tls(serving)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        let listen =
            Listen { address: serving.listen, tls, proxies: serving.trusted_proxy.clone() };
        let listening = Listening::bind(listen).await.map_err(|error| listen::refused(&error))?;
        let config = Config {
            state: state_folder(&address)?,
            gate: state::folder()?,
            lookup: Arc::new(lookup::Environment),
            clock,
            place: listen::place(serving, listening.address()),
            database: address,
        };
        // Over the network an account is asked for; the link is for whoever sits at this machine.
        let offers_link = config.place.loopback;
        let (app, link) = tokio::task::spawn_blocking(move || {
            let app = App::open(config)?;
            let link = if offers_link { Some(app.sign_in_link()?) } else { None };
            Ok::<_, hubfolk_store::Error>((app, link))
        })
        .await??;
        let mut text = format!("Dashboard at {}\n", app.url());
        if let Some(link) = link {
            text.push_str(&format!("Sign in once with {link}\n"));
        }
        context.output.bytes(text.as_bytes())?;
        context.note("Ctrl-C stops it");
        app.run(listening, stop).await;
        Ok(Exit::Done)
    })
}

/// Where the service keeps pasted tokens: beside a ledger in a file, else with its other state.
pub(crate) fn state_folder(address: &DatabaseUrl) -> Result<PathBuf, Stop> {
    match address {
        DatabaseUrl::Sqlite(path) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".service");
            Ok(PathBuf::from(name))
        }
        DatabaseUrl::Postgres(_) => state::of_service(),
    }
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
