//! Where every operation of the table is found: client, command, behaviour test, example.
//!
//! A row claims; `tests/tests/operations.rs` checks each claim against the code, the binary and
//! the simulator.

mod access;
mod accounts;
mod collections;
mod contract;
mod discussions;
mod governance;
mod people;
mod repo_lists;
mod repositories;
mod webhooks;

use std::collections::BTreeMap;

use hubfolk_api::{Endpoint, Operation, Paged, table};
use hubfolk_sim::{RateLimits, Running, Sim, World};

/// Where one operation is found. A cell is empty only when `why` explains it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Name in the table of operations.
    pub operation: &'static str,
    /// Method of a handle, `Type::method`.
    pub call: &'static str,
    /// Words of the command line whose `--dry-run` shows a request of this operation.
    pub command: &'static [&'static str],
    /// Test of the simulator's behaviour, `file: function`.
    pub test: &'static str,
    /// File in `crates/client/examples` that calls it.
    pub example: &'static str,
    /// Why a cell is empty.
    pub why: &'static str,
}

/// All rows, by family.
#[must_use]
pub fn rows() -> Vec<Row> {
    [
        access::ROWS,
        accounts::ROWS,
        collections::ROWS,
        contract::ROWS,
        discussions::ROWS,
        governance::ROWS,
        people::ROWS,
        repo_lists::ROWS,
        repositories::ROWS,
        webhooks::ROWS,
    ]
    .concat()
}

/// An operation with the Rust name of its request.
#[derive(Debug)]
pub struct Known {
    /// Name of the type.
    pub request: String,
    /// What it is.
    pub operation: Operation,
}

/// The table of operations, by name.
#[must_use]
pub fn table() -> BTreeMap<&'static str, Known> {
    struct All(BTreeMap<&'static str, Known>);
    impl table::Visitor for All {
        fn call<E: Endpoint>(&mut self) {
            let last = |path: &'static str| path.rsplit("::").next().unwrap_or(path);
            let path = std::any::type_name::<E>();
            let request = match path.split_once('<') {
                // `ListRepos<Models>` goes by the name `ListModels`.
                Some((_, listed)) => format!("List{}", last(listed.trim_end_matches('>'))),
                None => last(path).to_owned(),
            };
            self.0.insert(E::OPERATION.name, Known { request, operation: E::OPERATION });
        }
        fn list<E: Paged>(&mut self) {
            self.call::<E>();
        }
    }
    let mut all = All(BTreeMap::new());
    table::visit(&mut all);
    all.0
}

/// The demo world, served.
///
/// # Panics
///
/// Without a free port.
#[must_use]
pub fn demo() -> Running {
    Sim::builder()
        .world(World::demo(1, 60))
        .rate_limits(RateLimits::Unlimited)
        .start_on_thread()
        .expect("a port on the loopback address")
}

/// A folder to run the commands in, with the files that some of them read.
///
/// # Panics
///
/// When it cannot be made.
#[must_use]
pub fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let files =
        [("found.txt", "hf_test_found\n"), ("requests.csv", "user,status\nwalk-in,accepted\n")];
    for (name, text) in files {
        std::fs::write(home.path().join(name), text).expect("a file in the folder");
    }
    home
}
