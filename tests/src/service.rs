//! `hubfolk serve` as its users run it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hubfolk_store::{Credential, DatabaseUrl, OrgKey, OrgSetting, Store, Turn};

use crate::binary::{address, hubfolk};

/// Longest wait for something that is sure to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A service that runs; dropping it kills it.
#[derive(Debug)]
pub struct Service {
    /// Where it listens, `127.0.0.1:PORT`.
    pub address: String,
    /// The path of the link that signs in.
    pub link: String,
    child: Child,
}

/// An answer of a service.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The head, in lower case but for values.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Service {
    /// Starts a service over a ledger; the token of its organizations is in `HUB_TOKEN`.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start(home: &Path, url: &DatabaseUrl, token: &str) -> Self {
        let mut command = hubfolk(home);
        command.args(["serve", "--listen", "127.0.0.1:0", "--db", &address(url)]);
        command.env("HUB_TOKEN", token).stderr(Stdio::null());
        Self::of(&mut command)
    }

    /// Runs a command that serves, and waits until it says where.
    ///
    /// # Panics
    ///
    /// When it ends without having said it.
    #[must_use]
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        let mut after = |beginning: &str| loop {
            let line = lines.next().expect("it says where it is").expect("text");
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
        };
        let address = after("Dashboard at http://");
        let link = after(&format!("Sign in once with http://{address}"));
        Self { address, link, child }
    }

    /// The address of a page.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Kills it with SIGKILL.
    ///
    /// # Panics
    ///
    /// When it had ended by itself.
    pub fn kill(mut self) {
        assert!(self.child.try_wait().expect("a child").is_none(), "it ended by itself");
        self.child.kill().expect("it runs");
        self.child.wait().expect("a child");
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, cookie: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {cookie}\r\n\
             Content-Length: 0\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Connection: close\r\n\r\n",
            self.address
        )
        .expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer { status: status.expect("a status"), head: head.to_owned(), body: body.to_owned() }
    }

    /// Signs in by the link; the cookie.
    ///
    /// # Panics
    ///
    /// When the link is not good.
    #[must_use]
    pub fn sign_in(&self) -> String {
        let answer = self.ask("GET", &self.link, "");
        let line = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let line = line.unwrap_or_else(|| panic!("{answer:?}"));
        line.split(';').next().unwrap_or_default().to_owned()
    }

    /// Waits until an address answers with a status.
    ///
    /// # Panics
    ///
    /// When it never does.
    pub fn until(&self, path: &str, cookie: &str, status: u16) {
        let begin = Instant::now();
        loop {
            let answer = self.ask("GET", path, cookie);
            if answer.status == status {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{path} never answered {status}: {answer:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Has the service of a ledger keep an organization, whose turn it is now.
///
/// # Panics
///
/// When the ledger cannot be written.
pub fn keep(url: &DatabaseUrl, endpoint: &str, name: &str) {
    let mut store = Store::open(url).expect("a ledger");
    let key = OrgKey { endpoint: endpoint.to_owned(), name: name.to_owned(), hf_id: None };
    let (org, _) = store.open_org(&key, 1).expect("an organization");
    let credential = Credential {
        org_id: org.id,
        kind: "env".to_owned(),
        place: "HUB_TOKEN".to_owned(),
        ..Credential::default()
    };
    store.save_credential(&credential).expect("a place for the token");
    let setting = OrgSetting::new(org.id, "every 1h", 1);
    store.save_org_setting(&setting).expect("a setting");
    due(&mut store, org.id);
}

/// Makes it an organization's turn.
///
/// # Panics
///
/// When the ledger cannot be written.
pub fn due(store: &mut Store, org_id: i64) {
    let turn = Turn { org_id, next_at: 1, failures: 0, waiting: None };
    store.save_turn(&turn).expect("a turn");
}
