//! The service as a whole: what it is given, what its parts share, which route leads where.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use hubfolk_api::Secret;
use hubfolk_license::Ledger;
use hubfolk_license::clock::Clock;
use hubfolk_license::roster::Shelf;
use hubfolk_store::{Credential, DatabaseUrl, LogChecked, Store};
use jiff::Timestamp;

use crate::access::{Caller, Role};
use crate::attempts::Attempts;
use crate::hubs::Hubs;
use crate::listen::Listening;
use crate::metrics::{self, Metrics};
use crate::pictures::Pictures;
use crate::pool::Pool;
use crate::problem::Problem;
use crate::question::{Desk, Question};
use crate::scheduler::{self, Scheduler};
use crate::token_place::{Lookup, Tokens};
use crate::{
    acts, assets, headers, health, hub_sign_in, layout, openapi, pages, question, session,
};

/// What the service is given.
#[derive(Clone)]
pub struct Config {
    /// The ledger. It is there already: the service makes none.
    pub database: DatabaseUrl,
    /// Where the service keeps what is not in the database, for its owner's eyes only.
    pub state: PathBuf,
    /// The folder of an agent's confirmations, which `hubfolk mcp` shares.
    pub gate: PathBuf,
    /// Looks up the environment and the keyring, where tokens may be.
    pub lookup: Arc<dyn Lookup>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where the service is reached.
    pub place: Place,
}

/// Where the service is reached.
#[derive(Debug, Clone)]
pub struct Place {
    /// The address that browsers know it by, without a slash at the end.
    pub url: String,
    /// Host names that requests may be for; a page elsewhere that points its own name here is
    /// turned away.
    pub hosts: Vec<String>,
    /// Whether the way to the browser is encrypted.
    pub https: bool,
    /// Whether only this machine can reach it.
    pub loopback: bool,
}

/// How often unused lists are looked for, and how long the latest of an organization and those of
/// its past are kept, in microseconds.
const TIDY: std::time::Duration = std::time::Duration::from_secs(30);
const KEPT: hubfolk_store::Micros = 5 * 60 * 1_000_000;
const KEPT_PAST: hubfolk_store::Micros = 60 * 1_000_000;

/// The service, shared by all requests.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    pool: Arc<Pool>,
    shelf: Shelf,
    writer: Ledger,
    attempts: Attempts,
    tokens: Tokens,
    metrics: Arc<Metrics>,
    hubs: Hubs,
    pictures: Pictures,
    scheduler: Scheduler,
    log_checked: Mutex<LogChecked>,
}

impl App {
    /// Opens the ledger; blocks while it does.
    ///
    /// # Errors
    ///
    /// When the ledger cannot be opened.
    pub fn open(config: Config) -> Result<Self, hubfolk_store::Error> {
        let writer = Ledger::new(Store::open_existing(&config.database)?);
        let pool = Pool::new(config.database.clone());
        let tokens = Tokens::new(config.state.clone(), Arc::clone(&config.lookup));
        let attempts = Attempts::default();
        let metrics = Arc::<Metrics>::default();
        let hubs = Hubs::new(Arc::clone(&metrics));
        let pictures = Pictures::new(config.state.join("pictures"));
        Ok(Self(Arc::new(Inner {
            config,
            pool,
            shelf: Shelf::default(),
            writer,
            attempts,
            tokens,
            metrics,
            hubs,
            pictures,
            scheduler: Scheduler::new(),
            log_checked: Mutex::default(),
        })))
    }

    /// The address that browsers know the service by.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.config.place.url
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    /// The token at a place, read where it may take its time: a keyring does.
    pub(crate) async fn token(&self, credential: Credential) -> Result<Option<Secret>, String> {
        let tokens = self.0.tokens.clone();
        match tokio::task::spawn_blocking(move || tokens.read(&credential)).await {
            Ok(read) => read,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn hubs(&self) -> &Hubs {
        &self.0.hubs
    }

    pub(crate) fn pictures(&self) -> &Pictures {
        &self.0.pictures
    }

    pub(crate) fn scheduler(&self) -> &Scheduler {
        &self.0.scheduler
    }

    /// How far the log of changes was found whole since the service began.
    pub(crate) fn log_checked(&self) -> &Mutex<LogChecked> {
        &self.0.log_checked
    }

    /// The connection that writes, for syncs.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.0.writer
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.config.clock.now()
    }

    /// Answers a question of a caller.
    ///
    /// # Errors
    ///
    /// What the question says, 403 without the role, 503 without a database.
    pub async fn ask<Q: Question>(
        &self,
        caller: &Caller,
        question: Q,
    ) -> Result<Q::Answer, Problem> {
        self.read(caller, Q::LEAST, move |desk| question.ask(desk)).await
    }

    /// Reads for a caller, who needs at least this role in every organization that is looked at.
    ///
    /// # Errors
    ///
    /// What `work` says, 403 without the role, 503 without a database.
    pub async fn read<T: Send + 'static>(
        &self,
        caller: &Caller,
        least: Role,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        caller.needs(least)?;
        let (caller, shelf, now) = (caller.clone(), self.0.shelf.clone(), self.now());
        self.0
            .pool
            .with(move |store| work(&mut Desk::new(store, &shelf, &caller, least, now)))
            .await
    }

    /// Reads on behalf of the service itself.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.0.pool.with(work).await
    }

    /// Works on the connection that writes, opening it anew if the database was away.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            app.0.writer.with(|store| {
                app.heal(store)?;
                work(store)
            })
        });
        match task.await {
            Ok(answer) => answer,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Opens the database anew if it is not the one that was opened.
    fn heal(&self, store: &mut Store) -> Result<(), hubfolk_store::Error> {
        if store.check().is_err() {
            *store = Store::open_existing(&self.0.config.database)?;
        }
        Ok(())
    }

    /// A link that signs in whoever opens it first; blocks on the database.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sign_in_link(&self) -> Result<String, hubfolk_store::Error> {
        let secret = self.0.writer.with(|store| {
            self.heal(store)?;
            session::new_link(store, self.now())
        })?;
        Ok(sign_in_url(&self.0.config.place.url, &secret))
    }

    /// Serves and syncs until `stop` ends, then lets what has begun come to its end.
    pub async fn run(&self, listening: Listening, stop: impl Future<Output = ()>) {
        let (tell, told) = tokio::sync::watch::channel(false);
        let stopped = |mut told: tokio::sync::watch::Receiver<bool>| async move {
            // An end of the channel is an end as well.
            let _ = told.wait_for(|stop| *stop).await;
        };
        let serving = listening.serve(self.router(), stopped(told.clone()));
        let syncing = scheduler::run(self.clone(), stopped(told.clone()));
        let tidying = self.tidy(stopped(told));
        let waiting = async {
            stop.await;
            tell.send_replace(true);
        };
        tokio::join!(serving, syncing, tidying, waiting);
    }

    /// Gives back the room of lists and pictures that nobody needs any more, until told to stop.
    async fn tidy(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(TIDY) => {
                    let now = self.now().as_microsecond();
                    self.0.shelf.drop_unused_since(now - KEPT, now - KEPT_PAST);
                    self.0.pool.tidy().await;
                    self.0.pictures.tidy(self.now()).await;
                }
            }
        }
    }

    /// Every route of the service with everything that stands before it.
    pub fn router(&self) -> Router {
        let guarded = Router::new()
            .merge(pages::routes())
            .merge(question::routes())
            .merge(acts::routes())
            .merge(session::guarded())
            .route("/api/openapi.json", get(openapi::serve))
            // Behind the guard as well: who is not signed in learns of no address what it is.
            .fallback(layout::no_such_page)
            .layer(axum::middleware::from_fn_with_state(self.clone(), session::guard));
        let open = Router::new()
            .merge(session::open())
            .merge(hub_sign_in::open())
            .merge(assets::routes())
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .route("/metrics", get(metrics::serve));
        let routes = guarded.merge(open);
        headers::protect(routes, self).with_state(self.clone())
    }
}

/// Where a link's secret is redeemed.
#[must_use]
pub fn sign_in_url(service: &str, secret: &str) -> String {
    format!("{service}/sign-in/link/{secret}")
}
