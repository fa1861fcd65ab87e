//! The one list of questions; the API, its document and the pages are loops over it.

mod me;

pub use me::{GetCaller, Me};

use crate::question::Visitor;

/// Shows every question to the visitor.
pub fn visit(visitor: &mut impl Visitor) {
    visitor.question::<GetCaller>();
}
