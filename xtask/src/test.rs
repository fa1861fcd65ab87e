//! `cargo xtask test`: every test, with what it needs, and a search for the canary at the end.

use std::collections::BTreeSet;
use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::Part;
use crate::canary::Canary;
use crate::chromium::Chromium;
use crate::command::{Log, find, run as run_command, say};
use crate::features;
use crate::node::Node;
use crate::postgres::Postgres;
use crate::python::Python;
use crate::setting::Setting;
use crate::spoken::Spoken;

/// What the steps of one run share.
struct Run<'a> {
    setting: &'a Setting,
    without: &'a [Part],
    /// What is built and tested: everything that people can switch on.
    features: String,
    canary: Canary,
    postgres: Option<Postgres>,
    python: Option<Python>,
    node: Option<Node>,
    chromium: Option<Chromium>,
    /// Where tests leave databases, exports and logs for the search.
    artifacts: PathBuf,
    log: Log,
    log_path: PathBuf,
    report: PathBuf,
}

pub(crate) fn run(setting: &Setting, without: &[Part]) -> Result<()> {
    let started = Instant::now();
    let run = Run::prepare(setting, without)?;
    let nextest = find("cargo-nextest", &[]).is_some();
    run.build(nextest)?;

    // A step that fails does not keep the others from running.
    let mut failed = Vec::new();
    let mut step = |name: &str, step: &dyn Fn() -> Result<()>| {
        say(name);
        let begin = Instant::now();
        let result = step();
        say(&format!("{name}: {:.1} s", begin.elapsed().as_secs_f64()));
        if let Err(error) = result {
            println!("{name}: {error:#}");
            failed.push(name.to_owned());
        }
    };
    step("tests", &|| run.tests(nextest));
    step("doc tests", &|| run.doc_tests());
    if let Some(python) = &run.python {
        step("Python client", &|| run.python_scripts(python));
    }
    if let Some(node) = &run.node {
        step("JavaScript client", &|| run.node_scripts(node));
    }
    step("canary", &|| run.search_canary());
    step("left out", &|| run.tell_left_out());

    let seconds = started.elapsed().as_secs();
    if !failed.is_empty() {
        bail!("failed after {seconds} s: {}", failed.join(", "));
    }
    let names: Vec<_> = without.iter().map(|part| part.name()).collect();
    if names.is_empty() {
        println!("\nAll tests ran and passed, nothing left out ({seconds} s).");
    } else {
        println!(
            "\nAll tests passed but those left out by name: {} ({seconds} s).",
            names.join(", ")
        );
    }
    Ok(())
}

impl<'a> Run<'a> {
    fn prepare(setting: &'a Setting, without: &'a [Part]) -> Result<Self> {
        let artifacts = setting.target.join("test-artifacts");
        if artifacts.exists() {
            fs::remove_dir_all(&artifacts)
                .with_context(|| format!("cannot empty {}", artifacts.display()))?;
        }
        fs::create_dir_all(&artifacts)?;
        let report = setting.target.join("nextest/default/junit.xml");
        fs::remove_file(&report).ok();
        let log_path = setting.target.join("test-output.log");
        let log = Log::create(&log_path)?;
        let wanted = |part| !without.contains(&part);
        Ok(Self {
            setting,
            without,
            features: features::of_the_product(setting)?,
            canary: Canary::new(),
            python: if wanted(Part::Python) { Some(Python::prepare(setting)?) } else { None },
            node: if wanted(Part::Node) { Some(Node::prepare(setting)?) } else { None },
            chromium: if wanted(Part::Chromium) { Some(Chromium::prepare()?) } else { None },
            postgres: if wanted(Part::Postgres) { Some(Postgres::start()?) } else { None },
            artifacts,
            log,
            log_path,
            report,
        })
    }

    /// Builds with the person's own environment, because this may have to fetch; the tests then
    /// run without it.
    fn build(&self, nextest: bool) -> Result<()> {
        say("build");
        let mut tests = self.setting.cargo();
        tests.args(if nextest { &["nextest", "run"][..] } else { &["test"] });
        run_command(tests.args(["--workspace", "--features", &self.features, "--no-run"]))?;
        let mut programs = self.setting.cargo();
        programs.args(["build", "--workspace", "--features", &self.features, "--bins"]);
        run_command(&mut programs)
    }

    fn tests(&self, nextest: bool) -> Result<()> {
        let mut command = self.setting.cargo();
        if nextest {
            command.args(["nextest", "run", "--workspace", "--features", &self.features]);
            self.execute(&mut command)
        } else {
            say("cargo-nextest is not installed: cargo test runs the same tests");
            command.args(["test", "--workspace", "--features", &self.features]);
            command.args(["--lib", "--bins", "--tests", "--no-fail-fast", "--", "--show-output"]);
            self.execute(&mut command)
        }
    }

    fn doc_tests(&self) -> Result<()> {
        let mut command = self.setting.cargo();
        self.execute(command.args([
            "test",
            "--workspace",
            "--features",
            &self.features,
            "--doc",
            "--no-fail-fast",
        ]))
    }

    fn python_scripts(&self, python: &Python) -> Result<()> {
        for script in python.scripts(self.setting)? {
            let mut command = Command::new(&python.program);
            command.arg(&script).arg("--hubfolk").arg(self.setting.hubfolk("debug"));
            self.execute(&mut command).with_context(|| script.display().to_string())?;
        }
        Ok(())
    }

    fn node_scripts(&self, node: &Node) -> Result<()> {
        for script in node.scripts(self.setting)? {
            let mut command = Command::new(&node.program);
            command.arg(&script).arg("--hubfolk").arg(self.setting.hubfolk("debug"));
            command.arg("--client").arg(&node.client);
            self.execute(&mut command).with_context(|| script.display().to_string())?;
        }
        Ok(())
    }

    fn execute(&self, command: &mut Command) -> Result<()> {
        self.setting.isolate(command)?;
        command
            .env("CARGO_NET_OFFLINE", "true")
            .env("HUBFOLK_TEST_CANARY", self.canary.token())
            .env("HUBFOLK_TEST_ARTIFACTS", &self.artifacts);
        if let Some(postgres) = &self.postgres {
            command.env("HUBFOLK_TEST_POSTGRES", postgres.url());
        }
        if let Some(chromium) = &self.chromium {
            command.env("HUBFOLK_TEST_CHROMIUM", &chromium.program);
            command.env("HUBFOLK_TEST_CHROMEDRIVER", &chromium.driver);
        }
        if let Some(node) = &self.node {
            command.env("HUBFOLK_TEST_AXE", &node.axe);
        }
        if !self.without.is_empty() {
            let names: Vec<_> = self.without.iter().map(|part| part.name()).collect();
            command.env("HUBFOLK_TEST_WITHOUT", names.join(","));
        }
        if stdout().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        if !self.log.run(command)? {
            bail!("did not pass");
        }
        Ok(())
    }

    fn search_canary(&self) -> Result<()> {
        self.canary.prove(&self.setting.target)?;
        let mut places: Vec<&Path> = vec![&self.log_path, &self.report, &self.artifacts];
        places.extend(self.postgres.as_ref().map(Postgres::folder));
        let search = self.canary.search(&places)?;
        println!(
            "searched {} files, {} bytes (output, reports, databases, exports, logs) for the canary token",
            search.files, search.bytes
        );
        if !search.found.is_empty() {
            let found: Vec<_> =
                search.found.iter().map(|path| path.display().to_string()).collect();
            bail!("the canary token, which nothing may contain, is in: {}", found.join(", "));
        }
        Ok(())
    }

    /// Shows what tests said aloud, and fails if one left itself out unasked.
    fn tell_left_out(&self) -> Result<()> {
        let mut spoken = Spoken::default();
        spoken.read(&self.log_path)?;
        spoken.read(&self.report)?;
        for line in &spoken.counted {
            println!("counted: {line}");
        }
        for line in &spoken.left_out {
            println!("left out: {line}");
        }
        let unasked = unasked(&spoken.left_out, self.without);
        if !unasked.is_empty() {
            bail!("tests left themselves out although nobody asked for it: {}", unasked.join("; "));
        }
        Ok(())
    }
}

/// The lines whose first word a person can name, but did not.
fn unasked<'a>(left_out: &'a BTreeSet<String>, without: &[Part]) -> Vec<&'a str> {
    left_out
        .iter()
        .filter(|line| {
            let line = line.to_lowercase();
            Part::ALL.iter().any(|part| line.starts_with(part.name()) && !without.contains(part))
        })
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_may_leave_itself_out_only_when_a_person_named_it() {
        let said =
            BTreeSet::from(["PostgreSQL: no server".to_owned(), "recordings: not here".to_owned()]);
        assert_eq!(unasked(&said, &[]), ["PostgreSQL: no server"]);
        assert_eq!(unasked(&said, &[Part::Python]), ["PostgreSQL: no server"]);
        assert!(unasked(&said, &[Part::Postgres]).is_empty());
    }
}
