//! From the arguments to the exit code.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::{Cli, Color};
use crate::commands;
use crate::context::Context;
use crate::error::{Exit, Report, is_broken_pipe};
use crate::output::Format;

/// Parses, runs and reports.
pub(crate) fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let [_, only] = arguments.as_slice()
        && (only == "--version" || only == "-V")
    {
        // Scripts ask this often; the whole grammar of commands is not needed to answer.
        let _ = writeln!(std::io::stdout(), "hubfolk {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &arguments),
    };
    match cli.global.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    log(cli.global.verbose);
    let format = cli.global.format;
    let context = Context::new(cli.global);
    match commands::run(cli.command, &context) {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let report = context.report(&error);
            report.print(format);
            report.exit.into()
        }
    }
}

/// Answers `--help` and `--version`, and says what is wrong with everything else.
fn refuse(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let format = asked_format(arguments);
    if format.is_json() {
        let text = error.render().to_string();
        let mut parts = text.split("\n\n");
        let message = parts.next().unwrap_or_default().trim().trim_start_matches("error: ");
        let tip = parts.find_map(|part| part.trim().strip_prefix("tip: ").map(str::to_owned));
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let hint = tip.unwrap_or_else(|| "try `hubfolk --help`".to_owned());
        Report::usage(message, Some(hint)).print(format);
    } else {
        let _ = error.print();
    }
    Exit::Usage.into()
}

/// The format asked for in arguments that could not be parsed as a whole.
fn asked_format(arguments: &[OsString]) -> Format {
    let words: Vec<_> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let given = words.iter().enumerate().find_map(|(i, word)| match *word {
        "--format" => words.get(i + 1).copied(),
        word => word.strip_prefix("--format="),
    });
    match given {
        Some("json") => Format::Json,
        Some("ndjson") => Format::Ndjson,
        _ => Format::Table,
    }
}

fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => "hubfolk=info",
        2 => "hubfolk=debug",
        // Not the libraries below at their most talkative: nobody has read all they would say.
        _ => "hubfolk=trace,reqwest=debug,hyper_util=debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .with_ansi(!matches!(
            anstream::AutoStream::choice(&std::io::stderr()),
            anstream::ColorChoice::Never
        ))
        .with_target(false)
        .init();
}
