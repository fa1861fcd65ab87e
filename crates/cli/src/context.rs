//! What every command shares: the global options, the output, the Hub, the questions.

use std::collections::HashSet;
use std::future::Future;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use hubfolk_license::clock::{Clock, SystemClock};

use crate::args::Global;
use crate::error::{Report, Stop, usage};
use crate::output::{Output, shown};
use crate::progress::Progress;
use crate::token::{self, Environment, Found, Process};

/// Hears what happens while a client asks.
pub(crate) type Listener = Arc<dyn Fn(&hubfolk::Event) + Send + Sync>;

/// How much a client may ask, wait and take in.
#[derive(Clone)]
pub(crate) struct Caps {
    pub(crate) max_wait: Duration,
    pub(crate) max_attempts: u32,
    pub(crate) max_pages: u32,
    pub(crate) max_page_bytes: u64,
    /// Whether operations may be tried of which nobody knows whether the Hub offers them.
    pub(crate) experimental: bool,
    /// Where waits are shown.
    pub(crate) progress: Option<Progress>,
    /// Who else hears what happens.
    pub(crate) listener: Option<Listener>,
}

fn warn(text: &str) {
    let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
    let _ = writeln!(anstream::stderr(), "{yellow}warning:{yellow:#} {}", shown(text));
}

/// Says why nothing happens for a while.
fn tell(progress: &Progress, event: &hubfolk::Event) {
    match event {
        hubfolk::Event::Waiting { duration, rate_limit, .. } => {
            let why = if *rate_limit { "the Hub's rate limit" } else { "to try again" };
            progress.say(format!("waiting {} s for {why}", duration.as_secs().max(1)));
        }
        hubfolk::Event::Page { number, .. } => progress.say(format!("page {number}")),
        _ => {}
    }
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            max_wait: Duration::from_secs(600),
            max_attempts: 6,
            max_pages: 10_000,
            max_page_bytes: 32 * 1024 * 1024,
            experimental: false,
            progress: None,
            listener: None,
        }
    }
}

/// The choices of one invocation.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) output: Output,
    /// Where the token came from that was sent; empty for a caller without one.
    sent_as: OnceLock<String>,
}

impl Context {
    /// Takes the global options.
    pub(crate) fn new(global: Global) -> Self {
        let output = Output::new(global.format, global.fields.clone(), global.limit);
        Self { global, output, sent_as: OnceLock::new() }
    }

    /// The Hub's address: `--endpoint`, `HF_ENDPOINT`, or the Hub itself; no closing slash.
    pub(crate) fn endpoint(&self) -> Result<String, Stop> {
        let given = self.endpoint_given().unwrap_or("https://huggingface.co");
        let fail = |why: String| {
            usage(format!("the endpoint {given:?} cannot be used: {why}"))
                .hint("give the Hub's address, for example --endpoint https://huggingface.co")
        };
        let url = url::Url::parse(given).map_err(|error| fail(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fail(format!("`{}` is not http or https", url.scheme())));
        }
        if url.host().is_none() {
            return Err(fail("the host is missing".to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Not repeated: it may be a secret.
            return Err(usage("the endpoint carries a user name or password")
                .hint("leave them out; hubfolk authenticates with a token"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fail("it has a query or a fragment".to_owned()));
        }
        Ok(given.trim_end_matches('/').to_owned())
    }

    /// The endpoint as given, if it was.
    pub(crate) fn endpoint_given(&self) -> Option<&str> {
        self.global.endpoint.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The token to send, if there is one.
    pub(crate) fn token(&self) -> Result<Option<Found>, Stop> {
        token::discover(&Process, self.global.token_file.as_deref())
    }

    /// A client for the Hub, with the token that was found.
    pub(crate) fn hub(&self) -> anyhow::Result<hubfolk::Hub> {
        self.hub_capped(&Caps::default())
    }

    /// The same, with limits of its own.
    pub(crate) fn hub_capped(&self, caps: &Caps) -> anyhow::Result<hubfolk::Hub> {
        let token = self.token()?;
        self.hub_with(token.as_ref(), caps)
    }

    /// A client for the Hub that sends this token, or none.
    pub(crate) fn hub_with(
        &self,
        token: Option<&Found>,
        caps: &Caps,
    ) -> anyhow::Result<hubfolk::Hub> {
        self.hub_at(&self.endpoint()?, token, caps)
    }

    /// A client for the Hub at this address.
    pub(crate) fn hub_at(
        &self,
        endpoint: &str,
        token: Option<&Found>,
        caps: &Caps,
    ) -> anyhow::Result<hubfolk::Hub> {
        if Process.on("HF_HUB_OFFLINE") || Process.on("TRANSFORMERS_OFFLINE") {
            return Err(usage("HF_HUB_OFFLINE is set, so nothing is sent")
                .hint("unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE to talk to the Hub")
                .into());
        }
        let source = token.map(|token| token.source.to_string()).unwrap_or_default();
        let named = if source.is_empty() { "none" } else { source.as_str() };
        tracing::info!(endpoint, token_from = named, "asking the Hub");
        // Only the first client of an invocation counts; there is rarely a second.
        let _ = self.sent_as.set(source);
        let mut builder = hubfolk::Hub::builder()
            .endpoint(endpoint)
            .allow_insecure(self.global.allow_http)
            .allow_experimental(caps.experimental)
            .total_timeout(self.global.timeout)
            .read_timeout(self.global.timeout)
            .connect_timeout(self.global.timeout.min(Duration::from_secs(10)))
            .max_rate_limit_wait(caps.max_wait)
            .max_attempts(caps.max_attempts)
            .max_pages(u64::from(caps.max_pages))
            .max_body(caps.max_page_bytes);
        if let Some(token) = token {
            builder = builder.token(token.expose().to_owned());
        }
        let (progress, quiet) = (caps.progress.clone(), self.global.quiet);
        let told = Mutex::new(HashSet::new());
        let listener = caps.listener.clone();
        builder = builder.observer(move |event| {
            if let Some(listener) = &listener {
                listener(event);
            }
            match (event, &progress) {
                (hubfolk::Event::Advice { topic, message, .. }, progress) => {
                    // The Hub repeats its advice with every answer; once is enough.
                    let first = told.lock().is_ok_and(|mut told| told.insert(topic.clone()));
                    if first && !quiet {
                        match progress {
                            Some(progress) => {
                                progress.aside(|| warn(&format!("the Hub: {message}")))
                            }
                            None => warn(&format!("the Hub: {message}")),
                        }
                    }
                }
                (event, Some(progress)) => tell(progress, event),
                _ => {}
            }
        });
        Ok(builder.build()?)
    }

    /// An error in words, with the next step for this caller.
    pub(crate) fn report(&self, error: &anyhow::Error) -> Report {
        let mut report = Report::new(error);
        match self.sent_as.get().map(String::as_str) {
            Some("") => report.without_token(),
            Some(source) => report.with_token(source),
            None => {}
        }
        report
    }

    /// The time now.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        SystemClock.now()
    }

    /// Runs a future to its end or to Ctrl-C, whichever comes first.
    pub(crate) fn block_on<T>(
        &self,
        future: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            tokio::select! {
                result = future => result,
                signal = tokio::signal::ctrl_c() => Err(match signal {
                    Ok(()) => Stop::interrupted().into(),
                    Err(error) => error.into(),
                }),
            }
        })
    }

    /// Whether progress may be shown: not when told to be quiet, nor across rows on the terminal.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.global.quiet && self.global.verbose == 0
    }

    /// Says something on stderr that is not a result.
    pub(crate) fn note(&self, text: &str) {
        if !self.global.quiet {
            let dim = anstyle::Style::new().dimmed();
            // A note nobody can read is no reason to fail.
            let _ = writeln!(anstream::stderr(), "{dim}note:{dim:#} {}", shown(text));
        }
    }

    /// Warns on stderr.
    pub(crate) fn warn(&self, text: &str) {
        warn(text);
    }

    /// Opens a page of the Hub in the browser; says where it is when there is none.
    pub(crate) fn open_web(&self, path: &str) -> anyhow::Result<()> {
        let url = format!("{}{path}", self.endpoint()?);
        if self.global.dry_run || webbrowser::open(&url).is_err() {
            self.output.bytes(format!("{url}\n").as_bytes())
        } else {
            self.note(&format!("opened {url}"));
            Ok(())
        }
    }

    /// Whether a question would be put to somebody: not in a dry run, not with `--yes`, not
    /// without a terminal.
    pub(crate) fn can_ask(&self) -> bool {
        let there = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        there && !self.global.yes && !self.global.dry_run
    }

    /// Asks before something that cannot be undone; without a terminal, `--yes` has to answer.
    pub(crate) fn confirm(&self, question: &str) -> anyhow::Result<()> {
        if self.global.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(usage(format!("{}: nobody is here to confirm it", shown(question)))
                .hint("add --yes to confirm it beforehand")
                .into());
        }
        match inquire::Confirm::new(&shown(question)).with_default(false).prompt() {
            Ok(true) => Ok(()),
            Ok(false) | Err(inquire::InquireError::OperationCanceled) => {
                Err(Stop::declined().into())
            }
            Err(inquire::InquireError::OperationInterrupted) => Err(Stop::interrupted().into()),
            Err(error) => Err(error.into()),
        }
    }
}
