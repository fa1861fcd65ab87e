//! A pull request from its draft to the merge, with the talk around it.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::{Hub, api::discussions::DiscussionStatus};
use hubfolk_sim::{Sim, World};

/// Makes a pull request, talks about it, merges it and tidies up.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let model = hub.model("meridian-labs/tide-base");
    let made = model.create_pull_request("Add a license", "Apache 2.0, as agreed").await?;

    // Made by a program it is a draft, which nobody can merge.
    let pull = model.discussion(made.num);
    pull.merge().await.expect_err("a draft is published first");
    pull.publish().await?;

    let comment = pull.comment("Please have a look").await?.new_message;
    pull.edit_comment(&comment.id, "Please have a look until Friday").await?;
    pull.rename("Add the license").await?;
    pull.pin(true).await?;

    let open: Vec<_> = model.discussions().only_pull_requests().open().list().try_collect().await?;
    println!("{} pull requests are open, {} among them", open.len(), pull.num());

    let details = pull.details_with_diff().await?;
    println!("{} changes:\n{}", details.title, details.diff.unwrap_or_default());
    for event in &details.events {
        println!("{} {}", event.created_at.as_deref().unwrap_or_default(), event.content.kind());
    }

    pull.merge_with("Thank you!").await?;
    let merged = pull.details().await?;
    assert_eq!(merged.status, Some(DiscussionStatus::Merged));
    assert!(merged.changes.is_some_and(|changes| changes.merge_commit_id.is_some()));

    // What is said stays until it is hidden, for ever; the git reference takes space.
    pull.hide_comment(&comment.id).await?;
    println!("{:?} bytes", pull.storage().await?.estimated_storage);
    pull.delete_ref().await?;
    pull.delete().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
