//! Running other programs: found on PATH, told about, and their output kept while it is shown.

use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

/// The first file of this name on PATH or in one of the given folders.
pub(crate) fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .chain(folders.iter().cloned())
        .map(|folder| folder.join(&file))
        .find(|program| program.is_file())
}

/// A headline between the steps.
pub(crate) fn say(what: &str) {
    println!("==> {what}");
}

/// Runs to the end, output straight to the terminal; an error when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs to the end and gives what it wrote to stdout; an error, with its stderr, when it fails.
pub(crate) fn capture(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed ({}): {}", shown(command), output.status, said.trim());
    }
    Ok(output.stdout)
}

/// The program and its arguments, as a person would type them.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text =
        program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// A file that keeps everything the tests print while the terminal shows it.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<File>>);

impl Log {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(Arc::new(Mutex::new(file))))
    }

    /// Runs to the end, showing and keeping both its streams; tells whether it succeeded.
    pub(crate) fn run(&self, command: &mut Command) -> Result<bool> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", shown(command)))?;
        let out = self.tee(child.stdout.take().context("stdout is piped")?, io::stdout());
        let err = self.tee(child.stderr.take().context("stderr is piped")?, io::stderr());
        let status = child.wait()?;
        for stream in [out, err] {
            stream.join().ok().context("copying a test's output broke off")??;
        }
        Ok(status.success())
    }

    fn tee(
        &self,
        mut from: impl Read + Send + 'static,
        mut to: impl Write + Send + 'static,
    ) -> thread::JoinHandle<io::Result<()>> {
        let log = self.clone();
        thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let read = from.read(&mut buffer)?;
                let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                    return Ok(());
                };
                log.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
                to.write_all(bytes)?;
                to.flush()?;
            }
        })
    }
}
