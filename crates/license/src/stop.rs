//! Asking running syncs to stop.

use tokio::sync::watch;

/// Stops the syncs that were given its [`Stop`].
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Tells a sync that it shall stop. Dropping the [`Stopper`] does not.
#[derive(Debug, Clone)]
pub struct Stop(Option<watch::Receiver<bool>>);

impl Stopper {
    /// A stopper and what to hand to syncs.
    #[must_use]
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stop(Some(receiver)))
    }

    /// Asks to stop; runs in progress are recorded as interrupted.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Never stops.
    #[must_use]
    pub fn never() -> Self {
        Self(None)
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.as_ref().is_some_and(|receiver| *receiver.borrow())
    }

    /// Waits until it is asked to stop.
    pub async fn stopped(&self) {
        if let Some(receiver) = &self.0
            && receiver.clone().wait_for(|stopped| *stopped).await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}
