//! A fresh ledger for a test, on each database.

use std::sync::atomic::{AtomicU32, Ordering};

use hubfolk_store::DatabaseUrl;
use tempfile::TempDir;

/// A database that is gone when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its address.
    pub url: DatabaseUrl,
    /// `sqlite` or `postgres`.
    pub kind: &'static str,
    clean_up: CleanUp,
}

#[derive(Debug)]
enum CleanUp {
    Folder { _folder: TempDir },
    Database { server: String, name: String },
}

/// The databases to run a test on: SQLite, and PostgreSQL unless it was left out by name.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the test command names the server in the environment"
)]
#[expect(clippy::print_stderr, reason = "what is left out is said aloud")]
pub fn databases() -> Vec<TestDatabase> {
    let mut found = vec![TestDatabase::sqlite()];
    match std::env::var("HUBFOLK_TEST_POSTGRES") {
        Ok(server) => found.push(TestDatabase::postgres(&server)),
        Err(_) => eprintln!("left out: PostgreSQL (`cargo xtask test` starts one)"),
    }
    found
}

impl TestDatabase {
    /// Another fresh database of the same kind.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    #[must_use]
    pub fn another(&self) -> Self {
        match &self.clean_up {
            CleanUp::Folder { .. } => Self::sqlite(),
            CleanUp::Database { server, .. } => Self::postgres(server),
        }
    }

    /// A SQLite ledger in a folder of its own.
    ///
    /// # Panics
    ///
    /// When there is no room for temporary files.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            url: DatabaseUrl::sqlite(folder.path().join("ledger.db")),
            kind: "sqlite",
            clean_up: CleanUp::Folder { _folder: folder },
        }
    }

    /// A database of its own on a PostgreSQL server, given as an address with any database.
    ///
    /// # Panics
    ///
    /// When the server does not let us make one.
    #[must_use]
    pub fn postgres(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hubfolk_{}_{number}", std::process::id());
        let mut client = connect(server);
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database of our own");
        let (head, query) = server.split_once('?').map_or((server, None), |(h, q)| (h, Some(q)));
        let (base, _) = head.rsplit_once('/').expect("an address with a database");
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("{base}/{name}{query}").parse().expect("a PostgreSQL address");
        let clean_up = CleanUp::Database { server: server.to_owned(), name };
        Self { url, kind: "postgres", clean_up }
    }
}

fn connect(server: &str) -> postgres::Client {
    postgres::Client::connect(server, postgres::NoTls).expect("the PostgreSQL server of the tests")
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let CleanUp::Database { server, name } = &self.clean_up {
            let (server, name) = (server.clone(), name.clone());
            // On a thread of its own: the driver may not block inside a runtime.
            let _ = std::thread::spawn(move || {
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = connect(&server).batch_execute(&drop);
            })
            .join();
        }
    }
}
