//! `notifications`: the caller's inbox, what is watched and what is told.

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args as ClapArgs, Subcommand, ValueEnum};
use hubfolk_api::notifications::{
    DeleteNotifications, ListNotifications, MarkNotificationsAsRead, Mention, Notification,
    NotificationFilter, NotificationSettings, ReadStatus, UpdateNotificationSettings,
    UpdateWatchSettings, WatchTarget, WatchTargetType,
};
use hubfolk_api::organizations::GetOrganizationSocials;
use hubfolk_api::repos::GetRepoInfo;
use hubfolk_api::users::GetUserOverview;
use hubfolk_api::{Endpoint, id};
use serde::Serialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::NOTIFICATION;
use crate::names::{self, RepoName};
use crate::output::{Row, Shape};

use super::hub;
use super::target::{RepoKind, resolve_kind};

/// Arguments of `notifications`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A notification goes by the id of its discussion, which `list` prints in the column discussion_id.

Examples:
  hubfolk notifications list --unread
  hubfolk notifications list --mention mentions --repo acme/m
  hubfolk notifications read 62904ad60ea7e76254c12713
  hubfolk notifications read --all --repo acme/m
  hubfolk notifications delete --all --until 2026-01-01T00:00:00Z
  hubfolk notifications watch datasets/acme/d
  hubfolk notifications watch --org acme --off
  hubfolk notifications settings --off user_follows,announcements")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List your notifications, newest first
    List {
        #[command(flatten)]
        filter: Filter,
        /// Open the page in the browser
        #[arg(long)]
        web: bool,
    },
    /// Mark notifications as read, or as unread
    Read {
        #[command(flatten)]
        which: Which,
        /// As unread
        #[arg(long)]
        unread_again: bool,
    },
    /// Delete notifications, for ever
    Delete(Which),
    /// Switch kinds of notification on or off
    Settings {
        /// Kinds to switch on
        #[arg(long, value_name = "KIND,KIND", value_delimiter = ',', value_parser = kinds())]
        on: Vec<String>,
        /// Kinds to switch off
        #[arg(long, value_name = "KIND,KIND", value_delimiter = ',', value_parser = kinds())]
        #[arg(hide_possible_values = true)]
        off: Vec<String>,
    },
    /// Watch a repository, user or organization, or no more
    Watch(Watch),
}

/// Which notifications are meant.
#[derive(Debug, ClapArgs)]
struct Filter {
    /// Only those not read
    #[arg(long)]
    unread: bool,
    /// Only those of this repository
    #[arg(long, value_name = "REPO", value_parser = names::repo)]
    repo: Option<RepoName>,
    /// Only those of repositories of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<RepoKind>,
    /// Only those of discussions you take part in, or that mention you
    #[arg(long, value_name = "WHY")]
    mention: Option<Why>,
    /// Only those changed until then, as in 2026-03-02T00:00:00Z
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Why {
    All,
    Participating,
    Mentions,
}

#[derive(Debug, ClapArgs)]
struct Which {
    /// Ids of the discussions
    #[arg(value_name = "DISCUSSION", value_parser = discussion_id)]
    discussions: Vec<String>,
    /// All of the filter
    #[arg(long, conflicts_with = "discussions")]
    all: bool,
    #[command(flatten)]
    filter: Filter,
}

#[derive(Debug, ClapArgs)]
#[group(skip)]
#[command(group = ArgGroup::new("target").required(true).args(["repo", "user", "org", "id"]))]
struct Watch {
    /// A repository: owner/name, or datasets/owner/name, spaces/owner/name
    #[arg(value_name = "REPO", value_parser = names::repo)]
    repo: Option<RepoName>,
    /// A user with all their repositories
    #[arg(long, value_name = "NAME", value_parser = names::user)]
    user: Option<String>,
    /// An organization with all its repositories
    #[arg(long, value_name = "NAME", value_parser = names::organization)]
    org: Option<String>,
    /// A repository by its object id
    #[arg(long, value_name = "ID", value_parser = object_id)]
    id: Option<String>,
    /// Type of the repository [default: model]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<RepoKind>,
    /// No more
    #[arg(long)]
    off: bool,
}

fn object_id(text: &str) -> Result<String, String> {
    id::object_id("id", text)
        .map(|()| text.to_owned())
        .map_err(|invalid| format!("{}, as in 62904ad60ea7e76254c12713", invalid.rule))
}

fn discussion_id(text: &str) -> Result<String, String> {
    object_id(text).map_err(|rule| format!("{rule}; `hubfolk notifications list` prints the ids"))
}

/// The kinds of notification that can be switched.
fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(NotificationSettings::KINDS.iter().copied())
}

impl Filter {
    fn given(&self) -> bool {
        self.unread
            || self.repo.is_some()
            || self.kind.is_some()
            || self.mention.is_some()
            || self.until.is_some()
    }

    fn wire(self) -> anyhow::Result<NotificationFilter> {
        let repo_type = match (&self.repo, self.kind) {
            (Some(repo), kind) => Some(resolve_kind(repo, kind)?),
            (None, kind) => kind.map(RepoKind::wire),
        };
        let filter = NotificationFilter::builder()
            .maybe_read_status(self.unread.then_some(ReadStatus::Unread))
            .maybe_repo_type(repo_type)
            .maybe_repo_name(self.repo.map(|repo| repo.id))
            .maybe_mention(self.mention.map(|why| match why {
                Why::All => Mention::All,
                Why::Participating => Mention::Participating,
                Why::Mentions => Mention::Mentions,
            }))
            .maybe_last_update(self.until);
        Ok(filter.build())
    }
}

/// What a change prints.
#[derive(Debug, Serialize)]
struct Outcome {
    what: String,
    result: &'static str,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] = &["what", "result"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

/// Sends a change and prints what came of it.
fn change<E: Endpoint<Response = ()>>(
    context: &Context,
    request: E,
    what: String,
    result: &'static str,
) -> anyhow::Result<Exit> {
    context.output.check(&Outcome::shape())?;
    if hub::call(context, request)?.is_some() {
        context.output.one(&Outcome { what, result })?;
    }
    Ok(Exit::Done)
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List { web: true, .. } => {
            context.open_web("/notifications")?;
            Ok(Exit::Done)
        }
        Action::List { filter, .. } => list(context, ListNotifications::filtered(filter.wire()?)),
        Action::Read { which, unread_again } => {
            let what = which.named()?;
            let result = if unread_again { "unread" } else { "read" };
            let request = match which.all {
                true => MarkNotificationsAsRead::all(which.filter.wire()?, !unread_again),
                false => MarkNotificationsAsRead::of(which.discussions, !unread_again),
            };
            change(context, request, what, result)
        }
        Action::Delete(which) => {
            context.output.check(&Outcome::shape())?;
            let what = which.named()?;
            let request = match which.all {
                true => DeleteNotifications::all(which.filter.wire()?),
                false => DeleteNotifications::of(which.discussions),
            };
            let question = format!("Delete {what}, for ever?");
            if hub::confirmed(context, &question, request)?.is_some() {
                context.output.one(&Outcome { what, result: "deleted" })?;
            }
            Ok(Exit::Done)
        }
        Action::Settings { on, off } => settings(context, &on, &off),
        Action::Watch(watch) => watch.run(context),
    }
}

impl Which {
    /// The notifications in words; refuses a filter beside ids, which would do nothing.
    fn named(&self) -> anyhow::Result<String> {
        if !self.all && self.filter.given() {
            return Err(usage("a filter means nothing beside ids")
                .hint("leave out the ids and add --all, or leave out the filter")
                .into());
        }
        if !self.all && self.discussions.is_empty() {
            return Err(usage("no notification is named")
                .hint("give ids, which `hubfolk notifications list` prints, or --all")
                .into());
        }
        Ok(match (self.all, self.filter.given(), self.discussions.as_slice()) {
            (true, false, _) => "all notifications".to_owned(),
            (true, true, _) => "all notifications of the filter".to_owned(),
            (false, _, [one]) => format!("the notification of discussion {one}"),
            (false, _, many) => format!("{} notifications", many.len()),
        })
    }
}

fn settings(context: &Context, on: &[String], off: &[String]) -> anyhow::Result<Exit> {
    let switches = on.iter().map(|kind| (kind, true)).chain(off.iter().map(|kind| (kind, false)));
    let mut settings = NotificationSettings::default();
    let mut words: Vec<String> = Vec::new();
    for (kind, on) in switches {
        if settings.switched().iter().any(|(known, _)| known == kind) {
            return Err(usage(format!("`{kind}` is switched twice")).into());
        }
        settings = settings.switch(kind, on).map_err(|error| usage(error.to_string()))?;
        words.push(format!("{kind} {}", if on { "on" } else { "off" }));
    }
    if words.is_empty() {
        return Err(usage("nothing is switched")
            .hint("give --on or --off, as in --off user_follows; --help names the kinds")
            .into());
    }
    change(context, UpdateNotificationSettings::new(settings), words.join(", "), "switched")
}

/// The keys of a row: the Hub's facts, and what a table needs of them at hand.
fn shape() -> Shape {
    let mut shape = NOTIFICATION.shape();
    shape.fields.extend(["num", "title", "discussion_id"].map(str::to_owned));
    shape
}

fn row(item: &Notification) -> anyhow::Result<Value> {
    let mut row = serde_json::to_value(NOTIFICATION.facts(item)?)?;
    let about = item.discussion.as_ref();
    row["num"] = json!(about.and_then(|about| about.num));
    row["title"] = json!(about.and_then(|about| about.title.as_ref()));
    row["discussion_id"] = json!(item.discussion_id());
    Ok(row)
}

fn list(context: &Context, request: ListNotifications) -> anyhow::Result<Exit> {
    context.output.check(&shape())?;
    if context.global.dry_run {
        hub::dry_run(context, &request)?;
        return Ok(Exit::Done);
    }
    hub::stream(context, &shape(), "notifications", request, row)
}

impl Watch {
    fn run(self, context: &Context) -> anyhow::Result<Exit> {
        context.output.check(&Outcome::shape())?;
        let (off, kind) = (self.off, self.kind);
        // The Hub goes by object ids, people by names.
        match (self.repo, self.user, self.org, self.id) {
            (_, _, _, Some(id)) => {
                let request = aim(WatchTargetType::Repo, &id, off);
                change(context, request, id, said(off))
            }
            (_, Some(name), ..) => {
                let look_up = GetUserOverview::new(&name);
                watch(context, look_up, |user| Some(user.id), WatchTargetType::User, name, off)
            }
            (_, _, Some(name), _) => {
                // The overview of an organization has no id.
                let look_up = GetOrganizationSocials::new(&name);
                watch(context, look_up, |org| org.id, WatchTargetType::Org, name, off)
            }
            (Some(repo), ..) => {
                let look_up = GetRepoInfo::new(resolve_kind(&repo, kind)?, &repo.id);
                watch(context, look_up, |repo| repo.object_id, WatchTargetType::Repo, repo.id, off)
            }
            _ => Err(usage("what to watch is missing").into()),
        }
    }
}

fn said(off: bool) -> &'static str {
    if off { "not watched" } else { "watched" }
}

fn aim(kind: WatchTargetType, id: &str, off: bool) -> UpdateWatchSettings {
    match off {
        true => UpdateWatchSettings::unwatch(WatchTarget::new(kind, id)),
        false => UpdateWatchSettings::watch(WatchTarget::new(kind, id)),
    }
}

/// Looks the object id up and watches it; a dry run shows both requests and sends neither.
fn watch<E: Endpoint>(
    context: &Context,
    look_up: E,
    id: impl FnOnce(E::Response) -> Option<String>,
    kind: WatchTargetType,
    name: String,
    off: bool,
) -> anyhow::Result<Exit> {
    if context.global.dry_run {
        let key = if off { "delete" } else { "add" };
        let body = json!({ key: [{ "id": "<the _id of the answer before>", "type": kind }] });
        let then = hub::planned(&aim(kind, &"0".repeat(24), off))?.with_body(body);
        hub::print_plan(context, &[hub::planned(&look_up)?, then])?;
        return Ok(Exit::Done);
    }
    let hub = context.hub()?;
    let answer = context.block_on(async { Ok(hub.send(look_up).await?) })?;
    let id = id(answer).ok_or_else(|| usage(format!("the Hub did not say the id of {name}")))?;
    change(context, aim(kind, &id, off), name, said(off))
}
