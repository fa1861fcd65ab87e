//! Tokens of service accounts.

use http::StatusCode;
use hubfolk_api::service_accounts::{
    CreateServiceAccountToken, DeleteServiceAccountToken, RotateServiceAccountToken,
    TokenPermission, UpdateServiceAccountToken,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{account, governed};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::handlers::{Behaviour, Change, Order};
use crate::id::ObjectId;
use crate::world::{
    FineGrained, Org, OrgIx, Plan, Scope, ScopeEntity, Token, TokenRole, UserIx, World,
};

/// What the Hub says about a token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenView {
    #[serde(rename = "_id")]
    id: ObjectId,
    display_name: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
    role: TokenRole,
    permissions: Vec<String>,
    repo_ids: Vec<ObjectId>,
    repo_permissions: Vec<String>,
    endpoint_patterns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last4: Option<String>,
    skip_network_security: bool,
}

pub(super) fn token_view(world: &World, token: &Token, last4: Option<String>) -> TokenView {
    let (mut permissions, mut repo_ids, mut repo_permissions) =
        (Vec::new(), Vec::new(), Vec::new());
    for scope in token.fine_grained.iter().flat_map(|scopes| &scopes.scoped) {
        if scope.entity.kind == "org" {
            permissions.clone_from(&scope.permissions);
        } else {
            repo_ids.extend(scope.entity.id.filter(|id| world.repo_with_oid(*id).is_some()));
            repo_permissions.clone_from(&scope.permissions);
        }
    }
    TokenView {
        id: token.id,
        display_name: token.display_name.to_string(),
        created_at: wire_date(token.created_at),
        expiration: token.expires_at.map(wire_date),
        role: token.role,
        permissions,
        repo_ids,
        repo_permissions,
        endpoint_patterns: token.endpoint_patterns.clone(),
        last4,
        skip_network_security: token.skip_network_security,
    }
}

/// A token's facts with these keys only; each answer of the Hub has a choice of its own.
fn facts(view: &TokenView, keys: &[&str]) -> Value {
    let mut facts = serde_json::to_value(view).expect("texts and lists are JSON");
    if let Value::Object(facts) = &mut facts {
        facts.retain(|key, _| keys.contains(&key.as_str()));
    }
    facts
}

const CREATED: [&str; 8] = [
    "_id",
    "displayName",
    "createdAt",
    "permissions",
    "repoIds",
    "repoPermissions",
    "endpointPatterns",
    "skipNetworkSecurity",
];
const ROTATED: [&str; 4] = ["_id", "displayName", "createdAt", "last4"];
const UPDATED: [&str; 7] = [
    "_id",
    "displayName",
    "permissions",
    "repoIds",
    "repoPermissions",
    "endpointPatterns",
    "skipNetworkSecurity",
];

fn words(permissions: &[TokenPermission], field: &str) -> Result<Vec<String>, Refusal> {
    let known = |permission: &TokenPermission| match permission {
        TokenPermission::Other(_) => Err(Refusal::invalid("Invalid option", field)),
        known => Ok(known.as_str().to_owned()),
    };
    permissions.iter().map(known).collect()
}

/// What a token of the organization may do, as scopes.
fn scopes(
    world: &World,
    org: &Org,
    permissions: &[TokenPermission],
    repo_ids: &[String],
    repo_permissions: &[TokenPermission],
) -> Result<FineGrained, Refusal> {
    let own =
        ScopeEntity { id: Some(org.id), name: Some(org.name.to_string()), kind: "org".to_owned() };
    let mut scoped = vec![Scope { entity: own, permissions: words(permissions, "permissions")? }];
    let repo_permissions = words(repo_permissions, "repoPermissions")?;
    for id in repo_ids {
        let found = id.parse().ok().and_then(|id| world.repo_with_oid(id));
        // Any public repo can be named, and every repo of the organization.
        let reachable = found.filter(|repo| {
            !repo.private || repo.owner().is_some_and(|name| name.eq_ignore_ascii_case(&org.name))
        });
        let Some(repo) = reachable else {
            return Err(Refusal::bad_request(format!("Repository {id} not found")));
        };
        let entity = ScopeEntity {
            id: Some(repo.oid),
            name: Some(repo.id.to_string()),
            kind: repo.kind.as_str().to_owned(),
        };
        scoped.push(Scope { entity, permissions: repo_permissions.clone() });
    }
    Ok(FineGrained { scoped, global: Vec::new(), can_read_gated_repos: None })
}

/// Only the largest plan lets a token pass the organization's network rules.
fn may_skip(org: &Org, skip: Option<bool>) -> Result<(), Refusal> {
    if skip == Some(true) && org.plan != Some(Plan::Plus) {
        let message = "Skipping network security is part of the Enterprise Plus plan";
        return Err(Refusal::new(StatusCode::PAYMENT_REQUIRED, message));
    }
    Ok(())
}

/// The account of a request: organization, user and display name.
fn served(order: &Order<'_>, org: &str, id: &str) -> Result<(OrgIx, UserIx, String), Refusal> {
    let index = governed(order, org)?;
    let account = account(order.world.org(index), id)?;
    let user = order.world.user_with_id(account.id);
    Ok((index, user.expect("every service account has a user"), account.fullname.to_string()))
}

/// The token of a request: its text and what is known of it.
fn token_of(world: &World, user: UserIx, id: &str) -> Result<String, Refusal> {
    let missing = || Refusal::not_found("Token not found");
    let id: ObjectId = id.parse().map_err(|_| missing())?;
    let text = world.token_text(id).ok_or_else(missing)?;
    let own = world.token(text).is_some_and(|token| token.user == user);
    if own { Ok(text.to_owned()) } else { Err(missing()) }
}

fn record(order: &mut Order<'_>, org: OrgIx, what: &str, account: &str, id: ObjectId) {
    let kind = format!("org.service_account.token.{what}");
    let data = json!({ "serviceAccount": account, "tokenId": id });
    order.record(org, &kind, format!("{what}d a token of the service account {account}"), data);
}

impl Change<CreateServiceAccountToken> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &CreateServiceAccountToken,
    ) -> Result<Answer, Refusal> {
        let (index, user, account) =
            served(order, &request.organization, &request.service_account_id)?;
        let org = order.world.org(index);
        may_skip(org, request.skip_network_security)?;
        let scopes = scopes(
            order.world,
            org,
            &request.permissions,
            &request.repo_ids,
            &request.repo_permissions,
        )?;
        let name = request.display_name.as_deref().unwrap_or("API Token");
        let id = order.world.next_token_id();
        let mut token = Token::new(id, user, TokenRole::FineGrained, name, order.now);
        token.fine_grained = Some(scopes);
        token.repo_scopes_replace = true;
        token.endpoint_patterns.clone_from(&request.endpoint_patterns);
        token.skip_network_security = request.skip_network_security.unwrap_or(false);
        let info = facts(&token_view(order.world, &token, None), &CREATED);
        let text = order.world.new_token_text();
        order.world.insert_token(text.clone(), token);
        record(order, index, "create", &account, id);
        let answer = json!({ "token": text, "tokenInfo": info });
        Ok(Answer::json(&answer).status(StatusCode::CREATED))
    }
}

impl Change<UpdateServiceAccountToken> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &UpdateServiceAccountToken,
    ) -> Result<Answer, Refusal> {
        let (index, user, account) =
            served(order, &request.organization, &request.service_account_id)?;
        let text = token_of(order.world, user, &request.token_id)?;
        let org = order.world.org(index);
        may_skip(org, request.skip_network_security)?;
        let token = order.world.token(&text).expect("it was found just now");
        let old = token_view(order.world, token, None);
        let listed = |words: &[String]| -> Vec<TokenPermission> {
            words.iter().map(|word| TokenPermission::from(word.as_str())).collect()
        };
        let old_ids: Vec<String> = old.repo_ids.iter().map(ToString::to_string).collect();
        let scopes = scopes(
            order.world,
            org,
            &request.permissions.clone().unwrap_or_else(|| listed(&old.permissions)),
            request.repo_ids.as_deref().unwrap_or(&old_ids),
            &request.repo_permissions.clone().unwrap_or_else(|| listed(&old.repo_permissions)),
        )?;
        let id = old.id;
        if let Some(token) = order.world.token_mut(&text) {
            token.fine_grained = Some(scopes);
            if let Some(name) = &request.display_name {
                token.display_name = name.as_str().into();
            }
            if let Some(patterns) = &request.endpoint_patterns {
                token.endpoint_patterns.clone_from(patterns);
            }
            if let Some(skip) = request.skip_network_security {
                token.skip_network_security = skip;
            }
        }
        record(order, index, "update", &account, id);
        let token = order.world.token(&text).expect("it was found just now");
        Ok(Answer::json(&facts(&token_view(order.world, token, None), &UPDATED)))
    }
}

impl Change<RotateServiceAccountToken> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &RotateServiceAccountToken,
    ) -> Result<Answer, Refusal> {
        let (index, user, account) =
            served(order, &request.organization, &request.service_account_id)?;
        let old = token_of(order.world, user, &request.token_id)?;
        let new = order.world.new_token_text();
        let id = order.world.token(&old).map(|token| token.id).expect("it was found just now");
        // Written with the old token, should an account rotate the one it uses.
        record(order, index, "rotate", &account, id);
        order.world.replace_token(&old, &new);
        let token = order.world.token(&new).expect("it was put there just now");
        let last4 = crate::world::last4(&new);
        let info = facts(&token_view(order.world, token, Some(last4)), &ROTATED);
        Ok(Answer::json(&json!({ "token": new, "tokenInfo": info })))
    }
}

impl Change<DeleteServiceAccountToken> for Behaviour {
    fn change(
        order: &mut Order<'_>,
        request: &DeleteServiceAccountToken,
    ) -> Result<Answer, Refusal> {
        let (index, user, account) =
            served(order, &request.organization, &request.service_account_id)?;
        let text = token_of(order.world, user, &request.token_id)?;
        let id = order.world.token(&text).map(|token| token.id).expect("it was found just now");
        record(order, index, "delete", &account, id);
        order.world.revoke_token(&text);
        Ok(Answer::text("").status(StatusCode::NO_CONTENT))
    }
}
