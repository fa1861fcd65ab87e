//! From a path to an operation of the list, or a refusal.

use http::Method;
use std::sync::OnceLock;

use hubfolk_api::Payload;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::Request;
use crate::{
    failure::Failure,
    operations::{self, Arguments, Call, Entry},
    repair::excerpt,
};

/// The operations that may be called by path.
pub const ALLOWED: [&str; 23] = [
    "whoami",
    "get_user_overview",
    "list_liked_repos",
    "list_user_followers",
    "list_user_following",
    "get_organization_overview",
    "list_organization_members",
    "list_organization_followers",
    "get_repo_discussions",
    "get_discussion_details",
    "create_discussion",
    "comment_discussion",
    "edit_discussion_comment",
    "hide_discussion_comment",
    "change_discussion_status",
    "list_access_requests",
    "handle_access_request",
    "grant_access",
    "list_collections",
    "get_collection",
    "create_collection",
    "add_collection_item",
    "auth_check",
];

/// Longest path that is worth looking at.
const LONGEST: usize = 1_024;

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What may be called, as `GET /users/{username}/overview`.
pub fn allowed_paths() -> impl Iterator<Item = String> {
    allowed().map(|entry| {
        let path = entry.operation.path.strip_prefix("/api").unwrap_or(entry.operation.path);
        format!("{} {path}", entry.operation.method)
    })
}

fn allowed() -> impl Iterator<Item = &'static Entry> {
    static ENTRIES: OnceLock<Vec<&'static Entry>> = OnceLock::new();
    let entries = ENTRIES.get_or_init(|| {
        let all = operations::all().iter();
        all.filter(|entry| ALLOWED.contains(&entry.operation.name)).collect()
    });
    entries.iter().copied()
}

/// The call that a request stands for, if it is one of the list.
///
/// # Errors
///
/// The words of the tool that this one stands in for, where that refuses as well.
pub fn check(request: &Request) -> Result<Box<dyn Call>, Failure> {
    let method = match request.method.trim().to_ascii_uppercase().as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        _ => return Err(Failure::invalid("Only GET and POST are allowed for hf_api_request.")),
    };
    if method == Method::GET && request.json_body.is_some() {
        return Err(Failure::invalid("GET requests do not accept json_body."));
    }
    let endpoint = path(&request.endpoint)?;
    let (entry, mut arguments) = find(&method, &endpoint)?;
    let given = [(Place::Query, Some(&request.params)), (Place::Body, request.json_body.as_ref())];
    for (place, fields) in given {
        for (name, value) in fields.into_iter().flatten() {
            add(entry, place, name, value, &mut arguments)?;
        }
    }
    let call = entry.call(arguments)?;
    // What is sent was built anew from the fields. That it is the path that was asked for holds by
    // construction; a mistake there must not become a request.
    let sent = call.request()?;
    if *sent.method() != method || !entry.operation.matches(sent.uri().path()) {
        return Err(not_allowed(&endpoint));
    }
    Ok(call.with_object())
}

/// The path in the tool's form, refused in its words.
fn path(given: &str) -> Result<String, Failure> {
    let lower = given.trim_start().get(..8).unwrap_or(given.trim_start()).to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Err(Failure::invalid("Endpoint must be a path relative to /api, not a full URL.")
            .hint("for example /users/NAME/overview"));
    }
    let given = given.trim();
    if given.is_empty() {
        return Err(Failure::invalid("Endpoint must be a non-empty string."));
    }
    if given.contains("..") {
        return Err(Failure::invalid(
            "Path traversal sequences (..) are not allowed in endpoints.",
        ));
    }
    Ok(if given.starts_with('/') { given.to_owned() } else { format!("/{given}") })
}

fn not_allowed(endpoint: &str) -> Failure {
    Failure::invalid(format!("Endpoint '{}' is not in the allowed list.", excerpt(endpoint, 80)))
}

/// The operation of a path and the fields that the path gives.
fn find(method: &Method, endpoint: &str) -> Result<(&'static Entry, Arguments), Failure> {
    // A query, a fragment, a backslash or an escape would mean something else to whoever reads
    // the address next.
    let odd = |c: char| matches!(c, '?' | '#' | '\\' | '%') || c.is_control() || c.is_whitespace();
    if endpoint.len() > LONGEST || endpoint.contains(odd) {
        return Err(not_allowed(endpoint).hint(if endpoint.contains('?') {
            "give the query as `params`"
        } else {
            "names have letters, digits, `-`, `_` and `.`"
        }));
    }
    let first = endpoint.split('/').nth(1).unwrap_or_default();
    let known =
        ["whoami-v2", "users", "organizations", "models", "datasets", "spaces", "collections"];
    if !known.contains(&first) {
        let hint = if first == "api" {
            "leave out /api"
        } else {
            "begin with /users, /organizations, /models, /datasets, /spaces, /collections or /whoami-v2"
        };
        return Err(not_allowed(endpoint).hint(hint).meant(first, known));
    }
    let mut escaped = "/api".to_owned();
    for segment in endpoint.split('/').skip(1) {
        escaped.push('/');
        escaped.extend(utf8_percent_encode(segment, ESCAPED));
    }
    let last = escaped.rsplit('/').next().unwrap_or_default();
    let matching: Vec<&Entry> = allowed()
        .filter(|entry| ends_with(entry, last))
        .filter(|entry| entry.operation.matches(&escaped) && is_of_the_list(entry, last))
        .collect();
    let best = matching
        .iter()
        .filter(|entry| entry.operation.method == *method)
        .max_by_key(|entry| entry.operation.specificity());
    let Some(entry) = best else {
        let failure = not_allowed(endpoint);
        return Err(match matching.first() {
            Some(other) => failure.hint(format!("it takes {} only", other.operation.method)),
            None => {
                failure.hint("for example /users/NAME/overview or /models/OWNER/NAME/discussions")
            }
        });
    };
    let fields = entry.operation.path_values(&escaped).ok_or_else(|| not_allowed(endpoint))?;
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    Ok((entry, fields.collect()))
}

/// Whether the operation's path may end in this segment: most are told apart by it alone.
fn ends_with(entry: &Entry, last: &str) -> bool {
    let end = entry.operation.path.rsplit('/').next().unwrap_or_default();
    end.contains('{') || end == last
}

/// What the list allows is less than what the operation's path takes.
fn is_of_the_list(entry: &Entry, last: &str) -> bool {
    match entry.operation.name {
        "list_access_requests" => matches!(last, "pending" | "accepted" | "rejected"),
        "get_discussion_details" => last.bytes().all(|b| b.is_ascii_digit()),
        _ => true,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Query,
    Body,
}

/// Takes a parameter or a key of the body, if it is the operation's.
fn add(
    entry: &Entry,
    place: Place,
    name: &str,
    value: &Value,
    arguments: &mut Arguments,
) -> Result<(), Failure> {
    let operation = &entry.operation;
    let in_path = operation.path_fields();
    let in_query =
        |name: &str| operation.payload == Payload::Query || operation.query_fields.contains(&name);
    let fits =
        |field: &str| !in_path.contains(&field) && (place == Place::Query) == in_query(field);
    let known = entry.shape().fields.iter().map(|field| field.name.as_str()).filter(|f| fits(f));
    let name = name.strip_suffix("[]").unwrap_or(name);
    if !known.clone().any(|field| field == name) {
        let given = excerpt(name, 40);
        let what = if place == Place::Query { "parameter" } else { "key in json_body" };
        let known: Vec<&str> = known.collect();
        let takes = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::invalid(format!("this endpoint has no {what} `{given}`"))
            .hint(format!("allowed: {takes}"))
            .meant(&given, known));
    }
    if value.is_null() {
        return Ok(());
    }
    let value = match value.as_str() {
        Some("pr" | "prs") if operation.name == "get_repo_discussions" && name == "type" => {
            "pull_request".into()
        }
        _ => value.clone(),
    };
    arguments.insert(name.to_owned(), value);
    Ok(())
}

/// Under which key of its answer the items of a list stand.
pub(super) fn items_key(call: &dyn Call) -> Option<&'static str> {
    operations::find(call.operation().name).and_then(|entry| entry.items)
}
