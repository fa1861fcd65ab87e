//! Who is or was a member, with filters, in order, a page at a time.

use std::sync::Arc;

use hubfolk_license::mail::Mail;
use hubfolk_license::point::View;
use hubfolk_license::roster::{Part, Roster, SortBy};
use hubfolk_license::select::{Chosen, NoLicense, Select, Standing, Truth, UNKNOWN, fold};
use hubfolk_license::views::{Member, time};
use hubfolk_store::Org;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{Column, Named, Order};
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, invalid, place};

/// The members of an organization, now or at a time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListMembers {
    /// Name of the organization.
    pub org: String,
    /// As it was then: a date (its end, UTC), a time, an age such as 2w, or run:17.
    pub as_of: Option<String>,
    /// Only those whose username, full name or e-mail contains this.
    pub search: Option<String>,
    /// Only this role; `unknown` for those of whom none was ever seen.
    pub role: Option<String>,
    /// Only this license type; `unknown` for those whose role has none.
    pub license: Option<String>,
    /// Only by two-factor authentication.
    pub two_factor: Option<Named<Truth>>,
    /// Only by external collaborators and others.
    pub external: Option<Named<Truth>>,
    /// Only by Pro subscription.
    pub pro: Option<Named<Truth>>,
    /// Only by where the verified e-mail address is; `allowed` and `outside` need the organization's
    /// allowed domains.
    pub email: Option<Named<Mail>>,
    /// Only members of this resource group, by id or name.
    pub group: Option<String>,
    /// Only this status; listed members without it.
    pub status: Option<Named<Standing>>,
    /// What they are in order of; the username without it.
    pub sort: Option<Named<SortBy>>,
    /// `desc` for from the last to the first.
    pub order: Option<Named<Order>>,
    /// What the page and a CSV export show besides the username; an answer of the API has it all.
    pub columns: Vec<Named<Column>>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 500; 50 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// How many members something is unknown of that was filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unknown {
    /// The fact.
    pub field: &'static str,
    /// How many members fit otherwise.
    pub members: u64,
}

/// A page of members.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MembersPage {
    /// The members.
    pub items: Vec<Member>,
    /// How many there are on all pages.
    pub total: usize,
    /// How many came on pages before.
    pub before: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
    /// The run that this is as of; the next pages are of the same.
    pub run: i64,
    /// When that run was.
    pub as_of: String,
    /// How many more are missing since the last complete sync, unless a status was asked for.
    pub missing: u64,
    /// Who is left out because it is unknown of them whether they fit.
    pub unknown: Vec<Unknown>,
}

/// The run that a page is of, and where in its order it begins.
#[derive(Serialize, Deserialize)]
struct Place(i64, usize);

pub(super) const MOST: u32 = 500;

/// The number of rows that were asked for.
pub(super) fn rows(limit: Option<u32>, usual: u32) -> Result<usize, Problem> {
    let limit = limit.unwrap_or(usual);
    if !(1..=MOST).contains(&limit) {
        return Err(invalid("limit", format!("`limit` is from 1 to {MOST}")));
    }
    Ok(limit as usize)
}

/// The members that a question is about.
pub(crate) struct Asked {
    pub(crate) view: View,
    pub(crate) roster: Arc<Roster>,
    pub(crate) chosen: Chosen,
    pub(crate) part: Part,
    /// The allowed e-mail domains, lower-cased.
    pub(crate) domains: Vec<String>,
}

impl ListMembers {
    fn select(&self, domains: Vec<String>) -> Select {
        Select {
            role: self.role.clone(),
            license: self.license.clone(),
            two_factor: self.two_factor.map(|asked| asked.0),
            external: self.external.map(|asked| asked.0),
            pro: self.pro.map(|asked| asked.0),
            group: self.group.clone(),
            search: self.search.as_deref().map(|text| text.trim().to_owned()),
            status: self.status.map(|asked| asked.0),
            mail: self.email.map(|asked| asked.0),
            domains,
        }
    }

    /// Resolves names, times and filters.
    pub(crate) fn resolve(&self, desk: &mut Desk<'_>) -> Result<Asked, Problem> {
        let org = desk.org(&self.org)?;
        let place = self.cursor.as_deref().map(place::<Place>).transpose()?;
        let as_of = match &place {
            Some(Place(run, _)) => Some(format!("run:{run}")),
            None => self.as_of.clone(),
        };
        let view = desk.view(&org, as_of.as_deref())?;
        let roster = desk.roster(&org, &view)?;
        known_role(self.role.as_deref(), &roster, &view)?;
        known_group(self.group.as_deref(), &roster)?;
        let domains = domains(desk, &org)?;
        if domains.is_empty() && self.email.is_some_and(|asked| asked.0.needs_domains()) {
            let none = format!("no e-mail domains are allowed for `{}` yet", org.slug);
            let allowed = [Mail::None, Mail::Unknown].map(|mail| mail.name().to_owned());
            return Err(Problem::filter("email", none, allowed.to_vec())
                .hint("an admin sets them on its Settings page"));
        }
        let chosen = self.select(domains.clone()).checked(&view.licenses).map_err(|no| {
            let NoLicense { asked, mut known } = no;
            known.push(UNKNOWN.to_owned());
            Problem::filter("license", format!("there is no license type `{asked}`"), known)
        })?;
        let part = Part {
            sort: self.sort.map_or(SortBy::Username, |sort| sort.0),
            descending: self.order.is_some_and(|order| order.0 == Order::Descending),
            from: place.map_or(0, |Place(_, from)| from),
            limit: rows(self.limit, 50)?,
        };
        Ok(Asked { view, roster, chosen, part, domains })
    }

    /// The columns that are shown.
    #[must_use]
    pub fn shown(&self) -> Vec<Column> {
        if self.columns.is_empty() {
            return Column::USUAL.to_vec();
        }
        let chosen = |column: &Column| self.columns.iter().any(|named| named.0 == *column);
        Column::ALL.into_iter().filter(chosen).collect()
    }
}

/// The e-mail domains that an organization allows; none when it allows all.
pub(crate) fn domains(desk: &mut Desk<'_>, org: &Org) -> Result<Vec<String>, Problem> {
    let setting = desk.store().org_setting(org.id)?;
    Ok(setting.map(|setting| setting.domains).unwrap_or_default())
}

pub(super) fn known_role(asked: Option<&str>, roster: &Roster, view: &View) -> Result<(), Problem> {
    let Some(asked) = asked else { return Ok(()) };
    let folded = fold(asked);
    let mapped = view.licenses.iter().map(|(role, _)| role);
    if mapped.chain(roster.roles()).chain([UNKNOWN]).any(|role| fold(role) == folded) {
        return Ok(());
    }
    let asked: String = asked.chars().filter(|c| !c.is_control()).take(60).collect();
    Err(Problem::filter("role", format!("nobody has the role `{asked}`"), role_names(roster, view)))
}

/// The roles to choose from, the most powerful first.
pub(crate) fn role_names(roster: &Roster, view: &View) -> Vec<String> {
    let mut known: Vec<&str> =
        view.licenses.iter().map(|(role, _)| role).chain(roster.roles()).collect();
    let rank = |role: &str| std::cmp::Reverse(hubfolk_license::roles::rank(Some(role)));
    known.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
    known.dedup();
    known.into_iter().take(100).chain([UNKNOWN]).map(str::to_owned).collect()
}

pub(super) fn known_group(asked: Option<&str>, roster: &Roster) -> Result<(), Problem> {
    match asked {
        Some(asked) if roster.group(asked).is_none() => {
            let known = roster.groups().iter().take(100).map(|group| group.name.clone()).collect();
            let asked: String = asked.chars().filter(|c| !c.is_control()).take(60).collect();
            Err(Problem::filter("group", format!("there is no resource group `{asked}`"), known))
        }
        _ => Ok(()),
    }
}

impl Question for ListMembers {
    const NAME: &'static str = "list_members";
    const PATH: &'static str = "/api/orgs/{org}/members";
    const SUMMARY: &'static str = "List the members of an organization, now or at a time";
    type Answer = MembersPage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<MembersPage, Problem> {
        let asked = self.resolve(desk)?;
        answer(asked, desk)
    }

    fn next(answer: &MembersPage) -> Option<&str> {
        answer.next.as_deref()
    }
}

/// The page that was asked for.
pub(crate) fn answer(asked: Asked, desk: &mut Desk<'_>) -> Result<MembersPage, Problem> {
    let Asked { view, roster, mut chosen, part, .. } = asked;
    let found = roster.find(&mut chosen, part);
    let items = roster.members(desk.store(), &view.licenses, &found.page, &view.run)?;
    Ok(MembersPage {
        items,
        total: found.total,
        before: found.before,
        next: found.next.map(|from| cursor(&Place(view.run.run, from))),
        previous: found.previous.map(|from| cursor(&Place(view.run.run, from))),
        run: view.run.run,
        as_of: time(view.run.at),
        missing: chosen.missing(),
        unknown: chosen
            .passed_over()
            .map(|passed| Unknown { field: passed.field.name(), members: passed.members })
            .collect(),
    })
}
