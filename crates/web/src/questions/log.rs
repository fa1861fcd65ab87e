//! The log of what was changed by whom.

use hubfolk_license::views::time;
use hubfolk_store::LogEntry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::members::rows;
use crate::access::Role;
use crate::problem::Problem;
use crate::question::{Desk, Names, Question, cursor, place};

/// Who changed what in settings, accounts, approvals and quarantines, latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListLog {
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 500; 100 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LogItem {
    /// Its place in the log, from 1.
    pub seq: i64,
    /// When.
    pub at: String,
    /// Who, in words.
    pub who: String,
    /// What kind of change: `settings.changed`, `run.approved`, ...
    pub kind: String,
    /// The organization it is about.
    pub org: Option<String>,
    /// What was changed.
    pub target: String,
    /// How; the keys depend on the kind.
    pub detail: Value,
    /// Binds it to the one before: SHA-256, hexadecimal.
    pub hash: String,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LogItems {
    /// The changes, latest first.
    pub items: Vec<LogItem>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

impl Question for ListLog {
    const NAME: &'static str = "list_log";
    const PATH: &'static str = "/api/log";
    const SUMMARY: &'static str = "List who changed what in the service, latest first";
    const LEAST: Role = Role::Admin;
    type Answer = LogItems;

    fn ask(self, desk: &mut Desk<'_>) -> Result<LogItems, Problem> {
        desk.caller().needs_everywhere(Role::Admin)?;
        let limit = rows(self.limit, 100)?;
        let before = self.cursor.as_deref().map(place::<i64>).transpose()?.unwrap_or(i64::MAX);
        let asked = i64::try_from(limit + 1).expect("a small number");
        let mut entries = desk.store().log_entries(before, asked)?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let names = desk.names()?;
        Ok(LogItems {
            next: entries.last().filter(|_| more).map(|entry| cursor(&entry.seq)),
            items: entries.into_iter().map(|entry| item(entry, &names)).collect(),
        })
    }

    fn next(answer: &LogItems) -> Option<&str> {
        answer.next.as_deref()
    }
}

fn item(entry: LogEntry, names: &Names) -> LogItem {
    LogItem {
        seq: entry.seq,
        at: time(entry.at),
        who: entry.who,
        kind: entry.kind,
        org: entry.org_id.map(|id| names.name(id)),
        target: entry.target,
        detail: serde_json::from_str(&entry.detail).unwrap_or(Value::String(entry.detail)),
        hash: entry.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
