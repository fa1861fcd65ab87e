//! Reads answers: fast when all is well, item by item when it is not.

mod envelope;

use hubfolk_api::{Answer, Endpoint, wire};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub(crate) use self::envelope::{Unwrapped, unwrap};
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
