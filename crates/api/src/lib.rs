//! What the Hugging Face Hub is: its operations and its objects, as plain values, without I/O.
//!
//! Every operation is a struct that implements [`Endpoint`]: its fields are the arguments, its
//! documentation is the tool description and the command help, its [`Operation`] says how it
//! travels. [`wire::encode`] turns such a value into an HTTP request and [`wire::decode`] turns
//! the request back, so that a client and a server share one definition. [`table::visit`] walks
//! all of them.
//!
//! ```
//! use hubfolk_api::{users::GetUserOverview, wire};
//!
//! let request = wire::encode(&GetUserOverview::new("ada")).expect("a plain name can be sent");
//! assert_eq!(request.uri(), "/api/users/ada/overview");
//! let back: GetUserOverview = wire::decode(&request).expect("encode and decode are inverses");
//! assert_eq!(back.username, "ada");
//! ```

pub mod access_requests;
pub mod account;
pub mod audit_log;
pub mod auth_check;
pub mod author;
pub mod billing;
pub mod collections;
pub mod contract;
pub mod credentials;
pub mod discussions;
pub mod endpoint;
pub mod id;
pub mod likes;
pub mod notifications;
pub mod oauth;
mod open;
pub mod openapi;
pub mod organizations;
pub mod problem;
pub mod quicksearch;
mod record;
pub mod repos;
pub mod resource_groups;
pub mod scim;
mod secret;
pub mod service_accounts;
pub mod table;
mod template;
pub mod users;
pub mod webhooks;
pub mod whoami;
pub mod wire;

pub use endpoint::{Answer, Effect, Endpoint, Operation, Paged, Payload};
pub use secret::Secret;
