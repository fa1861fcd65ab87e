//! Prints the reference of operations, for `cargo xtask reference`.
#![allow(clippy::print_stdout, reason = "this is what it is for")]

fn main() {
    print!("{}", hubfolk_tests::reference::text());
}
