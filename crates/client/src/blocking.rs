//! The same client for programs without async.
//!
//! It works anywhere, inside an async program too: the requests run on a thread of their own.
//!
//! ```
//! # let sim = hubfolk_sim::Sim::builder()
//! #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}, {"name": "bob"}],
//! #         "follows": [{"from": "bob", "to": "ada"}]}"#).unwrap())
//! #     .start_on_thread().unwrap();
//! # let endpoint = sim.url();
//! use hubfolk::blocking::Hub;
//!
//! let hub = Hub::new(hubfolk::Hub::builder().endpoint(endpoint).build()?)?;
//! assert_eq!(hub.user("ada").overview()?.num_followers, Some(1));
//! for follower in hub.user("ada").followers() {
//!     assert_eq!(follower?.username, "bob");
//! }
//! # Ok::<(), hubfolk::Error>(())
//! ```

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, mpsc},
    thread,
};

use futures_util::{Stream, StreamExt};
use hubfolk_api::{
    Endpoint, Paged,
    credentials::ReportLeakedCredentials,
    openapi::GetOpenapiDocument,
    repos::RepoType,
    whoami::{GetWhoami, TokenRole},
};
use tokio::{runtime, sync::oneshot};

use crate::{
    error::{ConfigError, Error},
    handles::{Client, entrances, sealed::Sealed},
    observe::Stats,
    pages::Page,
};

/// A client of the Hub that answers when the answer is there.
#[derive(Clone)]
pub struct Hub {
    hub: crate::Hub,
    worker: Arc<Worker>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hub.fmt(f)
    }
}

impl Hub {
    /// The blocking sibling of a client; both share connections and rate limit.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the machine has no thread to give.
    pub fn new(hub: crate::Hub) -> Result<Self, Error> {
        Ok(Self { hub, worker: Arc::new(Worker::start()?) })
    }

    /// What this client and its clones have done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.hub.stats()
    }

    /// Does one operation.
    ///
    /// # Errors
    ///
    /// As [`crate::Hub::send`].
    pub fn send<E: Endpoint>(&self, operation: E) -> Result<E::Response, Error> {
        let hub = self.hub.clone();
        self.worker.wait(async move { hub.send(operation).await })
    }

    /// Reads a list, item by item, over all its pages.
    #[must_use]
    pub fn list<E: Paged>(&self, operation: E) -> Items<E::Item> {
        Items { pages: self.pages(operation), ready: Vec::new().into_iter() }
    }

    /// Reads a list page by page.
    #[must_use]
    pub fn pages<E: Paged>(&self, operation: E) -> Pages<E::Item> {
        let stream = self.hub.pages(operation).boxed();
        Pages { worker: Arc::clone(&self.worker), stream: Some(stream) }
    }
}

impl Sealed for Hub {}

impl Client for Hub {
    type Sent<E: Endpoint> = Result<E::Response, Error>;
    type Listed<E: Paged> = Items<E::Item>;
    type Done<T: Send + 'static> = Result<T, Error>;

    fn perform<E: Endpoint>(&self, operation: E) -> Self::Sent<E> {
        self.send(operation)
    }

    fn enumerate<E: Paged>(&self, operation: E) -> Self::Listed<E> {
        self.list(operation)
    }

    fn run<T, F, W>(&self, work: W) -> Self::Done<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
        W: FnOnce(crate::Hub) -> F,
    {
        self.worker.wait(work(self.hub.clone()))
    }
}

entrances!(Hub);

type PageStream<T> = Pin<Box<dyn Stream<Item = Result<Page<T>, Error>> + Send>>;

/// The pages of a list. After an error there are no more.
pub struct Pages<T> {
    worker: Arc<Worker>,
    stream: Option<PageStream<T>>,
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Iterator for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let (page, stream) = self.worker.wait(async move { (stream.next().await, stream) });
        if matches!(page, Some(Ok(_))) {
            self.stream = Some(stream);
        }
        page
    }
}

/// The items of a list, over all its pages. After an error there are no more.
pub struct Items<T> {
    pages: Pages<T>,
    ready: std::vec::IntoIter<T>,
}

impl<T> Items<T> {
    /// The same list page by page; items that were taken before are not in it.
    #[must_use]
    pub fn pages(self) -> Pages<T> {
        self.pages
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Iterator for Items<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(page) => {
                    crate::hub::warn_of_odd(&page);
                    self.ready = page.items.into_iter();
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The thread that the requests run on; it ends with the last client.
struct Worker {
    runtime: runtime::Handle,
    _stop: oneshot::Sender<()>,
}

impl Worker {
    fn start() -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::Config(ConfigError::new("blocking client", format!("has no thread: {error}")))
        };
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("hubfolk".to_owned())
            .spawn(move || runtime.block_on(stopped))
            .map_err(failed)?;
        Ok(Self { runtime: handle, _stop: stop })
    }

    fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        let (answer, answered) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            // The caller waits below, so it cannot be gone.
            let _ = answer.send(work.await);
        });
        answered.recv().expect("the thread lives as long as a client does")
    }
}
