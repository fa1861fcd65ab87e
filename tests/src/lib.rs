//! What the whole-product tests share: databases to run on and a look at what is in them.

pub mod binary;
pub mod browser;
pub mod crowd;
pub mod database;
pub mod dump;
pub mod operations;
pub mod play;
pub mod reference;
pub mod scene;
pub mod service;
