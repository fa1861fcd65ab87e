//! The files of questions: made once, moved on by renaming, on disk before anything follows.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It waits for an answer.
    Pending,
    /// A person said yes in a terminal.
    Approved,
    /// It was used or declined.
    Spent,
}

impl Place {
    const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Spent];

    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Spent => "spent",
        }
    }
}

/// The folder that the processes of one person share.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        private_folder(root)?;
        for place in Place::ALL {
            private_folder(&root.join(place.name()))?;
        }
        Ok(Self(root.to_owned()))
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    fn path(&self, place: Place, code: &str) -> PathBuf {
        self.0.join(place.name()).join(code)
    }

    /// Makes a question; false when there is one of this code.
    pub(super) fn create(&self, code: &str, bytes: &[u8]) -> io::Result<bool> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match options.open(self.path(Place::Pending, code)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(error),
        };
        file.write_all(bytes)?;
        file.sync_all()?;
        self.sync(Place::Pending)?;
        Ok(true)
    }

    /// Moves a question on; false when it is not there any more, because another was first.
    pub(super) fn advance(&self, code: &str, from: Place, to: Place) -> io::Result<bool> {
        match fs::rename(self.path(from, code), self.path(to, code)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        }
        self.sync(to)?;
        self.sync(from)?;
        Ok(true)
    }

    /// After this, a machine that stops finds the folder as it is now.
    #[cfg(unix)]
    fn sync(&self, place: Place) -> io::Result<()> {
        File::open(self.0.join(place.name()))?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync(&self, _: Place) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn is_known(&self, code: &str) -> bool {
        Place::ALL.into_iter().any(|place| self.path(place, code).exists())
    }

    pub(super) fn codes(&self, place: Place) -> io::Result<Vec<String>> {
        let mut codes = Vec::new();
        for entry in fs::read_dir(self.0.join(place.name()))? {
            codes.extend(entry?.file_name().into_string());
        }
        Ok(codes)
    }

    pub(super) fn read(&self, place: Place, code: &str) -> io::Result<Option<String>> {
        match fs::read(self.path(place, code)) {
            Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes one that nobody can use any more.
    pub(super) fn forget(&self, place: Place, code: &str) {
        // Another process may have been first.
        let _ = fs::remove_file(self.path(place, code));
    }
}

/// Makes a folder for its owner's eyes only; one that is there keeps its permissions.
#[cfg(unix)]
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), 0o700);
    builder.create(path)
}

/// Makes a folder.
#[cfg(not(unix))]
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
