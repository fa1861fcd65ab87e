//! The agent tool: how soon it answers, how fast, and what it weighs.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use hubfolk_sim::{Faults, World};

use super::{Suite, serve};
use crate::agent::{Served, Session, over_http, percentile};

impl Suite<'_> {
    /// The agent tool beside a bare server of the same protocol that asks the Hub the same.
    pub(super) fn agent(&mut self) -> Result<()> {
        if !self.wants("agent") {
            return Ok(());
        }
        let world = serve(World::demo(1, 60), Faults::default())?;
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
        let (mut bare, mut calls) = (Vec::new(), Vec::new());
        for _ in 0..self.options.rounds.min(3) {
            let mut session = Session::start(&mut self.contender(&["bare-mcp"], &world)?)?;
            session.open()?;
            bare.extend(session.calls()?);
            let mut session = Session::start(&mut product(&["mcp"]))?;
            session.open()?;
            calls.extend(session.calls()?);
        }
        let served =
            Served::start(&mut product(&["mcp", "--http", "127.0.0.1:0", "--rate", "1000000"]))?;
        let mut http = over_http(&served.url, hubfolk_sim::DEMO_ADMIN_TOKEN)?;
        let row = |name: &str, floor: f64, product: f64, goal: &str| {
            println!(
                "| {name} | {floor:.2} | {product:.2} | {:.2} | {goal} | | |",
                product / floor
            );
        };
        let of = |took: &mut Vec<Duration>, part: usize| percentile(took, part);
        row("agent: start to tools/list", of(&mut bare_start, 50), of(&mut start, 50), "10 ms");
        row("agent: stdio call p50", of(&mut bare, 50), of(&mut calls, 50), "");
        row("agent: stdio call p99", of(&mut bare, 99), of(&mut calls, 99), "3.00");
        row("agent: HTTP call p50, 10 clients", f64::NAN, of(&mut http, 50), "1 ms");
        row("agent: HTTP call p99, 10 clients", f64::NAN, of(&mut http, 99), "5 ms");
        println!("| agent: idle memory, MB | | {idle:.1} | | 12 | | |");
        Ok(())
    }
}
