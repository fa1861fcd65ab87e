//! The program as a user runs it: its own home, its own Hub.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A home folder, empty but for what a test puts there.
pub struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// A home whose Hub is the simulator, for the caller with this token.
    pub fn at(sim: &Sim, token: Option<&str>) -> Self {
        let home = Self::new().with("HF_ENDPOINT", &sim.url);
        match token {
            Some(token) => home.with("HF_TOKEN", token),
            None => home,
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn command<S: AsRef<str>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubfolk"));
        command.env_clear().env("HOME", self.folder.path()).env("TZ", "UTC");
        command.current_dir(self.folder.path());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command.args(arguments.iter().map(AsRef::as_ref));
        command
    }

    pub fn run<S: AsRef<str>>(&self, arguments: &[S]) -> Ran {
        self.run_with(arguments, "")
    }

    pub fn run_with<S: AsRef<str>>(&self, arguments: &[S], stdin: &str) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that reads nothing closes the pipe; that is its right.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs and expects success.
    pub fn ok<S: AsRef<str>>(&self, arguments: &[S]) -> Ran {
        self.run(arguments).ends(0)
    }

    /// Runs with `--format json` and reads the document.
    pub fn json<S: AsRef<str>>(&self, arguments: &[S]) -> Value {
        let mut arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        arguments.extend(["--format", "json"]);
        let ran = self.ok(&arguments);
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
    }
}

impl Ran {
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Expects words on stderr.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is missing in {self:?}");
        }
        self
    }

    /// The error object on stderr.
    #[track_caller]
    pub fn error(&self) -> Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        value["error"].clone()
    }
}

/// `hubfolk sim` while a test lasts.
pub struct Sim {
    pub url: String,
    child: Child,
}

impl Sim {
    pub fn start(world: &str) -> Self {
        Self::start_at(world, "127.0.0.1:0", &[])
    }

    pub fn start_at(world: &str, address: &str, more: &[&str]) -> Self {
        let home = Home::new();
        let path = home.write("world.json", world);
        let mut command =
            home.command(&["sim", "--world", path.to_str().unwrap(), "--listen", address]);
        let mut child =
            command.args(more).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        Self { url, child }
    }
}

impl Sim {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub const ADMIN: &str = "hf_test_ada_admin_0001";
pub const MEMBER: &str = "hf_test_bob_read_00002";
pub const OUTSIDER: &str = "hf_test_eve_write_0003";

/// A small world: acme with three members and an outsider.
pub const WORLD: &str = r#"{
  "users": [
    {"name": "ada", "fullname": "Ada L.", "isPro": true, "twoFaEnabled": true, "details": "=cmd()"},
    {"name": "bob", "fullname": "Bob \u001b[31m\u202eevil", "twoFaEnabled": false},
    {"name": "cleo", "fullname": "=HYPERLINK(\"x\")", "twoFaEnabled": true},
    {"name": "eve", "fullname": "Eve"}
  ],
  "orgs": [
    {"name": "acme", "fullname": "Acme", "plan": "enterprise", "emailDomains": ["acme.com"],
     "members": [
       {"user": "ada", "role": "admin", "verifiedEmail": "ada@acme.com", "isExternalCollaborator": false},
       {"user": "bob", "role": "write", "verifiedEmail": "bob@acme.com", "isExternalCollaborator": false},
       {"user": "cleo", "role": "read", "isExternalCollaborator": true}],
     "resourceGroups": [{"name": "research", "users": [{"user": "bob", "role": "write"}]}]},
    {"name": "hidden", "hideMembers": true, "members": [{"user": "ada", "role": "admin"}]}
  ],
  "tokens": [
    {"token": "hf_test_ada_admin_0001", "user": "ada", "role": "write", "displayName": "laptop"},
    {"token": "hf_test_bob_read_00002", "user": "bob", "role": "read", "displayName": "ci"},
    {"token": "hf_test_eve_write_0003", "user": "eve", "role": "write", "displayName": "eve"}
  ],
  "repos": [
    {"type": "model", "id": "acme/open"},
    {"type": "model", "id": "acme/secret", "private": true}
  ],
  "follows": [{"from": "bob", "to": "ada"}, {"from": "cleo", "to": "ada"}, {"from": "ada", "to": "bob"}],
  "likes": [{"user": "ada", "type": "model", "id": "acme/open"}, {"user": "bob", "type": "model", "id": "acme/open"}]
}"#;

/// Whether only the owner may do anything with a file.
#[cfg(unix)]
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
