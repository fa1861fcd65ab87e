//! Syncers that are shared: the Hub lets nobody ask often who they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hubfolk_api::Secret;
use hubfolk_license::clock::Clock;
use hubfolk_license::{Stop, SyncOptions, Syncer};
use jiff::Timestamp;

use crate::app::App;
use crate::random;

/// How long the answer to who the caller is counts.
const KNOWN: Duration = Duration::from_secs(900);

/// Address, digest of the token, and what starts the sync.
type Key = (String, String, &'static str);

/// Syncers by what they may and why they sync.
#[derive(Clone)]
pub(super) struct Syncers {
    app: App,
    stop: Stop,
    made: Arc<Mutex<HashMap<Key, Made>>>,
}

/// A syncer, and when it was made.
type Made = (Instant, Arc<Syncer>);

impl Syncers {
    pub(super) fn new(app: App, stop: Stop) -> Self {
        Self { app, stop, made: Arc::default() }
    }

    /// The syncer for this Hub and token.
    pub(super) fn get(
        &self,
        endpoint: &str,
        token: Option<&Secret>,
        trigger: &'static str,
    ) -> Result<Arc<Syncer>, hubfolk::Error> {
        let key = key(endpoint, token, trigger);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.retain(|_, (at, _)| at.elapsed() < KNOWN);
        if let Some((_, syncer)) = made.get(&key) {
            return Ok(Arc::clone(syncer));
        }
        let hub = self.app.hubs().client(endpoint, token)?;
        let options = SyncOptions { trigger: trigger.to_owned(), ..SyncOptions::default() };
        let syncer = Syncer::new(hub, self.app.ledger().clone())
            .options(options)
            .clock(Shared(self.app.clone()))
            .stop(self.stop.clone());
        let syncer = Arc::new(syncer);
        made.insert(key, (Instant::now(), Arc::clone(&syncer)));
        Ok(syncer)
    }

    /// Forgets a syncer whose sync failed: what it knows of the caller may be why.
    pub(super) fn forget(&self, endpoint: &str, token: Option<&Secret>, trigger: &'static str) {
        let key = key(endpoint, token, trigger);
        self.made.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

fn key(endpoint: &str, token: Option<&Secret>, trigger: &'static str) -> Key {
    let digest = token.map_or_else(String::new, |token| random::digest(token.expose()));
    (endpoint.to_owned(), digest, trigger)
}

/// The service's clock.
struct Shared(App);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}
