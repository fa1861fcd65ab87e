//! Disks that are full, folders that may not be written, files that are no ledger or not ours to
//! change: a clear line, and what was there is there as it was.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use hubfolk_sim::{NewMember, NewUser};
use hubfolk_store::DatabaseUrl;
use hubfolk_tests::binary::{Said, say};
use hubfolk_tests::database::{TestDatabase, databases};
use hubfolk_tests::dump::{dump, query};
use hubfolk_tests::scene::Scene;
use serde_json::{Value, json};

const ADMIN: &str = "hf_test_admin";

fn world() -> Value {
    json!({
        "users": [{"name": "ada"}, {"name": "bob"}],
        "orgs": [{"name": "acme", "members": [
            {"user": "ada", "role": "admin"}, {"user": "bob", "role": "read"}]}],
        "tokens": [{"token": ADMIN, "user": "ada", "role": "write"}],
    })
}

fn people(url: &DatabaseUrl) -> String {
    dump(url, &["hub", "org", "org_slug", "sync_run", "stage_member"])
}

/// So many more people than a small disk holds.
fn crowd(scene: &Scene, count: usize) {
    let mut world = scene.hub.world();
    for number in 0..count {
        let name = format!("somebody-with-a-long-name-{number}");
        world.add_user(NewUser::named(name.as_str())).unwrap();
        world.add_member("acme", &name, NewMember::with_role("read")).unwrap();
    }
}

/// A small disk of its own; none where this user may not mount one.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(megabytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "hubfolk-test"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            println!(
                "left out: a disk of its own: only root can mount one; the others stand in for it"
            );
        }
        mounted.then_some(Self(folder))
    }

    fn again(&self, options: &str) {
        let options = format!("remount,{options}");
        let status = Command::new("mount").args(["-o", &options]).arg(self.0.path()).status();
        assert!(status.unwrap().success());
    }

    fn ledger(&self) -> DatabaseUrl {
        DatabaseUrl::sqlite(self.0.path().join("ledger.db"))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

/// Every file of a folder with its bytes.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn is_refused(said: &Said, code: i32, words: &str) {
    assert_eq!(said.code, Some(code), "{said:?}");
    assert!(said.err.contains(words), "`{words}` is not in: {}", said.err);
    assert!(said.err.contains("hint:"), "nothing says what to do: {}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

fn the_ledger_is_as_before(scene: &Scene, url: &DatabaseUrl, before: &str) {
    assert_eq!(people(url), before);
    let (code, run) = scene.sync(ADMIN, "acme");
    assert_eq!(code, Some(0), "{run}");
    assert_eq!(run["joined"], 4000, "{run}");
    let runs = scene.json("", "sync runs acme");
    assert_eq!(runs[1]["state"], "failed", "{runs}");
    assert!(!runs[1]["error"]["message"].is_null(), "the run says what happened: {runs}");
    assert_eq!(scene.json("", "verify acme")["ok"], true);
}

#[test]
fn a_full_disk_leaves_the_ledger_as_it_was() {
    let Some(disk) = Disk::new(1) else { return };
    let url = disk.ledger();
    let scene = Scene::new(&world(), &url);
    assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
    let before = people(&url);
    crowd(&scene, 4000);
    is_refused(&scene.say(ADMIN, "sync acme"), 3, "full");
    disk.again("size=64m");
    the_ledger_is_as_before(&scene, &url, &before);
}

#[test]
fn a_file_that_may_not_grow_leaves_the_ledger_as_it_was() {
    let database = TestDatabase::sqlite();
    let scene = Scene::new(&world(), &database.url);
    assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
    let before = people(&database.url);
    crowd(&scene, 4000);
    // In units of 512 bytes; without the trap the system ends the process instead of refusing.
    let line = "trap '' XFSZ; ulimit -f 1000; exec \"$0\" sync acme";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]).arg(hubfolk_tests::binary::binary());
    command.env_clear().env("HOME", scene.home.path()).env("HF_TOKEN", ADMIN);
    command.env("HF_ENDPOINT", scene.hub.url()).env("HUBFOLK_DB", &scene.db);
    let said = say(&mut command);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("hint:") && !said.err.contains("panicked"), "{}", said.err);
    the_ledger_is_as_before(&scene, &database.url, &before);
}

#[test]
fn a_folder_that_may_not_be_written_is_named_before_anything_is_sent() {
    let disk = Disk::new(4);
    let plain = tempfile::tempdir().unwrap();
    let folder = disk.as_ref().map_or(plain.path(), |disk| disk.0.path());
    let url = DatabaseUrl::sqlite(folder.join("ledger.db"));
    let scene = Scene::new(&world(), &url);
    let seal = |sealed: bool| match &disk {
        Some(disk) => disk.again(if sealed { "ro" } else { "rw" }),
        None => {
            let mode = if sealed { 0o555 } else { 0o755 };
            fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    seal(true);
    is_refused(&scene.say(ADMIN, "sync acme"), 3, "ledger.db");
    assert_eq!(scene.hub.total_requests(), 0);
    assert_eq!(scene.say("", "members acme").code, Some(6), "there is no ledger");
    // And one that is there already.
    seal(false);
    assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
    let (before, requests) = (content(folder), scene.hub.total_requests());
    seal(true);
    let said = scene.say(ADMIN, "sync acme");
    if disk.is_some() {
        is_refused(&said, 3, "ledger.db");
        assert_eq!(scene.hub.total_requests(), requests);
        assert_eq!(content(folder), before);
        // SQLite needs to write beside a ledger even to read it.
        is_refused(&scene.say("", "members acme"), 3, "ledger.db");
    }
    seal(false);
    assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
}

#[test]
fn a_file_that_is_no_ledger_is_refused_untouched() {
    let database = TestDatabase::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.url else { unreachable!("asked for SQLite") };
    let folder = path.parent().unwrap();
    let scene = Scene::new(&world(), &database.url);
    assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
    let good = fs::read(path).unwrap();
    let requests = scene.hub.total_requests();
    let middle = {
        let mut bytes = good.clone();
        // The pages behind the first, where the tables begin.
        bytes[4096..20_480].fill(0xa5);
        bytes
    };
    let foreign = {
        let other = tempfile::tempdir().unwrap();
        let path = other.path().join("other.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        fs::read(path).unwrap()
    };
    for (what, bytes) in [
        ("a letter", b"Dear Ada,\nthis is no ledger.\n".repeat(50)),
        ("cut short", good[..good.len() / 2].to_vec()),
        ("another program's", foreign),
        ("overwritten inside", middle),
    ] {
        fs::write(path, &bytes).unwrap();
        for words in ["sync acme", "members acme", "verify acme"] {
            let said = scene.say(ADMIN, words);
            is_refused(&said, 2, "ledger.db");
        }
        assert_eq!(fs::read(path).unwrap(), bytes, "{what}");
        let names: Vec<PathBuf> = content(folder).into_iter().map(|(path, _)| path).collect();
        assert_eq!(names, std::slice::from_ref(path), "{what}: nothing is left beside it");
    }
    assert_eq!(scene.hub.total_requests(), requests, "nothing was sent");
}

#[test]
fn a_ledger_of_a_newer_version_is_refused_untouched() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
        let requests = scene.hub.total_requests();
        execute(&database.url, "UPDATE schema_version SET version = 99");
        let before = dump(&database.url, &[]);
        for words in ["sync acme", "members acme", "changes acme", "verify acme"] {
            let said = scene.say(ADMIN, words);
            is_refused(&said, 2, "update hubfolk");
        }
        assert_eq!(dump(&database.url, &[]), before);
        assert_eq!(query(&database.url, "SELECT version FROM schema_version"), [["99"]]);
        assert_eq!(scene.hub.total_requests(), requests, "nothing was sent");
    }
}

fn execute(url: &DatabaseUrl, sql: &str) {
    match url {
        DatabaseUrl::Sqlite(path) => {
            rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
        }
        DatabaseUrl::Postgres(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
            client.batch_execute(&format!("SET search_path TO hubfolk; {sql}")).unwrap();
        }
    }
}
