//! Takes a list out of the envelope that it came in, in one go over the answer.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};

use super::Origin;
use crate::{
    error::Error,
    repair::{may_hold_nul, repair},
};

/// A list taken out of its envelope.
pub(crate) struct Unwrapped {
    /// The array of items as it came.
    pub(crate) list: Bytes,
    /// How many items it has.
    pub(crate) count: usize,
    /// Everything beside it.
    pub(crate) envelope: Map<String, Value>,
}

/// Takes the list `key` out of an answer.
pub(crate) fn unwrap(body: &Bytes, key: &str, origin: &Origin<'_>) -> Result<Unwrapped, Error> {
    let body = if may_hold_nul(body) { Bytes::from(repair(body)) } else { body.clone() };
    let wrong = |e| origin.error(".".to_owned(), e);
    let mut reader = serde_json::Deserializer::from_slice(&body);
    let (items, envelope) = Envelope { key }.deserialize(&mut reader).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    let count = items.len();
    Ok(Unwrapped { list: array(&body, &items), count, envelope })
}

/// The array that these items of the body stand in.
fn array(body: &Bytes, items: &[&RawValue]) -> Bytes {
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return Bytes::from_static(b"[]");
    };
    let place = |text: &str| text.as_ptr() as usize - body.as_ptr() as usize;
    let (start, end) = (place(first.get()), place(last.get()) + last.get().len());
    // Between an item and the bracket around all of them there is nothing but blanks.
    let open = body[..start].iter().rposition(|byte| *byte == b'[').unwrap_or(start);
    let close = body[end..].iter().position(|byte| *byte == b']').map_or(end, |at| end + at + 1);
    body.slice(open..close)
}

/// Reads the items of one key and everything beside it.
struct Envelope<'k> {
    key: &'k str,
}

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = (Vec<&'de RawValue>, Map<String, Value>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = (Vec<&'de RawValue>, Map<String, Value>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list `{}`", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut items, mut envelope) = (None, Map::new());
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == self.key {
                items = Some(map.next_value()?);
            } else {
                envelope.insert(name.into_owned(), map.next_value()?);
            }
        }
        // An envelope without its list is no empty list.
        match items {
            Some(items) => Ok((items, envelope)),
            None => Err(A::Error::custom(format_args!("the answer has no list `{}`", self.key))),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use bytes::Bytes;

    use super::{Unwrapped, unwrap};
    use crate::decode::Origin;

    fn taken(text: &str) -> Result<Unwrapped, String> {
        let origin =
            Origin { operation: "a_list", page: None, content_type: None, request_id: None };
        unwrap(&Bytes::copy_from_slice(text.as_bytes()), "items", &origin)
            .map_err(|error| std::error::Error::source(&error).unwrap().to_string())
    }

    #[test]
    fn the_list_is_cut_out_as_it_came_wherever_it_stands() {
        let list = r#"[ {"a": "]"} , [1, [2]]  ]"#;
        for text in [
            format!(r#"{{"count": 2, "items": {list}, "start": 0}}"#),
            format!(r#"{{"items":{list},"count":2,"start":0}}"#),
        ] {
            let found = taken(&text).unwrap();
            assert_eq!(found.list, list);
            assert_eq!((found.count, found.envelope.len()), (2, 2));
        }
    }

    #[test]
    fn an_empty_list_is_a_list_and_none_is_an_error() {
        let found = taken(r#"{"items": [ ], "count": 0}"#).unwrap();
        assert_eq!((&*found.list, found.count), (&b"[]"[..], 0));
        for (text, said) in [
            (r#"{"count": 0}"#, "has no list `items`"),
            (r#"[]"#, "an object with the list `items`"),
            (r#"{"items": []} x"#, "trailing characters"),
        ] {
            let error = taken(text).err().unwrap();
            assert!(error.contains(said), "{error}");
        }
    }
}
