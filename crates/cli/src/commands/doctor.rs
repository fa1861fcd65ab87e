//! `doctor`: is the Hub there, what may the token do, and has the Hub changed?

mod known;
mod probe;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hubfolk::{Event, Hub, RateLeft};
use hubfolk_api::whoami::{AccessToken, GetWhoami, TokenRole, Whoami};
use hubfolk_license::clock::{Clock, SystemClock};
use jiff::Timestamp;
use serde::Serialize;

use crate::context::{Caps, Context};
use crate::error::Exit;
use crate::names::{self, RepoName};
use crate::output::Row;
use crate::progress::Progress;

use self::known::Known;
use self::probe::Outcome;

/// Clocks that differ by more make times in reports misleading.
const MOST_SKEW: Duration = Duration::from_secs(60);

/// A token that ends sooner wants to be replaced.
const SOON: jiff::SignedDuration = jiff::SignedDuration::from_hours(14 * 24);

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It asks whose token it is, then does every operation that only reads, once, with what you own: your
organization, your repositories, what is in them. Nothing is changed. A refusal is no fault: it says
what the token may not do. Fields and words of the Hub that hubfolk has no name for are listed; they
are kept and printed anyway, but mean that the Hub has moved on.

Exit codes: 0 all is well, 1 something is unknown or wants attention, 3 the Hub failed, 7 the token is
refused.

Examples:
  hubfolk doctor
  hubfolk doctor --org acme --repo acme/model
  hubfolk doctor --no-probe              the token and the network alone, with one request
  hubfolk doctor --format json > report.json")]
pub(crate) struct Args {
    /// The organization to look at [default: the first that you administer]
    #[arg(long, value_name = "ORG", value_parser = names::organization)]
    org: Option<String>,
    /// The repository to look at [default: one of the organization, or of yours]
    #[arg(long, value_name = "REPO", value_parser = names::repo)]
    repo: Option<RepoName>,
    /// Do not try the operations
    #[arg(long)]
    no_probe: bool,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    check: String,
    state: &'static str,
    detail: String,
    status: Option<u16>,
    unknown: Vec<String>,
}

impl Row for Check {
    const FIELDS: &'static [&'static str] = &["check", "state", "detail", "status", "unknown"];
    const COLUMNS: &'static [&'static str] = &["check", "state", "detail"];
}

impl Check {
    fn new(check: &str, state: &'static str, detail: impl Into<String>) -> Self {
        let (check, detail) = (check.to_owned(), detail.into());
        Self { check, state, detail, status: None, unknown: Vec::new() }
    }
}

/// What the Hub says beside its answers.
#[derive(Debug, Default)]
struct Heard {
    left: Option<RateLeft>,
    /// By how much the Hub's clock is ahead of ours.
    skew: Option<jiff::SignedDuration>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Check::shape())?;
    if context.global.dry_run {
        super::hub::dry_run(context, &GetWhoami::new())?;
        return Ok(Exit::Done);
    }
    let heard = Arc::new(Mutex::new(Heard::default()));
    let progress = Progress::counting("operations", context.shows_progress());
    let hub = hub(context, &heard, &progress)?;
    let mut rows = context.output.list(&Check::shape())?;
    let (checks, exit) = context.block_on(async {
        let mut checks = vec![Check::new("endpoint", "ok", hub.endpoint())];
        let me = if hub.has_token() { Some(hub.send(GetWhoami::new()).await) } else { None };
        let exit = about_the_token(me.as_ref(), context, &mut checks)?;
        if let Some(Err(error)) = &me
            && error.status().is_none()
        {
            checks[0] = Check::new("endpoint", "failed", format!("{}: {error}", hub.endpoint()));
            return Ok((checks, Exit::Failed));
        }
        if exit == Exit::NotAllowed {
            checks.extend(about_the_answers(&heard));
            return Ok((checks, exit));
        }
        let me = me.and_then(Result::ok);
        if me.is_none() {
            // Without a token this is the one request that tells of rate and clock.
            let ping = hub.send(hubfolk_api::repos::ListModels::builder().limit(1).build()).await;
            if let Err(error) = ping {
                let detail = format!("{}: {error}", hub.endpoint());
                checks[0] = Check::new("endpoint", "failed", detail);
                return Ok((checks, Exit::Failed));
            }
        }
        checks.extend(about_the_answers(&heard));
        let mut exit = exit;
        if !args.no_probe {
            let known = Known::of(me.as_ref(), args.org.clone(), args.repo.clone());
            let outcomes = probe::all(&hub, known, || progress.one()).await;
            for outcome in outcomes {
                exit = worse(exit, outcome.exit());
                checks.push(row(outcome));
            }
        }
        if checks.iter().any(|check| check.state == "attention") {
            exit = worse(exit, Exit::Findings);
        }
        Ok((checks, exit))
    })?;
    progress.end();
    for check in &checks {
        if rows.push(check)?.is_break() {
            break;
        }
    }
    rows.finish()?;
    summary(&checks, context);
    Ok(exit)
}

/// A client that tells what the Hub says beside its answers.
fn hub(context: &Context, heard: &Arc<Mutex<Heard>>, progress: &Progress) -> anyhow::Result<Hub> {
    let token = context.token()?;
    let heard = Arc::clone(heard);
    let listen = move |event: &Event| {
        let Event::Answered { date, left, .. } = event else { return };
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.left = left.or(heard.left);
        let now = SystemClock.now();
        heard.skew = date.map(|date| date.duration_since(now)).or(heard.skew);
    };
    let caps = Caps {
        // A report that waits ten minutes for a rate limit is no report.
        max_wait: Duration::from_secs(60),
        max_attempts: 2,
        progress: Some(progress.clone()),
        listener: Some(Arc::new(listen)),
        ..Caps::default()
    };
    context.hub_at(&context.endpoint()?, token.as_ref(), &caps)
}

/// Where the token comes from, whose it is, what it may do and until when.
fn about_the_token(
    me: Option<&Result<Whoami, hubfolk::Error>>,
    context: &Context,
    checks: &mut Vec<Check>,
) -> anyhow::Result<Exit> {
    let Some(token) = context.token()? else {
        let detail =
            "there is none; public things can be read without. `hubfolk auth login` stores one";
        checks.push(Check::new("token", "absent", detail));
        return Ok(Exit::Done);
    };
    let source = format!("{} from {}", token.masked(), token.source);
    let me = match me {
        Some(Ok(me)) => me,
        Some(Err(error)) if error.is_auth() => {
            let detail = format!(
                "{source} is refused: it is wrong, revoked or expired. Make a new one in the Hub's \
                 settings, Access Tokens. SCIM tokens are good for `hubfolk scim` only"
            );
            let mut check = Check::new("token", "refused", detail);
            check.status = error.status().map(|status| status.as_u16());
            checks.push(check);
            return Ok(Exit::NotAllowed);
        }
        Some(Err(error)) => {
            checks.push(Check::new("token", "failed", format!("{source}: {error}")));
            return Ok(Exit::Failed);
        }
        None => return Ok(Exit::Done),
    };
    checks.push(Check::new("token", "ok", source));
    checks.push(Check::new("account", "ok", account(me)));
    let auth = me.auth.as_ref();
    if let Some(token) = auth.and_then(|auth| auth.access_token.as_ref()) {
        checks.push(Check::new("role", "ok", role(token)));
    }
    checks.push(expiry(auth.and_then(|auth| auth.expires_at.as_ref()?.as_deref()), context.now()));
    for org in me.orgs.iter().flatten() {
        let blocked = org.security_restrictions.iter().flatten().cloned().collect::<Vec<_>>();
        if !blocked.is_empty() {
            let detail = format!("{} keeps this token out: {}", org.username, blocked.join(", "));
            checks.push(Check::new("organization", "attention", detail));
        }
    }
    Ok(Exit::Done)
}

fn account(me: &Whoami) -> String {
    let orgs: Vec<String> = me
        .orgs
        .iter()
        .flatten()
        .map(|org| match &org.role_in_org {
            Some(role) => format!("{} ({role})", org.username),
            None => org.username.clone(),
        })
        .collect();
    match orgs.as_slice() {
        [] => format!("{}, in no organization", me.username),
        orgs => format!("{}, in {}", me.username, orgs.join(", ")),
    }
}

fn role(token: &AccessToken) -> String {
    let name = token.display_name.as_deref().unwrap_or("without a name");
    let role = token.role.as_ref().map_or("unknown", TokenRole::as_str);
    let Some(scopes) = token.fine_grained.as_ref() else { return format!("{role} ({name})") };
    let scoped = scopes.scoped.iter().map(|scope| {
        let entity = scope.entity.name.as_deref().unwrap_or(&scope.entity.entity_type);
        format!("{entity}: {}", scope.permissions.join(" "))
    });
    let global = scopes.global.iter().flatten().map(|global| format!("everywhere: {global}"));
    let all: Vec<String> = scoped.chain(global).collect();
    match all.as_slice() {
        [] => format!("{role} ({name}), without any scope"),
        all => format!("{role} ({name}); {}", all.join("; ")),
    }
}

fn expiry(ends: Option<&str>, now: Timestamp) -> Check {
    let Some(ends) = ends else { return Check::new("expiry", "ok", "never") };
    match ends.parse::<Timestamp>() {
        Ok(end) if end.duration_since(now) < SOON => {
            let days = end.duration_since(now).as_hours() / 24;
            Check::new("expiry", "attention", format!("{ends}, in {days} days; make a new one"))
        }
        _ => Check::new("expiry", "ok", ends),
    }
}

/// What came with the answers: how many requests are left, and the Hub's clock.
fn about_the_answers(heard: &Mutex<Heard>) -> Vec<Check> {
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    let rate = match &heard.left {
        Some(left) => {
            let quota = left.quota.map_or(String::new(), |quota| format!(" of {quota}"));
            let seconds = left.resets_in.as_secs();
            let detail = format!("{}{quota} requests left, renewed in {seconds} s", left.remaining);
            let state = if left.remaining < 100 { "attention" } else { "ok" };
            Check::new("rate", state, detail)
        }
        None => Check::new("rate", "unknown", "the Hub did not say how many requests are left"),
    };
    let clock = match heard.skew {
        Some(skew) if skew.unsigned_abs() > MOST_SKEW => {
            let (seconds, word) = (
                skew.unsigned_abs().as_secs(),
                if skew.is_negative() { "ahead of" } else { "behind" },
            );
            let detail = format!("this machine is {seconds} s {word} the Hub; set its clock");
            Check::new("clock", "attention", detail)
        }
        Some(skew) => {
            Check::new("clock", "ok", format!("{} s apart", skew.unsigned_abs().as_secs()))
        }
        None => Check::new("clock", "unknown", "the Hub did not say what time it is"),
    };
    vec![rate, clock]
}

fn row(outcome: Outcome) -> Check {
    let unknown: Vec<String> = outcome.unknown.iter().map(ToString::to_string).collect();
    let detail = match unknown.as_slice() {
        [] => outcome.detail,
        unknown => format!("unknown to hubfolk: {}", unknown.join(", ")),
    };
    Check {
        check: outcome.operation.to_owned(),
        state: outcome.state,
        detail,
        status: outcome.status,
        unknown,
    }
}

/// Of two ends the one that says more: a failure before a finding.
fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Done => 0,
        Exit::Findings => 1,
        _ => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

fn summary(checks: &[Check], context: &Context) {
    let count = |state: &str| checks.iter().filter(|check| check.state == state).count();
    context.note(&format!(
        "{} ok, {} refused, {} skipped, {} failed; {} with something unknown to this version, {} \
         that want attention",
        count("ok"),
        count("refused"),
        count("skipped"),
        count("failed"),
        count("drift"),
        count("attention"),
    ));
}
