//! `verify`: whether a ledger still says what it said.

use hubfolk_license::verify::{Verification, verify};

use crate::context::Context;
use crate::database::Purpose;
use crate::error::Exit;
use crate::ledger;
use crate::names;
use crate::output::Row;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 0 when everything holds, 1 with the first event that does not.

Example:
  hubfolk verify acme --format json")]
pub(crate) struct Args {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
}

impl Row for Verification {
    const FIELDS: &'static [&'static str] =
        &["org", "events", "runs", "ok", "first_bad_seq", "problem"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Verification::shape())?;
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &args.org, context)?;
    let found = verify(&mut store, &org)?;
    context.output.one(&found)?;
    Ok(if found.ok { Exit::Done } else { Exit::Findings })
}
