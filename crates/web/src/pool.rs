//! Connections for questions, beside the one that writes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hubfolk_store::{DatabaseUrl, Store};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Questions that are answered at a time: what two to four cores can do.
const READERS: usize = 4;

/// Connections that only read; opened when needed, and anew after the database was away.
pub(crate) struct Pool {
    url: DatabaseUrl,
    idle: Mutex<Idle>,
    room: Semaphore,
}

/// Connections that nobody uses at the moment; the one that was used last is taken first.
#[derive(Default)]
struct Idle {
    stores: Vec<Store>,
    /// The fewest there were since the last look.
    least: usize,
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
            let idle = self.idle().take();
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
        self.idle().stores.push(store);
    }

    /// Closes connections that nobody needed since the last time: each keeps pages of the database
    /// in memory.
    pub(crate) async fn tidy(&self) {
        let unused = self.idle().unused();
        // Saying goodbye to a server blocks.
        let _ = tokio::task::spawn_blocking(move || drop(unused)).await;
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    fn take(&mut self) -> Option<Store> {
        let store = self.stores.pop();
        self.least = self.least.min(self.stores.len());
        store
    }

    fn unused(&mut self) -> Vec<Store> {
        let unused = self.stores.drain(..self.least).collect();
        self.least = self.stores.len();
        unused
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn connections_that_nobody_needed_since_the_last_look_are_closed() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(folder.path().join("ledger.db"));
        drop(Store::open(&url).unwrap());
        let pool = Pool::new(url);
        let open = |pool: &Pool| pool.idle().stores.len();

        let (one, other) = (pool.take().unwrap(), pool.take().unwrap());
        pool.put(one);
        pool.put(other);
        pool.tidy().await;
        assert_eq!(open(&pool), 2, "both were in use since the beginning");
        pool.with(|store| Ok(store.orgs().map(drop)?)).await.unwrap();
        pool.tidy().await;
        assert_eq!(open(&pool), 1, "one was enough");
        pool.tidy().await;
        assert_eq!(open(&pool), 0, "nobody came");
        pool.with(|store| Ok(store.orgs().map(drop)?)).await.unwrap();
    }
}
