//! Where a client learns who issues tokens for this server (RFC 9728).

use bytes::Bytes;
use http::{HeaderValue, Method, Response, header};
use http_body_util::{BodyExt, Full};
use serde_json::json;

use super::{Body, PATH, door::Door};

/// What the tools can use of what the Hub grants over OAuth.
pub(super) const SCOPES: [&str; 8] = [
    "openid",
    "profile",
    "read-repos",
    "write-repos",
    "manage-repos",
    "read-collections",
    "write-collections",
    "write-discussions",
];

/// The well-known path, before which the path of the resource may not stand but may follow.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The address of the metadata of a resource.
pub(super) fn address(resource: &str) -> String {
    let (scheme, rest) = resource.split_once("://").unwrap_or(("http", resource));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let slash = if path.is_empty() { "" } else { "/" };
    format!("{scheme}://{host}{WELL_KNOWN}{slash}{path}")
}

/// The metadata, where it is what was asked for.
pub(super) fn answer(method: &Method, path: &str, door: &Door) -> Option<Response<Body>> {
    let rest = path.strip_prefix(WELL_KNOWN)?;
    if method != Method::GET || !(rest.is_empty() || rest == PATH) {
        return None;
    }
    let metadata = json!({
        "resource": door.resource,
        "resource_name": "hubfolk",
        "authorization_servers": [door.hub],
        "scopes_supported": SCOPES,
        "bearer_methods_supported": ["header"],
    });
    let mut response = Response::new(Full::new(Bytes::from(metadata.to_string())).boxed());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Some(response)
}
