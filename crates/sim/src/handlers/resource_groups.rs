//! Resource groups of an organization.

mod changes;

use http::StatusCode;
use hubfolk_api::resource_groups::{GetResourceGroup, ListResourceGroups, SpendLimits};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::{OrgView, organization};
use crate::world::{AutoJoin, AutoJoinScope, Org, RepoFound, RepoType, ResourceGroup, World};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group<'a> {
    id: ObjectId,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_join: Option<AutoJoinView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spend_limits: Option<&'a SpendLimits>,
    users: Vec<GroupUser<'a>>,
    resources: Vec<Value>,
}

#[derive(Debug, Serialize)]
struct AutoJoinView<'a> {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<AutoJoinScope>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupUser<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "_id")]
    id: ObjectId,
    fullname: &'a str,
    name: &'a str,
    avatar_url: &'a str,
    role: &'a str,
}

#[derive(Debug, Serialize)]
struct Resource<'a> {
    #[serde(rename = "type")]
    kind: RepoType,
    name: &'a str,
    private: bool,
}

/// Resource groups, service accounts and the audit log come with a plan.
pub(super) fn needs_plan(org: &Org) -> Result<(), Refusal> {
    if org.plan.is_some() {
        return Ok(());
    }
    let message = "This feature is only available to organizations with a Team or Enterprise plan";
    Err(Refusal::new(StatusCode::PAYMENT_REQUIRED, message))
}

/// The id of a group in a request.
pub(super) fn group_id(text: &str) -> Result<ObjectId, Refusal> {
    text.parse().map_err(|_| Refusal::invalid("Invalid object id", "resourceGroupId"))
}

/// The group of a request.
fn group<'a>(org: &'a Org, id: &str) -> Result<&'a ResourceGroup, Refusal> {
    let missing = || Refusal::not_found("Resource group not found");
    id.parse().ok().and_then(|id| org.group(id)).ok_or_else(missing)
}

/// Users of a group that the identity provider fills are not changed by hand.
pub(super) fn no_hand_changes(group: &ResourceGroup) -> Result<(), Refusal> {
    if group.scim_managed {
        return Err(Refusal::forbidden(format!(
            "The resource group {} is managed by SCIM and cannot be changed by hand",
            group.name
        )));
    }
    Ok(())
}

impl Show<ListResourceGroups> for Behaviour {
    /// Admins see every group, other members the groups they are in.
    fn show(ask: &Ask<'_>, request: &ListResourceGroups) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        if ask.caller.org_view(ask.world, org) == OrgView::Outsider {
            return Err(Refusal::read_only());
        }
        needs_plan(org)?;
        let visible =
            org.groups.iter().filter(|group| ask.caller.sees_group(ask.world, org, group));
        let groups: Vec<Group<'_>> = visible.map(|group| render(ask.world, group)).collect();
        Ok(Answer::json(&groups))
    }
}

impl Show<GetResourceGroup> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetResourceGroup) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        if ask.caller.org_view(ask.world, org) == OrgView::Outsider {
            return Err(Refusal::read_only());
        }
        needs_plan(org)?;
        let group = group(org, &request.resource_group_id)?;
        if !ask.caller.sees_group(ask.world, org, group) {
            return Err(Refusal::read_only());
        }
        Ok(Answer::json(&render(ask.world, group)))
    }
}

pub(super) fn render<'a>(world: &'a World, group: &'a ResourceGroup) -> Group<'a> {
    let users = group.users.iter().filter_map(|(id, role)| {
        let user = world.user(world.user_with_id(*id)?);
        Some(GroupUser {
            kind: "user",
            id: *id,
            fullname: &user.fullname,
            name: &user.name,
            avatar_url: &user.avatar_url,
            role,
        })
    });
    let resources = group.repos.iter().map(|repo| {
        let private = match world.find_repo(repo.kind, &repo.id) {
            RepoFound::Here(found) | RepoFound::Moved(found) => world.repo(found).private,
            RepoFound::Nowhere => false,
        };
        json!(Resource { kind: repo.kind, name: &repo.id, private })
    });
    let collections =
        world.collections_in(group.id).map(|collection| world.as_resource(collection));
    let auto_join = group.auto_join.as_ref().map(|auto_join| match auto_join {
        AutoJoin::Off => AutoJoinView { enabled: false, role: None, scope: None },
        AutoJoin::On { role, scope } => {
            AutoJoinView { enabled: true, role: Some(role), scope: Some(*scope) }
        }
    });
    let limits = Some(&group.spend_limits);
    Group {
        id: group.id,
        name: &group.name,
        description: group.description.as_deref(),
        auto_join,
        spend_limits: limits.filter(|limits| **limits != SpendLimits::default()),
        users: users.collect(),
        resources: resources.chain(collections).collect(),
    }
}
