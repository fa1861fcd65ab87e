//! The agent tool: how soon it answers, how fast, and what it weighs.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hubfolk_sim::{RateLimits, Sim, World};

use super::Suite;
use crate::agent::{Served, Session, over_http, percentile};

impl Suite<'_> {
    /// The agent tool beside a bare server of the same protocol that asks the Hub the same.
    pub(super) fn agent(&mut self) -> Result<()> {
        if !self.wants("agent") {
            return Ok(());
        }
        // A client counts down what the Hub says is left, so that must be enough for all rounds.
        let plenty = RateLimits::Fixed { quota: u32::MAX, window: 300 };
        let sim = Sim::builder().world(World::demo(1, 60)).rate_limits(plenty);
        let world = sim.start_on_thread().context("starting the simulator")?;
        let state = self.folder.path().join("state");
        let product = |words: &[&str]| {
            let mut command = Command::new(&self.hubfolk);
            command.args(words).env("HF_ENDPOINT", world.url()).env("HUBFOLK_STATE", &state);
            command.env("HF_TOKEN", hubfolk_sim::DEMO_ADMIN_TOKEN);
            command
        };
        let (mut bare_start, mut start, mut idle) = (Vec::new(), Vec::new(), 0.0_f64);
        for _ in 0..self.options.rounds * 4 {
            let begin = Instant::now();
            Session::start(&mut self.contender(&["bare-mcp"], &world)?)?.open()?;
            bare_start.push(begin.elapsed());
            let begin = Instant::now();
            let mut session = Session::start(&mut product(&["mcp"]))?;
            session.open()?;
            start.push(begin.elapsed());
            idle = idle.max(session.megabytes()?);
        }
        let mut stdio = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        let mut http = [Vec::new(), Vec::new()];
        let served =
            Served::start(&mut product(&["mcp", "--http", "127.0.0.1:0", "--rate", "1000000"]))?;
        for _ in 0..self.options.rounds {
            let mut session = Session::start(&mut self.contender(&["bare-mcp"], &world)?)?;
            session.open()?;
            let mut bare = session.calls()?;
            let mut session = Session::start(&mut product(&["mcp"]))?;
            session.open()?;
            let mut calls = session.calls()?;
            for (at, took) in [&mut bare, &mut calls].into_iter().enumerate() {
                stdio[at].push(percentile(took, 50));
                stdio[at + 2].push(percentile(took, 99));
            }
            let mut took = over_http(&served.url, hubfolk_sim::DEMO_ADMIN_TOKEN)?;
            http[0].push(percentile(&mut took, 50));
            http[1].push(percentile(&mut took, 99));
        }
        // The middle of the rounds: a burst of other work on the machine spoils one of them.
        let [bare_p50, p50, bare_p99, p99] = stdio.map(middle);
        let [http_p50, http_p99] = http.map(middle);
        let row = |name: &str, floor: f64, product: f64, goal: &str| {
            println!(
                "| {name} | {floor:.2} | {product:.2} | {:.2} | {goal} | | |",
                product / floor
            );
        };
        let of = |took: &mut Vec<Duration>, part: usize| percentile(took, part);
        row("agent: start to tools/list", of(&mut bare_start, 50), of(&mut start, 50), "10 ms");
        row("agent: stdio call p50", bare_p50, p50, "");
        row("agent: stdio call p99", bare_p99, p99, "3.00");
        row("agent: HTTP call p50, 10 clients", f64::NAN, http_p50, "1 ms");
        row("agent: HTTP call p99, 10 clients", f64::NAN, http_p99, "5 ms");
        println!("| agent: idle memory, MB | | {idle:.1} | | 12 | | |");
        Ok(())
    }
}

/// The middle of so many figures.
fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
