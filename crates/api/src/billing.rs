//! What an organization or the caller uses and pays for.
//!
//! The Hub also streams the numbers of this moment (`.../usage/live`, server-sent events); those
//! are no operations with one answer and are left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{open::open_names, table::Visitor};

mod requests;

pub use self::requests::{
    GetOrganizationUsage, GetOrganizationUsageByInferenceSession,
    GetOrganizationUsageByResourceGroup, GetOrganizationUsageV2, GetUsage,
    GetUsageByInferenceSession, GetUsageJobs, GetUsageV2,
};

/// Shows every operation of this folder to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    requests::visit(visitor);
}

/// What was used in a billing period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Usage {
    /// What was used, by kind: `Endpoints`, `Spaces`, ...
    #[serde(default)]
    pub usage: BTreeMap<String, Vec<UsageItem>>,
    /// The period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<UsagePeriod>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Usage {
    /// Nothing used so far.
    #[must_use]
    pub fn new(period: UsagePeriod) -> Self {
        Self { usage: BTreeMap::new(), period: Some(period), extra: Map::new() }
    }

    /// What all of it costs, in millionths of a dollar.
    #[must_use]
    pub fn total_cost_micro_usd(&self) -> f64 {
        let items = self.usage.values().flatten();
        items.filter_map(|item| item.total_cost_micro_usd).sum()
    }
}

/// Something that was used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsageItem {
    /// Id of the Space, endpoint or account it was used by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// Name of it.
    pub label: Option<String>,
    /// What it is, such as `spaces/t4-small/minutes`.
    #[serde(default)]
    pub product: String,
    /// How much of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<f64>,
    /// Since when, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// Until when, ISO 8601 in UTC; `None` when it still runs.
    #[serde(
        default,
        deserialize_with = "crate::account::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub stopped_at: Option<Option<String>>,
    /// Whether it is a gift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_grant: Option<bool>,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_pretty_name: Option<String>,
    /// What it is counted in.
    pub unit_label: Option<String>,
    /// What it costs, in millionths of a dollar.
    #[serde(rename = "totalCostMicroUSD", skip_serializing_if = "Option::is_none")]
    pub total_cost_micro_usd: Option<f64>,
    /// What one of it costs, in millionths of a dollar.
    #[serde(rename = "unitCostMicroUSD", skip_serializing_if = "Option::is_none")]
    pub unit_cost_micro_usd: Option<f64>,
    /// Whether it is running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A billing period of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UsagePeriod {
    /// Object id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Id of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// Kind of account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<crate::account::AccountType>,
    /// Name of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_name: Option<String>,
    /// Its beginning, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_start: Option<String>,
    /// Its end, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_end: Option<String>,
    /// Its invoice, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Invoice>,
    /// What was paid in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charges: Option<Vec<Charge>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl UsagePeriod {
    /// A period of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            entity_id: None,
            entity_type: None,
            entity_name: None,
            period_start: None,
            period_end: None,
            invoice: None,
            charges: None,
            extra: Map::new(),
        }
    }
}

/// The state of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvoiceStatus {
    /// Not sent yet.
    Draft,
    /// To be paid.
    Open,
    /// Paid.
    Paid,
    /// Given up.
    Uncollectible,
    /// Taken back.
    Void,
    /// Not paid.
    Unpaid,
    /// A state added since; kept as it came.
    Other(String),
}

open_names!(InvoiceStatus {
    "draft" => Draft,
    "open" => Open,
    "paid" => Paid,
    "uncollectible" => Uncollectible,
    "void" => Void,
    "unpaid" => Unpaid,
});

/// An invoice, or the note that there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Invoice {
    /// `stripe` or `no-invoice`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is to be paid, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_due_cents: Option<f64>,
    /// Its sum, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_cents: Option<f64>,
    /// Whether it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<InvoiceStatus>,
    /// Until when it is to be paid, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// `charge_automatically` or `send_invoice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection_method: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A payment within a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Charge {
    /// Object id.
    #[serde(rename = "_id")]
    pub id: String,
    /// When it was made, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Until when it is to be paid, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// What had been used, in millionths of a dollar.
    #[serde(rename = "usageAtChargeTimeMicroUSD", skip_serializing_if = "Option::is_none")]
    pub usage_at_charge_time_micro_usd: Option<f64>,
    /// How much, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_cents: Option<f64>,
    /// How it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billed_through: Option<String>,
    /// Its number at the payment service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_intent_id: Option<String>,
    /// Whether it is paid, in the payment service's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_intent_status: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What each resource group used, month by month.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceGroupUsage {
    /// Currency of the costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The months.
    #[serde(default)]
    pub periods: Vec<ResourceGroupMonth>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What each resource group used in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceGroupMonth {
    /// Beginning of the month, ISO 8601 in UTC.
    pub period: String,
    /// The groups; what belongs to none has no id and no name.
    #[serde(default)]
    pub resource_groups: Vec<GroupUsage>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ResourceGroupMonth {
    /// What these groups used in the month that begins then.
    #[must_use]
    pub fn new(period: impl Into<String>, resource_groups: Vec<GroupUsage>) -> Self {
        Self { period: period.into(), resource_groups, extra: Map::new() }
    }
}

/// What a resource group used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupUsage {
    /// Id of the group; `None` for what belongs to no group.
    pub id: Option<String>,
    /// Name of the group.
    pub name: Option<String>,
    /// Storage, at its peak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<StorageUsage>,
    /// Inference by providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference: Option<InferenceUsage>,
    /// Machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compute: Option<ComputeUsage>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How much is stored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct StorageUsage {
    /// In private repositories, in gigabytes.
    #[serde(rename = "privateGB", skip_serializing_if = "Option::is_none")]
    pub private_gb: Option<f64>,
    /// In public repositories, in gigabytes.
    #[serde(rename = "publicGB", skip_serializing_if = "Option::is_none")]
    pub public_gb: Option<f64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How much was asked of inference providers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InferenceUsage {
    /// Number of requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_count: Option<f64>,
    /// What they cost, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_cents: Option<f64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How long machines ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ComputeUsage {
    /// Machines of Spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spaces: Option<MachineUsage>,
    /// Machines of inference endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<MachineUsage>,
    /// Machines of jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs: Option<MachineUsage>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How long machines of one kind ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MachineUsage {
    /// How long, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_sec: Option<f64>,
    /// What it costs, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_cents: Option<f64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What each session asked of inference providers, month by month.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InferenceSessionUsage {
    /// Currency of the costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The months.
    #[serde(default)]
    pub periods: Vec<InferenceMonth>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What each session asked of inference providers in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InferenceMonth {
    /// Beginning of the month, ISO 8601 in UTC.
    pub period: String,
    /// The sessions.
    #[serde(default)]
    pub sessions: Vec<InferenceSession>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl InferenceMonth {
    /// What these sessions asked in the month that begins then.
    #[must_use]
    pub fn new(period: impl Into<String>, sessions: Vec<InferenceSession>) -> Self {
        Self { period: period.into(), sessions, extra: Map::new() }
    }
}

/// What a session asked of inference providers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InferenceSession {
    /// Id of the session.
    pub id: String,
    /// Number of requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_count: Option<f64>,
    /// What they cost, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_cents: Option<f64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl InferenceSession {
    /// So many requests of this session, at these costs in cents.
    #[must_use]
    pub fn new(id: impl Into<String>, request_count: f64, cost_cents: f64) -> Self {
        Self {
            id: id.into(),
            request_count: Some(request_count),
            cost_cents: Some(cost_cents),
            extra: Map::new(),
        }
    }
}

/// What the caller's jobs used in the present period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JobsUsage {
    /// What they used.
    #[serde(default)]
    pub usage: JobsTotal,
    /// Whether the caller may run jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_access: Option<bool>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What jobs used together and each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JobsTotal {
    /// What they cost, in millionths of a dollar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_micro_usd: Option<f64>,
    /// How long they ran, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_minutes: Option<f64>,
    /// Beginning of the period, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_start: Option<String>,
    /// End of the period, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_end: Option<String>,
    /// Each job.
    #[serde(default)]
    pub job_details: Vec<JobUsage>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a job used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JobUsage {
    /// Id of the job.
    pub job_id: String,
    /// Kind of machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware_flavor: Option<String>,
    /// How long it ran, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_minutes: Option<f64>,
    /// What it costs, in millionths of a dollar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_cost_micro_usd: Option<f64>,
    /// When it began, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended, ISO 8601 in UTC; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl JobUsage {
    /// A job of which only the id is known.
    #[must_use]
    pub fn new(job_id: impl Into<String>) -> Self {
        Self {
            job_id: job_id.into(),
            hardware_flavor: None,
            total_minutes: None,
            total_cost_micro_usd: None,
            started_at: None,
            completed_at: None,
            extra: Map::new(),
        }
    }
}
