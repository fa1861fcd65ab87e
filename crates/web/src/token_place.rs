//! Where the tokens of organizations are: read when needed, never kept in the database.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hubfolk_api::Secret;
use hubfolk_store::Credential;

/// Looks things up that only the program at the top may: environment and keyring.
pub trait Lookup: Send + Sync {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The entry of the system's keyring with this name.
    ///
    /// # Errors
    ///
    /// In words, when there is no keyring or no such entry.
    fn keyring(&self, name: &str) -> Result<String, String>;
}

/// The places of tokens.
#[derive(Clone)]
pub(crate) struct Tokens {
    folder: PathBuf,
    lookup: Arc<dyn Lookup>,
}

/// Kinds of places, with what they are called on pages.
pub(crate) const KINDS: [(&str, &str); 5] = [
    ("stored", "Paste it: it goes to a file that only this service reads"),
    ("env", "An environment variable of the service"),
    ("file", "A file that only this service can read"),
    ("keyring", "An entry of the system's keyring"),
    ("none", "No token: only what is public"),
];

impl Tokens {
    pub(crate) fn new(folder: PathBuf, lookup: Arc<dyn Lookup>) -> Self {
        Self { folder, lookup }
    }

    /// The token of an organization; none when it is asked for without one.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, in words that hold no token.
    pub(crate) fn read(&self, credential: &Credential) -> Result<Option<Secret>, String> {
        let place = credential.place.as_str();
        let text = match credential.kind.as_str() {
            "none" => return Ok(None),
            "env" => self.lookup.variable(place).ok_or_else(|| {
                format!("the environment variable {place} is not set for the service")
            })?,
            "file" => read_private(Path::new(place))?,
            "keyring" => self.lookup.keyring(place)?,
            "stored" => read_private(&self.folder.join(place))?,
            other => return Err(format!("{other:?} is no kind of place for a token")),
        };
        clean(&text).map(Some)
    }

    /// Writes a pasted token for an organization; the name of its file.
    pub(crate) fn write(&self, org_id: i64, token: &Secret) -> io::Result<String> {
        write_token(&self.folder, org_id, token)
    }

    /// Removes the pasted token of an organization, if there is one.
    pub(crate) fn forget(&self, org_id: i64) -> io::Result<()> {
        match fs::remove_file(self.folder.join(format!("org-{org_id}.token"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes the secret of the program that people sign in with at the Hub.
    pub(crate) fn write_client_secret(&self, secret: &Secret) -> io::Result<()> {
        put(&self.folder, "hub-client.secret", secret.expose().as_bytes())
    }

    pub(crate) fn read_client_secret(&self) -> Option<Secret> {
        read_private(&self.folder.join("hub-client.secret")).ok().map(Secret::new)
    }
}

/// Writes the token of an organization into a state folder; the name of its file.
pub(crate) fn write_token(folder: &Path, org_id: i64, token: &Secret) -> io::Result<String> {
    let name = format!("org-{org_id}.token");
    put(folder, &name, token.expose().as_bytes())?;
    Ok(name)
}

/// By renaming, so that it is there whole or not at all, and never for others to read.
pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    private_folder(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    Ok(())
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), 0o700);
    builder.create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// How tokens of the Hub begin. Whatever else a variable or a file holds is some other secret, which
/// must not be sent to an address that somebody typed into a form.
const PREFIXES: [&str; 2] = ["hf_", "api_org_"];

/// A token as it was pasted or read: one word of visible ASCII that begins as tokens do.
pub(crate) fn clean(text: &str) -> Result<Secret, String> {
    let secret = word(text)?;
    if PREFIXES.iter().any(|prefix| secret.expose().starts_with(prefix)) {
        return Ok(secret);
    }
    Err("what it holds is no token of the Hub: those begin with hf_".to_owned())
}

/// A secret as it was pasted: one word of visible ASCII.
pub(crate) fn word(text: &str) -> Result<Secret, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("there is no token in it".to_owned());
    }
    if text.len() > 4_096 || !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err("what it holds is no token: one word such as hf_...".to_owned());
    }
    Ok(Secret::new(text))
}

/// Reads a file that nobody else can read.
fn read_private(path: &Path) -> Result<String, String> {
    let cannot =
        |error: io::Error| format!("the token file {} cannot be read: {error}", path.display());
    let file = fs::File::open(path).map_err(cannot)?;
    // The permissions of the opened file, not of the name: the name may change in between.
    refuse_if_shared(&file, path)?;
    let mut text = String::new();
    io::Read::read_to_string(&mut io::Read::take(file, 64 * 1024), &mut text).map_err(cannot)?;
    Ok(text)
}

#[cfg(unix)]
fn refuse_if_shared(file: &fs::File, path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(format!("the token file {0} can be read by others: chmod 600 '{0}'", path.display()))
}

#[cfg(not(unix))]
fn refuse_if_shared(_: &fs::File, _: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_secret_in_a_variable_is_not_taken_for_a_token() {
        assert!(clean(" hf_test_abc\n").is_ok());
        for other in ["", "sk-other", "hf_two words", "password"] {
            assert!(clean(other).is_err(), "{other}");
        }
    }
}
