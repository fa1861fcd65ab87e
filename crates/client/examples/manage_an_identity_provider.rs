//! What an identity provider does by SCIM: look people up, let them in, keep them out, fill groups.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use futures_util::TryStreamExt;
use hubfolk::Hub;
use hubfolk::api::scim::{
    CreateScimUser, ReplaceScimUser, ScimNewEmail, ScimNewName, ScimTree, USER_SCHEMA,
};
use hubfolk_sim::{DEMO_SCIM_TOKEN, Sim, World};

/// Plays a day of an identity provider.
pub async fn run(hub: &Hub) -> Result<(), Box<dyn std::error::Error>> {
    // SCIM has a token of its own; the token of a person, even an administrator's, is refused.
    let hub = Hub::builder().endpoint(hub.endpoint()).token(DEMO_SCIM_TOKEN).build()?;
    let organization = hub.organization("meridian-labs");

    // Managed accounts belong to the organization.
    let managed = organization.scim(ScimTree::Managed);
    let people: Vec<_> = managed.users().try_collect().await?;
    println!("{} people are set up", people.len());
    let first = managed.user(&people[0].id);
    assert_eq!(first.get().await?.active, Some(true));
    assert_eq!(first.deactivate().await?.active, Some(false));
    assert_eq!(first.activate().await?.active, Some(true));

    let newcomer = CreateScimUser::builder(
        "meridian-labs",
        ScimTree::Managed,
        "nina-nowak",
        [ScimNewEmail::from("nina@meridian-labs.example")],
        "okta|nina",
    )
    .name(ScimNewName::new("Nina", "Nowak"))
    .build();
    let nina = managed.create_user(newcomer).await?;

    // A group is made, filled, emptied, set up anew and deleted.
    let group = managed.create_group("new-people", [nina.id.as_str()]).await?;
    let group = managed.group(&group.id);
    group.add_members([people[1].id.as_str()]).await?;
    group.remove_members([nina.id.as_str()]).await?;
    let whole = group.replace("newcomers", [nina.id.as_str()]).await?;
    assert_eq!(group.get().await?, whole);
    group.delete().await?;
    let groups: Vec<_> = managed.groups().try_collect().await?;
    assert!(groups.iter().all(|group| group.display_name.as_deref() != Some("newcomers")));

    // In the basic tree people bring their own accounts, and can be let go without losing them.
    let basic = organization.scim(ScimTree::Basic);
    let guest = basic.users().try_next().await?.expect("the demo has people in this tree");
    let id = guest.id.as_str();
    let linked = ReplaceScimUser::builder("meridian-labs", ScimTree::Basic, id, "saml|guest");
    basic.user(id).replace(linked.build()).await?;
    basic.user(id).remove().await?;

    // What the server says about itself.
    assert_eq!(managed.config().await?.patch.and_then(|patch| patch.supported), Some(true));
    println!("{} kinds of objects", managed.resource_types().await?.len());
    println!("{} schemas", managed.schemas().await?.len());
    println!("{} attributes of a user", managed.schema(USER_SCHEMA).await?.attributes.len());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A Hub on this machine; leave `endpoint` out for the real one.
    let sim = Sim::builder().world(World::demo(1, 60)).start().await?;
    let hub = Hub::builder().endpoint(sim.url()).token(hubfolk_sim::DEMO_ADMIN_TOKEN).build()?;
    run(&hub).await
}
