//! Give a pipeline an account and a token of its own, and renew the token.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// From the making of an account to its end.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let organization = hub.organization("meridian-labs");
    let made = organization.create_service_account("Nightly builds").await?;
    let account = organization.service_account(&made.id);

    let created = account.create_token("pipeline", ["repo.write", "org.read"]).await?;
    // The one time it is shown. Whoever prints `created` sees only that there is a token;
    // `created.token.expose()` is for the pipeline's own secret store.
    println!("{:?}", created.token);
    let info = created.token_info.ok_or("the Hub says what it made")?;

    let token = account.token(&info.id);
    token.rename("pipeline, read only").await?;
    token.set_permissions(["repo.content.read"]).await?;
    // The old token stops working at once; the new one may do the same.
    let renewed = token.rotate().await?;
    assert_ne!(renewed.token, created.token);

    for token in account.get().await?.access_tokens.into_iter().flatten() {
        println!("{:?} ends in {:?}", token.display_name, token.last4);
    }
    token.delete().await?;
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
