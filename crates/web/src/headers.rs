//! What holds for every answer: headers that bind browsers, limits on what comes in, compression.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::layout;
use crate::listen::Peer;
use crate::metrics;
use crate::problem::Problem;

/// Everything comes from here; nothing in a page is run that is not a file of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Most bytes of a form.
const MOST_BODY: usize = 256 * 1024;

/// Longest time for one answer.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(120);

/// Puts in front of the routes what holds for all of them; the last is outermost.
pub(crate) fn protect(routes: Router<App>, app: &App) -> Router<App> {
    let csrf =
        CsrfLayer::new().with_rejection_response(|_: ProtectionError| foreign().into_response());
    routes
        .layer(csrf)
        .layer(from_fn(read_here))
        .layer(from_fn_with_state(app.clone(), known_host))
        .layer(RequestBodyLimitLayer::new(MOST_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            let panicked = std::io::Error::other("a handler panicked");
            Problem::internal(&panicked).into_response()
        }))
        .layer(from_fn_with_state(app.clone(), layout::render_problems))
        .layer(from_fn_with_state(app.clone(), bind_browsers))
        // The usual level takes a third of a long answer's time, for pages of 26 kB instead of 36.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(app.clone(), metrics::count))
}

fn foreign() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "foreign_origin",
        "this request comes from a page of another site, so nothing was shown or changed",
    )
    .hint("do it on the dashboard itself")
}

/// Turns away what a page of another site reads, or shows inside itself: it could not look at the
/// answer, but might learn from how long it took or how large it was.
async fn read_here(request: Request, next: Next) -> Response {
    if is_foreign_read(request.headers()) {
        foreign().into_response()
    } else {
        next.run(request).await
    }
}

fn is_foreign_read(headers: &HeaderMap) -> bool {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (told("sec-fetch-mode"), told("sec-fetch-site")) {
        // Somebody follows a link, also the one back from signing in at the Hub.
        (Some("navigate"), _) | (_, Some("same-origin" | "none")) => false,
        (_, Some(_)) => true,
        (_, None) => told("origin").is_some_and(|origin| {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_none() || host != told("host")
        }),
    }
}

/// Turns away requests for a name that is not ours: a page elsewhere may point its own name at this
/// machine and would then be of our origin.
async fn known_host(State(app): State<App>, request: Request, next: Next) -> Response {
    // Who watches over the process asks by its address and past the proxy, and learns nothing.
    if matches!(request.uri().path(), "/healthz" | "/readyz") {
        return next.run(request).await;
    }
    let place = &app.config().place;
    if request.extensions().get::<Peer>().is_some_and(|peer| peer.stray) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "proxy",
            "this service is reached by its proxy only",
        )
        .hint(format!("it is at {}", place.url))
        .into_response();
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().host()).unwrap_or_default();
    let name = name_of(host);
    if place.hosts.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host",
        "this service does not go by the name that was asked for",
    )
    .hint(format!("it is at {}; another name is given with --public-url URL", place.url))
    .into_response()
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

async fn bind_browsers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.config().place.https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    // What is shown to one person is kept by nobody else, nor shown again after signing out.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_site_and_those_who_follow_a_link_read() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter().copied();
            let pairs = pairs.map(|(name, value)| {
                (header::HeaderName::from_static(name), HeaderValue::from_static(value))
            });
            is_foreign_read(&HeaderMap::from_iter(
                pairs.chain([(header::HOST, HeaderValue::from_static("127.0.0.1:8787"))]),
            ))
        };
        assert!(!of(&[]), "a program");
        assert!(!of(&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")]));
        assert!(!of(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]));
        assert!(!of(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]));
        assert!(!of(&[("origin", "http://127.0.0.1:8787")]));
        assert!(of(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]));
        // Another program's page on this machine.
        assert!(of(&[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")]));
        assert!(of(&[("origin", "http://127.0.0.1:9999")]));
        assert!(of(&[("origin", "null")]));
    }

    #[test]
    fn a_host_is_compared_without_its_port() {
        for (host, name) in [
            ("localhost:8787", "localhost"),
            ("[::1]:8787", "::1"),
            ("folk.example", "folk.example"),
        ] {
            assert_eq!(name_of(host), name);
        }
    }
}
