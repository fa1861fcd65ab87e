//! Where every operation of the table is found: client, command, behaviour test, example.
//!
//! A row claims; `tests/tests/operations.rs` checks each claim against the code, the binary and
//! the simulator.

mod people;
mod repositories;

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
    [people::ROWS, repositories::ROWS].concat()
}
