//! The always-on service: dashboard, JSON API, scheduler, metrics, in one process.
//!
//! What the pages show and what the API answers are the same values: see [`question`].

pub mod access;
pub mod accounts;
pub mod app;
mod assets;
mod attempts;
pub mod form;
mod headers;
mod health;
mod hub_sign_in;
pub mod layout;
mod listen;
mod log;
mod openapi;
pub mod pages;
pub mod password;
mod pool;
pub mod problem;
pub mod question;
pub mod questions;
mod random;
mod session;
mod token_place;

pub use app::{App, Config, Place, sign_in_url};
pub use listen::{Listen, ListenError, Listening, Tls};
pub use session::new_link;
pub use token_place::Lookup;
