//! Putting a collection together: making, filling, ordering, sharing and deleting it.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::{
    Hub,
    api::collections::{
        CollectionItemRef, CollectionItemUpdate, CollectionTheme, CreateCollection, ItemChanges,
    },
};
use hubfolk_sim::{Sim, World};

/// Makes a collection of an organization, works on it and deletes it again.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    let new = CreateCollection::builder("meridian-labs", "For the workshop")
        .description("What you need on your laptop")
        .item(CollectionItemRef::model("meridian-labs/tide-base"))
        .build();
    let made = hub.collections().create(new).await?;
    println!("made {}", made.slug);

    let workshop = hub.collection(&made.slug);
    workshop.add(CollectionItemRef::space("meridian-labs/tide-demo")).await?;
    let filled =
        workshop.add_with_note(CollectionItemRef::paper("2503.10291"), "Read it before").await?;

    // Items go by the id of their entry, not by that of the repository.
    let entry = |index: usize| filled.items[index].object_id.as_str();
    workshop.move_item(entry(2), 0).await?;
    workshop.note_item(entry(0), "1.2 GB: download it at home").await?;
    let note = ItemChanges::builder().note("Opens in the browser").build();
    workshop.batch(vec![CollectionItemUpdate::new(entry(1), note)]).await?;
    for item in workshop.get().await?.items {
        let note = item.note.map(|note| note.text).unwrap_or_default();
        println!("{} {}: {note}", item.item_type, item.id);
    }
    workshop.remove_item(entry(1)).await?;

    let renamed =
        workshop.update().title("Workshop in May").theme(CollectionTheme::Green).send().await?;
    println!("the slug follows the title: {}", renamed.slug);

    // What belongs to a resource group is seen by its members only.
    let groups: Vec<_> = hub.organization("meridian-labs").resource_groups().try_collect().await?;
    workshop.set_resource_group(groups.first().map(|group| group.id.clone())).await?;
    println!("in the group {:?}", workshop.resource_group().await?.name);

    let with_model =
        hub.collections().owner("meridian-labs").item("models/meridian-labs/tide-base");
    let slugs: Vec<String> = with_model.list().map_ok(|found| found.slug).try_collect().await?;
    assert!(slugs.contains(&renamed.slug), "the filter finds it");

    workshop.delete().await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
