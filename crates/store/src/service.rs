//! What the always-on service keeps: accounts, sessions, tokens of its own, settings, its log.
//!
//! Secrets come here hashed or not at all.

mod accounts;
mod log;
mod sessions;
mod settings;
mod tokens;
mod turns;
mod views;

use serde::{Deserialize, Serialize};

pub use accounts::{Account, AccountKind, NewAccount};
pub use log::{LogChecked, LogEntry};
pub use sessions::{NewSession, Session};
pub use settings::{Credential, OrgSetting, Price};
pub use tokens::{ApiToken, NewApiToken};
pub use turns::Turn;
pub use views::SavedView;

use crate::{Error, Result};

/// A role that holds for one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgGrant {
    /// Row id of the organization.
    pub org: i64,
    /// The role, in the service's words.
    pub role: String,
}

/// A list as it is stored.
fn to_json<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).expect("plain texts and numbers")
}

fn from_json<T: for<'a> Deserialize<'a>>(text: &str, what: &'static str) -> Result<Vec<T>> {
    serde_json::from_str(text).map_err(|_| Error::Unreadable { what, value: text.to_owned() })
}
