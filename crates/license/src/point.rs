//! What the ledger looked like at a point of an organization's history.

use hubfolk_store::{AsOf, Micros, Org, Run, RunState, Store};
use jiff::Timestamp;

use crate::roles::Licenses;
use crate::when::{Point, When};

/// A point of an organization's history.
#[derive(Debug, Clone)]
pub struct View {
    /// The point as the store takes it.
    pub as_of: AsOf,
    /// The published run that shows there.
    pub run: Run,
    /// What each role counts as.
    pub licenses: Licenses,
}

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoView {
    /// No sync was published yet.
    #[error("no sync was published yet")]
    Never,
    /// The ledger begins later.
    #[error("the ledger does not reach back to {}", crate::views::time(*at))]
    TooEarly {
        /// The point.
        at: Micros,
        /// When the first published run was.
        began: Micros,
    },
    /// There is no such run.
    #[error("there is no run {0}")]
    NoRun(i64),
    /// A run that shows no members.
    #[error("run {run} is {}, so it shows no members", state.name())]
    Unpublished {
        /// Its number.
        run: i64,
        /// How it stands.
        state: RunState,
    },
    /// A time before the calendar begins.
    #[error("{0}")]
    NoTime(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] hubfolk_store::Error),
}

impl View {
    /// The ledger as it stands, or as it was.
    ///
    /// # Errors
    ///
    /// When it shows nothing there.
    pub fn at(
        store: &mut Store,
        org: &Org,
        when: Option<When>,
        now: Timestamp,
    ) -> Result<Self, NoView> {
        let licenses = Licenses::new(store.license_types()?);
        let Some(when) = when else {
            let run = store.run(org.id, org.published_run)?.ok_or(NoView::Never)?;
            return Ok(Self { as_of: AsOf::Now, run, licenses });
        };
        let at = match when.as_of(now).map_err(NoView::NoTime)? {
            Point::At(at) => at.as_microsecond(),
            Point::Run(number) => published(store, org, number)?.at,
        };
        if let Some(run) = store.published_at(org.id, at)? {
            return Ok(Self { as_of: AsOf::At(at), run, licenses });
        }
        let first = store.published_since(org.id, at)?.ok_or(NoView::Never)?;
        let began = store.run(org.id, first)?.map_or(at, |run| run.at);
        Err(NoView::TooEarly { at, began })
    }
}

/// A run that was published; others show nothing.
///
/// # Errors
///
/// When there is none of this number, or it was not published.
pub fn published(store: &mut Store, org: &Org, number: i64) -> Result<Run, NoView> {
    let run = store.run(org.id, number)?.ok_or(NoView::NoRun(number))?;
    if run.state != RunState::Published {
        return Err(NoView::Unpublished { run: number, state: run.state });
    }
    Ok(run)
}
