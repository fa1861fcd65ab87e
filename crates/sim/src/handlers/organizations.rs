//! Organizations: overview, members, followers, socials, avatar.

use http::StatusCode;
use http::header::{HeaderValue, LOCATION};
use hubfolk_api::organizations::{
    GetOrganizationAvatar, GetOrganizationOverview, GetOrganizationSocials,
    ListOrganizationFollowers, ListOrganizationMembers,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::users::public_repos;
use super::{Ask, Behaviour, PEOPLE, PublicUser, Show};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::paging::{self, CursorForm, Order, PageSizes, cut};
use crate::visibility::{OrgView, organization};
use crate::world::{Account, Member, Org, OrgIx, Plan, RepoType};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Overview<'a> {
    #[serde(rename = "avatarUrl")]
    avatar_url: &'a str,
    name: &'a str,
    fullname: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    details: &'a str,
    is_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_following: Option<bool>,
    num_users: u64,
    num_models: u64,
    num_spaces: u64,
    num_datasets: u64,
    num_followers: u64,
    num_papers: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
}

impl Ask<'_> {
    /// The organization; for everything but the members list a user's name is just not one.
    fn organization(&self, name: &str) -> Result<OrgIx, Refusal> {
        match self.world.account(name) {
            Some(Account::Org(org)) => Ok(org),
            _ => Err(Refusal::not_found("Organization not found")),
        }
    }

    pub(super) fn avatar(&self, address: &str) -> Answer {
        let answer = Answer::json(&Avatar { avatar_url: address });
        let redirect = paging::value(self.query, "redirect").is_some_and(|value| value == "true");
        match HeaderValue::from_str(address) {
            Ok(location) if redirect || self.wants_image => {
                answer.status(StatusCode::TEMPORARY_REDIRECT).header(LOCATION, location)
            }
            _ => answer,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Avatar<'a> {
    avatar_url: &'a str,
}

impl Show<GetOrganizationOverview> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetOrganizationOverview) -> Result<Answer, Refusal> {
        let index = ask.organization(&request.organization)?;
        let org = ask.world.org(index);
        let own = &org.counters;
        let repos = |kind| public_repos(ask.world, &org.name, kind);
        Ok(Answer::json(&Overview {
            avatar_url: &org.avatar_url,
            name: &org.name,
            fullname: &org.fullname,
            kind: "org",
            details: &org.details,
            is_verified: org.is_verified,
            is_following: ask.is_following(Account::Org(index)),
            num_users: own.num_users.unwrap_or(org.listed() as u64),
            num_models: own.num_models.unwrap_or_else(|| repos(RepoType::Model)),
            num_spaces: own.num_spaces.unwrap_or_else(|| repos(RepoType::Space)),
            num_datasets: own.num_datasets.unwrap_or_else(|| repos(RepoType::Dataset)),
            num_followers: own.num_followers.unwrap_or(org.followers.len() as u64),
            num_papers: own.num_papers.unwrap_or(0),
            plan: org.plan,
        }))
    }
}

/// A member as the caller may see them. Only what the caller may see is there: absent is not false.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberView<'a> {
    #[serde(flatten)]
    user: PublicUser<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    admin: Option<AdminView<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdminView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_groups: Option<Vec<MemberGroup<'a>>>,
    two_fa_enabled: bool,
    verified_email: Option<&'a str>,
    is_external_collaborator: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberGroup<'a> {
    name: &'a str,
    id: ObjectId,
    num_users: usize,
    role: &'a str,
}

fn member_view<'a>(
    ask: &'a Ask<'_>,
    org: &'a Org,
    view: OrgView,
    member: &'a Member,
) -> MemberView<'a> {
    let groups = || {
        let groups = member.groups.iter().filter_map(|(id, role)| {
            let group = org.group(*id)?;
            Some(MemberGroup { name: &group.name, id: *id, num_users: group.users.len(), role })
        });
        groups.collect()
    };
    MemberView {
        user: ask.public_user(member.user),
        role: (view >= OrgView::Member).then_some(&*member.role),
        admin: (view == OrgView::Admin).then(|| AdminView {
            // Resource groups come with a paid plan.
            resource_groups: org.plan.map(|_| groups()),
            two_fa_enabled: ask.world.user(member.user).two_factor,
            verified_email: member.verified_email.as_deref(),
            is_external_collaborator: member.external,
        }),
    }
}

impl Show<ListOrganizationMembers> for Behaviour {
    const PAGES: Option<PageSizes> =
        Some(PageSizes { least: 10, most: 10_000, default: 500, cursor: CursorForm::Dotted });

    fn show(ask: &Ask<'_>, request: &ListOrganizationMembers) -> Result<Answer, Refusal> {
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        if !ask.caller.sees_members(ask.world, org) {
            ask.caller.logged_in()?;
            return Err(Refusal::forbidden(format!(
                "The members of {} are visible to its members only",
                org.name
            )));
        }
        let view = ask.caller.org_view(ask.world, org);
        let search = request.search.as_deref().map(str::to_lowercase);
        let email = request.email.as_deref().map(|email| wanted_address(org, view, email));
        let email = email.transpose()?;
        let keep = |id, member: &Member| {
            org.lists(id)
                && search.as_deref().is_none_or(|text| {
                    let user = ask.world.user(member.user);
                    user.name.to_lowercase().contains(text)
                        || user.fullname.to_lowercase().contains(text)
                })
                && email.as_deref().is_none_or(|wanted| {
                    member.verified_email.as_deref().is_some_and(|own| own.to_lowercase() == wanted)
                })
        };
        let page = cut(&org.members, Order::Ascending, ask.page, keep);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, member| member_view(ask, org, view, member)))
    }
}

/// An address can be looked for by admins, and only within the organization's own domains.
fn wanted_address(org: &Org, view: OrgView, email: &str) -> Result<String, Refusal> {
    let Some((_, domain)) = email.split_once('@').filter(|(name, _)| !name.is_empty()) else {
        return Err(Refusal::invalid("Invalid email address", "email"));
    };
    if view != OrgView::Admin {
        return Err(Refusal::read_only());
    }
    if !org.email_domains.iter().any(|own| own.eq_ignore_ascii_case(domain)) {
        return Err(Refusal::forbidden(format!(
            "{domain} is not an e-mail domain of {}",
            org.name
        )));
    }
    Ok(email.to_lowercase())
}

impl Show<ListOrganizationFollowers> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PEOPLE);

    fn show(ask: &Ask<'_>, request: &ListOrganizationFollowers) -> Result<Answer, Refusal> {
        let org = ask.world.org(ask.organization(&request.organization)?);
        let page = cut(&org.followers, Order::Descending, ask.page, |_, _| true);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, &user| ask.public_user(user)))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Socials<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    org: &'a str,
    social_handles: &'a Map<String, Value>,
}

impl Show<GetOrganizationSocials> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetOrganizationSocials) -> Result<Answer, Refusal> {
        let org = ask.world.org(ask.organization(&request.organization)?);
        Ok(Answer::json(&Socials { id: org.id, org: &org.name, social_handles: &org.socials }))
    }
}

impl Show<GetOrganizationAvatar> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetOrganizationAvatar) -> Result<Answer, Refusal> {
        Ok(ask.avatar(&ask.world.org(ask.organization(&request.organization)?).avatar_url))
    }
}
