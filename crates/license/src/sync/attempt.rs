//! One run on its way: read the list, judge it, publish it.

use std::pin::pin;

use futures_util::{StreamExt, TryStreamExt};
use hubfolk_api::audit_log::ExportAuditLog;
use hubfolk_api::organizations::ListOrganizationMembers;
use hubfolk_api::whoami::WhoamiOrganization;
use hubfolk_store::{Lease, Listed, Org, OrgMatch, Run, RunState, Staged, Status, Store};

use super::heartbeat::Heartbeat;
use super::sides::{Sides, hides};
use super::start::Start;
use super::{Progress, Syncer};
use crate::Error;
use crate::audit::Causes;
use crate::failure::{Failure, FailureKind};
use crate::holder::Life;
use crate::intake::{Intake, Total};
use crate::ledger::joined;
use crate::roles::{Licenses, rank};
use crate::settle::{Plan, settle};
use crate::views::{ErrorView, RunView};

/// One run on its way.
pub(super) struct Attempt<'a> {
    syncer: &'a Syncer,
    org: Org,
    lease: Lease,
    run: Run,
    base: Option<Run>,
    active: i64,
    missing: i64,
    membership: Option<WhoamiOrganization>,
    caller_id: Option<String>,
    /// For the first reading of the list.
    intake: Option<Intake>,
    heartbeat: Heartbeat,
    /// It ends with the attempt, whether the lease could be given back or not.
    _life: Life,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        syncer: &'a Syncer,
        org: Org,
        membership: Option<WhoamiOrganization>,
        start: Start,
    ) -> Self {
        let Start { lease, run, base, active, missing, intake, life, interrupted: _ } = start;
        let expected = active + missing;
        (syncer.progress)(Progress::Began { org: org.slug.clone(), run: lease.run, expected });
        Self {
            syncer,
            org,
            lease,
            run,
            base,
            active,
            missing,
            membership,
            caller_id: intake.caller_id(),
            intake: Some(intake),
            heartbeat: Heartbeat::start(syncer, lease),
            _life: life,
        }
    }

    fn is_admin(&self) -> bool {
        let role = self.membership.as_ref().and_then(|org| org.role_in_org.as_ref());
        role.is_some_and(|role| role.as_str() == "admin")
    }

    pub(super) fn identity(&self, message: String) -> Error {
        let kind = FailureKind::Identity;
        Error::Failed(Box::new(Failure { kind, page: None, status: None, message }))
    }

    pub(super) async fn go(&mut self) -> Result<RunView, Error> {
        // Side lists travel beside the first page: they cost no time of their own.
        let admin = self.is_admin();
        let (hub, name) = (self.syncer.hub.clone(), self.org.slug.clone());
        let sides = async move {
            if admin { Sides::read(&hub, &name).await } else { Ok(Sides::default()) }
        };
        let (list, sides) = futures_util::future::join(self.list(), sides).await;
        let (intake, total) = list?;
        let mut sides = sides?;
        self.run.requests += sides.requests;
        self.run.members = total.members;
        self.run.duplicates = total.duplicates;
        self.run.pages = intake.pages;
        self.run.coverage = intake.coverage.total();
        self.check_caller(&intake)?;

        let base = self.base.take();
        let lost = base.as_ref().is_some_and(|base| {
            !base.coverage.without(self.run.coverage).is_empty()
                || rank(self.run.caller_role.as_deref()) < rank(base.caller_role.as_deref())
        });
        let empty = total.members == 0;
        self.run.complete = !lost || empty;
        let (intake, gone) = self.gone(intake).await?;
        let limits = self.syncer.options.limits;
        if self.run.complete && limits.quarantines(total.members as u64, gone.active, gone.newly) {
            return self.quarantine(gone.rows).await;
        }

        let causes = match &base {
            Some(base) if admin && (total.differs || !gone.rows.is_empty()) => {
                self.causes(base.at, &mut sides).await?
            }
            _ => Causes::default(),
        };
        self.run.sources = sides.sources.join(",");
        sides.group_names.extend(intake.group_names);
        self.publish(Plan {
            coverage: self.run.coverage,
            coverage_before: base.map(|base| base.coverage),
            gone: gone.rows,
            decided: false,
            limits,
            licenses: Licenses::default(),
            causes,
            group_names: sides.group_names.into_iter().collect(),
            service_accounts: sides.service_accounts,
        })
        .await
    }

    /// Reads the whole list; once more if it moved while it was read.
    async fn list(&mut self) -> Result<(Intake, Total), Error> {
        for last in [false, true] {
            let intake = match self.intake.take() {
                Some(intake) => intake,
                None => {
                    let (lease, caller_id) = (self.lease, self.caller_id.clone());
                    let expected = self.active + self.missing;
                    let again = move |s: &mut Store| Intake::new(s, lease, caller_id, expected);
                    self.with_store(again).await?
                }
            };
            let intake = self.pages(intake).await?;
            let (intake, total) = self
                .with_store(move |store| {
                    let total = intake.total(store)?;
                    Ok((intake, total))
                })
                .await?;
            if total.duplicates == 0 {
                return Ok((intake, total));
            }
            let first = {
                let mut pages = pin!(self.syncer.hub.raw_pages(self.request()));
                self.unless_stopped(pages.next()).await?.transpose().map_err(|e| failed(&e))?
            };
            self.run.requests += first.as_ref().map_or(1, |page| i64::from(page.attempts));
            if intake.stands_still(first.as_ref())? {
                return Ok((intake, total));
            }
            if last {
                break;
            }
            let lease = self.lease;
            self.with_store(move |store| Ok(store.clear_stage(&lease)?)).await?;
        }
        Err(Error::Failed(Box::new(Failure {
            kind: FailureKind::Moved,
            page: None,
            status: None,
            message: "the member list kept changing while it was read, twice; try again".to_owned(),
        })))
    }

    fn request(&self) -> ListOrganizationMembers {
        ListOrganizationMembers::builder(self.org.slug.as_str())
            .limit(self.syncer.options.page_size)
            .build()
    }

    /// Takes in page after page: one is read from the Hub while the one before is compared.
    async fn pages(&mut self, intake: Intake) -> Result<Intake, Error> {
        let mut pages = pin!(self.syncer.hub.raw_pages(self.request()));
        let mut working = None;
        let mut idle = Some(intake);
        loop {
            let page = self.unless_stopped(pages.next()).await;
            let mut intake = match (idle.take(), working.take()) {
                (Some(intake), _) => intake,
                (None, Some(task)) => joined(task).await?,
                (None, None) => unreachable!("the intake is idle or working"),
            };
            let Some(page) = page? else { return Ok(intake) };
            let page = page.map_err(|error| failed(&error))?;
            self.meter(&page);
            self.tell(&intake);
            let ledger = self.syncer.ledger.clone();
            working = Some(tokio::task::spawn_blocking(move || {
                ledger.with(|store| intake.take(store, &page)).map(|()| intake)
            }));
        }
    }

    fn meter(&mut self, page: &hubfolk::RawPage) {
        self.run.requests += i64::from(page.attempts);
        self.run.waited_ms += page.waited.as_millis() as i64;
        if let Some(date) = page.date {
            let skew = self.syncer.now() / 1000 - date.as_millisecond();
            self.run.clock_skew_ms.get_or_insert(skew);
        }
    }

    fn tell(&self, intake: &Intake) {
        let org = self.org.slug.clone();
        let (pages, members) = (intake.pages, intake.members());
        (self.syncer.progress)(Progress::Page { org, pages, members });
    }

    /// The caller must be in the list when the Hub says that they are a member.
    fn check_caller(&mut self, intake: &Intake) -> Result<(), Error> {
        self.run.caller_role = intake.caller.as_ref().and_then(|caller| caller.role.clone());
        match &self.membership {
            Some(org) if intake.caller.is_none() => Err(self.identity(format!(
                "the Hub says that the caller is a member of {}, but the member list lacks them",
                org.username
            ))),
            Some(org) => {
                if self.run.caller_role.is_none() {
                    self.run.caller_role = org.role_in_org.as_ref().map(|r| r.as_str().to_owned());
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Open memberships that a complete list lacks.
    async fn gone(&self, intake: Intake) -> Result<(Intake, Gone), Error> {
        let mut gone = Gone { rows: Vec::new(), active: self.active as u64, newly: 0 };
        if !self.run.complete || intake.seen_count() == self.active + self.missing {
            return Ok((intake, gone));
        }
        let org_id = self.lease.org_id;
        self.with_store(move |store| {
            store.open_memberships(org_id, |row, status| {
                if !intake.has_seen(row) {
                    gone.rows.push(row);
                    gone.newly += u64::from(status == Status::Active);
                }
                Ok(())
            })?;
            Ok((intake, gone))
        })
        .await
    }

    async fn causes(&mut self, since: i64, sides: &mut Sides) -> Result<Causes, Error> {
        self.run.requests += 1;
        let request = ExportAuditLog::new(self.org.slug.as_str());
        let entries = self.syncer.hub.list(request).try_collect::<Vec<_>>();
        match self.unless_stopped(entries).await? {
            Ok(entries) => {
                sides.sources.push("audit_log");
                Ok(Causes::new(&entries, since))
            }
            Err(error) if hides(&error) => Ok(Causes::default()),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn quarantine(&mut self, gone: Vec<i64>) -> Result<RunView, Error> {
        self.run.state = RunState::Quarantined;
        self.run.missing = gone.len() as i64;
        self.run.finished = Some(self.syncer.now());
        let (lease, run, org) = (self.lease, self.run.clone(), self.org.clone());
        self.with_store(move |store| {
            for rows in gone.chunks(1000) {
                let absent: Vec<Staged> =
                    store.memberships(lease.org_id, rows)?.into_iter().map(absent).collect();
                store.stage(&lease, &absent)?;
            }
            store.end_run(&lease, &run)?;
            let would_leave = store.would_leave(lease.org_id, run.run)?;
            Ok(RunView::new(&org, &run, would_leave))
        })
        .await
    }

    async fn publish(&mut self, mut plan: Plan) -> Result<RunView, Error> {
        (self.syncer.progress)(Progress::Publishing { org: self.org.slug.clone() });
        self.run.finished = Some(self.syncer.now());
        let (lease, run, org) = (self.lease, self.run.clone(), self.org.clone());
        self.with_store(move |store| {
            plan.licenses = Licenses::new(store.license_types()?);
            let mut tries = 0;
            let run = loop {
                tries += 1;
                match store.publish(&lease, |publish| settle(publish, run.clone(), &plan)) {
                    Err(Error::Store(error)) if error.is_transient() && tries < 5 => {}
                    published => break published?,
                }
            };
            Ok(RunView::new(&org, &run, Vec::new()))
        })
        .await
    }

    /// Records why the run failed; an organization that turns out not to exist is forgotten again.
    pub(super) async fn failed(self, failure: Failure, found: OrgMatch) -> Result<RunView, Error> {
        let Self { syncer, org, lease, mut run, .. } = self;
        let absent = matches!(failure.status, Some(400 | 404)) && org.published_run == 0;
        if absent && found == OrgMatch::Made {
            syncer.ledger.run(move |store| store.forget_org(lease.org_id)).await?;
            let error = ErrorView::from(&failure);
            return Ok(RunView::not_begun(&org.slug, "failed", Some(error)));
        }
        run.state = RunState::Failed;
        run.complete = false;
        run.finished = Some(syncer.now());
        run.error = Some((&failure).into());
        syncer
            .ledger
            .run(move |store| {
                match store.end_run(&lease, &run) {
                    // Whoever took over has recorded the end of this run.
                    Err(hubfolk_store::Error::LeaseLost) => {
                        let recorded = store.run(lease.org_id, lease.run)?.unwrap_or(run);
                        Ok(RunView::new(&org, &recorded, Vec::new()))
                    }
                    ended => ended.map(|()| RunView::new(&org, &run, Vec::new())),
                }
            })
            .await
    }

    async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.syncer.ledger.run(work).await
    }

    /// Waits for `work` unless the sync is stopped or has lost its lease.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let interrupted = |message: &str| {
            Err(Error::Failed(Box::new(Failure {
                kind: FailureKind::Interrupted,
                page: None,
                status: None,
                message: message.to_owned(),
            })))
        };
        tokio::select! {
            biased;
            () = self.syncer.stop.stopped() => interrupted("the sync was stopped"),
            () = self.heartbeat.lost() => interrupted("another sync took over"),
            value = work => Ok(value),
        }
    }
}

/// Open memberships that a list lacks.
struct Gone {
    rows: Vec<i64>,
    /// Active members before.
    active: u64,
    /// How many of them the list lacks.
    newly: u64,
}

fn absent(member: Listed) -> Staged {
    let state = member.state;
    Staged {
        user_id: state.user_id,
        membership_id: Some(member.membership_id),
        gone: true,
        username: state.username,
        fullname: state.fullname,
        avatar_url: None,
        email: state.email,
        role: state.role,
        is_pro: state.is_pro,
        two_factor: state.two_factor,
        external: state.external,
        groups: state.groups,
        seen: state.known,
        hash: 0,
    }
}

pub(super) fn failed(error: &hubfolk::Error) -> Error {
    Error::Failed(Box::new(Failure::from(error)))
}
