//! The audit log of an organization.

use http::header::{CONTENT_DISPOSITION, HeaderValue};
use hubfolk_api::audit_log::ExportAuditLog;
use serde::Serialize;
use serde_json::{Map, Value};

use super::resource_groups::needs_plan;
use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::visibility::organization;
use crate::world::AuditEntry;

/// The export holds no more than the newest of these.
const NEWEST: usize = 100_000;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    created_at: String,
    #[serde(rename = "type")]
    kind: &'a str,
    message: &'a str,
    author: &'a Map<String, Value>,
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

impl Show<ExportAuditLog> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ExportAuditLog) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        ask.caller.may_inspect(ask.world, org, &["org.read", "org.write"])?;
        needs_plan(org)?;
        let search = Search::read(request.q.as_deref().unwrap_or_default());
        let mut found: Vec<&AuditEntry> =
            org.audit_log.iter().filter(|entry| search.finds(entry)).collect();
        // Newest first; of one instant, the one that was written last.
        found.reverse();
        found.sort_by_key(|entry| std::cmp::Reverse(entry.created_at));
        let entries = found.iter().take(NEWEST).map(|entry| Entry {
            id: entry.id,
            created_at: wire_date(entry.created_at),
            kind: &entry.kind,
            message: &entry.message,
            author: &entry.author,
            more: &entry.more,
        });
        let name = format!("attachment; filename=\"{}-audit-log.json\"", org.name);
        let disposition =
            HeaderValue::from_str(&name).expect("account names are letters, digits and dashes");
        Ok(Answer::json(&entries.collect::<Vec<_>>()).header(CONTENT_DISPOSITION, disposition))
    }
}

/// What is looked for: `author:`, `type:` and `ip:` with a value, and words.
#[derive(Debug, Default)]
struct Search {
    authors: Vec<String>,
    kinds: Vec<String>,
    addresses: Vec<String>,
    text: String,
}

impl Search {
    fn read(query: &str) -> Self {
        let mut search = Self::default();
        let mut words = Vec::new();
        for word in query.to_lowercase().split_whitespace() {
            match word.split_once(':') {
                Some(("author", name)) => search.authors.push(name.to_owned()),
                Some(("type", kind)) => search.kinds.push(kind.to_owned()),
                Some(("ip", address)) => search.addresses.push(address.to_owned()),
                _ => words.push(word.to_owned()),
            }
        }
        search.text = words.join(" ");
        search
    }

    fn finds(&self, entry: &AuditEntry) -> bool {
        let author = entry.author.get("user").and_then(Value::as_str).unwrap_or_default();
        let address = entry.more.get("ip").and_then(Value::as_str).unwrap_or_default();
        let is = |wanted: &[String], own: &str| {
            wanted.is_empty() || wanted.iter().any(|one| one.eq_ignore_ascii_case(own))
        };
        is(&self.authors, author)
            && is(&self.kinds, &entry.kind)
            && is(&self.addresses, address)
            && [&entry.kind, &entry.message, author]
                .iter()
                .any(|part| part.to_lowercase().contains(&self.text))
    }
}
