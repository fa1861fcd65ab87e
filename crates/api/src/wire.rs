//! Turns an [`Endpoint`] value into an HTTP request and back, and answers likewise. No I/O.

use http::{HeaderValue, Request, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Endpoint, Payload},
    template::{self, Refusal},
    wire::part::Part,
};

mod part;

/// Why a value is no request, or a request no value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// A field that the path needs is absent.
    #[error("`{field}` is missing")]
    Missing {
        /// Wire name of the field.
        field: &'static str,
    },
    /// A field of the path is empty or a dot segment, which would change which operation is called.
    #[error("`{field}` must not be or contain an empty part, `.` or `..`")]
    Segment {
        /// Wire name of the field.
        field: &'static str,
    },
    /// A repository id with more than one slash.
    #[error("`{field}` has more than an owner and a name")]
    TooManySegments {
        /// Wire name of the field.
        field: &'static str,
    },
    /// A type of repository without web pages, or a name that would be read as such a type.
    #[error("`{field}` has no web page: types are `model`, `dataset`, `space` and `kernel`")]
    NoFolder {
        /// Wire name of the field.
        field: &'static str,
    },
    /// The value does not serialize to a JSON object.
    #[error("arguments are not an object")]
    NotAnObject,
    /// The value does not serialize.
    #[error("arguments cannot be written as JSON")]
    Serialize(#[source] serde_json::Error),
    /// Method or path belong to another operation.
    #[error("not a request of `{operation}`")]
    Mismatch {
        /// Name of the operation that was asked for.
        operation: &'static str,
    },
    /// The body is not JSON, or a field has the wrong type.
    #[error("arguments cannot be read")]
    Deserialize(#[source] serde_json::Error),
    /// The parts do not make an HTTP request.
    #[error("not a valid HTTP request")]
    Http(#[from] http::Error),
}

/// The HTTP request of an operation: a relative URI, its headers and its body.
///
/// ```
/// use hubfolk_api::{users::ListLikedRepos, wire};
///
/// let likes = ListLikedRepos::builder("ada l.").limit(20).build();
/// assert_eq!(wire::encode(&likes).unwrap().uri(), "/api/users/ada%20l./likes?limit=20");
/// ```
///
/// # Errors
///
/// A field of the path that is missing, empty, `.` or `..`.
pub fn encode<E: Endpoint>(request: &E) -> Result<Request<Vec<u8>>, WireError> {
    let operation = E::OPERATION;
    let value = serde_json::to_value(request).map_err(WireError::Serialize)?;
    let mut fields = match value {
        Value::Object(fields) => fields,
        Value::Null => Map::new(),
        _ => return Err(WireError::NotAnObject),
    };
    let mut uri =
        template::build(operation.path, |name| fields.remove(name).as_ref().and_then(scalar))
            .map_err(|refusal| match refusal {
                Refusal::Missing(field) => WireError::Missing { field },
                Refusal::Segment(field) => WireError::Segment { field },
                Refusal::TooLong(field) => WireError::TooManySegments { field },
                Refusal::NoFolder(field) => WireError::NoFolder { field },
            })?;
    let query = match operation.payload {
        Payload::Query => pairs(&fields),
        _ => pairs(&take(&mut fields, operation.query_fields)),
    };
    if !query.is_empty() {
        uri.push('?');
        uri.push_str(&query);
    }
    let json = |value: &Value| {
        let body = serde_json::to_vec(value).map_err(WireError::Serialize)?;
        Ok::<_, WireError>((body, Some(HeaderValue::from_static("application/json"))))
    };
    let (body, content_type) = match (operation.payload, operation.body_field) {
        (Payload::Query, _) => (Vec::new(), None),
        (Payload::Form, _) => (
            pairs(&fields).into_bytes(),
            Some(HeaderValue::from_static("application/x-www-form-urlencoded")),
        ),
        (Payload::Json, Some(field)) => match fields.remove(field) {
            Some(value) => json(&value)?,
            None => (Vec::new(), None),
        },
        // An operation without arguments sends no body at all: `DELETE .../like` has none.
        (Payload::Json, None) if fields.is_empty() => (Vec::new(), None),
        (Payload::Json, None) => json(&Value::Object(fields))?,
    };
    let mut out = Request::builder().method(operation.method).uri(uri).body(body)?;
    if let Some(content_type) = content_type {
        out.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    Ok(out)
}

/// The operation's value that an HTTP request stands for: the inverse of [`encode`].
///
/// Unknown fields are ignored, as the Hub ignores them; `expand[]` is read as `expand`.
///
/// # Errors
///
/// Another method or path, a body that is not a JSON object, a field of the wrong type.
pub fn decode<E: Endpoint>(request: &Request<impl AsRef<[u8]>>) -> Result<E, WireError> {
    let operation = E::OPERATION;
    let mismatch = || WireError::Mismatch { operation: operation.name };
    if *request.method() != operation.method {
        return Err(mismatch());
    }
    let path = template::match_path(operation.path, request.uri().path()).ok_or_else(mismatch)?;
    let mut parts: Vec<(String, Part)> =
        path.into_iter().map(|(name, value)| (name.to_owned(), Part::text(value))).collect();
    let body = request.body().as_ref();
    // What the path says stands, whatever else bears its name.
    let path_fields = operation.path_fields();
    let beside_path = |name: &str| !path_fields.contains(&name);
    let query = request.uri().query().unwrap_or("").as_bytes();
    if operation.payload == Payload::Query {
        add_pairs(&mut parts, query, beside_path);
    } else {
        add_pairs(&mut parts, query, |name| operation.query_fields.contains(&name));
    }
    match (operation.payload, operation.body_field) {
        (Payload::Query, _) => {}
        (Payload::Form, _) => add_pairs(&mut parts, body, beside_path),
        (Payload::Json, _) if body.is_empty() => {}
        (Payload::Json, Some(field)) => {
            let value = if is_form(request) {
                // Web routes take what a browser sends as well.
                let form = url::form_urlencoded::parse(body);
                Value::Object(form.map(|(k, v)| (k.into_owned(), v.into())).collect())
            } else {
                serde_json::from_slice(body).map_err(WireError::Deserialize)?
            };
            parts.push((field.to_owned(), Part::Json(value)));
        }
        (Payload::Json, None) => {
            // Python sends the body `null` where it has nothing to say.
            let fields: Option<Map<String, Value>> =
                serde_json::from_slice(body).map_err(WireError::Deserialize)?;
            let fields = fields.into_iter().flatten().filter(|(name, _)| beside_path(name));
            parts.extend(fields.map(|(name, value)| (name, Part::Json(value))));
        }
    }
    part::deserialize(parts).map_err(WireError::Deserialize)
}

/// The body of a successful answer with its content type.
///
/// # Errors
///
/// A response that cannot be written as JSON.
pub fn encode_answer<E: Endpoint>(
    response: &E::Response,
) -> Result<(&'static str, Vec<u8>), WireError> {
    match E::OPERATION.answer {
        Answer::Ignored | Answer::Page => Ok(("text/plain; charset=utf-8", Vec::new())),
        Answer::Json => serde_json::to_vec(response)
            .map(|body| ("application/json; charset=utf-8", body))
            .map_err(WireError::Serialize),
        Answer::Text => match serde_json::to_value(response).map_err(WireError::Serialize)? {
            Value::String(text) => Ok(("text/plain; charset=utf-8", text.into_bytes())),
            _ => Err(WireError::NotAnObject),
        },
    }
}

/// The response that the body of a successful answer stands for.
///
/// # Errors
///
/// The error of the JSON reader, for a body that is not what the operation answers.
pub fn decode_answer<E: Endpoint>(body: &[u8]) -> Result<E::Response, serde_json::Error> {
    match E::OPERATION.answer {
        Answer::Json => serde_json::from_slice(body),
        Answer::Text => {
            serde_json::from_value(Value::String(String::from_utf8_lossy(body).into_owned()))
        }
        Answer::Ignored | Answer::Page => serde_json::from_value(Value::Null),
    }
}

fn is_form<B>(request: &Request<B>) -> bool {
    let form = b"application/x-www-form-urlencoded";
    request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(form))
}

/// Takes these fields out.
fn take(fields: &mut Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter_map(|name| fields.remove(*name).map(|value| ((*name).to_owned(), value)))
        .collect()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Fields as a query string; a list repeats its key, null is left out.
fn pairs(fields: &Map<String, Value>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for text in items.iter().filter_map(scalar) {
            query.append_pair(name, &text);
        }
    }
    query.finish()
}

fn add_pairs(parts: &mut Vec<(String, Part)>, query: &[u8], wanted: impl Fn(&str) -> bool) {
    for (name, value) in url::form_urlencoded::parse(query) {
        let name = name.strip_suffix("[]").unwrap_or(&name);
        if !wanted(name) {
            continue;
        }
        match parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, Part::Text(texts))) => texts.push(value.into_owned()),
            _ => parts.push((name.to_owned(), Part::text(value.into_owned()))),
        }
    }
}
