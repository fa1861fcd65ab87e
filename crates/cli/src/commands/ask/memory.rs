//! Where an interrupted question is kept until it is gone on with.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hubfolk::Hub;
use hubfolk::questions::{Inquiry, Question};

use crate::error::{Stop, usage};
use crate::token::{Environment, Process};

/// How often a long run writes down what it knows, in case it is killed.
const OFTEN: Duration = Duration::from_secs(2);

/// The file of a question.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    /// Whether the file was chosen by the person.
    chosen: bool,
    written: Instant,
}

impl Memory {
    /// The file that was given, or the question's own in the user's cache folder.
    pub(super) fn of(
        resume: Option<&Option<PathBuf>>,
        question: &Question,
        hub: &Hub,
    ) -> Result<Self, Stop> {
        let (path, chosen) = match resume {
            Some(Some(path)) => (path.clone(), true),
            _ => (cache_folder(&Process)?.join(file_name(question, hub)), false),
        };
        Ok(Self { path, chosen, written: Instant::now() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What to add to the command to go on.
    pub(super) fn option(&self) -> String {
        match self.chosen {
            true => format!("--resume={}", self.path.display()),
            false => "--resume".to_owned(),
        }
    }

    /// What an earlier run found out; nothing where there was none.
    ///
    /// A file that holds something else is left as it is.
    pub(super) fn recall(&self, question: &Question, hub: &Hub) -> anyhow::Result<Option<Inquiry>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let message = format!("{} cannot be read", self.path.display());
                return Err(usage(message).because(error).into());
            }
        };
        let inquiry: Inquiry = serde_json::from_str(&text).map_err(|error| {
            usage(format!("{} holds no interrupted question", self.path.display()))
                .because(error)
                .hint("it was left as it is; name another file, or leave --resume out")
        })?;
        if !inquiry.continues(question, hub) {
            return Err(usage(format!(
                "{} holds another question: {}, asked at {}",
                self.path.display(),
                inquiry.question(),
                inquiry.endpoint()
            ))
            .hint("it was left as it is; name another file, or leave --resume out")
            .into());
        }
        Ok(Some(inquiry))
    }

    /// Writes the inquiry down, whole or not at all.
    pub(super) fn keep(&self, inquiry: &Inquiry) -> std::io::Result<()> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        create_private_folder(folder)?;
        // Readable by its owner alone, as temporary files are.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, inquiry)?;
        file.flush()?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// The same every few seconds; what goes wrong now is said at the end.
    pub(super) fn keep_now_and_then(&mut self, inquiry: &Inquiry) {
        if self.written.elapsed() >= OFTEN {
            let _ = self.keep(inquiry);
            self.written = Instant::now();
        }
    }

    /// Takes the file away: the question is answered.
    pub(super) fn forget(&self) {
        // Nothing to forget is the usual case.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A name that says what is in the file, made of characters that every system takes.
fn file_name(question: &Question, hub: &Hub) -> String {
    let host = hub.endpoint().split_once("://").map_or(hub.endpoint(), |(_, host)| host);
    let mut name = String::new();
    for c in format!("{question} at {host}").chars() {
        match c {
            'a'..='z' | '0'..='9' | '.' | '_' => name.push(c),
            'A'..='Z' => name.push(c.to_ascii_lowercase()),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    // Two long questions that only differ far behind would share a file, which then says so.
    name.truncate(200);
    format!("{name}.json")
}

/// The user's own folder for what can be found out again.
fn cache_folder(env: &impl Environment) -> Result<PathBuf, Stop> {
    let folder = |name: &str| env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("XDG_CACHE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder("HOME").or_else(|| folder("USERPROFILE"))?.join(".cache")))
        .map(|cache| cache.join("hubfolk/questions"))
        .ok_or_else(|| {
            usage("there is no home folder to keep an interrupted question in")
                .hint("name a file: --resume=FILE")
        })
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
