//! A history played through the library: a Hub whose people change, and syncs at given times.

use std::sync::Arc;

use hubfolk::Hub;
use hubfolk_license::clock::FixedClock;
use hubfolk_license::views::RunView;
use hubfolk_license::{Ledger, Progress, Syncer};
use hubfolk_sim::Running;
use hubfolk_store::{DatabaseUrl, Org, Store};
use jiff::{Timestamp, ToSpan};
use tokio::sync::Notify;

/// A ledger that is synced from a Hub, week by week.
#[derive(Debug)]
pub struct Player {
    ledger: Ledger,
    runtime: Arc<tokio::runtime::Runtime>,
}

impl Player {
    /// Opens the ledger.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    #[must_use]
    pub fn new(url: &DatabaseUrl) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self {
            ledger: Ledger::open(url).expect("a ledger"),
            runtime: Arc::new(runtime.expect("a runtime")),
        }
    }

    /// One sync at noon of a Monday, `week` weeks after 5 January 2026, by whoever has `token`.
    ///
    /// # Panics
    ///
    /// When the ledger's database fails.
    #[must_use]
    pub fn sync(&self, hub: &Running, token: &str, org: &str, week: i64) -> RunView {
        let syncer = self.syncer(hub, token, week);
        self.runtime.block_on(syncer.sync(org)).expect("the ledger works")
    }

    /// Begins a sync and drops it as soon as its run has begun.
    ///
    /// # Panics
    ///
    /// When it ends before.
    pub fn drop_sync(&self, hub: &Running, token: &str, org: &str) {
        let began = Arc::new(Notify::new());
        let tell = Arc::clone(&began);
        let syncer = self.syncer(hub, token, 0).progress(move |progress| {
            if matches!(progress, Progress::Began { .. }) {
                tell.notify_one();
            }
        });
        self.runtime.block_on(async {
            tokio::select! {
                ended = syncer.sync(org) => panic!("it ended: {ended:?}"),
                () = began.notified() => {}
            }
        });
    }

    fn syncer(&self, hub: &Running, token: &str, week: i64) -> Syncer {
        let client = Hub::builder().endpoint(hub.url()).token(token).max_attempts(1).build();
        Syncer::new(client.expect("a client"), self.ledger.clone()).clock(FixedClock(monday(week)))
    }

    /// Works on the store.
    pub fn with<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        self.ledger.with(work)
    }

    /// The organization in the ledger.
    ///
    /// # Panics
    ///
    /// When it is not there.
    #[must_use]
    pub fn org(&self, name: &str) -> Org {
        self.with(|store| store.find_orgs(name, None).expect("orgs").remove(0))
    }

    /// The kinds of the events since `seq`, with whom they are about.
    ///
    /// # Panics
    ///
    /// When the ledger's database fails.
    #[must_use]
    pub fn events(&self, org: &str, after: i64) -> Vec<(String, String)> {
        let org = self.org(org);
        let filter = hubfolk_store::EventFilter { after, ..Default::default() };
        self.with(|store| store.events(org.id, &filter))
            .expect("events")
            .into_iter()
            .map(|event| (event.kind.name().to_owned(), event.username.unwrap_or_default()))
            .collect()
    }
}

/// Noon of a Monday.
#[must_use]
pub fn monday(week: i64) -> Timestamp {
    let first: Timestamp = "2026-01-05T12:00:00Z".parse().expect("a time");
    first + (week * 7 * 24).hours()
}
