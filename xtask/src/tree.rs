//! `cargo xtask check-tree`: what may not stand in the tree, and what must hold of it as a whole.

mod layers;
mod links;
mod text;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::capture;
use crate::setting::Setting;

/// A file of the tree and what is in it.
struct File {
    /// Relative to the root, with `/` between its parts.
    name: String,
    text: String,
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let files = files(&setting.root)?;
    let machine = text::machine_folders(&setting.root);
    let mut problems = Vec::new();
    for file in &files {
        problems.extend(text::check(file, &machine));
        problems.extend(links::check(file, &setting.root));
    }
    problems.extend(layers::check(&files));
    // The lock file says what everyone builds; one that cargo would have to change says nothing.
    let mut locked = setting.cargo();
    if let Err(error) = capture(locked.args(["metadata", "--locked", "--format-version=1"])) {
        problems.push(format!("Cargo.lock: {error:#}"));
    }
    println!("looked through {} files", files.len());
    if problems.is_empty() {
        return Ok(());
    }
    for problem in &problems {
        println!("{problem}");
    }
    bail!("{} problems in the tree", problems.len())
}

/// All text files that git knows or would add; binary ones are left out.
fn files(root: &Path) -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = String::from_utf8(capture(&mut git)?).context("a file name is not UTF-8")?;
    let mut files = Vec::new();
    for name in list.split('\0').filter(|name| !name.is_empty()) {
        let path: PathBuf = root.join(name);
        // Removed but not yet committed: not in the tree any more.
        let Ok(bytes) = fs::read(&path) else { continue };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File { name: name.to_owned(), text });
        }
    }
    Ok(files)
}
