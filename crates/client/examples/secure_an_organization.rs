//! Network rules, storage, and tokens that should not be used any more.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// What an administrator looks at, and what to do when a token got out.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    println!("this token: {:?}", hub.token_permission().await?);

    let organization = hub.organization("meridian-labs");
    let rules = organization.network_security().await?;
    println!("networks: {:?}", rules.ip_ranges);
    organization.set_networks(vec!["192.0.2.0/24".to_owned()]).await?;

    let largest = organization.repositories().try_next().await?;
    println!("the largest repository: {largest:?}");

    // A token that somebody found in a log.
    let made = organization.create_service_account("Old pipeline").await?;
    let account = organization.service_account(&made.id);
    let leaked = account.create_token("found in a log", ["org.read"]).await?;
    let id = leaked.token_info.ok_or("the Hub says what it made")?.id;

    // Keep it out of the organization, known by itself or by its id ...
    organization.revoke_token(leaked.token.clone()).await?;
    organization.revoke_token_by_id(&id).await?;
    // ... or end it everywhere. Anybody may: the caller's own token is not sent.
    hub.report_leaked_credentials([leaked.token]).await?;
    account.delete().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
