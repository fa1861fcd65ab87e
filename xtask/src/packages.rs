//! Installing a system package where we may, and saying what to type where we may not.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::Part;
use crate::command::{find, run, say};

/// Installs Debian packages when this is root on a machine with apt-get; otherwise fails with the
/// exact command for a person to type.
pub(crate) fn install(packages: &[&str], part: Part, missing: &str) -> Result<()> {
    let names = packages.join(" ");
    let leave_out = format!("or leave it out by name: cargo xtask test --without {}", part.name());
    let Some(apt_get) = find("apt-get", &[]) else {
        bail!(
            "{missing}, and there is no apt-get here to install it with. Install it with this machine's package \
             manager, {leave_out}"
        );
    };
    if !is_root()? {
        bail!(
            "{missing}. Type: sudo apt-get update && sudo apt-get install {names}\n  {leave_out}"
        );
    }
    say(&format!("{missing}: installing {names} with apt-get"));
    apt(&apt_get, &["update", "--quiet"])?;
    let mut arguments = vec!["install", "--quiet", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&apt_get, &arguments)
}

fn apt(apt_get: &Path, arguments: &[&str]) -> Result<()> {
    run(Command::new(apt_get).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether this process may install packages and change users.
#[cfg(unix)]
pub(crate) fn is_root() -> Result<bool> {
    // The standard library does not tell the user id; `id` is part of every Unix.
    let id = crate::command::capture(Command::new("id").arg("-u"))?;
    Ok(String::from_utf8_lossy(&id).trim() == "0")
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> Result<bool> {
    Ok(false)
}
