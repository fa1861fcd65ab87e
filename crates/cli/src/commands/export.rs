//! `export`: the members with the evidence for them.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use hubfolk_license::export::{EVIDENCE, Evidence};
use hubfolk_license::views::Member;
use hubfolk_license::when::{self, When};
use hubfolk_store::{Org, Store};

use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Exit, Stop, usage};
use crate::interrupt::Interrupt;
use crate::ledger::{self, View};
use crate::names;
use crate::output::{CsvFile, Format, Row, write_json, write_row};

use super::members::Halt;

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Everyone listed or missing, with the evidence: organization id, run, times, endpoint, pages, items,
coverage, digest and version. JSON has it under `export`, NDJSON in the first line, CSV in the last
columns of every row. `hubfolk verify ORG` recomputes the digest.

Examples:
  hubfolk export acme --format csv --output members.csv
  hubfolk export acme --as-of 2026-03-31 --format json > quarter.json")]
pub(crate) struct Args {
    /// Name of the organization
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    /// As it was then: a date (its end, UTC), a time, an age such as 2w, or run:17
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    as_of: Option<When>,
    /// Also those who left
    #[arg(long)]
    all: bool,
    /// Write to this file, whole or not at all, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Member::shape())?;
    let format = format(args, context)?;
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &args.org, context)?;
    let view = ledger::view(&mut store, &org, args.as_of, context)?;
    let Some(path) = &args.output else {
        let out = BufWriter::new(std::io::stdout().lock());
        write(out, format, &mut store, &org, &view, args, context, &Interrupt::never())?;
        return Ok(Exit::Done);
    };
    if context.global.dry_run {
        context.note(&format!("would write {}", path.display()));
        return Ok(Exit::Done);
    }
    let fail = |error: std::io::Error| {
        Stop::new(Exit::Failed, "io", format!("cannot write {}", path.display())).because(error)
    };
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // From here on Ctrl-C must not leave half a file behind.
    let interrupt = Interrupt::watch();
    let file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    let out = BufWriter::new(file.as_file());
    let count = write(out, format, &mut store, &org, &view, args, context, &interrupt)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    context.note(&format!("{count} members written to {}", path.display()));
    Ok(Exit::Done)
}

/// `--format`, else what the file's name says, else CSV.
fn format(args: &Args, context: &Context) -> Result<Format, Stop> {
    if context.output.format != Format::Table {
        return Ok(context.output.format);
    }
    let extension = args.output.as_deref().and_then(|path| path.extension()?.to_str());
    match extension {
        Some("json") => Ok(Format::Json),
        Some("ndjson" | "jsonl") => Ok(Format::Ndjson),
        Some("csv") | None => Ok(Format::Csv),
        Some(other) => {
            Err(usage(format!("an export has no format for the file ending `.{other}`"))
                .hint("say which: --format csv, json or ndjson"))
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one caller for stdout, one for a file")]
fn write(
    mut out: impl Write,
    format: Format,
    store: &mut Store,
    org: &Org,
    view: &View,
    args: &Args,
    context: &Context,
    interrupt: &Interrupt,
) -> anyhow::Result<u64> {
    let evidence = serde_json::to_value(Evidence::new(org, &view.run))?;
    let mut count = 0;
    let limit = context.output.limit.unwrap_or(u64::MAX);
    let mut each = |member: &mut dyn FnMut(&Member, u64) -> anyhow::Result<()>| {
        let ended = store.members(org.id, view.as_of, args.all, |listed| {
            if interrupt.is_set() {
                return Err(Halt::Failed(Stop::interrupted().into()));
            }
            if count == limit {
                return Err(Halt::Limit);
            }
            member(&Member::new(listed, &view.run, &view.licenses), count).map_err(Halt::Failed)?;
            count += 1;
            Ok(())
        });
        match ended {
            Ok(()) | Err(Halt::Limit) => Ok(()),
            Err(Halt::Failed(error)) => Err(error),
        }
    };
    let fields = context.output.fields.clone();
    let picked = fields.as_deref();
    match format {
        Format::Json => {
            out.write_all(b"{\"export\":")?;
            write_json(&mut out, &Evidence::new(org, &view.run))?;
            out.write_all(b",\"members\":[")?;
            each(&mut |member, i| {
                out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
                Ok(write_row(&mut out, member, picked)?)
            })?;
            out.write_all(b"\n]}\n")?;
        }
        Format::Ndjson => {
            out.write_all(b"{\"export\":")?;
            write_json(&mut out, &Evidence::new(org, &view.run))?;
            out.write_all(b"}\n")?;
            each(&mut |member, _| {
                write_row(&mut out, member, picked)?;
                Ok(out.write_all(b"\n")?)
            })?;
        }
        Format::Csv | Format::Table => {
            let own = fields.clone().unwrap_or_else(|| Member::shape().fields);
            let mut columns = own;
            columns.extend(EVIDENCE.iter().map(|key| format!("export_{key}")));
            let mut csv =
                CsvFile::new(&mut out, columns, context.output.terminal && args.output.is_none())?;
            each(&mut |member, _| {
                let mut row = serde_json::to_value(member)?;
                for key in EVIDENCE {
                    row[format!("export_{key}")] = evidence[key].clone();
                }
                csv.push(&row)
            })?;
        }
    }
    out.flush()?;
    Ok(count)
}
