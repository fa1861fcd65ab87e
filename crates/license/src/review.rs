//! A person's word on a quarantined run.

use hubfolk_store::{Approval, Org, Run, Store};
use jiff::Timestamp;

use crate::Error;
use crate::audit::Causes;
use crate::holder;
use crate::judge::Limits;
use crate::roles::Licenses;
use crate::settle::{Plan, settle};
use crate::views::RunView;

/// Publishes a quarantined run: those it lacked have left. Doing it twice is doing it once.
///
/// # Errors
///
/// When the run is not quarantined or a newer one was published, and when the database fails.
pub fn approve(store: &mut Store, org: &Org, run: i64, now: Timestamp) -> Result<RunView, Error> {
    let licenses = Licenses::new(store.license_types()?);
    let base = store.run(org.id, org.published_run)?.map(|base| base.coverage);
    let now = now.as_microsecond();
    let approved = store.approve(org.id, run, now, holder::is_dead, |publish, run: Run| {
        let mut gone = Vec::new();
        let mut after = String::new();
        loop {
            let page = publish.staged(true, &after, 1000)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.user_id);
            gone.extend(page.iter().filter_map(|entry| entry.membership_id));
        }
        let plan = Plan {
            coverage: run.coverage,
            coverage_before: base,
            gone,
            decided: true,
            limits: Limits::default(),
            licenses,
            causes: Causes::default(),
            group_names: Vec::new(),
            service_accounts: None,
        };
        // What the quarantine counted as missing is decided anew.
        settle(publish, Run { missing: 0, finished: Some(now), ..run }, &plan)
    })?;
    Ok(match approved {
        Approval::Published(run) | Approval::Already(run) => RunView::new(org, &run, Vec::new()),
        Approval::Busy => RunView::not_begun(&org.slug, "busy", None),
    })
}

/// Rejects a quarantined run: nothing of it is concluded.
///
/// # Errors
///
/// When the run is not quarantined, and when the database fails.
pub fn reject(store: &mut Store, org: &Org, run: i64, now: Timestamp) -> Result<RunView, Error> {
    let run = store.reject_run(org.id, &org.slug, run, now.as_microsecond())?;
    Ok(RunView::new(org, &run, Vec::new()))
}
