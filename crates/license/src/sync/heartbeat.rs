//! Keeps the lease of a run alive.

use hubfolk_store::Lease;
use tokio::sync::watch;

use super::Syncer;
use crate::ledger::blocking;

/// Keeps a lease alive while its run is read.
pub(super) struct Heartbeat {
    task: tokio::task::JoinHandle<()>,
    lost: watch::Receiver<bool>,
}

impl Heartbeat {
    pub(super) fn start(syncer: &Syncer, lease: Lease) -> Self {
        let (ledger, clock, ttl) = (syncer.ledger.clone(), syncer.clock.clone(), syncer.ttl());
        let every = syncer.options.lease / 4;
        let (tell, lost) = watch::channel(false);
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let (ledger, now) = (ledger.clone(), clock.now().as_microsecond());
                let renewed = blocking(move || ledger.with(|s| s.renew(&lease, now, ttl))).await;
                // Any other error shows where it matters: when the run is written.
                if matches!(renewed, Err(hubfolk_store::Error::LeaseLost)) {
                    tell.send_replace(true);
                    return;
                }
            }
        });
        Self { task, lost }
    }

    pub(super) async fn lost(&self) {
        if self.lost.clone().wait_for(|lost| *lost).await.is_err() {
            std::future::pending().await
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.task.abort();
    }
}
