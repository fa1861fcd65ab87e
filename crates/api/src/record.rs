//! Reads objects of long lists at the speed of plain structs while keeping unknown fields.
//!
//! `#[serde(flatten)]` would buffer every object before reading it, which costs as much again as
//! the reading; a list of 100,000 members feels that.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// An object whose known fields are set one by one and whose unknown fields are kept.
pub(crate) trait Record: Sized {
    /// What the object is, for error messages.
    const NAME: &'static str;

    /// The object before any field is read.
    fn empty() -> Self;

    /// Reads the value of a known field and says whether the key is one.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Where unknown fields are kept.
    fn extra(&mut self) -> &mut Map<String, Value>;

    /// Name of an identity field that did not come.
    fn missing(&self) -> Option<&'static str>;
}

pub(crate) fn deserialize<'de, T: Record, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(RecordVisitor(PhantomData))
}

struct RecordVisitor<T>(PhantomData<T>);

impl<'de, T: Record> Visitor<'de> for RecordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut record = T::empty();
        while let Some(Key(key)) = map.next_key()? {
            if !record.read(&key, &mut map)? {
                let value = map.next_value()?;
                record.extra().insert(key.into_owned(), value);
            }
        }
        match record.missing() {
            None => Ok(record),
            Some(field) => Err(de::Error::missing_field(field)),
        }
    }
}

/// A key borrowed from the input where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}
