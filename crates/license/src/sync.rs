//! Syncing an organization: who asks, which organization, and how it ended.

mod attempt;
mod heartbeat;
mod sides;
mod start;

use std::sync::Arc;
use std::time::Duration;

use hubfolk::Hub;
use hubfolk_api::whoami::{GetWhoami, Whoami, WhoamiOrganization};
use hubfolk_store::{OrgKey, OrgMatch};
use tokio::sync::OnceCell;

use crate::Error;
use crate::clock::{Clock, SystemClock};
use crate::failure::Failure;
use crate::judge::Limits;
use crate::ledger::Ledger;
use crate::stop::Stop;
use crate::views::RunView;
use attempt::Attempt;
use start::Start;

/// How a sync behaves.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// How long a lease lasts unless renewed; it is renewed four times as often.
    pub lease: Duration,
    /// When absence means leaving.
    pub limits: Limits,
    /// Members asked for in one page, 10 to 10,000.
    pub page_size: u32,
    /// What starts the sync: `manual`, `schedule`, ...
    pub trigger: String,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(60),
            limits: Limits::default(),
            page_size: 500,
            trigger: "manual".to_owned(),
        }
    }
}

/// How far a sync has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A run began.
    Began {
        /// The organization.
        org: String,
        /// The run's number.
        run: i64,
        /// Members at the last published run, to measure against.
        expected: i64,
    },
    /// A page was taken in.
    Page {
        /// The organization.
        org: String,
        /// Pages so far.
        pages: i64,
        /// Members so far.
        members: i64,
    },
    /// The list is whole and is being written.
    Publishing {
        /// The organization.
        org: String,
    },
    /// The run ended.
    Ended {
        /// The organization.
        org: String,
    },
}

/// Syncs organizations of one Hub into one ledger.
pub struct Syncer {
    hub: Hub,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    options: SyncOptions,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
    stop: Stop,
    /// Asked once: the Hub limits this call strictly.
    caller: OnceCell<Result<Option<Arc<Whoami>>, Failure>>,
}

impl std::fmt::Debug for Syncer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Syncer").field("hub", &self.hub).field("options", &self.options).finish()
    }
}

impl Syncer {
    /// A syncer with default options and the machine's clock.
    #[must_use]
    pub fn new(hub: Hub, ledger: Ledger) -> Self {
        Self {
            hub,
            ledger,
            clock: Arc::new(SystemClock),
            options: SyncOptions::default(),
            progress: Arc::new(|_| ()),
            stop: Stop::never(),
            caller: OnceCell::new(),
        }
    }

    /// The same syncer with these options.
    #[must_use]
    pub fn options(mut self, options: SyncOptions) -> Self {
        self.options = options;
        self
    }

    /// The same syncer on another clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same syncer, telling how far it has come.
    #[must_use]
    pub fn progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Arc::new(tell);
        self
    }

    /// The same syncer, stopping when asked.
    #[must_use]
    pub fn stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }

    fn now(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    /// Syncs one organization and tells how it went; a failed run is an answer, not an error.
    ///
    /// # Errors
    ///
    /// When the ledger's database fails: then there is nothing to record the run in.
    pub async fn sync(&self, name: &str) -> Result<RunView, Error> {
        let caller = self.caller().await;
        let membership =
            caller.as_ref().ok().and_then(|caller| membership(caller.as_deref(), name));
        let key = OrgKey {
            endpoint: self.hub.endpoint().to_string(),
            name: membership.as_ref().map_or_else(|| name.to_owned(), |org| org.username.clone()),
            hf_id: membership.as_ref().map(|org| org.id.clone()),
        };
        let (now, ttl, trigger) = (self.now(), self.ttl(), self.options.trigger.clone());
        let caller_id = caller.as_ref().ok().and_then(|caller| Some(caller.as_ref()?.id.clone()));
        let (org, found, start) = self
            .ledger
            .run(move |store| Start::begin(store, &key, caller_id, &trigger, now, ttl))
            .await?;
        let Some(start) = start else {
            return Ok(RunView::not_begun(&org.slug, "busy", None));
        };
        let interrupted = start.interrupted;
        let mut attempt = Attempt::new(self, org.clone(), membership, start);
        let outcome = match (caller, found) {
            (Err(failure), _) => Err(Error::Failed(Box::new(failure))),
            (Ok(_), OrgMatch::OtherIdentity) => Err(attempt.identity(format!(
                "`{name}` is now another organization than the one in the ledger (its id changed)"
            ))),
            (Ok(_), _) => attempt.go().await,
        };
        let view = match outcome {
            Ok(view) => view,
            Err(Error::Failed(failure)) => attempt.failed(*failure, found).await?,
            Err(error) => return Err(error),
        };
        (self.progress)(Progress::Ended { org: org.slug });
        Ok(RunView { interrupted_run: interrupted, ..view })
    }

    fn ttl(&self) -> i64 {
        i64::try_from(self.options.lease.as_micros()).unwrap_or(i64::MAX / 4)
    }

    /// Who asks: once for all organizations; none without a token.
    async fn caller(&self) -> Result<Option<Arc<Whoami>>, Failure> {
        let ask = async || {
            if !self.hub.has_token() {
                return Ok(None);
            }
            match self.hub.send(GetWhoami::default()).await {
                Ok(user) => Ok(Some(Arc::new(user))),
                Err(error) => Err(Failure::from(&error)),
            }
        };
        self.caller.get_or_init(ask).await.clone()
    }
}

fn membership(caller: Option<&Whoami>, name: &str) -> Option<WhoamiOrganization> {
    let orgs = caller?.orgs.as_ref()?;
    orgs.iter().find(|org| org.username.to_lowercase() == name.to_lowercase()).cloned()
}
