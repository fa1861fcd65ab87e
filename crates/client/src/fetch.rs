//! One request until its answer: the gate of the rate limit, repeats, redirects.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use hubfolk_api::{
    Answer, Operation,
    problem::{Problem, request_id},
};
use tokio::time::Instant;
use tracing::Instrument;
use url::Url;

use crate::{
    error::{
        ApiError, Error, RateLimited, RedirectError, TooLarge, TransportError, TransportProblem,
    },
    exchange::{Exchange, Failure, exchange},
    hub::Inner,
    observe::Event,
    retry::{self, Verdict},
    token,
};

/// Most redirects that one request follows.
const MOST_REDIRECTS: u32 = 5;

/// How much larger than a page an export may be, and how much longer it may take.
const LARGE: u32 = 8;

/// A limit that names no time is asked about again after this, so that it cannot spin.
const SHORTEST_LIMIT_WAIT: Duration = Duration::from_millis(100);

/// A request ready to be sent, any number of times.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) body: Bytes,
    /// Most bytes of the answer, when it is not the client's own bound.
    pub(crate) max_body: Option<u64>,
}

/// A successful answer and what it took.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
}

/// What a call has cost so far.
#[derive(Debug, Default)]
struct Spent {
    sent: u32,
    failures: u32,
    redirects: u32,
    waited: Duration,
    waited_for_limit: Duration,
    request_id: Option<String>,
}

impl Inner {
    /// Sends the call until there is an answer, or no more use in trying.
    pub(crate) async fn fetch(&self, mut call: Call) -> Result<Fetched, Error> {
        let mut spent = Spent::default();
        loop {
            let answer = self.attempt(&call, &mut spent).await?;
            let Exchange { status, headers, body } = match answer {
                Ok(answer) => answer,
                Err(failure) => {
                    self.after_failure(&call, failure, &mut spent).await?;
                    continue;
                }
            };
            spent.request_id = request_id(&headers);
            let found_page = call.operation.answer == Answer::Page
                && status == StatusCode::SEE_OTHER
                && self.leads_back(&call, &headers);
            if status.is_success() || found_page {
                return Ok(Fetched {
                    status,
                    headers,
                    body,
                    request_id: spent.request_id,
                    attempts: spent.sent,
                    waited: spent.waited,
                });
            }
            if status.is_redirection() {
                self.redirect(&mut call, status, &headers, &mut spent)?;
                continue;
            }
            let sent = spent.sent;
            let refusal = || refused(&call, sent, Problem::read(status, &headers, &body));
            match retry::on_status(call.operation.effect, status, &headers) {
                Verdict::Give => return Err(refusal()),
                Verdict::WaitForLimit(asked) => {
                    spent.failures += 1;
                    let pause = asked
                        .unwrap_or_default()
                        .max(self.pause(spent.failures))
                        .max(SHORTEST_LIMIT_WAIT);
                    self.limits.close_until(Instant::now() + pause);
                }
                Verdict::Again(asked) => {
                    spent.failures += 1;
                    if spent.failures >= self.config.max_attempts {
                        return Err(refusal());
                    }
                    if let Some(asked) = asked {
                        self.afford(&call, &mut spent, asked)?;
                    }
                    let pause = asked.unwrap_or_default().max(self.pause(spent.failures));
                    self.wait(&call, &mut spent, pause, asked.is_some()).await;
                }
            }
        }
    }

    /// Passes the gate of the rate limit and sends once.
    async fn attempt(
        &self,
        call: &Call,
        spent: &mut Spent,
    ) -> Result<Result<Exchange, Failure>, Error> {
        loop {
            let now = Instant::now();
            let Err(until) = self.limits.enter(now) else { break };
            let pause = until.saturating_duration_since(now);
            self.afford(call, spent, pause)?;
            self.wait(call, spent, pause, true).await;
        }
        spent.sent += 1;
        let client = self.client()?;
        let request = self.request(call);
        let operation = call.operation.name;
        self.config.observer.tell(&Event::Sent { operation, attempt: spent.sent });
        self.counters.sent();
        let scale = if call.operation.large { LARGE } else { 1 };
        let bound = || self.config.max_body.saturating_mul(u64::from(scale));
        let limit = call.max_body.unwrap_or_else(bound);
        let span = tracing::debug_span!(
            "hub_request",
            operation,
            attempt = spent.sent,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        let mut answer = exchange(client, request, limit, self.config.total_timeout * scale)
            .instrument(span.clone())
            .await;
        if let (Ok(Exchange { headers, body, .. }), Some(token)) =
            (&mut answer, &self.authorization)
        {
            token::remove(token, headers, body);
        }
        match &answer {
            Ok(Exchange { status, headers, .. }) => {
                span.record("status", status.as_u16());
                span.record("request_id", request_id(headers).as_deref().unwrap_or("none"));
                self.limits.learn(headers, Instant::now());
                self.config.observer.tell(&Event::Answered {
                    operation,
                    status: *status,
                    date: crate::pages::date(headers),
                    left: crate::limits::left(headers),
                });
                span.in_scope(|| tracing::debug!("answered"));
                for advice in headers.get_all("x-hf-warning") {
                    let text = String::from_utf8_lossy(advice.as_bytes());
                    let (topic, message) = text.split_once(';').unwrap_or(("", &text));
                    let (topic, message) = (topic.trim().to_owned(), message.trim().to_owned());
                    self.config.observer.tell(&Event::Advice { operation, topic, message });
                }
            }
            Err(failure) => span.in_scope(|| tracing::debug!(?failure, "no whole answer")),
        }
        Ok(answer)
    }

    fn request(&self, call: &Call) -> reqwest::Request {
        let mut request = reqwest::Request::new(call.method.clone(), call.url.clone());
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/plain"));
        if let Some(token) = &self.authorization
            && !call.operation.anonymous
        {
            headers.insert(header::AUTHORIZATION, token.clone());
        }
        if let Some(trace) = &self.trace {
            headers.insert("traceparent", trace.clone());
        }
        if let Some(content_type) = &call.content_type {
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        if !call.body.is_empty() {
            *request.body_mut() = Some(call.body.clone().into());
        }
        request
    }

    async fn after_failure(
        &self,
        call: &Call,
        failure: Failure,
        spent: &mut Spent,
    ) -> Result<(), Error> {
        let operation = call.operation.name;
        let (problem, reached_the_hub, source) = match failure {
            Failure::TooLarge { limit } => {
                return Err(Error::TooLarge(Box::new(TooLarge { operation, page: None, limit })));
            }
            Failure::Transport { problem, reached_the_hub, source } => {
                (problem, reached_the_hub, source)
            }
        };
        spent.failures += 1;
        let effect = call.operation.effect;
        let again = retry::on_failure(effect, reached_the_hub);
        if !again || spent.failures >= self.config.max_attempts {
            return Err(Error::Transport(Box::new(TransportError {
                operation,
                page: None,
                attempts: spent.sent,
                problem,
                may_have_acted: reached_the_hub && !effect.is_read(),
                source,
            })));
        }
        if problem != TransportProblem::Connect {
            tracing::debug!(operation, "the connection failed, the request is repeated");
        }
        let pause = self.pause(spent.failures);
        self.wait(call, spent, pause, false).await;
        Ok(())
    }

    /// Whether a redirect leads to the page that the call acted on.
    ///
    /// Where somebody must log in, a web route leads to the login page instead.
    fn leads_back(&self, call: &Call, headers: &HeaderMap) -> bool {
        let location = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        let Some(target) = location.and_then(|location| call.url.join(location).ok()) else {
            return false;
        };
        let page = target.path().trim_end_matches('/').to_lowercase();
        let asked = call.url.path().to_lowercase();
        target.origin() == self.endpoint.origin()
            && asked.strip_prefix(&page).is_some_and(|rest| rest.starts_with('/'))
            && page.len() > 1
    }

    /// Follows a redirect that stays on the origin and keeps the method.
    fn redirect(
        &self,
        call: &mut Call,
        status: StatusCode,
        headers: &HeaderMap,
        spent: &mut Spent,
    ) -> Result<(), Error> {
        let operation = call.operation.name;
        let astray = |problem: String| {
            Error::Redirect(Box::new(RedirectError { operation, page: None, status, problem }))
        };
        let target = headers
            .get(header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(|location| call.url.join(location).ok())
            .ok_or_else(|| astray("does not say where to go".to_owned()))?;
        if target.origin() != self.endpoint.origin() {
            return Err(astray(format!(
                "leads to another origin, {}, where the token must not go",
                target.origin().ascii_serialization()
            )));
        }
        let keeps_method =
            matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        if call.method != Method::GET && !keeps_method {
            return Err(astray("would turn the request into another one".to_owned()));
        }
        spent.redirects += 1;
        if spent.redirects > MOST_REDIRECTS {
            return Err(astray(format!("leads on after {MOST_REDIRECTS} redirects")));
        }
        call.url = target;
        Ok(())
    }

    /// Takes a wait for the Hub's limits out of what this call may wait.
    fn afford(&self, call: &Call, spent: &mut Spent, pause: Duration) -> Result<(), Error> {
        let total = spent.waited_for_limit.saturating_add(pause);
        if total > self.config.max_rate_limit_wait {
            return Err(Error::RateLimited(Box::new(RateLimited {
                operation: call.operation.name,
                page: None,
                attempts: spent.sent,
                retry_after: pause,
                waited: spent.waited,
                request_id: spent.request_id.clone(),
            })));
        }
        spent.waited_for_limit = total;
        Ok(())
    }

    fn pause(&self, failures: u32) -> Duration {
        let (first, longest) = self.config.backoff;
        self.jitter.apply(retry::pause(failures, first, longest))
    }

    async fn wait(&self, call: &Call, spent: &mut Spent, duration: Duration, rate_limit: bool) {
        let operation = call.operation.name;
        self.config.observer.tell(&Event::Waiting { operation, duration, rate_limit });
        let began = Instant::now();
        tokio::time::sleep(duration).await;
        let waited = began.elapsed();
        spent.waited += waited;
        self.counters.waited(waited);
    }
}

fn refused(call: &Call, sent: u32, problem: Problem) -> Error {
    Error::Api(Box::new(ApiError {
        operation: call.operation.name,
        page: None,
        attempts: sent,
        status: problem.status,
        code: problem.code,
        message: problem.message,
        request_id: problem.request_id,
        closed: call.operation.closed,
        experimental: call.operation.experimental,
    }))
}
