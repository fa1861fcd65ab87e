//! Reads the Hub's own description of its operations and compares the library's with it.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::{Hub, api::contract};
use hubfolk_sim::{Sim, World};

/// Compares the table of operations with the Hub's document.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let document = hub.openapi_document().await?;
    let report = contract::check(&document.into())?;
    println!("{} operations are where they were", report.documented);
    for finding in &report.findings {
        let operation = finding.operation.unwrap_or(&finding.path);
        println!("{}: {operation} {} {}", finding.news, finding.place, finding.difference);
    }
    assert!(report.findings.is_empty(), "the simulator's document is made of the same table");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
