//! The simulated Hub as a server: how it is started, watched, changed and stopped.

mod body;
mod cache;
mod exchange;
mod log;
mod oauth;
mod serving;
mod stage;

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::watch;

use self::cache::PageCache;
use self::log::RequestLog;
pub use self::log::RequestRecord;
use self::oauth::Oauth;
use crate::clock::Clock;
use crate::faults::{FaultBook, FaultRule, Faults};
use crate::limits::{Limiter, RateLimits};
use crate::world::World;

/// Starts simulated Hubs.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use hubfolk_sim::{NewUser, Sim, World};
///
/// let mut world = World::new();
/// world.add_user(NewUser::named("ada")).unwrap();
/// let hub = Sim::builder().world(world).start().await?;
/// assert!(hub.url().starts_with("http://127.0.0.1:"));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Sim;

impl Sim {
    /// A simulated Hub with an empty world, the Hub's rate limits and no faults, on a free port of
    /// the loopback address.
    pub fn builder() -> SimBuilder {
        SimBuilder {
            world: World::new(),
            faults: Faults::default(),
            limits: RateLimits::Hub,
            time: None,
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
        }
    }
}

/// What a simulated Hub is started with.
#[derive(Debug)]
#[must_use = "nothing listens before `start`"]
pub struct SimBuilder {
    world: World,
    faults: Faults,
    limits: RateLimits,
    time: Option<Timestamp>,
    bind: SocketAddr,
}

impl SimBuilder {
    /// Whom and what it knows.
    pub fn world(mut self, world: World) -> Self {
        self.world = world;
        self
    }

    /// What goes wrong.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// How many requests a caller may make.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The time it shall believe in, in place of the machine's clock.
    pub fn time(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }

    /// Where to listen; port 0 takes a free one.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.bind = address;
        self
    }

    /// Listens and serves on the runtime of the caller.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start(self) -> std::io::Result<Running> {
        let listener = tokio::net::TcpListener::bind(self.bind).await?;
        let address = listener.local_addr()?;
        let (hub, stop, stopped) = self.hub();
        tokio::spawn(serving::serve(listener, Arc::clone(&hub), stopped));
        Ok(Running { hub, address, stop, thread: None })
    }

    /// Listens and serves on a thread of its own, for callers without a runtime.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on, or no thread can be had.
    pub fn start_on_thread(self) -> std::io::Result<Running> {
        let listener = std::net::TcpListener::bind(self.bind)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (hub, stop, stopped) = self.hub();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = Arc::clone(&hub);
        let thread =
            std::thread::Builder::new().name("hub-simulator".to_owned()).spawn(move || {
                runtime.block_on(async move {
                    // Only a runtime that is shut down refuses a listener.
                    if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                        serving::serve(listener, served, stopped).await;
                    }
                });
            })?;
        Ok(Running { hub, address, stop, thread: Some(thread) })
    }

    fn hub(self) -> (Arc<Hub>, watch::Sender<bool>, watch::Receiver<bool>) {
        let hub = Hub {
            world: RwLock::new(self.world),
            version: AtomicU64::new(0),
            faults: FaultBook::new(self.faults),
            limits: Mutex::new(self.limits),
            limiter: Limiter::default(),
            clock: Clock::new(self.time),
            cache: PageCache::default(),
            log: RequestLog::default(),
            oauth: Oauth::default(),
        };
        let (stop, stopped) = watch::channel(false);
        (Arc::new(hub), stop, stopped)
    }
}

/// All that the requests share.
#[derive(Debug)]
pub(crate) struct Hub {
    world: RwLock<World>,
    /// Grows with every change of the world; pages made before are not served again.
    version: AtomicU64,
    pub(crate) faults: FaultBook,
    limits: Mutex<RateLimits>,
    pub(crate) limiter: Limiter,
    pub(crate) clock: Clock,
    pub(crate) cache: PageCache,
    pub(crate) log: RequestLog,
    pub(crate) oauth: Oauth,
}

impl Hub {
    pub(crate) fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().expect("nobody panics while holding it")
    }

    pub(crate) fn world_mut(&self) -> WorldGuard<'_> {
        let world = self.world.write().expect("nobody panics while holding it");
        WorldGuard { world, version: &self.version }
    }

    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(crate) fn rate_limits(&self) -> RateLimits {
        *self.limits.lock().expect("nobody panics while holding it")
    }
}

/// The world of a running Hub, held still while it is looked at or changed.
///
/// Requests wait until the guard is dropped, so do not hold it across one of your own.
#[derive(Debug)]
pub struct WorldGuard<'a> {
    world: RwLockWriteGuard<'a, World>,
    version: &'a AtomicU64,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.version.fetch_add(1, Ordering::Release);
        &mut self.world
    }
}

/// A simulated Hub that is listening; dropping it stops it.
#[derive(Debug)]
pub struct Running {
    hub: Arc<Hub>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens, as an endpoint for clients: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its world, to look at and to change while clients use it.
    ///
    /// ```
    /// # use hubfolk_sim::{NewMember, NewUser, Sim, World};
    /// # let mut world = World::new();
    /// # world.add_user(NewUser::named("ada")).unwrap();
    /// # world.add_organization("acme", None).unwrap();
    /// let hub = Sim::builder().world(world).start_on_thread().unwrap();
    /// hub.world().add_member("acme", "ada", NewMember::with_role("read")).unwrap();
    /// ```
    #[must_use]
    pub fn world(&self) -> WorldGuard<'_> {
        self.hub.world_mut()
    }

    /// Puts these faults in place of those before; counts begin anew.
    pub fn set_faults(&self, faults: Faults) {
        self.hub.faults.replace(faults);
    }

    /// Adds one fault to those in force.
    pub fn add_fault(&self, rule: FaultRule) {
        self.hub.faults.add(rule);
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        self.hub.faults.replace(Faults::default());
    }

    /// How often each fault has happened, in the order of the rules.
    #[must_use]
    pub fn fault_counts(&self) -> Vec<u64> {
        self.hub.faults.counts()
    }

    /// Changes the rate limits; what callers have used is forgotten.
    pub fn set_rate_limits(&self, limits: RateLimits) {
        *self.hub.limits.lock().expect("nobody panics while holding it") = limits;
        self.hub.limiter.reset();
    }

    /// Sets the time it believes in; `None` is the machine's clock.
    pub fn set_time(&self, time: Option<Timestamp>) {
        self.hub.clock.set(time);
    }

    /// The newest requests, oldest first, at most 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.hub.log.recent()
    }

    /// How many requests of an operation have come, answered or not.
    #[must_use]
    pub fn request_count(&self, operation: &str) -> u64 {
        self.hub.log.count(operation)
    }

    /// How many requests have come in all.
    #[must_use]
    pub fn total_requests(&self) -> u64 {
        self.hub.log.total()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.hub.log.clear();
    }

    /// Stops listening and drops every connection.
    pub fn shutdown(mut self) {
        self.stop();
    }

    /// Waits until it is stopped from elsewhere; `hubfolk sim` ends with the process.
    pub async fn wait(&self) {
        self.stop.closed().await;
    }

    fn stop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed already.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
