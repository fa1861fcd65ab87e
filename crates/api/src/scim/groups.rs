//! Groups as an identity provider sees them.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    GROUP_SCHEMA, PATCH_SCHEMA, ScimChange, ScimMeta, ScimPage, ScimTree, check_page, check_place,
    next_index,
};
use crate::{
    account::present,
    endpoint::{Answer, Endpoint, Operation, Paged},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListScimGroups>();
    visitor.call::<GetScimGroup>();
    visitor.call::<CreateScimGroup>();
    visitor.call::<UpdateScimGroup>();
    visitor.call::<ReplaceScimGroup>();
    visitor.call::<DeleteScimGroup>();
}

/// A group as an identity provider sees one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimGroup {
    /// What it calls itself.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Id that stays through renames.
    pub id: String,
    /// Name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Who is in it; absent when it was asked for without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<ScimMember>>,
    /// Id at the identity provider; `Some(None)` when there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Option<String>>,
    /// Where it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ScimGroup {
    /// A group of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            schemas: vec![GROUP_SCHEMA.to_owned()],
            id: id.into(),
            display_name: None,
            members: None,
            external_id: None,
            meta: None,
            extra: Map::new(),
        }
    }
}

/// A member of a group, by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ScimMember {
    /// Id of the user.
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-fA-F]{24}$"))]
    pub value: String,
}

impl From<&str> for ScimMember {
    fn from(value: &str) -> Self {
        Self { value: value.to_owned() }
    }
}

impl From<String> for ScimMember {
    fn from(value: String) -> Self {
        Self { value }
    }
}

fn check_members<'a>(members: impl IntoIterator<Item = &'a ScimMember>) -> Result<(), Invalid> {
    let hex = |id: &str| id.len() == 24 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    match members.into_iter().find(|member| !hex(&member.value)) {
        Some(odd) => Err(Invalid::new(
            "member",
            &odd.value,
            "is no SCIM user id, which has 24 hexadecimal digits; `hubfolk scim users list` shows \
             them",
        )),
        None => Ok(()),
    }
}

fn check_name(name: &str) -> Result<(), Invalid> {
    if name.trim().is_empty() {
        return Err(Invalid::new("group name", name, "is empty; for example `research`"));
    }
    Ok(())
}

/// What an answer can be asked for without.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScimExcluded {
    /// The members of a group.
    Members,
    /// An attribute added since.
    Other(String),
}

open_names!(ScimExcluded { "members" => Members });

/// List the groups that an identity provider has set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListScimGroups {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    #[builder(start_fn)]
    pub tree: ScimTree,
    /// Number of the first one, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub start_index: Option<u64>,
    /// How many a page, 1 to 1,000; the Hub takes 1,000 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000))]
    pub count: Option<u64>,
    /// Only one: `displayName eq "research"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Leave the members out, which is faster for large groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_attributes: Option<ScimExcluded>,
}

impl ListScimGroups {
    /// All groups of this tree.
    #[must_use]
    pub fn new(organization: impl Into<String>, tree: ScimTree) -> Self {
        Self::builder(organization, tree).build()
    }

    /// The group of this name.
    #[must_use]
    pub fn named(organization: impl Into<String>, tree: ScimTree, name: &str) -> Self {
        let filter = format!("displayName eq {}", json!(name));
        Self::builder(organization, tree).filter(filter).build()
    }
}

impl Endpoint for ListScimGroups {
    const OPERATION: Operation = Operation::get(
        "list_scim_groups",
        "/api/organizations/{organization}/{tree}/v2/Groups",
        "List the groups that an identity provider has set up",
    );
    type Response = ScimPage<ScimGroup>;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        check_page(self.start_index, self.count)
    }
}

impl Paged for ListScimGroups {
    type Item = ScimGroup;
    const ITEMS: Option<&'static str> = Some("Resources");

    fn next_page(&self, received: usize, envelope: &Map<String, Value>) -> Option<Self> {
        let start_index = next_index(self.start_index, received, envelope)?;
        Some(Self { start_index: Some(start_index), ..self.clone() })
    }
}

/// Get a group as the identity provider sees one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetScimGroup {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    #[builder(start_fn)]
    pub tree: ScimTree,
    /// Id of the group.
    #[builder(start_fn)]
    pub group_id: String,
    /// Leave the members out.
    #[serde(rename = "excludedAttributes", skip_serializing_if = "Option::is_none")]
    pub excluded_attributes: Option<ScimExcluded>,
}

impl GetScimGroup {
    /// This group with its members.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        tree: ScimTree,
        group_id: impl Into<String>,
    ) -> Self {
        Self::builder(organization, tree, group_id).build()
    }
}

impl Endpoint for GetScimGroup {
    const OPERATION: Operation = Operation::get(
        "get_scim_group",
        "/api/organizations/{organization}/{tree}/v2/Groups/{group_id}",
        "Get a group as the identity provider sees one",
    );
    type Response = ScimGroup;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM group id", &self.group_id)
    }
}

/// Make a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateScimGroup {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    #[builder(start_fn)]
    pub tree: ScimTree,
    /// Name of the group, which no other group of the organization has.
    #[builder(start_fn)]
    pub display_name: String,
    /// Who is in it.
    #[builder(default)]
    pub members: Vec<ScimMember>,
    /// Id at the identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl Endpoint for CreateScimGroup {
    const OPERATION: Operation = Operation::post(
        "create_scim_group",
        "/api/organizations/{organization}/{tree}/v2/Groups",
        "Make a group",
    );
    type Response = ScimGroup;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        check_name(&self.display_name)?;
        check_members(&self.members)
    }
}

/// One change of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ScimGroupChange {
    /// How: `add`, `remove` (members only) or `replace`.
    pub op: ScimChange,
    /// Which attribute: `members`, `displayName` or `externalId`; without one the value has
    /// attributes as its keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The value; members are a list of `{"value": id}`.
    #[serde(default)]
    pub value: Value,
}

impl ScimGroupChange {
    /// These people come in.
    #[must_use]
    pub fn add_members<M: Into<ScimMember>>(ids: impl IntoIterator<Item = M>) -> Self {
        Self::members(ScimChange::Add, ids)
    }

    /// These people go out.
    #[must_use]
    pub fn remove_members<M: Into<ScimMember>>(ids: impl IntoIterator<Item = M>) -> Self {
        Self::members(ScimChange::Remove, ids)
    }

    /// The group gets another name.
    #[must_use]
    pub fn rename(name: impl Into<String>) -> Self {
        let (op, path) = (ScimChange::Replace, Some("displayName".to_owned()));
        Self { op, path, value: Value::from(name.into()) }
    }

    /// This attribute changes in this way.
    #[must_use]
    pub fn of(op: ScimChange, path: impl Into<String>, value: Value) -> Self {
        Self { op, path: Some(path.into()), value }
    }

    fn members<M: Into<ScimMember>>(op: ScimChange, ids: impl IntoIterator<Item = M>) -> Self {
        let value = ids.into_iter().map(|id| json!({ "value": id.into().value })).collect();
        Self { op, path: Some("members".to_owned()), value: Value::Array(value) }
    }

    fn check(&self) -> Result<(), Invalid> {
        if let ScimChange::Other(other) = &self.op {
            return Err(Invalid::new("op", other, "is none of `add`, `remove` and `replace`"));
        }
        let path = self.path.as_deref().unwrap_or_default();
        if self.op == ScimChange::Remove && !path.starts_with("members") {
            return Err(Invalid::new("path", path, "cannot be removed; only `members` can"));
        }
        Ok(())
    }
}

fn patch_schemas() -> Vec<String> {
    vec![PATCH_SCHEMA.to_owned()]
}

fn group_schemas() -> Vec<String> {
    vec![GROUP_SCHEMA.to_owned()]
}

/// Change attributes of a group: add and remove members, rename it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct UpdateScimGroup {
    /// Name of the organization.
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    pub tree: ScimTree,
    /// Id of the group.
    pub group_id: String,
    /// What it calls itself; filled in.
    #[serde(default = "patch_schemas")]
    #[schemars(length(min = 1))]
    pub schemas: Vec<String>,
    /// The changes, in order.
    #[serde(rename = "Operations")]
    pub operations: Vec<ScimGroupChange>,
}

impl UpdateScimGroup {
    /// These changes of a group, in order.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        tree: ScimTree,
        group_id: impl Into<String>,
        operations: Vec<ScimGroupChange>,
    ) -> Self {
        let (organization, group_id) = (organization.into(), group_id.into());
        Self { organization, tree, group_id, schemas: patch_schemas(), operations }
    }
}

impl Endpoint for UpdateScimGroup {
    const OPERATION: Operation = Operation::patch(
        "update_scim_group",
        "/api/organizations/{organization}/{tree}/v2/Groups/{group_id}",
        "Change attributes of a group: add and remove members, rename it",
    );
    type Response = ScimGroup;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM group id", &self.group_id)?;
        if self.operations.is_empty() {
            return Err(Invalid::new("Operations", "[]", "is empty; give at least one change"));
        }
        self.operations.iter().try_for_each(ScimGroupChange::check)
    }
}

/// Set a group up anew, with exactly these members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ReplaceScimGroup {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    #[builder(start_fn)]
    pub tree: ScimTree,
    /// Id of the group.
    #[builder(start_fn)]
    pub group_id: String,
    /// Name of the group.
    #[serde(rename = "displayName")]
    #[builder(start_fn)]
    pub display_name: String,
    /// What it calls itself; filled in.
    #[serde(default = "group_schemas")]
    #[builder(skip = group_schemas())]
    #[schemars(length(min = 1))]
    pub schemas: Vec<String>,
    /// Who is in it from now on.
    #[builder(default)]
    pub members: Vec<ScimMember>,
    /// Id at the identity provider.
    #[serde(rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl Endpoint for ReplaceScimGroup {
    const OPERATION: Operation = Operation::put(
        "replace_scim_group",
        "/api/organizations/{organization}/{tree}/v2/Groups/{group_id}",
        "Set a group up anew, with exactly these members",
    );
    type Response = ScimGroup;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM group id", &self.group_id)?;
        check_name(&self.display_name)?;
        check_members(&self.members)
    }
}

/// Delete a group; its members stay in the organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DeleteScimGroup {
    /// Name of the organization.
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    pub tree: ScimTree,
    /// Id of the group.
    pub group_id: String,
}

impl DeleteScimGroup {
    /// This group.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        tree: ScimTree,
        group_id: impl Into<String>,
    ) -> Self {
        Self { organization: organization.into(), tree, group_id: group_id.into() }
    }
}

impl Endpoint for DeleteScimGroup {
    const OPERATION: Operation = Operation::delete(
        "delete_scim_group",
        "/api/organizations/{organization}/{tree}/v2/Groups/{group_id}",
        "Delete a group; its members stay in the organization",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM group id", &self.group_id)
    }
}
