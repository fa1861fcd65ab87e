//! Service accounts: accounts of an organization that are no person and take no seat.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
};

pub use self::tokens::{
    CreateServiceAccountToken, CreatedServiceAccountToken, DeleteServiceAccountToken,
    RotateServiceAccountToken, ServiceAccountToken, TokenPermission, UpdateServiceAccountToken,
};

mod tokens;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListServiceAccounts>();
    visitor.call::<GetServiceAccount>();
    visitor.call::<CreateServiceAccount>();
    visitor.call::<DeleteServiceAccount>();
    tokens::visit(visitor);
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
    /// Name to show, in the answer to its making.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// Name to show, in lists and on its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address that the Hub made for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// What is known of its tokens, never the tokens themselves; only when one account is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_tokens: Option<Vec<ServiceAccountToken>>,
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
            name: None,
            email: None,
            description: None,
            created_at: None,
            access_tokens: None,
            extra: Map::new(),
        }
    }

    /// The name to show, wherever the Hub put it.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().or(self.fullname.as_deref()).unwrap_or(&self.username)
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

/// Checks what names an account.
fn named(organization: &str, account: &str) -> Result<(), Invalid> {
    id::organization_name(organization)?;
    id::object_id("service account id", account)
}

/// Get a service account with what is known of its tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetServiceAccount {
    /// Name of the organization.
    pub organization: String,
    /// Id of the account.
    pub service_account_id: String,
}

impl GetServiceAccount {
    /// This account of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>, id: impl Into<String>) -> Self {
        Self { organization: organization.into(), service_account_id: id.into() }
    }
}

impl Endpoint for GetServiceAccount {
    const OPERATION: Operation = Operation::get(
        "get_service_account",
        "/api/organizations/{organization}/service-accounts/{serviceAccountId}",
        "Get a service account with what is known of its tokens",
    );
    type Response = ServiceAccount;

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.service_account_id)
    }
}

/// Make a service account, which takes no seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateServiceAccount {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Name to show, 1 to 50 characters.
    #[builder(start_fn)]
    #[schemars(length(min = 1, max = 50))]
    pub name: String,
    /// What it is for, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<String>,
}

impl CreateServiceAccount {
    /// An account of this name.
    #[must_use]
    pub fn new(organization: impl Into<String>, name: impl Into<String>) -> Self {
        Self::builder(organization, name).build()
    }
}

impl Endpoint for CreateServiceAccount {
    const OPERATION: Operation = Operation::post(
        "create_service_account",
        "/api/organizations/{organization}/service-accounts",
        "Make a service account, which takes no seat",
    );
    type Response = ServiceAccount;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        id::length("name of the service account", &self.name, 1, 50, "`nightly builds`")?;
        self.description.as_deref().map_or(Ok(()), |text| {
            id::length("description", text, 0, 500, "`uploads the nightly build`")
        })
    }
}

/// Delete a service account with all its tokens, which stop working.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteServiceAccount {
    /// Name of the organization.
    pub organization: String,
    /// Id of the account.
    pub service_account_id: String,
}

impl DeleteServiceAccount {
    /// No more account of this id.
    #[must_use]
    pub fn new(organization: impl Into<String>, id: impl Into<String>) -> Self {
        Self { organization: organization.into(), service_account_id: id.into() }
    }
}

impl Endpoint for DeleteServiceAccount {
    const OPERATION: Operation = Operation::delete(
        "delete_service_account",
        "/api/organizations/{organization}/service-accounts/{serviceAccountId}",
        "Delete a service account with all its tokens, which stop working",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        named(&self.organization, &self.service_account_id)
    }
}
