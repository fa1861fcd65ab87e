//! Who am I, and what may I do with a repository.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// Asks the Hub before the real work fails.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let me = hub.whoami().await?;
    println!("{} with {:?}", me.username, me.auth);

    let model = hub.model("meridian-labs/tide-large");
    model.auth_check().await?;
    model.auth_check_write().await?;

    let missing = hub.model("meridian-labs/no-such-model").auth_check().await;
    let error = missing.expect_err("there is no such model");
    assert!(error.is_not_found());
    println!("{error}");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
