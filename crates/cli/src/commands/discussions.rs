//! `discussions`: discussions and pull requests of a repository.

mod changes;
mod thread;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use hubfolk_api::discussions::{
    CreateDiscussion, Discussion, DiscussionSort, DiscussionStatusFilter, DiscussionType,
    GetDiscussionDetails, GetPullRequestStorage, GetRepoDiscussions,
};
use hubfolk_api::repos::RepoType;
use serde_json::Value;

use self::changes::{Comment, Edit, Hide, Outcome};
use crate::context::Context;
use crate::error::{Advised, Exit, usage};
use crate::facts::{DISCUSSION, DISCUSSION_DETAILS, PULL_REQUEST_STORAGE};
use crate::markdown::Page;
use crate::names;
use crate::output::{Format, Row, Shape, terminal_width};

use super::body::BodyArgs;
use super::hub;
use super::target::RepoArgs;

/// Arguments of `discussions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Discussions and pull requests share one sequence of numbers in a repository. Texts are Markdown; without
--body or --body-file your editor opens ($VISUAL, $EDITOR). `show` prints the id beside each comment,
which `edit` and `hide` want.

Examples:
  hubfolk discussions list acme/m --status open
  hubfolk discussions list acme/m --pull-requests --author ada
  hubfolk discussions show acme/m 7 --diff
  hubfolk discussions create acme/m \"Add a license\" --body \"It has none.\" --pull-request
  hubfolk discussions comment acme/m 7 --body-file answer.md
  hubfolk discussions close datasets/acme/d 3 --comment \"Fixed\"
  hubfolk discussions merge acme/m 7")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List discussions and pull requests, newest first
    List(List),
    /// Show a discussion or pull request with everything in it
    Show(Show),
    /// Begin a discussion, or a pull request as a draft
    Create(Create),
    /// Write a comment
    Comment(Comment),
    /// Change the text of your own comment
    Edit(Edit),
    /// Hide a comment, for ever
    Hide(Hide),
    /// Close a discussion or pull request
    Close(changes::Status),
    /// Open a discussion or pull request again
    Reopen(changes::Status),
    /// Offer the draft of a pull request for review; there is no way back
    Publish(changes::Status),
    /// Give it another title
    Rename(changes::Rename),
    /// Merge a pull request
    Merge(changes::Merge),
    /// Pin it to the top of the page
    Pin(changes::Pin),
    /// Delete it with all its comments, for ever
    Delete(Numbered),
    /// Delete the git reference of a closed or merged pull request, for ever
    DeleteRef(Numbered),
    /// Show how much storage a pull request takes
    Storage(Numbered),
}

/// The discussion or pull request that a command is about.
#[derive(Debug, Clone, ClapArgs)]
struct Numbered {
    #[command(flatten)]
    repo: RepoArgs,
    /// Its number, as in 7
    #[arg(value_name = "NUMBER", value_parser = number)]
    num: u64,
}

fn number(text: &str) -> Result<u64, String> {
    match text.strip_prefix('#').unwrap_or(text).parse() {
        Ok(0) => Err("numbers begin with 1, as in 7".to_owned()),
        Ok(num) => Ok(num),
        Err(_) => Err("is no number of a discussion, as in 7".to_owned()),
    }
}

/// What a command is about, resolved.
#[derive(Debug, Clone)]
struct Target {
    kind: RepoType,
    repo: String,
    num: u64,
}

impl Numbered {
    fn resolve(self) -> anyhow::Result<Target> {
        let (kind, repo) = self.repo.resolve()?;
        Ok(Target { kind, repo, num: self.num })
    }
}

impl Target {
    /// The address of its page, without the Hub's.
    fn path(&self) -> String {
        format!("{}/{}", list_path(&self.kind, &self.repo), self.num)
    }

    /// The error with the next step, where there is no such discussion.
    fn absent(&self, error: anyhow::Error) -> anyhow::Error {
        let (repo, num) = (&self.repo, self.num);
        let hint = format!(
            "check repository and number: `hubfolk discussions list {repo} --type {}` shows them; \
             {num} may have been deleted",
            self.kind
        );
        match error.downcast::<hubfolk::Error>() {
            Ok(error) if error.status().is_some_and(|status| status == 404) => {
                Advised { hint, error }.into()
            }
            Ok(error) => error.into(),
            Err(other) => other,
        }
    }
}

/// The address of the page of a repository's discussions, without the Hub's.
fn list_path(kind: &RepoType, repo: &str) -> String {
    let folder = match kind {
        RepoType::Model => String::new(),
        other => format!("/{other}s"),
    };
    format!("{folder}/{repo}/discussions")
}

#[derive(Debug, ClapArgs)]
struct List {
    #[command(flatten)]
    repo: RepoArgs,
    /// Pull requests alone
    #[arg(long, conflicts_with = "only_discussions")]
    pull_requests: bool,
    /// Discussions alone
    #[arg(long = "discussions")]
    only_discussions: bool,
    /// Open ones (drafts too) or closed ones (merged ones too) [default: all]
    #[arg(long, value_name = "STATUS")]
    status: Option<StatusFilter>,
    /// Only those that this account began
    #[arg(long, value_name = "NAME", value_parser = names::user)]
    author: Option<String>,
    /// Only those with this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// What comes first [default: recently-created]
    #[arg(long, value_name = "ORDER")]
    sort: Option<Sort>,
    /// Open the page in the browser
    #[arg(long)]
    web: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusFilter {
    All,
    Open,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    RecentlyCreated,
    Trending,
    Reactions,
}

impl List {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let (kind, repo) = self.repo.resolve()?;
        if self.web {
            context.open_web(&list_path(&kind, &repo))?;
            return Ok(Exit::Done);
        }
        let only = match (self.pull_requests, self.only_discussions) {
            (true, _) => Some(DiscussionType::PullRequest),
            (_, true) => Some(DiscussionType::Discussion),
            _ => None,
        };
        let what = format!("discussions of {repo}");
        let request = GetRepoDiscussions::builder(kind, repo)
            .maybe_discussion_type(only)
            .maybe_status(self.status.map(|status| match status {
                StatusFilter::All => DiscussionStatusFilter::All,
                StatusFilter::Open => DiscussionStatusFilter::Open,
                StatusFilter::Closed => DiscussionStatusFilter::Closed,
            }))
            .maybe_author(self.author)
            .maybe_search(self.search)
            .maybe_sort(self.sort.map(|sort| match sort {
                Sort::RecentlyCreated => DiscussionSort::RecentlyCreated,
                Sort::Trending => DiscussionSort::Trending,
                Sort::Reactions => DiscussionSort::Reactions,
            }))
            .build();
        context.output.check(&shape())?;
        if context.global.dry_run {
            hub::dry_run(context, &request)?;
            return Ok(Exit::Done);
        }
        hub::stream(context, &shape(), &what, request, row)
    }
}

/// The keys of a row: the Hub's facts, and whether it is a pull request as one short word.
fn shape() -> Shape {
    let mut shape = DISCUSSION.shape();
    shape.fields.push("kind".to_owned());
    shape
}

fn row(item: &Discussion) -> anyhow::Result<Value> {
    let mut row = serde_json::to_value(DISCUSSION.facts(item)?)?;
    let kind = match item.is_pull_request {
        true => DiscussionType::PullRequest,
        false => DiscussionType::Discussion,
    };
    row["kind"] = kind.as_str().into();
    Ok(row)
}

#[derive(Debug, ClapArgs)]
struct Show {
    #[command(flatten)]
    target: Numbered,
    /// With the changes of a pull request
    #[arg(long)]
    diff: bool,
    /// Open its page in the browser
    #[arg(long)]
    web: bool,
}

impl Show {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        if self.web {
            context.open_web(&target.path())?;
            return Ok(Exit::Done);
        }
        let output = &context.output;
        output.check(&DISCUSSION_DETAILS.shape())?;
        let request = GetDiscussionDetails::new(target.kind.clone(), &target.repo, target.num);
        let request = if self.diff { request.with_diff() } else { request };
        let details = hub::call(context, request).map_err(|error| target.absent(error))?;
        let Some(details) = details else { return Ok(Exit::Done) };
        if output.format != Format::Table || output.fields.is_some() {
            let facts = DISCUSSION_DETAILS.facts(&details)?;
            output.one_shaped(&DISCUSSION_DETAILS.shape(), &facts)?;
            return Ok(Exit::Done);
        }
        let address = format!("{}{}", context.endpoint()?, target.path());
        let width = output.terminal.then(terminal_width);
        let text = thread::render(&details, &address, Page { width, colour: output.colour });
        output.bytes(text.as_bytes())?;
        Ok(Exit::Done)
    }
}

#[derive(Debug, ClapArgs)]
struct Create {
    #[command(flatten)]
    repo: RepoArgs,
    /// Title, 3 to 200 characters
    #[arg(value_name = "TITLE", required_unless_present = "web")]
    title: Option<String>,
    /// As a pull request, which begins as a draft
    #[arg(long)]
    pull_request: bool,
    #[command(flatten)]
    body: BodyArgs,
    /// Write it in the browser
    #[arg(long, conflicts_with_all = ["title", "body", "body_file"])]
    web: bool,
}

impl Create {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let (kind, repo) = self.repo.resolve()?;
        if self.web {
            let what = if self.pull_request { "?new_pr=true" } else { "/new" };
            context.open_web(&format!("{}{what}", list_path(&kind, &repo)))?;
            return Ok(Exit::Done);
        }
        context.output.check(&Outcome::shape())?;
        let title = self.title.unwrap_or_default();
        // A title that cannot be is said before anybody writes a text for it.
        let request = CreateDiscussion::new(kind.clone(), &repo, &title, "text");
        hub::planned(&request)?;
        let text = self.body.read(context, "")?;
        let request = CreateDiscussion::new(kind.clone(), &repo, &title, &text);
        let request = if self.pull_request { request.pull_request() } else { request };
        if let Some(made) = hub::call(context, request)? {
            let target = Target { kind, repo, num: made.num };
            let result = if made.pull_request { "created as a draft" } else { "created" };
            let mut outcome = Outcome::new(&target, result);
            outcome.url = made.url;
            context.output.one(&outcome)?;
            if made.pull_request {
                let Target { repo, num, .. } = &target;
                context
                    .note(&format!("publish it with `hubfolk discussions publish {repo} {num}`"));
            }
        }
        Ok(Exit::Done)
    }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List(list) => list.run(context),
        Action::Show(show) => show.run(context),
        Action::Create(create) => create.run(context),
        Action::Comment(comment) => comment.run(context),
        Action::Edit(edit) => edit.run(context),
        Action::Hide(hide) => hide.run(context),
        Action::Close(status) => status.run(context, changes::Aim::Close),
        Action::Reopen(status) => status.run(context, changes::Aim::Reopen),
        Action::Publish(status) => status.run(context, changes::Aim::Publish),
        Action::Rename(rename) => rename.run(context),
        Action::Merge(merge) => merge.run(context),
        Action::Pin(pin) => pin.run(context),
        Action::Delete(numbered) => changes::delete(&numbered.resolve()?, context),
        Action::DeleteRef(numbered) => changes::delete_ref(&numbered.resolve()?, context),
        Action::Storage(numbered) => {
            let target = numbered.resolve()?;
            let request = GetPullRequestStorage::new(target.kind.clone(), &target.repo, target.num);
            hub::show(context, &PULL_REQUEST_STORAGE, request, "")
                .map_err(|error| target.absent(error))
        }
    }
}

/// A comment's id as people give it.
fn comment_id(text: &str) -> Result<String, String> {
    let id = text.to_lowercase();
    hubfolk_api::id::object_id("comment id", &id).map(|()| id).map_err(|invalid| {
        format!("{}, as in 62904ad60ea7e76254c12713; `discussions show` prints it", invalid.rule)
    })
}

/// A text that an option gave, where it was given.
fn said(text: Option<String>) -> anyhow::Result<Option<String>> {
    match text {
        Some(text) if text.trim().is_empty() => {
            Err(usage("--comment is empty").hint("leave it out to write none").into())
        }
        text => Ok(text),
    }
}
