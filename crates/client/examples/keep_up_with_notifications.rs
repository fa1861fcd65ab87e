//! Reading the inbox, and choosing what comes in.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::{
    Hub,
    api::notifications::{Mention, NotificationFilter, NotificationSettings},
};
use hubfolk_sim::{Sim, World};

/// Goes through the caller's notifications.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let inbox = hub.notifications();
    let unread: Vec<_> = inbox.unread().try_collect().await?;
    for one in &unread {
        if let (Some(repo), Some(about)) = (&one.repo, &one.discussion) {
            println!("{} {}", repo.name, about.title.as_deref().unwrap_or_default());
        }
    }
    let ids: Vec<&str> = unread.iter().filter_map(|one| one.discussion_id()).collect();
    inbox.mark_as_read(ids).await?;
    assert!(inbox.unread().try_collect::<Vec<_>>().await?.is_empty());

    // What mentions the caller is worth keeping; the rest of one repository is not.
    let mentions = NotificationFilter::builder().mention(Mention::Mentions).build();
    println!("{} mentions", inbox.list_with(mentions).try_collect::<Vec<_>>().await?.len());
    let noise = NotificationFilter::builder().repo_name("meridian-labs/tide-base").build();
    inbox.delete_all(noise).await?;

    hub.model("meridian-labs/harbor-vision").watch().await?;
    let quiet = NotificationSettings::default().switch("user_follows", false)?;
    inbox.update_settings(quiet).await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
