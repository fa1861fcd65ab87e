//! Running the `hubfolk` binary as its users do.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hubfolk_store::DatabaseUrl;
use serde_json::Value;

/// The binary: the one beside this test, built by the same profile.
///
/// # Panics
///
/// When it was not built.
#[must_use]
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST");
    let binary = folder.join("hubfolk");
    assert!(binary.is_file(), "run `cargo build -p hubfolk-cli` first: tests run the binary");
    binary
}

/// A command with nothing in its environment but what a test gives it, and folders of its own.
#[must_use]
pub fn hubfolk(home: &Path) -> Command {
    let mut command = Command::new(binary());
    command.env_clear().env("HOME", home).env("PATH", "").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Standard output as JSON.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs a command to its end.
///
/// # Panics
///
/// When it cannot be started.
#[must_use]
pub fn say(command: &mut Command) -> Said {
    command.output().expect("the binary starts").into()
}

/// `hubfolk sync ORG` against a Hub, into a ledger, as JSON.
#[must_use]
pub fn sync(home: &Path, hub: &str, token: &str, url: &DatabaseUrl, org: &str) -> Command {
    let mut command = hubfolk(home);
    command.args(["sync", org, "--format", "json", "--endpoint", hub]);
    command.args(["--db", &address(url)]).env("HF_TOKEN", token);
    command
}

/// The address of a test's database, which has no password to hide.
#[must_use]
pub fn address(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(address) => address.clone(),
    }
}
