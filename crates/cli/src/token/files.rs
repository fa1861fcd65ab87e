//! The two files `huggingface_hub` keeps tokens in.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Exit, Stop, usage};

use super::ini::Ini;
use super::{Environment, Found, Source};

/// Where the token file and the stored tokens lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// Holds the active token and nothing else.
    pub(crate) token: PathBuf,
    /// Holds every named token, beside the token file.
    pub(crate) stored: PathBuf,
}

impl Places {
    /// Follows `HF_TOKEN_PATH`, `HF_HOME`, `XDG_CACHE_HOME` and the home folder, in this order.
    pub(crate) fn new(env: &impl Environment) -> Option<Self> {
        let path = |name: &str| env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = path("HOME").or_else(|| path("USERPROFILE"));
        let expand = |path: PathBuf| match (path.strip_prefix("~"), &home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path,
        };
        let token = path("HF_TOKEN_PATH").map(expand).or_else(|| {
            let folder = path("HF_HOME").map(expand).or_else(|| {
                let cache = path("XDG_CACHE_HOME").map(expand);
                Some(cache.or_else(|| Some(home.as_ref()?.join(".cache")))?.join("huggingface"))
            })?;
            Some(folder.join("token"))
        })?;
        let stored = token.with_file_name("stored_tokens");
        Some(Self { token, stored })
    }

    /// The active token.
    pub(crate) fn active(&self) -> Result<Option<Found>, Stop> {
        match std::fs::read_to_string(&self.token) {
            Ok(raw) => Found::clean(&raw, Source::File(self.token.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(usage(format!("cannot read the token file {}", self.token.display()))
                    .because(error)
                    .hint("check its owner and permissions, or set HF_TOKEN"))
            }
        }
    }

    /// Every named token.
    pub(crate) fn stored(&self) -> Result<Stored, Stop> {
        let text = match std::fs::read_to_string(&self.stored) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(usage(format!("cannot read {}", self.stored.display())).because(error));
            }
        };
        let ini = Ini::parse(&text).map_err(|line| {
            usage(format!("{} line {line} is not of the form `key = value`", self.stored.display()))
                .hint("repair or remove that file; it was left as it is")
        })?;
        Ok(Stored(ini))
    }
}

/// The named tokens of the `stored_tokens` file.
#[derive(Debug)]
pub(crate) struct Stored(Ini);

impl Stored {
    /// The name a token is stored under.
    pub(crate) fn name_of(&self, found: &Found) -> Option<&str> {
        self.0.sections().find(|name| self.0.get(name, "hf_token") == Some(found.expose()))
    }

    /// The token stored under a name.
    pub(crate) fn token(&self, name: &str) -> Option<&str> {
        self.0.get(name, "hf_token")
    }

    /// When an OAuth login ends, in Unix seconds.
    pub(crate) fn expires_at(&self, name: &str) -> Option<i64> {
        self.0.get(name, "expires_at")?.parse().ok()
    }

    /// Stores a token; the keys of a different token under the same name go with it.
    pub(crate) fn put(&mut self, name: &str, found: &Found) {
        if self.token(name) != Some(found.expose()) {
            self.0.remove(name);
        }
        self.0.set(name, "hf_token", found.expose());
    }

    /// Forgets a name.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name)
    }

    /// The names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.sections()
    }

    /// Writes the file.
    pub(crate) fn save(&self, places: &Places) -> Result<(), Stop> {
        write_secret(&places.stored, &self.0.to_string())
    }
}

/// Replaces a file by one with the given text: 0600, in a folder of 0700, by rename.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<(), Stop> {
    let fail = |error: io::Error| {
        Stop::new(Exit::Failed, "io", format!("cannot write {}", path.display()))
            .because(error)
            .hint("check the owner and the permissions of its folder, or set HF_HOME")
    };
    // A link is followed, so that the file it points to is replaced and not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder(folder).map_err(fail)?;
    // Created 0600 by the library; others never see it, not even for a moment.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(&path).map_err(|error| fail(error.error))?;
    Ok(())
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Also where it existed: `huggingface_hub` does the same. Not ours to change is no error.
    let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
    Ok(())
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}
