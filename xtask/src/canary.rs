//! The canary: a token made up for one run, which no output, log, database or export may contain.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// How much of a file is in memory at a time.
const BLOCK: usize = 1 << 20;

/// The token of this run.
pub(crate) struct Canary(String);

/// How much was looked through, and where the token was found.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) found: Vec<PathBuf>,
}

impl Canary {
    /// Makes up a token that has never been seen before, so that no old file can contain it.
    pub(crate) fn new() -> Self {
        let random = || RandomState::new().hash_one(std::process::id());
        Self(format!("hf_test_canary_{:016x}{:016x}", random(), random()))
    }

    pub(crate) fn token(&self) -> &str {
        &self.0
    }

    /// Reads every byte of the files and of all files below the folders.
    pub(crate) fn search(&self, places: &[&Path]) -> Result<Search> {
        let mut search = Search::default();
        let mut open: Vec<PathBuf> = places.iter().map(|place| place.to_path_buf()).collect();
        while let Some(path) = open.pop() {
            self.visit(path, &mut open, &mut search)?;
        }
        search.found.sort();
        Ok(search)
    }

    fn visit(&self, path: PathBuf, open: &mut Vec<PathBuf>, search: &mut Search) -> Result<()> {
        let about = || format!("cannot search {}", path.display());
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            // A server at work removes files while we look.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(about),
        };
        if path.file_name().is_some_and(|name| holds(name.as_encoded_bytes(), self.0.as_bytes())) {
            search.found.push(path.clone());
        }
        if kind.is_dir() {
            for entry in fs::read_dir(&path).with_context(about)? {
                open.push(entry.with_context(about)?.path());
            }
        } else if kind.is_file() {
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error).with_context(about),
            };
            let (bytes, found) = scan(file, self.0.as_bytes()).with_context(about)?;
            search.files += 1;
            search.bytes += bytes;
            if found {
                search.found.push(path);
            }
        }
        Ok(())
    }

    /// Proves that a search would find the token: in a file, in the middle of binary data, across
    /// the edge of two blocks.
    pub(crate) fn prove(&self, folder: &Path) -> Result<()> {
        let path = folder.join("planted");
        let mut bytes = vec![0xff; BLOCK - self.0.len() / 2];
        bytes.extend(self.0.as_bytes());
        bytes.extend([0, 0xff]);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        let search = self.search(&[&path]);
        fs::remove_file(&path)?;
        if search?.found != [path] {
            bail!("the search for the canary token does not find a planted one");
        }
        Ok(())
    }
}

/// How long the stream was and whether the needle occurs in it.
fn scan(mut from: impl Read, needle: &[u8]) -> io::Result<(u64, bool)> {
    let keep = needle.len().saturating_sub(1);
    let mut buffer = Vec::with_capacity(BLOCK + keep);
    let mut total = 0;
    let mut found = false;
    loop {
        // The end of the last block stays, so that an occurrence across the edge is seen whole.
        let old = buffer.len().saturating_sub(keep);
        buffer.drain(..old);
        let read = from.by_ref().take(BLOCK as u64).read_to_end(&mut buffer)?;
        if read == 0 {
            return Ok((total, found));
        }
        total += read as u64;
        found = found || holds(&buffer, needle);
    }
}

fn holds(hay: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else {
        return true;
    };
    let mut rest = hay;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_needle_is_found_at_every_edge_and_a_part_of_it_is_not() {
        assert!(holds(b"needle", b"needle"));
        assert!(holds(b"xxnneneedle", b"needle"));
        assert!(!holds(b"needl", b"needle"));
        assert!(!holds(b"", b"needle"));
    }

    #[test]
    fn every_block_is_scanned_and_counted() {
        let canary = Canary::new();
        for before in [0, 1, BLOCK - 10, BLOCK, 2 * BLOCK - 1] {
            let mut bytes = vec![b'h'; before];
            bytes.extend(canary.token().as_bytes());
            let length = bytes.len() as u64;
            assert_eq!(scan(&bytes[..], canary.token().as_bytes()).unwrap(), (length, true));
            let short = &bytes[..bytes.len() - 1];
            assert_eq!(scan(short, canary.token().as_bytes()).unwrap(), (length - 1, false));
        }
    }

    #[test]
    fn a_file_name_counts_and_folders_are_searched_to_the_bottom() {
        let canary = Canary::new();
        let folder = std::env::temp_dir().join(format!("xtask-canary-{}", std::process::id()));
        let deep = folder.join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join(canary.token()), "nothing").unwrap();
        fs::write(deep.join("clean"), "nothing").unwrap();
        canary.prove(&folder).unwrap();
        let search = canary.search(&[&folder, Path::new("/does/not/exist")]).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((search.files, search.bytes), (2, 14));
        assert_eq!(search.found, [deep.join(canary.token())]);
    }
}
