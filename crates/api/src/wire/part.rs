//! Fields of a request as serde sees them: text of the path and the query, JSON of the body.

use std::{fmt, str::FromStr};

use serde::{
    de::{
        self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

/// One field before it has its type.
pub(super) enum Part {
    /// Values of one key of the path or the query; the type of the field says how to read them.
    Text(Vec<String>),
    /// A field of a JSON body.
    Json(Value),
}

impl Part {
    pub(super) fn text(value: String) -> Self {
        Self::Text(vec![value])
    }
}

pub(super) fn deserialize<T: DeserializeOwned>(
    parts: Vec<(String, Part)>,
) -> Result<T, serde_json::Error> {
    T::deserialize(MapDeserializer::new(parts.into_iter()))
}

/// Of a key that is repeated although its field is no list, the last one counts.
fn last(texts: Vec<String>) -> String {
    texts.into_iter().next_back().unwrap_or_default()
}

fn parse<T: FromStr<Err: fmt::Display>>(texts: Vec<String>) -> Result<T, serde_json::Error> {
    let text = last(texts);
    text.parse().map_err(|e| de::Error::custom(format_args!("{text:?}: {e}")))
}

impl IntoDeserializer<'_, serde_json::Error> for Part {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Part {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => visitor.visit_string(last(texts)),
            Self::Json(value) => value.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Json(Value::Null) => visitor.visit_none(),
            part => visitor.visit_some(part),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => {
                visitor.visit_seq(SeqDeserializer::new(texts.into_iter().map(Self::text)))
            }
            Self::Json(value) => value.deserialize_seq(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => visitor.visit_enum(last(texts).into_deserializer()),
            Self::Json(value) => value.deserialize_enum(name, variants, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => visitor.visit_bool(parse(texts)?),
            Self::Json(value) => value.deserialize_bool(visitor),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => visitor.visit_u64(parse(texts)?),
            Self::Json(value) => value.deserialize_u64(visitor),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => visitor.visit_i64(parse(texts)?),
            Self::Json(value) => value.deserialize_i64(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(texts) => visitor.visit_f64(parse(texts)?),
            Self::Json(value) => value.deserialize_f64(visitor),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 f32 i128 u128 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map struct identifier ignored_any
    }
}
