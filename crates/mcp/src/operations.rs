//! The operation table with its types taken out: what a name and JSON arguments stand for.
//!
//! Every tool goes through here, so no request leaves that is not an operation of the table.

mod shape;

use std::{fmt, sync::OnceLock};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use http::Request;
use hubfolk::{Error, Hub, RawAnswer, RawPage};
use hubfolk_api::{
    Effect, Endpoint, Operation, Paged,
    table::{self, Visitor},
    wire,
};
use serde_json::{Map, Value};

pub use self::shape::{Field, Kind, Shape};
use crate::failure::Failure;

/// Arguments of an operation or a tool, by name.
pub type Arguments = Map<String, Value>;

/// A call made from arguments.
type Parse = fn(Arguments) -> Result<Box<dyn Call>, Failure>;

/// A call read from a request.
type Decode = fn(&Request<Vec<u8>>) -> Option<Box<dyn Call>>;

/// The pages of a list.
type Pages = BoxStream<'static, Result<RawPage, Error>>;

/// One operation of the Hub, by its name.
pub struct Entry {
    /// How it travels.
    pub operation: Operation,
    /// Whether it answers with a list in pages.
    pub paged: bool,
    /// Under which key of the answer the items of a list stand.
    pub items: Option<&'static str>,
    shape: OnceLock<Shape>,
    read_shape: fn() -> Shape,
    parse: Parse,
    decode: Decode,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.operation.name).finish()
    }
}

impl Entry {
    /// The fields it takes, by their names on the wire.
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(self.read_shape)
    }

    /// A call with these arguments, checked as far as it can be without the Hub.
    ///
    /// # Errors
    ///
    /// Unknown or missing fields, values of the wrong type, what the Hub would surely refuse.
    pub fn call(&self, arguments: Arguments) -> Result<Box<dyn Call>, Failure> {
        let arguments = self.shape().accept(self.operation.name, arguments)?;
        (self.parse)(arguments)
    }

    /// The call that an HTTP request of this operation stands for.
    #[must_use]
    pub fn decode(&self, request: &Request<Vec<u8>>) -> Option<Box<dyn Call>> {
        (self.decode)(request)
    }
}

/// An operation with its arguments, ready to be sent.
pub trait Call: Send + Sync {
    /// How it travels.
    fn operation(&self) -> Operation;

    /// The arguments as JSON, defaults left out.
    fn arguments(&self) -> Arguments;

    /// The HTTP request, byte for byte as it will be sent.
    ///
    /// # Errors
    ///
    /// What cannot stand in a path.
    fn request(&self) -> Result<Request<Vec<u8>>, Failure>;

    /// Sends it.
    fn send(&self, hub: &Hub) -> BoxFuture<'static, Result<RawAnswer, Error>>;

    /// Reads it page by page, from a page named before; `None` for what is no list.
    fn pages(&self, hub: &Hub, from: Option<&str>) -> Option<Pages>;

    /// The same, with `{}` for a body where a `POST` has none.
    fn with_object(self: Box<Self>) -> Box<dyn Call>;

    /// What it does to the Hub, with these arguments.
    fn effect(&self) -> Effect {
        effect_of(&self.operation(), &self.arguments())
    }
}

/// What an operation does to the Hub with these arguments.
///
/// Closing and rejecting are values of operations that also open and accept. A change of role, and
/// whatever an identity provider's side changes about members, takes something away or hands
/// something out, and both are a person's decision.
#[must_use]
pub fn effect_of(operation: &Operation, arguments: &Arguments) -> Effect {
    let is = |field: &str, value: &str| arguments.get(field).is_some_and(|v| v == value);
    let grave = match operation.name {
        "change_discussion_status" => is("status", "closed"),
        "handle_access_request" | "batch_access_requests" => {
            // Back to pending takes access away as well.
            !is("status", "accepted")
        }
        name => {
            // What a DELETE takes away may be put back by hand, but not by the one who took it.
            operation.method == http::Method::DELETE
                || (!operation.effect.is_read()
                    && (name.contains("role") || name.contains("_scim_")))
        }
    };
    if grave { Effect::Destructive } else { operation.effect }
}

/// How the pages of a list are read; an operation that is no list has none.
type ReadPages<E> = fn(&Hub, E, Option<&str>) -> Pages;

struct Typed<E> {
    operation: E,
    pages: Option<ReadPages<E>>,
    /// A `POST` has a body, be it empty.
    object: bool,
}

impl<E: Endpoint> Typed<E> {
    fn call(operation: E, pages: Option<ReadPages<E>>) -> Box<dyn Call> {
        Box::new(Self { operation, pages, object: false })
    }
}

impl<E: Endpoint> Call for Typed<E> {
    fn operation(&self) -> Operation {
        E::OPERATION
    }

    fn arguments(&self) -> Arguments {
        match serde_json::to_value(&self.operation) {
            Ok(Value::Object(fields)) => fields,
            _ => Arguments::new(),
        }
    }

    fn request(&self) -> Result<Request<Vec<u8>>, Failure> {
        let encoded = wire::encode(&self.operation);
        let mut request = encoded.map_err(|error| Failure::invalid(error.to_string()))?;
        if self.object && request.body().is_empty() {
            *request.body_mut() = b"{}".to_vec();
        }
        Ok(request)
    }

    fn send(&self, hub: &Hub) -> BoxFuture<'static, Result<RawAnswer, Error>> {
        let (hub, operation, object) = (hub.clone(), self.operation.clone(), self.object);
        async move {
            if object { hub.raw_with_object(&operation).await } else { hub.raw(&operation).await }
        }
        .boxed()
    }

    fn pages(&self, hub: &Hub, from: Option<&str>) -> Option<Pages> {
        self.pages.map(|read| read(hub, self.operation.clone(), from))
    }

    fn with_object(mut self: Box<Self>) -> Box<dyn Call> {
        self.object = E::OPERATION.method == http::Method::POST;
        self
    }
}

fn read_pages<E: Paged>(hub: &Hub, operation: E, from: Option<&str>) -> Pages {
    hub.raw_pages_from(operation, from).boxed()
}

fn parse<E: Endpoint>(arguments: Arguments) -> Result<E, Failure> {
    let operation: E = serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Failure::invalid(format!("{}: {error}", E::OPERATION.name)))?;
    operation.validate().map_err(|invalid| Failure::invalid(invalid.to_string()))?;
    Ok(operation)
}

/// Every operation, in the table's order.
#[must_use]
pub fn all() -> &'static [Entry] {
    static ALL: OnceLock<Vec<Entry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut collect = Collect(Vec::new());
        table::visit(&mut collect);
        collect.0
    })
}

/// The operation of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    all().iter().find(|entry| entry.operation.name == name)
}

struct Collect(Vec<Entry>);

impl Collect {
    fn add<E: Endpoint>(
        &mut self,
        paged: bool,
        items: Option<&'static str>,
        parse: Parse,
        decode: Decode,
    ) {
        self.0.push(Entry {
            operation: E::OPERATION,
            paged,
            items,
            shape: OnceLock::new(),
            read_shape: || Shape::of::<E>(),
            parse,
            decode,
        });
    }
}

impl Visitor for Collect {
    fn call<E: Endpoint>(&mut self) {
        self.add::<E>(
            false,
            None,
            |arguments| Ok(Typed::call(parse::<E>(arguments)?, None)),
            |request| Some(Typed::call(wire::decode::<E>(request).ok()?, None)),
        );
    }

    fn list<E: Paged>(&mut self) {
        self.add::<E>(
            true,
            E::ITEMS,
            |arguments| Ok(Typed::call(parse::<E>(arguments)?, Some(read_pages::<E>))),
            |request| Some(Typed::call(wire::decode::<E>(request).ok()?, Some(read_pages::<E>))),
        );
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn arguments(value: &Value) -> Arguments {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_name_and_arguments_become_the_request_of_the_table() {
        let entry = find("list_liked_repos").unwrap();
        let call = entry.call(arguments(&json!({"username": "ada", "limit": "20"}))).unwrap();
        assert_eq!(call.request().unwrap().uri(), "/api/users/ada/likes?limit=20");
        assert_eq!(call.effect(), Effect::Read);
    }

    #[test]
    fn what_the_operation_does_not_take_is_refused_and_the_fields_named() {
        let entry = find("get_user_overview").unwrap();
        let failure = entry.call(arguments(&json!({"user": "ada"}))).err().unwrap();
        assert!(failure.to_string().contains("username"), "{failure}");
    }

    #[test]
    fn a_path_that_would_reach_another_operation_is_refused() {
        let entry = find("list_repo_likers").unwrap();
        for repo in ["../../whoami-v2", "a/..", "a/b/c"] {
            let call = entry.call(arguments(&json!({"type": "model", "repo": repo})));
            assert!(call.and_then(|call| call.request()).is_err(), "{repo}");
        }
    }
}
