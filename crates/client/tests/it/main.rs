//! The client against servers that do what the Hub does on good and on bad days.
#![allow(clippy::unwrap_used, reason = "tests")]

mod activity;
mod bounds;
mod config;
mod decoding;
mod governance;
mod limits;
mod pages;
mod pictures;
mod questions;
mod redirects;
mod repeats;
mod scenarios;
mod secrets;
mod server;
mod surface;
