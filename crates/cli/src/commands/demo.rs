//! `demo`: half a year of an invented organization, played and looked at.

mod clock;
mod play;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hubfolk_license::clock::Clock;
use hubfolk_sim::{DEMO_ADMIN_TOKEN, DEMO_ORGANIZATION, Running, Timeline};
use hubfolk_store::{DatabaseUrl, Price, Store};
use jiff::SignedDuration;

use super::serve::{self, Serving};
use crate::context::Context;
use crate::database;
use crate::error::{Exit, Stop};
use crate::token::Process;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs no account, no token and no network: a simulated Hub runs inside the program. The ledger it fills
is its own, beside yours, and is made anew each time.

Examples:
  hubfolk demo
  hubfolk demo --members 5000 --seed 7
  hubfolk demo --serve                       then look at it in a browser")]
pub(crate) struct Args {
    /// Which history; the same number tells the same story
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// How many members the organization begins with
    #[arg(long, value_name = "N", default_value = "1200", value_parser = clap::value_parser!(u32).range(20..=200_000))]
    members: u32,
    /// Keep the ledger in this file instead of the data folder; an existing file is refused
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Then show it in the dashboard, until Ctrl-C
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    serving: Serving,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let place = place(args)?;
    if context.global.dry_run {
        context.note(&format!("would play the demo into {}", place.display()));
        return Ok(Exit::Done);
    }
    let (story, hub) = play::play(args.seed, args.members as usize, &place, context)?;
    if context.output.format.is_json() {
        let mut text = Vec::new();
        crate::output::write_json(&mut text, &story)?;
        text.push(b'\n');
        context.output.bytes(&text)?;
    } else {
        context.output.bytes(report::text(&story, context.output.colour).as_bytes())?;
    }
    if args.serve {
        return show(args, &place, &hub, context);
    }
    Ok(Exit::Done)
}

/// Shows the demo in the dashboard, with the Hub still there to sync from.
fn show(args: &Args, place: &Path, hub: &Running, context: &Context) -> anyhow::Result<Exit> {
    let address = DatabaseUrl::sqlite(place);
    let ended = Timeline::new(args.seed, args.members as usize).date(Timeline::WEEKS);
    // It is the afternoon of the day on which the history ends, and time goes on from there.
    let clock = clock::Onward::from(ended + SignedDuration::from_hours(6));
    let mut store = Store::open(&address)?;
    let org = store
        .find_orgs(DEMO_ORGANIZATION, None)?
        .pop()
        .ok_or_else(|| anyhow::anyhow!("the demo's own organization is not in its ledger"))?;
    let kept = hubfolk_web::keep(
        &mut store,
        &serve::state_folder(&address)?,
        &org,
        DEMO_ADMIN_TOKEN,
        clock.now(),
    );
    kept.map_err(|problem| anyhow::anyhow!(problem.message))?;
    store.save_prices(org.id, &prices())?;
    drop(store);
    hub.set_time(Some(clock.now()));
    serve::serve(&args.serving, address, Arc::new(clock), context)
}

/// What a seat costs there, so that the dashboard has a bill to show; whoever may do nothing is free.
fn prices() -> Vec<Price> {
    let seat = |(license, minor): (&str, i64)| Price {
        license: license.to_owned(),
        minor,
        currency: "USD".to_owned(),
        cycle: "month".to_owned(),
    };
    let paid = ["Admin", "Write", "Contributor", "Read"].map(|license| (license, 2_000));
    paid.into_iter().chain([("No access", 0)]).map(seat).collect()
}

/// Where the demo's ledger lies: never where a person's own does.
fn place(args: &Args) -> Result<PathBuf, Stop> {
    let Some(path) = &args.ledger else {
        return Ok(database::data_folder(&Process)?.join("demo.db"));
    };
    if path.exists() {
        return Err(crate::error::usage(format!(
            "{} exists, and the demo replaces nothing of yours",
            path.display()
        ))
        .hint("name a file that does not exist, or leave --ledger out"));
    }
    Ok(path.clone())
}

/// The side files of SQLite go with the file.
fn remove(path: &Path) -> std::io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
