//! The project's own tasks: `cargo xtask test`, and the slower gates that `.ci/run` adds.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a task runner speaks to the person who typed it and prepares environments"
)]

mod audit;
mod bench;
mod canary;
mod chromium;
mod command;
mod conformance;
mod demo;
mod features;
mod node;
mod packages;
mod postgres;
mod python;
mod reference;
mod screenshots;
mod setting;
mod spoken;
mod test;
mod tree;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use setting::Setting;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own tasks", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every test; find or install what they need; succeed only if all of them ran
    Test {
        /// Leave out what this machine cannot have (may be repeated)
        #[arg(long, value_name = "WHAT")]
        without: Vec<Part>,
    },
    /// Run the benchmarks in `benches/`, with a PostgreSQL of their own
    Bench {
        /// Leave out what this machine cannot have (may be repeated)
        #[arg(long, value_name = "WHAT")]
        without: Vec<Part>,
        /// What the benchmark program is given
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Write `docs/operations.md` from the table of operations
    Reference,
    /// Take the pictures of the dashboard in `docs/screenshots`
    Screenshots,
    /// Run the demo twice: same answer both times, each in under ten seconds
    CheckDemo,
    /// Look for what may not stand in the tree: machine paths, secrets, unfinished work, dead links
    CheckTree,
    /// Build every package with no feature, then with each of its features alone
    CheckFeatures,
    /// Run the official suite and inspector of the Model Context Protocol
    Conformance,
    /// Check licenses, sources, duplicates and known vulnerabilities of the dependencies
    Audit,
}

/// What a machine may lack and a person may leave out, by name only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Chromium,
    Node,
    Postgres,
    Python,
}

impl Part {
    const ALL: [Self; 4] = [Self::Chromium, Self::Node, Self::Postgres, Self::Python];

    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Node => "node",
            Self::Postgres => "postgres",
            Self::Python => "python",
        }
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let setting = Setting::here()?;
    match &arguments.task {
        Task::Test { without } => test::run(&setting, without),
        Task::Bench { without, arguments } => bench::run(&setting, without, arguments),
        Task::Reference => reference::run(&setting),
        Task::Screenshots => screenshots::run(&setting),
        Task::CheckDemo => demo::run(&setting),
        Task::CheckTree => tree::run(&setting),
        Task::CheckFeatures => features::run(&setting),
        Task::Conformance => conformance::run(&setting),
        Task::Audit => audit::run(&setting),
    }
}
