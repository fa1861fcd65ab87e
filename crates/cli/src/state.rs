//! Where the agent tool keeps what its processes share: confirmations that wait, the key of
//! cursors, the audit log.

use std::path::PathBuf;

use crate::database::data_folder;
use crate::error::Stop;
use crate::token::{Environment, Process};

/// The folder given by `HUBFOLK_STATE`, else one beside the ledger.
pub(crate) fn folder() -> Result<PathBuf, Stop> {
    match Process.get("HUBFOLK_STATE").filter(|value| !value.is_empty()) {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Ok(data_folder(&Process)?.join("agent")),
    }
}
