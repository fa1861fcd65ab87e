//! What an organization keeps about itself: audit log and service accounts.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{ChangeError, World};
use crate::id::{IdKind, ObjectId};

#[derive(Debug)]
pub(crate) struct ServiceAccount {
    pub(crate) id: ObjectId,
    pub(crate) user: Box<str>,
    pub(crate) fullname: Box<str>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

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

    /// Adds a service account, which takes no seat.
    ///
    /// # Errors
    ///
    /// When there is no such organization.
    pub fn add_service_account(
        &mut self,
        org: &str,
        user: &str,
        fullname: &str,
        created_at: Timestamp,
    ) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        let id = self.next_id(IdKind::ServiceAccount);
        self.org_mut(org).service_accounts.push(ServiceAccount {
            id,
            user: user.into(),
            fullname: fullname.into(),
            description: None,
            created_at,
        });
        Ok(id)
    }
}
