//! A ledger with a long history, to measure what the dashboard makes of it.

use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use hubfolk::Hub;
use hubfolk_license::clock::{Clock, FixedClock, SystemClock};
use hubfolk_license::{Ledger, Syncer};
use hubfolk_sim::{NewMember, NewUser, RateLimits, Running, Sim, World};
use hubfolk_store::DatabaseUrl;
use jiff::ToSpan;

/// What a history is made of.
#[derive(Args)]
pub(crate) struct History {
    /// The ledger
    #[arg(long)]
    db: DatabaseUrl,
    /// Members of the organization
    #[arg(long, default_value_t = 100_000)]
    members: usize,
    /// Events that the ledger shall hold at least
    #[arg(long, default_value_t = 1_000_000)]
    events: usize,
    /// Weeks that it goes back
    #[arg(long, default_value_t = 30)]
    weeks: usize,
}

impl History {
    /// Of an organization of so many members, ten events for each.
    pub(crate) fn of(db: DatabaseUrl, members: usize) -> Self {
        Self { db, members, events: members * 10, weeks: 30 }
    }

    /// Syncs week by week while the organization changes; prints how many events there are.
    pub(crate) fn run(&self) -> Result<()> {
        let sim = Sim::builder().world(World::big(self.members));
        let hub = sim.rate_limits(RateLimits::Unlimited).start_on_thread()?;
        let ledger = Ledger::open(&self.db)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let end = SystemClock.now();
        // Two of five find things as they are already and make no event.
        let wanted = self.events.saturating_sub(self.members) * 5 / 3;
        let changes = wanted / self.weeks.max(1) + 1;
        for week in 0..=self.weeks {
            if week > 0 {
                change(&hub, week, changes)?;
            }
            let back = i64::try_from(self.weeks - week)?;
            let now = end.checked_sub((back * 7 * 24).hours())?.checked_sub(2.hours())?;
            let client = Hub::builder().endpoint(hub.url()).token(hubfolk_sim::BIG_ADMIN_TOKEN);
            let syncer = Syncer::new(client.build()?, ledger.clone()).clock(FixedClock(now));
            let run = runtime.block_on(Arc::new(syncer).sync("big"))?;
            anyhow::ensure!(run.state == "published", "week {week}: {run:?}");
        }
        let org = ledger.with(|store| store.find_orgs("big", None))?;
        let org = org.first().context("it was synced")?;
        println!("{} members, {} events, {} runs", self.members, org.last_seq, org.last_run);
        Ok(())
    }
}

/// So many members change: role, two-factor authentication or full name; some go and some come.
fn change(hub: &Running, week: usize, changes: usize) -> Result<()> {
    let mut world = hub.world();
    let names: Vec<String> = world.members("big")?.map(str::to_owned).collect();
    let roles = ["read", "write", "contributor", "no_access", "admin", "read", "write"];
    let step = (names.len() / changes.max(1)).max(1);
    let picked = names.iter().skip(1 + week).step_by(step).take(changes);
    for (number, name) in picked.enumerate() {
        match number % 4 {
            0 => world.set_two_factor(name, week.is_multiple_of(2))?,
            1 if number % 400 != 1 => world.set_role("big", name, roles[week % 4])?,
            1 => world.set_role("big", name, roles[(week + number) % roles.len()])?,
            2 => world.set_fullname(name, &format!("{name} in week {week}"))?,
            _ => world.set_pro(name, week.is_multiple_of(3))?,
        }
    }
    for name in names.iter().skip(7).step_by(names.len() / 150 + 1).skip(week % 3) {
        world.remove_member("big", name)?;
    }
    for number in 0..180 {
        let name = format!("new-{week}-{number}");
        world.add_user(NewUser::named(name.as_str()))?;
        world.add_member("big", &name, NewMember::with_role("read"))?;
    }
    Ok(())
}
