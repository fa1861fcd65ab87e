//! SCIM: the operations of an identity provider, with a token of their own.

mod groups;
mod server;
mod users;

use http::StatusCode;
use hubfolk_api::scim::{ScimChange, ScimMeta, ScimPage, ScimTree as WireTree};
use serde::Serialize;
use serde_json::Value;

use super::resource_groups::needs_plan;
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::{Caller, organization};
use crate::world::{OrgIx, ScimTree, World};

/// Most that are on a page, and as many as come when nobody says how many.
const MOST: u64 = 1_000;

/// The organization of this name, for the token that is made for its SCIM.
fn place(
    world: &World,
    caller: &Caller<'_>,
    name: &str,
    tree: &WireTree,
) -> Result<(OrgIx, ScimTree), Refusal> {
    let tree = match tree {
        WireTree::Managed => ScimTree::Managed,
        WireTree::Basic => ScimTree::Basic,
        _ => return Err(Refusal::no_such_page()),
    };
    // The token of a person, even of an administrator, is none here.
    let own = caller.scim().ok_or_else(Refusal::bad_credentials)?;
    let org = organization(world, name)?;
    if org != own {
        return Err(Refusal::forbidden("This SCIM token is for another organization".to_owned()));
    }
    needs_plan(world.org(org))?;
    Ok((org, tree))
}

fn segment(tree: ScimTree) -> &'static str {
    match tree {
        ScimTree::Managed => "scim",
        ScimTree::Basic => "scim-provisioning",
    }
}

/// Where a user or group lives; the Hub says its own address, whoever asks.
fn meta(world: &World, org: OrgIx, tree: ScimTree, kind: &str, id: ObjectId) -> ScimMeta {
    let (org, tree) = (&world.org(org).name, segment(tree));
    let mut meta = ScimMeta::default();
    meta.resource_type = Some(kind.to_owned());
    meta.location =
        Some(format!("https://huggingface.co/api/organizations/{org}/{tree}/v2/{kind}s/{id}"));
    meta
}

fn id(text: &str, what: &str) -> Result<ObjectId, Refusal> {
    text.parse().map_err(|_| Refusal::not_found(what))
}

/// A page of what was found, by number.
fn page<T: Serialize>(
    found: Vec<T>,
    start_index: Option<u64>,
    count: Option<u64>,
) -> Result<Answer, Refusal> {
    let start = start_index.unwrap_or(1);
    if start < 1 {
        return Err(Refusal::invalid("Too small: expected number to be >=1", "startIndex"));
    }
    let count = count.unwrap_or(MOST);
    if count < 1 {
        return Err(Refusal::invalid("Too small: expected number to be >=1", "count"));
    }
    if count > MOST {
        return Err(Refusal::invalid("Too big: expected number to be <=1000", "count"));
    }
    let total = found.len() as u64;
    let skipped = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let items: Vec<T> = found.into_iter().skip(skipped).take(count as usize).collect();
    Ok(Answer::json(&ScimPage::new(items, start, total)))
}

/// `attribute eq "value"`, the one filter there is.
fn filter(text: Option<&str>) -> Result<Option<(String, String)>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let mut words = text.splitn(3, char::is_whitespace);
    match (words.next(), words.next(), words.next()) {
        (Some(attribute), Some("eq"), Some(value)) => {
            let value = value.trim().trim_matches('"').to_owned();
            Ok(Some((attribute.to_owned(), value)))
        }
        _ => Err(Refusal::invalid("Invalid filter", "filter")),
    }
}

/// Yes or no, which some identity providers send as a word.
fn truth(value: &Value) -> Result<bool, Refusal> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(Refusal::invalid("Invalid input: expected boolean", "active")),
    }
}

fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str, Refusal> {
    value.as_str().ok_or_else(|| Refusal::invalid("Invalid input: expected string", field))
}

/// The change that is meant; some identity providers write it with a capital.
fn operation(op: &ScimChange) -> ScimChange {
    op.as_str().to_ascii_lowercase().as_str().into()
}

fn conflict(message: &str) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, message)
}

/// Success without anything to say.
fn nothing() -> Answer {
    Answer::text("").status(StatusCode::NO_CONTENT)
}
