//! Making hubfolk known to the programs that people talk to models in.
//!
//! Each keeps its servers in a file that is the person's: only our entry in it changes, comments and
//! layout stay, what was there before is kept beside it, and all of it can be taken back.

mod json;
mod toml;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// The name of our entry.
pub const NAME: &str = "hubfolk";

/// A program that can start servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Claude Code.
    ClaudeCode,
    /// Claude Desktop.
    ClaudeDesktop,
    /// Cursor.
    Cursor,
    /// Visual Studio Code.
    Vscode,
    /// Codex.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Zed.
    Zed,
}

/// The kinds of machines, as far as the places of files depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux and whatever keeps to its customs.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

/// A person's folders.
#[derive(Debug, Clone)]
pub struct Places {
    /// The home folder.
    pub home: PathBuf,
    /// `XDG_CONFIG_HOME` or `APPDATA`, where it is set.
    pub config: Option<PathBuf>,
    /// The kind of machine.
    pub system: System,
}

/// How a client starts the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
}

/// Why a file cannot be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be read or written.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not what the client reads; nothing was changed.
    #[error("{} is not what {client} reads, so it was left alone: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The client.
        client: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is as it was: there was nothing to do.
    None,
    /// It was written.
    Written {
        /// Where the file as it was before lies, if there was one.
        backup: Option<PathBuf>,
    },
    /// It is as it was before we first wrote it, byte for byte.
    Restored,
    /// It held nothing but our entry and is gone.
    Removed,
}

impl Client {
    /// Every client.
    pub const ALL: [Self; 7] = [
        Self::ClaudeCode,
        Self::ClaudeDesktop,
        Self::Cursor,
        Self::Vscode,
        Self::Codex,
        Self::Gemini,
        Self::Zed,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::ClaudeDesktop => "claude-desktop",
            Self::Cursor => "cursor",
            Self::Vscode => "vscode",
            Self::Codex => "codex",
            Self::Gemini => "gemini",
            Self::Zed => "zed",
        }
    }

    /// The file that it keeps its servers in.
    #[must_use]
    pub fn file(self, places: &Places) -> PathBuf {
        let home = |path: &str| places.home.join(path);
        let config = || places.config.clone();
        let app = || match places.system {
            System::MacOs => home("Library/Application Support"),
            System::Linux => config().unwrap_or_else(|| home(".config")),
            System::Windows => config().unwrap_or_else(|| home("AppData/Roaming")),
        };
        match self {
            Self::ClaudeCode => home(".claude.json"),
            Self::ClaudeDesktop => app().join("Claude/claude_desktop_config.json"),
            Self::Cursor => home(".cursor/mcp.json"),
            Self::Vscode => app().join("Code/User/mcp.json"),
            Self::Codex => home(".codex/config.toml"),
            Self::Gemini => home(".gemini/settings.json"),
            Self::Zed => match places.system {
                System::Windows => app().join("Zed/settings.json"),
                System::Linux => app().join("zed/settings.json"),
                System::MacOs => home(".config/zed/settings.json"),
            },
        }
    }

    /// Under which key of the file the servers stand.
    fn key(self) -> &'static str {
        match self {
            Self::Vscode => "servers",
            Self::Zed => "context_servers",
            Self::Codex => "mcp_servers",
            _ => "mcpServers",
        }
    }

    /// Our entry as this client wants it.
    fn value(self, entry: &Entry) -> Value {
        let mut value = Map::new();
        match self {
            Self::ClaudeCode | Self::Vscode => {
                drop(value.insert("type".to_owned(), json!("stdio")))
            }
            Self::Zed => drop(value.insert("source".to_owned(), json!("custom"))),
            _ => {}
        }
        value.insert("command".to_owned(), json!(entry.command));
        value.insert("args".to_owned(), json!(entry.args));
        if self == Self::Zed {
            value.insert("env".to_owned(), json!({}));
        }
        Value::Object(value)
    }

    /// What would stand in a file of this client that holds nothing else.
    #[must_use]
    pub fn snippet(self, entry: &Entry) -> String {
        self.with(None, entry).expect("a file that is not there can be read")
    }

    /// The file's text with our entry.
    fn with(self, text: Option<&str>, entry: &Entry) -> Result<String, String> {
        let value = self.value(entry);
        match self {
            Self::Codex => toml::with(text.unwrap_or_default(), self.key(), &value),
            _ => json::with(text.unwrap_or_default(), self.key(), &value),
        }
    }

    /// The file's text without our entry, or with the one that stood there before.
    fn without(self, text: &str, before: Option<&str>) -> Result<String, String> {
        match self {
            Self::Codex => toml::without(text, self.key(), before),
            _ => json::without(text, self.key(), before),
        }
    }
}

/// The text of a file with what is done to it.
struct Target {
    client: Client,
    /// Where it really lies: people link such files from elsewhere.
    path: PathBuf,
    text: Option<String>,
}

impl Target {
    fn read(client: Client, path: &Path) -> Result<Self, Problem> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let text = read(&path)?;
        Ok(Self { client, path, text })
    }

    fn unreadable(&self, why: String) -> Problem {
        Problem::Unreadable { path: self.path.clone(), client: self.client.name(), why }
    }

    /// Where the file as it was before us is kept.
    fn backup(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".before-hubfolk");
        self.path.with_file_name(name)
    }
}

/// The file as it would be; the same text when there is nothing to do.
///
/// # Errors
///
/// A file that cannot be read, or that is not what the client reads.
pub fn planned(client: Client, path: &Path, entry: &Entry) -> Result<String, Problem> {
    let target = Target::read(client, path)?;
    client.with(target.text.as_deref(), entry).map_err(|why| target.unreadable(why))
}

/// Puts our entry into the file, at once or not at all; all others stay.
///
/// # Errors
///
/// A file that cannot be read or written, or that is not what the client reads.
pub fn apply(client: Client, path: &Path, entry: &Entry) -> Result<Change, Problem> {
    let target = Target::read(client, path)?;
    let new = client.with(target.text.as_deref(), entry).map_err(|why| target.unreadable(why))?;
    if target.text.as_deref() == Some(&new) {
        return Ok(Change::None);
    }
    let mut backup = None;
    if let Some(text) = &target.text {
        let place = target.backup();
        // The first one is how it was before us; later ones would hide it.
        if !place.exists() {
            write(&place, text, &target.path)?;
        }
        backup = Some(place);
    }
    write(&target.path, &new, &target.path)?;
    Ok(Change::Written { backup })
}

/// Takes our entry out again: the file is as it was before us, with what others changed since.
///
/// # Errors
///
/// A file that cannot be read or written, or that is not what the client reads.
pub fn undo(client: Client, path: &Path, entry: &Entry) -> Result<Change, Problem> {
    let target = Target::read(client, path)?;
    let Some(text) = &target.text else { return Ok(Change::None) };
    let backup = target.backup();
    let before = read(&backup)?;
    let remove = |path: &Path| match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Problem::Io { what: "remove", path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    };
    let ours = client.with(before.as_deref(), entry).ok();
    if ours.as_deref() == Some(text) {
        return match before {
            Some(before) => {
                write(&target.path, &before, &target.path)?;
                remove(&backup)?;
                Ok(Change::Restored)
            }
            None => {
                remove(&target.path)?;
                Ok(Change::Removed)
            }
        };
    }
    let new = client.without(text, before.as_deref()).map_err(|why| target.unreadable(why))?;
    if new == *text {
        return Ok(Change::None);
    }
    write(&target.path, &new, &target.path)?;
    remove(&backup)?;
    Ok(Change::Written { backup: None })
}

fn read(path: &Path) -> Result<Option<String>, Problem> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Problem::Io { what: "read", path: path.to_owned(), source }),
    }
}

/// Writes beside and moves into place, with the permissions of `like` or for the owner alone.
fn write(path: &Path, text: &str, like: &Path) -> Result<(), Problem> {
    let written = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        if let Ok(metadata) = fs::metadata(like) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|source| Problem::Io { what: "write", path: path.to_owned(), source })
}
