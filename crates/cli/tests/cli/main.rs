//! The program as its users meet it: arguments, files, exit codes, and what lies on stdout and stderr.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests")]

mod access;
mod agent;
mod ask;
mod audit_log;
mod auth;
mod collections;
mod contract;
mod demo;
mod discussions;
mod doctor;
mod formats;
mod groups;
mod help;
mod hub;
mod input;
mod ledger;
mod notifications;
mod orgs;
mod repos;
mod scim;
mod serve;
mod service_accounts;
mod support;
mod tokens;
mod usage;
mod webhooks;
