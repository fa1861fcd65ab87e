//! `ask`: questions about sets of people, which no single call of the Hub answers.

mod memory;

use clap::{Args as ClapArgs, Subcommand};
use hubfolk::questions::{Answer, Finding, Inquiry, Question, Relation, Share, Verdict};
use hubfolk_api::discussions::GetRepoDiscussions;
use hubfolk_api::likes::ListRepoLikers;
use hubfolk_api::organizations::ListOrganizationMembers;
use hubfolk_api::users::ListUserFollowers;
use serde::Serialize;

use self::memory::Memory;
use super::hub::{self, Sent};
use super::target::{RepoArgs, RepoKind, resolve_kind};
use crate::context::{Caps, Context};
use crate::error::{Exit, usage};
use crate::names::{self, RepoName};
use crate::output::Row;
use crate::progress::Progress;

/// So many people are named on stderr; all are in the rows.
const NAMED: usize = 10;

/// Arguments of `ask`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The plan with the fewest requests is taken: who of an organization likes a repository is found by
reading the repository's likers once, unless that list is longer than the organization. What could
not be read is `unknown`, never `no`, and ends with exit code 3.

Ctrl-C leaves what was found out in a file in your cache folder; the same question with --resume goes
on from there, and asks about the unknown again. The file holds no token.

Examples:
  hubfolk ask members acme --like openai-community/gpt2
  hubfolk ask members acme --like datasets/acme/corpus --all --format csv
  hubfolk ask members acme --follow clem
  hubfolk ask members acme --belong-to other-org
  hubfolk ask members acme --discuss datasets/acme/corpus --comments
  hubfolk ask likers acme/m --format json
  hubfolk ask likers acme/m --concurrency 16 --resume")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Which members of an organization also like, follow, discuss or belong to something
    Members(Members),
    /// Which organizations the likers of a repository belong to, counted
    Likers(Likers),
}

#[derive(Debug, ClapArgs)]
struct Members {
    /// The organization whose members are asked about
    #[arg(value_name = "ORG", value_parser = names::organization)]
    org: String,
    #[command(flatten)]
    relation: RelationArgs,
    /// With --discuss, also who wrote a comment: a request for each discussion that has comments
    #[arg(long, requires = "discuss")]
    comments: bool,
    /// Type of the repository [default: model]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<RepoKind>,
    /// Also those of whom the answer is no
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
struct RelationArgs {
    /// Who likes this repository: owner/name, or datasets/owner/name, spaces/owner/name
    #[arg(long, value_name = "REPO", value_parser = names::repo)]
    like: Option<RepoName>,
    /// Who follows this user or organization
    #[arg(long, value_name = "NAME", value_parser = names::user)]
    follow: Option<String>,
    /// Who began a discussion or pull request in this repository
    #[arg(long, value_name = "REPO", value_parser = names::repo)]
    discuss: Option<RepoName>,
    /// Who is a member of this organization too
    #[arg(long, value_name = "ORG", value_parser = names::organization)]
    belong_to: Option<String>,
}

#[derive(Debug, ClapArgs)]
struct Likers {
    #[command(flatten)]
    repo: RepoArgs,
    #[command(flatten)]
    how: How,
}

/// How a question is asked.
#[derive(Debug, ClapArgs)]
struct How {
    /// How many people at a time, within the one rate limit
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
    /// Go on where an interrupted run of this question was [default file: in your cache folder]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    resume: Option<Option<std::path::PathBuf>>,
}

/// A member with the answer.
#[derive(Debug, Serialize)]
struct PersonRow<'a> {
    username: &'a str,
    id: Option<&'a str>,
    fullname: Option<&'a str>,
    answer: Verdict,
    reason: Option<&'a str>,
}

impl Row for PersonRow<'_> {
    const FIELDS: &'static [&'static str] = &["username", "id", "fullname", "answer", "reason"];
    const COLUMNS: &'static [&'static str] = &["username", "fullname", "answer", "reason"];
}

/// An organization with the likers who belong to it; also those in none, and the unknown.
#[derive(Debug, Serialize)]
struct ShareRow<'a> {
    organization: Option<&'a str>,
    fullname: Option<&'a str>,
    /// `organization`, `none` or `unknown`.
    kind: &'static str,
    likers: usize,
    people: Vec<&'a str>,
}

impl Row for ShareRow<'_> {
    const FIELDS: &'static [&'static str] =
        &["organization", "fullname", "kind", "likers", "people"];
    const COLUMNS: &'static [&'static str] = &["organization", "kind", "likers", "people"];
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Members(members) => {
            context.output.check(&PersonRow::shape())?;
            let question = members.question()?;
            let all = members.all;
            members.how.ask(context, question, |answer| print_people(context, answer, all))
        }
        Action::Likers(Likers { repo, how }) => {
            context.output.check(&ShareRow::shape())?;
            let (kind, id) = repo.resolve()?;
            how.ask(context, Question::likers(kind, id), |answer| print_shares(context, answer))
        }
    }
}

impl Members {
    fn question(&self) -> anyhow::Result<Question> {
        let relation = match &self.relation {
            RelationArgs { like: Some(repo), .. } => {
                Relation::likes(resolve_kind(repo, self.kind)?, &repo.id)
            }
            RelationArgs { discuss: Some(repo), .. } => {
                let kind = resolve_kind(repo, self.kind)?;
                match self.comments {
                    true => Relation::discusses(kind, &repo.id),
                    false => Relation::begins_discussions(kind, &repo.id),
                }
            }
            _ if self.kind.is_some() => {
                return Err(usage("--type goes with --like and --discuss only").into());
            }
            RelationArgs { follow: Some(name), .. } => Relation::follows(name),
            RelationArgs { belong_to: Some(org), .. } => Relation::belongs_to(org),
            RelationArgs { .. } => unreachable!("one of them is required"),
        };
        Ok(Question::members(&self.org, relation))
    }
}

impl How {
    /// Asks, prints, and leaves behind what an interruption would lose.
    fn ask(
        self,
        context: &Context,
        question: Question,
        print: impl FnOnce(&Answer) -> anyhow::Result<()>,
    ) -> anyhow::Result<Exit> {
        question.validate().map_err(|invalid| usage(invalid.to_string()))?;
        if context.global.dry_run {
            hub::print_plan(context, &first_requests(&question)?)?;
            return Ok(Exit::Done);
        }
        let progress = Progress::counting("asked about", context.shows_progress());
        let caps = Caps { progress: Some(progress.clone()), ..Caps::default() };
        let hub = context.hub_capped(&caps)?;
        let mut memory = Memory::of(self.resume.as_ref(), &question, &hub)?;
        let mut inquiry = match self.resume {
            Some(_) => memory.recall(&question, &hub)?,
            None => {
                if memory.path().exists() {
                    context
                        .note("this question was interrupted before; --resume goes on from there");
                }
                None
            }
        }
        .unwrap_or_else(|| Inquiry::new(question));
        let run = inquiry.run(&hub, usize::from(self.concurrency), |now| {
            let state = now.progress();
            progress.at(state.done);
            if let Some(total) = state.total {
                progress.say(format!("of {total}, {} requests", state.requests));
            }
            memory.keep_now_and_then(now);
        });
        let outcome = context.block_on(async { Ok(run.await?) });
        progress.end();
        let answer = match outcome {
            Ok(answer) => answer,
            Err(error) => {
                remember(context, &memory, &inquiry);
                return Err(error);
            }
        };
        print(&answer)?;
        context.note(&summary(&answer));
        if answer.is_complete() {
            memory.forget();
            return Ok(Exit::Done);
        }
        warn_of_unknown(context, &answer);
        remember(context, &memory, &inquiry);
        Ok(Exit::Failed)
    }
}

/// Writes down what is known and says how to go on.
fn remember(context: &Context, memory: &Memory, inquiry: &Inquiry) {
    if !inquiry.is_begun() {
        return;
    }
    let state = inquiry.progress();
    match memory.keep(inquiry) {
        Ok(()) => context.note(&format!(
            "{} asked about, {} requests: the same command with {} goes on from there",
            state
                .total
                .map_or(state.done.to_string(), |total| format!("{} of {total}", state.done)),
            state.requests,
            memory.option(),
        )),
        Err(error) => context.warn(&format!(
            "what was found out cannot be written to {}: {error}",
            memory.path().display()
        )),
    }
}

/// The requests that a question begins with; the others depend on their answers.
fn first_requests(question: &Question) -> anyhow::Result<Vec<Sent>> {
    let members = |organization: &str| {
        hub::planned(&ListOrganizationMembers::builder(organization).limit(1_000).build())
    };
    let likers = |repo: &hubfolk_api::repos::RepoId| {
        hub::planned(&ListRepoLikers::new(repo.repo_type.clone(), &repo.name))
    };
    match question {
        Question::Members { organization, relation } => {
            let list = match relation {
                Relation::Likes { repo } => likers(repo)?,
                Relation::Follows { account } => hub::planned(&ListUserFollowers::new(account))?,
                Relation::BelongsTo { organization } => members(organization)?,
                Relation::Discusses { repo, .. } => {
                    hub::planned(&GetRepoDiscussions::new(repo.repo_type.clone(), &repo.name))?
                }
                _ => return Ok(vec![members(organization)?]),
            };
            Ok(vec![members(organization)?, list])
        }
        Question::Likers { repo } => Ok(vec![likers(repo)?]),
        _ => Ok(Vec::new()),
    }
}

fn print_people(context: &Context, answer: &Answer, all: bool) -> anyhow::Result<()> {
    let mut rows = context.output.list(&PersonRow::shape())?;
    let shown = |finding: &&Finding| all || finding.verdict != Verdict::No;
    for finding in answer.people.iter().filter(shown) {
        let row = PersonRow {
            username: &finding.username,
            id: finding.id.as_deref(),
            fullname: finding.fullname.as_deref(),
            answer: finding.verdict,
            reason: finding.reason.as_deref(),
        };
        if rows.push(&row)?.is_break() {
            break;
        }
    }
    rows.finish()
}

fn print_shares(context: &Context, answer: &Answer) -> anyhow::Result<()> {
    let share =
        |share: &'_ Share| -> (usize, Vec<String>) { (share.people.len(), share.people.clone()) };
    let mut rows = context.output.list(&ShareRow::shape())?;
    for known in &answer.organizations {
        let (likers, people) = share(known);
        let row = ShareRow {
            organization: Some(&known.organization),
            fullname: known.fullname.as_deref(),
            kind: "organization",
            likers,
            people: people.iter().map(String::as_str).collect(),
        };
        if rows.push(&row)?.is_break() {
            return rows.finish();
        }
    }
    for (kind, verdict) in [("none", Verdict::No), ("unknown", Verdict::Unknown)] {
        let people: Vec<&str> = of(answer, verdict).map(|found| found.username.as_str()).collect();
        let likers = people.len();
        if likers > 0
            && rows
                .push(&ShareRow { organization: None, fullname: None, kind, likers, people })?
                .is_break()
        {
            break;
        }
    }
    rows.finish()
}

fn of(answer: &Answer, verdict: Verdict) -> impl Iterator<Item = &Finding> {
    answer.people.iter().filter(move |finding| finding.verdict == verdict)
}

/// The answer in a sentence, with what it cost.
fn summary(answer: &Answer) -> String {
    let (yes, all) = (answer.count(Verdict::Yes), answer.people.len());
    let said = match &answer.question {
        Question::Members { organization, relation } => {
            format!("{yes} of {all} members of {organization} {relation}")
        }
        _ => format!(
            "{yes} of {all} likers belong to {} organizations that their profiles show",
            answer.organizations.len()
        ),
    };
    let unknown = match answer.count(Verdict::Unknown) {
        0 => String::new(),
        count => format!(", {count} unknown"),
    };
    format!("{said}{unknown}; {} requests: {}", answer.requests, answer.plan)
}

fn warn_of_unknown(context: &Context, answer: &Answer) {
    let count = answer.count(Verdict::Unknown);
    if count > 0 {
        let named: Vec<String> = of(answer, Verdict::Unknown)
            .take(NAMED)
            .map(|found| match &found.reason {
                Some(reason) => format!("{} ({reason})", found.username),
                None => found.username.clone(),
            })
            .collect();
        let more =
            if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
        context.warn(&format!("{count} could not be read: {}{more}", named.join(", ")));
    }
    if answer.unreadable > 0 {
        context.warn(&format!(
            "{} entries of the list of people could not be read, so nobody knows who they are",
            answer.unreadable
        ));
    }
}
