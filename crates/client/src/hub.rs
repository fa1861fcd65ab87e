//! The client itself.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderValue, header};
use hubfolk_api::{Endpoint, Paged, wire};
use secrecy::SecretString;
use url::Url;

use crate::{
    config::{Config, HubBuilder},
    decode::{self, Origin},
    error::{Argument, ConfigError, Error, Experimental},
    exchange,
    fetch::Call,
    limits::Limits,
    observe::{Counters, Stats},
    pages::{Listing, Page, Pager, RawPage},
    raw::{self, RawAnswer},
    retry::Jitter,
    token,
};

/// A client of the Hub; cloning it is cheap and shares connections and rate limit.
///
/// What it promises:
///
/// - The token goes to the configured origin and nowhere else: a redirect or a next page on
///   another origin is an error.
/// - A list goes on as long as the Hub's `Link` says so, over empty and short pages, and stops
///   with an error when a page comes again.
/// - It waits as long as the Hub asks, all clones together, within a bound.
/// - What only reads, or does the same when done twice, is repeated after 408, 5xx and broken
///   connections. A write is repeated only when the Hub surely did not act.
/// - Size of answers, number of pages, attempts and time are bounded.
/// - A field that is missing or new, or one odd item, never loses a page.
#[derive(Clone)]
pub struct Hub(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) endpoint: Url,
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) config: Config,
    pub(crate) jitter: Arc<Jitter>,
    /// Carried by every request, so that a trace goes on at the Hub (`traceparent`).
    pub(crate) trace: Option<HeaderValue>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) counters: Arc<Counters>,
    client: Arc<OnceLock<reqwest::Client>>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("endpoint", &self.endpoint())
            .field("token", &if self.has_token() { "given" } else { "none" })
            .finish_non_exhaustive()
    }
}

impl Hub {
    /// Settings to build a client from.
    ///
    /// ```
    /// use hubfolk::Hub;
    ///
    /// let hub = Hub::builder().token("hf_test_example").build()?;
    /// assert_eq!(hub.endpoint(), "https://huggingface.co");
    /// assert!(!format!("{hub:?}").contains("hf_test"));
    /// # Ok::<(), hubfolk::Error>(())
    /// ```
    pub fn builder() -> HubBuilder {
        HubBuilder::default()
    }

    pub(crate) fn from_parts(
        endpoint: Url,
        authorization: Option<HeaderValue>,
        config: Config,
        jitter: Jitter,
    ) -> Self {
        Self(Arc::new(Inner {
            endpoint,
            authorization,
            config,
            jitter: Arc::new(jitter),
            trace: None,
            limits: Arc::default(),
            counters: Arc::default(),
            client: Arc::default(),
        }))
    }

    /// The same client for another caller, or for nobody in particular.
    ///
    /// Connections are shared; the rate limit is not, for the Hub counts each caller apart.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what can be no token.
    ///
    /// ```
    /// use hubfolk::Hub;
    ///
    /// let anybody = Hub::builder().build()?;
    /// assert!(anybody.acting_as(Some(&"hf_test_example".into()))?.has_token());
    /// # Ok::<(), hubfolk::Error>(())
    /// ```
    pub fn acting_as(&self, token: Option<&SecretString>) -> Result<Self, Error> {
        let authorization = token.map(token::header).transpose()?;
        Ok(Self(Arc::new(Inner { authorization, limits: Arc::default(), ..self.0.share() })))
    }

    /// The same client whose requests belong to a trace (W3C `traceparent`); text that is none is
    /// left out.
    #[must_use]
    pub fn traced(&self, traceparent: &str) -> Self {
        let trace = raw::is_traceparent(traceparent)
            .then(|| HeaderValue::from_str(traceparent).ok())
            .flatten();
        Self(Arc::new(Inner { trace, ..self.0.share() }))
    }

    /// Where the Hub is, without a slash at the end.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.0.endpoint.as_str().trim_end_matches('/')
    }

    /// Whether requests carry a token.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.0.authorization.is_some()
    }

    /// What this client and its clones have done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.counters.stats()
    }

    /// Does one operation.
    ///
    /// A list is better read with [`Hub::list`]: this answers with its first page only.
    ///
    /// # Errors
    ///
    /// Each variant of [`Error`] but `Config` and `Paging`.
    pub async fn send<E: Endpoint>(&self, operation: E) -> Result<E::Response, Error> {
        self.answer::<E>(self.0.call(&operation)?).await
    }

    /// Does one operation, taking an answer of at most `max_body` bytes.
    ///
    /// # Errors
    ///
    /// Those of [`Hub::send`]; [`Error::TooLarge`] as soon as the answer is known to be larger.
    pub async fn send_within<E: Endpoint>(
        &self,
        operation: E,
        max_body: u64,
    ) -> Result<E::Response, Error> {
        let call = self.0.call(&operation)?;
        self.answer::<E>(Call { max_body: Some(max_body), ..call }).await
    }

    /// Does one operation and hands out the answer as it came.
    ///
    /// # Errors
    ///
    /// Those of [`Hub::send`], but for the answer's contents.
    pub async fn raw<E: Endpoint>(&self, operation: &E) -> Result<RawAnswer, Error> {
        self.raw_answer::<E>(self.0.call(operation)?).await
    }

    /// The same, where an operation that has nothing to say sends `{}` in place of no body.
    ///
    /// # Errors
    ///
    /// Those of [`Hub::raw`].
    pub async fn raw_with_object<E: Endpoint>(&self, operation: &E) -> Result<RawAnswer, Error> {
        let mut call = self.0.call(operation)?;
        if call.body.is_empty() {
            call.body = Bytes::from_static(b"{}");
            call.content_type = Some(HeaderValue::from_static("application/json"));
        }
        self.raw_answer::<E>(call).await
    }

    async fn raw_answer<E: Endpoint>(&self, call: Call) -> Result<RawAnswer, Error> {
        let url = call.url.to_string();
        let fetched = Box::pin(self.0.fetch(call)).await?;
        Ok(RawAnswer::new(E::OPERATION.name, url, fetched))
    }

    async fn answer<E: Endpoint>(&self, call: Call) -> Result<E::Response, Error> {
        // Boxed, so that a caller's future holds a pointer and not a whole exchange.
        let fetched = Box::pin(self.0.fetch(call)).await?;
        let content_type = fetched.headers.get(header::CONTENT_TYPE);
        let origin = Origin {
            operation: E::OPERATION.name,
            page: None,
            content_type: content_type.and_then(|kind| kind.to_str().ok()),
            request_id: fetched.request_id.as_deref(),
        };
        decode::response::<E>(&fetched.body, &origin)
    }

    /// Reads a list, item by item, over all its pages.
    ///
    /// An item that cannot be read is left out with a warning in the trace; [`Hub::pages`] hands
    /// it out. The stream ends after an error.
    pub fn list<E: Paged>(&self, operation: E) -> Listing<E::Item> {
        Listing::new(self.pages(operation))
    }

    /// Reads a list page by page. The stream ends after an error.
    pub fn pages<E: Paged>(
        &self,
        operation: E,
    ) -> impl Stream<Item = Result<Page<E::Item>, Error>> + Send + 'static + use<E> {
        self.raw_pages(operation).map(|page| Page::decode(&page?))
    }

    /// Reads a list page by page without looking into the pages, to decode them elsewhere.
    ///
    /// The stream ends after an error.
    pub fn raw_pages<E: Paged>(
        &self,
        operation: E,
    ) -> impl Stream<Item = Result<RawPage, Error>> + Send + 'static + use<E> {
        self.raw_pages_from(operation, None)
    }

    /// The same from a later page on: [`RawPage::next`] of the page before it.
    ///
    /// What leads to another origin or to another operation is refused before anything is sent.
    pub fn raw_pages_from<E: Paged>(
        &self,
        operation: E,
        page: Option<&str>,
    ) -> impl Stream<Item = Result<RawPage, Error>> + Send + 'static + use<E> {
        let pager = Pager::new(self.clone(), operation, page);
        stream::unfold(Some(pager), async |state| match state? {
            Err(error) => Some((Err(error), None)),
            Ok(mut pager) => match Box::pin(pager.next()).await {
                Ok(page) => page.map(|page| (Ok(page), Some(Ok(pager)))),
                Err(error) => Some((Err(error), None)),
            },
        })
        .boxed()
    }
}

/// Items that are left out leave a trace.
pub(crate) fn warn_of_odd<T>(page: &Page<T>) {
    for odd in &page.odd {
        tracing::warn!(operation = page.operation, page = page.number, %odd, "left out an item");
    }
}

impl Inner {
    /// The same settings, connections and counters.
    fn share(&self) -> Self {
        Self {
            endpoint: self.endpoint.clone(),
            authorization: self.authorization.clone(),
            config: self.config.clone(),
            jitter: Arc::clone(&self.jitter),
            trace: self.trace.clone(),
            limits: Arc::clone(&self.limits),
            counters: Arc::clone(&self.counters),
            client: Arc::clone(&self.client),
        }
    }

    /// The HTTP machinery, built when it is first needed: a program that never asks never pays.
    pub(crate) fn client(&self) -> Result<&reqwest::Client, ConfigError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = exchange::client(&self.config, &self.endpoint)?;
        Ok(self.client.get_or_init(|| client))
    }

    pub(crate) fn call<E: Endpoint>(&self, operation: &E) -> Result<Call, Error> {
        let name = E::OPERATION.name;
        let wrong = |source: Box<dyn std::error::Error + Send + Sync>| {
            Error::Argument(Box::new(Argument { operation: name, source }))
        };
        if let Some(known_from) = E::OPERATION.experimental.filter(|_| !self.config.experimental) {
            return Err(wrong(Experimental { known_from }.into()));
        }
        operation.validate().map_err(|e| wrong(e.into()))?;
        let request = wire::encode(operation).map_err(|e| wrong(e.into()))?;
        let base = self.endpoint.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}{}", request.uri())).map_err(|e| wrong(e.into()))?;
        Ok(Call {
            operation: E::OPERATION,
            method: request.method().clone(),
            url,
            content_type: request.headers().get(header::CONTENT_TYPE).cloned(),
            body: Bytes::from(request.into_body()),
            max_body: None,
        })
    }
}
