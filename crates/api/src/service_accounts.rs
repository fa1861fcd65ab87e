//! Service accounts: accounts of an organization that are no person and take no seat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListServiceAccounts>();
}

/// An account of an organization that is no person and takes no seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceAccount {
    /// Object id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Name of the account (`user` on the wire).
    #[serde(rename = "user")]
    pub username: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ServiceAccount {
    /// An account of which only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            username: username.into(),
            fullname: None,
            description: None,
            created_at: None,
            extra: Map::new(),
        }
    }
}

/// List the service accounts of an organization.
///
/// The Hub answers with all of them at once; should it ever page them, every page is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListServiceAccounts {
    /// Name of the organization.
    pub organization: String,
}

impl ListServiceAccounts {
    /// The service accounts of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self { organization: organization.into() }
    }
}

impl Endpoint for ListServiceAccounts {
    const OPERATION: Operation = Operation::get(
        "list_service_accounts",
        "/api/organizations/{organization}/service-accounts",
        "List the service accounts of an organization",
    );
    type Response = Vec<ServiceAccount>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)
    }
}

impl Paged for ListServiceAccounts {
    type Item = ServiceAccount;
}
