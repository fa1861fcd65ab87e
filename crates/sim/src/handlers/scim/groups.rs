//! Groups of an identity provider.

use std::collections::BTreeSet;

use http::StatusCode;
use hubfolk_api::scim::{
    CreateScimGroup, DeleteScimGroup, GetScimGroup, ListScimGroups, ReplaceScimGroup, ScimChange,
    ScimExcluded, ScimGroup as View, ScimGroupChange, ScimMember, UpdateScimGroup,
};
use serde_json::Value;

use super::super::{Ask, Behaviour, Change, Order, Show};
use super::{conflict, filter, id, meta, nothing, operation, page, place, text};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::world::{OrgIx, ScimGroup, ScimTree, World};

const UNKNOWN: &str = "Group not found";

fn view(world: &World, at: (OrgIx, ScimTree), id: ObjectId, own: &ScimGroup) -> View {
    let mut view = View::new(id.to_string());
    view.display_name = Some(own.display_name.clone());
    view.members =
        Some(own.members.iter().map(|member| ScimMember::from(member.to_string())).collect());
    view.external_id = Some(own.external_id.clone());
    view.meta = Some(meta(world, at.0, at.1, "Group", id));
    view
}

fn found(world: &World, at: (OrgIx, ScimTree), id: ObjectId) -> Result<&ScimGroup, Refusal> {
    let scim = world.scim(at.0, at.1);
    scim.and_then(|scim| scim.groups.get(&id)).ok_or_else(|| Refusal::not_found(UNKNOWN))
}

fn shown(world: &World, at: (OrgIx, ScimTree), id: ObjectId) -> Result<Answer, Refusal> {
    Ok(Answer::json(&view(world, at, id, found(world, at, id)?)))
}

/// The users of these ids, all of whom the identity provider must know.
fn members<'a>(
    world: &World,
    at: (OrgIx, ScimTree),
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeSet<ObjectId>, Refusal> {
    let users = world.scim(at.0, at.1).map(|scim| &scim.users);
    let known = |text: &str| {
        let id = text.parse().ok()?;
        users?.contains_key(&id).then_some(id)
    };
    ids.into_iter()
        .map(|id| known(id).ok_or_else(|| Refusal::invalid("Invalid user id", "members")))
        .collect()
}

/// A name that no other group has.
fn free(
    world: &World,
    at: (OrgIx, ScimTree),
    name: &str,
    own: Option<ObjectId>,
) -> Result<(), Refusal> {
    let groups = world.scim(at.0, at.1).into_iter().flat_map(|scim| &scim.groups);
    let mut others = groups.filter(|(id, _)| Some(**id) != own);
    if others.any(|(_, group)| group.display_name == name) {
        return Err(conflict("Group already exists"));
    }
    Ok(())
}

impl Show<ListScimGroups> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListScimGroups) -> Result<Answer, Refusal> {
        let at = place(ask.world, &ask.caller, &request.organization, &request.tree)?;
        let wanted = filter(request.filter.as_deref())?;
        let mut groups = Vec::new();
        for (id, own) in ask.world.scim(at.0, at.1).into_iter().flat_map(|scim| &scim.groups) {
            let fits = match &wanted {
                None => true,
                Some((attribute, value)) => match attribute.as_str() {
                    "id" => id.to_string() == *value,
                    "displayName" => own.display_name == *value,
                    "externalId" => own.external_id.as_ref() == Some(value),
                    _ => return Err(Refusal::invalid("Invalid filter", "filter")),
                },
            };
            if fits {
                let mut view = view(ask.world, at, *id, own);
                if request.excluded_attributes == Some(ScimExcluded::Members) {
                    view.members = None;
                }
                groups.push(view);
            }
        }
        page(groups, request.start_index, request.count)
    }
}

impl Show<GetScimGroup> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetScimGroup) -> Result<Answer, Refusal> {
        let at = place(ask.world, &ask.caller, &request.organization, &request.tree)?;
        let id = id(&request.group_id, UNKNOWN)?;
        let mut view = view(ask.world, at, id, found(ask.world, at, id)?);
        if request.excluded_attributes == Some(ScimExcluded::Members) {
            view.members = None;
        }
        Ok(Answer::json(&view))
    }
}

impl Change<CreateScimGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateScimGroup) -> Result<Answer, Refusal> {
        let at = place(order.world, &order.caller()?, &request.organization, &request.tree)?;
        free(order.world, at, &request.display_name, None)?;
        let ids = request.members.iter().map(|member| member.value.as_str());
        let group = ScimGroup {
            display_name: request.display_name.clone(),
            external_id: request.external_id.clone(),
            members: members(order.world, at, ids)?,
        };
        let id = order.world.insert_scim_group(at.0, at.1, group);
        Ok(shown(order.world, at, id)?.status(StatusCode::CREATED))
    }
}

/// The ids in a list of `{"value": id}`, or one such object.
fn ids(value: &Value) -> Result<Vec<&str>, Refusal> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().map(|item| text(&item["value"], "members")).collect()
}

/// The id in `members[value eq "..."]`, as some identity providers name whom they take out.
fn picked(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("members[")?.strip_suffix(']')?;
    Some(inner.strip_prefix("value eq ")?.trim().trim_matches('"'))
}

fn apply(
    world: &World,
    at: (OrgIx, ScimTree),
    group: &mut ScimGroup,
    change: &ScimGroupChange,
) -> Result<(), Refusal> {
    let path = change.path.as_deref().unwrap_or_default();
    let op = operation(&change.op);
    if path.is_empty() {
        let Value::Object(values) = &change.value else {
            return Err(Refusal::invalid("Invalid input: expected object", "value"));
        };
        return values.iter().try_for_each(|(key, value)| {
            let one = ScimGroupChange::of(op.clone(), key, value.clone());
            apply(world, at, group, &one)
        });
    }
    if let Some(one) = picked(path) {
        if op != ScimChange::Remove {
            return Err(Refusal::invalid("Invalid option", "path"));
        }
        let gone = members(world, at, [one])?;
        group.members.retain(|id| !gone.contains(id));
        return Ok(());
    }
    match (path, &op) {
        ("members", ScimChange::Add) => {
            group.members.extend(members(world, at, ids(&change.value)?)?);
        }
        ("members", ScimChange::Replace) => {
            group.members = members(world, at, ids(&change.value)?)?;
        }
        // Without a value everybody goes, as the standard has it.
        ("members", ScimChange::Remove) if change.value.is_null() => group.members.clear(),
        ("members", ScimChange::Remove) => {
            let gone = members(world, at, ids(&change.value)?)?;
            group.members.retain(|id| !gone.contains(id));
        }
        ("displayName", ScimChange::Add | ScimChange::Replace) => {
            text(&change.value, path)?.clone_into(&mut group.display_name);
        }
        ("externalId", ScimChange::Add | ScimChange::Replace) => {
            group.external_id = Some(text(&change.value, path)?.to_owned());
        }
        _ => {
            let message = "The remove operation is only supported for members";
            return Err(Refusal::bad_request(message));
        }
    }
    Ok(())
}

impl Change<UpdateScimGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &UpdateScimGroup) -> Result<Answer, Refusal> {
        let at = place(order.world, &order.caller()?, &request.organization, &request.tree)?;
        let id = id(&request.group_id, UNKNOWN)?;
        let mut group = found(order.world, at, id)?.clone();
        for change in &request.operations {
            apply(order.world, at, &mut group, change)?;
        }
        put(order, at, id, group)
    }
}

impl Change<ReplaceScimGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &ReplaceScimGroup) -> Result<Answer, Refusal> {
        let at = place(order.world, &order.caller()?, &request.organization, &request.tree)?;
        let id = id(&request.group_id, UNKNOWN)?;
        found(order.world, at, id)?;
        let ids = request.members.iter().map(|member| member.value.as_str());
        let group = ScimGroup {
            display_name: request.display_name.clone(),
            external_id: request.external_id.clone(),
            members: members(order.world, at, ids)?,
        };
        put(order, at, id, group)
    }
}

/// The group as it is from now on. Who was in a resource group of the old name leaves it.
fn put(
    order: &mut Order<'_>,
    at: (OrgIx, ScimTree),
    id: ObjectId,
    group: ScimGroup,
) -> Result<Answer, Refusal> {
    free(order.world, at, &group.display_name, Some(id))?;
    let old = found(order.world, at, id)?;
    if old.display_name != group.display_name {
        if let Some(own) = order.world.scim_mut(at.0, at.1).groups.get_mut(&id) {
            own.members.clear();
        }
        order.world.fill_groups(at.0, at.1);
    }
    order.world.scim_mut(at.0, at.1).groups.insert(id, group);
    order.world.fill_groups(at.0, at.1);
    shown(order.world, at, id)
}

impl Change<DeleteScimGroup> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteScimGroup) -> Result<Answer, Refusal> {
        let at = place(order.world, &order.caller()?, &request.organization, &request.tree)?;
        let id = id(&request.group_id, UNKNOWN)?;
        if !order.world.remove_scim_group(at.0, at.1, id) {
            return Err(Refusal::not_found(UNKNOWN));
        }
        Ok(nothing())
    }
}
