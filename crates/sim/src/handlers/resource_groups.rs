//! Resource groups of an organization.

use http::StatusCode;
use hubfolk_api::resource_groups::ListResourceGroups;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::{OrgView, organization};
use crate::world::{Org, RepoFound, RepoType, ResourceGroup};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    id: ObjectId,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_join: Option<&'a Value>,
    users: Vec<GroupUser<'a>>,
    resources: Vec<Value>,
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

impl Show<ListResourceGroups> for Behaviour {
    /// Admins see every group, other members the groups they are in.
    fn show(ask: &Ask<'_>, request: &ListResourceGroups) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        let view = ask.caller.org_view(ask.world, org);
        if view == OrgView::Outsider {
            return Err(Refusal::read_only());
        }
        needs_plan(org)?;
        let own = ask.caller.membership(ask.world, org);
        let visible = org.groups.iter().filter(|group| {
            view == OrgView::Admin
                || own.is_some_and(|own| own.groups.iter().any(|(id, _)| *id == group.id))
        });
        let groups: Vec<Group<'_>> = visible.map(|group| render(ask, group)).collect();
        Ok(Answer::json(&groups))
    }
}

fn render<'a>(ask: &'a Ask<'_>, group: &'a ResourceGroup) -> Group<'a> {
    let users = group.users.iter().filter_map(|(id, role)| {
        let user = ask.world.user(ask.world.user_with_id(*id)?);
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
        let private = match ask.world.find_repo(repo.kind, &repo.id) {
            RepoFound::Here(found) | RepoFound::Moved(found) => ask.world.repo(found).private,
            RepoFound::Nowhere => false,
        };
        json!(Resource { kind: repo.kind, name: &repo.id, private })
    });
    let collections =
        ask.world.collections_in(group.id).map(|collection| ask.world.as_resource(collection));
    Group {
        id: group.id,
        name: &group.name,
        description: group.description.as_deref(),
        auto_join: group.auto_join.as_ref(),
        users: users.collect(),
        resources: resources.chain(collections).collect(),
    }
}
