//! The store as async code uses it: one connection, on a thread that may block.

use std::sync::{Arc, Mutex, PoisonError};

use hubfolk_store::{DatabaseUrl, Store};

use crate::Error;

/// A ledger that many syncs of one process share.
#[derive(Debug, Clone)]
pub struct Ledger(Arc<Mutex<Store>>);

impl Ledger {
    /// Opens the ledger at `url`; blocks while it does.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, see [`Store::open`].
    pub fn open(url: &DatabaseUrl) -> Result<Self, hubfolk_store::Error> {
        Ok(Self::new(Store::open(url)?))
    }

    /// Shares an open store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    /// Works on the store from code that may block.
    pub fn with<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        // A panic half-way leaves no transaction open that the next BEGIN would not report.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Works on the store from async code.
    pub(crate) async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        E: Send + 'static,
        Error: From<E>,
    {
        let ledger = self.clone();
        Ok(blocking(move || ledger.with(work)).await?)
    }
}

/// Runs `work` where it may block; a panic in it goes on here.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    joined(tokio::task::spawn_blocking(work)).await
}

/// Waits for a blocking task; a panic in it goes on here.
pub(crate) async fn joined<T>(task: tokio::task::JoinHandle<T>) -> T {
    match task.await {
        Ok(value) => value,
        // A blocking task is never cancelled, so it panicked.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
