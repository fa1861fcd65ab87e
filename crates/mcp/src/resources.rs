//! What can be read by address: users, organizations, discussions.
//!
//! An address stands for a call of a tool, so that reading it goes the way of every call: the same
//! choice of tools, the same cleaning, labels and budget.

use rmcp::model::ResourceTemplate;
use serde_json::{Map, Value, json};

use crate::failure::{Code, Failure};
use crate::repair::excerpt;

/// What the addresses begin with.
const SCHEME: &str = "hub://";

/// The variable of a template, and what it completes from.
pub(crate) const USER: &str = "hub://user/{name}";
pub(crate) const ORGANIZATION: &str = "hub://org/{name}";
pub(crate) const DISCUSSION: &str = "hub://{type}/{id}/discussions/{n}";

/// Types of repositories that have discussions.
pub(crate) const REPO_TYPES: [&str; 4] = ["model", "dataset", "space", "kernel"];

/// The kinds of addresses.
#[must_use]
pub fn templates() -> Vec<ResourceTemplate> {
    [
        (USER, "user", "User", "Profile of a user: name, bio, counts, organizations"),
        (
            ORGANIZATION,
            "organization",
            "Organization",
            "Profile of an organization: name, plan, counts",
        ),
        (
            DISCUSSION,
            "discussion",
            "Discussion",
            "A discussion or pull request with its comments, each line of strangers marked",
        ),
    ]
    .into_iter()
    .map(|(template, name, title, about)| {
        ResourceTemplate::new(template, name)
            .with_title(title)
            .with_description(about)
            .with_mime_type("text/plain")
    })
    .collect()
}

/// The call that an address stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The tool.
    pub tool: &'static str,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

/// Reads an address.
///
/// ```
/// let reading = hubfolk_mcp::resources::parse("hub://dataset/acme/d/discussions/7").unwrap();
/// assert_eq!(reading.tool, "get_discussion");
/// assert_eq!(reading.arguments["repo"], "datasets/acme/d");
/// ```
///
/// # Errors
///
/// What is no address of [`templates`].
pub fn parse(uri: &str) -> Result<Reading, Failure> {
    let wrong = || {
        Failure::new(Code::NotFound, format!("there is no resource `{}`", excerpt(uri, 80)))
            .hint(format!("addresses are {USER}, {ORGANIZATION}, {DISCUSSION}"))
    };
    let parts: Vec<String> = uri
        .strip_prefix(SCHEME)
        .ok_or_else(wrong)?
        .split('/')
        .map(|part| percent_encoding::percent_decode_str(part).decode_utf8().map(String::from))
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    let is_name = |part: &str| {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part.chars().all(fine) && !part.chars().all(|c| c == '.')
    };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (tool, arguments) = match parts.as_slice() {
        ["user" | "org", name] if is_name(name) => ("get_profile", json!({ "name": name })),
        [kind, id @ .., "discussions", number]
            if REPO_TYPES.contains(kind)
                && matches!(id.len(), 1 | 2)
                && id.iter().all(|part| is_name(part)) =>
        {
            let number: u64 = number.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
            let id = id.join("/");
            let repo = if *kind == "model" { id } else { format!("{kind}s/{id}") };
            ("get_discussion", json!({ "repo": repo, "number": number }))
        }
        _ => return Err(wrong()),
    };
    let Value::Object(arguments) = arguments else { return Err(wrong()) };
    Ok(Reading { tool, arguments })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn each_template_is_read_and_stands_for_a_tool_that_reads() {
        for uri in [
            "hub://user/ada",
            "hub://org/acme",
            "hub://model/gpt2/discussions/1",
            "hub://space/acme/s.1_x/discussions/12",
        ] {
            let reading = parse(uri).unwrap();
            let tool = crate::tools::table::find(reading.tool).unwrap();
            assert!(tool.effect.is_read());
            tool.accept(reading.arguments).unwrap();
        }
        assert_eq!(templates().len(), 3);
    }

    #[test]
    fn an_address_that_is_none_leads_nowhere() {
        for uri in [
            "",
            "hub://",
            "http://user/ada",
            "hub://user/",
            "hub://user/ada/x",
            "hub://user/..",
            "hub://user/a%2fb",
            "hub://user/%ff",
            "hub://model/../discussions/1",
            "hub://model/a/b/c/discussions/1",
            "hub://model/a/discussions/0",
            "hub://model/a/discussions/x",
            "hub://paper/a/discussions/1",
            "hub://model/a?x=1/discussions/1",
        ] {
            assert_eq!(parse(uri).unwrap_err().code, Code::NotFound, "{uri}");
        }
    }
}
