//! The dashboard in Chromium, as people use it. `cargo xtask test` finds or installs the browser.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests, whose findings are worth reading"
)]

mod accessibility;
mod approvals;
mod first_sync;
mod hosts;
mod keyboard;
mod people;
mod plain;
mod quarantine;
mod signing_in;
mod stage;
