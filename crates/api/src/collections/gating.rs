//! How access to the gated repositories of a collection is asked for.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::{id::Invalid, open::open_names};

/// Whether people ask for access to all gated repositories of a collection at once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CollectionGating {
    /// Nobody asks here (`false` on the wire).
    No,
    /// People ask here; how it is decided is not shown to the caller (`true`).
    Yes,
    /// Whoever asks gets access.
    Auto,
    /// Somebody decides about each request.
    Manual(GatingNotifications),
    /// A way added since; kept as it came.
    Other(Value),
}

/// How owners hear of requests for access.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GatingNotifications {
    /// How often.
    pub mode: GatingNotificationMode,
    /// Another address than the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl GatingNotifications {
    /// To the owner, this often.
    #[must_use]
    pub fn new(mode: GatingNotificationMode) -> Self {
        Self { mode, email: None, extra: Map::new() }
    }
}

/// How often owners hear of requests for access.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GatingNotificationMode {
    /// Once in a while, all together.
    Bulk,
    /// Each at once.
    RealTime,
    /// A way added since; kept as it came.
    Other(String),
}

open_names!(GatingNotificationMode { "bulk" => Bulk, "real-time" => RealTime });

impl CollectionGating {
    /// What the Hub takes in a change.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let (value, rule) = match self {
            Self::No | Self::Auto => return Ok(()),
            Self::Manual(notifications) => match &notifications.mode {
                GatingNotificationMode::Other(mode) => {
                    (mode.clone(), "is no way to be told of requests: `bulk` or `real-time`")
                }
                _ => return Ok(()),
            },
            Self::Yes | Self::Other(_) => (
                Value::from(self).to_string(),
                "says not how requests are decided: false, {\"mode\":\"auto\"} or \
                 {\"mode\":\"manual\",\"notifications\":{\"mode\":\"bulk\"}}",
            ),
        };
        Err(Invalid::new("gating", value, rule))
    }
}

impl From<&CollectionGating> for Value {
    fn from(gating: &CollectionGating) -> Self {
        match gating {
            CollectionGating::No => Self::Bool(false),
            CollectionGating::Yes => Self::Bool(true),
            CollectionGating::Auto => json!({ "mode": "auto" }),
            CollectionGating::Manual(notifications) => {
                json!({ "mode": "manual", "notifications": notifications })
            }
            CollectionGating::Other(value) => value.clone(),
        }
    }
}

impl From<Value> for CollectionGating {
    fn from(value: Value) -> Self {
        let known = match &value {
            Value::Bool(false) => Some(Self::No),
            Value::Bool(true) => Some(Self::Yes),
            Value::Object(fields) => match fields.get("mode").and_then(Value::as_str) {
                Some("auto") if fields.len() == 1 => Some(Self::Auto),
                Some("manual") if fields.len() == 2 => fields
                    .get("notifications")
                    .and_then(|told| serde_json::from_value(told.clone()).ok())
                    .map(Self::Manual),
                _ => None,
            },
            _ => None,
        };
        known.unwrap_or(Self::Other(value))
    }
}

impl Serialize for CollectionGating {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CollectionGating {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

impl JsonSchema for CollectionGating {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CollectionGating".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let notifications = generator.subschema_for::<GatingNotifications>();
        json_schema!({
            "description": "`false`, or how requests for access are decided: `auto` or `manual`.",
            "anyOf": [
                { "enum": [false, true] },
                {
                    "type": "object",
                    "properties": { "mode": { "enum": ["auto"] } },
                    "required": ["mode"],
                },
                {
                    "type": "object",
                    "properties": { "mode": { "enum": ["manual"] }, "notifications": notifications },
                    "required": ["mode", "notifications"],
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::{CollectionGating, GatingNotificationMode, GatingNotifications};

    #[test]
    fn every_form_of_gating_comes_back_as_it_was() {
        for value in [
            json!(false),
            json!(true),
            json!({ "mode": "auto" }),
            json!({ "mode": "manual", "notifications": { "mode": "bulk" } }),
            json!({ "mode": "manual", "notifications": { "mode": "real-time", "email": "a@b.c" } }),
            json!({ "mode": "manual", "notifications": 5 }),
            json!({ "mode": "auto", "since": 2027 }),
            json!("later"),
        ] {
            let gating: CollectionGating = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(Value::from(&gating), value);
        }
    }

    #[test]
    fn what_does_not_say_how_it_is_decided_is_no_change() {
        CollectionGating::No.check().unwrap();
        CollectionGating::Manual(GatingNotifications::new(GatingNotificationMode::RealTime))
            .check()
            .unwrap();
        let said = CollectionGating::Yes.check().unwrap_err().to_string();
        assert!(said.contains("{\"mode\":\"auto\"}"), "{said}");
        assert!(CollectionGating::from(json!({ "mode": "later" })).check().is_err());
    }
}
