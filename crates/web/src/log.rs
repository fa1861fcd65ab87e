//! Writing down who changed what: in settings, accounts, approvals and quarantines.

use hubfolk_store::{LogEntry, Store};
use jiff::Timestamp;
use serde_json::Value;

use crate::access::Caller;
use crate::problem::Problem;

/// A change to be written down.
#[derive(Debug)]
pub(crate) struct Deed {
    pub(crate) who: String,
    pub(crate) at: Timestamp,
    pub(crate) kind: &'static str,
    pub(crate) org_id: Option<i64>,
    pub(crate) target: String,
    pub(crate) detail: Value,
}

impl Deed {
    /// What a caller does now.
    pub(crate) fn of(caller: &Caller, at: Timestamp, kind: &'static str) -> Self {
        Self::by(caller.who.clone(), at, kind)
    }

    /// What somebody does who has no session.
    pub(crate) fn by(who: String, at: Timestamp, kind: &'static str) -> Self {
        Self { who, at, kind, org_id: None, target: String::new(), detail: Value::Null }
    }

    pub(crate) fn on(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    pub(crate) fn org(mut self, org_id: i64) -> Self {
        self.org_id = Some(org_id);
        self
    }

    /// How it was changed; never a secret.
    pub(crate) fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// Writes it down.
    pub(crate) fn write(self, store: &mut Store) -> Result<(), Problem> {
        store.log(LogEntry {
            seq: 0,
            at: self.at.as_microsecond(),
            who: self.who,
            kind: self.kind.to_owned(),
            org_id: self.org_id,
            target: self.target,
            detail: self.detail.to_string(),
            hash: Vec::new(),
        })?;
        Ok(())
    }
}
