//! Who changed what in the service.

use std::sync::PoisonError;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use hubfolk_store::{LogChecked, LogEntry};
use serde::Deserialize;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::layout::{self, Section, Shell, org_url};
use crate::problem::Problem;
use crate::show::{self, shown};

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
    what: String,
    org: String,
    org_url: Option<String>,
    target: String,
    detail: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    shell: Shell,
    entries: Vec<Entry>,
    newest: bool,
    older: Option<i64>,
    count: i64,
    broken: Option<i64>,
    whole: bool,
}

#[derive(Debug, Deserialize)]
struct Asked {
    before: Option<i64>,
    /// `all` to recompute the whole chain.
    check: Option<String>,
}

async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let whole = asked.check.as_deref() == Some("all");
    let lock = || app.log_checked().lock().unwrap_or_else(PoisonError::into_inner);
    // Looked at whole once after each start and whenever somebody asks: a long log would make each
    // view slow otherwise. What this page shows is looked at in any case.
    let from = if whole { LogChecked::default() } else { lock().clone() };
    let whole = whole || from.count == 0;
    let (page, checked) = app
        .read(&caller, Role::Admin, move |desk| {
            let shell = Shell::new(desk, Section::Log, None)?;
            let mut rows = desk.store().log_entries(before, PAGE + 1)?;
            let broken = broken(&rows);
            let more = rows.len() > PAGE as usize;
            rows.truncate(PAGE as usize);
            let checked = desk.store().verify_log_after(from)?;
            let orgs = desk.orgs()?;
            let entries = rows.into_iter().map(|row| {
                let org = orgs.iter().find(|(_, org)| Some(org.id) == row.org_id);
                Entry::new(row, org.map(|(name, _)| name.as_str()))
            });
            let entries: Vec<Entry> = entries.collect();
            let older = entries.last().map(|entry| entry.seq).filter(|_| more);
            let broken = broken.into_iter().chain(checked.broken).min();
            let newest = before == i64::MAX;
            let count = checked.count;
            Ok((LogPage { shell, entries, newest, older, count, broken, whole }, checked))
        })
        .await?;
    *lock() = checked;
    layout::page(&page)
}

/// The first of some entries, latest first, that is not bound to the one before it.
fn broken(rows: &[LogEntry]) -> Option<i64> {
    let mut pairs = rows.windows(2).filter(|pair| !pair[0].follows(&pair[1].hash));
    let first = rows.last().filter(|row| row.seq == 1 && !row.follows(&[]));
    first.or_else(|| pairs.next_back().map(|pair| &pair[0])).map(|row| row.seq)
}

impl Entry {
    fn new(row: LogEntry, org: Option<&str>) -> Self {
        Self {
            seq: row.seq,
            at: shown(row.at),
            who: row.who,
            what: words(&row.kind).to_owned(),
            kind: row.kind,
            org: match (org, row.org_id) {
                (Some(name), _) => show::line(name),
                (None, Some(id)) => id.to_string(),
                (None, None) => String::new(),
            },
            org_url: org.map(|name| org_url(name, "")),
            target: show::line(&row.target),
            detail: if row.detail == "null" {
                String::new()
            } else {
                show::value(&Some(row.detail))
            },
            hash: row.hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// What a kind of change is called.
fn words(kind: &str) -> &str {
    match kind {
        "account.saved" => "saved an account",
        "account.removed" => "removed an account",
        "approval.given" => "said yes to an agent",
        "approval.declined" => "said no to an agent",
        "hub.signed_in" => "signed in at the Hub",
        "hub_sign_in.changed" => "changed signing in at the Hub",
        "link.used" => "signed in by a link",
        "password.changed" => "changed the password",
        "run.approved" => "approved a run",
        "run.rejected" => "rejected a run",
        "session.ended" => "ended a session",
        "settings.changed" => "changed settings",
        "settings.removed" => "stopped keeping it",
        "sync.asked" => "asked for a sync",
        "token.made" => "made a token",
        "token.revoked" => "revoked a token",
        other => other,
    }
}
