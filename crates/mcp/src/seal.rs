//! Sealed text: what a client keeps for us and can neither read nor change.
//!
//! Cursors and pending confirmations travel through a model's context. They are encrypted and
//! authenticated, and bound to a purpose and to whom and what they were made for, so that one
//! cannot stand in for another.

use std::{fmt, io, path::Path};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Bytes of a key.
const KEY_LEN: usize = 32;

/// Longest text that is worth trying to open.
const LONGEST: usize = 256 * 1024;

/// The key that seals and opens; processes that share it understand each other.
pub struct Seal(RandomizedNonceKey);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// A key that only this process has.
    ///
    /// # Panics
    ///
    /// When the system has no randomness to give.
    #[must_use]
    pub fn ephemeral() -> Self {
        let mut key = [0; KEY_LEN];
        SystemRandom::new().fill(&mut key).expect("the system gives randomness");
        Self::new(&key)
    }

    /// The key of a state folder, made when it is first asked for; nobody else may read it.
    ///
    /// # Errors
    ///
    /// When the folder or the key cannot be read or written, or the key is damaged.
    pub fn of_folder(folder: &Path) -> io::Result<Self> {
        let path = folder.join("seal.key");
        loop {
            match std::fs::read(&path) {
                Ok(bytes) => {
                    let key: [u8; KEY_LEN] = bytes.try_into().map_err(|_| {
                        let what = format!("{} is no key; remove it", path.display());
                        io::Error::new(io::ErrorKind::InvalidData, what)
                    })?;
                    return Ok(Self::new(&key));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => make(folder, &path)?,
                Err(error) => return Err(error),
            }
        }
    }

    fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, key).expect("the key has the length it needs"))
    }

    /// Seals bytes for a purpose, bound to what must be the same when it is opened.
    ///
    /// # Panics
    ///
    /// When the system has no randomness to give.
    #[must_use]
    pub fn seal(&self, purpose: &str, bound: &[&str], plain: &[u8]) -> String {
        let mut sealed = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context(purpose, bound)), &mut sealed)
            .expect("the system gives randomness and the text is short");
        let mut out = nonce.as_ref().to_vec();
        out.append(&mut sealed);
        URL_SAFE_NO_PAD.encode(out)
    }

    /// What was sealed, if it was by this key, for this purpose and bound to the same.
    #[must_use]
    pub fn open(&self, purpose: &str, bound: &[&str], sealed: &str) -> Option<Vec<u8>> {
        if sealed.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(sealed.trim()).ok()?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let plain =
            self.0.open_in_place(nonce, Aad::from(context(purpose, bound)), &mut rest).ok()?;
        Some(plain.to_vec())
    }
}

/// Every part with its length, so that two lists of parts never read the same.
fn context(purpose: &str, bound: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in std::iter::once(&purpose).chain(bound) {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

/// Writes a new key beside and links it into place: of two processes at once, one is first.
fn make(folder: &Path, path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut key = [0; KEY_LEN];
    SystemRandom::new().fill(&mut key).map_err(|_| io::Error::other("no randomness"))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut name = [0; 8];
    SystemRandom::new().fill(&mut name).map_err(|_| io::Error::other("no randomness"))?;
    let beside = folder.join(format!("seal.key.{:x}", u64::from_be_bytes(name)));
    let written = (|| {
        use io::Write;
        let mut file = options.open(&beside)?;
        file.write_all(&key)?;
        file.sync_all()?;
        match std::fs::hard_link(&beside, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    })();
    let _ = std::fs::remove_file(&beside);
    written
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_the_same_key_purpose_and_binding_open_it() {
        let seal = Seal::ephemeral();
        let text = seal.seal("cursor", &["ada", "list"], b"page 2");
        assert_eq!(seal.open("cursor", &["ada", "list"], &text).unwrap(), b"page 2");
        assert_eq!(seal.open("cursor", &["adal", "ist"], &text), None);
        assert_eq!(seal.open("confirm", &["ada", "list"], &text), None);
        assert_eq!(seal.open("cursor", &["bob", "list"], &text), None);
        assert_eq!(Seal::ephemeral().open("cursor", &["ada", "list"], &text), None);
    }

    #[test]
    fn a_changed_or_shortened_text_does_not_open() {
        let seal = Seal::ephemeral();
        let text = seal.seal("cursor", &[], b"page 2");
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert!(seal.open("cursor", &[], &other).is_none() || other == text, "{at}");
            assert!(seal.open("cursor", &[], &text[..at]).is_none(), "{at}");
        }
    }

    #[test]
    fn processes_that_share_a_folder_share_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let seals: Vec<Seal> = std::thread::scope(|scope| {
            let makers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Seal::of_folder(&path).unwrap())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        let text = seals[0].seal("cursor", &[], b"x");
        assert!(seals.iter().all(|seal| seal.open("cursor", &[], &text).is_some()));
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 1);
    }
}
