//! How results reach stdout: one set of rows, four formats.

mod cell;
mod json;
mod table;

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::ops::ControlFlow;

use clap::ValueEnum;
use hubfolk_license::export::csv;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
pub(crate) use cell::is_hidden;
pub(crate) use cell::{minute, shown};
pub(crate) use table::terminal_width;

use crate::error::{Stop, usage};

/// What the rows look like on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns that fit the terminal; tab-separated without decoration when piped
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line, as it arrives
    Ndjson,
    /// RFC 4180 with a header; cells that a spreadsheet would run are neutralised
    Csv,
}

impl Format {
    /// Whether errors are to be machine-readable too.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }
}

/// A type that can be a row: its keys are the contract of `--fields`.
pub(crate) trait Row: Serialize {
    /// Every key, in the order of the JSON object.
    const FIELDS: &'static [&'static str];
    /// The keys a table shows when nobody asks for others.
    const COLUMNS: &'static [&'static str];

    /// The two lists as a value.
    fn shape() -> Shape {
        Shape {
            fields: Self::FIELDS.iter().map(ToString::to_string).collect(),
            columns: Self::COLUMNS.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Which keys a row has and which of them a table shows.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) fields: Vec<String>,
    pub(crate) columns: Vec<String>,
}

/// The choices of one invocation about its output.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) fields: Option<Vec<String>>,
    pub(crate) limit: Option<u64>,
    /// Whether stdout is a terminal.
    pub(crate) terminal: bool,
    /// Whether stdout may carry colours.
    pub(crate) colour: bool,
}

impl Output {
    /// Reads what stdout is; `--color` has to be applied before.
    pub(crate) fn new(format: Format, fields: Option<Vec<String>>, limit: Option<u64>) -> Self {
        let stdout = io::stdout();
        let colour = !matches!(anstream::AutoStream::choice(&stdout), anstream::ColorChoice::Never);
        Self { format, fields, limit, terminal: stdout.is_terminal(), colour }
    }

    /// Refuses a `--fields` name this kind of row does not have.
    ///
    /// Called before anything is sent, so that a typing error costs nothing.
    pub(crate) fn check(&self, shape: &Shape) -> Result<(), Stop> {
        let unknown = self.fields.iter().flatten().find(|name| !shape.fields.contains(name));
        match unknown {
            None => Ok(()),
            Some(name) => Err(usage(format!("--fields: there is no field `{name}` here"))
                .hint(format!("choose from: {}", shape.fields.join(", ")))),
        }
    }

    /// Begins a list of rows.
    pub(crate) fn list(&self, shape: &Shape) -> Result<Rows, Stop> {
        self.check(shape)?;
        let picked = self.fields.clone();
        let all_in_csv = self.format == Format::Csv && picked.is_none();
        let columns = match &picked {
            Some(fields) => fields.clone(),
            None if all_in_csv => shape.fields.clone(),
            None => shape.columns.clone(),
        };
        Ok(Rows {
            out: BufWriter::with_capacity(64 * 1024, io::stdout().lock()),
            left: self.limit.unwrap_or(u64::MAX),
            count: 0,
            picked,
            kind: match (self.format, self.terminal) {
                (Format::Json, _) => Kind::Json(Vec::new()),
                (Format::Ndjson, _) => Kind::Ndjson,
                (Format::Csv, terminal) => Kind::Csv { columns, header: false, terminal },
                (Format::Table, true) => Kind::Table(table::Batches::new(columns, self.colour)),
                (Format::Table, false) => Kind::Plain(columns),
            },
        })
    }

    /// Prints one object on its own: a JSON object, or key and value side by side.
    pub(crate) fn one<R: Row>(&self, row: &R) -> anyhow::Result<()> {
        self.one_shaped(&R::shape(), row)
    }

    /// Prints one object of a shape known only at run time.
    pub(crate) fn one_shaped(&self, shape: &Shape, row: &impl Serialize) -> anyhow::Result<()> {
        self.check(shape)?;
        let mut out = BufWriter::new(io::stdout().lock());
        if self.format.is_json() {
            json::write_row(&mut out, row, self.fields.as_deref())?;
            out.write_all(b"\n")?;
        } else if self.format == Format::Csv {
            let mut rows = self.list(shape)?;
            let _ = rows.push(row)?;
            return rows.finish();
        } else {
            let value = serde_json::to_value(row)?;
            let keys = self.fields.as_ref().unwrap_or(&shape.columns);
            if self.terminal {
                out.write_all(table::pairs(keys, &value, self.colour).as_bytes())?;
            } else {
                for key in keys {
                    writeln!(out, "{key}\t{}", cell::plain(&value, key))?;
                }
            }
        }
        out.flush()?;
        Ok(())
    }

    /// Prints text that is the result itself: a script, a page, a report.
    pub(crate) fn bytes(&self, text: &[u8]) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text)?;
        out.flush()?;
        Ok(())
    }
}

/// A list being printed.
pub(crate) struct Rows {
    out: BufWriter<StdoutLock<'static>>,
    left: u64,
    count: u64,
    picked: Option<Vec<String>>,
    kind: Kind,
}

enum Kind {
    /// Held back until the list is whole: a document cut short must not look like a short list.
    Json(Vec<u8>),
    Ndjson,
    Csv {
        columns: Vec<String>,
        header: bool,
        terminal: bool,
    },
    Plain(Vec<String>),
    Table(table::Batches),
}

impl Rows {
    /// Prints a row; `Break` says that `--limit` is reached.
    pub(crate) fn push(&mut self, row: &impl Serialize) -> anyhow::Result<ControlFlow<()>> {
        if self.left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        let picked = self.picked.as_deref();
        match &mut self.kind {
            Kind::Json(held) => {
                held.extend_from_slice(if self.count == 0 { b"[\n" } else { b",\n" });
                json::write_row(&mut *held, row, picked)?;
            }
            Kind::Ndjson => {
                json::write_row(&mut self.out, row, picked)?;
                self.out.write_all(b"\n")?;
                // "As it arrives": whoever reads must not wait for a buffer to fill.
                self.out.flush()?;
            }
            Kind::Csv { columns, header, terminal } => {
                if !std::mem::replace(header, true) {
                    csv::write_header(&mut self.out, columns)?;
                }
                csv::write_row(&mut self.out, columns, &serde_json::to_value(row)?, *terminal)?;
            }
            Kind::Plain(columns) => {
                let value = serde_json::to_value(row)?;
                for (i, column) in columns.iter().enumerate() {
                    let tab = if i == 0 { "" } else { "\t" };
                    write!(self.out, "{tab}{}", cell::plain(&value, column))?;
                }
                self.out.write_all(b"\n")?;
            }
            Kind::Table(batches) => {
                if let Some(text) = batches.push(serde_json::to_value(row)?) {
                    self.out.write_all(text.as_bytes())?;
                    self.out.flush()?;
                }
            }
        }
        self.count += 1;
        self.left -= 1;
        Ok(if self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// How many rows were printed.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Ends the list.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        match &mut self.kind {
            Kind::Json(held) => {
                held.extend_from_slice(if self.count == 0 { b"[]\n" } else { b"\n]\n" });
                self.out.write_all(held)?;
            }
            Kind::Csv { columns, header: false, .. } => csv::write_header(&mut self.out, columns)?,
            Kind::Table(batches) => self.out.write_all(batches.rest().as_bytes())?,
            Kind::Ndjson | Kind::Plain(_) | Kind::Csv { .. } => {}
        }
        self.out.flush()?;
        Ok(())
    }
}

/// Renders rows as a table of a fixed width, for reports that must look the same everywhere.
pub(crate) fn fixed_table(columns: &[&str], rows: &[Value], width: u16, colour: bool) -> String {
    table::fixed(columns, rows, width, colour)
}

/// Writes a document or object as safe JSON.
pub(crate) fn write_json(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    json::write(out, value)
}

/// Writes a row as safe JSON: the whole object, or the picked fields in their order.
pub(crate) fn write_row(
    out: impl Write,
    row: &impl Serialize,
    picked: Option<&[String]>,
) -> io::Result<()> {
    json::write_row(out, row, picked)
}

/// Writes the header and the rows of a CSV file.
pub(crate) struct CsvFile<W> {
    out: W,
    columns: Vec<String>,
    terminal: bool,
}

impl<W: Write> CsvFile<W> {
    /// Writes the header; on a terminal, control characters are written out.
    pub(crate) fn new(mut out: W, columns: Vec<String>, terminal: bool) -> io::Result<Self> {
        csv::write_header(&mut out, &columns)?;
        Ok(Self { out, columns, terminal })
    }

    /// Writes a row.
    pub(crate) fn push(&mut self, row: &impl Serialize) -> anyhow::Result<()> {
        csv::write_row(&mut self.out, &self.columns, &serde_json::to_value(row)?, self.terminal)?;
        Ok(())
    }
}
