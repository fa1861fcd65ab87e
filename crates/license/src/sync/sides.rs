//! What an administrator's token reads besides the members: groups and service accounts.

use std::collections::BTreeMap;

use hubfolk::Hub;
use hubfolk_api::resource_groups::{ListResourceGroups, ResourceGroup};
use hubfolk_api::service_accounts::{ListServiceAccounts, ServiceAccount};
use hubfolk_store::ServiceAccountRow;

use super::attempt::failed;
use crate::Error;

/// Largest list taken. The list of groups repeats every member of every group: for a large
/// organization it is as long as the member list itself, which names the groups as well.
const LARGEST: u64 = 1024 * 1024;

/// What an administrator's token reads besides the members.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) sources: Vec<&'static str>,
    pub(super) group_names: BTreeMap<String, String>,
    pub(super) service_accounts: Option<Vec<ServiceAccountRow>>,
    pub(super) requests: i64,
}

impl Sides {
    pub(super) async fn read(hub: &Hub, org: &str) -> Result<Self, Error> {
        let groups = hub.send_within(ListResourceGroups::new(org), LARGEST);
        let accounts = hub.send_within(ListServiceAccounts::new(org), LARGEST);
        let (groups, accounts) = futures_util::future::join(groups, accounts).await;
        let mut sides = Self { requests: 2, ..Self::default() };
        match groups {
            Ok(groups) => {
                sides.sources.push("resource_groups");
                let named = |group: ResourceGroup| Some((group.id, group.name?));
                sides.group_names = groups.into_iter().filter_map(named).collect();
            }
            Err(error) if hides(&error) => {}
            Err(error) => return Err(failed(&error)),
        }
        match accounts {
            Ok(accounts) => {
                sides.sources.push("service_accounts");
                let row = |account: ServiceAccount| ServiceAccountRow {
                    id: account.id,
                    username: account.username,
                    fullname: account.fullname,
                    created_at: account.created_at,
                };
                sides.service_accounts = Some(accounts.into_iter().map(row).collect());
            }
            Err(error) if hides(&error) => {}
            Err(error) => return Err(failed(&error)),
        }
        Ok(sides)
    }
}

/// Whether an answer means that this token may not read a side list, that it is too long to be worth
/// it, or that it is not the list it should be: less knowledge, and no failure.
pub(super) fn hides(error: &hubfolk::Error) -> bool {
    matches!(error, hubfolk::Error::TooLarge(_) | hubfolk::Error::Decode(_))
        || error.status().is_some_and(|status| matches!(status.as_u16(), 401..=404))
}
