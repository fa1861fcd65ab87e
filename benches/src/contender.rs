//! The programs that are measured, each in a process of its own.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use futures_util::{StreamExt, TryStreamExt};
use hubfolk::Hub;
use hubfolk_api::discussions::GetRepoDiscussions;
use hubfolk_api::organizations::ListOrganizationMembers;
use hubfolk_api::repos::RepoType;
use hubfolk_license::{Ledger, Syncer};
use hubfolk_store::DatabaseUrl;

use crate::floor;
use crate::measure::peak_kilobytes;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    FloorBytes,
    FloorTyped,
    FloorFresh,
    FloorPrepare,
    FloorUnchanged,
    FloorDiscussions,
    FloorFleet,
    List,
    Discussions,
    Sync,
    Fleet,
    BareMcp,
}

/// What a contender is given.
#[derive(Args)]
pub(crate) struct Contender {
    #[arg(value_enum)]
    pub(crate) kind: Kind,
    /// The Hub
    #[arg(long)]
    pub(crate) base: String,
    /// The organization
    #[arg(long, default_value = "big")]
    pub(crate) org: String,
    /// The ledger
    #[arg(long)]
    pub(crate) db: Option<DatabaseUrl>,
    /// How many organizations, and how many of them at a time
    #[arg(long, num_args = 2)]
    pub(crate) fleet: Vec<usize>,
    /// Paths to ask for, a line each
    #[arg(long)]
    pub(crate) requests: Option<PathBuf>,
}

impl Contender {
    /// Does the job and prints `count peak-kilobytes`.
    pub(crate) fn run(&self) -> Result<()> {
        if self.kind == Kind::BareMcp {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            return runtime.block_on(crate::bare::serve(&self.base));
        }
        let count = self.count()?;
        println!("{count} {}", peak_kilobytes()?);
        Ok(())
    }

    fn count(&self) -> Result<u64> {
        let token = hubfolk_sim::BIG_ADMIN_TOKEN;
        let (base, org) = (self.base.as_str(), self.org.as_str());
        let on_runtime = |work: std::pin::Pin<Box<dyn Future<Output = Result<u64>> + '_>>| {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
        };
        match (self.kind, &self.db) {
            (Kind::FloorBytes, _) => on_runtime(Box::pin(async {
                Ok(floor::fetch::bytes(base, token, org).await? as u64)
            })),
            (Kind::FloorTyped, _) => on_runtime(Box::pin(async {
                let mut count = 0;
                let each = |members: Vec<floor::fetch::Member>| {
                    count += members.len() as u64;
                    Ok(())
                };
                floor::fetch::typed(base, token, org, each).await?;
                Ok(count)
            })),
            (Kind::FloorFresh, Some(DatabaseUrl::Sqlite(path))) => on_runtime(Box::pin(async {
                Ok(floor::sqlite::fresh(base, token, org, path).await? as u64)
            })),
            (Kind::FloorPrepare, Some(DatabaseUrl::Sqlite(path))) => on_runtime(Box::pin(async {
                floor::sqlite::prepare(base, token, org, path).await?;
                Ok(0)
            })),
            (Kind::FloorUnchanged, Some(DatabaseUrl::Sqlite(path))) => {
                on_runtime(Box::pin(floor::sqlite::unchanged(base, token, org, path)))
            }
            (Kind::FloorFresh, Some(DatabaseUrl::Postgres(url))) => {
                Ok(floor::postgres::fresh(base, token, org, url)? as u64)
            }
            (Kind::FloorPrepare, Some(DatabaseUrl::Postgres(url))) => {
                floor::postgres::prepare(base, token, org, url)?;
                Ok(0)
            }
            (Kind::FloorUnchanged, Some(DatabaseUrl::Postgres(url))) => {
                floor::postgres::unchanged(base, token, org, url)
            }
            (Kind::List, _) => on_runtime(Box::pin(async {
                let mut members = std::pin::pin!(self.hub()?.list(self.members()));
                let mut count = 0;
                while members.try_next().await?.is_some() {
                    count += 1;
                }
                Ok(count)
            })),
            (Kind::FloorFleet, _) => on_runtime(Box::pin(async {
                let list = self.requests.as_deref().context("--requests FILE")?;
                let [_, at_a_time] = self.fleet[..] else { bail!("--fleet ORGS CONCURRENCY") };
                floor::fleet::bytes(base, token, list, at_a_time).await
            })),
            (Kind::FloorDiscussions, _) => Ok(floor::discussions::bytes(base, token)? as u64),
            (Kind::Discussions, _) => on_runtime(Box::pin(async {
                let list = GetRepoDiscussions::new(RepoType::Model, "acme/talk");
                let mut discussions = std::pin::pin!(self.hub()?.list(list));
                let mut count = 0;
                while discussions.try_next().await?.is_some() {
                    count += 1;
                }
                Ok(count)
            })),
            (Kind::Sync, Some(url)) => self.sync(url),
            (Kind::Fleet, Some(url)) => self.sync_fleet(url),
            _ => bail!("{:?} needs --db", self.kind),
        }
    }

    fn members(&self) -> ListOrganizationMembers {
        ListOrganizationMembers::builder(self.org.as_str()).limit(500).build()
    }

    fn hub(&self) -> Result<Hub> {
        let token = hubfolk_sim::BIG_ADMIN_TOKEN;
        Ok(Hub::builder().endpoint(self.base.as_str()).token(token).build()?)
    }

    /// The ledger outlives the runtime: the PostgreSQL driver may not be dropped inside one.
    fn sync(&self, url: &DatabaseUrl) -> Result<u64> {
        let ledger = Ledger::open(url)?;
        let syncer = Syncer::new(self.hub()?, ledger.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let view = runtime.block_on(syncer.sync(&self.org))?;
        if view.state != "published" {
            bail!("the run is {}: {:?}", view.state, view.error);
        }
        Ok((view.joined + view.changed) as u64)
    }

    fn sync_fleet(&self, url: &DatabaseUrl) -> Result<u64> {
        let [orgs, concurrency] = self.fleet[..] else { bail!("--fleet ORGS CONCURRENCY") };
        let ledger = Ledger::open(url)?;
        let syncer = Arc::new(Syncer::new(self.hub()?, ledger.clone()));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let names = (1..=orgs).map(|n| format!("org-{n}")).collect();
        let views: Vec<_> =
            runtime.block_on(syncer.sync_all(names, concurrency).collect::<Vec<_>>());
        let mut published = 0;
        for (org, view) in views {
            let view = view.with_context(|| format!("syncing {org}"))?;
            if view.state != "published" {
                bail!("{org} is {}: {:?}", view.state, view.error);
            }
            published += 1;
        }
        Ok(published)
    }
}
