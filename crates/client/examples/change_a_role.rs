//! Change what a member may do without losing their resource groups.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk::api::organizations::ResourceGroupRole;
use hubfolk_sim::{Sim, World};

/// The Hub sets role and groups together; the handle reads the groups first and sends them along.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let organization = hub.organization("meridian-labs");
    let member = organization.member("jonas-lindqvist");
    let before = member.groups().await?;

    member.set_role("contributor").await?;
    assert_eq!(member.groups().await?.len(), before.len(), "the groups are kept");

    // In a new group besides, with the role of today.
    let group = organization.create_resource_group("autumn release").await?;
    let mut groups = before.clone();
    groups.push(ResourceGroupRole::new(&group.id, "write"));
    member.set_groups(groups).await?;

    // Or everything at once, as it was in the beginning.
    member.set_role_and_groups("read", before).await?;
    let now = member.show().await?;
    println!("{} is {:?} again", now.username, now.role);

    let log = organization.audit_log_with("type:org.change_role");
    let last = log.try_collect::<Vec<_>>().await?.into_iter().next();
    println!("{:?}", last.and_then(|entry| entry.message));
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
