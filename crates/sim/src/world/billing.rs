//! What accounts use and pay for, as the world says; nothing of it follows from requests.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Account, World};
use crate::id::ObjectId;

/// What all accounts use.
#[derive(Debug, Default)]
pub(crate) struct Bills(HashMap<Account, Billing>);

/// What an account uses.
#[derive(Debug, Default)]
pub(crate) struct Billing {
    pub(crate) items: Vec<BilledItem>,
    pub(crate) sessions: Vec<BilledSession>,
    pub(crate) storage: Vec<BilledStorage>,
}

#[derive(Debug)]
pub(crate) struct BilledItem {
    /// `Spaces`, `Endpoints`, `Jobs`, ...
    pub(crate) category: String,
    pub(crate) label: Option<String>,
    pub(crate) product: String,
    pub(crate) pretty: String,
    pub(crate) unit: Option<String>,
    pub(crate) quantity: f64,
    pub(crate) unit_cost_micro_usd: f64,
    pub(crate) started_at: Timestamp,
    pub(crate) stopped_at: Option<Timestamp>,
    pub(crate) free: bool,
    pub(crate) group: Option<ObjectId>,
}

impl BilledItem {
    pub(crate) fn cost_micro_usd(&self) -> f64 {
        if self.free { 0.0 } else { self.quantity * self.unit_cost_micro_usd }
    }
}

#[derive(Debug)]
pub(crate) struct BilledSession {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) requests: f64,
    pub(crate) cost_cents: f64,
    pub(crate) group: Option<ObjectId>,
}

#[derive(Debug)]
pub(crate) struct BilledStorage {
    pub(crate) group: Option<ObjectId>,
    pub(crate) private_gb: f64,
    pub(crate) public_gb: f64,
}

impl World {
    pub(crate) fn billing(&self, account: Account) -> Option<&Billing> {
        self.bills.0.get(&account)
    }

    pub(crate) fn billing_mut(&mut self, account: Account) -> &mut Billing {
        self.bills.0.entry(account).or_default()
    }
}
