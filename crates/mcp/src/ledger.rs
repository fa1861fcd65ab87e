//! Questions to the ledger, answered from the database without a call to the Hub.
//!
//! Nothing here asks who may know: the ledger is its operator's. A server with other callers than
//! the operator must let only those through who are admins of the organization.

mod select;

use std::collections::BTreeMap;

use hubfolk_license::point::{self, NoView};
use hubfolk_license::roles::Licenses;
use hubfolk_license::views::{ChangeView, Member, RunView, time};
use hubfolk_license::when::{self, Point, When};
use hubfolk_license::{Ledger, Syncer};
use hubfolk_store::{AsOf, EventFilter, EventKind, Org, Run, Store};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::failure::{Code, Failure};
use crate::redact::redact;
use crate::repair::excerpt;

pub use select::{Select, StatusAsked};

/// Where a page of an answer begins and how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Rows to leave out at the beginning.
    pub offset: usize,
    /// Rows to give.
    pub limit: usize,
}

/// Rows with what they leave unsaid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer<T> {
    /// The rows of the part that was asked for.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: usize,
    /// The run that the answer is as of.
    pub run: i64,
    /// When that run was.
    pub as_of: String,
    /// What could not be known, and other remarks.
    pub notes: Vec<String>,
}

/// Who was a member at a time, with filters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Members {
    /// As it was then: a date, a time, an age such as 2w, or run:17.
    pub as_of: Option<String>,
    /// Which of them.
    #[serde(flatten)]
    pub select: Select,
}

/// What changed since a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Changes {
    /// Since then: a date, a time, an age such as 1w, or after run:17.
    pub since: Option<String>,
    /// Only kinds that begin like this, such as `member.` or `role.changed`.
    pub kind: Option<String>,
    /// Also what became known for the first time.
    pub all: bool,
}

/// What members are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountBy {
    /// Role in the organization.
    Role,
    /// License type.
    License,
    /// Two-factor authentication on or off.
    TwoFactor,
    /// External collaborator or not.
    External,
    /// Pro subscription or not.
    Pro,
    /// Listed, missing or gone.
    Status,
    /// Resource group; somebody in two counts in both.
    Group,
}

/// How many members have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The value; `unknown` where the token of the sync could not see it.
    pub value: String,
    /// How many have it.
    pub members: u64,
}

/// Where questions go.
#[derive(Debug, Clone)]
pub struct Desk {
    ledger: Ledger,
    /// The Hub of this server: it decides when the ledger has the name from several.
    endpoint: String,
}

/// What the ledger looked like at a point.
struct View {
    org: Org,
    as_of: AsOf,
    run: Run,
    licenses: Licenses,
}

impl Desk {
    /// A desk over a ledger that is read for this Hub.
    #[must_use]
    pub fn new(ledger: Ledger, endpoint: impl Into<String>) -> Self {
        Self { ledger, endpoint: endpoint.into() }
    }

    /// The members of an organization now or at a time.
    ///
    /// # Errors
    ///
    /// Names, times and filters that fit nothing; a database that fails. This and all other
    /// questions block: async callers ask from a blocking thread.
    pub fn members(
        &self,
        org: &str,
        ask: &Members,
        part: Part,
        now: Timestamp,
    ) -> Result<Answer<Member>, Failure> {
        self.ledger.with(|store| {
            let view = self.view(store, org, ask.as_of.as_deref(), now)?;
            let mut chosen = ask.select.checked(&view.licenses)?;
            let mut rows = Vec::new();
            let mut total = 0;
            each_member(store, &view, chosen.wants_left(), |member| {
                if chosen.takes(&member) {
                    if total >= part.offset && rows.len() < part.limit {
                        rows.push(member);
                    }
                    total += 1;
                }
            })?;
            Ok(view.answer(rows, total, chosen.notes()))
        })
    }

    /// How many members have each value of something, unknown ones shown.
    ///
    /// # Errors
    ///
    /// Those of [`Desk::members`].
    pub fn count(
        &self,
        org: &str,
        by: CountBy,
        ask: &Members,
        now: Timestamp,
    ) -> Result<Answer<Count>, Failure> {
        self.ledger.with(|store| {
            let view = self.view(store, org, ask.as_of.as_deref(), now)?;
            let mut chosen = ask.select.checked(&view.licenses)?;
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            each_member(store, &view, chosen.wants_left(), |member| {
                if chosen.takes(&member) {
                    for value in by.values(&member) {
                        *counts.entry(value).or_default() += 1;
                    }
                }
            })?;
            let mut rows: Vec<Count> =
                counts.into_iter().map(|(value, members)| Count { value, members }).collect();
            rows.sort_by(|a, b| b.members.cmp(&a.members).then_with(|| a.value.cmp(&b.value)));
            let total = rows.len();
            Ok(view.answer(rows, total, chosen.notes()))
        })
    }

    /// What changed, oldest first.
    ///
    /// # Errors
    ///
    /// Those of [`Desk::members`].
    pub fn changes(
        &self,
        org: &str,
        ask: &Changes,
        part: Part,
        now: Timestamp,
    ) -> Result<Answer<ChangeView>, Failure> {
        self.ledger.with(|store| {
            let view = self.view(store, org, None, now)?;
            let since = ask.since.as_deref().unwrap_or_default();
            let point = match ask.since.as_deref().map(parsed).transpose()? {
                None => None,
                Some(when) => Some(when.since(now).map_err(|why| no_time(since, why))?),
            };
            let (since, after_run) = match point {
                None => (None, 0),
                Some(Point::At(at)) => (Some(at.as_microsecond()), 0),
                Some(Point::Run(number)) => {
                    let run = point::published(store, &view.org, number);
                    (None, run.map_err(|none| unseen(&view.org, since, none))?.run)
                }
            };
            if let Some(kind) = &ask.kind {
                known_kind(kind)?;
            }
            let (mut rows, mut total) = (Vec::new(), 0);
            let mut filter = EventFilter { since, limit: Some(2000), ..EventFilter::default() };
            loop {
                let page = store.events(view.org.id, &filter).map_err(|error| failed(&error))?;
                let Some(last) = page.last() else { break };
                filter.after = last.seq;
                for event in page {
                    let wanted = event.run > after_run
                        && (ask.all || event.kind != EventKind::Learned)
                        && ask.kind.as_ref().is_none_or(|kind| event.kind.name().starts_with(kind));
                    if wanted {
                        if total >= part.offset && rows.len() < part.limit {
                            rows.push(ChangeView::from(event));
                        }
                        total += 1;
                    }
                }
            }
            Ok(view.answer(rows, total, Vec::new()))
        })
    }

    /// One member's whole history, oldest first; found by present or former username, e-mail
    /// address or id.
    ///
    /// # Errors
    ///
    /// Those of [`Desk::members`].
    pub fn timeline(
        &self,
        org: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<Answer<ChangeView>, Failure> {
        self.ledger.with(|store| {
            let view = self.view(store, org, None, now)?;
            let name = name.trim().trim_start_matches('@');
            let people = store.find_member(view.org.id, name).map_err(|error| failed(&error))?;
            if people.is_empty() {
                let never =
                    format!("`{}` was never a member of `{}`", excerpt(name, 40), view.org.slug);
                return Err(Failure::new(Code::NotFound, never)
                    .hint("search finds members by parts of their names"));
            }
            let mut notes = Vec::new();
            if people.len() > 1 {
                notes.push(format!("this was the name of {} different people", people.len()));
            }
            let mut events = Vec::new();
            for id in people {
                let filter = EventFilter { user_id: Some(id), ..EventFilter::default() };
                events.extend(store.events(view.org.id, &filter).map_err(|error| failed(&error))?);
            }
            events.sort_by_key(|event| event.seq);
            let rows: Vec<_> = events.into_iter().map(ChangeView::from).collect();
            let total = rows.len();
            Ok(view.answer(rows, total, notes))
        })
    }

    /// The organization's name and id in the ledger, for what a confirmation is bound to; the name
    /// alone when it was never synced.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn target(&self, org: &str) -> Result<String, Failure> {
        let found = self.ledger.with(|store| store.find_orgs(org, Some(&self.endpoint)));
        let found = found.map_err(|error| failed(&error))?;
        let id = found.into_iter().next().and_then(|org| org.hf_id);
        Ok(id.unwrap_or_else(|| org.to_lowercase()))
    }

    /// Reads the organization's members from the Hub into the ledger, now. This is a write, to be
    /// confirmed before: a new run may end memberships.
    ///
    /// # Errors
    ///
    /// When the database fails; a run that failed is an answer that says so.
    pub async fn sync(&self, hub: hubfolk::Hub, org: &str) -> Result<RunView, Failure> {
        let options = hubfolk_license::SyncOptions {
            trigger: "agent".to_owned(),
            ..hubfolk_license::SyncOptions::default()
        };
        let syncer = Syncer::new(hub, self.ledger.clone()).options(options);
        Box::pin(syncer.sync(org)).await.map_err(|error| internal(&error))
    }

    fn view(
        &self,
        store: &mut Store,
        name: &str,
        as_of: Option<&str>,
        now: Timestamp,
    ) -> Result<View, Failure> {
        let org = self.organization(store, name)?;
        let when = as_of.map(parsed).transpose()?;
        match point::View::at(store, &org, when, now) {
            Ok(point::View { as_of, run, licenses }) => Ok(View { as_of, run, licenses, org }),
            Err(none) => Err(unseen(&org, as_of.unwrap_or_default(), none)),
        }
    }

    fn organization(&self, store: &mut Store, name: &str) -> Result<Org, Failure> {
        let name = name.trim().trim_start_matches('@');
        let mut found =
            store.find_orgs(name, Some(&self.endpoint)).map_err(|error| failed(&error))?;
        if let Some(org) = (!found.is_empty()).then(|| found.remove(0)) {
            return Ok(org);
        }
        let known = store.orgs().map_err(|error| failed(&error))?;
        let here = known.iter().filter(|org| org.endpoint == self.endpoint);
        let names: Vec<&str> = here.map(|org| org.slug.as_str()).take(10).collect();
        let absent = format!("`{}` is not in the ledger", excerpt(name, 40));
        Err(Failure::new(Code::NotFound, absent)
            .hint(if names.is_empty() {
                "the ledger is empty; a sync fills it".to_owned()
            } else {
                format!("in the ledger: {}", names.join(", "))
            })
            .meant(name, names.iter().copied()))
    }
}

impl View {
    fn answer<T>(self, rows: Vec<T>, total: usize, notes: Vec<String>) -> Answer<T> {
        Answer { rows, total, run: self.run.run, as_of: time(self.run.at), notes }
    }
}

impl CountBy {
    fn values(self, member: &Member) -> Vec<String> {
        use hubfolk_store::Field;
        let yes_no = |field, value: Option<bool>, yes: &str, no: &str| match value {
            Some(value) if member.knows(field) => if value { yes } else { no }.to_owned(),
            _ => "unknown".to_owned(),
        };
        let one = match self {
            Self::Role if !member.knows(Field::Role) => "unknown".to_owned(),
            Self::Role => member.role.clone().unwrap_or_else(|| "none".to_owned()),
            Self::License if !member.knows(Field::Role) => "unknown".to_owned(),
            Self::License => member.license.clone().unwrap_or_else(|| "none".to_owned()),
            Self::TwoFactor => yes_no(Field::TwoFactor, member.two_factor, "on", "off"),
            Self::External => yes_no(Field::External, member.external, "external", "internal"),
            Self::Pro => yes_no(Field::Pro, member.is_pro, "pro", "free"),
            Self::Status => member.status.to_owned(),
            Self::Group if !member.knows(Field::Groups) => "unknown".to_owned(),
            Self::Group if member.groups.is_empty() => "none".to_owned(),
            Self::Group => return member.groups.iter().map(|group| group.name.clone()).collect(),
        };
        vec![one]
    }
}

/// An error of the store, or nothing at all: members that are only looked at cannot fail.
struct StoreFailed(hubfolk_store::Error);

impl From<hubfolk_store::Error> for StoreFailed {
    fn from(error: hubfolk_store::Error) -> Self {
        Self(error)
    }
}

fn each_member(
    store: &mut Store,
    view: &View,
    left: bool,
    mut each: impl FnMut(Member),
) -> Result<(), Failure> {
    let read = store.members(view.org.id, view.as_of, left, |listed| {
        each(Member::new(listed, &view.run, &view.licenses));
        Ok::<(), StoreFailed>(())
    });
    read.map_err(|StoreFailed(error)| failed(&error))
}

fn unseen(org: &Org, asked: &str, none: NoView) -> Failure {
    match none {
        NoView::Never => {
            Failure::new(Code::NotFound, format!("no sync of `{}` was published yet", org.slug))
                .hint("a sync reads it from the Hub")
        }
        NoView::TooEarly { at, began } => {
            let early = format!(
                "the ledger of `{}` does not reach back to {}: it begins at {}",
                org.slug,
                time(at),
                time(began)
            );
            Failure::new(Code::NotFound, early)
        }
        NoView::NoRun(number) => {
            Failure::new(Code::NotFound, format!("`{}` has no run {number}", org.slug))
        }
        NoView::Unpublished { run, state } => Failure::invalid(format!(
            "run {run} of `{}` is {}, so it shows no members",
            org.slug,
            state.name()
        )),
        NoView::NoTime(why) => no_time(asked, why),
        NoView::Store(error) => failed(&error),
        other => internal(&other),
    }
}

fn parsed(text: &str) -> Result<When, Failure> {
    when::parse(text.trim()).map_err(|why| no_time(text, why))
}

fn no_time(text: &str, why: String) -> Failure {
    Failure::invalid(format!("`{}` is no time", excerpt(text, 40))).hint(why)
}

fn known_kind(kind: &str) -> Result<(), Failure> {
    if EventKind::ALL.iter().any(|known| known.name().starts_with(kind)) {
        return Ok(());
    }
    Err(Failure::invalid(format!("there is no kind of change `{}`", excerpt(kind, 40)))
        .meant(kind, EventKind::ALL.iter().map(|known| known.name())))
}

fn failed(error: &hubfolk_store::Error) -> Failure {
    internal(error)
}

fn internal(error: &dyn std::error::Error) -> Failure {
    Failure::new(Code::Internal, redact(&format!("the ledger: {error}")))
        .hint("its operator sees more in the log")
}
