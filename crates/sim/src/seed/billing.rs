//! What the demo's organization and its administrator pay for, over more than a year.

use jiff::SignedDuration;

use super::{ADMIN, DEMO_ORGANIZATION, FIRST_WEEK};
use crate::chance::Chance;
use crate::world::{Account, BilledItem, BilledSession, BilledStorage, World};

/// Machines with their price for a minute, in millionths of a dollar.
const MACHINES: [(&str, &str, &str, f64); 5] = [
    ("Spaces", "spaces/t4-small/minutes", "Space, T4 small", 6_700.0),
    ("Spaces", "spaces/a10g-small/minutes", "Space, A10G small", 16_700.0),
    ("Endpoints", "endpoints/aws/nvidia-l4/x1", "Endpoint, 1 x L4", 13_300.0),
    ("Endpoints", "endpoints/gcp/nvidia-h100/x1", "Endpoint, 1 x H100", 166_700.0),
    ("Jobs", "jobs/a100-large/minutes", "Job, A100", 41_700.0),
];

/// How many machines ran.
const RUNS: usize = 160;
/// Over how many days, from a while before the demo's history begins.
const DAYS: usize = 450;

pub(super) fn add(world: &mut World, seed: u64) {
    // A stream of its own: the members of the demo do not depend on it.
    let mut chance = Chance::stream(seed, "demo billing");
    let begin = FIRST_WEEK - SignedDuration::from_hours(24 * 90);
    for name in [DEMO_ORGANIZATION, ADMIN] {
        let Some(account) = world.account(name) else { continue };
        let groups: Vec<_> = match account {
            Account::Org(org) => world.org(org).groups.iter().map(|group| group.id).collect(),
            Account::User(_) => Vec::new(),
        };
        let group = |chance: &mut Chance| {
            (!groups.is_empty() && chance.below(3) > 0).then(|| groups[chance.below(groups.len())])
        };
        let mut items = Vec::new();
        let mut sessions = Vec::new();
        for run in 0..RUNS {
            let (category, product, pretty, price) = MACHINES[chance.below(MACHINES.len())];
            let hours = chance.below(DAYS * 24) as i64;
            let minutes = (30 + chance.below(3_000)) as f64;
            let started_at = begin + SignedDuration::from_hours(hours);
            let ends = started_at + SignedDuration::from_mins(minutes as i64);
            items.push(BilledItem {
                category: category.to_owned(),
                label: Some(format!("{name}/run-{run}")),
                product: product.to_owned(),
                pretty: pretty.to_owned(),
                unit: Some("minutes".to_owned()),
                quantity: minutes,
                unit_cost_micro_usd: price,
                started_at,
                stopped_at: Some(ends),
                free: false,
                group: group(&mut chance),
            });
            sessions.push(BilledSession {
                id: format!("session-{run}"),
                at: started_at,
                requests: (1 + chance.below(900)) as f64,
                cost_cents: chance.below(5_000) as f64,
                group: group(&mut chance),
            });
        }
        let storage = [None].into_iter().chain(groups.iter().copied().map(Some));
        let storage = storage
            .map(|group| BilledStorage {
                group,
                private_gb: chance.below(900) as f64,
                public_gb: chance.below(300) as f64,
            })
            .collect();
        let billing = world.billing_mut(account);
        (billing.items, billing.sessions, billing.storage) = (items, sessions, storage);
    }
}
