//! The same client in a program without async.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::{Hub, blocking};
use hubfolk_sim::{Sim, World};

/// Prints an organization's members; works inside an async program too.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let hub = blocking::Hub::new(hub.clone())?;
    println!("{} asks", hub.whoami()?.username);
    for member in hub.organization("meridian-labs").members().take(5) {
        println!("{}", member?.username);
    }
    for page in hub.organization("meridian-labs").members().pages() {
        println!("page of {}", page?.items.len());
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start_on_thread()?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
