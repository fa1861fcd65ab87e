//! A private PostgreSQL for one test run: own folder, own port on loopback, gone at the end.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::Part;
use crate::command::{capture, find, say};
use crate::packages;

/// How long a fresh server may take until it accepts connections.
const START: Duration = Duration::from_secs(60);

/// The name of the only role, which owns everything in the cluster.
const ROLE: &str = "hubfolk_test";

/// Waits until its standard input closes, which happens however xtask ends, then stops the server
/// and removes the folder. A shell, because it must outlive xtask itself.
const WATCH: &str = r#"
cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
    kill -INT "$pid" 2>/dev/null
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 300 ]; do tries=$((tries + 1)); sleep 0.1; done
fi
rm -rf -- "$1"
"#;

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    server: Child,
    folder: WatchedFolder,
    port: u16,
}

impl Postgres {
    /// Finds or installs PostgreSQL and starts a cluster.
    pub(crate) fn start() -> Result<Self> {
        let initdb = match programs() {
            Some(initdb) => initdb,
            None => {
                packages::install(
                    &["postgresql"],
                    Part::Postgres,
                    "the PostgreSQL server programs (initdb, postgres) are missing",
                )?;
                programs()
                    .context("initdb and postgres are still missing after the installation")?
            }
        };
        // Another program may take the free port between our look and the server's start.
        let mut result = Self::start_with(&initdb);
        for _ in 0..2 {
            if result.is_ok() {
                break;
            }
            result = Self::start_with(&initdb);
        }
        if let Ok(postgres) = &result {
            say(&format!("PostgreSQL on {}", postgres.url()));
        }
        result
    }

    fn start_with(initdb: &Path) -> Result<Self> {
        let folder = WatchedFolder::create()?;
        let path = folder.path.clone();
        let user = unprivileged(&path)?;
        let mut create = Command::new(initdb);
        create
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--username", ROLE, "--pgdata"])
            .arg(path.join("data"));
        capture(as_user(&mut create, &path, user)).context("cannot create a PostgreSQL cluster")?;

        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = path.join("server.log");
        let output = fs::File::create(&log)?;
        let mut server = Command::new(initdb.with_file_name("postgres"));
        server
            .arg("-D")
            .arg(path.join("data"))
            .args(["-p", &port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .args(["-c", "max_connections=200"])
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // Ctrl-C is for xtask; the watcher stops the server when xtask is gone.
            .process_group(0);
        let server = as_user(&mut server, &path, user).spawn().context("cannot start postgres")?;
        let mut postgres = Self { server, folder, port };
        postgres.wait_until_ready(&log)?;
        Ok(postgres)
    }

    fn wait_until_ready(&mut self, log: &Path) -> Result<()> {
        let started = Instant::now();
        while !is_ready(&self.folder.path) {
            let said = || fs::read_to_string(log).unwrap_or_default();
            if let Some(status) = self.server.try_wait()? {
                bail!("postgres ended at once ({status}): {}", said().trim());
            }
            if started.elapsed() > START {
                bail!("postgres was not ready after {} s: {}", START.as_secs(), said().trim());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Where the tests connect to.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/postgres", self.port)
    }

    /// Everything the server has written: tables, write-ahead log and its own log.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder.path
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.folder.release();
        self.server.wait().ok();
    }
}

/// A folder that is removed, and its server stopped, even if xtask is killed.
struct WatchedFolder {
    path: PathBuf,
    watcher: Child,
}

impl WatchedFolder {
    /// Makes a new folder that only its owner can open. Not below `target`: the unprivileged user
    /// of the server may have no way into the person's own folders.
    fn create() -> Result<Self> {
        let path = new_folder()?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        let watcher = Command::new("sh")
            .args(["-c", WATCH, "watch"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start sh")?;
        Ok(Self { path, watcher })
    }

    /// Lets the watcher begin; it ends when the server has.
    fn release(&mut self) {
        drop(self.watcher.stdin.take());
    }
}

impl Drop for WatchedFolder {
    fn drop(&mut self) {
        self.release();
        self.watcher.wait().ok();
    }
}

/// `initdb` of the newest PostgreSQL here, with `postgres` beside it.
fn programs() -> Option<PathBuf> {
    let initdb = find("initdb", &installed_folders())?;
    // Where PATH holds links, the server program lies beside what they point to.
    let initdb = initdb.canonicalize().unwrap_or(initdb);
    initdb.with_file_name("postgres").is_file().then_some(initdb)
}

/// The folders that distributions keep off PATH, newest version first.
fn installed_folders() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> =
        ["/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql"]
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .flatten()
            .map(|entry| {
                let version = entry.file_name().to_string_lossy().parse().unwrap_or(0);
                (version, entry.path().join("bin"))
            })
            .collect();
    versions.sort();
    versions.reverse();
    versions.into_iter().map(|(_, folder)| folder).chain(["/usr/local/pgsql/bin".into()]).collect()
}

fn new_folder() -> Result<PathBuf> {
    for attempt in 0..100 {
        let name = format!("hubfolk-postgres-{}-{attempt}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot make {}", path.display()));
            }
        }
    }
    bail!("no free name for a folder in {}", std::env::temp_dir().display())
}

/// PostgreSQL refuses to run as root: root gives the folder to `postgres` or `nobody` and starts
/// the server as them. Anyone else runs it as themselves.
fn unprivileged(folder: &Path) -> Result<Option<(u32, u32)>> {
    // We have just made the folder, so its owner is who we are.
    if fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("cannot look up an unprivileged user")?;
    let (uid, gid) = ["postgres", "nobody"].iter().find_map(|name| user_id(&users, name)).context(
        "PostgreSQL refuses to run as root, and there is no user postgres or nobody here",
    )?;
    chown(folder, Some(uid), Some(gid))
        .context("cannot give the folder to an unprivileged user")?;
    Ok(Some((uid, gid)))
}

/// The user and group id of a name in the format of `/etc/passwd`.
fn user_id(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (user, _password) = (fields.next()?, fields.next()?);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        (user == name && uid != 0).then_some((uid, gid))
    })
}

fn as_user<'a>(
    command: &'a mut Command,
    folder: &Path,
    user: Option<(u32, u32)>,
) -> &'a mut Command {
    command.current_dir(folder).env_remove("PGDATA").env_remove("PGPORT");
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// The server writes its state as the eighth line of this file, so that no client is needed.
fn is_ready(folder: &Path) -> bool {
    fs::read_to_string(folder.join("data/postmaster.pid"))
        .is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name_and_never_root() {
        let users =
            "root:x:0:0::/:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104:A,B:/var:/bin/sh\n";
        assert_eq!(user_id(users, "postgres"), Some((101, 104)));
        assert_eq!(user_id(users, "root"), None);
        assert_eq!(user_id(users, "nobody"), None);
        assert_eq!(user_id("broken line\npostgres:x:a:b:", "postgres"), None);
    }
}
