//! Where the ledger lies, and with which permissions.

use std::path::{Path, PathBuf};

use hubfolk_store::DatabaseUrl;

use crate::error::{Exit, Stop, usage};
use crate::token::{Environment, Process};

/// What a command does with the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Only look: a ledger that is not there is not made.
    Read,
    /// Write: a new ledger is made, for its owner's eyes only.
    Write,
}

/// The address given by `--db` or `HUBFOLK_DB`, else the file in the user's data folder.
pub(crate) fn address(given: Option<&str>) -> Result<DatabaseUrl, Stop> {
    match given.filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|error: hubfolk_store::Error| {
            usage("the address of the ledger (--db or HUBFOLK_DB) cannot be used")
                .because(error)
                .hint("for example --db sqlite:/srv/ledger.db or --db postgres://me@db.example/ledger")
        }),
        None => Ok(DatabaseUrl::sqlite(data_folder(&Process)?.join("ledger.db"))),
    }
}

/// The user's own folder for ledgers.
pub(crate) fn data_folder(env: &impl Environment) -> Result<PathBuf, Stop> {
    let folder = |name: &str| env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("XDG_DATA_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder("HOME").or_else(|| folder("USERPROFILE"))?.join(".local/share")))
        .map(|data| data.join("hubfolk"))
        .ok_or_else(|| {
            usage("there is no home folder to keep the ledger in")
                .hint("say where it lies: --db sqlite:/path/to/ledger.db")
        })
}

/// Makes sure that a ledger in a file is there, or may come to be, and is private.
pub(crate) fn prepare(address: &DatabaseUrl, purpose: Purpose) -> Result<(), Stop> {
    let DatabaseUrl::Sqlite(path) = address else { return Ok(()) };
    match purpose {
        Purpose::Read if !path.exists() => {
            Err(Stop::new(Exit::NotFound, "not_found", format!("there is no ledger at {}", path.display()))
                .hint("`hubfolk sync ORG` makes one; `hubfolk demo` shows what it is good for"))
        }
        Purpose::Read => Ok(()),
        Purpose::Write => create_private(path).map_err(|error| {
            Stop::new(Exit::Failed, "io", format!("cannot write the ledger {}", path.display()))
                .because(error)
                .hint("check the permissions of its folder, or choose another place with --db sqlite:PATH")
        }),
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // SQLite gives its side files the permissions of this one.
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().create(true).append(true).open(path).map(drop)
}
