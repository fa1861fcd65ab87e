//! An organization: profile, members, groups, service accounts, audit log.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// Prints what an administrator may know about an organization.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let org = hub.organization("meridian-labs");
    let profile = org.overview().await?;
    println!("{}: {} users", profile.username, profile.num_users.unwrap_or_default());

    // Absent means that this caller may not see it, which is not the same as "off".
    let mut second_factor = BTreeMap::new();
    let mut members = org.members();
    while let Some(member) = members.try_next().await? {
        let known = member.two_fa_enabled.map_or("unknown", |on| if on { "on" } else { "off" });
        *second_factor.entry(known).or_insert(0) += 1;
    }
    println!("second factor: {second_factor:?}");

    let groups: Vec<_> = org.resource_groups().try_collect().await?;
    let robots: Vec<_> = org.service_accounts().try_collect().await?;
    let followers: Vec<_> = org.followers().try_collect().await?;
    println!("{} groups, {} service accounts", groups.len(), robots.len());
    println!("{} followers", followers.len());

    let events: Vec<_> = org.audit_log().try_collect().await?;
    println!("{} events, the newest: {:?}", events.len(), events[0].message);

    println!("{:?} {}", org.socials().await?, org.avatar().await?.avatar_url);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
