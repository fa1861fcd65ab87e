//! What accounts use and pay for.

use jiff::Timestamp;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BillingEntry {
    pub(crate) items: Vec<BilledItemEntry>,
    pub(crate) sessions: Vec<BilledSessionEntry>,
    pub(crate) storage: Vec<BilledStorageEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct BilledItemEntry {
    /// `Spaces`, `Endpoints`, `Jobs`, ...
    pub(crate) category: String,
    #[serde(default)]
    pub(crate) label: Option<String>,
    pub(crate) product: String,
    #[serde(default)]
    pub(crate) product_pretty_name: Option<String>,
    #[serde(default)]
    pub(crate) unit_label: Option<String>,
    pub(crate) quantity: f64,
    #[serde(rename = "unitCostMicroUSD", default)]
    pub(crate) unit_cost_micro_usd: f64,
    pub(crate) started_at: Timestamp,
    #[serde(default)]
    pub(crate) stopped_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) free_grant: bool,
    /// Name of a resource group of the organization.
    #[serde(default)]
    pub(crate) resource_group: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct BilledSessionEntry {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) request_count: f64,
    pub(crate) cost_cents: f64,
    #[serde(default)]
    pub(crate) resource_group: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct BilledStorageEntry {
    #[serde(default)]
    pub(crate) resource_group: Option<String>,
    #[serde(rename = "privateGB", default)]
    pub(crate) private_gb: f64,
    #[serde(rename = "publicGB", default)]
    pub(crate) public_gb: f64,
}
