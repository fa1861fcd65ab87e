//! Who comes in: their token, their limits, their session; and what they are told on the way out.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use secrecy::SecretString;

use super::{Body, Options, limiter::Limiter, metadata, sessions::Owners, text};
use crate::{
    call::Server,
    callers::Caller,
    server::{Challenge, Verdict, Visitor},
    tools::profiles::{Profile, Wish},
};

const SESSION: &str = "mcp-session-id";

/// Checks requests before the protocol sees them.
pub(super) struct Door {
    server: Arc<Server>,
    limiter: Limiter,
    owners: Owners,
    require_token: bool,
    share_token: bool,
    /// The server as clients know it.
    pub(super) resource: String,
    /// Who issues tokens.
    pub(super) hub: String,
}

/// A request that came in.
pub(super) struct Entry {
    pub(super) request: Request<Incoming>,
    pub(super) visit: Visit,
}

/// What is remembered of a request until its answer.
pub(super) struct Visit {
    principal: String,
    has_token: bool,
    verdict: Verdict,
    ends: Option<String>,
}

impl Door {
    pub(super) fn new(
        options: Options,
        server: Arc<Server>,
        sessions: Arc<LocalSessionManager>,
        resource: String,
    ) -> Self {
        Self {
            server,
            limiter: Limiter::new(options.rate),
            owners: Owners::new(sessions),
            require_token: options.require_token,
            share_token: options.share_token,
            resource,
            hub: options.hub,
        }
    }

    /// Lets a request in, or says why not.
    pub(super) async fn enter(
        &self,
        mut request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Entry, Response<Body>> {
        let token = match bearer(request.headers()) {
            Ok(token) => token,
            Err(why) => return Err(self.challenge(Challenge::InvalidToken, why)),
        };
        let has_token = token.is_some();
        if !has_token && self.require_token {
            return Err(self.challenge(Challenge::NoToken, "Unauthorized: a token is required"));
        }
        let caller: Arc<Caller> = if !has_token && self.share_token {
            Arc::clone(&self.server.owner)
        } else {
            self.server
                .callers
                .of(token.as_ref())
                .map_err(|failure| self.challenge(Challenge::InvalidToken, &failure.message))?
        };
        // Callers without a token are told apart by where they come from.
        let counted = if has_token { caller.principal.clone() } else { peer.ip().to_string() };
        if let Err(wait) = self.limiter.take(&counted) {
            let mut refusal = text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests: slow down");
            let seconds = HeaderValue::from(wait.as_secs().max(1));
            refusal.headers_mut().insert(header::RETRY_AFTER, seconds);
            return Err(refusal);
        }
        let session = one(request.headers(), SESSION)
            .map_err(|()| text(StatusCode::BAD_REQUEST, "Bad Request: more than one session"))?;
        if let Some(session) = &session
            && !self.owners.is_of(session, &caller.principal)
        {
            return Err(text(StatusCode::NOT_FOUND, "Not Found: Session not found"));
        }
        let (wish, care) = narrowing(&request);
        let mut careful = self.server.care;
        careful.lockdown |= care.0;
        careful.taint |= care.1;
        let verdict = Verdict::default();
        let visit = Visit {
            principal: caller.principal.clone(),
            has_token,
            verdict: verdict.clone(),
            ends: session.filter(|_| request.method() == Method::DELETE),
        };
        let choice = self.server.choice.narrowed(&wish);
        request.extensions_mut().insert(Visitor { caller, choice, care: careful, verdict });
        // From here on nobody needs the token, and nobody can show it by accident.
        request.headers_mut().remove(header::AUTHORIZATION);
        Ok(Entry { request, visit })
    }

    /// Takes note of sessions that began or ended, and says what a token lacked.
    pub(super) async fn leave(
        &self,
        mut response: Response<Body>,
        visit: &Visit,
    ) -> Response<Body> {
        if let Ok(Some(session)) = one(response.headers(), SESSION) {
            self.owners.began(&session, &visit.principal).await;
        }
        if let Some(session) = &visit.ends {
            self.owners.ended(session);
            if response.status() == StatusCode::ACCEPTED {
                // It has ended, and some clients take anything but this for a failure.
                *response.status_mut() = StatusCode::NO_CONTENT;
            }
        }
        let is_json = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let challenge = visit.verdict.challenge(visit.has_token);
        if let (true, Some(challenge)) = (is_json, challenge) {
            self.mark(&mut response, challenge);
        }
        response
    }

    fn challenge(&self, challenge: Challenge, why: &str) -> Response<Body> {
        let mut response = text(StatusCode::UNAUTHORIZED, why);
        self.mark(&mut response, challenge);
        response
    }

    fn mark(&self, response: &mut Response<Body>, challenge: Challenge) {
        let (status, error) = match challenge {
            Challenge::NoToken => (StatusCode::UNAUTHORIZED, ""),
            Challenge::InvalidToken => (StatusCode::UNAUTHORIZED, "error=\"invalid_token\", "),
            Challenge::InsufficientScope => {
                (StatusCode::FORBIDDEN, "error=\"insufficient_scope\", ")
            }
        };
        let value = format!(
            "Bearer {error}scope=\"{}\", resource_metadata=\"{}\"",
            metadata::SCOPES.join(" "),
            metadata::address(&self.resource)
        );
        *response.status_mut() = status;
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
    }
}

/// The token of a request. More than one, or one of another kind, is none that is accepted.
fn bearer(headers: &HeaderMap) -> Result<Option<SecretString>, &'static str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err("Unauthorized: more than one Authorization header");
    }
    let text = value.to_str().map_err(|_| "Unauthorized: the token is malformed")?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err("Unauthorized: send `Authorization: Bearer` and a token");
    }
    Ok(Some(token.trim().to_owned().into()))
}

fn one(headers: &HeaderMap, name: &str) -> Result<Option<String>, ()> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (values.next(), value.to_str()) {
        (None, Ok(text)) => Ok(Some(text.to_owned())),
        _ => Err(()),
    }
}

/// What a request asks for less of: fewer tools, more care. It never gets more.
fn narrowing(request: &Request<Incoming>) -> (Wish, (bool, bool)) {
    let mut wish = Wish::default();
    let mut care = (false, false);
    let query = request.uri().query().unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.replace('_', "-").to_lowercase(), value.into_owned()));
    let headers = request.headers().iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("x-mcp-")?;
        Some((name.to_owned(), value.to_str().ok()?.to_owned()))
    });
    for (name, value) in pairs.chain(headers) {
        let list = || value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        let yes = !matches!(value.trim(), "0" | "false" | "no");
        match name.as_str() {
            "profile" => wish.profile = Profile::named(value.trim()).or(wish.profile),
            "toolsets" => wish.toolsets.extend(list()),
            "tools" => wish.tools.extend(list()),
            "exclude-tools" => wish.exclude.extend(list()),
            "readonly" | "read-only" => wish.read_only |= yes,
            "lockdown" => care.0 |= yes,
            "taint" => care.1 |= yes,
            _ => {}
        }
    }
    (wish, care)
}
