//! One request and its answer.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, LOCATION, USER_AGENT,
};
use http::{Method, Request, Response, StatusCode};
use hyper::body::{Body, Incoming};

use super::body::{AnswerBody, Cut};
use super::cache::{self, Made};
use super::log::RequestRecord;
use super::stage::{Head, Stage};
use super::{Hub, oauth, stage};
use crate::answer::{Answer, Refusal, TEXT};
use crate::faults::{Circumstances, Fault, Happening, apply};
use crate::handlers::{Ask, Order};
use crate::limits::{Allowance, plan_quota};
use crate::paging::{self, Tricks};
use crate::routes::{self, Route, Run};
use crate::visibility::{BadToken, Caller};

/// No request that the Hub knows is larger.
const MOST_BODY: usize = 8 * 1024 * 1024;

/// A fault for this one request, as JSON in the form of a fault file.
const FAULT_HEADER: &str = "x-sim-fault";

/// Answers a request, or cuts the connection.
pub(super) async fn answer(
    hub: Arc<Hub>,
    peer: Arc<str>,
    reset: Arc<AtomicBool>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Cut> {
    let (mut parts, body) = request.into_parts();
    let method = parts.method.clone();
    if method == Method::HEAD {
        // Answered like GET; the connection leaves the body out.
        parts.method = Method::GET;
    }
    let body = collect(body).await?;
    let request = Request::from_parts(parts, body);
    if let Some(response) = oauth::answer(&hub, &request) {
        return Ok(response);
    }
    let asked = Asked::new(&request);
    let identity = identify(&hub, asked.token.as_deref(), &peer);
    let mut happenings = hub.faults.draw(asked.circumstances());
    let mut outcome = match happenings_of_header(request.headers()) {
        Ok(Some(happening)) => {
            happenings.push(happening);
            None
        }
        Ok(None) => None,
        Err(refusal) => Some(Err(refusal)),
    };
    if identity.allowance.refused {
        outcome = Some(Err(too_many(&identity, &peer)));
        happenings.clear();
    }
    let stage = Stage::plan(&happenings, reset);
    change_the_world(&hub, &asked, &identity, happenings);
    if !stage.delay.is_zero() {
        tokio::time::sleep(stage.delay).await;
    }
    let mut record = RequestRecord {
        operation: asked.route.map_or("unknown", |route| route.operation.name),
        method: method.to_string(),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        caller: identity.caller.as_ref().ok().cloned().flatten(),
        page: asked.page,
        status: 0,
        faults: stage.names.clone(),
    };
    if stage.resets_before() {
        hub.log.add(record);
        return Err(stage.reset());
    }
    let outcome = outcome
        .or_else(|| stage.refusal().map(Err))
        .unwrap_or_else(|| run(&hub, &asked, &identity, &request, &peer, stage.tricks));
    let response = respond(&hub, &asked, &identity, &request, &stage, outcome);
    record.status = response.status().as_u16();
    hub.log.add(record);
    Ok(response)
}

async fn collect(mut body: Incoming) -> Result<Bytes, Cut> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        if let Ok(data) = frame.map_err(|_| Cut)?.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > MOST_BODY {
            return Err(Cut);
        }
    }
    Ok(bytes.freeze())
}

/// What can be said of a request without looking at the world.
struct Asked<'a> {
    route: Option<&'static Route>,
    path: &'a str,
    query: &'a str,
    token: Option<String>,
    page: Option<u32>,
}

impl<'a> Asked<'a> {
    fn new(request: &'a Request<Bytes>) -> Self {
        let path = request.uri().path();
        let query = request.uri().query().unwrap_or_default();
        let route = routes::find(request.method(), path);
        let pages = route.and_then(|route| route.pages);
        Self {
            route,
            path,
            query,
            token: request.headers().get(AUTHORIZATION).map(token),
            page: pages.map(|pages| paging::page_number(query, pages.cursor)),
        }
    }

    fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            operation: self.route.map_or("unknown", |route| route.operation.name),
            target: self.target(),
            page: self.page,
        }
    }

    /// The account or repo in the path: what stands behind `/api/{kind}/`, without the last part.
    fn target(&self) -> &'a str {
        let rest = match self.path.strip_prefix("/api/") {
            Some(rest) => rest.split_once('/').map_or("", |(_, rest)| rest),
            None => self.path.trim_start_matches('/'),
        };
        let tail = self.route.map_or("", |route| route.tail());
        rest.strip_suffix(tail).unwrap_or(rest)
    }
}

/// The token of an `Authorization` header. What is none at all is an unknown token.
fn token(header: &HeaderValue) -> String {
    let text = header.to_str().unwrap_or_default();
    let (scheme, value) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = STANDARD.decode(value.trim()).unwrap_or_default();
        let pair = String::from_utf8(decoded).unwrap_or_default();
        return pair.split_once(':').map_or(String::new(), |(_, password)| password.to_owned());
    }
    if scheme.eq_ignore_ascii_case("bearer") { value.trim().to_owned() } else { String::new() }
}

/// Who asks, by name, and what they may still ask for.
#[derive(Debug)]
struct Identity {
    caller: Result<Option<String>, BadToken>,
    /// Whether an identity provider asks.
    scim: bool,
    allowance: Allowance,
}

fn identify(hub: &Hub, token: Option<&str>, peer: &str) -> Identity {
    let limits = hub.rate_limits();
    let world = hub.world();
    let caller = Caller::identify(&world, token, hub.clock.now());
    let user = caller.as_ref().ok().and_then(Caller::user);
    // A token that is none counts for the address it comes from.
    let who = token.filter(|_| user.is_some()).unwrap_or(peer);
    let allowance = hub.limiter.count(limits, who, plan_quota(&world, user));
    let name = |user| world.user(user).name.to_string();
    let scim = caller.as_ref().is_ok_and(|caller| caller.scim().is_some());
    Identity { scim, caller: caller.map(|caller| caller.user().map(name)), allowance }
}

fn too_many(identity: &Identity, peer: &str) -> Refusal {
    let message = match identity.caller {
        Ok(Some(_)) => format!(
            "We had to rate limit you: {} requests in {} seconds are used up",
            identity.allowance.quota, identity.allowance.window
        ),
        _ => format!(
            "We had to rate limit your IP ({peer}). To continue using our service, create a HF \
             account or login to your existing account, and make sure you pass a HF_TOKEN if \
             you're using the API."
        ),
    };
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, message)
}

fn happenings_of_header(headers: &HeaderMap) -> Result<Option<Happening>, Refusal> {
    let Some(header) = headers.get(FAULT_HEADER) else { return Ok(None) };
    let fault: Fault = serde_json::from_slice(header.as_bytes())
        .map_err(|error| Refusal::bad_request(format!("{FAULT_HEADER}: {error}")))?;
    Ok(Some(Happening::once(fault)))
}

fn change_the_world(hub: &Hub, asked: &Asked<'_>, identity: &Identity, happenings: Vec<Happening>) {
    if !happenings.iter().any(|happening| happening.fault.changes_the_world()) {
        return;
    }
    let caller = identity.caller.as_ref().ok().and_then(Option::as_deref);
    let mut world = hub.world_mut();
    for mut happening in happenings {
        apply(&mut world, asked.target(), caller, &mut happening);
    }
}

/// What the Hub answers, faults in the answer itself aside.
fn run(
    hub: &Hub,
    asked: &Asked<'_>,
    identity: &Identity,
    request: &Request<Bytes>,
    peer: &str,
    tricks: Tricks,
) -> Result<Arc<Made>, Refusal> {
    let Some(route) = asked.route else {
        let picture = picture(asked.path).ok_or_else(Refusal::no_such_page)?;
        return Ok(Arc::new(made(picture)));
    };
    if identity.caller.is_err() && !route.operation.anonymous {
        // Recorded: an invalid token and none at all get the same answer from whoami.
        let whoami = route.operation.name == "whoami";
        return Err(if whoami { Refusal::log_in() } else { Refusal::bad_credentials() });
    }
    if identity.scim && !route.is_scim() {
        return Err(Refusal::bad_credentials());
    }
    match route.run {
        Run::Change(change) => {
            let mut world = hub.world_mut();
            let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
            let mut order = Order {
                world: &mut world,
                token: asked.token.as_deref(),
                now: hub.clock.now(),
                ip: peer,
                agent,
            };
            change(&mut order, request).map(|answer| Arc::new(made(answer)))
        }
        Run::Show(show) => {
            let world = hub.world();
            let version = hub.version();
            let address = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let as_usual = tricks == Tricks::default() && !wants_image(request);
            let key = cache::key(asked.token.as_deref(), address);
            if as_usual && let Some(made) = hub.cache.get(version, &key) {
                return Ok(made);
            }
            let caller = Caller::identify(&world, asked.token.as_deref(), hub.clock.now())
                .map_err(|BadToken| Refusal::bad_credentials())?;
            let page = match route.pages {
                Some(sizes) => paging::page_ask(asked.query, sizes, tricks)?,
                None => paging::PageAsk { size: 1, after: None, number: 1, tricks },
            };
            let ask = Ask {
                world: &world,
                caller,
                path: asked.path,
                query: asked.query,
                wants_image: wants_image(request),
                page,
                now: hub.clock.now(),
            };
            let made = Arc::new(made(show(&ask, request)?));
            if as_usual {
                hub.cache.put(version, key, &made);
            }
            Ok(made)
        }
    }
}

/// What stands at the addresses of pictures: one dot, whoever it is of. The ones that the Hub makes
/// up are drawings.
fn picture(path: &str) -> Option<Answer> {
    const DOT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90\x77\x53\xde\
        \0\0\0\x0cIDAT\x78\xda\x63\x68\x68\x38\0\0\x03\x44\x01\xc1\x50\xbd\x24\x5b\0\0\0\0IEND\xae\x42\x60\x82";
    const DRAWING: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    match path.strip_prefix("/avatars/")?.rsplit_once('.')? {
        (_, "png") => Some(Answer::new("image/png", Bytes::from_static(DOT))),
        (_, "svg") => Some(Answer::new("image/svg+xml", Bytes::from_static(DRAWING))),
        _ => None,
    }
}

fn wants_image(request: &Request<Bytes>) -> bool {
    request.headers().get("sec-fetch-dest").is_some_and(|value| value == "image")
}

fn made(answer: Answer) -> Made {
    let etag = stage::etag(&answer.body);
    Made { answer, etag }
}

fn respond(
    hub: &Hub,
    asked: &Asked<'_>,
    identity: &Identity,
    request: &Request<Bytes>,
    stage: &Stage,
    outcome: Result<Arc<Made>, Refusal>,
) -> Response<AnswerBody> {
    let mut headers = HeaderMap::with_capacity(16);
    let base = base(request);
    let (status, body) = match outcome {
        Ok(made) => {
            let answer = &made.answer;
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
            headers.insert("etag", made.etag.clone());
            headers.extend(answer.headers.iter().cloned());
            if let Some(link) = stage.link(&base, asked.path, asked.query, answer.next.as_deref()) {
                headers.insert("link", link);
            }
            if unchanged(request, &made.etag) && answer.status == StatusCode::OK {
                (StatusCode::NOT_MODIFIED, Bytes::new())
            } else {
                (answer.status, answer.body.clone())
            }
        }
        Err(Refusal::Error(error)) => {
            let body = Bytes::from(error.body());
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(crate::answer::JSON));
            headers.insert("etag", stage::etag(&body));
            error.headers(&mut headers);
            (error.status, body)
        }
        Err(Refusal::Moved { from, to }) => {
            let location = moved(asked.path, asked.query, &from, &to);
            let body = format!("Temporary Redirect. Redirecting to {location}");
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(TEXT));
            if let Ok(location) = HeaderValue::from_str(&location) {
                headers.insert(LOCATION, location);
            }
            (StatusCode::TEMPORARY_REDIRECT, Bytes::from(body))
        }
    };
    let head = Head {
        now: hub.clock.now(),
        allowance: identity.allowance,
        trace: request.headers().get("x-amzn-trace-id").cloned(),
        number: next_number(),
    };
    stage.headers(&head, status, &mut headers);
    let body = if status == StatusCode::NOT_MODIFIED {
        AnswerBody::Whole(None)
    } else {
        stage.body(body, &mut headers)
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The server as the client calls it; `Link` must lead back there.
fn base(request: &Request<Bytes>) -> String {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("localhost"))
}

fn unchanged(request: &Request<Bytes>, etag: &HeaderValue) -> bool {
    let reads = *request.method() == Method::GET;
    let known = request.headers().get("if-none-match").and_then(|value| value.to_str().ok());
    reads && known.is_some_and(|known| known.split(',').any(|one| *etag == one.trim()))
}

/// The same address under the repo's name of today, relative as the Hub sends it.
fn moved(path: &str, query: &str, from: &str, to: &str) -> String {
    // The type comes first and may be spelled like the repo.
    let type_ends = if path.starts_with("/api/") { 2 } else { 0 };
    let repo_begins = path.match_indices('/').nth(type_ends).map_or(0, |(index, _)| index);
    let (kind, rest) = path.split_at(repo_begins);
    let rest = rest.replacen(&format!("/{from}"), &format!("/{to}"), 1);
    let question = if query.is_empty() { "" } else { "?" };
    format!("{kind}{rest}{question}{query}")
}

fn next_number() -> u64 {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);
    REQUESTS.fetch_add(1, Ordering::Relaxed)
}

/// Upper bound of a delay, so that a typing error in a fault file does not hang a test for days.
pub(super) const LONGEST_DELAY: Duration = Duration::from_secs(3600);
