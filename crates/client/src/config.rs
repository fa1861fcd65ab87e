//! What a client can be told before it is built, and what is refused.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::{Host, Url};

use crate::{
    error::{ConfigError, Error},
    hub::Hub,
    observe::{Event, Observer},
    retry::Jitter,
    token,
};

/// The Hub itself.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";

/// Settings of a [`Hub`], made by [`Hub::builder`].
///
/// A proxy that the system is set up with is used, except for an endpoint on this machine.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `build`"]
pub struct HubBuilder {
    endpoint: String,
    token: Option<SecretString>,
    allow_insecure: bool,
    pub(crate) config: Config,
}

/// Everything that holds for all requests of a client.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) user_agent: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) max_pages: u64,
    pub(crate) max_body: u64,
    pub(crate) max_attempts: u32,
    pub(crate) max_rate_limit_wait: Duration,
    pub(crate) backoff: (Duration, Duration),
    pub(crate) seed: Option<u64>,
    pub(crate) experimental: bool,
    pub(crate) observer: Observer,
}

impl Default for HubBuilder {
    fn default() -> Self {
        Self {
            endpoint: DEFAULT_ENDPOINT.to_owned(),
            token: None,
            allow_insecure: false,
            config: Config {
                user_agent: concat!("hubfolk/", env!("CARGO_PKG_VERSION")).to_owned(),
                connect_timeout: Duration::from_secs(10),
                read_timeout: Duration::from_secs(30),
                total_timeout: Duration::from_secs(120),
                max_pages: 10_000,
                max_body: 32 * 1024 * 1024,
                max_attempts: 6,
                max_rate_limit_wait: Duration::from_secs(600),
                backoff: (Duration::from_millis(250), Duration::from_secs(8)),
                seed: None,
                experimental: false,
                observer: Observer::default(),
            },
        }
    }
}

impl HubBuilder {
    /// Where the Hub is; [`DEFAULT_ENDPOINT`] unless set. A path is kept as a prefix.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// The caller's token; without one the Hub shows what is public.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The caller's token if there is one.
    pub fn maybe_token(mut self, token: Option<SecretString>) -> Self {
        self.token = token;
        self
    }

    /// How the program calls itself; `hubfolk/<version>` unless set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.config.user_agent = user_agent.into();
        self
    }

    /// Allows `http` to another machine, where anyone on the way can read the token.
    pub fn allow_insecure(mut self, allow: bool) -> Self {
        self.allow_insecure = allow;
        self
    }

    /// Allows operations of which nobody can say whether the Hub offers them, such as
    /// [`InviteOrganizationMember`](hubfolk_api::organizations::InviteOrganizationMember).
    ///
    /// Without it they are refused before anything is sent. With it, an answer that means "there is
    /// no such operation" is an error whose
    /// [`is_not_offered`](crate::ApiError::is_not_offered) says so.
    pub fn allow_experimental(mut self, allow: bool) -> Self {
        self.config.experimental = allow;
        self
    }

    /// How long to wait for a connection; 10 seconds unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.connect_timeout = timeout;
        self
    }

    /// How long the Hub may be silent within an answer; 30 seconds unless set.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.config.read_timeout = timeout;
        self
    }

    /// How long one attempt may take in all; 2 minutes unless set.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.config.total_timeout = timeout;
        self
    }

    /// Most pages of one list; 10,000 unless set.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.config.max_pages = pages.max(1);
        self
    }

    /// Most bytes of one answer, unpacked; 32 MiB unless set. Exports may have eight times as many.
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.config.max_body = bytes;
        self
    }

    /// How often one request is tried; 6 times unless set. Waiting for a rate limit is no try.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.config.max_attempts = attempts.max(1);
        self
    }

    /// How long one request may wait for rate limits in all; 10 minutes unless set.
    pub fn max_rate_limit_wait(mut self, wait: Duration) -> Self {
        self.config.max_rate_limit_wait = wait;
        self
    }

    /// First and longest pause before a request is repeated; 0.25 and 8 seconds unless set.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.config.backoff = (first, longest);
        self
    }

    /// Makes the pauses before repeated requests the same every time.
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = Some(seed);
        self
    }

    /// Is told of every request, page and wait; it must return at once.
    pub fn observer(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.config.observer = Observer(Some(Arc::new(observer)));
        self
    }

    /// Builds the client. Nothing is sent, and the HTTP machinery starts with the first request.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a malformed token, an endpoint that is no plain `http` or `https`
    /// address, or `http` to another machine.
    ///
    /// ```
    /// use hubfolk::Hub;
    ///
    /// let error = Hub::builder().endpoint("http://hub.example").build().unwrap_err();
    /// assert!(error.to_string().contains("https"));
    /// ```
    pub fn build(self) -> Result<Hub, Error> {
        let endpoint = check_endpoint(&self.endpoint, self.allow_insecure)?;
        let authorization = self.token.as_ref().map(token::header).transpose()?;
        if http::HeaderValue::from_str(&self.config.user_agent).is_err() {
            return Err(ConfigError::new("user agent", "cannot be sent in a header").into());
        }
        let jitter = Jitter::new(self.config.seed);
        Ok(Hub::from_parts(endpoint, authorization, self.config, jitter))
    }
}

/// The endpoint without a slash at its end, or what is wrong with it.
fn check_endpoint(text: &str, allow_insecure: bool) -> Result<Url, ConfigError> {
    let wrong = |problem: String| Err(ConfigError::new("endpoint", problem));
    // Text before `@` may be a password, which must not be repeated.
    if text.contains('@') {
        return wrong("must not hold a user name or password; give the token apart".to_owned());
    }
    let mut url = match Url::parse(text.trim()) {
        Ok(url) => url,
        Err(error) => {
            return wrong(format!("{text:?} is no address such as {DEFAULT_ENDPOINT}: {error}"));
        }
    };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return wrong(format!("{text:?} is no http or https address"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong(format!("{text:?} must end before `?` and `#`"));
    }
    if url.scheme() == "http" && !allow_insecure && !is_loopback(&url) {
        return wrong(format!(
            "{text:?} would send the token unprotected; use https, or allow insecure connections"
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
