//! Every organization that the caller may see, with how it stands.

use std::collections::HashMap;

use hubfolk_license::views::{ErrorView, time};
use hubfolk_store::{RunState, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::rows;
use super::words::{Named, Order, Word};
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, place};

/// The organizations of the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListOrganizations {
    /// Only those whose name contains this.
    pub search: Option<String>,
    /// Only those that stand like this.
    pub health: Option<Named<Health>>,
    /// What they are in order of; the name without it.
    pub sort: Option<Named<OrgSort>>,
    /// `desc` for from the last to the first.
    pub order: Option<Named<Order>>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 500; 100 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// How an organization stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Health {
    /// Its last sync failed.
    Failing,
    /// A sync waits for a person's decision.
    Waiting,
    /// The ledger is old.
    Stale,
    /// Nothing was published yet.
    New,
    /// A recent sync is in the ledger.
    Good,
}

impl Health {
    /// Every way to stand, the worst first.
    pub const ALL: [Self; 5] = [Self::Failing, Self::Waiting, Self::Stale, Self::New, Self::Good];
}

impl Word for Health {
    const NAME: &'static str = "Health";
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Waiting => "waiting",
            Self::Stale => "stale",
            Self::New => "new",
            Self::Good => "good",
        }
    }
}

/// What organizations are in order of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrgSort {
    /// Name.
    Name,
    /// Members listed.
    Members,
    /// When the ledger was last brought up to date; the oldest first.
    Synced,
    /// How they stand; the worst first.
    Health,
}

impl Word for OrgSort {
    const NAME: &'static str = "OrgSort";
    const ALL: &'static [Self] = &[Self::Name, Self::Members, Self::Synced, Self::Health];

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Members => "members",
            Self::Synced => "synced",
            Self::Health => "health",
        }
    }
}

/// An organization in the fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrgRow {
    /// Its name in paths.
    pub org: String,
    /// The Hub's address.
    pub endpoint: String,
    /// How it stands.
    #[schemars(with = "Named<Health>")]
    pub health: &'static str,
    /// Members listed.
    pub members: i64,
    /// Members missing since the last complete sync.
    pub missing: i64,
    /// The run that the ledger shows; null before the first.
    pub published_run: Option<i64>,
    /// When it ended.
    pub synced: Option<String>,
    /// Seconds since then.
    pub age_seconds: Option<i64>,
    /// The last run that was tried; null before the first.
    pub last_run: Option<i64>,
    /// How that one stands.
    pub last_state: Option<&'static str>,
    /// When that one began.
    pub last_started: Option<String>,
    /// Why that one failed.
    pub error: Option<ErrorView>,
    /// When it is synced next by its schedule.
    pub next_sync: Option<String>,
}

/// A page of organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrgsPage {
    /// The organizations.
    pub items: Vec<OrgRow>,
    /// How many there are on all pages.
    pub total: usize,
    /// How many there are of each way to stand, before the filter by it.
    pub health: Vec<HealthCount>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// How many organizations stand like this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HealthCount {
    /// How they stand.
    #[schemars(with = "Named<Health>")]
    pub health: &'static str,
    /// How many.
    pub orgs: usize,
}

/// A ledger is old when it missed two syncs of its schedule; without one, after 25 hours.
const OLD_SECONDS: i64 = 25 * 3600;

/// The seconds between two syncs of a schedule.
fn interval(schedule: &str) -> Option<i64> {
    match schedule.split_once(' ') {
        Some(("every", seconds)) => seconds.parse().ok(),
        Some(("daily", _)) => Some(86_400),
        _ => None,
    }
}

pub(super) fn health(standing: &Standing, schedule: Option<&str>, now: i64) -> Health {
    let age = standing.published_at.map(|at| (now - at) / 1_000_000);
    let most = schedule.and_then(interval).map_or(OLD_SECONDS, |every| (every * 2).max(900));
    match (standing.last_state, age) {
        (Some(RunState::Failed), _) => Health::Failing,
        (Some(RunState::Quarantined), _) => Health::Waiting,
        (_, None) => Health::New,
        (_, Some(age)) if age > most => Health::Stale,
        _ => Health::Good,
    }
}

impl Question for ListOrganizations {
    const NAME: &'static str = "list_organizations";
    const PATH: &'static str = "/api/orgs";
    const SUMMARY: &'static str = "List the organizations of the service with how each stands";
    type Answer = OrgsPage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<OrgsPage, Problem> {
        let limit = rows(self.limit, 100)?;
        let start = self.cursor.as_deref().map(place::<usize>).transpose()?.unwrap_or(0);
        let names: HashMap<i64, String> =
            desk.orgs()?.into_iter().map(|(name, org)| (org.id, name)).collect();
        let now = desk.now().as_microsecond();
        let store = desk.store();
        let schedules: HashMap<i64, String> = store
            .org_settings()?
            .into_iter()
            .filter(|setting| setting.enabled)
            .map(|setting| (setting.org_id, setting.schedule))
            .collect();
        let turns: HashMap<i64, i64> =
            store.turns()?.into_iter().map(|turn| (turn.org_id, turn.next_at)).collect();
        let search = self.search.as_deref().map(str::trim).map(str::to_lowercase);
        let mut found: Vec<(Health, Standing)> = store
            .standings()?
            .into_iter()
            .filter(|standing| names.contains_key(&standing.org_id))
            .filter(|standing| {
                let slug = standing.slug.to_lowercase();
                search.as_deref().is_none_or(|text| slug.contains(text))
            })
            .map(|standing| {
                let schedule = schedules.get(&standing.org_id).map(String::as_str);
                (health(&standing, schedule, now), standing)
            })
            .collect();
        let counted = Health::ALL.map(|health| HealthCount {
            health: health.word(),
            orgs: found.iter().filter(|(is, _)| *is == health).count(),
        });
        if let Some(Named(wanted)) = self.health {
            found.retain(|(health, _)| *health == wanted);
        }
        // They come in order of their names, which decide between equals.
        match self.sort.map_or(OrgSort::Name, |sort| sort.0) {
            OrgSort::Name => {}
            OrgSort::Members => found.sort_by_key(|(_, standing)| standing.active),
            OrgSort::Synced => found.sort_by_key(|(_, standing)| standing.published_at),
            OrgSort::Health => found.sort_by_key(|(health, _)| *health),
        }
        if self.order.is_some_and(|order| order.0 == Order::Descending) {
            found.reverse();
        }
        let total = found.len();
        let rows: Vec<OrgRow> = found
            .into_iter()
            .skip(start)
            .take(limit)
            .map(|(health, standing)| {
                let next = schedules.get(&standing.org_id).and(turns.get(&standing.org_id));
                row(health, standing, &names, next.copied(), now)
            })
            .collect();
        let end = start + rows.len();
        Ok(OrgsPage {
            next: (end < total && !rows.is_empty()).then(|| cursor(&end)),
            items: rows,
            total,
            health: counted.into(),
        })
    }

    fn next(answer: &OrgsPage) -> Option<&str> {
        answer.next.as_deref()
    }
}

fn row(
    health: Health,
    standing: Standing,
    names: &HashMap<i64, String>,
    next: Option<i64>,
    now: i64,
) -> OrgRow {
    OrgRow {
        org: names.get(&standing.org_id).cloned().unwrap_or(standing.slug),
        endpoint: standing.endpoint,
        health: health.word(),
        members: standing.active,
        missing: standing.missing,
        published_run: Some(standing.published_run).filter(|run| *run > 0),
        synced: standing.published_at.map(time),
        age_seconds: standing.published_at.map(|at| ((now - at) / 1_000_000).max(0)),
        last_run: Some(standing.last_run).filter(|run| *run > 0),
        last_state: standing.last_state.map(RunState::name),
        last_started: standing.last_started.map(time),
        error: standing.last_error.map(|error| ErrorView {
            kind: error.kind,
            page: error.page,
            status: error.status,
            message: error.message,
        }),
        // Without a schedule the turn never comes.
        next_sync: next.filter(|at| *at < i64::MAX).map(time),
    }
}
