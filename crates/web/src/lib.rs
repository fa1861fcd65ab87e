//! The always-on service: dashboard, JSON API, scheduler, metrics, in one process.
//!
//! What the pages show and what the API answers are the same values: see [`question`].

pub mod access;
pub mod accounts;
pub mod acts;
pub mod app;
mod approvals;
mod assets;
mod attempts;
mod chart;
mod connection;
mod currency;
pub mod form;
mod headers;
mod health;
mod hub_sign_in;
mod hubs;
mod keep;
pub mod layout;
mod listen;
mod log;
mod metrics;
mod openapi;
mod org_form;
pub mod pages;
pub mod password;
mod pictures;
mod pool;
pub mod problem;
pub mod question;
pub mod questions;
mod random;
mod schedule;
mod scheduler;
mod session;
mod show;
mod token_place;

pub use app::{App, Config, Place, sign_in_url};
pub use keep::keep;
pub use listen::{Listen, ListenError, Listening, Tls};
pub use session::new_link;
pub use token_place::Lookup;
