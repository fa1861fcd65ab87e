//! The world file as it is written: one type per object, unknown keys refused.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::id::ObjectId;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct WorldFile {
    pub(crate) users: Vec<UserEntry>,
    pub(crate) orgs: Vec<OrgEntry>,
    pub(crate) tokens: Vec<TokenEntry>,
    pub(crate) repos: Vec<RepoEntry>,
    pub(crate) follows: Vec<FollowEntry>,
    pub(crate) likes: Vec<LikeEntry>,
    pub(crate) discussions: Vec<DiscussionEntry>,
    pub(crate) collections: Vec<CollectionEntry>,
    pub(crate) papers: Vec<PaperEntry>,
    pub(crate) access_requests: Vec<AccessRequestEntry>,
    pub(crate) webhooks: Vec<Map<String, Value>>,
    pub(crate) notifications: Vec<Map<String, Value>>,
}

/// A user, or a crowd of them when `generate` is there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct UserEntry {
    pub(crate) generate: Option<Crowd>,
    #[serde(rename = "_id")]
    pub(crate) id: Option<ObjectId>,
    pub(crate) name: Option<String>,
    pub(crate) fullname: Option<String>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) is_pro: bool,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: Option<bool>,
    pub(crate) can_pay: bool,
    pub(crate) period_end: Option<i64>,
    pub(crate) billing_mode: Option<String>,
    pub(crate) details: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) two_fa_enabled: bool,
    pub(crate) counters: Counters,
    pub(crate) social_handles: Map<String, Value>,
}

/// `count` users named `prefix1`, `prefix2`, ... who all follow and like the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Crowd {
    pub(crate) prefix: String,
    pub(crate) count: u32,
    #[serde(default)]
    pub(crate) follow: Vec<String>,
    #[serde(default)]
    pub(crate) like: Vec<RepoName>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepoName {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
}

/// Kinds of repository, by the Hub's words.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum RepoType {
    /// A model; the Hub's default where a type is left out.
    #[default]
    Model,
    /// A dataset.
    Dataset,
    /// A Space.
    Space,
    /// A kernel.
    Kernel,
}

impl RepoType {
    /// The singular word of JSON bodies; with an `s` it is the word of paths.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Space => "space",
            Self::Kernel => "kernel",
        }
    }

    /// What stands before the repo's id in the address of its page.
    pub(crate) fn page_prefix(self) -> &'static str {
        match self {
            Self::Model => "",
            Self::Dataset => "datasets/",
            Self::Space => "spaces/",
            Self::Kernel => "kernels/",
        }
    }
}

/// Numbers that stand in for what would be counted from the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Counters {
    pub(crate) num_users: Option<u64>,
    pub(crate) num_models: Option<u64>,
    pub(crate) num_datasets: Option<u64>,
    pub(crate) num_spaces: Option<u64>,
    pub(crate) num_buckets: Option<u64>,
    pub(crate) num_kernels: Option<u64>,
    pub(crate) num_discussions: Option<u64>,
    pub(crate) num_papers: Option<u64>,
    pub(crate) num_upvotes: Option<u64>,
    pub(crate) num_likes: Option<u64>,
    pub(crate) num_followers: Option<u64>,
    pub(crate) num_following: Option<u64>,
    pub(crate) num_following_orgs: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct OrgEntry {
    #[serde(rename = "_id")]
    pub(crate) id: Option<ObjectId>,
    pub(crate) name: Option<String>,
    pub(crate) fullname: Option<String>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) plan: Option<Plan>,
    pub(crate) details: Option<String>,
    pub(crate) is_verified: bool,
    pub(crate) default_visibility: Visibility,
    pub(crate) hide_members: bool,
    pub(crate) email_domains: Vec<String>,
    pub(crate) members: Vec<MemberEntry>,
    pub(crate) resource_groups: Vec<GroupEntry>,
    pub(crate) service_accounts: Vec<ServiceAccountEntry>,
    pub(crate) audit_log: Vec<AuditFileEntry>,
    pub(crate) counters: Counters,
    pub(crate) social_handles: Map<String, Value>,
}

/// What an organization pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// Team.
    Team,
    /// Enterprise.
    Enterprise,
    /// Enterprise Plus.
    Plus,
    /// Academia Hub.
    Academia,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Visibility {
    #[default]
    Public,
    Private,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct MemberEntry {
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) role: Option<String>,
    #[serde(default)]
    pub(crate) verified_email: Option<String>,
    #[serde(default)]
    pub(crate) is_external_collaborator: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct GroupEntry {
    #[serde(default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) users: Vec<GroupUserEntry>,
    #[serde(default)]
    pub(crate) repos: Vec<GroupRepoEntry>,
    #[serde(default)]
    pub(crate) auto_join: Option<Value>,
    /// Nothing that is served yet depends on it.
    #[serde(rename = "scimManaged", default)]
    pub(crate) _scim_managed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupUserEntry {
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) role: Option<String>,
}

/// A repo of a resource group; the Hub says `name` where other places say `id`, so both are read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRepoEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    #[serde(alias = "id")]
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ServiceAccountEntry {
    #[serde(rename = "_id", default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) fullname: Option<String>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct AuditFileEntry {
    #[serde(rename = "_id", default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) created_at: Timestamp,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) author: Map<String, Value>,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) data: Option<Value>,
    #[serde(default)]
    pub(crate) ip: Option<String>,
    #[serde(default)]
    pub(crate) location: Option<Value>,
    #[serde(default)]
    pub(crate) user_agent: Option<String>,
    #[serde(default)]
    pub(crate) token: Option<Value>,
    #[serde(default)]
    pub(crate) oauth: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct TokenEntry {
    pub(crate) token: String,
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) role: TokenRole,
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) expires_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) fine_grained: Option<FineGrained>,
}

/// What a token may do at all, before the rights of its owner count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenRole {
    /// Reads what its owner may read.
    #[default]
    Read,
    /// Reads and writes what its owner may.
    Write,
    /// Only what its scopes name.
    FineGrained,
}

/// The scopes of a fine-grained token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct FineGrained {
    /// Permissions on one account, repo or group each.
    pub scoped: Vec<Scope>,
    /// Permissions everywhere.
    pub global: Vec<String>,
    /// Whether gated repos open to this token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_read_gated_repos: Option<bool>,
}

/// Permissions on one entity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// What the permissions are for.
    pub entity: ScopeEntity,
    /// The Hub's words: `repo.write`, `org.read`, ...
    pub permissions: Vec<String>,
}

/// The account, repo or group that a scope is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeEntity {
    /// Made up from `name` when the world file leaves it out.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none", default)]
    pub id: Option<ObjectId>,
    /// Account name or repo id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// `org`, `user`, `model`, `dataset`, `space`, ...
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepoEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    #[serde(rename = "_id", default)]
    pub(crate) oid: Option<ObjectId>,
    #[serde(default)]
    pub(crate) sha: Option<String>,
    #[serde(default)]
    pub(crate) private: bool,
    #[serde(default)]
    pub(crate) gated: Gated,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) last_modified: Option<Timestamp>,
    #[serde(default)]
    pub(crate) downloads: u64,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(rename = "pipeline_tag", default)]
    pub(crate) pipeline_tag: Option<String>,
    #[serde(default)]
    pub(crate) sdk: Option<String>,
    #[serde(default)]
    pub(crate) siblings: Vec<String>,
    #[serde(default)]
    pub(crate) renamed_from: Vec<String>,
    #[serde(default)]
    pub(crate) likes: Option<u64>,
    /// Every other key is sent as it stands.
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
}

/// How a repo's files are gated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gated {
    /// Open.
    #[default]
    No,
    /// Everyone who asks gets in.
    Auto,
    /// The owner decides.
    Manual,
}

impl<'de> Deserialize<'de> for Gated {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match &value {
            Value::Bool(false) => Ok(Self::No),
            Value::String(word) if word == "auto" => Ok(Self::Auto),
            Value::String(word) if word == "manual" => Ok(Self::Manual),
            other => Err(serde::de::Error::custom(format_args!(
                "`gated` is false, \"auto\" or \"manual\", not {other}"
            ))),
        }
    }
}

impl serde::Serialize for Gated {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::Auto => serializer.serialize_str("auto"),
            Self::Manual => serializer.serialize_str("manual"),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowEntry {
    pub(crate) from: String,
    pub(crate) to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LikeEntry {
    pub(crate) user: String,
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DiscussionEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) num: u64,
    pub(crate) author: String,
    #[serde(rename = "title", default)]
    pub(crate) _title: String,
    #[serde(rename = "status", default)]
    pub(crate) _status: DiscussionStatus,
    #[serde(rename = "isPullRequest", default)]
    pub(crate) _is_pull_request: bool,
    #[serde(rename = "createdAt", default)]
    pub(crate) _created_at: Option<Timestamp>,
    #[serde(rename = "comment", default)]
    pub(crate) _comment: String,
    #[serde(rename = "events", default)]
    pub(crate) _events: Vec<Map<String, Value>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DiscussionStatus {
    #[default]
    Open,
    Closed,
    Draft,
    Merged,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CollectionEntry {
    #[serde(rename = "_id", default)]
    pub(crate) id: Option<ObjectId>,
    pub(crate) owner: String,
    #[serde(rename = "slugName", default)]
    pub(crate) _slug_name: Option<String>,
    #[serde(rename = "title", default)]
    pub(crate) _title: String,
    #[serde(rename = "description", default)]
    pub(crate) _description: String,
    #[serde(rename = "theme", default)]
    pub(crate) _theme: Option<String>,
    #[serde(rename = "private", default)]
    pub(crate) _private: bool,
    #[serde(rename = "lastUpdated", default)]
    pub(crate) _last_updated: Option<Timestamp>,
    #[serde(rename = "upvotes", default)]
    pub(crate) _upvotes: u64,
    #[serde(default)]
    pub(crate) items: Vec<CollectionItemEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CollectionItemEntry {
    #[serde(rename = "_id", default)]
    pub(crate) oid: Option<ObjectId>,
    #[serde(rename = "type")]
    pub(crate) kind: CollectionItemType,
    pub(crate) id: String,
    #[serde(rename = "note", default)]
    pub(crate) _note: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CollectionItemType {
    Model,
    Dataset,
    Space,
    Paper,
    Collection,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PaperEntry {
    pub(crate) id: String,
    #[serde(rename = "title", default)]
    pub(crate) _title: String,
    #[serde(rename = "publishedAt", default)]
    pub(crate) _published_at: Option<Timestamp>,
    #[serde(rename = "thumbnailUrl", default)]
    pub(crate) _thumbnail_url: Option<String>,
    #[serde(rename = "upvotes", default)]
    pub(crate) _upvotes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct AccessRequestEntry {
    #[serde(rename = "type", default)]
    pub(crate) kind: RepoType,
    pub(crate) id: String,
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) status: AccessStatus,
    #[serde(rename = "timestamp", default)]
    pub(crate) _timestamp: Option<Timestamp>,
    #[serde(rename = "fields", default)]
    pub(crate) _fields: Map<String, Value>,
}

/// What became of a request for access to a gated repo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessStatus {
    /// Waits for the owner.
    #[default]
    Pending,
    /// Let in.
    Accepted,
    /// Turned away.
    Rejected,
    /// Taken back by the owner; the person may ask again.
    Reset,
}
