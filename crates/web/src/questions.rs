//! The one list of questions; the API, its document and the pages are loops over it.

pub mod changes;
pub mod difference;
pub mod groups;
pub mod log;
mod me;
pub mod member;
pub mod members;
pub mod orgs;
pub mod overview;
pub mod runs;
pub mod settings;
pub mod sign_in;
pub mod words;

pub use me::{GetCaller, Me};

use crate::question::Visitor;

/// Shows every question to the visitor.
pub fn visit(visitor: &mut impl Visitor) {
    visitor.question::<GetCaller>();
    visitor.question::<orgs::ListOrganizations>();
    visitor.question::<overview::GetOverview>();
    visitor.question::<members::ListMembers>();
    visitor.question::<member::GetMember>();
    visitor.question::<groups::ListGroups>();
    visitor.question::<changes::ListChanges>();
    visitor.question::<difference::GetDifference>();
    visitor.question::<runs::ListRuns>();
    visitor.question::<runs::GetRun>();
    visitor.question::<settings::GetSettings>();
    visitor.question::<sign_in::ListAccounts>();
    visitor.question::<sign_in::ListSessions>();
    visitor.question::<sign_in::ListTokens>();
    visitor.question::<log::ListLog>();
}
