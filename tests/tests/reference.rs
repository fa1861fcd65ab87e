//! The reference of operations is as the table is.

use std::path::Path;

#[test]
fn the_reference_of_operations_is_not_old() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let fresh = hubfolk_tests::reference::text();
    let line = fresh.lines().zip(written.lines()).position(|(fresh, written)| fresh != written);
    assert!(
        fresh == written,
        "docs/operations.md is old from line {} on: run `cargo xtask reference`",
        line.map_or(written.lines().count(), |line| line + 1)
    );
}
