//! What an organization keeps about itself: audit log and network rules.

use hubfolk_api::organizations::{ContentRule, EnforceAuth};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{ChangeError, OrgIx, World, last4};
use crate::id::{IdKind, ObjectId};

#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    pub(crate) id: ObjectId,
    pub(crate) created_at: Timestamp,
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) author: Map<String, Value>,
    /// Optional keys as they stand: `data`, `ip`, `location`, `userAgent`, `token`, `oauth`.
    pub(crate) more: Map<String, Value>,
}

/// What an organization's audit log shall remember.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditNote {
    /// When it happened.
    pub at: Timestamp,
    /// The Hub's word: `org.add_user`, `org.remove_user`, ...
    pub kind: String,
    /// Username of who did it; `None` is the Hub itself.
    pub author: Option<String>,
    /// What a person reads.
    pub message: String,
    /// Details for programs.
    pub data: Value,
}

impl AuditNote {
    /// A note without details by nobody in particular.
    pub fn new(at: Timestamp, kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at, kind: kind.into(), author: None, message: message.into(), data: Value::Null }
    }

    /// Done by this user.
    #[must_use]
    pub fn by(mut self, author: &str) -> Self {
        self.author = Some(author.to_owned());
        self
    }

    /// With details for programs.
    #[must_use]
    pub fn data(mut self, data: Value) -> Self {
        self.data = data;
        self
    }
}

impl World {
    /// Adds an entry to an organization's audit log.
    ///
    /// # Errors
    ///
    /// When there is no such organization, or no such author.
    pub fn audit(&mut self, org: &str, note: AuditNote) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        let author = match &note.author {
            Some(name) => {
                let user = self.user(self.user_named(name)?);
                serde_json::json!({
                    "_id": user.id, "user": user.name, "avatarUrl": user.avatar_url, "type": "user",
                })
            }
            None => serde_json::json!({ "type": "system" }),
        };
        let Value::Object(author) = author else { unreachable!("both are objects") };
        let id = self.next_id(IdKind::AuditEntry);
        let mut more = Map::new();
        if !note.data.is_null() {
            more.insert("data".to_owned(), note.data);
        }
        self.org_mut(org).audit_log.push(AuditEntry {
            id,
            created_at: note.at,
            kind: note.kind,
            message: note.message,
            author,
            more,
        });
        Ok(id)
    }

    /// Serves operations of which nobody knows whether the Hub still has them, or refuses them as
    /// unknown, which is how a world begins.
    pub fn serve_experimental(&mut self, serve: bool) {
        self.experimental = serve;
    }

    pub(crate) fn serves_experimental(&self) -> bool {
        self.experimental
    }

    /// Writes down what a caller did in an organization, with the token it was done with.
    pub(crate) fn record(&mut self, org: OrgIx, deed: &Deed<'_>) {
        let Some((text, token)) = deed.token.and_then(|text| Some((text, self.token(text)?)))
        else {
            return;
        };
        let user = self.user(token.user);
        let author = object(json!({
            "_id": user.id, "user": user.name, "avatarUrl": user.avatar_url, "type": "user",
        }));
        let mut more = object(json!({
            "data": deed.data,
            "ip": deed.ip,
            "token": {
                "type": "access_token", "id": token.id, "role": token.role,
                "last4": last4(text), "deleted": false,
            },
        }));
        if let Some(agent) = deed.agent {
            more.insert("userAgent".to_owned(), agent.into());
        }
        let message = format!("{} {}", user.name, deed.message);
        let id = self.next_id(IdKind::AuditEntry);
        let kind = deed.kind.to_owned();
        let entry = AuditEntry { id, created_at: deed.at, kind, message, author, more };
        self.org_mut(org).audit_log.push(entry);
    }

    /// The log goes on naming a token that is gone, and says that it is.
    pub(super) fn note_token_deleted(&mut self, id: ObjectId) {
        let id = id.to_string();
        for entry in self.orgs.iter_mut().flat_map(|org| &mut org.audit_log) {
            if let Some(token) = entry.more.get_mut("token")
                && token["id"] == *id
            {
                token["deleted"] = true.into();
            }
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// Something that a caller did.
#[derive(Debug)]
pub(crate) struct Deed<'a> {
    pub(crate) at: Timestamp,
    pub(crate) kind: &'a str,
    /// As it goes on behind the name of who did it.
    pub(crate) message: String,
    pub(crate) data: Value,
    pub(crate) token: Option<&'a str>,
    pub(crate) ip: &'a str,
    pub(crate) agent: Option<&'a str>,
}

/// Who reaches an organization from where: kept and shown, not enforced.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Network {
    pub(crate) enforce_auth: EnforceAuth,
    pub(crate) enforce_ip_restriction: bool,
    pub(crate) high_rate_limits: bool,
    pub(crate) ip_ranges: Vec<String>,
    pub(crate) blocked_contents: Vec<ContentRule>,
    pub(crate) allowed_contents: Vec<ContentRule>,
    pub(crate) keep_repos_metadata_visible: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            enforce_auth: EnforceAuth::No,
            enforce_ip_restriction: false,
            high_rate_limits: false,
            ip_ranges: Vec::new(),
            blocked_contents: Vec::new(),
            allowed_contents: Vec::new(),
            keep_repos_metadata_visible: false,
        }
    }
}
