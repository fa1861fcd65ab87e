//! The world file as it is written: one type per object, unknown keys refused.

mod billing;
mod collections;
mod community;
mod discussions;
mod repo;
mod scim;
mod token;
mod webhook;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) use self::billing::BillingEntry;
pub(crate) use self::collections::{BucketEntry, CollectionEntry, PaperEntry};
pub(crate) use self::community::AccessRequestEntry;
pub use self::community::AccessStatus;
pub(crate) use self::discussions::{
    DiscussionEntry, DiscussionStatus, EventEntry, EventType, NotificationEntry,
};
pub use self::repo::Gated;
pub(crate) use self::repo::RepoEntry;
pub(crate) use self::scim::{ScimEntry, ScimGroupEntry, ScimUserEntry};
pub use self::token::{FineGrained, Scope, ScopeEntity, TokenRole};
pub(crate) use self::token::{TokenEntry, TokenKind};
pub(crate) use self::webhook::{Disabled, WatchedEntry, WatchedKind, WebhookDomain, WebhookEntry};
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
    pub(crate) buckets: Vec<BucketEntry>,
    pub(crate) access_requests: Vec<AccessRequestEntry>,
    pub(crate) webhooks: Vec<WebhookEntry>,
    /// Whether operations are served of which nobody knows whether the Hub has them.
    pub(crate) experimental: bool,
    pub(crate) notifications: Vec<NotificationEntry>,
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
    pub(crate) billing: Option<BillingEntry>,
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
    pub(crate) scim: Vec<ScimEntry>,
    pub(crate) billing: Option<BillingEntry>,
    pub(crate) audit_log: Vec<AuditFileEntry>,
    pub(crate) network_security: Option<super::Network>,
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
    pub(crate) auto_join: Option<AutoJoinEntry>,
    /// Filled by the identity provider, so nobody changes its users by hand.
    #[serde(default)]
    pub(crate) scim_managed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutoJoinEntry {
    pub(crate) enabled: bool,
    #[serde(default)]
    pub(crate) role: Option<String>,
    #[serde(default)]
    pub(crate) scope: AutoJoinScope,
}

/// Which new members join a group by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AutoJoinScope {
    #[default]
    All,
    /// Those who have at least the read role.
    ReadPlus,
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
