//! What the job costs at least: the same bytes, the same structs, the same rows, and no promises.

pub(crate) mod discussions;
pub(crate) mod fetch;
pub(crate) mod fleet;
pub(crate) mod postgres;
pub(crate) mod rows;
pub(crate) mod sqlite;
