//! What an organization and the caller use and pay for.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// Adds up what was used.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let usage = hub.organization("meridian-labs").usage();
    let now = usage.current().await?;
    let period = now.period.as_ref().expect("an answer says its period");
    println!("{:.2} USD in period {}", now.total_cost_micro_usd() / 1e6, period.id);
    assert_eq!(usage.period(&period.id).await?.period.as_ref(), Some(period));

    for month in usage.by_resource_group().await?.periods {
        for group in month.resource_groups {
            let inference = group.inference.and_then(|used| used.cost_cents);
            println!("{}: {:?} cents of inference", group.name.unwrap_or_default(), inference);
        }
    }
    println!("{} months of sessions", usage.by_inference_session().await?.periods.len());
    // Between any two times, as the Hub sends it.
    println!("{} keys", usage.between(1_767_225_600, 1_798_761_600).await?.len());

    let own = hub.usage();
    println!("{:.2} USD of my own", own.current().await?.total_cost_micro_usd() / 1e6);
    println!("{} keys", own.between(1_767_225_600, 1_798_761_600).await?.len());
    println!("{} months of sessions", own.by_inference_session().await?.periods.len());
    println!("{:?} minutes of jobs", own.jobs().await?.usage.total_minutes);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
