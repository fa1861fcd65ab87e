//! Users as an identity provider sees them.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{ScimMeta, ScimPage, ScimTree, USER_SCHEMA, check_page, check_place, next_index};
use crate::{
    account::present,
    endpoint::{Answer, Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListScimUsers>();
    visitor.call::<GetScimUser>();
    visitor.call::<CreateScimUser>();
    visitor.call::<super::UpdateScimUser>();
    visitor.call::<ReplaceScimUser>();
    visitor.call::<RemoveScimUser>();
}

/// A user as an identity provider sees one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimUser {
    /// What it calls itself.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Id that stays through renames.
    pub id: String,
    /// Id at the identity provider; `Some(None)` when there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Option<String>>,
    /// Name of the account.
    pub user_name: String,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Names of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ScimName>,
    /// Addresses.
    #[serde(default)]
    pub emails: Vec<ScimEmail>,
    /// Whether the person is let in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Where it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<ScimMeta>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ScimUser {
    /// A user of whom only the identity is known.
    #[must_use]
    pub fn new(id: impl Into<String>, user_name: impl Into<String>) -> Self {
        Self {
            schemas: vec![USER_SCHEMA.to_owned()],
            id: id.into(),
            external_id: None,
            user_name: user_name.into(),
            display_name: None,
            name: None,
            emails: Vec::new(),
            active: None,
            meta: None,
            extra: Map::new(),
        }
    }
}

/// The names of a person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimName {
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An address of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimEmail {
    /// The address.
    pub value: String,
    /// Whether it is the main one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// `work`; the Hub makes every other kind that.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ScimEmail {
    /// The main address.
    #[must_use]
    pub fn primary(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            primary: Some(true),
            kind: Some("work".to_owned()),
            extra: Map::new(),
        }
    }
}

/// List the users that an identity provider has set up, active or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ListScimUsers {
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
    /// Only one: `userName eq "ada"`; also by `id`, `emails` and `externalId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

impl ListScimUsers {
    /// All users of this tree.
    #[must_use]
    pub fn new(organization: impl Into<String>, tree: ScimTree) -> Self {
        Self::builder(organization, tree).build()
    }

    /// The user of this name.
    #[must_use]
    pub fn named(organization: impl Into<String>, tree: ScimTree, user_name: &str) -> Self {
        let filter = format!("userName eq {}", json!(user_name));
        Self::builder(organization, tree).filter(filter).build()
    }
}

impl Endpoint for ListScimUsers {
    const OPERATION: Operation = Operation::get(
        "list_scim_users",
        "/api/organizations/{organization}/{tree}/v2/Users",
        "List the users that an identity provider has set up, active or not",
    );
    type Response = ScimPage<ScimUser>;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        check_page(self.start_index, self.count)?;
        self.filter.as_deref().map_or(Ok(()), check_filter)
    }
}

impl Paged for ListScimUsers {
    type Item = ScimUser;
    const ITEMS: Option<&'static str> = Some("Resources");

    fn next_page(&self, received: usize, envelope: &Map<String, Value>) -> Option<Self> {
        let start_index = next_index(self.start_index, received, envelope)?;
        Some(Self { start_index: Some(start_index), ..self.clone() })
    }
}

/// The Hub knows one operator and four attributes.
fn check_filter(filter: &str) -> Result<(), Invalid> {
    let mut words = filter.split_whitespace();
    let known = matches!(words.next(), Some("id" | "userName" | "emails" | "externalId"));
    if known && words.next() == Some("eq") && words.next().is_some() {
        return Ok(());
    }
    Err(Invalid::new(
        "filter",
        filter,
        "is not ATTRIBUTE eq \"VALUE\" with id, userName, emails or externalId; for example \
         userName eq \"ada\"",
    ))
}

/// Get a user as the identity provider sees one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetScimUser {
    /// Name of the organization.
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    pub tree: ScimTree,
    /// Id of the user.
    pub user_id: String,
}

impl GetScimUser {
    /// This user.
    #[must_use]
    pub fn new(
        organization: impl Into<String>,
        tree: ScimTree,
        user_id: impl Into<String>,
    ) -> Self {
        Self { organization: organization.into(), tree, user_id: user_id.into() }
    }
}

impl Endpoint for GetScimUser {
    const OPERATION: Operation = Operation::get(
        "get_scim_user",
        "/api/organizations/{organization}/{tree}/v2/Users/{user_id}",
        "Get a user as the identity provider sees one",
    );
    type Response = ScimUser;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM user id", &self.user_id)
    }
}

/// An address of a user to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ScimNewEmail {
    /// The address.
    #[schemars(email)]
    pub value: String,
}

/// The names of a user to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScimNewName {
    /// First name.
    #[schemars(length(min = 1))]
    pub given_name: String,
    /// Last name.
    #[schemars(length(min = 1))]
    pub family_name: String,
}

impl ScimNewName {
    /// First and last name.
    #[must_use]
    pub fn new(given_name: impl Into<String>, family_name: impl Into<String>) -> Self {
        Self { given_name: given_name.into(), family_name: family_name.into() }
    }

    fn check(&self) -> Result<(), Invalid> {
        for (field, value) in [("given name", &self.given_name), ("family name", &self.family_name)]
        {
            if value.is_empty() {
                return Err(Invalid::new(field, "", "is empty; for example `Ada`"));
            }
        }
        Ok(())
    }
}

/// Add a user: an account in the managed tree, an invitation in the basic one.
///
/// In the managed tree the Hub makes an account that belongs to the organization; in the basic one
/// the person must have an account already. A user who is there is only set active or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateScimUser {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    #[builder(start_fn)]
    pub tree: ScimTree,
    /// Name of the account, 2 to 42 letters, digits and single dashes.
    #[builder(start_fn)]
    #[schemars(length(min = 2, max = 42), regex(pattern = id::ACCOUNT_NAME))]
    pub user_name: String,
    /// The one address.
    #[builder(start_fn, into)]
    #[schemars(length(min = 1, max = 1))]
    pub emails: Vec<ScimNewEmail>,
    /// Id at the identity provider.
    #[builder(start_fn)]
    pub external_id: String,
    /// What it calls itself; filled in.
    #[serde(default = "user_schemas")]
    #[builder(skip = user_schemas())]
    #[schemars(length(min = 1))]
    pub schemas: Vec<String>,
    /// Names of the person; the managed tree needs them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ScimNewName>,
    /// Whether the person is let in; yes when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

fn user_schemas() -> Vec<String> {
    vec![USER_SCHEMA.to_owned()]
}

impl From<&str> for ScimNewEmail {
    fn from(value: &str) -> Self {
        Self { value: value.to_owned() }
    }
}

impl Endpoint for CreateScimUser {
    const OPERATION: Operation = Operation::post(
        "create_scim_user",
        "/api/organizations/{organization}/{tree}/v2/Users",
        "Add a user: an account in the managed tree, an invitation in the basic one",
    );
    type Response = ScimUser;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        check_user(&self.user_name, &self.emails)?;
        match &self.name {
            Some(name) => name.check(),
            None if self.tree == ScimTree::Managed => Err(Invalid::new(
                "name",
                "",
                "is missing; the managed tree needs a given and a family name",
            )),
            None => Ok(()),
        }
    }
}

/// What the Hub surely refuses about the name and the addresses of a user.
fn check_user(user_name: &str, emails: &[ScimNewEmail]) -> Result<(), Invalid> {
    let invalid = |rule: &str| Err(Invalid::new("user name", user_name, rule));
    if !(2..=42).contains(&user_name.len()) {
        return invalid("does not have 2 to 42 characters; for example `ada-lovelace`");
    }
    if user_name.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
        return invalid("has more than letters, digits and dashes; for example `ada-lovelace`");
    }
    if user_name.starts_with('-') || user_name.ends_with('-') || user_name.contains("--") {
        return invalid("has a dash at its end or two in a row; for example `ada-lovelace`");
    }
    if user_name.chars().all(|c| c.is_ascii_digit()) {
        return invalid("has digits only; for example `ada1`");
    }
    if user_name.len() == 24 && user_name.chars().all(|c| c.is_ascii_hexdigit()) {
        return invalid("looks like an id; give a name such as `ada-lovelace`");
    }
    if emails.len() != 1 {
        let count = emails.len().to_string();
        return Err(Invalid::new("emails", count, "addresses; the Hub takes exactly one"));
    }
    check_address(&emails[0].value)
}

fn check_address(address: &str) -> Result<(), Invalid> {
    let fits = address.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !address.contains(char::is_whitespace)
    });
    if fits {
        return Ok(());
    }
    Err(Invalid::new("e-mail address", address, "is none; for example `ada@acme.com`"))
}

/// Set a user up anew; what is not given is removed.
///
/// The basic tree takes only `active` and the id at the identity provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct ReplaceScimUser {
    /// Name of the organization.
    #[serde(rename = "organization")]
    #[builder(start_fn)]
    pub organization: String,
    /// Which tree: `scim` (managed) or `scim-provisioning` (basic).
    #[builder(start_fn)]
    pub tree: ScimTree,
    /// Id of the user.
    #[serde(rename = "user_id")]
    #[builder(start_fn)]
    pub user_id: String,
    /// Id at the identity provider.
    #[builder(start_fn)]
    pub external_id: String,
    /// What it calls itself; filled in.
    #[serde(default = "user_schemas")]
    #[builder(skip = user_schemas())]
    #[schemars(length(min = 1))]
    pub schemas: Vec<String>,
    /// Name of the account; the managed tree needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 42), regex(pattern = id::ACCOUNT_NAME))]
    pub user_name: Option<String>,
    /// The one address; the managed tree needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1))]
    pub emails: Option<Vec<ScimNewEmail>>,
    /// Names of the person; the managed tree needs them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ScimNewName>,
    /// Whether the person is let in; yes when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

impl Endpoint for ReplaceScimUser {
    const OPERATION: Operation = Operation::put(
        "replace_scim_user",
        "/api/organizations/{organization}/{tree}/v2/Users/{user_id}",
        "Set a user up anew; what is not given is removed",
    );
    type Response = ScimUser;

    fn validate(&self) -> Result<(), Invalid> {
        check_place(&self.organization, &self.tree)?;
        id::object_id("SCIM user id", &self.user_id)?;
        let whole = (&self.user_name, &self.emails, &self.name);
        match (&self.tree, whole) {
            (ScimTree::Managed, (Some(user_name), Some(emails), Some(name))) => {
                check_user(user_name, emails)?;
                name.check()
            }
            (ScimTree::Managed, _) => Err(Invalid::new(
                "user",
                &self.user_id,
                "needs userName, emails and name in the managed tree; to change only one, use \
                 update_scim_user",
            )),
            (_, (None, None, None)) => Ok(()),
            _ => Err(Invalid::new(
                "user",
                &self.user_id,
                "takes only `active` and `externalId` in the basic tree, where people own their \
                 accounts",
            )),
        }
    }
}

/// Take a person out of an organization that does not own the account.
///
/// Their invitation, if they have not accepted it, is withdrawn. The account stays: this exists
/// in the basic tree only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RemoveScimUser {
    /// Name of the organization.
    pub organization: String,
    /// Id of the user.
    pub user_id: String,
}

impl RemoveScimUser {
    /// This person, out of this organization.
    #[must_use]
    pub fn new(organization: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self { organization: organization.into(), user_id: user_id.into() }
    }
}

impl Endpoint for RemoveScimUser {
    const OPERATION: Operation = Operation::delete(
        "remove_scim_user",
        "/api/organizations/{organization}/scim-provisioning/v2/Users/{user_id}",
        "Take a person out of an organization that does not own the account",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        id::object_id("SCIM user id", &self.user_id)
    }
}
