//! Faults that change the world in the middle of a listing.

use super::{Fault, Happening};
use crate::chance::Chance;
use crate::id::ObjectId;
use crate::world::{ChangeError, NewMember, NewUser, World};

/// Ids before and behind those of any real account, so that newcomers sort to the ends of a list.
const BEFORE_ALL: u32 = 0x1000_0000;
const BEHIND_ALL: u32 = 0xf000_0000;

impl Happening {
    /// A fault outside of any rule.
    pub(crate) fn once(fault: Fault) -> Self {
        Self { fault, chance: Chance::new(0) }
    }
}

impl Fault {
    pub(crate) fn changes_the_world(&self) -> bool {
        matches!(
            self,
            Self::MembersJoin { .. }
                | Self::MembersLeave { .. }
                | Self::CoverageLoss { .. }
                | Self::RenameUser { .. }
                | Self::ReuseName { .. }
        )
    }
}

/// Carries out a fault on an organization. What cannot be done, such as emptying an empty list,
/// is left undone.
pub(crate) fn apply(world: &mut World, org: &str, caller: Option<&str>, happening: &mut Happening) {
    // Every step below can only fail for an organization or member that is not there.
    let _ = match &happening.fault {
        Fault::MembersJoin { count } => members_join(world, org, *count),
        Fault::MembersLeave { count } => members_leave(world, org, caller, *count),
        Fault::CoverageLoss { role } => coverage_loss(world, org, caller, role),
        Fault::RenameUser { user, to } => {
            rename(world, org, caller, user.as_deref(), to.as_deref())
        }
        Fault::ReuseName { user } => reuse(world, org, caller, user.as_deref()),
        _ => Ok(()),
    };
}

fn members_join(world: &mut World, org: &str, count: usize) -> Result<(), ChangeError> {
    for index in 0..count {
        let number = world.next_newcomer();
        let end = if index % 2 == 0 { BEFORE_ALL } else { BEHIND_ALL };
        let mut user = NewUser::named(format!("newcomer-{number}"));
        user.id = Some(ObjectId::from_parts(end, number));
        world.add_user(user)?;
        world.add_member(org, &format!("newcomer-{number}"), NewMember::with_role("read"))?;
    }
    Ok(())
}

/// By turns the first and the last of the list leave: those that were listed already, and those
/// that were not.
fn members_leave(
    world: &mut World,
    org: &str,
    caller: Option<&str>,
    count: usize,
) -> Result<(), ChangeError> {
    for index in 0..count {
        let others = |name: &&str| Some(*name) != caller;
        let leaver = if index % 2 == 0 {
            world.members(org)?.find(others).map(str::to_owned)
        } else {
            world.members(org)?.filter(others).last().map(str::to_owned)
        };
        if let Some(leaver) = leaver {
            world.remove_member(org, &leaver)?;
        }
    }
    Ok(())
}

fn coverage_loss(
    world: &mut World,
    org: &str,
    caller: Option<&str>,
    role: &str,
) -> Result<(), ChangeError> {
    let Some(caller) = caller else { return Ok(()) };
    if role == "none" {
        return world.remove_member(org, caller);
    }
    world.set_role(org, caller, role)
}

fn chosen(
    world: &World,
    org: &str,
    caller: Option<&str>,
    user: Option<&str>,
) -> Result<Option<String>, ChangeError> {
    if let Some(user) = user {
        return Ok(Some(user.to_owned()));
    }
    let others = world.members(org)?.filter(|name| Some(*name) != caller);
    Ok(others.last().map(str::to_owned))
}

fn rename(
    world: &mut World,
    org: &str,
    caller: Option<&str>,
    user: Option<&str>,
    to: Option<&str>,
) -> Result<(), ChangeError> {
    let Some(user) = chosen(world, org, caller, user)? else { return Ok(()) };
    match to {
        Some(to) => world.rename_user(&user, to),
        None => world.rename_user(&user, &format!("{user}-renamed")),
    }
}

fn reuse(
    world: &mut World,
    org: &str,
    caller: Option<&str>,
    user: Option<&str>,
) -> Result<(), ChangeError> {
    let Some(user) = chosen(world, org, caller, user)? else { return Ok(()) };
    world.delete_user(&user)?;
    let number = world.next_newcomer();
    let mut stranger = NewUser::named(user.as_str());
    stranger.id = Some(ObjectId::from_parts(BEHIND_ALL, number));
    world.add_user(stranger)?;
    world.add_member(org, &user, NewMember::with_role("read"))
}
