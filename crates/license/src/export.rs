//! Lists that leave the ledger: where they come from, and cells that harm nobody.

pub mod cell;
pub mod csv;

use hubfolk_store::{Org, Run};
use serde::Serialize;

use crate::views::time;

/// Where a list of members comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The organization.
    pub org: String,
    /// Its `_id`, where the Hub showed it.
    pub org_id: Option<String>,
    /// The Hub's address.
    pub endpoint: String,
    /// The run.
    pub run: i64,
    /// Whether absence from its list means something.
    pub complete: bool,
    /// When it counts as having happened.
    pub as_of: String,
    /// When it began.
    pub started: String,
    /// When it ended.
    pub finished: Option<String>,
    /// Pages read.
    pub pages: i64,
    /// Members listed.
    pub items: i64,
    /// Optional fields that the token saw.
    pub coverage: Vec<&'static str>,
    /// Digest of the member list after the run.
    pub digest: Option<String>,
    /// The program's version.
    pub version: &'static str,
}

/// The keys of the evidence, in order.
pub const EVIDENCE: [&str; 13] = [
    "org", "org_id", "endpoint", "run", "complete", "as_of", "started", "finished", "pages",
    "items", "coverage", "digest", "version",
];

impl Evidence {
    /// The evidence for a list as of a published run.
    #[must_use]
    pub fn new(org: &Org, run: &Run) -> Self {
        Self {
            org: org.slug.clone(),
            org_id: org.hf_id.clone(),
            endpoint: org.endpoint.clone(),
            run: run.run,
            complete: run.complete,
            as_of: time(run.at),
            started: time(run.started),
            finished: run.finished.map(time),
            pages: run.pages,
            items: run.members,
            coverage: run.coverage.names(),
            digest: run.digest.clone(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
