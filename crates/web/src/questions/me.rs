//! Who asks, and what they may.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::problem::Problem;
use crate::question::{Desk, Question};

/// Who the caller is, and what they may do where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GetCaller {}

/// A caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Me {
    /// Name of the account or of the token.
    pub who: String,
    /// Role in every organization and in the service; null when only some may be seen.
    pub role: Option<Role>,
    /// The organizations that can be seen.
    pub orgs: Vec<Seen>,
    /// The service's version.
    pub version: String,
}

/// An organization that a caller can see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seen {
    /// Its name in paths.
    pub org: String,
    /// The caller's role in it.
    pub role: Role,
}

impl Question for GetCaller {
    const NAME: &'static str = "get_caller";
    const PATH: &'static str = "/api/me";
    const SUMMARY: &'static str = "Get who the caller is, and what they may do where";
    type Answer = Me;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Me, Problem> {
        let orgs = desk.orgs()?;
        let access = &desk.caller().access;
        let seen = |(org, row): (String, hubfolk_store::Org)| {
            Some(Seen { org, role: access.role_in(row.id)? })
        };
        Ok(Me {
            who: desk.caller().who.clone(),
            role: access.everywhere,
            orgs: orgs.into_iter().filter_map(seen).collect(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}
