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
use crate::paging;
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
        if !ask.caller.administers(ask.world, org, &["org.read", "org.write"]) {
            return Err(Refusal::read_only());
        }
        needs_plan(org)?;
        let search = paging::value(ask.query, "q").map(|text| text.to_lowercase());
        let mut found: Vec<&AuditEntry> = org
            .audit_log
            .iter()
            .filter(|entry| search.as_deref().is_none_or(|text| mentions(entry, text)))
            .collect();
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

fn mentions(entry: &AuditEntry, text: &str) -> bool {
    let author = entry.author.get("user").and_then(Value::as_str).unwrap_or_default();
    [&entry.kind, &entry.message, author].iter().any(|part| part.to_lowercase().contains(text))
}
