//! Settings of a repository, and the resource group it belongs to.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Gated, RepoType, Visibility, with_page};
use crate::{
    endpoint::{Effect, Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<UpdateRepoSettings>();
    visitor.call::<GetRepoResourceGroup>();
    visitor.call::<SetRepoResourceGroup>();
}

/// How those who decide hear of requests for access.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotificationsMode {
    /// One message for many requests.
    Bulk,
    /// A message for each request.
    RealTime,
    /// A way added since; kept as it came.
    Other(String),
}

open_names!(NotificationsMode {
    "bulk" => Bulk,
    "real-time" => RealTime,
});

/// What the discussions of a repository are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscussionsSorting {
    /// Newest first.
    RecentlyCreated,
    /// What is talked about first.
    Trending,
    /// Most reactions first.
    Reactions,
    /// An order added since; kept as it came.
    Other(String),
}

open_names!(DiscussionsSorting {
    "recently-created" => RecentlyCreated,
    "trending" => Trending,
    "reactions" => Reactions,
});

/// The settings that a change has set, as the Hub echoes them: visibility and gate only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RepoSettings {
    /// Whether people must ask for access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated: Option<Gated>,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Change settings of a repository; what is not given stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateRepoSettings {
    /// Type of the repository.
    #[serde(rename = "type")]
    #[builder(start_fn)]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    #[builder(start_fn)]
    pub repo: String,
    /// Who may see it; excludes `private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Whether only those with access see it; excludes `visibility`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Whether people must ask for access: `false`, `auto` or `manual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated: Option<Gated>,
    /// Whether members of the owning organization must ask too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_members_gated: Option<bool>,
    /// Address that hears of requests for access.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(email)]
    pub gated_notifications_email: Option<String>,
    /// How it hears of them: `bulk` or `real-time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gated_notifications_mode: Option<NotificationsMode>,
    /// Whether discussions and pull requests are off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussions_disabled: Option<bool>,
    /// Which discussions come first: `recently-created`, `trending` or `reactions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussions_sorting: Option<DiscussionsSorting>,
}

impl Endpoint for UpdateRepoSettings {
    const OPERATION: Operation = Operation::put(
        "update_repo_settings",
        "/api/{type}s/{+repo}/settings",
        "Change settings of a repository; what is not given stays as it is",
    );
    type Response = RepoSettings;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)?;
        visible_once(self.visibility.as_ref(), self.private)?;
        if let Some(Gated::Other(other)) = &self.gated {
            return Err(Invalid::new("gated", other, "is none of `false`, `auto` and `manual`"));
        }
        if let Some(email) = &self.gated_notifications_email
            && !email.split_once('@').is_some_and(|(name, domain)| {
                !name.is_empty() && domain.contains('.') && !email.contains(char::is_whitespace)
            })
        {
            let rule = "is no address, as in `access@acme.example`";
            return Err(Invalid::new("gated notifications email", email, rule));
        }
        if let Some(NotificationsMode::Other(other)) = &self.gated_notifications_mode {
            let rule = "is neither `bulk` nor `real-time`";
            return Err(Invalid::new("gated notifications mode", other, rule));
        }
        if let Some(DiscussionsSorting::Other(other)) = &self.discussions_sorting {
            let rule = "is none of `recently-created`, `trending` and `reactions`";
            return Err(Invalid::new("discussions sorting", other, rule));
        }
        Ok(())
    }
}

/// The two ways to say who sees a repository exclude each other.
pub(super) fn visible_once(
    visibility: Option<&Visibility>,
    private: Option<bool>,
) -> Result<(), Invalid> {
    if let Some(visibility) = visibility {
        if let Visibility::Other(other) = visibility {
            let rule = "is none of `public`, `private` and, for Spaces, `protected`";
            return Err(Invalid::new("visibility", other, rule));
        }
        if private.is_some() {
            let rule = "cannot be given together with `private`";
            return Err(Invalid::new("visibility", visibility.as_str(), rule));
        }
    }
    Ok(())
}

/// The resource group that a repository belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RepoResourceGroup {
    /// Id that stays through renames.
    pub id: String,
    /// Name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Users in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_users: Option<u64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl RepoResourceGroup {
    /// A group of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), name: None, num_users: None, extra: Map::new() }
    }
}

/// Get the resource group that a repository belongs to.
///
/// What the Hub says of a repository in no group is not recorded: take "not found" and `None` alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetRepoResourceGroup {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
}

impl GetRepoResourceGroup {
    /// The group of this repository.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>) -> Self {
        Self { repo_type, repo: repo.into() }
    }
}

impl Endpoint for GetRepoResourceGroup {
    const OPERATION: Operation = Operation::get(
        "get_repo_resource_group",
        "/api/{type}s/{+repo}/resource-group",
        "Get the resource group that a repository belongs to",
    );
    type Response = Option<RepoResourceGroup>;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)
    }
}

/// A repository in a resource group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupedRepo {
    /// `owner/name`.
    pub name: String,
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Whether only those with access see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Who put it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_by: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl GroupedRepo {
    /// A repository of which only type and id are known.
    #[must_use]
    pub fn new(repo_type: RepoType, name: impl Into<String>) -> Self {
        Self { name: name.into(), repo_type, private: None, added_by: None, extra: Map::new() }
    }
}

/// Put a repository of an organization into a resource group, or out of every group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SetRepoResourceGroup {
    /// Type of the repository.
    #[serde(rename = "type")]
    pub repo_type: RepoType,
    /// Id of the repository, `owner/name`.
    pub repo: String,
    /// Id of the group, 24 hexadecimal digits; null for no group.
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub resource_group_id: Option<String>,
}

impl SetRepoResourceGroup {
    /// This group for this repository; `None` takes it out of the one it is in.
    #[must_use]
    pub fn new(repo_type: RepoType, repo: impl Into<String>, group: Option<String>) -> Self {
        Self { repo_type, repo: repo.into(), resource_group_id: group }
    }
}

impl Endpoint for SetRepoResourceGroup {
    const OPERATION: Operation = Operation::post(
        "set_repo_resource_group",
        "/api/{type}s/{+repo}/resource-group",
        "Put a repository of an organization into a resource group, or out of every group",
    )
    .effect(Effect::Idempotent);
    type Response = GroupedRepo;

    fn validate(&self) -> Result<(), Invalid> {
        with_page(&self.repo_type)?;
        id::repo_id(&self.repo)?;
        match &self.resource_group_id {
            Some(group) => id::object_id("resource group id", group),
            None => Ok(()),
        }
    }
}
