//! Where questions are answered: a connection, who asks, and what time it is.

use std::collections::HashMap;
use std::sync::Arc;

use hubfolk_license::point::{self, NoView, View};
use hubfolk_license::roles::Licenses;
use hubfolk_license::roster::{Roster, Shelf};
use hubfolk_license::when::{self, Point, When};
use hubfolk_store::{Org, Run, Store};
use jiff::Timestamp;

use crate::access::{Caller, Role};
use crate::problem::Problem;
use crate::question::invalid;

/// What a question is answered with. It shows a caller the organizations that they may see, and
/// no others.
pub struct Desk<'a> {
    store: &'a mut Store,
    shelf: &'a Shelf,
    caller: &'a Caller,
    least: Role,
    now: Timestamp,
}

impl std::fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("who", &self.caller.who).finish_non_exhaustive()
    }
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        store: &'a mut Store,
        shelf: &'a Shelf,
        caller: &'a Caller,
        least: Role,
        now: Timestamp,
    ) -> Self {
        Self { store, shelf, caller, least, now }
    }

    /// The ledger, to read from.
    pub fn store(&mut self) -> &mut Store {
        self.store
    }

    /// The members as of a published run, from memory if anybody asked before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn roster(&mut self, org: &Org, view: &View) -> Result<Arc<Roster>, Problem> {
        let now = self.now.as_microsecond();
        Ok(self.shelf.roster(self.store, org, &view.run, &view.licenses, now)?)
    }

    /// The ledger as it stands, or as it was at a time that the field `as_of` gives.
    ///
    /// # Errors
    ///
    /// 400 for a time that is none, 404 where the ledger shows nothing.
    pub fn view(&mut self, org: &Org, as_of: Option<&str>) -> Result<View, Problem> {
        let when = as_of.map(|text| time("as_of", text)).transpose()?;
        View::at(self.store, org, when, self.now).map_err(|none| unseen(org, "as_of", none))
    }

    /// The number of the first run at or after a time, or after a run, that a field gives.
    ///
    /// # Errors
    ///
    /// 400 for a time that is none.
    pub fn first_run(&mut self, org: &Org, field: &str, text: &str) -> Result<i64, Problem> {
        let point = time(field, text)?.since(self.now).map_err(|why| no_time(field, text, &why))?;
        match point {
            Point::At(at) => {
                Ok(self.store.published_since(org.id, at.as_microsecond())?.unwrap_or(i64::MAX))
            }
            Point::Run(number) => Ok(self.published(org, field, number)?.run + 1),
        }
    }

    /// The number of the last run at or before a time, or of a run, that a field gives.
    ///
    /// # Errors
    ///
    /// 400 for a time that is none.
    pub fn last_run(&mut self, org: &Org, field: &str, text: &str) -> Result<i64, Problem> {
        let point = time(field, text)?.as_of(self.now).map_err(|why| no_time(field, text, &why))?;
        match point {
            Point::At(at) => {
                let run = self.store.published_at(org.id, at.as_microsecond())?;
                Ok(run.map_or(0, |run| run.run))
            }
            Point::Run(number) => Ok(self.published(org, field, number)?.run),
        }
    }

    /// A run that was published, whose number a field gives.
    ///
    /// # Errors
    ///
    /// 404 when there is none, 400 when it was not published.
    pub fn published(&mut self, org: &Org, field: &str, number: i64) -> Result<Run, Problem> {
        point::published(self.store, org, number).map_err(|none| unseen(org, field, none))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Who asks.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        self.caller
    }

    /// The organization that a path names: `acme`, or `acme@hub.example` where two Hubs have one.
    ///
    /// # Errors
    ///
    /// 404 when there is none, or none that this caller may see; 403 when they may see it and this
    /// takes a higher role.
    pub fn org(&mut self, name: &str) -> Result<Org, Problem> {
        if name.contains('\0') {
            return Err(Problem::not_found("there is no such organization here"));
        }
        let (slug, host) = match name.split_once('@') {
            Some((slug, host)) => (slug, Some(host)),
            None => (name, None),
        };
        let mut found = self.store.find_orgs(slug, None)?;
        found.retain(|org| self.caller.access.role_in(org.id).is_some());
        found.retain(|org| host.is_none_or(|host| host_of(&org.endpoint) == host));
        match found.len() {
            1 => {}
            0 => {
                let known = "there is no such organization here";
                return Err(
                    Problem::not_found(known).hint("the page Organizations lists those there are")
                );
            }
            _ => {
                let names = found.iter().map(|org| key(org, true)).collect();
                let message = format!("`{slug}` is here from several Hubs");
                return Err(Problem::filter("org", message, names));
            }
        }
        let org = found.remove(0);
        if self.caller.access.role_in(org.id) < Some(self.least) {
            return Err(Problem::role(self.least));
        }
        Ok(org)
    }

    /// The organizations that the caller may see, by name, each with the name that paths use.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn orgs(&mut self) -> Result<Vec<(String, Org)>, Problem> {
        let mut orgs = self.store.orgs()?;
        orgs.retain(|org| self.caller.access.role_in(org.id).is_some());
        let twice = |org: &Org| {
            let same = |other: &&Org| other.slug.to_lowercase() == org.slug.to_lowercase();
            orgs.iter().filter(same).count() > 1
        };
        // Sorted by name: only neighbours can share one.
        let ambiguous: Vec<bool> = match orgs.len() {
            0..=1 => vec![false; orgs.len()],
            _ if orgs.windows(2).any(|pair| pair[0].slug.eq_ignore_ascii_case(&pair[1].slug)) => {
                orgs.iter().map(twice).collect()
            }
            _ => vec![false; orgs.len()],
        };
        Ok(orgs.into_iter().zip(ambiguous).map(|(org, both)| (key(&org, both), org)).collect())
    }

    /// What paths call the organizations that the caller may see.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn names(&mut self) -> Result<Names, Problem> {
        Ok(Names(self.orgs()?.into_iter().map(|(name, org)| (org.id, name)).collect()))
    }

    /// What each role counts as.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn licenses(&mut self) -> Result<Licenses, Problem> {
        Ok(Licenses::new(self.store.license_types()?))
    }
}

/// What paths call organizations.
#[derive(Debug)]
pub struct Names(HashMap<i64, String>);

impl Names {
    /// The name by row id; of one that the caller may not see, or that is gone, the id.
    #[must_use]
    pub fn name(&self, id: i64) -> String {
        self.0.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

fn time(field: &str, text: &str) -> Result<When, Problem> {
    when::parse(text.trim()).map_err(|why| no_time(field, text, &why))
}

fn no_time(field: &str, text: &str, why: &str) -> Problem {
    let text: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    invalid(field, format!("`{text}` is no time: {why}"))
}

fn unseen(org: &Org, field: &str, none: NoView) -> Problem {
    match none {
        NoView::Never => Problem::not_found(format!("no sync of `{}` was published yet", org.slug))
            .hint("the page Runs shows what was tried, and syncs it now"),
        NoView::TooEarly { began, .. } => Problem::not_found(format!("{none}"))
            .hint(format!("it begins at {}", hubfolk_license::views::time(began))),
        NoView::NoRun(_) => {
            Problem::not_found(none.to_string()).hint("the page Runs lists those there are")
        }
        NoView::Store(error) => error.into(),
        other => invalid(field, other),
    }
}

/// The name that paths use.
pub(crate) fn key(org: &Org, ambiguous: bool) -> String {
    if ambiguous { format!("{}@{}", org.slug, host_of(&org.endpoint)) } else { org.slug.clone() }
}

/// Host and port of a Hub's address.
pub(crate) fn host_of(endpoint: &str) -> &str {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}
