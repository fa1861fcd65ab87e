//! Pictures of members: fetched once for everybody, kept a day in files for the service's own eyes.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hubfolk::Hub;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::{random, token_place};

/// Most bytes of one picture.
const MOST_BYTES: u64 = 512 * 1024;

/// Longest time for fetching one.
const LONGEST: Duration = Duration::from_secs(5);

/// How many are fetched at a time.
const AT_A_TIME: usize = 4;

/// How long a picture is good, and how long it is remembered that there is none.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
const KEPT_NONE: Duration = Duration::from_secs(60 * 60);

/// Most pictures that are kept, and most bytes of them.
const MOST_FILES: usize = 4_096;
const MOST_ROOM: u64 = 128 * 1024 * 1024;

/// After how many new ones the bounds are looked at.
const BETWEEN: u32 = 64;

/// A picture and its media type.
type Picture = (&'static str, Bytes);

/// The pictures that are kept, and those being fetched.
pub(crate) struct Pictures {
    folder: PathBuf,
    gate: Semaphore,
    /// Held by whoever fetches one; the others who ask for it wait.
    fetching: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    written: AtomicU32,
}

impl Pictures {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            gate: Semaphore::new(AT_A_TIME),
            fetching: Mutex::default(),
            written: AtomicU32::new(0),
        }
    }

    /// The picture at an address of this Hub; none when there is none, or none to be had now.
    pub(crate) async fn get(&self, hub: &Hub, address: &str, now: Timestamp) -> Option<Picture> {
        // What the Hub draws for those without a picture; initials say more.
        if address.to_ascii_lowercase().ends_with(".svg") {
            return None;
        }
        let name = random::digest(&format!("{}\n{address}", hub.endpoint()));
        if let Some(known) = self.kept(&name, now).await {
            return known;
        }
        let turn = self.turn(&name);
        let _turn = turn.lock().await;
        // Somebody else may have fetched it meanwhile.
        if let Some(known) = self.kept(&name, now).await {
            return known;
        }
        let fetched = {
            let _place = self.gate.acquire().await.ok()?;
            hub.picture(address, MOST_BYTES, LONGEST).await
        };
        let found = match fetched {
            Ok(bytes) => kind(&bytes).map(|kind| (kind, bytes)),
            Err(error) => {
                tracing::debug!(%error, "a picture cannot be had");
                None
            }
        };
        self.keep(name, found.as_ref().map(|(_, bytes)| bytes.clone()), now).await;
        found
    }

    fn turn(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut fetching = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        fetching.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(fetching.entry(name.to_owned()).or_default())
    }

    /// What is known of it: a picture, or that there is none.
    async fn kept(&self, name: &str, now: Timestamp) -> Option<Option<Picture>> {
        let path = self.folder.join(name);
        blocking(move || read(&path, now)).await
    }

    /// Keeps a picture, or an empty file where there is none.
    async fn keep(&self, name: String, bytes: Option<Bytes>, now: Timestamp) {
        let folder = self.folder.clone();
        let kept = blocking(move || {
            token_place::put(&folder, &name, bytes.as_deref().unwrap_or_default())?;
            // The time of the service, by which it is judged.
            fs::File::options().write(true).open(folder.join(name))?.set_modified(now.into())
        });
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a picture cannot be kept");
        }
        if self.written.fetch_add(1, Ordering::Relaxed).is_multiple_of(BETWEEN) {
            self.tidy(now).await;
        }
    }

    /// Removes what is too old, then the oldest of what is too much.
    pub(crate) async fn tidy(&self, now: Timestamp) {
        let folder = self.folder.clone();
        if let Err(error) = blocking(move || tidy(&folder, now.into(), MOST_FILES, MOST_ROOM)).await
        {
            tracing::warn!(%error, "old pictures cannot be removed");
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// How long a file with this many bytes is good.
fn lasts(bytes: u64) -> Duration {
    if bytes == 0 { KEPT_NONE } else { KEPT }
}

/// Whether a file of this time is good now; one of the future is not.
fn is_fresh(written: SystemTime, bytes: u64, now: SystemTime) -> bool {
    now.duration_since(written).is_ok_and(|age| age < lasts(bytes))
}

fn read(path: &Path, now: Timestamp) -> Option<Option<Picture>> {
    let known = fs::metadata(path).ok()?;
    if known.len() > MOST_BYTES || !is_fresh(known.modified().ok()?, known.len(), now.into()) {
        return None;
    }
    let bytes = Bytes::from(fs::read(path).ok()?);
    Some(kind(&bytes).map(|kind| (kind, bytes)))
}

fn tidy(folder: &Path, now: SystemTime, most_files: usize, most_room: u64) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        // Another process may be faster.
        let Ok(known) = entry.metadata() else { continue };
        if known.is_file() {
            files.push((known.modified()?, known.len(), entry.path()));
        }
    }
    files.sort_unstable_by(|one, other| other.cmp(one));
    let (mut count, mut room) = (0, 0);
    for (written, bytes, path) in files {
        count += 1;
        room += bytes;
        // A file that is being written has the machine's own time, which may be ahead.
        let old = now.duration_since(written).is_ok_and(|age| age >= lasts(bytes));
        if old || count > most_files || room > most_room {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// The media type of a picture by how it begins, whatever it was called; a drawing or a page is none.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_pictures_of_dots_are_pictures() {
        for (bytes, media) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\x01\0\0\0WEBPVP8 ", "image/webp"),
        ] {
            assert_eq!(kind(bytes), Some(media));
        }
        for bytes in
            [&b""[..], b"<svg xmlns='x'/>", b"<!doctype html>", b"GIF88a", b"RIFF\x01\0\0\0WAVE"]
        {
            assert_eq!(kind(bytes), None);
        }
    }

    #[test]
    fn the_oldest_go_first_and_what_is_too_old_goes_anyway() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let write = |name: &str, bytes: &[u8], age: u64| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(now - Duration::from_secs(age)).unwrap();
        };
        let names = || {
            let mut names: Vec<_> = fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort_unstable();
            names
        };
        for (name, bytes, age) in [
            ("day", &[1; 10][..], 86_400),
            ("none", &[], 3_600),
            ("older", &[1; 10], 300),
            ("old", &[1; 10], 200),
            ("new", &[1; 10], 100),
        ] {
            write(name, bytes, age);
        }
        tidy(folder.path(), now, 10, 1_000).unwrap();
        assert_eq!(names(), ["new", "old", "older"]);
        tidy(folder.path(), now, 2, 1_000).unwrap();
        assert_eq!(names(), ["new", "old"]);
        tidy(folder.path(), now, 2, 19).unwrap();
        assert_eq!(names(), ["new"]);
    }
}
