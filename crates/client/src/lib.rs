//! A client for the people side of the Hugging Face Hub: users, organizations, likes, access.
//!
//! ```
//! # async fn example(endpoint: &str) -> Result<(), hubfolk::Error> {
//! use futures_util::TryStreamExt;
//! use hubfolk::Hub;
//!
//! let hub = Hub::builder().endpoint(endpoint).build()?;
//! let ada = hub.user("ada").overview().await?;
//! let followers: Vec<_> = hub.user("ada").followers().try_collect().await?;
//! assert_eq!(ada.num_followers, Some(followers.len() as u64));
//! # Ok(())
//! # }
//! # let sim = hubfolk_sim::Sim::builder()
//! #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}, {"name": "bob"}],
//! #         "follows": [{"from": "bob", "to": "ada"}]}"#).unwrap())
//! #     .start_on_thread().unwrap();
//! # tokio::runtime::Runtime::new().unwrap().block_on(example(&sim.url())).unwrap();
//! ```
//!
//! Three ways lead to the same operation: a handle that reads well (`hub.user("ada").overview()`),
//! the operation as a value ([`Hub::send`], [`Hub::list`]) and, with the feature `blocking`, both
//! without async. What the transport promises stands at [`Hub`].
//!
//! The library reads neither environment nor files; the token comes from the caller.

pub mod activity;
#[cfg(feature = "blocking")]
pub mod blocking;
mod config;
mod decode;
mod error;
mod exchange;
mod fetch;
pub mod handles;

mod hub;
mod limits;
mod link;
mod observe;
mod pages;
mod picture;
pub mod questions;
mod raw;
mod repair;
mod retry;
mod token;

pub use crate::{
    config::{DEFAULT_ENDPOINT, HubBuilder},
    error::{
        ApiError, Argument, ConfigError, DecodeError, Error, Experimental, MemberProblem,
        PagingError, PagingProblem, RateLimited, RedirectError, TooLarge, TransportError,
        TransportProblem,
    },
    hub::Hub,
    observe::{Event, RateLeft, Stats},
    pages::{Decoded, Listing, OddItem, Page, RawPage},
    raw::RawAnswer,
};
pub use hubfolk_api as api;
