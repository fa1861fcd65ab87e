//! The audit log: who did what, and how it was confirmed. One JSON object a line, no content.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hubfolk_license::clock::Clock;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// How a write came to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// Nobody has to be asked for it.
    NotNeeded,
    /// A person answered a form of the client.
    Form,
    /// A person approved it in a terminal.
    OutOfBand,
    /// It was shown, not sent.
    DryRun,
    /// It was not confirmed.
    No,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// A person has to say yes first.
    Asked,
    /// It was not let through, or a person said no.
    Refused,
    /// The Hub or the network failed.
    Failed,
}

/// One call of a tool, without what it was about.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Whose token it was: its digest, or the owner of the process; never the token.
    pub principal: &'a str,
    /// Their username, where it is known.
    pub user: Option<&'a str>,
    /// The tool.
    pub tool: &'a str,
    /// The operation of the Hub, where it came to one.
    pub operation: Option<&'a str>,
    /// The canonical arguments, of which only the digest is written.
    pub arguments: &'a str,
    /// How it was confirmed.
    pub confirmed: Confirmed,
    /// How it ended.
    pub outcome: Outcome,
}

#[derive(Serialize)]
struct Line<'a> {
    at: String,
    principal: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    tool: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    arguments: String,
    confirmed: Confirmed,
    outcome: Outcome,
}

/// Where the lines go.
#[derive(Clone)]
pub struct Log {
    place: Option<Arc<(PathBuf, File)>>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl Log {
    /// Opens a log to append to, readable by its owner alone; several processes may.
    ///
    /// # Errors
    ///
    /// When the file or its folder cannot be made or opened.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            crate::confirm::private_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(Self { place: Some(Arc::new((path.to_owned(), file))), clock })
    }

    /// A log that keeps nothing.
    #[must_use]
    pub fn none(clock: Arc<dyn Clock>) -> Self {
        Self { place: None, clock }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| place.0.as_path())
    }

    /// Writes one line, whole, whatever other processes write.
    ///
    /// # Errors
    ///
    /// When it cannot be written: then what it tells of should not be done.
    pub fn write(&self, event: &Event<'_>) -> io::Result<()> {
        let Some(place) = &self.place else { return Ok(()) };
        let line = Line {
            at: self.clock.now().to_string(),
            principal: event.principal,
            user: event.user,
            tool: event.tool,
            operation: event.operation,
            arguments: digest(event.arguments),
            confirmed: event.confirmed,
            outcome: event.outcome,
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        let file = &place.1;
        file.lock()?;
        // One write at the end of the file; the lock keeps a split write of others apart.
        let written = (&mut &*file).write_all(&text);
        file.unlock()?;
        written
    }
}

/// The digest by which arguments can be compared and not be read.
#[must_use]
pub fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(16).fold("sha256:".to_owned(), |mut out, byte| {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
