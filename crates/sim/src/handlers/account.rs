//! Who the caller is.

use hubfolk_api::whoami::GetWhoami;
use serde::Serialize;

use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::visibility::OrgView;
use crate::world::{FineGrained, OrgIx, Plan, TokenRole, UserExtras, UserIx};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Whoami<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: ObjectId,
    name: &'a str,
    fullname: &'a str,
    email: Option<&'a str>,
    email_verified: bool,
    can_pay: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode: Option<&'a str>,
    period_end: Option<i64>,
    is_pro: bool,
    avatar_url: &'a str,
    orgs: Vec<WhoamiOrg<'a>>,
    auth: Auth<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WhoamiOrg<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: ObjectId,
    name: &'a str,
    fullname: &'a str,
    email: Option<&'a str>,
    can_pay: bool,
    avatar_url: &'a str,
    period_end: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
    role_in_org: &'a str,
    security_restrictions: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_groups: Option<Vec<GroupRole<'a>>>,
}

#[derive(Debug, Serialize)]
struct GroupRole<'a> {
    id: ObjectId,
    name: &'a str,
    role: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Auth<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    access_token: AccessToken<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessToken<'a> {
    display_name: &'a str,
    role: TokenRole,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fine_grained: Option<&'a FineGrained>,
}

impl Show<GetWhoami> for Behaviour {
    fn show(ask: &Ask<'_>, _: &GetWhoami) -> Result<Answer, Refusal> {
        let index = ask.caller.logged_in()?;
        let token = ask.caller.token().ok_or_else(Refusal::log_in)?;
        let user = ask.world.user(index);
        let plain = UserExtras::default();
        let more = user.more.as_deref().unwrap_or(&plain);
        Ok(Answer::json(&Whoami {
            kind: "user",
            id: user.id,
            name: &user.name,
            fullname: &user.fullname,
            email: more.email.as_deref(),
            email_verified: more.email_verified,
            can_pay: more.can_pay,
            billing_mode: more.billing_mode.as_deref(),
            period_end: more.period_end,
            is_pro: user.is_pro,
            avatar_url: &user.avatar_url,
            orgs: user.orgs.iter().filter_map(|&org| organization(ask, index, org)).collect(),
            auth: Auth {
                kind: "access_token",
                access_token: AccessToken {
                    display_name: &token.display_name,
                    role: token.role,
                    created_at: wire_date(token.created_at),
                    fine_grained: token.fine_grained.as_ref(),
                },
                expires_at: token.expires_at.map(wire_date),
            },
        }))
    }
}

fn organization<'a>(ask: &'a Ask<'_>, user: UserIx, org: OrgIx) -> Option<WhoamiOrg<'a>> {
    let org = ask.world.org(org);
    let kept_out = ask.caller.is_kept_out(ask.world, org);
    // A fine-grained token lists only the organizations that it has a scope for.
    if !kept_out && ask.caller.org_view(ask.world, org) == OrgView::Outsider {
        return None;
    }
    let member = org.members.get(&ask.world.user(user).id)?;
    let groups = member
        .groups
        .iter()
        .filter_map(|(id, role)| Some(GroupRole { id: *id, name: &org.group(*id)?.name, role }));
    Some(WhoamiOrg {
        kind: "org",
        id: org.id,
        name: &org.name,
        fullname: &org.fullname,
        email: None,
        can_pay: org.plan.is_some() && member.role == "admin",
        avatar_url: &org.avatar_url,
        period_end: None,
        plan: org.plan,
        role_in_org: &member.role,
        security_restrictions: if kept_out { vec!["token-revoked"] } else { Vec::new() },
        resource_groups: org.plan.map(|_| groups.collect()),
    })
}
