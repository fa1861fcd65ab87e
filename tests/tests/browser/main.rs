//! The dashboard in Chromium, as people use it. `cargo xtask test` finds or installs the browser.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose findings are worth reading"
)]

mod first_sync;
mod signing_in;
mod stage;
