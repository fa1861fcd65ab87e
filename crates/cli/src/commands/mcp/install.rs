//! `mcp install`: hubfolk in the settings of the programs that people talk to models in.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use hubfolk_mcp::install::{self, Change, Client, Entry, Places, Problem, System};

use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::token::{Environment, Process};

/// Arguments of `mcp install`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --apply it only shows what would stand in which file. All other entries, comments and the layout of the
file stay; the file as it was is kept beside it (.before-hubfolk), and --undo puts it back. No token is written:
the server finds it where `hubfolk auth login` puts it.

Examples:
  hubfolk mcp install --client claude-code
  hubfolk mcp install --client zed --apply -- --profile core --read-only
  hubfolk mcp install --client codex --undo")]
pub(crate) struct Args {
    /// The program to install into
    #[arg(long, value_name = "CLIENT", value_parser = PossibleValuesParser::new(Client::ALL.map(Client::name)))]
    client: String,
    /// Write it
    #[arg(long, conflicts_with = "undo")]
    apply: bool,
    /// Take it out again
    #[arg(long)]
    undo: bool,
    /// The settings file, where it is not in its usual place
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How to call this program [default: where it is now]
    #[arg(long, value_name = "PROGRAM")]
    command: Option<String>,
    /// Options of `hubfolk mcp` for this client
    #[arg(last = true, value_name = "OPTIONS")]
    options: Vec<String>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let client = Client::ALL.into_iter().find(|client| client.name() == args.client);
    let client = client.expect("the parser takes no other name");
    let file = match args.file {
        Some(file) => file,
        None => client.file(&places()?),
    };
    let entry = Entry { command: command(args.command)?, args: words(args.options) };
    if args.undo && !context.global.dry_run {
        let change = install::undo(client, &file, &entry).map_err(stop)?;
        let file = file.display();
        context.note(&match change {
            Change::None => format!("hubfolk is not in {file}; nothing was changed"),
            Change::Written { .. } => format!("took hubfolk out of {file}"),
            Change::Restored => format!("{file} is as it was before"),
            Change::Removed => format!("removed {file}, which held nothing else"),
        });
        return Ok(Exit::Done);
    }
    if !args.apply || context.global.dry_run {
        // What is wrong with the file is said before anybody relies on the plan.
        install::planned(client, &file, &entry).map_err(stop)?;
        context.note(&format!("this would stand in {}; --apply writes it", file.display()));
        context.output.bytes(client.snippet(&entry).as_bytes())?;
        return Ok(Exit::Done);
    }
    let change = install::apply(client, &file, &entry).map_err(stop)?;
    let place = file.display();
    context.note(&match change {
        Change::None => format!("{place} has it already; nothing was changed"),
        Change::Written { backup: Some(backup) } => {
            format!("wrote {place}; as it was before: {}", backup.display())
        }
        _ => format!("wrote {place}"),
    });
    Ok(Exit::Done)
}

/// The arguments that start the server.
fn words(options: Vec<String>) -> Vec<String> {
    std::iter::once("mcp".to_owned()).chain(options).collect()
}

/// Clients start programs without a shell and often without a PATH, so the whole path is named.
fn command(given: Option<String>) -> Result<String, Stop> {
    if let Some(command) = given {
        return Ok(command);
    }
    let path = std::env::current_exe().map_err(|error| {
        usage("cannot find out where this program is")
            .because(error)
            .hint("say it: --command PROGRAM")
    })?;
    path.into_os_string()
        .into_string()
        .map_err(|_| usage("the path of this program is no text").hint("say it: --command PROGRAM"))
}

fn places() -> Result<Places, Stop> {
    let folder =
        |name: &str| Process.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = folder("HOME").or_else(|| folder("USERPROFILE")).ok_or_else(|| {
        usage("there is no home folder to look for the settings in")
            .hint("name the file: --file FILE")
    })?;
    let (system, config) = if cfg!(target_os = "macos") {
        (System::MacOs, None)
    } else if cfg!(windows) {
        (System::Windows, folder("APPDATA"))
    } else {
        (System::Linux, folder("XDG_CONFIG_HOME").filter(|path| path.is_absolute()))
    };
    Ok(Places { home, config, system })
}

fn stop(problem: Problem) -> Stop {
    match problem {
        Problem::Unreadable { .. } => usage(problem.to_string())
            .hint("mend it in the client, or paste what `hubfolk mcp install` shows"),
        other => Stop::new(Exit::Failed, "io", other.to_string()).because(other),
    }
}
