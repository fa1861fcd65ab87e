//! Who changed what in the service.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::layout::{self, Section, Shell};
use crate::problem::Problem;
use crate::show::shown;

/// Entries of a page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/log", get(show))
}

struct Entry {
    seq: i64,
    at: String,
    who: String,
    kind: String,
    org: String,
    target: String,
    detail: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    shell: Shell,
    entries: Vec<Entry>,
    older: Option<i64>,
    count: i64,
    broken: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    before: Option<i64>,
}

async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let page = app.read(&caller, Role::Admin, move |desk| {
        let shell = Shell::new(desk, Section::Log, None)?;
        let rows = desk.store().log_entries(before, PAGE)?;
        let older = rows.last().map(|row| row.seq).filter(|seq| *seq > 1);
        let (count, broken) = desk.store().verify_log()?;
        let mut entries = Vec::new();
        for row in rows {
            let org = match row.org_id {
                Some(id) => desk.store().org(id)?.map_or_else(|| id.to_string(), |org| org.slug),
                None => String::new(),
            };
            entries.push(Entry {
                seq: row.seq,
                at: shown(row.at),
                who: row.who,
                kind: row.kind,
                org,
                target: row.target,
                detail: if row.detail == "null" { String::new() } else { row.detail },
                hash: row.hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
            });
        }
        Ok(LogPage { shell, entries, older, count, broken })
    });
    layout::page(&page.await?)
}
