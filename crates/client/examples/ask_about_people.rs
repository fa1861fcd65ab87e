//! Questions about sets of people, and going on with one that was interrupted.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use hubfolk::{
    Hub,
    api::repos::RepoType,
    questions::{Inquiry, Question, Relation, Verdict},
};
use hubfolk_sim::{Sim, World};

/// Asks about the members of an organization and about the likers of a model.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    // One call: the cheapest plan, eight people at a time.
    let likes = Relation::likes(RepoType::Model, "meridian-labs/tide-base");
    let answer = hub.ask(Question::members("meridian-labs", likes)).await?;
    println!("{} of {} members like it", answer.count(Verdict::Yes), answer.people.len());
    println!("{} requests: {}", answer.requests, answer.plan);

    // What takes long is asked with an inquiry, which can be written down at any time.
    let question = Question::likers(RepoType::Model, "meridian-labs/tide-base");
    let mut inquiry = Inquiry::new(question);
    let mut written = String::new();
    let answer = inquiry
        .run(hub, 4, |now| {
            if now.progress().done == 5 {
                written = serde_json::to_string(now).expect("an inquiry is plain data");
            }
        })
        .await?;
    for share in &answer.organizations {
        println!("{}: {} likers", share.organization, share.people.len());
    }

    // Here the program was killed; another one goes on without asking about anybody twice.
    let mut later: Inquiry = serde_json::from_str(&written)?;
    let known = later.progress().done;
    let again = later.run(hub, 4, |_| {}).await?;
    println!("{known} of {} were known before", again.people.len());
    assert_eq!(again.organizations, answer.organizations);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
