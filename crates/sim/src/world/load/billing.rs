//! What accounts use and pay for, from a world file.

use super::Loader;
use crate::id::ObjectId;
use crate::world::file::BillingEntry;
use crate::world::{Account, BilledItem, BilledSession, BilledStorage, Billing};

impl Loader {
    pub(super) fn billing(&mut self, place: &str, account: Account, entry: BillingEntry) {
        let mut billing = Billing::default();
        for (index, item) in entry.items.into_iter().enumerate() {
            let place = format!("{place}.items[{index}].resourceGroup");
            let group = self.billed_group(place, account, item.resource_group.as_deref());
            billing.items.push(BilledItem {
                group,
                pretty: item.product_pretty_name.unwrap_or_else(|| item.product.clone()),
                category: item.category,
                label: item.label,
                product: item.product,
                unit: item.unit_label,
                quantity: item.quantity,
                unit_cost_micro_usd: item.unit_cost_micro_usd,
                started_at: item.started_at,
                stopped_at: item.stopped_at,
                free: item.free_grant,
            });
        }
        for (index, session) in entry.sessions.into_iter().enumerate() {
            let place = format!("{place}.sessions[{index}].resourceGroup");
            let group = self.billed_group(place, account, session.resource_group.as_deref());
            billing.sessions.push(BilledSession {
                id: session.id,
                at: session.at,
                requests: session.request_count,
                cost_cents: session.cost_cents,
                group,
            });
        }
        for (index, stored) in entry.storage.into_iter().enumerate() {
            let place = format!("{place}.storage[{index}].resourceGroup");
            let group = self.billed_group(place, account, stored.resource_group.as_deref());
            let (private_gb, public_gb) = (stored.private_gb, stored.public_gb);
            billing.storage.push(BilledStorage { group, private_gb, public_gb });
        }
        *self.world.billing_mut(account) = billing;
    }

    fn billed_group(
        &mut self,
        place: String,
        account: Account,
        name: Option<&str>,
    ) -> Option<ObjectId> {
        let name = name?;
        let found = match account {
            Account::Org(org) => self.world.org(org).group_id(name),
            Account::User(_) => None,
        };
        if found.is_none() {
            let message = format!("there is no resource group `{name}` here");
            self.checks.add(place, message);
        }
        found
    }
}
