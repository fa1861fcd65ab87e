//! What a webhook is made of.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{
    id::{self, Invalid},
    open::open_names,
};

/// What a webhook tells about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookDomain {
    /// Files and settings of repositories.
    Repo,
    /// Discussions, pull requests and their comments.
    Discussion,
    /// A domain added since; kept as it came.
    Other(String),
}

open_names!(WebhookDomain {
    "repo" => Repo,
    "discussion" => Discussion,
});

impl WebhookDomain {
    /// Everything that there is to tell.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::Repo, Self::Discussion]
    }
}

/// What kind of thing a webhook watches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookWatchedType {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
    /// A Space.
    Space,
    /// A compute kernel.
    Kernel,
    /// A storage bucket.
    Bucket,
    /// Everything of a user.
    User,
    /// Everything of an organization.
    Organization,
    /// A type added since; kept as it came.
    Other(String),
}

open_names!(WebhookWatchedType {
    "model" => Model,
    "dataset" => Dataset,
    "space" => Space,
    "kernel" => Kernel,
    "bucket" => Bucket,
    "user" => User,
    "org" => Organization,
});

/// Something that a webhook watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WebhookWatched {
    /// What it is.
    #[serde(rename = "type")]
    pub watched_type: WebhookWatchedType,
    /// `owner/name` of a repository, or the name of the account.
    pub name: String,
    /// Address of the account's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl WebhookWatched {
    /// This repository, user or organization.
    #[must_use]
    pub fn new(watched_type: WebhookWatchedType, name: impl Into<String>) -> Self {
        Self { watched_type, name: name.into(), avatar_url: None }
    }

    /// Finds what the Hub would surely refuse.
    ///
    /// # Errors
    ///
    /// An unknown type, or a name that nothing of this type has.
    pub fn check(&self) -> Result<(), Invalid> {
        match &self.watched_type {
            WebhookWatchedType::User => id::user_name(&self.name),
            WebhookWatchedType::Organization => id::organization_name(&self.name),
            WebhookWatchedType::Other(other) => {
                let rule = "is none of `model`, `dataset`, `space`, `kernel`, `bucket`, `user` \
                            and `org`";
                Err(Invalid::new("watched type", other, rule))
            }
            _ => id::repo_id(&self.name),
        }
    }
}

/// Whether a webhook is on (`disabled` on the wire).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookState {
    /// On: `false` on the wire.
    Enabled,
    /// Switched off: `true` on the wire.
    Disabled,
    /// Switched off by the Hub, because its address failed too often.
    SuspendedAfterFailure,
    /// A state added since; kept as it came.
    Other(String),
}

const SUSPENDED: &str = "suspended-after-failure";

impl Serialize for WebhookState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Enabled => serializer.serialize_bool(false),
            Self::Disabled => serializer.serialize_bool(true),
            Self::SuspendedAfterFailure => serializer.serialize_str(SUSPENDED),
            Self::Other(other) => serializer.serialize_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for WebhookState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StateVisitor;

        impl de::Visitor<'_> for StateVisitor {
            type Value = WebhookState;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("whether the webhook is off, or why")
            }

            fn visit_bool<E: de::Error>(self, off: bool) -> Result<WebhookState, E> {
                Ok(if off { WebhookState::Disabled } else { WebhookState::Enabled })
            }

            fn visit_str<E: de::Error>(self, why: &str) -> Result<WebhookState, E> {
                Ok(match why {
                    SUSPENDED => WebhookState::SuspendedAfterFailure,
                    other => WebhookState::Other(other.to_owned()),
                })
            }
        }

        deserializer.deserialize_any(StateVisitor)
    }
}

impl JsonSchema for WebhookState {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WebhookState".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Whether the webhook is off, or `suspended-after-failure`.",
            "enum": [false, true, SUSPENDED],
        })
    }
}

/// A webhook. Its secret is never shown, only whether it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Webhook {
    /// Id of the webhook.
    pub id: String,
    /// Address that is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Job that is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<Map<String, Value>>,
    /// Id of a job that is started again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_source_id: Option<String>,
    /// Whether it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<WebhookState>,
    /// What is watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watched: Option<Vec<WebhookWatched>>,
    /// Whether a secret comes with every call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_secret: Option<bool>,
    /// What is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<WebhookDomain>>,
    /// When it last told something, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_trigger_at: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Webhook {
    /// A webhook of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            url: None,
            job: None,
            job_source_id: None,
            disabled: None,
            watched: None,
            has_secret: None,
            domains: None,
            last_trigger_at: None,
            extra: Map::new(),
        }
    }
}

/// A webhook in its envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct WebhookAnswer {
    /// The webhook as it is now.
    pub webhook: Webhook,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A text that is sent and shown to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn check(&self) -> Result<(), Invalid> {
        if self.0.is_empty() {
            return Err(Invalid::new("secret", "", "is empty; leave it out for none"));
        }
        if self.0.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Ok(());
        }
        // The message ends up in logs, the secret must not.
        let rule = "has a character that is not printable ASCII, which no header can carry";
        Err(Invalid::new("secret", "(hidden)", rule))
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
