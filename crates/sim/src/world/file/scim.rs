//! What identity providers have set up.

use serde::Deserialize;

use crate::id::ObjectId;
use crate::world::ScimTree;

/// One tree of an organization.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScimEntry {
    pub(crate) tree: ScimTree,
    #[serde(default)]
    pub(crate) users: Vec<ScimUserEntry>,
    #[serde(default)]
    pub(crate) groups: Vec<ScimGroupEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ScimUserEntry {
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) external_id: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    /// Who is not is no member.
    #[serde(default = "yes")]
    pub(crate) active: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ScimGroupEntry {
    #[serde(default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) external_id: Option<String>,
    /// Names of users of the tree.
    #[serde(default)]
    pub(crate) members: Vec<String>,
}

fn yes() -> bool {
    true
}
