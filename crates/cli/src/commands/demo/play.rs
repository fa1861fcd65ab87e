//! The history is played: a Hub that changes week by week, and a sync each week.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hubfolk_license::clock::FixedClock;
use hubfolk_license::roles::Licenses;
use hubfolk_license::views::{ChangeView, Member, RunView};
use hubfolk_license::{Ledger, Syncer};
use hubfolk_sim::{DEMO_ADMIN_TOKEN, DEMO_ORGANIZATION, RateLimits, Running, Sim, Timeline};
use hubfolk_store::{AsOf, DatabaseUrl, EventFilter, EventKind, Field, Store};
use serde::Serialize;

use crate::commands::members::Halt;
use crate::context::Context;
use crate::database::{self, Purpose};
use crate::error::{Exit, Stop};
use crate::progress::Progress;

/// What the ledger says at the end.
#[derive(Debug, Serialize)]
pub(super) struct Story {
    pub(super) org: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) weeks: u32,
    pub(super) members: u64,
    pub(super) missing: u64,
    /// License type, role, members.
    pub(super) licenses: Vec<License>,
    pub(super) two_factor: Known,
    pub(super) external: Known,
    pub(super) admins_without_two_factor: Vec<String>,
    pub(super) groups: u64,
    pub(super) service_accounts: u64,
    /// Changes that the last run saw.
    pub(super) changes: Vec<ChangeView>,
    /// Security events of the whole history.
    pub(super) reused_names: Vec<ChangeView>,
    /// Runs that were not published, oldest first.
    pub(super) held_back: Vec<HeldBack>,
    pub(super) ledger: PathBuf,
}

/// How many members have a license type.
#[derive(Debug, Serialize)]
pub(super) struct License {
    pub(super) license: String,
    pub(super) role: String,
    pub(super) members: u64,
}

/// A yes-or-no total with its unknowns.
#[derive(Debug, Default, Serialize)]
pub(super) struct Known {
    pub(super) yes: u64,
    pub(super) no: u64,
    pub(super) unknown: u64,
}

/// A run that changed nothing.
#[derive(Debug, Serialize)]
pub(super) struct HeldBack {
    pub(super) run: i64,
    pub(super) at: String,
    pub(super) state: &'static str,
    pub(super) why: String,
}

pub(super) fn play(
    seed: u64,
    members: usize,
    place: &Path,
    context: &Context,
) -> anyhow::Result<(Story, Running)> {
    let timeline = Timeline::new(seed, members);
    let fresh = place.with_extension("db.new");
    let fail = |error: std::io::Error| {
        Stop::new(Exit::Failed, "io", format!("cannot write the demo's ledger {}", place.display()))
            .because(error)
            .hint("choose another place: hubfolk demo --ledger FILE")
    };
    let address = DatabaseUrl::sqlite(&fresh);
    super::remove(&fresh).map_err(fail)?;
    database::prepare(&address, Purpose::Write)?;
    let held = sync_weeks(&timeline, &address, context);
    let (held, hub) = match held {
        Ok(held) => held,
        Err(error) => {
            // Half a demo is of no use to anyone.
            let _ = super::remove(&fresh);
            return Err(error);
        }
    };
    super::remove(place).map_err(fail)?;
    std::fs::rename(&fresh, place).map_err(fail)?;
    Ok((look(&timeline, held, place)?, hub))
}

/// Plays every week; returns the runs that were held back, and the Hub as it is at the end.
fn sync_weeks(
    timeline: &Timeline,
    address: &DatabaseUrl,
    context: &Context,
) -> anyhow::Result<(Vec<HeldBack>, Running)> {
    let hub = Sim::builder()
        .world(timeline.world())
        .rate_limits(RateLimits::Unlimited)
        .time(timeline.date(1))
        .start_on_thread()?;
    let client = hubfolk::Hub::builder()
        .endpoint(hub.url())
        .token(DEMO_ADMIN_TOKEN.to_owned())
        // The broken page stays broken: trying long would only delay the story.
        .max_attempts(2)
        .backoff(Duration::from_millis(1), Duration::from_millis(2))
        .seed(1)
        .build()?;
    let ledger = Ledger::open(address)?;
    let progress = Progress::towards("weeks", u64::from(Timeline::WEEKS), context.shows_progress());
    let mut held = Vec::new();
    for week in 1..=Timeline::WEEKS {
        timeline.step(week, &mut hub.world());
        hub.set_faults(timeline.faults(week));
        hub.set_time(Some(timeline.date(week)));
        let syncer =
            Syncer::new(client.clone(), ledger.clone()).clock(FixedClock(timeline.date(week)));
        let view = context.block_on(async { Ok(syncer.sync(DEMO_ORGANIZATION).await?) })?;
        if view.state != "published" {
            held.push(held_back(&view));
        }
        progress.one();
    }
    progress.end();
    hub.clear_faults();
    Ok((held, hub))
}

fn held_back(view: &RunView) -> HeldBack {
    let why = match &view.error {
        Some(error) => {
            let page = error.page.map_or_else(String::new, |page| format!(" on page {page}"));
            format!(
                "failed{page} ({}): nothing was concluded, the ledger stayed as it was",
                error.kind
            )
        }
        None => {
            let some: Vec<&str> =
                view.would_leave.iter().take(3).map(|member| member.username.as_str()).collect();
            format!(
                "{} members were gone at once ({}, ...): too many to believe, so nobody was marked as left",
                view.would_leave.len(),
                some.join(", ")
            )
        }
    };
    HeldBack {
        run: view.run.unwrap_or_default(),
        at: view.started.clone().unwrap_or_default(),
        state: view.state,
        why,
    }
}

/// Asks the ledger for what an administrator would want to see first.
fn look(timeline: &Timeline, held_back: Vec<HeldBack>, place: &Path) -> anyhow::Result<Story> {
    let mut store = Store::open(&DatabaseUrl::sqlite(place))?;
    let Some(org) = store.find_orgs(DEMO_ORGANIZATION, None)?.pop() else {
        anyhow::bail!("the demo's own organization is not in its ledger");
    };
    let Some(run) = store.run(org.id, org.published_run)? else {
        anyhow::bail!("no run of the demo was published");
    };
    let licenses = Licenses::new(store.license_types()?);
    let mut counts: BTreeMap<(u8, String, String), u64> = BTreeMap::new();
    let mut story = Story {
        org: org.slug.clone(),
        first: day(timeline, 1),
        last: day(timeline, Timeline::WEEKS),
        weeks: Timeline::WEEKS,
        members: 0,
        missing: 0,
        licenses: Vec::new(),
        two_factor: Known::default(),
        external: Known::default(),
        admins_without_two_factor: Vec::new(),
        groups: 0,
        service_accounts: store.service_accounts(org.id)?.len() as u64,
        changes: Vec::new(),
        reused_names: Vec::new(),
        held_back,
        ledger: place.to_owned(),
    };
    let mut groups = std::collections::BTreeSet::new();
    let ended = store.members(org.id, AsOf::Now, false, |listed| {
        let member = Member::new(listed, &run, &licenses);
        if member.status != "active" {
            story.missing += 1;
            return Ok::<_, Halt>(());
        }
        story.members += 1;
        let role = member.role.clone().unwrap_or_else(|| "unknown".to_owned());
        let license = member.license.clone().unwrap_or_else(|| "none".to_owned());
        let rank = u8::MAX - hubfolk_license::roles::rank(Some(&role));
        *counts.entry((rank, license, role.clone())).or_default() += 1;
        story.two_factor.count(member.two_factor.filter(|_| member.knows(Field::TwoFactor)));
        story.external.count(member.external.filter(|_| member.knows(Field::External)));
        if role == "admin" && member.two_factor == Some(false) && member.knows(Field::TwoFactor) {
            story.admins_without_two_factor.push(member.username.clone());
        }
        groups.extend(member.groups.into_iter().map(|group| group.id));
        Ok(())
    });
    if let Err(Halt::Failed(error)) = ended {
        return Err(error);
    }
    story.groups = groups.len() as u64;
    story.licenses = counts
        .into_iter()
        .map(|((_, license, role), members)| License { license, role, members })
        .collect();
    for event in store.events(org.id, &EventFilter::default())? {
        if event.kind == EventKind::NameReused {
            story.reused_names.push(ChangeView::from(event.clone()));
        }
        if event.run == run.run && event.kind != EventKind::Learned {
            story.changes.push(ChangeView::from(event));
        }
    }
    Ok(story)
}

impl Known {
    fn count(&mut self, value: Option<bool>) {
        match value {
            Some(true) => self.yes += 1,
            Some(false) => self.no += 1,
            None => self.unknown += 1,
        }
    }
}

fn day(timeline: &Timeline, week: u32) -> String {
    timeline.date(week).strftime("%Y-%m-%d").to_string()
}
