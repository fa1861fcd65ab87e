//! What changed, newest first, by kind, person and time.

use hubfolk_license::views::ChangeView;
use hubfolk_store::{EventKind, Feed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::rows;
use super::words::Named;
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, place};

/// What changed in an organization, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListChanges {
    /// Name of the organization.
    pub org: String,
    /// Only these kinds. Without any, all but `member.learned`, which is no change of a person.
    pub kind: Vec<Named<EventKind>>,
    /// Only of this person: id, present or former username, or e-mail address.
    pub member: Option<String>,
    /// Since then: a date (its beginning, UTC), a time, an age such as 1w, or after run:17.
    pub since: Option<String>,
    /// Until then: a date (its end, UTC), a time, an age, or with run:17.
    pub until: Option<String>,
    /// Only what this run saw.
    pub run: Option<i64>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 500; 50 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A page of changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangesPage {
    /// The changes, newest first.
    pub items: Vec<ChangeView>,
    /// How many there are on all pages.
    pub total: i64,
    /// The cursor of the next page.
    pub next: Option<String>,
}

impl ListChanges {
    /// The kinds that are shown.
    pub(crate) fn kinds(&self) -> Vec<EventKind> {
        if self.kind.is_empty() {
            let all = EventKind::ALL.iter().copied();
            return all.filter(|kind| *kind != EventKind::Learned).collect();
        }
        self.kind.iter().map(|kind| kind.0).collect()
    }
}

impl Question for ListChanges {
    const NAME: &'static str = "list_changes";
    const PATH: &'static str = "/api/orgs/{org}/changes";
    const SUMMARY: &'static str = "List what changed in an organization, newest first";
    type Answer = ChangesPage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<ChangesPage, Problem> {
        let org = desk.org(&self.org)?;
        let limit = rows(self.limit, 50)?;
        let before = self.cursor.as_deref().map(place::<i64>).transpose()?;
        let user_id = match self.member.as_deref().map(str::trim) {
            None => None,
            Some(name) => {
                let found = desk.store().find_member(org.id, name.trim_start_matches('@'))?;
                let never = || {
                    Problem::filter("member", "nobody of this name was ever a member", Vec::new())
                        .hint("the search of the page Members finds parts of names")
                };
                Some(found.into_iter().next().ok_or_else(never)?)
            }
        };
        let since = self.since.as_deref().map(|text| desk.first_run(&org, "since", text));
        let until = self.until.as_deref().map(|text| desk.last_run(&org, "until", text));
        let (mut first, mut last) = (since.transpose()?, until.transpose()?);
        if let Some(run) = self.run {
            first = Some(first.unwrap_or(run).max(run));
            last = Some(last.unwrap_or(run).min(run));
        }
        let kinds = self.kinds();
        let feed = Feed { before, first_run: first, last_run: last, kinds, user_id, limit };
        let fed = desk.store().feed(org.id, &feed)?;
        Ok(ChangesPage {
            next: fed.events.last().filter(|_| fed.more).map(|event| cursor(&event.seq)),
            items: fed.events.into_iter().map(ChangeView::from).collect(),
            total: fed.total,
        })
    }

    fn next(answer: &ChangesPage) -> Option<&str> {
        answer.next.as_deref()
    }
}
