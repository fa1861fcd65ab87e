//! What the service may look up outside: the environment and the keyring, where tokens may be.
//!
//! The keyring is asked by the system's own tool, `secret-tool` or `security`: what a library needs to
//! speak to it is a hundred packages.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hubfolk_web::Lookup;

use crate::token::{Environment as _, Process};

/// Longest wait for a keyring; one that is locked asks its owner, who is not here.
const PATIENCE: Duration = Duration::from_secs(10);

/// The process's environment, and its user's keyring.
pub(super) struct Environment;

impl Lookup for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        Process.text(name)
    }

    fn keyring(&self, name: &str) -> Result<String, String> {
        let mut command = tool(name);
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command
            .spawn()
            .map_err(|error| format!("the keyring cannot be asked: {program}: {error}"))?;
        let begin = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if begin.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err("the keyring did not answer: it may be locked".to_owned());
                }
            }
        };
        let mut text = String::new();
        if let Some(out) = child.stdout.take() {
            // A token is a line; whatever is longer is none.
            let _ = out.take(64 * 1024).read_to_string(&mut text);
        }
        if status.success() && !text.trim().is_empty() {
            return Ok(text);
        }
        Err(format!("the keyring has no entry of the service hubfolk named {name}"))
    }
}

#[cfg(target_os = "macos")]
fn tool(name: &str) -> Command {
    let mut command = Command::new("security");
    command.args(["find-generic-password", "-s", "hubfolk", "-w", "-a", name]);
    command
}

#[cfg(not(target_os = "macos"))]
fn tool(name: &str) -> Command {
    let mut command = Command::new("secret-tool");
    command.args(["lookup", "service", "hubfolk", "account", name]);
    command
}
