//! What keeps a model and strangers' words from doing harm.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod attacks;
mod audit;
mod confirm;
mod corpus;
mod redact;
mod scripts;
mod text;
