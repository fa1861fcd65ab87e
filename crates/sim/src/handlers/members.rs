//! What members of an organization may do: role, groups, joining and leaving.

use hubfolk_api::account::Role;
use hubfolk_api::organizations::{
    ChangeOrganizationMemberRole, InviteOrganizationMember, RemoveOrganizationMember,
};
use serde_json::{Value, json};

use super::resource_groups::{group_id, needs_plan, no_hand_changes};
use super::{Behaviour, Change, Order};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::organization;
use crate::world::{Account, OrgIx, World, role};

/// A role of a request, which must be one that the Hub gives.
pub(super) fn known_role(wanted: &Role, field: &str) -> Result<(), Refusal> {
    if Role::KNOWN.contains(wanted) {
        return Ok(());
    }
    let problem = "Invalid option: expected one of \
                   \"admin\"|\"write\"|\"contributor\"|\"read\"|\"no_access\"";
    Err(Refusal::invalid(problem, field))
}

/// The member of this name.
fn member(world: &World, org: OrgIx, name: &str) -> Result<ObjectId, Refusal> {
    let Some(Account::User(user)) = world.account(name) else {
        return Err(Refusal::not_found("User not found"));
    };
    let id = world.user(user).id;
    if world.org(org).members.contains_key(&id) {
        return Ok(id);
    }
    Err(Refusal::not_found("User is not a member of this organization"))
}

impl Change<ChangeOrganizationMemberRole> for Behaviour {
    /// The list of groups is the whole truth afterwards: a group that is not in it is left.
    fn change(
        order: &mut Order<'_>,
        request: &ChangeOrganizationMemberRole,
    ) -> Result<Answer, Refusal> {
        let index = organization(order.world, &request.organization)?;
        order.caller()?.may_manage_members(order.world, order.world.org(index))?;
        needs_plan(order.world.org(index))?;
        known_role(&request.role, "role")?;
        let id = member(order.world, index, &request.username)?;
        let org = order.world.org(index);
        let mut wanted: Vec<(ObjectId, Role)> = Vec::new();
        for group in &request.resource_groups {
            known_role(&group.role, "resourceGroups")?;
            let group_id = group_id(&group.id)?;
            if org.group(group_id).is_none() {
                return Err(Refusal::forbidden(format!(
                    "Resource group {group_id} does not belong to this organization"
                )));
            }
            if wanted.iter().any(|(known, _)| *known == group_id) {
                return Err(Refusal::bad_request("A resource group is given twice"));
            }
            wanted.push((group_id, group.role.clone()));
        }
        let member = &org.members[&id];
        let (old_role, old_groups) = (member.role.to_string(), member.groups.clone());
        let deeds = differences(order.world, index, &old_groups, &wanted)?;
        let name = order.world.user(member.user).name.to_string();
        let new = wanted.iter().map(|(id, word)| (*id, role(word.as_str()))).collect();
        let org = order.world.org_mut(index);
        if let Some(member) = org.members.get_mut(&id) {
            member.role = role(request.role.as_str());
        }
        order.world.place_in_groups(index, id, new);
        if old_role != request.role.as_str() {
            let message = format!("changed the role of {name} from {old_role} to {}", request.role);
            let data = json!({
                "user": name, "userId": id, "oldRole": old_role, "newRole": request.role,
            });
            order.record(index, "org.change_role", message, data);
        }
        for (kind, verb, group, mut data) in deeds {
            data["user"] = json!(name);
            data["userId"] = json!(id);
            order.record(index, kind, format!("{verb} {name} in {group}"), data);
        }
        Ok(Answer::json(&json!({ "success": true })))
    }
}

type GroupDeed = (&'static str, &'static str, String, Value);

/// What the audit log says about the change of somebody's groups.
fn differences(
    world: &World,
    org: OrgIx,
    old: &[(ObjectId, std::borrow::Cow<'static, str>)],
    new: &[(ObjectId, Role)],
) -> Result<Vec<GroupDeed>, Refusal> {
    let org = world.org(org);
    let mut deeds: Vec<GroupDeed> = Vec::new();
    for group in &org.groups {
        let was = old.iter().find(|(id, _)| *id == group.id).map(|(_, role)| &**role);
        let is = new.iter().find(|(id, _)| *id == group.id).map(|(_, role)| role.as_str());
        let (kind, verb) = match (was, is) {
            (None, Some(_)) => ("resource_group.add_users", "added"),
            (Some(_), None) => ("resource_group.remove_users", "removed"),
            (Some(was), Some(is)) if was != is => {
                ("resource_group.change_role", "changed the role of")
            }
            _ => continue,
        };
        no_hand_changes(group)?;
        let data = json!({
            "resourceGroup": group.name, "resourceGroupId": group.id,
            "oldRole": was, "newRole": is,
        });
        deeds.push((kind, verb, group.name.to_string(), data));
    }
    Ok(deeds)
}

/// Whether the Hub has the operation is not known, so a world decides.
fn offered(world: &World) -> Result<(), Refusal> {
    if world.serves_experimental() { Ok(()) } else { Err(Refusal::no_such_page()) }
}

impl Change<InviteOrganizationMember> for Behaviour {
    /// An invitation is a letter: who gets one is no member before they accept, which is done in a
    /// browser. So only the audit log shows it.
    fn change(
        order: &mut Order<'_>,
        request: &InviteOrganizationMember,
    ) -> Result<Answer, Refusal> {
        offered(order.world)?;
        let index = organization(order.world, &request.organization)?;
        order.caller()?.may_manage_members(order.world, order.world.org(index))?;
        known_role(&request.role, "role")?;
        let (kind, guest) = match (&request.username, &request.email) {
            (Some(name), None) => {
                let Some(Account::User(user)) = order.world.account(name) else {
                    return Err(Refusal::not_found("User not found"));
                };
                let user = order.world.user(user);
                if order.world.org(index).members.contains_key(&user.id) {
                    return Err(Refusal::bad_request("User is already a member"));
                }
                ("org.invite_user", user.name.to_string())
            }
            (None, Some(email)) if email.contains('@') => ("org.invite.email", email.clone()),
            _ => return Err(Refusal::invalid("Invalid input", "username")),
        };
        let message = format!("invited {guest} as {}", request.role);
        order.record(index, kind, message, json!({ "user": guest, "role": request.role }));
        Ok(Answer::json(&json!({})))
    }
}

impl Change<RemoveOrganizationMember> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &RemoveOrganizationMember,
    ) -> Result<Answer, Refusal> {
        offered(order.world)?;
        let index = organization(order.world, &request.organization)?;
        let org = order.world.org(index);
        order.caller()?.may_govern(order.world, org, &["org.write"])?;
        let id = member(order.world, index, &request.username)?;
        let name = order.world.user(org.members[&id].user).name.to_string();
        order.world.end_membership(index, id);
        let data = json!({ "user": name, "userId": id });
        order.record(index, "org.remove_user", format!("removed {name}"), data);
        Ok(Answer::json(&json!({})))
    }
}
