//! The service over HTTP, as browsers and programs meet it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "tests, whose numbers are worth reading"
)]

mod access;
mod actions;
mod browser;
mod domains;
mod outage;
mod pages;
mod pictures;
mod reached;
mod routes;
mod schedule;
mod service_api;
mod setup;
mod sign_in;
mod stage;
