//! Connections for questions, beside the one that writes.

use std::sync::{Arc, Mutex, PoisonError};

use hubfolk_store::{DatabaseUrl, Store};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Questions that are answered at a time: what two to four cores can do.
const READERS: usize = 4;

/// Connections that only read; opened when needed, and anew after the database was away.
pub(crate) struct Pool {
    url: DatabaseUrl,
    idle: Mutex<Vec<Store>>,
    room: Semaphore,
}

impl Pool {
    pub(crate) fn new(url: DatabaseUrl) -> Arc<Self> {
        Arc::new(Self { url, idle: Mutex::default(), room: Semaphore::new(READERS) })
    }

    /// Works on a connection, on a thread that may block.
    pub(crate) async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Store) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let room = self.room.acquire().await.expect("the semaphore is never closed");
        let pool = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let mut store = pool.take()?;
            let answer = work(&mut store);
            // Whatever is wrong with a connection goes with it.
            if !answer.as_ref().is_err_and(|problem| problem.status.is_server_error()) {
                pool.put(store);
            }
            answer
        });
        let answer = match task.await {
            Ok(answer) => answer,
            // A blocking task is never cancelled, so it panicked.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        drop(room);
        answer
    }

    fn take(&self) -> Result<Store, Problem> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match idle {
                None => return Ok(Store::open_for_reading(&self.url)?),
                Some(mut store) => {
                    if store.check().is_ok() {
                        return Ok(store);
                    }
                }
            }
        }
    }

    fn put(&self, store: Store) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(store);
    }
}
