//! Where questions are answered: a connection, who asks, and what time it is.

use hubfolk_license::roles::Licenses;
use hubfolk_store::{Org, Store};
use jiff::Timestamp;

use crate::access::{Caller, Role};
use crate::problem::Problem;

/// What a question is answered with. It shows a caller the organizations that they may see, and
/// no others.
pub struct Desk<'a> {
    store: &'a mut Store,
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
        caller: &'a Caller,
        least: Role,
        now: Timestamp,
    ) -> Self {
        Self { store, caller, least, now }
    }

    /// The ledger, to read from.
    pub fn store(&mut self) -> &mut Store {
        self.store
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

    /// What each role counts as.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn licenses(&mut self) -> Result<Licenses, Problem> {
        Ok(Licenses::new(self.store.license_types()?))
    }
}

/// The name that paths use.
fn key(org: &Org, ambiguous: bool) -> String {
    if ambiguous { format!("{}@{}", org.slug, host_of(&org.endpoint)) } else { org.slug.clone() }
}

/// Host and port of a Hub's address.
fn host_of(endpoint: &str) -> &str {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}
