//! Who asks, and what they may: a role everywhere, or in single organizations.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use hubfolk_store::OrgGrant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What somebody may do. Each role may do what those before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look.
    Viewer,
    /// Sync now, decide on quarantined runs and on what agents ask.
    Approver,
    /// Change settings, accounts and tokens.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Approver, Self::Admin];

    /// The role as it is stored and shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What somebody may do where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Role in every organization and in the service itself.
    pub everywhere: Option<Role>,
    /// Roles in single organizations, by row id.
    pub within: Vec<(i64, Role)>,
}

impl Access {
    /// Everything.
    #[must_use]
    pub fn full() -> Self {
        Self { everywhere: Some(Role::Admin), within: Vec::new() }
    }

    /// As it is stored; a role that this program does not know gives nothing.
    pub(crate) fn stored(role: Option<&str>, orgs: &[OrgGrant]) -> Self {
        Self {
            everywhere: role.and_then(Role::parse),
            within: orgs
                .iter()
                .filter_map(|grant| Some((grant.org, Role::parse(&grant.role)?)))
                .collect(),
        }
    }

    /// The role in one organization.
    #[must_use]
    pub fn role_in(&self, org_id: i64) -> Option<Role> {
        let here = self.within.iter().filter(|(org, _)| *org == org_id).map(|(_, role)| *role);
        here.chain(self.everywhere).max()
    }

    /// What both allow.
    #[must_use]
    pub(crate) fn within(&self, other: &Self) -> Self {
        let orgs = self.within.iter().chain(&other.within).map(|(org, _)| *org);
        let mut within: Vec<(i64, Role)> = orgs
            .filter_map(|org| Some((org, self.role_in(org)?.min(other.role_in(org)?))))
            .collect();
        within.sort_unstable();
        within.dedup();
        let everywhere = self.everywhere.zip(other.everywhere).map(|(one, other)| one.min(other));
        Self { everywhere, within }
    }

    /// The highest role anywhere.
    #[must_use]
    pub fn best(&self) -> Option<Role> {
        self.within.iter().map(|(_, role)| *role).chain(self.everywhere).max()
    }
}

/// How a caller showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The cookie of a session, named by its digest.
    Session(String),
    /// A token of the API, by row id.
    Token(i64),
}

/// Somebody who asks.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    /// Name, for pages and the log.
    pub who: String,
    /// The account; none for the owner of the link that is printed at start.
    pub user_id: Option<i64>,
    /// What they may do.
    pub access: Access,
    /// How they showed who they are.
    pub proof: Proof,
}

/// The caller of a request that was let in.
#[derive(Debug, Clone)]
pub struct Caller(pub Arc<Known>);

impl std::ops::Deref for Caller {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.0
    }
}

impl Caller {
    /// Refuses those who may not do this anywhere.
    ///
    /// # Errors
    ///
    /// 403 naming the role that it takes.
    pub fn needs(&self, least: Role) -> Result<(), Problem> {
        if self.access.best() >= Some(least) { Ok(()) } else { Err(Problem::role(least)) }
    }

    /// Refuses those who may not do this everywhere.
    ///
    /// # Errors
    ///
    /// 403 naming the role that it takes.
    pub fn needs_everywhere(&self, least: Role) -> Result<(), Problem> {
        if self.access.everywhere >= Some(least) { Ok(()) } else { Err(Problem::role(least)) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // The guard put it there; a route that it does not stand before has no caller.
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::signed_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_in_one_organization_says_nothing_about_another() {
        let access = Access { everywhere: None, within: vec![(7, Role::Approver)] };
        assert_eq!(access.role_in(7), Some(Role::Approver));
        assert_eq!(access.role_in(8), None);
        assert_eq!(access.best(), Some(Role::Approver));
        let both = Access { everywhere: Some(Role::Viewer), within: vec![(7, Role::Admin)] };
        assert_eq!((both.role_in(7), both.role_in(8)), (Some(Role::Admin), Some(Role::Viewer)));
        let token = Access { everywhere: Some(Role::Approver), within: Vec::new() };
        let least = token.within(&both);
        assert_eq!(
            (least.role_in(7), least.role_in(8)),
            (Some(Role::Approver), Some(Role::Viewer))
        );
        assert_eq!(token.within(&access).role_in(8), None);
    }
}
