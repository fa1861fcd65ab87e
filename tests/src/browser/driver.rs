//! `chromedriver` and the protocol it speaks: JSON over HTTP, as the W3C writes it down.
//!
//! By hand, and small: of the two kept clients one switches a feature of `serde_json` on for
//! everything that is built with it, so that the tested program would not be the shipped one, and
//! the other brings a dozen crates in a second version.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// How long one command may take; loading a page is one.
const PATIENCE: Duration = Duration::from_secs(120);

/// Chromium and the program that drives it.
#[derive(Debug, Clone)]
pub struct Programs {
    chromium: PathBuf,
    driver: PathBuf,
}

impl Programs {
    /// Those that the test command found; none when a person left Chromium out by name, which is
    /// said aloud.
    ///
    /// # Panics
    ///
    /// When they are not named and were not left out.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the test command names the programs in the environment"
    )]
    #[expect(clippy::print_stderr, reason = "what is left out is said aloud")]
    pub fn of_the_test_command() -> Option<Self> {
        let named = |name: &str| std::env::var_os(name).map(PathBuf::from);
        if let Some(chromium) = named("HUBFOLK_TEST_CHROMIUM") {
            let driver = named("HUBFOLK_TEST_CHROMEDRIVER").expect("it is named beside Chromium");
            return Some(Self { chromium, driver });
        }
        let without = std::env::var("HUBFOLK_TEST_WITHOUT").unwrap_or_default();
        assert!(
            without.split(',').any(|part| part == "chromium"),
            "this test needs Chromium: run `cargo xtask test`, which finds or installs it, or name the programs in \
             HUBFOLK_TEST_CHROMIUM and HUBFOLK_TEST_CHROMEDRIVER"
        );
        eprintln!("left out: chromium: no test in a browser");
        None
    }
}

/// Why a command was not done.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The protocol's word for it, as `no such element`.
    pub error: String,
    /// What the driver says.
    pub message: String,
}

/// A running driver with one session.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    port: u16,
    session: String,
}

impl Driver {
    /// Starts the driver, and Chromium with these options; both have `home` for their home folder.
    pub(super) fn start(programs: &Programs, home: &Path, mut options: Value) -> Self {
        let mut process = Command::new(&programs.driver)
            .args(["--port=0", "--log-level=SEVERE"])
            .env_clear()
            .env("HOME", home)
            // Debian's `chromium` is a shell script that calls what every system has.
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut said = BufReader::new(process.stdout.take().expect("its output"));
        let port = port(&mut said);
        // A full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let mut driver = Self { process, port, session: String::new() };
        options["binary"] = json!(programs.chromium);
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
            "timeouts": { "script": 60_000, "pageLoad": 60_000, "implicit": 0 },
        } } });
        let session = driver.send("POST", "/session", Some(&wanted));
        let session = session.unwrap_or_else(|why| panic!("Chromium does not start: {why:?}"));
        session["sessionId"].as_str().expect("a session").clone_into(&mut driver.session);
        driver
    }

    /// Sends a command of the session.
    pub(super) fn command(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Refused> {
        self.send(method, &format!("/session/{}{path}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        let body = match (body, method) {
            (Some(body), _) => body.to_string(),
            (None, "POST") => "{}".to_owned(),
            (None, _) => String::new(),
        };
        let answer = self.exchange(&format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        ));
        let body = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let mut body: Value = serde_json::from_slice(&body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}: {body:?}"));
        let value = body["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(Refused {
                error: error.to_owned(),
                message: value["message"].as_str().unwrap_or_default().to_owned(),
            }),
            None => Ok(value),
        }
    }

    /// Sends a request and reads the body of the answer. The driver keeps connections open, so
    /// the length that it says is the end.
    fn exchange(&self, request: &str) -> std::io::Result<Vec<u8>> {
        let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.write_all(request.as_bytes())?;
        let mut answer = BufReader::new(connection);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(std::io::Error::other)?;
                }
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body)?;
        Ok(body)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The end of the session is the end of Chromium, also where a test fails.
        if !self.session.is_empty() {
            let end = format!(
                "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.session, self.port
            );
            let _ = self.exchange(&end);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port that the driver took, which it says in its first lines.
fn port(said: &mut impl BufRead) -> u16 {
    let mut heard = String::new();
    loop {
        let from = heard.len();
        let read = said.read_line(&mut heard).expect("text");
        assert!(read > 0, "chromedriver ended at once: {heard}");
        let line = heard[from..].trim_end().trim_end_matches('.');
        if let Some((_, port)) = line.rsplit_once("on port ")
            && let Ok(port) = port.parse()
            && port != 0
        {
            return port;
        }
    }
}
