//! Measures hubfolk against what its jobs cost at least.
//!
//! Every contender is a process of its own, floor and product take turns in one run, and what counts
//! is the ratio of their medians: milliseconds differ from machine to machine.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod agent;
mod bare;
mod contender;
mod floor;
mod history;
mod load;
mod measure;
mod paint;
mod service;
mod suite;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// As the product has it: what is measured in this process is the product's code.
#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Parser)]
#[command(name = "hubfolk-benches", about, disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    suite: suite::Options,
}

#[derive(Subcommand)]
enum Task {
    /// One contender, started by the suite
    #[command(hide = true)]
    Contender(contender::Contender),
    /// Writes a ledger with a long history
    History(history::History),
    /// A simulator, started by the suite
    #[command(hide = true)]
    Serve { world: String },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.task {
        Some(Task::Contender(contender)) => contender.run(),
        Some(Task::History(history)) => history.run(),
        Some(Task::Serve { world }) => load::serve(&world),
        None => suite::run(&arguments.suite),
    }
}
