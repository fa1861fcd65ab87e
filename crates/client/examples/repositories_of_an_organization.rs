//! What an organization has, where it belongs, and what happened to it lately.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk::activity::ActivityQuery;
use hubfolk_sim::{Sim, World};

/// Lists repositories of every type, moves one into a resource group and copies it.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let found = hub.search("meridian").await?;
    println!("{} organizations of that name", found.orgs.len());

    let labs = hub.organization("meridian-labs");
    let models: Vec<_> = labs.models().try_collect().await?;
    let datasets: Vec<_> = labs.datasets().try_collect().await?;
    let spaces: Vec<_> = labs.spaces().try_collect().await?;
    let kernels: Vec<_> = labs.kernels().try_collect().await?;
    println!(
        "{} models, {} datasets, {} Spaces, {} kernels",
        models.len(),
        datasets.len(),
        spaces.len(),
        kernels.len()
    );

    let groups: Vec<_> = labs.resource_groups().try_collect().await?;
    let model = hub.model("meridian-labs/harbor-vision");
    model.set_resource_group(Some(groups[0].id.clone())).await?;
    let group = model.resource_group().await?.expect("it was just put there");
    println!("{} belongs to {:?}", model.id(), group.name);

    println!("copied to {}", model.duplicate("amara-osei/harbor-vision-notes").await?.url);
    let own: Vec<_> = hub.repositories().try_collect().await?;
    assert!(own.iter().any(|repo| repo.id == "amara-osei/harbor-vision-notes"));

    // The Hub has no list of activity; this one says which lists it was made of.
    let log = labs.activity(ActivityQuery::new().limit(5)).await?;
    for event in &log.events {
        println!("{} {} {}", event.at, event.kind.as_str(), event.repo.name);
    }
    println!("from {} lists", log.sources.len());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
