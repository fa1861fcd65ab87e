//! Service accounts of an organization.

mod tokens;

use http::StatusCode;
use hubfolk_api::service_accounts::{
    CreateServiceAccount, DeleteServiceAccount, GetServiceAccount, ListServiceAccounts,
};
use serde::Serialize;
use serde_json::json;

use self::tokens::{TokenView, token_view};
use super::resource_groups::needs_plan;
use super::{Ask, Behaviour, Change, Order, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::visibility::organization;
use crate::world::{Org, OrgIx, ServiceAccount};

const READ: [&str; 2] = ["org.serviceAccounts.read", "org.serviceAccounts.write"];
const WRITE: [&str; 1] = ["org.serviceAccounts.write"];

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    user: &'a str,
    name: &'a str,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_tokens: Option<Vec<TokenView>>,
}

/// The answer to the making of an account has another key for its name, and no address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    user: &'a str,
    fullname: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    created_at: String,
}

fn view(account: &ServiceAccount, tokens: Option<Vec<TokenView>>) -> Account<'_> {
    Account {
        id: account.id,
        user: &account.user,
        name: &account.fullname,
        email: account.email(),
        description: account.description.as_deref(),
        created_at: wire_date(account.created_at),
        access_tokens: tokens,
    }
}

/// The account of this id.
fn account<'a>(org: &'a Org, id: &str) -> Result<&'a ServiceAccount, Refusal> {
    let found = id
        .parse()
        .ok()
        .and_then(|id: ObjectId| org.service_accounts.iter().find(|account| account.id == id));
    found.ok_or_else(|| Refusal::not_found("Service account not found"))
}

/// The organization, for somebody who may look at its service accounts.
fn inspected<'a>(ask: &'a Ask<'_>, name: &str) -> Result<&'a Org, Refusal> {
    ask.caller.logged_in()?;
    let org = ask.world.org(organization(ask.world, name)?);
    ask.caller.may_inspect(ask.world, org, &READ)?;
    needs_plan(org)?;
    Ok(org)
}

/// The organization, for somebody who may change its service accounts.
fn governed(order: &Order<'_>, name: &str) -> Result<OrgIx, Refusal> {
    let caller = order.caller()?;
    caller.logged_in()?;
    let index = organization(order.world, name)?;
    let org = order.world.org(index);
    caller.may_govern(order.world, org, &WRITE)?;
    needs_plan(org)?;
    Ok(index)
}

impl Show<ListServiceAccounts> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListServiceAccounts) -> Result<Answer, Refusal> {
        let org = inspected(ask, &request.organization)?;
        let accounts = org.service_accounts.iter().map(|account| view(account, None));
        Ok(Answer::json(&accounts.collect::<Vec<_>>()))
    }
}

impl Show<GetServiceAccount> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetServiceAccount) -> Result<Answer, Refusal> {
        let org = inspected(ask, &request.organization)?;
        let account = account(org, &request.service_account_id)?;
        let user = ask.world.user_with_id(account.id);
        let tokens = user.map(|user| ask.world.tokens_of(user)).unwrap_or_default();
        let tokens =
            tokens.into_iter().map(|(token, last4)| token_view(ask.world, token, Some(last4)));
        Ok(Answer::json(&view(account, Some(tokens.collect()))))
    }
}

impl Change<CreateServiceAccount> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateServiceAccount) -> Result<Answer, Refusal> {
        let index = governed(order, &request.organization)?;
        if !(1..=50).contains(&request.name.chars().count()) {
            let problem = "Invalid input: expected string to have 1 to 50 characters";
            return Err(Refusal::invalid(problem, "name"));
        }
        if request.description.as_deref().unwrap_or_default().chars().count() > 500 {
            let problem = "Too big: expected string to have <=500 characters";
            return Err(Refusal::invalid(problem, "description"));
        }
        let (description, now) = (request.description.clone(), order.now);
        let id = order.world.new_service_account(index, &request.name, description, now);
        let data = json!({ "serviceAccount": request.name, "serviceAccountId": id });
        let message = format!("created the service account {}", request.name);
        order.record(index, "org.service_account.create", message, data);
        let account = account(order.world.org(index), &id.to_string())?;
        let created = Created {
            id,
            user: &account.user,
            fullname: &account.fullname,
            description: account.description.as_deref(),
            created_at: wire_date(account.created_at),
        };
        Ok(Answer::json(&created).status(StatusCode::CREATED))
    }
}

impl Change<DeleteServiceAccount> for Behaviour {
    fn change(order: &mut Order<'_>, request: &DeleteServiceAccount) -> Result<Answer, Refusal> {
        let index = governed(order, &request.organization)?;
        let account = account(order.world.org(index), &request.service_account_id)?;
        let (id, name) = (account.id, account.fullname.to_string());
        let data = json!({ "serviceAccount": name, "serviceAccountId": id });
        // Written first: an account that deletes itself is gone afterwards.
        let message = format!("deleted the service account {name}");
        order.record(index, "org.service_account.delete", message, data);
        order.world.delete_service_account(index, id);
        Ok(Answer::text("").status(StatusCode::NO_CONTENT))
    }
}
