//! A Hub, a ledger and a person who types commands.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};

use hubfolk_sim::{RateLimits, Running, Sim, World};
use hubfolk_store::DatabaseUrl;
use serde_json::Value;
use tempfile::TempDir;

use crate::binary::{Said, address, hubfolk, say};

/// Where commands of `hubfolk` run: a Hub of one's own, a ledger, a home folder.
#[derive(Debug)]
pub struct Scene {
    /// The Hub.
    pub hub: Running,
    /// The home folder.
    pub home: TempDir,
    /// The ledger's address as it is typed.
    pub db: String,
}

impl Scene {
    /// A Hub with the world of a world file, and a ledger.
    ///
    /// # Panics
    ///
    /// When the world is no world.
    #[must_use]
    pub fn new(world: &Value, url: &DatabaseUrl) -> Self {
        let world = World::from_json(&world.to_string()).expect("a world");
        let sim = Sim::builder().world(world).rate_limits(RateLimits::Unlimited);
        Self {
            hub: sim.start_on_thread().expect("a Hub"),
            home: tempfile::tempdir().expect("a temporary folder"),
            db: address(url),
        }
    }

    /// A command against this Hub and ledger, its words separated by spaces.
    #[must_use]
    pub fn command(&self, token: &str, words: &str) -> Command {
        let mut command = hubfolk(self.home.path());
        command.args(words.split(' '));
        command.env("HF_ENDPOINT", self.hub.url()).env("HUBFOLK_DB", &self.db);
        if !token.is_empty() {
            command.env("HF_TOKEN", token);
        }
        command
    }

    /// Runs a command to its end.
    #[must_use]
    pub fn say(&self, token: &str, words: &str) -> Said {
        say(&mut self.command(token, words))
    }

    /// The JSON of a command that must succeed.
    ///
    /// # Panics
    ///
    /// When it does not.
    #[must_use]
    pub fn json(&self, token: &str, words: &str) -> Value {
        let said = self.say(token, &format!("{words} --format json"));
        assert_eq!(said.code, Some(0), "{words}: {said:?}");
        said.json()
    }

    /// The run that a sync of one organization ended with, whatever its end.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn sync(&self, token: &str, org: &str) -> (Option<i32>, Value) {
        let said = self.say(token, &format!("sync {org} --format json"));
        let mut runs = said.json();
        (said.code, runs[0].take())
    }
}

/// A command that is still running.
#[derive(Debug)]
pub struct Going {
    child: Child,
    err: BufReader<ChildStderr>,
    said: String,
}

impl Going {
    /// Starts a command with its requests logged, and returns once the Hub has answered
    /// `operation`.
    ///
    /// # Panics
    ///
    /// When it ends before that.
    #[must_use]
    pub fn until_answered(command: &mut Command, operation: &str) -> Self {
        command.arg("-vv").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let err = BufReader::new(child.stderr.take().expect("its standard error"));
        let mut going = Self { child, err, said: String::new() };
        going.wait_for(|line| line.contains(operation) && line.contains("answered"));
        going
    }

    fn wait_for(&mut self, sign: impl Fn(&str) -> bool) {
        loop {
            let from = self.said.len();
            let read = self.err.read_line(&mut self.said).expect("text");
            assert!(read > 0, "it ended before: {}", self.said);
            if sign(&self.said[from..]) {
                return;
            }
        }
    }

    /// Presses Ctrl-C and waits for the end.
    ///
    /// # Panics
    ///
    /// When it ended before.
    #[must_use]
    pub fn interrupt(self) -> Said {
        let id = self.child.id();
        let sent = Command::new("/bin/sh").args(["-c", &format!("kill -INT {id}")]).status();
        assert!(sent.expect("a shell").success(), "the process is still there");
        self.end()
    }

    /// Kills it: no farewell.
    ///
    /// # Panics
    ///
    /// When it is gone already.
    pub fn kill(mut self) {
        self.child.kill().expect("it is still there");
        self.child.wait().expect("its end");
    }

    /// Waits for the end.
    ///
    /// # Panics
    ///
    /// When it says what is no text.
    #[must_use]
    pub fn end(mut self) -> Said {
        self.err.read_to_string(&mut self.said).expect("text");
        let output = self.child.wait_with_output().expect("its end");
        Said { err: self.said, ..output.into() }
    }
}
