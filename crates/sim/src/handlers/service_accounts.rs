//! Service accounts of an organization.

use hubfolk_api::service_accounts::ListServiceAccounts;
use serde::Serialize;

use super::resource_groups::needs_plan;
use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::visibility::organization;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceAccount<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    user: &'a str,
    fullname: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    created_at: String,
}

impl Show<ListServiceAccounts> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListServiceAccounts) -> Result<Answer, Refusal> {
        ask.caller.logged_in()?;
        let org = ask.world.org(organization(ask.world, &request.organization)?);
        let scopes = ["org.serviceAccounts.read", "org.serviceAccounts.write"];
        if !ask.caller.administers(ask.world, org, &scopes) {
            return Err(Refusal::read_only());
        }
        needs_plan(org)?;
        let accounts = org.service_accounts.iter().map(|account| ServiceAccount {
            id: account.id,
            user: &account.user,
            fullname: &account.fullname,
            description: account.description.as_deref(),
            created_at: wire_date(account.created_at),
        });
        Ok(Answer::json(&accounts.collect::<Vec<_>>()))
    }
}
