//! A webhook from its creation to its end, and a delivery that is sent once more.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk::api::webhooks::{
    CreateWebhook, UpdateWebhook, WebhookDomain, WebhookState, WebhookWatched, WebhookWatchedType,
};
use hubfolk_sim::{Sim, World};

/// Has an address called when something happens in the organization.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let webhooks = hub.webhooks();
    let watched = vec![WebhookWatched::new(WebhookWatchedType::Organization, "meridian-labs")];
    let mut webhook = CreateWebhook::to_url("https://hooks.meridian-labs.example/new", watched);
    webhook.secret = Some("never shown again".into());
    let id = webhooks.create(webhook).await?.webhook.id;

    let discussions = vec![WebhookDomain::Discussion];
    webhooks.update(UpdateWebhook::builder(&id).domains(discussions).build()).await?;
    webhooks.disable(&id).await?;
    webhooks.enable(&id).await?;
    let webhook = webhooks.get(&id).await?.webhook;
    assert_eq!((webhook.disabled, webhook.has_secret), (Some(WebhookState::Enabled), Some(true)));
    webhooks.delete(&id).await?;

    let all: Vec<_> = webhooks.list().try_collect().await?;
    println!("{} webhooks are left", all.len());
    // The ids of what was told are on the webhook's page on the site.
    let replayed = webhooks.replay(&all[0].id, "6500001a0000000000000001").await?;
    println!("the address answered {:?}", replayed.status);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
