//! The service over HTTP, as browsers and programs meet it.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests")]

mod access;
mod actions;
mod browser;
mod outage;
mod reached;
mod routes;
mod schedule;
mod setup;
mod sign_in;
mod stage;
