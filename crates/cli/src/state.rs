//! Where the agent tool keeps what its processes share: confirmations that wait, the key of
//! cursors, the audit log.

use std::path::PathBuf;

use crate::database::data_folder;
use crate::error::{Stop, usage};
use crate::token::{Environment, Process};

/// The folder given by `HUBFOLK_STATE`, else one beside the ledger.
pub(crate) fn folder() -> Result<PathBuf, Stop> {
    given().map_or_else(|| in_data_folder("agent"), Ok)
}

/// Where the service keeps pasted tokens when its ledger is in no file.
pub(crate) fn of_service() -> Result<PathBuf, Stop> {
    given().map_or_else(|| in_data_folder("service"), |folder| Ok(folder.join("service")))
}

fn given() -> Option<PathBuf> {
    Process.get("HUBFOLK_STATE").filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn in_data_folder(name: &str) -> Result<PathBuf, Stop> {
    let folder = data_folder(&Process).map_err(|_| {
        usage("there is no home folder for what the processes of hubfolk share")
            .hint("set HUBFOLK_STATE to a folder that only you can write")
    });
    Ok(folder?.join(name))
}
