//! `hubfolk`, the one program: command line, environment and files live here and nowhere else.

mod args;
mod commands;
mod context;
mod database;
mod error;
mod facts;
mod interrupt;
mod ledger;
mod markdown;
mod memory;
mod names;
mod output;
mod progress;
mod start;
mod state;
mod token;

use std::process::ExitCode;

fn main() -> ExitCode {
    start::run()
}
