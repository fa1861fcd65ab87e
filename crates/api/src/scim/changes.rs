//! One attribute of a user at a time, as an identity provider changes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PATCH_SCHEMA, ScimTree, check_place, users::ScimUser};
use crate::{
    endpoint::{Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
};

fn patch_schemas() -> Vec<String> {
    vec![PATCH_SCHEMA.to_owned()]
}

/// How an attribute changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScimChange {
    /// Give it a value, or one more.
    Add,
    /// Take it away.
    Remove,
    /// Give it this value instead.
    Replace,
    /// A word added since.
    Other(String),
}

open_names!(ScimChange { "add" => Add, "remove" => Remove, "replace" => Replace });

/// An attribute of a user that can be changed on its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScimAttribute {
    /// Whether the person is let in.
    Active,
    /// Id at the identity provider.
    ExternalId,
    /// Name of the account.
    UserName,
    /// The address.
    WorkEmail,
    /// First name.
    GivenName,
    /// Last name.
    FamilyName,
    /// An attribute added since.
    Other(String),
}

open_names!(ScimAttribute {
    "active" => Active,
    "externalId" => ExternalId,
    "userName" => UserName,
    "emails[type eq \"work\"].value" => WorkEmail,
    "name.givenName" => GivenName,
    "name.familyName" => FamilyName,
});

/// One change of a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ScimUserChange {
    /// How.
    pub op: ScimChange,
    /// Which attribute; without one the value has attributes as its keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<ScimAttribute>,
    /// The value.
    pub value: Value,
}

impl ScimUserChange {
    /// This attribute gets this value.
    #[must_use]
    pub fn replace(path: ScimAttribute, value: impl Into<Value>) -> Self {
        Self { op: ScimChange::Replace, path: Some(path), value: value.into() }
    }

    /// Whether the person is let in.
    #[must_use]
    pub fn active(active: bool) -> Self {
        Self::replace(ScimAttribute::Active, active)
    }

    /// The id at the identity provider is forgotten; the one attribute that can be removed.
    #[must_use]
    pub fn remove_external_id() -> Self {
        Self { op: ScimChange::Remove, path: Some(ScimAttribute::ExternalId), value: Value::Null }
    }
}

/// Change attributes of a user; `active` set to false takes all access away.
///
/// In the basic tree only `active` can be changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct UpdateScimUser {
    /// Name of the organization.
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    pub tree: ScimTree,
    /// Id of the user.
    pub user_id: String,
    /// What it calls itself; filled in.
    #[serde(default = "patch_schemas")]
    #[schemars(length(min = 1))]
    pub schemas: Vec<String>,
    /// The changes, in order.
    #[serde(rename = "Operations")]
    pub operations: Vec<ScimUserChange>,
}

impl UpdateScimUser {
    /// These changes of a user, in order.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        tree: ScimTree,
        user_id: impl Into<String>,
        operations: Vec<ScimUserChange>,
    ) -> Self {
        let (organization, user_id) = (organization.into(), user_id.into());
        Self { organization, tree, user_id, schemas: patch_schemas(), operations }
    }
}

impl Endpoint for UpdateScimUser {
    const OPERATION: Operation = Operation::patch(
        "update_scim_user",
        "/api/organizations/{organization}/{tree}/v2/Users/{user_id}",
        "Change attributes of a user; `active` set to false takes all access away",
    );
    type Response = ScimUser;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM user id", &self.user_id)?;
        if self.operations.is_empty() {
            return Err(Invalid::new("Operations", "[]", "is empty; give at least one change"));
        }
        self.operations.iter().try_for_each(|change| self.check(change))
    }
}

impl UpdateScimUser {
    fn check(&self, change: &ScimUserChange) -> Result<(), Invalid> {
        if let ScimChange::Other(other) = &change.op {
            return Err(Invalid::new("op", other, "is none of `add`, `remove` and `replace`"));
        }
        if let Some(ScimAttribute::Other(other)) = &change.path {
            let rule = "is no attribute that can be changed; for example `active`";
            return Err(Invalid::new("path", other, rule));
        }
        let path = change.path.as_ref();
        if change.op == ScimChange::Remove && path != Some(&ScimAttribute::ExternalId) {
            let named = path.map_or("", ScimAttribute::as_str);
            return Err(Invalid::new("path", named, "cannot be removed; only `externalId` can"));
        }
        let other = path.is_some_and(|path| *path != ScimAttribute::Active);
        if self.tree == ScimTree::Basic && other {
            let named = path.map_or("", ScimAttribute::as_str);
            let rule = "cannot be changed in the basic tree, where people own their accounts; \
                        only `active` can";
            return Err(Invalid::new("path", named, rule));
        }
        Ok(())
    }
}
