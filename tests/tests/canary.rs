//! A token goes to the Hub and nowhere else: not into an output, a log at its loudest, an error, a
//! ledger or an export. `cargo xtask test` makes the token up and searches what is left here again.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hubfolk_sim::{Fault, FaultRule, Running, Sim, World};
use hubfolk_store::DatabaseUrl;
use hubfolk_tests::binary::{Said, address, hubfolk, say};
use hubfolk_tests::database::{TestDatabase, databases};
use hubfolk_tests::dump::dump;

/// The token of this run.
fn token() -> String {
    variable("HUBFOLK_TEST_CANARY").unwrap_or_else(|| "hf_test_canary_of_this_test".to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the test command hands over token and folder")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn hub(token: &str) -> Running {
    let world = serde_json::json!({
        "users": [{"name": "ada"}, {"name": "bob"}, {"generate": {"prefix": "fan", "count": 30, "follow": ["ada"]}}],
        "orgs": [{"name": "acme", "members": [{"user": "ada", "role": "admin"}, {"user": "bob", "role": "read"}]}],
        "tokens": [{"token": token, "user": "ada", "role": "write", "displayName": "canary"}],
        "repos": [
            {"type": "model", "id": "bob/secret", "private": true},
            {"type": "model", "id": "ada/open"},
        ],
    });
    let world = World::from_json(&world.to_string()).unwrap();
    Sim::builder().world(world).start_on_thread().unwrap()
}

/// One person's journey: everything that is said is kept in `left`.
struct Journey<'a> {
    hub: Running,
    token: String,
    database: &'a DatabaseUrl,
    home: tempfile::TempDir,
    left: PathBuf,
    steps: usize,
}

impl Journey<'_> {
    /// As loud as the program can be, at this Hub, with this ledger.
    fn command(&self, words: &str) -> Command {
        let mut command = hubfolk(self.home.path());
        command.args(words.split(' ')).arg("-vvv");
        command.env("HF_ENDPOINT", self.hub.url()).env("HUBFOLK_DB", address(self.database));
        command.env("RUST_BACKTRACE", "1");
        command
    }

    fn keep(&mut self, said: &Said, code: i32) {
        self.steps += 1;
        let text = format!("{:?}\n{}\n{}", said.code, said.out, said.err);
        fs::write(self.left.join(format!("step-{}.log", self.steps)), &text).unwrap();
        assert!(!text.contains(&self.token), "step {} shows the token", self.steps);
        assert_eq!(said.code, Some(code), "step {}: {text}", self.steps);
    }

    /// With the token in `HF_TOKEN`; the exit code must be this one.
    fn step(&mut self, words: &str, code: i32) {
        let said = say(self.command(words).env("HF_TOKEN", &self.token));
        self.keep(&said, code);
    }

    /// With the token on standard input.
    fn login(&mut self) {
        let mut child = self
            .command("auth login")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{}", self.token).unwrap();
        let said = child.wait_with_output().unwrap().into();
        self.keep(&said, 0);
    }

    /// With the token in a file of these permissions.
    fn token_file(&mut self, mode: u32, code: i32) {
        let path = self.home.path().join(format!("token-{mode:o}"));
        fs::write(&path, &self.token).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let said = say(self.command("whoami").arg("--token-file").arg(&path));
        self.keep(&said, code);
    }

    fn play(&mut self) {
        // What reads, in every format.
        for format in ["table", "csv", "json", "ndjson"] {
            self.step(&format!("whoami --format {format}"), 0);
            self.step(&format!("sync acme --format {format}"), 0);
            for words in ["members acme", "member acme bob", "changes acme --all", "sync runs acme"]
            {
                self.step(&format!("{words} --format {format}"), 0);
            }
            self.step(&format!("export acme --format {format}"), 0);
            self.step(&format!("sync acme --dry-run --format {format}"), 0);
            self.step(&format!("users followers ada --format {format}"), 0);
            self.step(&format!("auth status --format {format}"), 0);
            // What is refused.
            self.step(&format!("sync nothing-here --format {format}"), 6);
            self.step(&format!("repos check bob/secret --format {format}"), 6);
            self.step(&format!("whoami --timeout soon --format {format}"), 2);
        }
        self.step("whoami --endpoint http://127.0.0.1:9 --timeout 1 --format json", 3);
        self.step("verify acme", 0);
        self.step("api whoami", 0);
        self.ask();
        self.fail();
        // Where the token comes from, the Hub's own files last.
        self.token_file(0o600, 0);
        self.token_file(0o644, 2);
        let broken = format!("{}\nX-Injected: 1", self.token);
        let said = say(self.command("whoami").env("HF_TOKEN", broken));
        self.keep(&said, 2);
        self.login();
        let said = say(&mut self.command("auth status"));
        self.keep(&said, 0);
        let said = say(&mut self.command("auth logout --yes"));
        self.keep(&said, 0);
    }
}

impl Journey<'_> {
    /// The rest of what can be asked, in every format.
    fn ask(&mut self) {
        for format in ["table", "csv", "json", "ndjson"] {
            for words in [
                "users show ada",
                "users following ada",
                "users likes ada",
                "orgs show acme",
                "orgs members acme",
                "orgs followers acme",
                "repos likers ada/open",
                "repos check ada/open",
                "repos unlike ada/open --yes",
                "repos unlike ada/open --dry-run",
                "api list_organization_members --field organization=acme",
                "members acme --as-of run:1",
                "export acme --all",
                "verify acme",
            ] {
                self.step(&format!("{words} --format {format}"), 0);
            }
        }
        self.step("completions bash", 0);
        self.step("man", 0);
        self.step("--help", 0);
    }

    /// What fails, as loudly as it can, and with answers that repeat the token.
    fn fail(&mut self) {
        let echo = format!("no access for Bearer {}", self.token);
        let status = |code, message: &str| Fault::Status {
            code,
            retry_after: None,
            reset: None,
            message: Some(message.to_owned()),
        };
        let page = |body: &str| Fault::WrongContentType {
            content_type: None,
            body: Some(format!("<html>{body}</html>")),
        };
        let faults = [
            (status(401, &echo), 7),
            (status(402, &echo), 7),
            (status(403, &echo), 7),
            (status(404, &echo), 6),
            (status(500, &echo), 3),
            (Fault::rate_limited(3600), 3),
            (Fault::ResetBefore, 3),
            (Fault::TruncatedJson, 3),
            (Fault::InvalidJson, 3),
            (page(&echo), 3),
            (Fault::ForeignLink { to: format!("http://{}.example", self.token) }, 3),
            (Fault::CyclingLink, 3),
        ];
        for (fault, code) in faults {
            let list = FaultRule::new(fault).operation("list_organization_members");
            self.hub.add_fault(list);
            for format in ["table", "json"] {
                let last = format!("--max-attempts 2 --max-wait 1s --format {format}");
                self.step(&format!("sync acme {last}"), code);
            }
            self.step("sync runs acme --format json", 0);
            self.hub.clear_faults();
        }
        self.hub.add_fault(FaultRule::new(status(401, &echo)).operation("whoami"));
        self.step("whoami --format json", 7);
        self.step("auth status", 7);
        self.hub.clear_faults();
        self.step("sync acme --db sqlite:/proc/none/all.db", 3);
        self.step("members acme --as-of yesterday", 2);
        self.step("sync approve acme 1 --yes", 0);
        self.step("sync reject acme 1", 2);
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn journey(database: &TestDatabase) {
    let token = token();
    let temporary = tempfile::tempdir().unwrap();
    let folder =
        variable("HUBFOLK_TEST_ARTIFACTS").map_or(temporary.path().to_path_buf(), PathBuf::from);
    let left = folder.join(format!("canary-{}", database.kind));
    fs::create_dir_all(&left).unwrap();

    let home = tempfile::tempdir().unwrap();
    let hub = hub(&token);
    let mut journey =
        Journey { hub, token: token.clone(), database: &database.url, home, left, steps: 0 };
    journey.play();
    assert!(journey.hub.request_count("whoami") > 4);

    // The ledger as it lies on the disk, and as text.
    let Journey { left, home, steps, .. } = journey;
    if let DatabaseUrl::Sqlite(path) = &database.url {
        fs::copy(path, left.join("ledger")).unwrap();
    }
    fs::write(left.join("dump.txt"), dump(&database.url, &[])).unwrap();
    let searched = [files(&left), files(home.path())].concat();
    let mut bytes = 0;
    for path in &searched {
        let content = fs::read(path).unwrap();
        let is_given =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("token-"));
        let found = content.windows(token.len()).any(|window| window == token.as_bytes());
        assert_eq!(found, is_given, "{}", path.display());
        bytes += content.len();
    }
    #[expect(clippy::print_stdout, reason = "numbers worth reading are shown at the end of a run")]
    {
        println!(
            "counted: canary on {}: {steps} commands, {} files, {bytes} bytes, 0 with the token",
            database.kind,
            searched.len()
        );
    }
}

#[test]
fn a_token_is_in_no_output_log_error_ledger_or_export() {
    for database in databases() {
        journey(&database);
    }
}
