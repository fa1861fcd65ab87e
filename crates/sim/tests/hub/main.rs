//! The simulator as programs meet it: over a socket, without any client of ours.
#![allow(clippy::unwrap_used, reason = "tests")]

mod access_requests;
mod billing;
mod call;
mod collections;
mod contract;
mod discussions;
mod errors;
mod faults;
mod limits;
mod members;
mod notifications;
mod oauth;
mod openapi;
mod organization_settings;
mod paging;
mod recorded;
mod repo_lists;
mod repos;
mod resource_groups;
mod scene;
mod scim;
mod service_accounts;
mod timeline;
mod visibility;
mod webhooks;
mod world_file;
