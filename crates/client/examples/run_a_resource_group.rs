//! Give a part of an organization its own repositories and people.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::Hub;
use hubfolk::api::repos::RepoType;
use hubfolk::api::resource_groups::{
    AutoJoin, AutoJoinScope, CreateResourceGroup, GroupRepository, GroupUser,
};
use hubfolk_sim::{Sim, World};

/// From the making of a group to its end.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let organization = hub.organization("meridian-labs");
    let made = hub
        .send(
            CreateResourceGroup::builder(organization.name(), "tides 2027")
                .description("What is not public before spring")
                .users(vec![GroupUser::new("amara-osei", "admin")])
                .repos(vec![GroupRepository::new(RepoType::Model, "meridian-labs/tide-large")])
                .build(),
        )
        .await?;

    let group = organization.resource_group(&made.id);
    group.add_user("jonas-lindqvist", "read").await?;
    group.set_role("jonas-lindqvist", "write").await?;
    // Who becomes a member from now on joins by themselves.
    group.auto_join(AutoJoin::on("read").scope(AutoJoinScope::ReadPlus)).await?;
    group.describe("Public in spring").await?;

    let now = group.get().await?;
    for user in now.users.iter().flatten() {
        println!("{} as {:?}", user.username, user.role);
    }
    println!("{} repositories", now.resources.map_or(0, |resources| resources.len()));

    group.remove_user("jonas-lindqvist").await?;
    group.delete().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
