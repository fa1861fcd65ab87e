//! `access batch`: decisions from a CSV file, hundreds at a time.
//!
//! The file is read and checked as a whole before anything is sent. What has the status already is
//! left alone, so that a file can be given again after it was stopped half way.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk_api::Endpoint;
use hubfolk_api::access_requests::{
    AccessStatus, BatchAccessRequests, BatchedRequest, ListAccessRequests, MOST_IN_A_BATCH,
};
use hubfolk_api::repos::RepoType;
use serde::{Deserialize, Serialize};

use crate::context::{Caps, Context};
use crate::error::{Exit, Report, Stop, usage};
use crate::names::{self, RepoName};
use crate::output::{Row, Rows};
use crate::progress::Progress;

use super::super::hub;
use super::super::target::{RepoKind, resolve_kind};

/// Wrong lines that are named; longer lists help nobody.
const SHOWN: usize = 20;

/// Arguments of `access batch`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file has a header. Columns: user, status (accepted, rejected, pending or reset), and if needed
reason (with rejected and reset) and repo (owner/name, or datasets/owner/name), which is REPO when absent.

  user,status,reason
  ada,accepted,
  mallory,rejected,Please ask with the address of your institute

Each line is reported: changed, unchanged, user_not_found, request_not_found or failed.")]
pub(super) struct Batch {
    /// The repository of lines that name none
    #[arg(value_name = "REPO", value_parser = names::repo)]
    repo: Option<RepoName>,
    /// Its type [default: model]
    #[arg(long = "type", value_name = "TYPE", requires = "repo")]
    kind: Option<RepoKind>,
    /// The file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

/// A line as it stands in the file.
#[derive(Debug, Deserialize)]
struct Raw {
    user: String,
    status: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    repo: Option<String>,
}

/// A line that was understood.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Line {
    number: u64,
    user: String,
}

/// What lines of one batch have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    kind: String,
    repo: String,
    status: String,
    reason: Option<String>,
}

/// What came of a line.
#[derive(Debug, Serialize)]
struct Outcome {
    line: u64,
    repo: String,
    #[serde(rename = "type")]
    repo_type: String,
    user: String,
    status: String,
    result: String,
    message: Option<String>,
    /// What to do about it.
    hint: Option<String>,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] =
        &["line", "repo", "type", "user", "status", "result", "message", "hint"];
    const COLUMNS: &'static [&'static str] =
        &["line", "repo", "user", "status", "result", "message"];
}

type Groups = BTreeMap<Group, Vec<Line>>;

pub(super) fn run(batch: &Batch, context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&Outcome::shape())?;
    let groups = read(batch)?;
    if context.global.dry_run {
        return dry_run(&groups, context);
    }
    let total = groups.values().map(|lines| lines.len() as u64).sum();
    let progress = Progress::towards("requests", total, context.shows_progress());
    let hub = context.hub_capped(&Caps { progress: Some(progress.clone()), ..Caps::default() })?;
    let mut rows = context.output.list(&Outcome::shape())?;
    let mut worst = Exit::Done;
    let result = context.block_on(async {
        let mut standing = Standing { hub: &hub, known: HashMap::new() };
        for (group, lines) in &groups {
            for chunk in lines.chunks(MOST_IN_A_BATCH) {
                let outcomes = match decide(&mut standing, group, chunk).await {
                    Ok(outcomes) => outcomes,
                    Err(error) => {
                        let report = context.report(&error);
                        worst = worst.worse(report.exit);
                        chunk.iter().map(|line| group.refused(line, &report)).collect()
                    }
                };
                for outcome in outcomes {
                    if outcome.result.ends_with("not_found") {
                        worst = worst.worse(Exit::NotFound);
                    }
                    print(&mut rows, &outcome, &progress, context)?;
                }
            }
        }
        Ok(())
    });
    progress.end();
    result?;
    rows.finish()?;
    Ok(worst)
}

fn print(
    rows: &mut Rows,
    outcome: &Outcome,
    progress: &Progress,
    context: &Context,
) -> anyhow::Result<()> {
    progress.one();
    // `--limit` shortens what is shown; every line of the file is done all the same.
    let _ = if context.output.terminal {
        progress.aside(|| rows.push(outcome))?
    } else {
        rows.push(outcome)?
    };
    Ok(())
}

/// Who has which status now, asked for once.
struct Standing<'a> {
    hub: &'a Hub,
    known: HashMap<(String, String, String), HashSet<String>>,
}

impl Standing<'_> {
    /// The names of those who have the status of this group already.
    async fn of(&mut self, group: &Group) -> anyhow::Result<&HashSet<String>> {
        let key = (group.kind.clone(), group.repo.clone(), group.status.clone());
        if !self.known.contains_key(&key) {
            let mut requests = self.hub.list(group.list());
            let mut names = HashSet::new();
            while let Some(request) = requests.try_next().await? {
                names.extend(request.user.map(|user| user.username.to_lowercase()));
            }
            self.known.insert(key.clone(), names);
        }
        Ok(&self.known[&key])
    }
}

/// Sends what is to change of a chunk, and says of each line what came of it.
async fn decide(
    standing: &mut Standing<'_>,
    group: &Group,
    lines: &[Line],
) -> anyhow::Result<Vec<Outcome>> {
    let there = standing.of(group).await?;
    let (same, to_change): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| there.contains(&line.user.to_lowercase()));
    let mut outcomes: Vec<Outcome> =
        same.into_iter().map(|line| group.outcome(line, "unchanged", None)).collect();
    if !to_change.is_empty() {
        let answers = standing.hub.send(group.batch(to_change.iter().copied())).await?;
        for (index, line) in to_change.into_iter().enumerate() {
            // Answers come in the order of what was sent.
            outcomes.push(match answers.get(index) {
                Some(answer) if answer.ok => group.outcome(line, "changed", None),
                Some(answer) => {
                    let problem = answer.error.as_ref().map_or("failed", |error| error.as_str());
                    group.outcome(line, problem, None)
                }
                None => group.failed(line, "the Hub did not answer for this line"),
            });
        }
    }
    outcomes.sort_by_key(|outcome| outcome.line);
    Ok(outcomes)
}

/// Shows every request of the worst case, in which everything is to change.
fn dry_run(groups: &Groups, context: &Context) -> anyhow::Result<Exit> {
    let mut plan = Vec::new();
    for (group, lines) in groups {
        plan.push(hub::planned(&group.list())?);
        for chunk in lines.chunks(MOST_IN_A_BATCH) {
            plan.push(hub::planned(&group.batch(chunk))?);
        }
    }
    hub::print_plan(context, &plan)?;
    Ok(Exit::Done)
}

impl Group {
    fn kind(&self) -> RepoType {
        RepoType::from(self.kind.as_str())
    }

    fn status(&self) -> AccessStatus {
        AccessStatus::from(self.status.as_str())
    }

    fn list(&self) -> ListAccessRequests {
        ListAccessRequests::new(self.kind(), &self.repo, self.status())
    }

    fn batch<'a>(&self, lines: impl IntoIterator<Item = &'a Line>) -> BatchAccessRequests {
        let rejects = self.status() == AccessStatus::Rejected;
        let (rejection, reset) =
            if rejects { (self.reason.clone(), None) } else { (None, self.reason.clone()) };
        let people =
            lines.into_iter().map(|line| BatchedRequest::of(&line.user)).collect::<Vec<_>>();
        BatchAccessRequests::builder(self.kind(), &self.repo, self.status())
            .maybe_rejection_reason(rejection)
            .maybe_reset_reason(reset)
            .requests(people)
            .build()
    }

    fn outcome(&self, line: &Line, result: &str, message: Option<String>) -> Outcome {
        Outcome {
            line: line.number,
            repo: self.repo.clone(),
            repo_type: self.kind.clone(),
            user: line.user.clone(),
            status: self.status.clone(),
            result: result.to_owned(),
            message,
            hint: None,
        }
    }

    fn refused(&self, line: &Line, report: &Report) -> Outcome {
        let hint = report.next_step().map(str::to_owned);
        Outcome { hint, ..self.failed(line, report.message()) }
    }

    fn failed(&self, line: &Line, why: &str) -> Outcome {
        self.outcome(line, "failed", Some(why.to_owned()))
    }
}

/// Reads the whole file; what is wrong is named line by line, and then nothing is sent.
fn read(batch: &Batch) -> anyhow::Result<Groups> {
    let text = text(&batch.file)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().context("the header cannot be read")?.clone();
    for needed in ["user", "status"] {
        if !headers.iter().any(|name| name == needed) {
            return Err(usage(format!("the file has no column `{needed}`"))
                .hint("begin it with a header such as: user,status,reason")
                .into());
        }
    }
    if let Some(odd) =
        headers.iter().find(|name| !["user", "status", "reason", "repo"].contains(name))
    {
        return Err(usage(format!("the file has a column `{odd}` that means nothing here"))
            .hint("columns are user, status, reason and repo")
            .into());
    }
    let mut groups = Groups::new();
    let mut seen = HashMap::new();
    let mut wrong = Vec::new();
    for record in reader.records() {
        let (number, read) = match record {
            Ok(record) => {
                let number = record.position().map_or(0, csv::Position::line);
                let raw = record.deserialize::<Raw>(Some(&headers));
                (number, raw.map_err(|error| error.to_string()))
            }
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(error.to_string())),
        };
        let understood = read.and_then(|raw| understand(raw, batch)).and_then(|(group, user)| {
            let person = (group.kind.clone(), group.repo.clone(), user.to_lowercase());
            match seen.insert(person, number) {
                Some(first) => {
                    Err(format!("`{user}` stands on line {first} for the same repository"))
                }
                None => Ok((group, Line { number, user })),
            }
        });
        match understood {
            Ok((group, line)) => groups.entry(group).or_default().push(line),
            Err(problem) => wrong.push(format!("line {number}: {problem}")),
        }
    }
    if !wrong.is_empty() {
        return Err(refused(&wrong).into());
    }
    if groups.is_empty() {
        return Err(usage("the file has no line below its header, so nothing was sent").into());
    }
    Ok(groups)
}

fn text(file: &Path) -> anyhow::Result<String> {
    if file.as_os_str() == "-" {
        return std::io::read_to_string(std::io::stdin())
            .context("standard input cannot be read as UTF-8 text");
    }
    let text = std::fs::read_to_string(file);
    Ok(text.map_err(|error| usage(format!("{} cannot be read", file.display())).because(error))?)
}

fn refused(wrong: &[String]) -> Stop {
    let mut shown = wrong.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    if wrong.len() > SHOWN {
        shown = format!("{shown}; and {} more", wrong.len() - SHOWN);
    }
    let text = format!("{} wrong, so nothing was sent: {shown}", lines(wrong.len()));
    usage(text).hint("correct them and run it again; `hubfolk access batch --help` shows the form")
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line is".to_owned() } else { format!("{count} lines are") }
}

/// What a line means, checked by the rules of the operation itself.
fn understand(raw: Raw, batch: &Batch) -> Result<(Group, String), String> {
    let given = raw.repo.filter(|repo| !repo.is_empty());
    let name = match (&given, &batch.repo) {
        (Some(text), _) => names::repo(text).map_err(|rule| format!("repo {text:?} {rule}"))?,
        (None, Some(repo)) => repo.clone(),
        (None, None) => return Err("names no repository, and REPO is not given".to_owned()),
    };
    let kind = match given {
        Some(_) => resolve_kind(&name, None),
        None => resolve_kind(&name, batch.kind),
    };
    let group = Group {
        kind: kind.map_err(|stop| stop.to_string())?.to_string(),
        repo: name.id,
        status: raw.status,
        reason: raw.reason.filter(|reason| !reason.is_empty()),
    };
    if group.reason.is_some()
        && matches!(group.status(), AccessStatus::Accepted | AccessStatus::Pending)
    {
        return Err(format!(
            "a reason goes with rejected and reset only, not with {}",
            group.status
        ));
    }
    let line = Line { number: 0, user: raw.user };
    group.batch([&line]).validate().map_err(|invalid| invalid.to_string())?;
    Ok((group, line.user))
}
