//! The files that the dashboard is made of: in the program, named by their content, kept by browsers.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::problem::Problem;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    /// The beginning of its digest.
    version: String,
    /// Where it is found: a new version is a new address.
    url: String,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("style.css", "text/css; charset=utf-8", include_bytes!("../static/style.css")),
        // One file as its authors publish it (npm package htmx.org 2.0.11, zero-clause BSD, see
        // static/htmx.LICENSE.txt).
        asset(
            "htmx.min.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../static/htmx.min.js"),
        ),
        asset("icon.svg", "image/svg+xml", include_bytes!("../static/icon.svg")),
    ]
});

fn asset(name: &'static str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    let mut version = String::new();
    for byte in &Sha256::digest(bytes)[..6] {
        let _ = write!(version, "{byte:02x}");
    }
    let url = format!("/static/{name}?v={version}");
    Asset { name, kind, bytes, version, url }
}

/// The address of a file of the dashboard.
#[must_use]
pub(crate) fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.url)
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/static/{name}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    let asset = found.ok_or_else(|| Problem::not_found("there is no such file"))?;
    let tag = format!("\"{}\"", asset.version);
    let cached = [
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_TYPE, asset.kind),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known
        .is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    Ok((cached, asset.bytes).into_response())
}
