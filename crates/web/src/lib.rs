//! The always-on service: dashboard, JSON API, scheduler, metrics, in one process.
//!
//! What the pages show and what the API answers are the same values: see [`question`].

pub mod access;
pub mod app;
mod assets;
mod headers;
mod health;
pub mod layout;
mod listen;
mod openapi;
pub mod pages;
mod pool;
pub mod problem;
pub mod question;
pub mod questions;
mod random;
mod session;

pub use app::{App, Config, Place, sign_in_url};
pub use listen::{Listen, ListenError, Listening, Tls};
pub use session::new_link;
