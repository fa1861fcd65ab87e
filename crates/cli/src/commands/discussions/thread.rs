//! A discussion as people read it: header, events in order, the diff.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use hubfolk_api::author::Author;
use hubfolk_api::discussions::{
    Comment, CommentReaction, Conflicts, DiscussionDetails, DiscussionEvent, DiscussionStatus,
    EventContent,
};
use unicode_width::UnicodeWidthStr;

use crate::markdown::{self, Page};
use crate::output::{minute, shown};

/// Text is easier to read when its lines are no longer than this.
const WIDEST: usize = 100;

/// What a deleted account is called.
const DELETED: &str = "deleted account";

/// The whole thread as text; `address` is the page on the Hub.
pub(super) fn render(details: &DiscussionDetails, address: &str, page: Page) -> String {
    let page = Page { width: page.width.map(|width| width.min(WIDEST)), ..page };
    let mut thread = Thread { out: String::new(), page, status: None, among_events: false };
    thread.header(details, address);
    for event in &details.events {
        thread.event(event);
    }
    if let Some(diff) = &details.diff {
        thread.diff(diff);
    } else if details.is_pull_request {
        thread.out.push('\n');
        let hint = "add --diff to see the changes";
        thread.painted(hint, Style::new().dimmed());
        thread.out.push('\n');
    }
    thread.out
}

struct Thread {
    out: String,
    page: Page,
    /// The status after the events so far, to tell publishing from opening again.
    status: Option<DiscussionStatus>,
    /// Whether the last thing was a line about an event; such lines stand together.
    among_events: bool,
}

impl Thread {
    fn painted(&mut self, text: &str, style: Style) {
        let style = self.page.style(style);
        let text = shown(text);
        if style == Style::new() {
            self.out.push_str(&text);
        } else {
            let _ = write!(self.out, "{style}{text}{style:#}");
        }
    }

    /// Lines of text, wrapped like any other.
    fn lines(&mut self, text: &str, style: Style) {
        for line in fold(&shown(text), self.page.width.unwrap_or(usize::MAX)) {
            self.painted(&line, style);
            self.out.push('\n');
        }
    }

    fn header(&mut self, details: &DiscussionDetails, address: &str) {
        let bold = Style::new().bold();
        self.lines(&format!("{} #{}", details.title, details.num), bold);
        let what = if details.is_pull_request { "pull request" } else { "discussion" };
        let mut facts = vec![format!("{what} in {}", details.repo.name)];
        facts.push(format!("by {}", name(details.author.as_ref())));
        facts.extend(details.created_at.as_deref().map(time));
        facts.extend((details.pinned == Some(true)).then(|| "pinned".to_owned()));
        facts.extend((details.locked == Some(true)).then(|| "locked".to_owned()));
        facts.extend((details.is_report == Some(true)).then(|| "report".to_owned()));
        let comments = details.events.iter().filter_map(DiscussionEvent::comment).count();
        facts.push(count(comments, "comment"));
        let status = details.status.as_ref().map(DiscussionStatus::as_str).unwrap_or("unknown");
        let line = format!("{status} · {}", facts.join(" · "));
        let mut lines = fold(&shown(&line), self.page.width.unwrap_or(usize::MAX)).into_iter();
        let first = lines.next().unwrap_or_default();
        match (&details.status, first.strip_prefix(status)) {
            (Some(status), Some(rest)) => {
                self.painted(status.as_str(), colour_of(status));
                self.out.push_str(rest);
            }
            _ => self.out.push_str(&first),
        }
        for line in lines {
            self.out.push('\n');
            self.out.push_str(&line);
        }
        self.out.push('\n');
        self.painted(address, Style::new().dimmed());
        self.out.push('\n');
        self.changes(details);
    }

    /// Where a pull request comes from and whether it merges.
    fn changes(&mut self, details: &DiscussionDetails) {
        let Some(reference) = details.git_reference() else { return };
        let changes = details.changes.clone().unwrap_or_default();
        let base = changes.base.as_deref().unwrap_or("refs/heads/main");
        let mut line = format!("{reference} into {base}");
        if let Some(commit) = &changes.merge_commit_id {
            let _ = write!(line, ", merged as {}", short(commit));
        }
        if changes.ref_deleted == Some(true) {
            line.push_str(", its ref is deleted");
        }
        self.lines(&line, Style::new());
        let yellow = AnsiColor::Yellow.on_default();
        match &details.files_with_conflicts {
            Some(Conflicts::Files(files)) if !files.is_empty() => {
                self.painted(&format!("conflicts in {}", files.join(", ")), yellow);
                self.out.push('\n');
            }
            Some(Conflicts::Unlistable(true)) => {
                self.painted("there are conflicts", yellow);
                self.out.push('\n');
            }
            _ => {}
        }
    }

    fn event(&mut self, event: &DiscussionEvent) {
        if let EventContent::Comment(comment) = &event.content {
            self.comment(event, comment);
            return;
        }
        if !std::mem::replace(&mut self.among_events, true) {
            self.out.push('\n');
        }
        let at = event.created_at.as_deref().map(time).unwrap_or_default();
        self.painted("○ ", Style::new().dimmed());
        self.painted(&at, Style::new().dimmed());
        let who = name(event.author.as_ref());
        let what = shown(&self.deed(&event.content)).into_owned();
        let indent = 2 + at.width() + 2;
        let room = self.page.width.map_or(usize::MAX, |width| width.saturating_sub(indent));
        let text = format!("{} {what}", shown(&who));
        for (index, line) in fold(&text, room.max(20)).iter().enumerate() {
            if index > 0 {
                self.out.push('\n');
                self.out.push_str(&" ".repeat(indent - 2));
            }
            self.out.push_str("  ");
            self.out.push_str(line);
        }
        self.out.push('\n');
    }

    /// What somebody did, to follow the name.
    fn deed(&mut self, content: &EventContent) -> String {
        match content {
            EventContent::StatusChange(change) => {
                let before = self.status.replace(change.status.clone());
                let reopened = before == Some(DiscussionStatus::Closed);
                let deed = match &change.status {
                    DiscussionStatus::Open if reopened => "opened it again".to_owned(),
                    DiscussionStatus::Open => "opened it".to_owned(),
                    DiscussionStatus::Closed => "closed it".to_owned(),
                    DiscussionStatus::Merged => "merged it".to_owned(),
                    DiscussionStatus::Draft => "made it a draft".to_owned(),
                    other => format!("set the status to {other}"),
                };
                match &change.reason {
                    Some(reason) => format!("{deed}: {reason}"),
                    None => deed,
                }
            }
            EventContent::Commit(commit) => {
                format!("committed {} {}", short(&commit.oid), commit.subject)
            }
            EventContent::TitleChange(change) => {
                format!("changed the title from \"{}\" to \"{}\"", change.from, change.to)
            }
            EventContent::PinningChange(change) if change.pinned => "pinned it".to_owned(),
            EventContent::PinningChange(_) => "unpinned it".to_owned(),
            EventContent::LockingChange(change) if change.locked => "locked it".to_owned(),
            EventContent::LockingChange(_) => "unlocked it".to_owned(),
            EventContent::ReportStatusChange(_) => "changed the report".to_owned(),
            EventContent::RefDeleted(_) => "deleted the ref".to_owned(),
            other => format!("did something: {}", other.kind()),
        }
    }

    fn comment(&mut self, event: &DiscussionEvent, comment: &Comment) {
        self.among_events = false;
        self.out.push('\n');
        let mut facts = event.created_at.as_deref().map(time).into_iter().collect::<Vec<_>>();
        if let Some(author) = &event.author {
            facts.extend((author.is_owner == Some(true)).then(|| "owner".to_owned()));
            facts.extend((author.is_org_member == Some(true)).then(|| "member".to_owned()));
        }
        facts.extend((comment.edited && !comment.hidden).then(|| "edited".to_owned()));
        let who = name(event.author.as_ref());
        let facts = facts.iter().fold(String::new(), |all, fact| all + " · " + fact);
        let used = shown(&who).width() + shown(&facts).width();
        self.painted(&who, AnsiColor::Green.on_default().bold());
        self.painted(&facts, Style::new().dimmed());
        // The id is what `edit` and `hide` want; it stands at the right edge.
        let free = self.page.width.map_or(2, |width| width.saturating_sub(used + event.id.width()));
        self.out.push_str(&" ".repeat(free.max(2)));
        self.painted(&event.id, Style::new().dimmed());
        self.out.push('\n');
        if comment.hidden {
            let reason = comment.hidden_reason.as_ref().map(|reason| format!(" ({reason})"));
            let text = format!("  This comment is hidden{}", reason.unwrap_or_default());
            self.painted(&text, Style::new().dimmed());
            self.out.push('\n');
            return;
        }
        let text = markdown::render(&comment.latest.raw, 2, self.page);
        self.out.push_str(&text);
        let reactions = comment.reactions.iter().flatten().filter(|reaction| reaction.count > 0);
        let reactions: Vec<String> = reactions.map(reaction).collect();
        if !reactions.is_empty() {
            self.out.push_str("\n  ");
            let line = shown(&reactions.join("   ")).into_owned();
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    fn diff(&mut self, diff: &str) {
        self.out.push('\n');
        for line in diff.lines() {
            let style = match line.as_bytes() {
                [b'd', b'i', b'f', b'f', b' ', ..] => Style::new().bold(),
                [b'+', b'+', b'+', b' ', ..] | [b'-', b'-', b'-', b' ', ..] => Style::new().bold(),
                [b'+', ..] => AnsiColor::Green.on_default(),
                [b'-', ..] => AnsiColor::Red.on_default(),
                [b'@', b'@', ..] => AnsiColor::Cyan.on_default(),
                _ => Style::new(),
            };
            self.painted(&line.replace('\t', "    "), style);
            self.out.push('\n');
        }
    }
}

fn colour_of(status: &DiscussionStatus) -> Style {
    match status {
        DiscussionStatus::Open => AnsiColor::Green.on_default().bold(),
        DiscussionStatus::Closed => AnsiColor::Red.on_default().bold(),
        DiscussionStatus::Merged => AnsiColor::Magenta.on_default().bold(),
        _ => Style::new().bold(),
    }
}

fn name(author: Option<&Author>) -> String {
    author.map_or_else(|| DELETED.to_owned(), |author| author.username.clone())
}

fn time(text: &str) -> String {
    minute(text).unwrap_or_else(|| text.to_owned())
}

/// A commit as people name it.
fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// An emoji with who chose it, as far as they are few.
fn reaction(reaction: &CommentReaction) -> String {
    if (1..=3).contains(&reaction.users.len()) {
        format!("{} {}", reaction.reaction, reaction.users.join(", "))
    } else {
        format!("{} {}", reaction.reaction, reaction.count)
    }
}

/// A text as lines of at most so many columns.
fn fold(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always one");
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
