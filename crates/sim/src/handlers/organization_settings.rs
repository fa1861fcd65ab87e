//! Settings of an organization: network rules, its repositories, tokens that are kept out.

use hubfolk_api::organizations::{
    EnforceAuth, GetNetworkSecurity, ListOrganizationRepositories, RevokeOrganizationToken,
    RevokeOrganizationTokenById, UpdateNetworkSecurity,
};
use hubfolk_api::repos::{Direction, OwnRepoSort};
use serde_json::json;

use super::repos::{Own, storage};
use super::resource_groups::needs_plan;
use super::{Ask, Behaviour, Change, Order, Show};
use crate::answer::{Answer, Refusal};
use crate::visibility::organization;
use crate::world::{OrgIx, Repo};

const READ: [&str; 2] = ["org.read", "org.write"];
const WRITE: [&str; 1] = ["org.write"];

impl Show<GetNetworkSecurity> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetNetworkSecurity) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        ask.caller.may_inspect(ask.world, org, &READ)?;
        needs_plan(org)?;
        Ok(Answer::json(&org.network))
    }
}

impl Change<UpdateNetworkSecurity> for Behaviour {
    fn change(order: &mut Order<'_>, request: &UpdateNetworkSecurity) -> Result<Answer, Refusal> {
        let index = organization(order.world, &request.organization)?;
        let org = order.world.org(index);
        order.caller()?.may_govern(order.world, org, &WRITE)?;
        needs_plan(org)?;
        if let Some(range) = request.ip_ranges.iter().flatten().find(|range| !range.contains('/')) {
            return Err(Refusal::invalid("Invalid input", &format!("ipRanges: {range}")));
        }
        let was = (org.network.enforce_auth.clone(), org.network.enforce_ip_restriction);
        let network = &mut order.world.org_mut(index).network;
        if let Some(enforce) = request.enforce_auth {
            // The Hub's people look at the networks before logins are enforced in them.
            let stands = enforce && network.enforce_auth != EnforceAuth::No;
            if !stands {
                network.enforce_auth = if enforce { EnforceAuth::Pending } else { EnforceAuth::No };
            }
        }
        let set = |place: &mut bool, value: Option<bool>| *place = value.unwrap_or(*place);
        set(&mut network.enforce_ip_restriction, request.enforce_ip_restriction);
        set(&mut network.high_rate_limits, request.high_rate_limits);
        set(&mut network.keep_repos_metadata_visible, request.keep_repos_metadata_visible);
        if let Some(ranges) = &request.ip_ranges {
            network.ip_ranges.clone_from(ranges);
        }
        if let Some(rules) = &request.blocked_contents {
            network.blocked_contents.clone_from(rules);
        }
        if let Some(rules) = &request.allowed_contents {
            network.allowed_contents.clone_from(rules);
        }
        let answer = Answer::json(network);
        let is = (network.enforce_auth.clone(), network.enforce_ip_restriction);
        order.record(index, "org.settings.network", "changed the network rules".into(), json!({}));
        let switched = |on: bool| if on { "enable" } else { "disable" };
        if was.0 != is.0 {
            let word = switched(is.0 != EnforceAuth::No);
            let kind = format!("org.settings.network.auth_enforcement.{word}");
            order.record(index, &kind, format!("{word}d enforced login"), json!({}));
        }
        if was.1 != is.1 {
            let word = switched(is.1);
            let kind = format!("org.settings.network.ip_restriction.{word}");
            order.record(index, &kind, format!("{word}d the restriction to networks"), json!({}));
        }
        Ok(answer)
    }
}

impl Show<ListOrganizationRepositories> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListOrganizationRepositories) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        ask.caller.may_inspect(ask.world, org, &READ)?;
        let total: u64 = ask.world.repos_of(&org.name).map(storage).sum();
        let search = request.search.as_deref().unwrap_or_default().to_lowercase();
        let of_type = |repo: &Repo| {
            request.repo_type.as_ref().is_none_or(|kind| kind.as_str() == repo.kind.as_str())
        };
        let mut repos: Vec<&Repo> = ask
            .world
            .repos_of(&org.name)
            .filter(|repo| repo.id.to_lowercase().contains(&search) && of_type(repo))
            .collect();
        match &request.sort {
            None | Some(OwnRepoSort::Storage) => repos.sort_by_key(|repo| storage(repo)),
            Some(OwnRepoSort::UpdatedAt) => repos.sort_by_key(|repo| repo.last_modified),
            Some(_) => return Err(Refusal::invalid("Invalid option", "sort")),
        }
        match &request.direction {
            None | Some(Direction::Descending) => repos.reverse(),
            Some(Direction::Ascending) => {}
            Some(_) => return Err(Refusal::invalid("Invalid option", "direction")),
        }
        repos.truncate(request.limit.map_or(usize::MAX, |limit| limit as usize));
        let views: Vec<Own<'_>> = repos.into_iter().map(|repo| Own::of(repo, total)).collect();
        Ok(Answer::json(&views))
    }
}

/// Keeps a member's token out of the organization.
fn keep_out(order: &mut Order<'_>, index: OrgIx, token: Option<&str>) -> Result<Answer, Refusal> {
    let org = order.world.org(index);
    order.caller()?.may_govern(order.world, org, &WRITE)?;
    needs_plan(org)?;
    let found = token.and_then(|text| Some((text, order.world.token(text)?)));
    let of_member = found.filter(|(_, token)| {
        let user = order.world.user(token.user);
        user.serves == Some(index) || org.members.contains_key(&user.id)
    });
    let Some((text, token)) = of_member else {
        return Err(Refusal::not_found("Token not found"));
    };
    let owner = order.world.user(token.user);
    let (id, name) = (token.id, owner.name.to_string());
    let data = json!({ "user": name, "userId": owner.id, "tokenId": id });
    let text = text.to_owned();
    if let Some(token) = order.world.token_mut(&text)
        && !token.revoked_in.contains(&index)
    {
        token.revoked_in.push(index);
    }
    let kind = "org.token_approval.authorization_request.revoked";
    order.record(index, kind, format!("revoked a token of {name}"), data);
    Ok(Answer::json(&json!({})))
}

impl Change<RevokeOrganizationToken> for Behaviour {
    fn change(order: &mut Order<'_>, request: &RevokeOrganizationToken) -> Result<Answer, Refusal> {
        let index = organization(order.world, &request.organization)?;
        keep_out(order, index, Some(request.token.expose()))
    }
}

impl Change<RevokeOrganizationTokenById> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &RevokeOrganizationTokenById,
    ) -> Result<Answer, Refusal> {
        let index = organization(order.world, &request.organization)?;
        let id = request.token_id.parse().ok();
        let text = id.and_then(|id| order.world.token_text(id)).map(str::to_owned);
        keep_out(order, index, text.as_deref())
    }
}
