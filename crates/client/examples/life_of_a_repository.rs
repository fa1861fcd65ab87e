//! A repository from its creation to its end.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// Makes a model, renames it and deletes it.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let draft = hub.model("amara-osei/draft");
    println!("made {}", draft.create().await?.url);

    draft.move_to("amara-osei/final").await?;

    // The old name leads to the new one.
    let info = draft.info().await?;
    assert_eq!(info.id, "amara-osei/final");

    hub.model("amara-osei/final").delete().await?;
    assert!(draft.info().await.expect_err("it is gone").is_not_found());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
