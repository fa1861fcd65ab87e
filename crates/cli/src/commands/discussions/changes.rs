//! What is done to a discussion or pull request.

use clap::Args as ClapArgs;
use hubfolk_api::Endpoint;
use hubfolk_api::discussions::{
    ChangeDiscussionStatus, CommentDiscussion, DeleteDiscussion, DeletePullRequestRef,
    DiscussionStatus, EditDiscussionComment, GetDiscussionDetails, HideDiscussionComment,
    MergePullRequest, PinDiscussion, RenameDiscussion,
};
use serde::Serialize;

use super::{Numbered, Target, comment_id, said};
use crate::commands::body::BodyArgs;
use crate::commands::hub;
use crate::context::Context;
use crate::error::{Exit, usage};
use crate::output::Row;

/// What a change prints.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    repo: String,
    #[serde(rename = "type")]
    repo_type: String,
    num: u64,
    /// The event that came of it.
    pub(super) event: Option<String>,
    pub(super) url: Option<String>,
    result: &'static str,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] = &["repo", "type", "num", "event", "url", "result"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

impl Outcome {
    pub(super) fn new(target: &Target, result: &'static str) -> Self {
        Self {
            repo: target.repo.clone(),
            repo_type: target.kind.to_string(),
            num: target.num,
            event: None,
            url: None,
            result,
        }
    }
}

/// Sends a change and prints what came of it; nothing when `--dry-run` only showed it.
fn change<E: Endpoint>(
    context: &Context,
    target: &Target,
    request: E,
    result: &'static str,
    event: impl FnOnce(E::Response) -> Option<String>,
) -> anyhow::Result<Exit> {
    context.output.check(&Outcome::shape())?;
    let answer = hub::call(context, request).map_err(|error| target.absent(error))?;
    print(context, target, result, answer.map(event))
}

/// As [`change`], after a yes.
fn destroy<E: Endpoint>(
    context: &Context,
    target: &Target,
    question: &str,
    request: E,
    result: &'static str,
    event: impl FnOnce(E::Response) -> Option<String>,
) -> anyhow::Result<Exit> {
    context.output.check(&Outcome::shape())?;
    let answer =
        hub::confirmed(context, question, request).map_err(|error| target.absent(error))?;
    print(context, target, result, answer.map(event))
}

fn print(
    context: &Context,
    target: &Target,
    result: &'static str,
    answer: Option<Option<String>>,
) -> anyhow::Result<Exit> {
    if let Some(event) = answer {
        context.output.one(&Outcome { event, ..Outcome::new(target, result) })?;
    }
    Ok(Exit::Done)
}

#[derive(Debug, ClapArgs)]
pub(super) struct Comment {
    #[command(flatten)]
    target: Numbered,
    #[command(flatten)]
    body: BodyArgs,
    /// Write it in the browser
    #[arg(long, conflicts_with_all = ["body", "body_file"])]
    web: bool,
}

impl Comment {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        if self.web {
            context.open_web(&target.path())?;
            return Ok(Exit::Done);
        }
        context.output.check(&Outcome::shape())?;
        let text = self.body.read(context, "")?;
        let request = CommentDiscussion::new(target.kind.clone(), &target.repo, target.num, &text);
        change(context, &target, request, "commented", |answer| Some(answer.new_message.id))
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Edit {
    #[command(flatten)]
    target: Numbered,
    /// Id of the comment, as `discussions show` prints it
    #[arg(value_name = "COMMENT", value_parser = comment_id)]
    comment: String,
    #[command(flatten)]
    body: BodyArgs,
}

impl Edit {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        context.output.check(&Outcome::shape())?;
        // Who opens an editor wants to see the text as it is.
        let initial = match self.body.given() || context.global.dry_run {
            true => String::new(),
            false => text_of(context, &target, &self.comment)?,
        };
        let text = self.body.read(context, &initial)?;
        let Target { kind, repo, num } = target.clone();
        let request = EditDiscussionComment::new(kind, repo, num, &self.comment, text);
        change(context, &target, request, "edited", |answer| Some(answer.updated_comment.id))
    }
}

/// The text of a comment as it is now.
fn text_of(context: &Context, target: &Target, comment: &str) -> anyhow::Result<String> {
    let request = GetDiscussionDetails::new(target.kind.clone(), &target.repo, target.num);
    let hub = context.hub()?;
    let details = context
        .block_on(async { Ok(hub.send(request).await?) })
        .map_err(|error| target.absent(error))?;
    let found = details.events.iter().find(|event| event.id == comment);
    match found.and_then(|event| event.comment()) {
        Some(comment) if !comment.hidden => Ok(comment.latest.raw.clone()),
        Some(_) => Err(usage(format!("the comment {comment} is hidden, for ever")).into()),
        None => Err(usage(format!("there is no comment {comment} in {}", target.num))
            .hint(format!(
                "`hubfolk discussions show {} {} --type {}` prints the ids",
                target.repo, target.num, target.kind
            ))
            .into()),
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Hide {
    #[command(flatten)]
    target: Numbered,
    /// Id of the comment, as `discussions show` prints it
    #[arg(value_name = "COMMENT", value_parser = comment_id)]
    comment: String,
}

impl Hide {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        let Target { kind, repo, num } = target.clone();
        let comment = self.comment;
        let question = format!("Hide the comment {comment} of {repo} #{num}, for ever?");
        let request = HideDiscussionComment::new(kind, repo, num, &comment);
        let id = |answer: hubfolk_api::discussions::UpdatedComment| Some(answer.updated_comment.id);
        destroy(context, &target, &question, request, "hidden", id)
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Status {
    #[command(flatten)]
    target: Numbered,
    /// Write this comment with it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

/// Why a status is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    Close,
    Reopen,
    Publish,
}

impl Status {
    pub(super) fn run(self, context: &Context, aim: Aim) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        let (status, result) = match aim {
            Aim::Close => (DiscussionStatus::Closed, "closed"),
            Aim::Reopen => (DiscussionStatus::Open, "opened"),
            Aim::Publish => (DiscussionStatus::Open, "published"),
        };
        let Target { kind, repo, num } = target.clone();
        let mut request = ChangeDiscussionStatus::new(kind, repo, num, status);
        request.comment = said(self.comment)?;
        change(context, &target, request, result, |answer| Some(answer.new_status.id))
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Rename {
    #[command(flatten)]
    target: Numbered,
    /// New title, 3 to 200 characters
    #[arg(value_name = "TITLE")]
    title: String,
}

impl Rename {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        let Target { kind, repo, num } = target.clone();
        let request = RenameDiscussion::new(kind, repo, num, &self.title);
        change(context, &target, request, "renamed", |answer| Some(answer.new_title.id))
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Merge {
    #[command(flatten)]
    target: Numbered,
    /// Write this comment with it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

impl Merge {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        let Target { kind, repo, num } = target.clone();
        let mut request = MergePullRequest::new(kind, repo, num);
        request.comment = said(self.comment)?;
        change(context, &target, request, "merged", |()| None)
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Pin {
    #[command(flatten)]
    target: Numbered,
    /// Take the pin away
    #[arg(long)]
    off: bool,
}

impl Pin {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let target = self.target.resolve()?;
        let Target { kind, repo, num } = target.clone();
        let request = PinDiscussion::new(kind, repo, num, !self.off);
        let result = if self.off { "unpinned" } else { "pinned" };
        change(context, &target, request, result, |()| None)
    }
}

pub(super) fn delete(target: &Target, context: &Context) -> anyhow::Result<Exit> {
    let Target { kind, repo, num } = target.clone();
    let question = format!("Delete {kind} {repo} #{num} with all its comments, for ever?");
    let request = DeleteDiscussion::new(kind, repo, num);
    destroy(context, target, &question, request, "deleted", |()| None)
}

pub(super) fn delete_ref(target: &Target, context: &Context) -> anyhow::Result<Exit> {
    let Target { kind, repo, num } = target.clone();
    let question = format!("Delete refs/pr/{num} of {kind} {repo} with its commits, for ever?");
    let request = DeletePullRequestRef::new(kind, repo, num);
    destroy(context, target, &question, request, "ref deleted", |()| None)
}
