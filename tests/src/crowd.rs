//! The simulator's organization `big`, whose people come, change and go by chance, and whether a
//! ledger tells the same.

use std::collections::BTreeSet;

use hubfolk_sim::{NewMember, NewUser, RateLimits, Running, Sim, World};
use hubfolk_store::DatabaseUrl;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::dump::{dump, query};

/// The organization at its Hub.
#[derive(Debug)]
pub struct Crowd {
    /// The Hub.
    pub hub: Running,
    /// What chance decides by; the same seed makes the same crowd.
    pub random: StdRng,
    newcomers: usize,
}

impl Crowd {
    /// An organization of so many.
    ///
    /// # Panics
    ///
    /// When the simulator does not start.
    #[must_use]
    pub fn of(members: usize, seed: u64) -> Self {
        let sim = Sim::builder().world(World::big(members)).rate_limits(RateLimits::Unlimited);
        Self {
            hub: sim.start_on_thread().expect("a simulator"),
            random: StdRng::seed_from_u64(seed),
            newcomers: 0,
        }
    }

    /// Some get another role, and some leave while as many join, so that there is something to write.
    ///
    /// # Panics
    ///
    /// When the world refuses.
    pub fn change(&mut self, roles: usize, leavers: usize) {
        let mut world = self.hub.world();
        let members = world.members("big").expect("the organization");
        // The first is the administrator whose token is used.
        let names: Vec<String> = members.skip(1).map(str::to_owned).collect();
        for _ in 0..roles {
            let name = &names[self.random.random_range(0..names.len())];
            let role = ["read", "write", "contributor"][self.random.random_range(0..3)];
            world.set_role("big", name, role).expect("a member");
        }
        for _ in 0..leavers {
            // Chance may have chosen them before.
            let _ = world.remove_member("big", &names[self.random.random_range(0..names.len())]);
            self.newcomers += 1;
            let name = format!("new-{}", self.newcomers);
            world.add_user(NewUser::named(name.as_str())).expect("a new name");
            world.add_member("big", &name, NewMember::with_role("read")).expect("a user");
        }
    }

    /// Whether a ledger lists somebody who is not there, twice, or lacks somebody.
    ///
    /// # Panics
    ///
    /// When the ledger cannot be read.
    #[must_use]
    pub fn differs_from(&self, url: &DatabaseUrl) -> bool {
        let sql = "SELECT username FROM membership WHERE valid_to IS NULL AND status = 'active'";
        let rows = query(url, sql);
        let told: BTreeSet<String> =
            rows.iter().map(|row| row[0].trim_matches('"').to_owned()).collect();
        let world = self.hub.world();
        let members = world.members("big").expect("the organization");
        let listed: BTreeSet<String> = members.map(str::to_owned).collect();
        // As many rows as people: nobody is there twice.
        rows.len() != told.len() || told != listed
    }
}

/// Who is a member by a ledger, without runs and what only the next run settles.
#[must_use]
pub fn people(url: &DatabaseUrl) -> String {
    dump(url, &["hub", "org", "org_slug", "sync_run", "stage_member"])
}
