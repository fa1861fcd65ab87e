//! Numbers for Prometheus, in its text format.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::app::App;
use crate::listen::Peer;
use crate::problem::Problem;
use crate::session;

/// Upper bounds of the times that answers took, in seconds.
const BOUNDS: [f64; 8] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted while the service runs.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    answers: Mutex<BTreeMap<u16, u64>>,
    times: [AtomicU64; BOUNDS.len()],
    answered: AtomicU64,
    answered_micros: AtomicU64,
    hub_requests: AtomicU64,
    hub_errors: AtomicU64,
    hub_waited_millis: AtomicU64,
    runs: Mutex<BTreeMap<&'static str, u64>>,
    pub(crate) syncing: AtomicU64,
}

impl Metrics {
    /// What a client of a Hub tells.
    pub(crate) fn hub(&self, event: &hubfolk::Event) {
        match event {
            hubfolk::Event::Sent { .. } => drop(self.hub_requests.fetch_add(1, Relaxed)),
            hubfolk::Event::Answered { status, .. } if status.is_server_error() => {
                self.hub_errors.fetch_add(1, Relaxed);
            }
            hubfolk::Event::Waiting { duration, .. } => {
                let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
                self.hub_waited_millis.fetch_add(millis, Relaxed);
            }
            _ => {}
        }
    }

    /// A sync ended.
    pub(crate) fn run(&self, state: &'static str) {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        *runs.entry(state).or_default() += 1;
    }

    fn answer(&self, status: u16, took: Duration) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() +=
            1;
        for (bound, count) in BOUNDS.iter().zip(&self.times) {
            if took.as_secs_f64() <= *bound {
                count.fetch_add(1, Relaxed);
            }
        }
        self.answered.fetch_add(1, Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.answered_micros.fetch_add(micros, Relaxed);
    }

    /// The text, but for what the database says.
    fn text(&self) -> String {
        let mut text = Text::default();
        text.head("hubfolk_http_requests_total", "counter", "Requests answered, by status.");
        for (status, count) in &*self.answers.lock().unwrap_or_else(PoisonError::into_inner) {
            text.line(
                "hubfolk_http_requests_total",
                &[("status", &status.to_string())],
                *count as f64,
            );
        }
        let name = "hubfolk_http_request_duration_seconds";
        text.head(name, "histogram", "How long answers took.");
        for (bound, count) in BOUNDS.iter().zip(&self.times) {
            let labels = [("le", &*bound.to_string())];
            text.line(&format!("{name}_bucket"), &labels, count.load(Relaxed) as f64);
        }
        let all = self.answered.load(Relaxed) as f64;
        text.line(&format!("{name}_bucket"), &[("le", "+Inf")], all);
        text.line(&format!("{name}_sum"), &[], self.answered_micros.load(Relaxed) as f64 / 1e6);
        text.line(&format!("{name}_count"), &[], all);
        for (name, what, value) in [
            ("hubfolk_hub_requests_total", "Requests sent to Hubs.", &self.hub_requests),
            ("hubfolk_hub_errors_total", "Answers of Hubs with a status of 5xx.", &self.hub_errors),
        ] {
            text.head(name, "counter", what);
            text.line(name, &[], value.load(Relaxed) as f64);
        }
        let name = "hubfolk_hub_waited_seconds_total";
        text.head(name, "counter", "Time waited for Hubs, for rate limits and to try again.");
        text.line(name, &[], self.hub_waited_millis.load(Relaxed) as f64 / 1e3);
        text.head("hubfolk_sync_runs_total", "counter", "Syncs that ended, by how.");
        for (state, count) in &*self.runs.lock().unwrap_or_else(PoisonError::into_inner) {
            text.line("hubfolk_sync_runs_total", &[("state", state)], *count as f64);
        }
        text.head("hubfolk_syncs_running", "gauge", "Syncs that run now.");
        text.line("hubfolk_syncs_running", &[], self.syncing.load(Relaxed) as f64);
        text.0
    }
}

/// The text format: one line a number.
#[derive(Default)]
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, what: &str) {
        let _ = write!(self.0, "# HELP {name} {what}\n# TYPE {name} {kind}\n");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (index, (label, text)) in labels.iter().enumerate() {
            let open = if index == 0 { '{' } else { ',' };
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{open}{label}=\"{text}\"");
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{close} {value}");
    }
}

/// Counts every answer.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = std::time::Instant::now();
    let response = next.run(request).await;
    app.metrics().answer(response.status().as_u16(), began.elapsed());
    response
}

/// `GET /metrics`: for who is signed in or has a token; on a service that only this machine can
/// reach, for everybody, without a name of anybody.
pub(crate) async fn serve(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let here = app.config().place.loopback
        && request.extensions().get::<Peer>().is_some_and(|peer| peer.address.is_loopback());
    let caller = session::enter(&app, request.uri().path(), request.headers()).await;
    let named = match caller {
        Ok(Some(caller)) => caller.access.everywhere.is_some(),
        Ok(None) if here => false,
        Ok(None) => return Err(Problem::signed_out()),
        // Without a database the numbers of this process still are worth knowing.
        Err(_) if here => false,
        Err(problem) => return Err(problem),
    };
    let mut text = Text(app.metrics().text());
    let now = app.now().as_microsecond();
    let orgs = app.look(move |store| {
        let mut rows = Vec::new();
        for org in store.orgs()? {
            let (active, _) = store.member_counts(org.id)?;
            let run = store.run(org.id, org.published_run)?;
            let age = run.and_then(|run| run.finished).map(|at| (now - at) as f64 / 1e6);
            rows.push((org, active, age));
        }
        Ok(rows)
    });
    let up = match orgs.await {
        Ok(rows) => {
            organizations(&mut text, &rows, named);
            1.0
        }
        Err(_) => 0.0,
    };
    text.head("hubfolk_database_up", "gauge", "Whether the database answers.");
    text.line("hubfolk_database_up", &[], up);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.0)
        .into_response())
}

fn organizations(text: &mut Text, rows: &[(hubfolk_store::Org, i64, Option<f64>)], named: bool) {
    text.head("hubfolk_organizations", "gauge", "Organizations in the ledger.");
    text.line("hubfolk_organizations", &[], rows.len() as f64);
    text.head("hubfolk_members", "gauge", "Members listed as of the last published run.");
    if !named {
        text.line("hubfolk_members", &[], rows.iter().map(|(_, active, _)| *active as f64).sum());
    }
    for (org, active, _) in rows.iter().filter(|_| named) {
        let labels = [("org", org.slug.as_str()), ("endpoint", org.endpoint.as_str())];
        text.line("hubfolk_members", &labels, *active as f64);
    }
    let name = "hubfolk_published_age_seconds";
    text.head(name, "gauge", "Time since the last published run.");
    if !named && let Some(oldest) = rows.iter().filter_map(|(_, _, age)| *age).reduce(f64::max) {
        text.line(name, &[], oldest);
    }
    for (org, _, age) in rows.iter().filter(|_| named) {
        let labels = [("org", org.slug.as_str()), ("endpoint", org.endpoint.as_str())];
        text.line(name, &labels, age.unwrap_or(f64::INFINITY));
    }
}
