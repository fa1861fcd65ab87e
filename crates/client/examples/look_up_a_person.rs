//! Who is this: profile, followers, whom they follow, what they like.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk_sim::{Sim, World};

/// Prints what everybody may know about one person.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let amara = hub.user("amara-osei");
    let profile = amara.overview().await?;
    println!("{} ({})", profile.username, profile.fullname.unwrap_or_default());

    let followers: Vec<_> = amara.followers().try_collect().await?;
    assert_eq!(profile.num_followers, Some(followers.len() as u64));

    let following: Vec<_> = amara.following().try_collect().await?;
    println!("followed by {}, follows {}", followers.len(), following.len());

    let mut likes = amara.likes();
    while let Some(like) = likes.try_next().await? {
        println!("likes {} {}", like.repo.repo_type, like.repo.name);
    }

    let socials = amara.socials().await?;
    let avatar = amara.avatar().await?;
    println!("{socials:?} {}", avatar.avatar_url);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
