//! The tools against a Hub: what they answer, what they refuse, what never leaves.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod care;
mod confirmed;
mod faults;
mod fuzz;
mod hub;
mod recorder;
mod refusals;
mod served;
mod stage;
mod tools;
mod trouble;
mod wire;
