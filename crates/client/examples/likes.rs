//! Who likes a repository, and taking a like back.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// Counts likers and takes the caller's like back.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let model = hub.model("meridian-labs/tide-base");
    let likers: Vec<_> = model.likers().try_collect().await?;
    println!("{} people like {}", likers.len(), model.id());

    // The Hub closed liking to programs in January 2025, and the error says so.
    let closed = model.like().await.expect_err("liking is closed to programs");
    println!("{closed}");

    // Twice is the same as once.
    model.unlike().await?;
    model.unlike().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
