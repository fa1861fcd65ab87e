//! Changes: a feed with filters, for people and for feed readers.

mod atom;
mod difference;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hubfolk_store::EventKind;

use super::change_row::ChangeRow;
use super::parts::{Chip, Choice, Pager, address};
use super::visit::Visit;
use crate::app::App;
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::changes::{ChangesPage, ListChanges};
use crate::questions::words::Named;
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/changes", get(show_page))
        .route("/orgs/{org}/changes/difference", get(difference::show_page))
        .route("/orgs/{org}/changes.atom", get(atom::feed))
        // Where a token of the API opens it, too: feed readers have no cookies.
        .route("/api/orgs/{org}/changes.atom", get(atom::feed))
}

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesHtml {
    shell: Shell,
    base: String,
    feed_url: String,
    member: String,
    since: String,
    until: String,
    run: Option<i64>,
    kinds: Vec<Choice>,
    kinds_chosen: usize,
    kinds_open: bool,
    chips: Vec<Chip>,
    learned: bool,
    learned_url: String,
    changes: Vec<ChangeRow>,
    with_member: bool,
    total: i64,
    pager: Pager,
}

async fn show_page(visit: Visit<ListChanges>) -> Result<Response, Problem> {
    let page = visit.show(Section::Changes, |desk, shell, asked| {
        let page = asked.clone().ask(desk)?;
        Ok(ChangesHtml::new(shell, asked, &page))
    });
    page.await
}

impl ChangesHtml {
    fn new(shell: Shell, asked: &ListChanges, page: &ChangesPage) -> Self {
        let org = asked.org.as_str();
        let base = org_url(org, "/changes");
        let plain = ListChanges { cursor: None, ..asked.clone() };
        let to = |cursor: Option<String>| address(&base, &ListChanges { cursor, ..asked.clone() });
        let kind = |kind: &EventKind| Choice {
            value: kind.name().to_owned(),
            text: show::kind(kind.name()).into_owned(),
            chosen: asked.kind.iter().any(|named| named.0 == *kind),
        };
        let feed = ListChanges { limit: None, ..plain.clone() };
        let learned = ListChanges { kind: vec![Named(EventKind::Learned)], ..plain.clone() };
        Self {
            feed_url: address(&org_url(org, "/changes.atom"), &feed),
            member: asked.member.clone().unwrap_or_default(),
            since: asked.since.clone().unwrap_or_default(),
            until: asked.until.clone().unwrap_or_default(),
            run: asked.run,
            kinds: EventKind::ALL.iter().map(kind).collect(),
            kinds_chosen: asked.kind.len(),
            kinds_open: false,
            chips: chips(&plain, &base),
            learned: asked.kinds().contains(&EventKind::Learned),
            learned_url: address(&base, &learned),
            changes: page.items.iter().map(|change| ChangeRow::new(org, change)).collect(),
            with_member: true,
            total: page.total,
            pager: Pager {
                first: asked.cursor.as_ref().map(|_| to(None)),
                previous: None,
                next: page.next.clone().map(|cursor| to(Some(cursor))),
            },
            base,
            shell,
        }
    }
}

fn chips(asked: &ListChanges, base: &str) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut chip = |text: String, without: ListChanges| {
        chips.push(Chip { text: show::line(&text), url: address(base, &without) });
    };
    for (place, kind) in asked.kind.iter().enumerate() {
        let mut without = asked.clone();
        without.kind.remove(place);
        chip(show::kind(kind.0.name()).into_owned(), without);
    }
    if let Some(member) = &asked.member {
        chip(format!("member {member}"), ListChanges { member: None, ..asked.clone() });
    }
    if let Some(since) = &asked.since {
        chip(format!("since {since}"), ListChanges { since: None, ..asked.clone() });
    }
    if let Some(until) = &asked.until {
        chip(format!("until {until}"), ListChanges { until: None, ..asked.clone() });
    }
    if let Some(run) = asked.run {
        chip(format!("run {run}"), ListChanges { run: None, ..asked.clone() });
    }
    chips
}
