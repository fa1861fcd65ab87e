//! Exactly the members that are filtered, with the evidence for them, as a file.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use hubfolk_license::export::{EVIDENCE, Evidence, csv};
use hubfolk_license::roster::Part;
use hubfolk_license::views::Member;
use serde_json::{Value, json};

use crate::access::{Caller, Role};
use crate::app::App;
use crate::problem::Problem;
use crate::question::{Desk, parse, query};
use crate::questions::members::{Asked, ListMembers};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ndjson,
    Json,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
            Self::Json => "application/json",
        }
    }
}

pub(super) async fn csv(
    app: State<App>,
    caller: Caller,
    org: Path<String>,
    query: RawQuery,
) -> Result<Response, Problem> {
    export(app, caller, org, query, Format::Csv).await
}

pub(super) async fn ndjson(
    app: State<App>,
    caller: Caller,
    org: Path<String>,
    query: RawQuery,
) -> Result<Response, Problem> {
    export(app, caller, org, query, Format::Ndjson).await
}

pub(super) async fn json(
    app: State<App>,
    caller: Caller,
    org: Path<String>,
    query: RawQuery,
) -> Result<Response, Problem> {
    export(app, caller, org, query, Format::Json).await
}

/// The file is written whole before its first byte is sent: an export is never half of one, and a
/// slow reader holds no connection to the database.
async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(org): Path<String>,
    RawQuery(text): RawQuery,
    format: Format,
) -> Result<Response, Problem> {
    let asked: ListMembers = parse(&[("org", &org)], text.as_deref())?;
    let asked = ListMembers { cursor: None, limit: None, ..asked };
    let (file, size, name) = app
        .read(&caller, Role::Viewer, move |desk| {
            let mut file = tempfile::tempfile().map_err(|error| Problem::internal(&error))?;
            let run = write(&mut file, format, &asked, desk)?;
            let size = file.stream_position().map_err(|error| Problem::internal(&error))?;
            file.rewind().map_err(|error| Problem::internal(&error))?;
            let org: String = asked
                .org
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
                .collect();
            Ok((file, size, format!("{org}-members-run-{run}.{}", format.ending())))
        })
        .await?;
    let headers = [
        (header::CONTENT_TYPE, format.kind().to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(stream::try_unfold(file, chunk))).into_response())
}

const CHUNK: usize = 64 * 1024;

async fn chunk(mut file: File) -> std::io::Result<Option<(Bytes, File)>> {
    let read = tokio::task::spawn_blocking(move || {
        let mut buffer = vec![0; CHUNK];
        let length = file.read(&mut buffer)?;
        buffer.truncate(length);
        Ok::<_, std::io::Error>((Bytes::from(buffer), file))
    });
    let (bytes, file) = read.await.map_err(std::io::Error::other)??;
    Ok(if bytes.is_empty() { None } else { Some((bytes, file)) })
}

/// Members that are read at a time.
const PAGE: usize = 1000;

/// Writes everything; the number of the run that it is of.
fn write(
    file: &mut File,
    format: Format,
    asked: &ListMembers,
    desk: &mut Desk<'_>,
) -> Result<i64, Problem> {
    let org = desk.org(&asked.org)?;
    let Asked { view, roster, mut chosen, part, .. } = asked.resolve(desk)?;
    let found = roster.find(&mut chosen, Part { from: 0, limit: usize::MAX, ..part });
    let evidence = Evidence::new(&org, &view.run);
    let evidence = serde_json::to_value(evidence).map_err(|error| Problem::internal(&error))?;
    let filter = query(&ListMembers { columns: Vec::new(), ..asked.clone() });
    let mut out = Writer {
        out: BufWriter::new(file),
        format,
        columns: columns(asked),
        evidence,
        filter,
        total: found.total,
        rows: 0,
    };
    let failed = |error: std::io::Error| Problem::internal(&error);
    out.begin().map_err(failed)?;
    for page in found.page.chunks(PAGE) {
        for member in roster.members(desk.store(), &view.licenses, page, &view.run)? {
            out.row(&member).map_err(failed)?;
        }
    }
    out.end().map_err(failed)?;
    Ok(view.run.run)
}

/// All fields, unless columns were chosen.
fn columns(asked: &ListMembers) -> Vec<String> {
    let own = Member::FIELDS.iter().copied();
    let names: Vec<&str> = if asked.columns.is_empty() {
        own.collect()
    } else {
        let chosen = asked.shown().into_iter().map(|column| column.name());
        ["id", "username"].into_iter().chain(chosen).chain(["unknown"]).collect()
    };
    names.into_iter().map(str::to_owned).collect()
}

struct Writer<'a> {
    out: BufWriter<&'a mut File>,
    format: Format,
    columns: Vec<String>,
    /// Of the run: its `items` are all that the run listed, as its digest is of all of them.
    evidence: Value,
    filter: String,
    /// Members in this file.
    total: usize,
    rows: usize,
}

impl Writer<'_> {
    fn begin(&mut self) -> std::io::Result<()> {
        let head = json!({ "export": self.evidence, "filter": self.filter, "total": self.total });
        match self.format {
            Format::Csv => {
                let mut columns = self.columns.clone();
                columns.extend(EVIDENCE.iter().map(|key| format!("export_{key}")));
                columns.extend(["export_filter".to_owned(), "export_total".to_owned()]);
                self.columns = columns;
                csv::write_header(&mut self.out, &self.columns)
            }
            Format::Ndjson => writeln!(self.out, "{head}"),
            Format::Json => {
                let text = head.to_string();
                let open = text.strip_suffix('}').unwrap_or(&text);
                write!(self.out, "{open},\"members\":[")
            }
        }
    }

    fn row(&mut self, member: &Member) -> std::io::Result<()> {
        self.rows += 1;
        let mut row = serde_json::to_value(member)?;
        match self.format {
            Format::Csv => {
                for key in EVIDENCE {
                    row[format!("export_{key}")] = self.evidence[key].clone();
                }
                row["export_filter"] = Value::from(self.filter.as_str());
                row["export_total"] = Value::from(self.total);
                csv::write_row(&mut self.out, &self.columns, &row, false)
            }
            Format::Ndjson => writeln!(self.out, "{}", self.picked(row)),
            Format::Json => {
                let row = self.picked(row);
                write!(self.out, "{}{row}", if self.rows == 1 { "\n" } else { ",\n" })
            }
        }
    }

    fn picked(&self, mut row: Value) -> Value {
        if let Some(fields) = row.as_object_mut() {
            fields.retain(|name, _| self.columns.contains(name));
        }
        row
    }

    fn end(&mut self) -> std::io::Result<()> {
        if self.format == Format::Json {
            self.out.write_all(b"\n]}\n")?;
        }
        self.out.flush()
    }
}
