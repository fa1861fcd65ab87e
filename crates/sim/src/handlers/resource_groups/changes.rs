//! Making, changing and deleting resource groups, and who is in them.

use hubfolk_api::resource_groups::{
    AddResourceGroupUsers, AutoJoin as WireAutoJoin, AutoJoinScope as WireScope,
    ChangeResourceGroupUserRole, CreateResourceGroup, DeleteResourceGroup, GroupUser,
    RemoveResourceGroupUser, SpendLimits, UpdateResourceGroup, UpdateResourceGroupSettings,
};
use serde_json::json;

use super::{group, needs_plan, no_hand_changes, render};
use crate::answer::{Answer, Refusal};
use crate::handlers::members::known_role;
use crate::handlers::{Behaviour, Change, Order, repo_type};
use crate::id::ObjectId;
use crate::visibility::organization;
use crate::world::{
    Account, AutoJoin, AutoJoinScope, OrgIx, RepoFound, RepoIx, ResourceGroup, World, role,
};

const WRITE: [&str; 2] = ["resourceGroup.write", "org.write"];

/// The organization, for somebody who may make and change its groups.
fn governed(order: &Order<'_>, name: &str) -> Result<OrgIx, Refusal> {
    let caller = order.caller()?;
    caller.logged_in()?;
    let index = organization(order.world, name)?;
    let org = order.world.org(index);
    caller.may_govern(order.world, org, &WRITE)?;
    needs_plan(org)?;
    Ok(index)
}

/// A group, for somebody who may change who is in it.
fn managed(order: &Order<'_>, name: &str, id: &str) -> Result<(OrgIx, ObjectId), Refusal> {
    let caller = order.caller()?;
    caller.logged_in()?;
    let index = organization(order.world, name)?;
    let org = order.world.org(index);
    let Ok(group) = group(org, id) else {
        // Only who could change it learns that it is not there.
        caller.may_govern(order.world, org, &WRITE)?;
        needs_plan(org)?;
        return Err(Refusal::not_found("Resource group not found"));
    };
    caller.may_manage_group(order.world, org, group)?;
    needs_plan(org)?;
    no_hand_changes(group)?;
    Ok((index, group.id))
}

fn answer(world: &World, org: OrgIx, id: ObjectId) -> Answer {
    let group = world.org(org).group(id).expect("it was found or made just now");
    Answer::json(&render(world, group))
}

fn named(world: &World, org: OrgIx, id: ObjectId) -> &ResourceGroup {
    world.org(org).group(id).expect("it was found or made just now")
}

fn text(text: &str, field: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let count = text.chars().count();
    if count < least {
        let problem = format!("Too small: expected string to have >={least} characters");
        return Err(Refusal::invalid(&problem, field));
    }
    if count > most {
        let problem = format!("Too big: expected string to have <={most} characters");
        return Err(Refusal::invalid(&problem, field));
    }
    Ok(())
}

/// Who shall be in a group, each with a role.
///
/// Unknown or repeated is a mistake of the request; not to be a member is a matter of rights.
fn people(
    world: &World,
    org: OrgIx,
    users: &[GroupUser],
) -> Result<Vec<(ObjectId, GroupUser)>, Refusal> {
    let mut found: Vec<(ObjectId, GroupUser)> = Vec::new();
    for user in users {
        known_role(&user.role, "users")?;
        let Some(Account::User(index)) = world.account(&user.user) else {
            return Err(Refusal::bad_request(format!("User {} does not exist", user.user)));
        };
        let account = world.user(index);
        if found.iter().any(|(id, _)| *id == account.id) {
            return Err(Refusal::bad_request(format!("User {} is given twice", user.user)));
        }
        let own = account.serves == Some(org);
        if !own && !world.org(org).members.contains_key(&account.id) {
            return Err(Refusal::forbidden(format!(
                "User {} is not a member of the organization",
                user.user
            )));
        }
        let name = account.name.to_string();
        found.push((account.id, GroupUser::new(name, user.role.clone())));
    }
    Ok(found)
}

fn auto_join(wanted: &WireAutoJoin) -> Result<AutoJoin, Refusal> {
    if !wanted.enabled {
        return Ok(AutoJoin::Off);
    }
    let Some(word) = &wanted.role else {
        return Err(Refusal::invalid("Invalid input: expected string", "autoJoin.role"));
    };
    known_role(word, "autoJoin.role")?;
    let scope = match &wanted.scope {
        None | Some(WireScope::All) => AutoJoinScope::All,
        Some(WireScope::ReadPlus) => AutoJoinScope::ReadPlus,
        Some(_) => return Err(Refusal::invalid("Invalid option", "autoJoin.scope")),
    };
    Ok(AutoJoin::On { role: role(word.as_str()), scope })
}

impl Change<CreateResourceGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateResourceGroup) -> Result<Answer, Refusal> {
        let index = governed(order, &request.organization)?;
        text(&request.name, "name", 1, 200)?;
        text(request.description.as_deref().unwrap_or_default(), "description", 0, 500)?;
        let users = people(order.world, index, &request.users)?;
        let auto_join = request.auto_join.as_ref().map(auto_join).transpose()?;
        let mut repos: Vec<RepoIx> = Vec::new();
        for repo in &request.repos {
            let kind = repo_type(&repo.repo_type)
                .map_err(|_| Refusal::invalid("Invalid option", "repos.type"))?;
            let owned = order.world.find_repo(kind, &repo.name);
            let RepoFound::Here(found) = owned else {
                return Err(Refusal::bad_request(format!("Repository {} not found", repo.name)));
            };
            let owner = order.world.repo(found).owner().and_then(|name| order.world.account(name));
            if owner != Some(Account::Org(index)) {
                return Err(Refusal::forbidden(format!(
                    "Repository {} does not belong to the organization",
                    repo.name
                )));
            }
            if order.world.repo(found).group.is_some() {
                return Err(Refusal::bad_request(format!(
                    "Repository {} is in a resource group already",
                    repo.name
                )));
            }
            repos.push(found);
        }
        let id = order.world.insert_group(index, &request.name);
        for (user, wanted) in &users {
            order.world.put_into_group(index, id, *user, role(wanted.role.as_str()));
        }
        for repo in repos {
            order.world.put_repo_into_group(index, id, repo);
        }
        if let Some(group) = order.world.org_mut(index).group_mut(id) {
            group.description.clone_from(&request.description);
            group.auto_join = auto_join;
        }
        let data = json!({ "resourceGroup": request.name, "resourceGroupId": id });
        let message = format!("created the resource group {}", request.name);
        order.record(index, "resource_group.create", message, data);
        record_added(order, index, id, &users);
        Ok(answer(order.world, index, id))
    }
}

/// One entry a user, as the log has it for whoever asks why somebody is in a group.
fn record_added(order: &mut Order<'_>, org: OrgIx, id: ObjectId, users: &[(ObjectId, GroupUser)]) {
    let group = named(order.world, org, id).name.to_string();
    for (user_id, user) in users {
        let data = json!({
            "user": user.user, "userId": user_id, "role": user.role,
            "resourceGroup": group, "resourceGroupId": id,
        });
        let message = format!("added {} to {group} as {}", user.user, user.role);
        order.record(org, "resource_group.add_users", message, data);
    }
}

impl Change<UpdateResourceGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &UpdateResourceGroup) -> Result<Answer, Refusal> {
        let index = governed(order, &request.organization)?;
        let id = group(order.world.org(index), &request.resource_group_id)?.id;
        if let Some(name) = &request.name {
            text(name, "name", 1, 200)?;
        }
        text(request.description.as_deref().unwrap_or_default(), "description", 0, 500)?;
        let Some(group) = order.world.org_mut(index).group_mut(id) else {
            return Err(Refusal::not_found("Resource group not found"));
        };
        if let Some(name) = &request.name {
            group.name = name.as_str().into();
        }
        if let Some(description) = &request.description {
            group.description = Some(description.clone());
        }
        if let Some(limits) = &request.spend_limits {
            limit(&mut group.spend_limits, limits);
        }
        let name = group.name.to_string();
        let data = json!({ "resourceGroup": name, "resourceGroupId": id });
        let message = format!("changed the resource group {name}");
        order.record(index, "resource_group.settings", message, data);
        Ok(answer(order.world, index, id))
    }
}

/// Sets each limit that is given; null takes one away.
fn limit(own: &mut SpendLimits, wanted: &SpendLimits) {
    let pairs = [
        (&mut own.total, wanted.total),
        (&mut own.inference_providers, wanted.inference_providers),
        (&mut own.spaces, wanted.spaces),
        (&mut own.jobs, wanted.jobs),
        (&mut own.endpoints, wanted.endpoints),
    ];
    for (own, wanted) in pairs {
        if let Some(limit) = wanted {
            *own = limit.map(Some);
        }
    }
}

impl Change<DeleteResourceGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteResourceGroup) -> Result<Answer, Refusal> {
        let index = governed(order, &request.organization)?;
        let group = group(order.world.org(index), &request.resource_group_id)?;
        let (id, name) = (group.id, group.name.to_string());
        let users: Vec<_> = group.users.keys().collect();
        let data = json!({ "resourceGroup": name, "resourceGroupId": id, "user": users });
        order.world.delete_group(index, id);
        let message = format!("deleted the resource group {name}");
        order.record(index, "resource_group.delete", message, data);
        Ok(Answer::json(&json!({ "success": true })))
    }
}

impl Change<UpdateResourceGroupSettings> for Behaviour {
    /// Only who becomes a member from now on joins; who is one already stays where they are.
    fn change(
        order: &mut Order<'_>,
        request: &UpdateResourceGroupSettings,
    ) -> Result<Answer, Refusal> {
        let index = governed(order, &request.organization)?;
        let found = group(order.world.org(index), &request.resource_group_id)?;
        let (id, name) = (found.id, found.name.to_string());
        let wanted = auto_join(&request.auto_join)?;
        if wanted != AutoJoin::Off {
            // The identity provider and auto-join exclude each other.
            no_hand_changes(found)?;
        }
        if let Some(group) = order.world.org_mut(index).group_mut(id) {
            group.auto_join = Some(wanted);
        }
        let data = json!({
            "resourceGroup": name, "resourceGroupId": id, "autoJoin": request.auto_join,
        });
        let message = format!("changed the settings of {name}");
        order.record(index, "resource_group.settings", message, data);
        Ok(answer(order.world, index, id))
    }
}

impl Change<AddResourceGroupUsers> for Behaviour {
    fn change(order: &mut Order<'_>, request: &AddResourceGroupUsers) -> Result<Answer, Refusal> {
        let (index, id) = managed(order, &request.organization, &request.resource_group_id)?;
        if request.users.is_empty() {
            return Err(Refusal::invalid("Too small: expected array to have >=1 items", "users"));
        }
        let users = people(order.world, index, &request.users)?;
        let group = named(order.world, index, id);
        if let Some((_, user)) = users.iter().find(|(id, _)| group.users.contains_key(id)) {
            return Err(Refusal::forbidden(format!(
                "User {} is in the resource group already",
                user.user
            )));
        }
        for (user, wanted) in &users {
            order.world.put_into_group(index, id, *user, role(wanted.role.as_str()));
        }
        record_added(order, index, id, &users);
        Ok(answer(order.world, index, id))
    }
}

/// A user who is in the group: id and name, with the role there.
fn user_of(
    world: &World,
    group: &ResourceGroup,
    name: &str,
) -> Result<(ObjectId, String, String), Refusal> {
    let missing = || Refusal::not_found("User not found in this resource group");
    let Some(Account::User(user)) = world.account(name) else { return Err(missing()) };
    let user = world.user(user);
    let role = group.users.get(&user.id).ok_or_else(missing)?;
    Ok((user.id, user.name.to_string(), role.to_string()))
}

impl Change<ChangeResourceGroupUserRole> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &ChangeResourceGroupUserRole,
    ) -> Result<Answer, Refusal> {
        let (index, id) = managed(order, &request.organization, &request.resource_group_id)?;
        known_role(&request.role, "role")?;
        let group = named(order.world, index, id);
        let (user, name, old) = user_of(order.world, group, &request.username)?;
        let data = json!({
            "user": name, "userId": user, "oldRole": old, "newRole": request.role,
            "resourceGroup": group.name, "resourceGroupId": id,
        });
        let message =
            format!("changed the role of {name} in {} from {old} to {}", group.name, request.role);
        order.world.put_into_group(index, id, user, role(request.role.as_str()));
        order.record(index, "resource_group.change_role", message, data);
        Ok(answer(order.world, index, id))
    }
}

impl Change<RemoveResourceGroupUser> for Behaviour {
    fn change(order: &mut Order<'_>, request: &RemoveResourceGroupUser) -> Result<Answer, Refusal> {
        let (index, id) = managed(order, &request.organization, &request.resource_group_id)?;
        let group = named(order.world, index, id);
        let (user, name, _) = user_of(order.world, group, &request.username)?;
        let data = json!({
            "user": name, "userId": user, "resourceGroup": group.name, "resourceGroupId": id,
        });
        let message = format!("removed {name} from {}", group.name);
        order.world.take_from_group(index, id, user);
        order.record(index, "resource_group.remove_users", message, data);
        Ok(answer(order.world, index, id))
    }
}
