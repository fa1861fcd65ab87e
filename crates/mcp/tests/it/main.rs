//! The tools against a Hub: what they answer, what they refuse, what never leaves.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    reason = "tests; `json!` is handed over as it is written"
)]

mod care;
mod confirmed;
mod faults;
mod fuzz;
mod hub;
mod recorder;
mod refusals;
mod revisions;
mod served;
mod stage;
mod tools;
mod trouble;
mod wire;
