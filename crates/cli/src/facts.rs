//! The Hub's facts under the library's names: one table of keys for each kind of object.
//!
//! The wire says `_id`, `user`, `numFollowers`; people and scripts get `id`, `username`,
//! `num_followers`. What the Hub did not say is `null` and named in `unknown`; what we do not know is
//! kept under `extra`.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::output::Shape;

mod discussions;
mod kinds;

pub(crate) use discussions::{DISCUSSION, DISCUSSION_DETAILS, NOTIFICATION, PULL_REQUEST_STORAGE};
pub(crate) use kinds::governance::{
    AUDIT_ENTRY, NETWORK_SECURITY, RESOURCE_GROUP, RESOURCE_GROUP_PAGE, SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_PAGE, SERVICE_ACCOUNT_TOKEN,
};
pub(crate) use kinds::{
    ACCESS_REPORT, ACCESS_REQUEST, COLLECTION, COLLECTION_GROUP, COLLECTION_ITEM, COLLECTION_PAGE,
    LIKE, MEMBER, ORGANIZATION, OWN_REPO, PUBLIC_USER, REPO, REPO_GROUP, SCIM_GROUP, SCIM_USER,
    USER, WEBHOOK, WHOAMI,
};

/// The keys of one kind of object.
#[derive(Debug)]
pub(crate) struct Kind {
    /// On the wire, here, and what lies inside.
    keys: &'static [Key],
    /// What a table shows.
    columns: &'static [&'static str],
}

/// One key of an object.
#[derive(Debug)]
pub(crate) struct Key {
    wire: &'static str,
    name: &'static str,
    inside: Option<&'static [Key]>,
}

const fn key(wire: &'static str, name: &'static str) -> Key {
    Key { wire, name, inside: None }
}

const fn nested(wire: &'static str, name: &'static str, inside: &'static [Key]) -> Key {
    Key { wire, name, inside: Some(inside) }
}

impl Kind {
    /// The fields and columns as the output knows them.
    pub(crate) fn shape(&self) -> Shape {
        let names = self.keys.iter().map(|key| key.name).chain(["unknown", "extra"]);
        Shape {
            fields: names.map(str::to_owned).collect(),
            columns: self.columns.iter().map(ToString::to_string).collect(),
        }
    }

    /// An answer of the Hub as a row.
    ///
    /// # Errors
    /// When the value is no JSON object, which no answer of these kinds is.
    pub(crate) fn facts(&'static self, answer: &impl Serialize) -> serde_json::Result<Facts> {
        Ok(Facts { kind: self, object: serde_json::from_value(serde_json::to_value(answer)?)? })
    }
}

/// One object of the Hub under our names.
#[derive(Debug)]
pub(crate) struct Facts {
    kind: &'static Kind,
    object: Map<String, Value>,
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.kind.keys.len() + 2))?;
        let mut unknown = Vec::new();
        for key in self.kind.keys {
            let value = self.object.get(key.wire);
            if value.is_none() {
                unknown.push(key.name);
            }
            map.serialize_entry(
                key.name,
                &Renamed { value: value.unwrap_or(&Value::Null), keys: key.inside },
            )?;
        }
        map.serialize_entry("unknown", &unknown)?;
        let ours = |name: &str| self.kind.keys.iter().any(|key| key.wire == name);
        let extra: Map<String, Value> = self
            .object
            .iter()
            .filter(|(name, _)| !ours(name))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        map.serialize_entry("extra", &extra)?;
        map.end()
    }
}

/// A value inside an object, with the names we have for its keys and the Hub's own for the rest.
struct Renamed<'a> {
    value: &'a Value,
    keys: Option<&'static [Key]>,
}

impl Serialize for Renamed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.value, self.keys) {
            (Value::Object(object), Some(keys)) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                let known = keys.iter().filter_map(|key| Some((key, object.get(key.wire)?)));
                for (key, value) in known {
                    map.serialize_entry(key.name, &Renamed { value, keys: key.inside })?;
                }
                for (name, value) in
                    object.iter().filter(|(name, _)| !keys.iter().any(|key| key.wire == **name))
                {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            (Value::Array(items), Some(keys)) => serializer
                .collect_seq(items.iter().map(|value| Renamed { value, keys: Some(keys) })),
            (value, _) => value.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests;
