//! The community side: discussions, the check of the contract, and the simulator under load.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use hubfolk_sim::{Fault, FaultRule, Faults, NewUser, World};

use super::{Suite, serve};
use crate::load::{DISCUSSIONS, PAGES, Served, talks};
use crate::measure::{Sample, run as run_process};

impl Suite<'_> {
    pub(super) fn discussions(&mut self) -> Result<()> {
        if !self.wants("discussions") {
            return Ok(());
        }
        let slow = Faults::new(vec![FaultRule::new(Fault::latency(10))]);
        for (name, faults, rounds) in [
            ("made anew each time", Faults::default(), self.options.rounds * 3),
            ("10 ms away", slow, self.options.rounds),
        ] {
            let world = serve(talks()?, faults)?;
            let (mut floor, mut product) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                for (samples, kind) in
                    [(&mut floor, "floor-discussions"), (&mut product, "discussions")]
                {
                    // A change of the world has the simulator make its pages again, as a Hub does
                    // for whoever reads a list once.
                    world.world().add_user(NewUser::named(format!("u-{}", self.next)))?;
                    self.next += 1;
                    samples.push(run_process(&mut self.contender(&[kind], &world)?)?);
                }
            }
            let name = format!("discussions: 100 pages, {name} (floor: the bare requests)");
            self.row(&name, &floor, &product, 1.2)?;
        }
        Ok(())
    }

    /// The Hub's document lies beside the repository.
    pub(super) fn contract(&mut self) -> Result<()> {
        if !self.wants("contract") {
            return Ok(());
        }
        let document =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/contract/hub-openapi.json");
        if !document.is_file() {
            println!("| contract: there is no document beside this repository | | | | | | |");
            return Ok(());
        }
        let goal = Sample { millis: 1_000.0, peak_mb: 0.0, count: 0 };
        let mut product = Vec::new();
        for _ in 0..self.options.rounds {
            let mut command = Command::new(&self.hubfolk);
            command.arg("contract").arg(&document);
            product.push(run_process(command.stdout(std::process::Stdio::null()))?);
        }
        self.row("contract: the whole document (floor: a second)", &[goal], &product, 1.0)
    }

    pub(super) fn reads(&mut self) -> Result<()> {
        if !self.wants("simulator") {
            return Ok(());
        }
        let organization = hubfolk_sim::DEMO_ORGANIZATION;
        let members = format!("/api/organizations/{organization}/members?limit=10");
        let world = World::demo(1, 1_200);
        let overviews = world
            .members(organization)?
            .take(500)
            .map(|name| format!("/api/users/{name}/overview"))
            .collect();
        let talks = (0..PAGES).map(|page| format!("{DISCUSSIONS}?p={page}")).collect();
        let talk = (1..=500).map(|num| format!("{DISCUSSIONS}/{num}")).collect();
        let (demo, large) = (Served::start("demo")?, Served::start("talks")?);
        let kinds: [(&str, &Served, Vec<String>); 5] = [
            ("whoami", &demo, vec!["/api/whoami-v2".to_owned()]),
            ("overview, 500 users in turn", &demo, overviews),
            ("members, a page of 10", &demo, vec![members]),
            ("one discussion, 500 in turn", &large, talk),
            ("discussions, 100 pages of 50 in turn", &large, talks),
        ];
        println!(
            "\n| simulator, 32 connections | answers/s a core | goal | answers/s | median ms | p99 ms | goal |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|");
        for (name, served, paths) in kinds {
            served.load(&paths, 32, 20_000)?;
            let load = served.load(&paths, 32, self.options.requests)?;
            println!(
                "| {name} | {:.0} | 20000 | {:.0} | {:.2} | {:.2} | 2.00 |",
                load.per_core,
                load.per_second,
                load.median.as_secs_f64() * 1e3,
                load.p99.as_secs_f64() * 1e3,
            );
        }
        Ok(())
    }
}
