//! A gated model: who asks, who gets in, and the report of it all.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk::api::access_requests::AccessStatus;
use hubfolk::api::repos::{Gated, NotificationsMode};
use hubfolk_sim::{Sim, World};

/// Puts a gate before a model, decides about everybody who asked, and asks elsewhere.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let model = hub.model("meridian-labs/tide-large");
    model
        .settings()
        .gated(Gated::Manual)
        .gated_notifications("access@meridian-labs.example", NotificationsMode::Bulk)
        .save()
        .await?;

    let requests = model.access_requests();
    let waiting: Vec<_> = requests.pending().try_collect().await?;
    let names: Vec<_> =
        waiting.iter().filter_map(|one| Some(one.user.as_ref()?.username.clone())).collect();
    println!("{} people wait: {}", names.len(), names.join(", "));

    // One by one, with a reason where somebody is turned away.
    requests.accept(&names[0]).await?;
    requests.reject(&names[1], "Please ask with the address of your institute").await?;
    requests.reset(&names[1], "You may ask again").await?;
    requests.cancel(&names[0]).await?;

    // Or a hundred at a time; each is answered for itself.
    for outcome in requests.batch(AccessStatus::Accepted, &names).await? {
        assert!(outcome.ok, "{outcome:?}");
    }
    requests.grant("walk-in").await?;

    let report: Vec<_> = requests.report().try_collect().await?;
    println!("{} people have asked or were let in", report.len());

    // The other side of the gate.
    let other = hub.model("harbor-institute/tide-gauges").access_requests();
    other.ask([("Country", "Kenya")]).await?;
    assert!(other.cancel_own().await?.ok);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
