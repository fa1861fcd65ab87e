//! The audit log of an organization.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
    whoami::TokenRole,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ExportAuditLog>();
}

/// Something that happened in an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditEntry {
    /// Object id.
    #[serde(rename = "_id")]
    pub id: String,
    /// When it happened, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// What happened, such as `org.remove_user`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The same as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Details, by type of event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Address of the network it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Program it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Where on earth that address is, as far as one can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<AuditLocation>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<AuditAuthor>,
    /// The access token it was done with; absent for what was done in a browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<AuditToken>,
    /// The application it was done with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth: Option<AuditApplication>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl AuditEntry {
    /// An event of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            created_at: None,
            event: None,
            message: None,
            data: None,
            ip: None,
            user_agent: None,
            location: None,
            author: None,
            token: None,
            oauth: None,
            extra: Map::new(),
        }
    }
}

/// Who did something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditAuthor {
    /// Id that stays through renames.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user", skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Address of the picture, absolute or relative to the Hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// `user`, or `system` for what the Hub did by itself.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub author_type: Option<String>,
    /// Whether the account is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Where on earth something came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditLocation {
    /// City and country as one text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The access token something was done with; never the token itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditToken {
    /// Kind of token; `access_token` today.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Id of the token, by which it can be revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it may do as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<TokenRole>,
    /// Its last four characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
    /// Whether it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The application something was done with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditApplication {
    /// Id of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Name of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Export the newest 100,000 events of an organization.
///
/// The Hub answers with one document; it has no pages and cannot go on from where it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ExportAuditLog {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Only events that match: a text, or `author:NAME`, `type:repo.create`, `ip:ADDRESS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

impl ExportAuditLog {
    /// All events of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self::builder(organization).build()
    }
}

impl Endpoint for ExportAuditLog {
    const OPERATION: Operation = Operation::get(
        "export_audit_log",
        "/api/organizations/{organization}/audit-log/export",
        "Export the newest 100,000 events of an organization",
    )
    .large();
    type Response = Vec<AuditEntry>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

impl Paged for ExportAuditLog {
    type Item = AuditEntry;
}
