//! `contract`: does the table of operations still say what the Hub says about itself?

use std::io::Read;
use std::path::Path;

use hubfolk_api::contract::{self, Finding, LEFT_OUT, Report};
use hubfolk_api::openapi::{self, GetOpenapiDocument};
use serde::Serialize;
use serde_json::Value;

use crate::context::{Caps, Context};
use crate::error::{Exit, usage};
use crate::output::Row;

use super::hub;

/// Where a Hub keeps its document.
const WELL_KNOWN: &str = "/.well-known/openapi.json";

/// Arguments of `contract`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every operation that hubfolk knows is compared with the document: method, path, parameters, required
fields, named values, limits, answer. What differs is printed, unless a list in the program says why;
--all prints that too. Exit code 1 means that something differs and nobody has looked at it yet.

Examples:
  hubfolk contract                          what the Hub says about itself today
  hubfolk contract openapi.json             a document in a file, - for standard input
  hubfolk contract --all --format csv       also what differs for a reason, with the reason
  hubfolk contract --print > mine.json      hubfolk's own table as an OpenAPI document")]
pub(crate) struct Args {
    /// The document: a file, a Hub's address, or nothing for the Hub you talk to
    #[arg(value_name = "FILE|URL")]
    source: Option<String>,
    /// Also print the differences that have a reason
    #[arg(long)]
    all: bool,
    /// Print the table of operations as an OpenAPI document
    #[arg(long, conflicts_with_all = ["source", "all"])]
    print: bool,
}

/// One difference as it is printed.
#[derive(Debug, Serialize)]
struct Line {
    news: String,
    operation: Option<String>,
    method: String,
    path: String,
    place: String,
    difference: String,
    document: String,
    ours: String,
    why: Option<String>,
}

impl Row for Line {
    const FIELDS: &'static [&'static str] =
        &["news", "operation", "method", "path", "place", "difference", "document", "ours", "why"];
    const COLUMNS: &'static [&'static str] =
        &["news", "operation", "method", "path", "place", "difference", "document", "ours"];
}

impl Line {
    fn of(finding: &Finding) -> Self {
        Self {
            news: finding.news.to_string(),
            operation: finding.operation.map(str::to_owned),
            method: finding.method.clone(),
            path: finding.path.clone(),
            place: finding.place.clone(),
            difference: finding.difference.to_string(),
            document: finding.document.clone(),
            ours: finding.ours.clone(),
            why: finding.why.map(str::to_owned),
        }
    }
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    if args.print {
        let mut text = serde_json::to_vec_pretty(&openapi::document())?;
        text.push(b'\n');
        context.output.bytes(&text)?;
        return Ok(Exit::Done);
    }
    context.output.check(&Line::shape())?;
    let Some(document) = document(args.source.as_deref(), context)? else {
        return Ok(Exit::Done);
    };
    let report = contract::check(&document).map_err(|error| {
        usage(error.to_string()).hint("give the Hub's OpenAPI document, as JSON")
    })?;
    print(&report, args.all, context)?;
    Ok(if report.findings.is_empty() { Exit::Done } else { Exit::Findings })
}

/// The document to compare with; `None` when `--dry-run` only showed the request.
fn document(source: Option<&str>, context: &Context) -> anyhow::Result<Option<Value>> {
    let read = |text: &[u8], name: &str| -> anyhow::Result<Value> {
        Ok(serde_json::from_slice(text)
            .map_err(|error| usage(format!("{name} is no JSON")).because(error))?)
    };
    let endpoint = match source {
        None => context.endpoint()?,
        Some("-") => {
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text)?;
            return read(&text, "standard input").map(Some);
        }
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            let base = url.trim_end_matches('/');
            base.strip_suffix(WELL_KNOWN).unwrap_or(base).to_owned()
        }
        Some(file) => {
            let text = std::fs::read(Path::new(file)).map_err(|error| {
                usage(format!("{file} cannot be read"))
                    .because(error)
                    .hint("give a file, a Hub's address such as https://huggingface.co, or nothing")
            })?;
            return read(&text, file).map(Some);
        }
    };
    if context.global.dry_run {
        hub::dry_run(context, &GetOpenapiDocument::new())?;
        return Ok(None);
    }
    // The document is for everybody; the token stays here.
    let hub = context.hub_at(&endpoint, None, &Caps::default())?;
    let document = context.block_on(async { Ok(hub.send(GetOpenapiDocument::new()).await?) })?;
    Ok(Some(Value::Object(document)))
}

fn print(report: &Report, all: bool, context: &Context) -> anyhow::Result<()> {
    let mut lines: Vec<Line> = report.findings.iter().map(Line::of).collect();
    if all {
        lines.extend(report.explained.iter().map(Line::of));
        lines.extend(report.undocumented.iter().map(|(name, why)| Line {
            news: "unlisted".to_owned(),
            operation: Some((*name).to_owned()),
            method: String::new(),
            path: String::new(),
            place: String::new(),
            difference: "operation".to_owned(),
            document: "absent".to_owned(),
            ours: "in the table".to_owned(),
            why: Some((*why).to_owned()),
        }));
    }
    let mut rows = context.output.list(&Line::shape())?;
    for line in &lines {
        if rows.push(line)?.is_break() {
            break;
        }
    }
    rows.finish()?;
    context.note(&format!(
        "{} operations are in the document, {} are known from elsewhere; {} differences have a \
         reason, {} have none; of the document, {} operations are not about people and {} are \
         left out on purpose",
        report.documented,
        report.undocumented.len(),
        report.explained.len(),
        report.findings.len(),
        report.outside,
        LEFT_OUT.len(),
    ));
    Ok(())
}
