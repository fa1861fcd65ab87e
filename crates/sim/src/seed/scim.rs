//! The demo's identity providers: a few people of each kind of single sign-on, and two groups.

use super::{ADMIN, DEMO_ORGANIZATION, DEMO_SCIM_TOKEN};
use crate::world::{ChangeError, ScimTree, World};

/// How many members each tree knows.
const USERS: usize = 8;

pub(super) fn add(world: &mut World) -> Result<(), ChangeError> {
    let org = DEMO_ORGANIZATION;
    world.add_scim_token(DEMO_SCIM_TOKEN, org)?;
    let names: Vec<String> = world.members(org)?.map(str::to_owned).collect();
    let mut people = names.iter().filter(|name| *name != ADMIN);
    for (tree, prefix) in [(ScimTree::Managed, "okta"), (ScimTree::Basic, "saml")] {
        let mut ids = Vec::new();
        for name in people.by_ref().take(USERS) {
            let external = format!("{prefix}|{name}");
            ids.push(world.set_up_scim_user(org, tree, name, Some(&external))?);
        }
        // No resource group is filled by them: the demo's members stay as they are.
        world.set_up_scim_group(org, tree, "night-shift", &ids[..ids.len().min(3)])?;
        world.set_up_scim_group(org, tree, "everyone", &ids)?;
    }
    Ok(())
}
