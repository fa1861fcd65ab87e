//! hubfolk for agents: the Hub's people and community side as tools of the Model Context Protocol.

pub mod audit;
pub mod budget;
pub mod call;
pub mod callers;
pub mod cards;
mod commit;
pub mod completions;
pub mod confirm;
#[cfg(feature = "conformance")]
mod conformance;
pub mod cursor;
pub mod dispatch;
pub mod failure;
pub mod format;
pub mod hf_api_request;
pub mod http;
pub mod install;
pub mod ledger;
mod listing;
pub mod operations;
pub mod prompts;
pub mod redact;
pub mod repair;
pub mod resources;
pub mod seal;
mod server;
pub mod stdio;
pub mod taint;
mod target;
pub mod text;
pub mod tools;
mod words;
