//! One organization at a glance.

use hubfolk_license::mail::Mails;
use hubfolk_license::overview::{
    Changed, Money, Numbers, SeatPrice, Week, changed_since, day_of, monday, weeks,
};
use hubfolk_license::views::{RunView, time};
use hubfolk_store::{DAY, RunsAsked};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::domains;
use crate::problem::Problem;
use crate::question::{Desk, Question, invalid};

/// An organization at a glance: seats and their trend, who came and went, cost, health.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GetOverview {
    /// Name of the organization.
    pub org: String,
    /// Days of the trend, from 7 to 730; 90 without it.
    #[schemars(range(min = 7, max = 730))]
    pub days: Option<u32>,
}

/// An organization at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Overview {
    /// Its name.
    pub org: String,
    /// The Hub's address.
    pub endpoint: String,
    /// The run that this is as of; null before the first.
    pub run: Option<i64>,
    /// When that run was.
    pub as_of: Option<String>,
    /// Seconds since then.
    pub age_seconds: Option<i64>,
    /// The members in numbers; null before the first sync was published.
    pub numbers: Option<Numbers>,
    /// Where the members' verified addresses are, where e-mail domains are allowed; else null.
    pub emails: Option<Mails>,
    /// The first published run: its members were there before, so they joined in no week.
    pub first_run: Option<i64>,
    /// When that run was.
    pub began: Option<String>,
    /// Who came and went, by week.
    pub weeks: Vec<Week>,
    /// What changed in the last 24 hours, by kind.
    pub since_yesterday: Vec<Changed>,
    /// When those 24 hours began.
    pub yesterday: String,
    /// The last syncs, newest first.
    pub runs: Vec<RunView>,
    /// Resource groups that are known.
    pub groups: usize,
}

/// Weeks of joiners and leavers, this one among them.
const WEEKS: i64 = 12;
/// Syncs that tell of the health.
const RUNS: i64 = 10;

impl Question for GetOverview {
    const NAME: &'static str = "get_overview";
    const PATH: &'static str = "/api/orgs/{org}/overview";
    const SUMMARY: &'static str = "Get an organization at a glance: seats, trend, cost, health";
    type Answer = Overview;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Overview, Problem> {
        let org = desk.org(&self.org)?;
        let days = self.days.unwrap_or(90);
        if !(7..=730).contains(&days) {
            return Err(invalid("days", "`days` is from 7 to 730"));
        }
        let licenses = desk.licenses()?;
        let now = desk.now();
        let (at, today) = (now.as_microsecond(), day_of(now.as_microsecond()));
        let allowed = domains(desk, &org)?;
        let emails = match (org.published_run, allowed.as_slice()) {
            (0, _) | (_, []) => None,
            (_, allowed) => {
                let view = desk.view(&org, None)?;
                Some(desk.roster(&org, &view)?.mails(allowed))
            }
        };
        let store = desk.store();
        let published = store.run(org.id, org.published_run)?;
        let prices: Vec<SeatPrice> = store
            .prices(org.id)?
            .into_iter()
            .map(|price| SeatPrice {
                license: price.license,
                yearly: price.cycle == "year",
                price: Money { minor: price.minor, currency: price.currency },
            })
            .collect();
        let begin = today - i64::from(days) + 1;
        let numbers = match &published {
            None => None,
            Some(_) => {
                let stats = store.daily_stats(org.id, begin)?;
                Some(Numbers::new(&stats, begin, today, &licenses, &prices))
            }
        };
        let from = monday(now, WEEKS - 1);
        let since = from.as_microsecond().min(at - DAY);
        let counts = match store.published_since(org.id, since)? {
            Some(run) => store.kind_counts(org.id, run - 1)?,
            None => Vec::new(),
        };
        let first_run = store.published_since(org.id, i64::MIN)?;
        let began = first_run.map(|run| store.run(org.id, run)).transpose()?.flatten();
        let asked = RunsAsked { limit: RUNS, ..RunsAsked::default() };
        let (runs, _) = store.runs_page(org.id, &asked)?;
        let groups = store.group_names(org.id, hubfolk_store::AsOf::Now)?.len();
        Ok(Overview {
            run: published.as_ref().map(|run| run.run),
            as_of: published.as_ref().map(|run| time(run.at)),
            age_seconds: published.as_ref().map(|run| ((at - run.at) / 1_000_000).max(0)),
            numbers,
            emails,
            first_run,
            began: began.map(|run| time(run.at)),
            weeks: weeks(&counts, first_run.unwrap_or(0), from, now),
            since_yesterday: changed_since(&counts, at - DAY),
            yesterday: time(at - DAY),
            runs: runs.iter().map(|run| RunView::new(&org, run, Vec::new())).collect(),
            groups,
            org: org.slug,
            endpoint: org.endpoint,
        })
    }
}
