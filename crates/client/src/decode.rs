//! Reads answers: fast when all is well, item by item when it is not.

use std::collections::HashMap;

use bytes::Bytes;
use hubfolk_api::{Answer, Endpoint, wire};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    error::{DecodeError, Error},
    pages::{Decoded, OddItem},
    repair::{may_hold_nul, repair},
};

/// What is known about an answer besides its body.
pub(crate) struct Origin<'a> {
    pub(crate) operation: &'static str,
    pub(crate) page: Option<u64>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) request_id: Option<&'a str>,
}

impl Origin<'_> {
    fn error(&self, path: String, source: serde_json::Error) -> Error {
        let not_json = |kind: &&str| !kind.contains("json");
        Error::Decode(Box::new(DecodeError {
            operation: self.operation,
            page: self.page,
            path,
            content_type: self.content_type.filter(not_json).map(str::to_owned),
            request_id: self.request_id.map(str::to_owned),
            source,
        }))
    }
}

/// The response of an operation that answers with one value.
pub(crate) fn response<E: Endpoint>(
    body: &[u8],
    origin: &Origin<'_>,
) -> Result<E::Response, Error> {
    if E::OPERATION.answer != Answer::Json {
        return wire::decode_answer::<E>(body).map_err(|e| origin.error(".".to_owned(), e));
    }
    if !may_hold_nul(body)
        && let Ok(response) = wire::decode_answer::<E>(body)
    {
        return Ok(response);
    }
    // Read again, slower, to mend what can be mended and to say where it went wrong.
    let mended = repair(body);
    let mut reader = serde_json::Deserializer::from_slice(&mended);
    let response = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| origin.error(e.path().to_string(), e.into_inner()))?;
    reader.end().map_err(|e| origin.error(".".to_owned(), e))?;
    Ok(response)
}

/// A list taken out of its envelope.
pub(crate) struct Unwrapped {
    /// The array of items as it came.
    pub(crate) list: Bytes,
    /// Everything beside it.
    pub(crate) envelope: Map<String, Value>,
}

/// Takes a list out of the envelope that it came in.
pub(crate) fn unwrap(body: &Bytes, key: &str, origin: &Origin<'_>) -> Result<Unwrapped, Error> {
    let body = if may_hold_nul(body) { Bytes::from(repair(body)) } else { body.clone() };
    let wrong = |e| origin.error(".".to_owned(), e);
    let parts: HashMap<String, &RawValue> = serde_json::from_slice(&body).map_err(wrong)?;
    let mut envelope = Map::new();
    let mut list = None;
    for (name, part) in parts {
        if name == key {
            list = Some(body.slice_ref(part.get().as_bytes()));
        } else {
            envelope.insert(name, serde_json::from_str(part.get()).map_err(wrong)?);
        }
    }
    // An envelope without its list is no empty list.
    let list = list.ok_or_else(|| {
        wrong(serde::de::Error::custom(format_args!("the answer has no list `{key}`")))
    })?;
    Ok(Unwrapped { list, envelope })
}

/// How many items a list has.
pub(crate) fn count(list: &[u8]) -> usize {
    serde_json::from_slice::<Vec<&RawValue>>(list).map_or(0, |items| items.len())
}

/// The items of one page; an item that cannot be read does not lose the others.
pub(crate) fn items<T: DeserializeOwned>(
    body: &[u8],
    origin: &Origin<'_>,
) -> Result<Decoded<T>, Error> {
    if !may_hold_nul(body)
        && let Ok(items) = serde_json::from_slice(body)
    {
        return Ok(Decoded { items, odd: Vec::new() });
    }
    let mended = repair(body);
    if let Ok(items) = serde_json::from_slice(&mended) {
        return Ok(Decoded { items, odd: Vec::new() });
    }
    let parts: Vec<&RawValue> =
        serde_json::from_slice(&mended).map_err(|e| origin.error(".".to_owned(), e))?;
    let mut decoded = Decoded { items: Vec::with_capacity(parts.len()), odd: Vec::new() };
    for (index, part) in parts.into_iter().enumerate() {
        let mut reader = serde_json::Deserializer::from_str(part.get());
        match serde_path_to_error::deserialize(&mut reader) {
            Ok(item) => decoded.items.push(item),
            Err(error) => decoded.odd.push(OddItem {
                index,
                path: error.path().to_string(),
                message: error.into_inner().to_string(),
            }),
        }
    }
    Ok(decoded)
}
